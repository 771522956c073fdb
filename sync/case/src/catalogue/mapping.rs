//! From one issue of the catalogue to the next, for phones that still hold an older one (M20).
//!
//! A code alone says nothing: the same code may mean another thing in another issue. So every code
//! of the older issue stands in the file of the step, with one successor, several, or none; what
//! does not have exactly one is for a person.

use super::CatalogueError;
use crate::ids::SituationCode;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// What a code of one issue is in another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mapped {
    /// The same code with the same meaning.
    Same,
    /// Another code with the same meaning.
    Renamed(SituationCode),
    /// Several may be meant, or none is left: a person decides.
    Triage {
        /// What may be meant, in the order of the codes; empty when nothing is known.
        candidates: Vec<SituationCode>,
    },
}

impl Mapped {
    /// The code in the issue that was asked for; none when a person has to decide.
    #[must_use]
    pub fn settled(self, code: &SituationCode) -> Option<SituationCode> {
        match self {
            Self::Same => Some(code.clone()),
            Self::Renamed(new) => Some(new),
            Self::Triage { .. } => None,
        }
    }

    /// The code in the issue that was asked for; of several that may be meant the first, and where
    /// none is known the code itself.
    #[must_use]
    pub fn likeliest(self, code: &SituationCode) -> SituationCode {
        let first = match self {
            Self::Same => None,
            Self::Renamed(new) => Some(new),
            Self::Triage { candidates } => candidates.into_iter().next(),
        };
        first.unwrap_or_else(|| code.clone())
    }
}

/// The step from one issue to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// The older issue.
    pub from: u32,
    /// The newer one.
    pub to: u32,
    successors: BTreeMap<SituationCode, BTreeSet<SituationCode>>,
}

#[derive(Deserialize)]
struct MappingLine {
    old: SituationCode,
    new: Option<SituationCode>,
}

impl Mapping {
    /// Reads a step from its CSV file: `old,new,note`, a line a successor, `new` empty when there
    /// is none.
    ///
    /// # Errors
    /// When a line cannot be read.
    pub fn parse(from: u32, to: u32, text: &str) -> Result<Self, CatalogueError> {
        let mut successors: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for line in csv::Reader::from_reader(text.as_bytes()).deserialize() {
            let MappingLine { old, new } = line?;
            successors.entry(old).or_default().extend(new);
        }
        Ok(Self {
            from,
            to,
            successors,
        })
    }

    /// The older codes with their successors.
    pub fn iter(
        &self,
    ) -> impl Iterator<Item = (&SituationCode, impl Iterator<Item = &SituationCode>)> {
        self.successors.iter().map(|(old, new)| (old, new.iter()))
    }
}

/// Follows a code through steps that lead on from each other. What was split and of which a part
/// got lost on the way is a guess, even when one successor is left.
pub(super) fn follow(code: &SituationCode, steps: &[&Mapping]) -> Mapped {
    let mut reached = BTreeSet::from([code.clone()]);
    let mut is_certain = true;
    for step in steps {
        let mut next = BTreeSet::new();
        for successors in reached.iter().map(|code| step.successors.get(code)) {
            is_certain &= successors.is_some_and(|successors| !successors.is_empty());
            next.extend(successors.into_iter().flatten().cloned());
        }
        reached = next;
    }
    let candidates: Vec<_> = reached.into_iter().collect();
    match candidates.as_slice() {
        [only] if is_certain && only == code => Mapped::Same,
        [only] if is_certain => Mapped::Renamed(only.clone()),
        _ => Mapped::Triage { candidates },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> SituationCode {
        text.parse().unwrap()
    }

    fn step(from: u32, lines: &str) -> Mapping {
        Mapping::parse(from, from + 1, &format!("old,new,note\n{lines}")).unwrap()
    }

    #[test]
    fn a_code_is_followed_through_several_issues() {
        let first = step(1, "N01-01,N02-01,\nN01-02,N01-02,\n");
        let second = step(2, "N02-01,N03-01,\nN01-02,N01-02,\n");
        let through = |text| follow(&code(text), &[&first, &second]);
        assert_eq!(through("N01-01"), Mapped::Renamed(code("N03-01")));
        assert_eq!(through("N01-02"), Mapped::Same);
        assert_eq!(through("N09-09"), Mapped::Triage { candidates: vec![] });
    }

    #[test]
    fn what_was_split_is_for_a_person_until_its_parts_are_one_again() {
        let split = step(1, "N01-01,N01-01,\nN01-01,N01-02,\n");
        let joined = step(2, "N01-01,N01-03,\nN01-02,N01-03,\n");
        let lost = step(2, "N01-01,N01-03,\nN01-02,,\n");
        let both = vec![code("N01-01"), code("N01-02")];
        assert_eq!(
            follow(&code("N01-01"), &[&split]),
            Mapped::Triage { candidates: both }
        );
        assert_eq!(
            follow(&code("N01-01"), &[&split, &joined]),
            Mapped::Renamed(code("N01-03"))
        );
        let guess = Mapped::Triage {
            candidates: vec![code("N01-03")],
        };
        assert_eq!(follow(&code("N01-01"), &[&split, &lost]), guess);
        assert_eq!(guess.settled(&code("N01-01")), None);
    }
}
