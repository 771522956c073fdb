//! The routing table 分流表: which department leads a situation, which take part, under which
//! mechanism (R014).
//!
//! What ships with the program is a default; a county's own rows go before it.

use super::{CatalogueError, shipped};
use crate::ids::SituationCode;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{collections::BTreeMap, sync::LazyLock};

/// Who handles a situation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// The situation.
    pub code: SituationCode,
    /// The department that leads, by name.
    pub lead: String,
    /// The departments that take part, by name.
    #[serde(deserialize_with = "read_names", serialize_with = "write_names")]
    pub co: Vec<String>,
    /// The mechanism under which they work, by its code.
    pub mechanism: Option<String>,
}

/// The routing table of one issue of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routing {
    routes: BTreeMap<SituationCode, Route>,
}

static CURRENT: LazyLock<Routing> =
    LazyLock::new(|| shipped(Routing::parse(include_str!("../../data/routing-1.csv"))));

impl Routing {
    /// The table for the current issue that ships with the program.
    #[must_use]
    pub fn current() -> &'static Self {
        &CURRENT
    }

    /// Reads a table from its CSV file: `code,lead,co,mechanism`, names in `co` separated by a
    /// slash.
    ///
    /// # Errors
    /// When a line cannot be read.
    pub fn parse(text: &str) -> Result<Self, CatalogueError> {
        let mut routes = BTreeMap::new();
        for line in csv::Reader::from_reader(text.as_bytes()).deserialize() {
            let route: Route = line?;
            routes.insert(route.code.clone(), route);
        }
        Ok(Self { routes })
    }

    /// The route of a situation.
    #[must_use]
    pub fn route(&self, code: &SituationCode) -> Option<&Route> {
        self.routes.get(code)
    }

    /// All routes in the order of their codes.
    pub fn iter(&self) -> impl Iterator<Item = &Route> {
        self.routes.values()
    }

    /// This table with a county's own rows in the place of the shipped ones.
    #[must_use]
    pub fn overridden(&self, own: impl IntoIterator<Item = Route>) -> Self {
        let mut routes = self.routes.clone();
        routes.extend(own.into_iter().map(|route| (route.code.clone(), route)));
        Self { routes }
    }
}

impl Route {
    /// In how many departments' hands the situation lies; two or more raise its difficulty
    /// (docs/domain/rules.md#difficulty).
    #[must_use]
    pub fn departments(&self) -> usize {
        1 + self.co.len()
    }
}

/// Names that stand in one column, separated by a slash.
pub(super) fn read_names<'de, D: Deserializer<'de>>(reader: D) -> Result<Vec<String>, D::Error> {
    let joined = String::deserialize(reader)?;
    let names = joined.split('/').filter(|name| !name.is_empty());
    Ok(names.map(str::to_owned).collect())
}

pub(super) fn write_names<S: Serializer>(names: &[String], writer: S) -> Result<S::Ok, S::Error> {
    writer.serialize_str(&names.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Catalogue, mechanisms};

    /// Shows R014, R035.
    #[test]
    fn every_situation_has_a_route_as_the_catalogue_names_its_departments() {
        let routing = Routing::current();
        for s in Catalogue::current().iter() {
            let route = routing.route(&s.code).unwrap();
            let mut named = vec![route.lead.clone()];
            named.extend(route.co.iter().cloned());
            assert_eq!(named.join("/"), s.default_department, "{}", s.code);
        }
        assert_eq!(routing.iter().count(), 114);
    }

    #[test]
    fn a_route_names_only_mechanisms_of_the_register() {
        for route in Routing::current().iter() {
            if let Some(code) = &route.mechanism {
                assert!(mechanisms().iter().any(|m| m.code == *code), "{code}");
            }
        }
    }

    #[test]
    fn a_row_of_the_county_goes_before_the_shipped_one() {
        let code: SituationCode = "N03-05".parse().unwrap();
        let own = Route {
            code: code.clone(),
            lead: "商务局".into(),
            co: vec!["市场监督管理局".into()],
            mechanism: None,
        };
        let routing = Routing::current().overridden([own.clone()]);
        assert_eq!(routing.route(&code), Some(&own));
        assert_eq!(routing.iter().count(), 114);
        assert_eq!(own.departments(), 2);
    }
}
