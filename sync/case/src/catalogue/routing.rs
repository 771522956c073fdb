//! The routing table 分流表: which department leads a situation, which take part, under which
//! mechanism (R014).
//!
//! What ships with the program is a default; a county's own rows go before it.

use super::{rows, shipped};
use crate::ids::SituationCode;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::LazyLock;

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

static ROUTES: LazyLock<Vec<Route>> =
    LazyLock::new(|| shipped(rows(include_str!("../../data/routing-1.csv"))));

/// The table for the current issue that ships with the program.
#[must_use]
pub fn routes() -> &'static [Route] {
    &ROUTES
}

impl Route {
    /// Every department that it names, the one that leads first.
    pub fn departments(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.lead)
            .chain(&self.co)
            .map(|name| name.trim())
            .filter(|name| !name.is_empty())
    }

    /// Whether an office is one of its departments. An office bears the name of its department with
    /// that of its county before it: 和安县妇联.
    #[must_use]
    pub fn names(&self, office: &str) -> bool {
        self.departments().any(|name| office.contains(name))
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
        for s in Catalogue::current().iter() {
            let route = routes().iter().find(|route| route.code == s.code).unwrap();
            let named: Vec<_> = route.departments().collect();
            assert_eq!(named.join("/"), s.default_department, "{}", s.code);
        }
        assert_eq!(routes().len(), 114);
    }

    #[test]
    fn a_route_names_only_mechanisms_of_the_register() {
        for route in routes() {
            if let Some(code) = &route.mechanism {
                assert!(mechanisms().iter().any(|m| m.code == *code), "{code}");
            }
        }
    }
}
