//! Numbers of persons in free text. Notes and clauses should say 甲方 and 乙方; a phone warns before it writes a number down.

use super::{mask_id_number, mask_telephone, number};
use serde::{Deserialize, Serialize};

/// What a number in a text looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberKind {
    /// 18 characters, as ID numbers have.
    IdNumber,
    /// 11 digits, as mobile numbers have.
    Telephone,
}

/// A number that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberFound {
    /// What it looks like.
    pub kind: NumberKind,
    /// Where it begins, in characters.
    pub start: u32,
    /// Where it ends, in characters, exclusive.
    pub end: u32,
    /// The number masked, to be shown or to be put in its place.
    pub masked: String,
}

/// Digits that stand together, with a check letter behind them if there is one.
struct Group {
    digits: String,
    start: usize,
    end: usize,
}

/// Finds what looks like an ID number or a mobile number, full-width and grouped writing (139 0000 1234) included.
#[must_use]
pub fn numbers_in(text: &str) -> Vec<NumberFound> {
    let letters: Vec<char> = text.chars().map(number::narrow).collect();
    let groups = groups(&letters);
    let mut found = Vec::new();
    let mut next = 0;
    while next < groups.len() {
        match number_from(&groups[next..], &letters) {
            Some((number, used)) => {
                found.push(number);
                next += used;
            }
            None => next += 1,
        }
    }
    found
}

fn groups(letters: &[char]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (at, c) in letters.iter().enumerate() {
        let behind = groups.last_mut().filter(|group| group.end == at);
        match (behind, c) {
            (Some(group), '0'..='9' | 'x' | 'X') => {
                group.digits.push(c.to_ascii_uppercase());
                group.end += 1;
            }
            (None, '0'..='9') => groups.push(Group {
                digits: c.to_string(),
                start: at,
                end: at + 1,
            }),
            _ => {}
        }
    }
    groups
}

/// A number that begins with the first group, and of how many groups it is made: single blanks and hyphens may part them.
fn number_from(groups: &[Group], letters: &[char]) -> Option<(NumberFound, usize)> {
    let (first, rest) = groups.split_first()?;
    let mut digits = first.digits.clone();
    let mut end = first.end;
    let mut used = 1;
    loop {
        if let Some((kind, masked)) = kind_of(&digits) {
            let place = |at| u32::try_from(at).unwrap_or(u32::MAX);
            let (start, end) = (place(first.start), place(end));
            return Some((
                NumberFound {
                    kind,
                    start,
                    end,
                    masked,
                },
                used,
            ));
        }
        let group = rest.get(used - 1)?;
        let is_joined = group.start == end + 1 && matches!(letters[end], ' ' | '-');
        if !is_joined || digits.len() >= 18 {
            return None;
        }
        digits.push_str(&group.digits);
        end = group.end;
        used += 1;
    }
}

fn kind_of(digits: &str) -> Option<(NumberKind, String)> {
    if number::is_mobile(digits) && !digits.ends_with('X') {
        return Some((NumberKind::Telephone, mask_telephone(digits)));
    }
    let is_id = digits.len() == 18 && !digits[..17].contains('X');
    is_id.then(|| (NumberKind::IdNumber, mask_id_number(digits)))
}
