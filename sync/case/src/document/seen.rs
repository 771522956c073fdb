//! What somebody had seen when he or she acted, and how a change says so: by what it builds on, and
//! in words where that says too much (a change that was written again later, docs/adr/0011) or too
//! little (one of the work, which builds on nothing confidential, docs/adr/0026).

use crate::ids::ChangeHash;
use serde::{Deserialize, Serialize};

/// How the message of a change that was written again begins; the digit is the version of the form.
const FORM: &str = "seen1 ";

/// How the message of any other change of the work begins whose author had both parts.
const BESIDE: &str = "beside1 ";

/// What begins every version of the forms.
const ANY_FORM: [&str; 2] = ["seen", "beside"];

/// So many heads of the confidential part are named at most: there are more only while as many
/// people write there at once, and who names less has only seen less.
pub(crate) const MOST_BESIDE: usize = 8;

/// What somebody had before him or her.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Seen {
    /// The heads of what the change builds on, sorted. Empty when nobody knows any more.
    pub heads: Vec<ChangeHash>,
    /// For a change of the work, the heads of the confidential part, sorted; none of whoever does
    /// not hold it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<ChangeHash>,
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

/// What a change says beside its operations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeMessage {
    /// It was written again: this is what its author had seen, of all that it builds on.
    Seen(Seen),
    /// It was written on what it builds on, beside these heads of the confidential part.
    Beside(Vec<ChangeHash>),
}

/// A message that claims to say what was seen, and does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the change does not say what its author had seen in a form that is known")]
pub struct BadSeen;

impl ChangeMessage {
    /// Reads the message of a change with these dependencies: none when it speaks of something
    /// else.
    ///
    /// What was seen of the own part is named by marks on the dependencies, so that it can never be
    /// what the change does not build on.
    ///
    /// # Errors
    /// [`BadSeen`].
    pub fn read(message: &str, deps: &[ChangeHash]) -> Result<Option<Self>, BadSeen> {
        if !ANY_FORM.iter().any(|form| message.starts_with(form)) {
            return Ok(None);
        }
        if let Some(names) = message.strip_prefix(BESIDE) {
            let beside = read_names(names)?;
            return Ok(Some(Self::Beside(beside)));
        }
        let rest = message.strip_prefix(FORM).ok_or(BadSeen)?;
        let (version, rest) = rest.split_once(' ').ok_or(BadSeen)?;
        let (marks, names) = match rest.split_once(' ') {
            Some((marks, names)) => (marks, Some(names)),
            None => (rest, None),
        };
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
        Ok(Some(Self::Seen(Seen {
            heads,
            beside: names.map_or(Ok(Vec::new()), read_names)?,
            facts_version,
        })))
    }

    /// The heads of the confidential part that it names.
    #[must_use]
    pub fn beside(&self) -> &[ChangeHash] {
        match self {
            Self::Seen(seen) => &seen.beside,
            Self::Beside(beside) => beside,
        }
    }

    /// The message of a change that was not written again; none where it says nothing.
    pub(crate) fn message_beside(beside: &[ChangeHash]) -> Option<String> {
        (!beside.is_empty()).then(|| format!("{BESIDE}{}", names_of(beside)))
    }
}

impl Seen {
    /// The message of a change with these dependencies, among which all of the heads must be.
    pub(crate) fn message(&self, deps: &[ChangeHash]) -> String {
        let mut deps = deps.to_vec();
        deps.sort_unstable();
        let mark = |dep: &ChangeHash| if self.heads.contains(dep) { '1' } else { '0' };
        let marks: String = deps.iter().map(mark).collect();
        let mut message = format!("{FORM}{} {marks}", self.facts_version);
        if !self.beside.is_empty() {
            message.push(' ');
            message.push_str(&names_of(&self.beside));
        }
        message
    }
}

fn names_of(changes: &[ChangeHash]) -> String {
    let names: Vec<String> = changes.iter().map(ToString::to_string).collect();
    names.join(" ")
}

/// Names in their one form: lower case, ascending, each once.
fn read_names(names: &str) -> Result<Vec<ChangeHash>, BadSeen> {
    let read = names.split(' ').map(|name| name.parse::<ChangeHash>());
    let changes = read.collect::<Result<Vec<_>, _>>().map_err(|_| BadSeen)?;
    let ascends = changes.windows(2).all(|pair| pair[0] < pair[1]);
    if ascends && changes.len() <= MOST_BESIDE && names_of(&changes) == names {
        Ok(changes)
    } else {
        Err(BadSeen)
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
            beside: Vec::new(),
            facts_version: 42,
        };
        let deps = [hash(9), hash(4), hash(2)];
        let message = seen.message(&deps);
        assert_eq!(message, "seen1 42 101");
        assert_eq!(
            ChangeMessage::read(&message, &deps),
            Ok(Some(ChangeMessage::Seen(seen)))
        );
        assert_eq!(ChangeMessage::read("hejie-case-v1", &deps), Ok(None));
    }

    #[test]
    fn what_was_seen_of_the_other_part_is_said_by_name() {
        let deps = [hash(1)];
        let seen = Seen {
            heads: vec![hash(1)],
            beside: vec![hash(3), hash(4)],
            facts_version: 7,
        };
        let again = ChangeMessage::read(&seen.message(&deps), &deps);
        assert_eq!(again, Ok(Some(ChangeMessage::Seen(seen))));
        let message = ChangeMessage::message_beside(&[hash(3)]).unwrap();
        let plain = ChangeMessage::read(&message, &deps).unwrap().unwrap();
        assert_eq!(plain.beside(), [hash(3)]);
        assert_eq!(ChangeMessage::message_beside(&[]), None);
    }

    #[test]
    fn what_no_phone_says_is_not_believed() {
        let deps = [hash(1), hash(2)];
        let (one, two) = (hash(1), hash(2));
        let many: Vec<ChangeHash> = (0..=8).map(hash).collect();
        for odd in [
            "seen".to_owned(),
            "seen1".into(),
            "seen1 1".into(),
            "seen2 1 11".into(),
            "seen1 +1 11".into(),
            "seen1 01 11".into(),
            "seen1 1 1".into(),
            "seen1 1 111".into(),
            "seen1 1 1x".into(),
            "seen1  11".into(),
            "seen1 99999999999999999999 11".into(),
            "seen1 1 11 ".into(),
            format!("seen1 1 11 {two} {one}"),
            "beside".into(),
            "beside1 ".into(),
            format!("beside2 {one}"),
            format!("beside1 {one} {one}"),
            format!("beside1 {one}  {two}"),
            format!("beside1 {}", one.to_string().replace('0', "O")),
            format!("beside1 {}", names_of(&many)),
        ] {
            assert_eq!(ChangeMessage::read(&odd, &deps), Err(BadSeen), "{odd}");
        }
    }
}
