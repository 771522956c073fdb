//! What a disagreement is about, and what its variants come to: values, which rules read. The words
//! beside them are for people.

use crate::{
    ids::{Actor, EntryId, SituationCode},
    record::Performance,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a disagreement is about. As text it is a path, `notes/<id>`: shown to people, and parsed by
/// nobody.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A field, or an entry with what stands in it.
    Place(DocumentPlace),
    /// Two entries of a container, the earlier first.
    Pair {
        /// The container.
        container: String,
        /// The entry that was made first.
        earlier: EntryId,
        /// The other.
        later: EntryId,
    },
    /// Whether the promise of this clause was kept.
    Promise(EntryId),
    /// Two entries of the performance log about one promise, the earlier first.
    Payments {
        /// The clause that holds the promise.
        promise: EntryId,
        /// The entry that was made first.
        earlier: EntryId,
        /// The other.
        later: EntryId,
    },
    /// What the visits found of performance.
    Visits,
    /// The requests to close.
    Closings,
    /// The clock of the phone that wrote under this actor.
    Clock(Actor),
}

/// A place in a document: an entry of a container, or a field of that entry or of the container
/// itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DocumentPlace {
    /// The container.
    pub container: String,
    /// The entry; none where the container is one record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<EntryId>,
    /// A map below the entry and the entry in it, such as a clause of a draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<(String, EntryId)>,
    /// The field; none for the entry as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// What it comes to if a variant holds: what a ruling decides, where a rule reads it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VariantValue {
    /// Nothing that a rule reads: the words are all there is.
    #[default]
    Words,
    /// The case is about this situation (M10).
    Situation(SituationCode),
    /// Of two entries this one counts, and it stands for the other (M08, M22).
    Keep(EntryId),
    /// Both entries count: they are two persons, or two payments (M08, M22).
    Both,
    /// The promise stands like this (M27).
    Found(Performance),
}

impl VariantValue {
    pub(super) fn is_words(&self) -> bool {
        *self == Self::Words
    }
}

impl DocumentPlace {
    /// An entry of a container.
    #[must_use]
    pub fn entry(container: &str, entry: EntryId) -> Self {
        Self {
            entry: Some(entry),
            ..Self::container(container)
        }
    }

    /// A container.
    #[must_use]
    pub fn container(container: &str) -> Self {
        Self {
            container: container.into(),
            entry: None,
            part: None,
            field: None,
        }
    }

    /// A field at this place.
    #[must_use]
    pub fn field(&self, field: &str) -> Self {
        Self {
            field: Some(field.into()),
            ..self.clone()
        }
    }

    /// The place that holds the field.
    #[must_use]
    pub fn holder(&self) -> Self {
        Self {
            field: None,
            ..self.clone()
        }
    }
}

impl fmt::Display for DocumentPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.container)?;
        if let Some(entry) = &self.entry {
            write!(f, "/{entry}")?;
        }
        if let Some((map, part)) = &self.part {
            write!(f, "/{map}/{part}")?;
        }
        match &self.field {
            Some(field) => write!(f, "/{field}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Place(place) => place.fmt(f),
            Self::Pair {
                container,
                earlier,
                later,
            } => write!(f, "{container}/{earlier}+{later}"),
            Self::Promise(clause) => write!(f, "performance/{clause}"),
            Self::Payments {
                promise,
                earlier,
                later,
            } => write!(f, "performance/{promise}/{earlier}+{later}"),
            Self::Visits => f.write_str("visits"),
            Self::Closings => f.write_str("requests"),
            Self::Clock(actor) => write!(f, "devices/{actor}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: EntryId = EntryId(uuid::Uuid::from_u128(1));
    const TWO: EntryId = EntryId(uuid::Uuid::from_u128(2));

    fn all() -> Vec<About> {
        let clause = DocumentPlace {
            part: Some(("clauses".into(), TWO)),
            ..DocumentPlace::entry("drafts", ONE)
        };
        let pair = |container: &str| About::Pair {
            container: container.into(),
            earlier: ONE,
            later: TWO,
        };
        vec![
            About::Place(DocumentPlace::container("intake").field("situation_code")),
            About::Place(DocumentPlace::entry("notes", ONE)),
            About::Place(clause.field("terms")),
            About::Place(clause),
            pair("parties"),
            pair("visits"),
            About::Promise(ONE),
            About::Payments {
                promise: ONE,
                earlier: ONE,
                later: TWO,
            },
            About::Visits,
            About::Closings,
            About::Clock(Actor::SERVER),
        ]
    }

    #[test]
    fn no_two_subjects_are_shown_as_one_path() {
        let paths: std::collections::BTreeSet<String> =
            all().iter().map(About::to_string).collect();
        assert_eq!(paths.len(), all().len());
        assert!(paths.contains(&format!("drafts/{ONE}/clauses/{TWO}/terms")));
        assert!(paths.contains(&format!("parties/{ONE}+{TWO}")));
    }

    #[test]
    fn a_subject_comes_back_as_it_was_kept() {
        for about in all() {
            let kept = serde_json::to_string(&about).unwrap();
            assert_eq!(serde_json::from_str::<About>(&kept).unwrap(), about);
        }
    }
}
