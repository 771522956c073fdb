//! The catalogue of situations: two lists, 23 categories, 114 situations (R111), as versioned data.
//!
//! Several issues live beside each other: a case keeps the one it was opened under, a phone may
//! hold an older one. Issue 0 is the pilot list that a county used before the two lists; issue 1 is
//! the one of today.

mod call;
mod mapping;
mod mechanism;
mod routing;
mod situation;

pub use call::CallKind;
pub use mapping::{Mapped, Mapping};
pub use mechanism::{FrameworkItem, Mechanism, framework, mechanisms};
pub use routing::{Route, routes, shipped_route};
pub use situation::{Confirmability, Esign, LegalConcern, List, Mediation, Situation};

use crate::ids::SituationCode;
use jiff::civil::{Date, date};
use serde::Deserialize;
use std::{collections::BTreeMap, sync::LazyLock};

/// One issue of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    /// Running number of the issue; a case keeps the one it was opened under.
    pub version: u32,
    /// Day of issue, Asia/Shanghai.
    pub issued_on: Date,
    situations: BTreeMap<SituationCode, Situation>,
}

/// A category 类别 of one issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Category<'a> {
    /// Its code, such as `N03`.
    pub code: &'a str,
    /// Which of the two lists it stands on.
    pub list: List,
    /// Its name, Chinese.
    pub zh: &'a str,
    /// Its name, English.
    pub en: &'a str,
    /// How many situations it has.
    pub situations: usize,
}

/// A data file that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// A line is not what a line of the file is.
    #[error("the file has a line that cannot be read")]
    Line(#[from] csv::Error),
}

/// All issues, the oldest first.
static ISSUES: LazyLock<Vec<Catalogue>> = LazyLock::new(|| {
    let files = [
        (0, date(2025, 1, 1), include_str!("../data/catalogue-0.csv")),
        (1, date(2026, 1, 1), include_str!("../data/catalogue-1.csv")),
    ];
    files
        .into_iter()
        .map(|(version, issued_on, text)| shipped(Catalogue::parse(version, issued_on, text)))
        .collect()
});

/// The steps between issues, the oldest first.
static STEPS: LazyLock<Vec<Mapping>> = LazyLock::new(|| {
    let files = [(0, 1, include_str!("../data/catalogue-map-0-1.csv"))];
    files
        .into_iter()
        .map(|(from, to, text)| shipped(Mapping::parse(from, to, text)))
        .collect()
});

/// The rows of a file, one a line.
fn rows<T: for<'de> Deserialize<'de>>(text: &str) -> Result<Vec<T>, CatalogueError> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    Ok(reader.deserialize().collect::<Result<_, _>>()?)
}

/// What was read from a file that is part of the program.
fn shipped<T>(read: Result<T, CatalogueError>) -> T {
    #[expect(
        clippy::expect_used,
        reason = "the files are part of the program and tests read each of them"
    )]
    read.expect("a shipped file is readable")
}

impl Catalogue {
    /// The issue of today.
    #[must_use]
    pub fn current() -> &'static Self {
        #[expect(clippy::expect_used, reason = "the list is written above")]
        ISSUES.last().expect("an issue is shipped")
    }

    /// An issue by its number; none when this program does not know it.
    #[must_use]
    pub fn issue(version: u32) -> Option<&'static Self> {
        ISSUES.iter().find(|issue| issue.version == version)
    }

    /// All issues that this program knows, the oldest first.
    pub fn issues() -> impl Iterator<Item = &'static Self> {
        ISSUES.iter()
    }

    /// What a code of the issue `from` is in the issue `to` (M20). A code that no step knows, and
    /// an issue newer than `to`, are for a person.
    #[must_use]
    pub fn translate(code: &SituationCode, from: u32, to: u32) -> Mapped {
        let is_known = Self::issue(from).is_some_and(|issue| issue.lookup(code).is_some());
        let steps: Option<Vec<&Mapping>> = (from..to)
            .map(|at| STEPS.iter().find(|step| step.from == at))
            .collect();
        match steps {
            Some(steps) if is_known && from <= to => mapping::follow(code, &steps),
            _ => Mapped::Triage {
                candidates: Vec::new(),
            },
        }
    }

    /// Reads an issue from its CSV file.
    ///
    /// # Errors
    /// When a line cannot be read.
    pub fn parse(version: u32, issued_on: Date, text: &str) -> Result<Self, CatalogueError> {
        let mut situations = BTreeMap::new();
        for line in csv::Reader::from_reader(text.as_bytes()).deserialize() {
            let situation: Situation = line?;
            situations.insert(situation.code.clone(), situation);
        }
        Ok(Self {
            version,
            issued_on,
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

    /// The categories in the order of their codes.
    #[must_use]
    pub fn categories(&self) -> Vec<Category<'_>> {
        let mut categories: Vec<Category<'_>> = Vec::new();
        for situation in self.iter() {
            match categories.last_mut() {
                Some(last) if last.code == situation.category() => last.situations += 1,
                _ => categories.push(Category {
                    code: situation.category(),
                    list: situation.list,
                    zh: &situation.category_zh,
                    en: &situation.category_en,
                    situations: 1,
                }),
            }
        }
        categories
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Difficulty;
    use std::collections::BTreeSet;

    fn code(text: &str) -> SituationCode {
        text.parse().unwrap()
    }

    /// Shows R111.
    #[test]
    fn the_catalogue_has_two_lists_of_15_and_8_categories_with_72_and_42_situations() {
        let categories = Catalogue::current().categories();
        let count = |list| {
            let of_list = categories.iter().filter(|category| category.list == list);
            (
                of_list.clone().count(),
                of_list.map(|category| category.situations).sum::<usize>(),
            )
        };
        assert_eq!(count(List::NonPolice), (15, 72));
        assert_eq!(count(List::Police), (8, 42));
    }

    /// Shows R112.
    #[test]
    fn the_categories_that_the_sources_name_stand_under_their_names() {
        let categories = Catalogue::current().categories();
        for name in [
            "家庭婚恋情感",
            "邻里",
            "经济",
            "消费",
            "医疗",
            "违法犯罪行为",
            "群体性事件",
            "治安灾害事故",
        ] {
            assert!(
                categories.iter().any(|category| category.zh.contains(name)),
                "{name} is missing"
            );
        }
    }

    /// Shows M20.
    #[test]
    fn a_code_of_the_pilot_list_is_kept_renamed_or_left_to_a_person() {
        let from_pilot = |text| Catalogue::translate(&code(text), 0, 1);
        assert_eq!(from_pilot("N02-01"), Mapped::Same);
        assert_eq!(from_pilot("N03-05"), Mapped::Renamed(code("N08-02")));
        let split = vec![code("N03-04"), code("N06-01")];
        assert_eq!(from_pilot("N03-04"), Mapped::Triage { candidates: split });
        let nothing = Mapped::Triage { candidates: vec![] };
        assert_eq!(from_pilot("N06-04"), nothing, "gone");
        assert_eq!(from_pilot("N15-01"), nothing, "never on the pilot list");
        assert_eq!(
            Catalogue::translate(&code("N03-05"), 1, 1),
            Mapped::Same,
            "in the issue of today the same code is another situation"
        );
        assert_eq!(Catalogue::translate(&code("N03-05"), 2, 1), nothing);
    }

    #[test]
    fn every_code_of_an_older_issue_stands_in_its_step_and_leads_to_codes_that_exist_on_the_same_list()
     {
        for step in STEPS.iter() {
            let old = Catalogue::issue(step.from).unwrap();
            let new = Catalogue::issue(step.to).unwrap();
            let named: BTreeSet<_> = step.iter().map(|(code, _)| code.clone()).collect();
            let all: BTreeSet<_> = old.iter().map(|s| s.code.clone()).collect();
            assert_eq!(named, all);
            assert!(
                step.iter()
                    .flat_map(|(_, successors)| successors)
                    .all(|code| new.lookup(code).is_some())
            );
        }
        assert_eq!(STEPS.len() + 1, ISSUES.len());
    }

    #[test]
    fn what_the_law_asks_follows_the_rules_under_which_the_issue_was_filled() {
        for s in Catalogue::current().iter() {
            let is_police = s.list == List::Police;
            assert_eq!(s.may_be_mediated(), !is_police, "{}", s.code);
            assert_eq!(
                s.touches(LegalConcern::SealedStatements),
                ["N01", "N05", "N12"].contains(&s.category()),
                "{}",
                s.code
            );
            assert_eq!(
                s.touches(LegalConcern::Medical),
                s.statistics_class == "医疗纠纷",
                "{}",
                s.code
            );
            assert_eq!(
                s.touches(LegalConcern::Labour),
                s.statistics_class == "劳动争议纠纷",
                "{}",
                s.code
            );
            if s.touches(LegalConcern::Tenure) || s.touches(LegalConcern::Status) {
                assert_eq!(s.default_difficulty, Difficulty::Complex, "{}", s.code);
                assert_eq!(s.confirmation, Confirmability::Conditional, "{}", s.code);
            }
            if is_police {
                assert!(matches!(
                    s.confirmation,
                    Confirmability::No | Confirmability::NotApplicable
                ));
                assert!(s.statistics_class.is_empty());
            }
        }
    }

    #[test]
    fn a_marriage_is_not_confirmed_by_a_court_and_a_loan_is() {
        let confirmed = |text| {
            Catalogue::current()
                .lookup(&code(text))
                .unwrap()
                .confirmation
        };
        assert_eq!(confirmed("N01-01"), Confirmability::No);
        assert_eq!(confirmed("N01-02"), Confirmability::Conditional);
        assert_eq!(confirmed("N03-01"), Confirmability::Yes);
        assert_eq!(confirmed("P04-01"), Confirmability::NotApplicable);
    }
}
