//! What a signature stands over, as one word (docs/adr/0023): `v2:CLAUSES:WHOLE`, two hashes. The
//! second covers the first, the form, who the parties are and what happened, so that it can be said
//! which part moved after somebody signed. The first version was the hash of the clauses alone;
//! what was signed by it is held to them.

use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fmt;

/// The version of the word that is written today.
const PREFIX: &str = "v2:";

/// The hashes of a draft as it stands now.
pub(crate) struct TextHash {
    clauses: String,
    whole: String,
}

/// Which part of a text is another one than that which was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MovedPart {
    /// A clause, its place or its promise.
    Clauses,
    /// The form, a party or a fact of the dispute; the clauses are the same.
    Rest,
}

impl TextHash {
    /// Of clauses in their canonical form, and what gives that of everything from the hash of
    /// these.
    pub(crate) fn of(clauses: &str, whole: impl FnOnce(&str) -> String) -> Self {
        let clauses = sha256(clauses.as_bytes());
        let whole = sha256(whole(&clauses).as_bytes());
        Self { clauses, whole }
    }
}

impl fmt::Display for TextHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}:{}", self.clauses, self.whole)
    }
}

/// Which part of what was signed is another one now, by the word of either; none while the text is
/// the same, as far as the version of the signed word covers it.
#[must_use]
pub fn moved(signed: &str, now: &str) -> Option<MovedPart> {
    let ((signed_clauses, signed_whole), (clauses, whole)) = (parts(signed), parts(now));
    if signed_clauses != clauses {
        Some(MovedPart::Clauses)
    } else if signed_whole.is_some() && signed_whole != whole {
        Some(MovedPart::Rest)
    } else {
        None
    }
}

/// The hash of the clauses and, if the version has it, of the whole.
fn parts(word: &str) -> (&str, Option<&str>) {
    let hashes = word.strip_prefix(PREFIX);
    let split = hashes.and_then(|hashes| hashes.split_once(':'));
    split.map_or((word, None), |(clauses, whole)| (clauses, Some(whole)))
}

/// SHA-256, lower-case hex.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(clauses: &str, whole: &str) -> String {
        TextHash::of(clauses, |hash| format!("{hash}{whole}")).to_string()
    }

    #[test]
    fn it_is_said_which_part_moved() {
        let signed = word("一、乙方付款。", "张*");
        assert_eq!(moved(&signed, &signed), None);
        assert_eq!(
            moved(&signed, &word("一、乙方付款。", "李*")),
            Some(MovedPart::Rest)
        );
        assert_eq!(
            moved(&signed, &word("一、乙方不付款。", "张*")),
            Some(MovedPart::Clauses)
        );
    }

    #[test]
    fn a_signature_of_the_first_version_is_held_to_the_clauses_alone() {
        let signed = sha256("一、乙方付款。".as_bytes());
        assert_eq!(moved(&signed, &word("一、乙方付款。", "李*")), None);
        assert_eq!(
            moved(&signed, &word("一、乙方不付款。", "张*")),
            Some(MovedPart::Clauses)
        );
    }

    #[test]
    fn a_word_of_a_version_that_is_not_known_stands_over_no_text() {
        let now = word("一、乙方付款。", "张*");
        for signed in ["", "v3:a:b", "v2:", "v2::"] {
            assert_eq!(moved(signed, &now), Some(MovedPart::Clauses), "{signed}");
        }
    }
}
