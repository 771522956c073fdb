//! What somebody had seen when he or she acted, and how a change says so that was written again
//! later (docs/adr/0011).

use crate::ids::ChangeHash;
use serde::{Deserialize, Serialize};

/// How the message of a change that was written again begins; the digit is the version of the form.
const FORM: &str = "seen1 ";

/// What begins every version of the form.
const ANY_FORM: &str = "seen";

/// What somebody had before him or her.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Seen {
    /// The heads of the document, sorted. Empty when nobody knows any more.
    pub heads: Vec<ChangeHash>,
    /// The version of the facts. One above the server's own is one that the server never gave: it
    /// says nothing.
    pub facts_version: u64,
}

/// On what an edit was written, so that it can be written again as if it had been sent in time.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Basis {
    /// What its author had seen.
    pub seen: Seen,
    /// The text that the author changed, as he or she saw it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_text: Option<String>,
}

/// A message that claims to say what was seen, and does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the change does not say what its author had seen in a form that is known")]
pub struct BadSeen;

impl Seen {
    /// Reads the message of a change with these dependencies: none when it speaks of something
    /// else.
    ///
    /// What was seen is named by marks on the dependencies, so that it can never be what the change
    /// does not build on.
    ///
    /// # Errors
    /// [`BadSeen`].
    pub fn read(message: &str, deps: &[ChangeHash]) -> Result<Option<Self>, BadSeen> {
        if !message.starts_with(ANY_FORM) {
            return Ok(None);
        }
        let rest = message.strip_prefix(FORM).ok_or(BadSeen)?;
        let (version, marks) = rest.split_once(' ').ok_or(BadSeen)?;
        let facts_version: u64 = version.parse().map_err(|_| BadSeen)?;
        let is_plain = facts_version.to_string() == version;
        if !is_plain
            || marks.len() != deps.len()
            || !marks.bytes().all(|mark| b"01".contains(&mark))
        {
            return Err(BadSeen);
        }
        let mut heads = deps.to_vec();
        heads.sort_unstable();
        let mut marks = marks.bytes();
        heads.retain(|_| marks.next() == Some(b'1'));
        Ok(Some(Self {
            heads,
            facts_version,
        }))
    }

    /// The message of a change with these dependencies, among which all of the heads must be.
    pub(crate) fn message(&self, deps: &[ChangeHash]) -> String {
        let mut deps = deps.to_vec();
        deps.sort_unstable();
        let mark = |dep: &ChangeHash| if self.heads.contains(dep) { '1' } else { '0' };
        let marks: String = deps.iter().map(mark).collect();
        format!("{FORM}{} {marks}", self.facts_version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(n: u8) -> ChangeHash {
        ChangeHash([n; 32])
    }

    #[test]
    fn what_was_seen_is_read_as_it_was_said() {
        let seen = Seen {
            heads: vec![hash(2), hash(9)],
            facts_version: 42,
        };
        let deps = [hash(9), hash(4), hash(2)];
        let message = seen.message(&deps);
        assert_eq!(message, "seen1 42 101");
        assert_eq!(Seen::read(&message, &deps), Ok(Some(seen)));
        assert_eq!(Seen::read("hejie-case-v1", &deps), Ok(None));
    }

    #[test]
    fn what_no_phone_says_is_not_believed() {
        let deps = [hash(1), hash(2)];
        for odd in [
            "seen",
            "seen1",
            "seen1 1",
            "seen2 1 11",
            "seen1 +1 11",
            "seen1 01 11",
            "seen1 1 1",
            "seen1 1 111",
            "seen1 1 1x",
            "seen1  11",
            "seen1 99999999999999999999 11",
        ] {
            assert_eq!(Seen::read(odd, &deps), Err(BadSeen), "{odd}");
        }
    }
}
