//! The catalogue of situations: two lists, 23 categories, 114 situations (R111), as versioned data.

use crate::{facts::Difficulty, ids::SituationCode};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::LazyLock};

/// One issue of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    /// Running number of the issue; a case keeps the one it was opened under.
    pub version: u32,
    situations: BTreeMap<SituationCode, Situation>,
}

/// One situation 情形.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Situation {
    /// Its code, such as `N03-05`.
    pub code: SituationCode,
    /// Which of the two lists it stands on.
    pub list: List,
    /// Category, Chinese.
    pub category_zh: String,
    /// Category, English.
    pub category_en: String,
    /// Situation, Chinese.
    pub situation_zh: String,
    /// Situation, English.
    pub situation_en: String,
    /// Difficulty before rules raise it (R115).
    pub default_difficulty: Difficulty,
    /// Departments by name, separated by a slash.
    pub default_department: String,
    /// Class of the Ministry's statistics; empty for police situations.
    pub statistics_class: String,
    /// Whether an electronic signature may be used.
    pub esign: Esign,
}

/// The two lists 两张事项清单 (R111).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum List {
    /// 公安处理.
    Police,
    /// 矛调中心处理.
    NonPolice,
}

/// Whether an electronic signature may be used (E-Signature Law art. 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Esign {
    /// Allowed.
    Yes,
    /// Excluded by law: paper only.
    No,
    /// Allowed when no status of a person is touched.
    Conditional,
    /// Nothing is signed.
    NotApplicable,
}

/// A catalogue file that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// A line is not what a line of the catalogue is.
    #[error("the catalogue has a line that cannot be read")]
    Line(#[from] csv::Error),
}

static CURRENT: LazyLock<Catalogue> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the file is part of the program and a test reads it"
    )]
    Catalogue::parse(1, include_str!("../data/catalogue-1.csv"))
        .expect("the shipped catalogue is readable")
});

impl Catalogue {
    /// The issue that ships with the program.
    #[must_use]
    pub fn current() -> &'static Self {
        &CURRENT
    }

    /// Reads an issue from its CSV file.
    ///
    /// # Errors
    /// When a line cannot be read.
    pub fn parse(version: u32, text: &str) -> Result<Self, CatalogueError> {
        let mut situations = BTreeMap::new();
        for line in csv::Reader::from_reader(text.as_bytes()).deserialize() {
            let situation: Situation = line?;
            situations.insert(situation.code.clone(), situation);
        }
        Ok(Self {
            version,
            situations,
        })
    }

    /// The situation of a code.
    #[must_use]
    pub fn lookup(&self, code: &SituationCode) -> Option<&Situation> {
        self.situations.get(code)
    }

    /// All situations in the order of their codes.
    pub fn iter(&self) -> impl Iterator<Item = &Situation> {
        self.situations.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_catalogue_has_two_lists_of_15_and_8_categories_with_72_and_42_situations() {
        let count = |list| {
            let of_list: Vec<_> = Catalogue::current()
                .iter()
                .filter(|s| s.list == list)
                .collect();
            let categories: BTreeSet<_> = of_list.iter().map(|s| &s.category_zh).collect();
            (categories.len(), of_list.len())
        };
        assert_eq!(count(List::NonPolice), (15, 72));
        assert_eq!(count(List::Police), (8, 42));
    }

    #[test]
    fn the_categories_that_the_sources_name_stand_under_their_names() {
        let names: BTreeSet<_> = Catalogue::current()
            .iter()
            .map(|s| s.category_zh.as_str())
            .collect();
        for name in [
            "家庭婚恋情感",
            "邻里",
            "经济",
            "消费",
            "医疗",
            "违法犯罪",
            "群体性事件",
            "治安灾害事故",
        ] {
            assert!(names.iter().any(|n| n.contains(name)), "{name} is missing");
        }
    }
}
