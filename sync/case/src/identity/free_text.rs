//! Numbers of persons in free text. Notes and clauses should say 甲方 and 乙方; a phone warns
//! before it writes a number down.

use super::{mask_id_number, mask_telephone, number};
use crate::limit::form;
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

/// Finds what looks like an ID number or a mobile number: full-width and grouped writing (139 0000
/// 1234), the country's code before it, over a line break, and with invisible characters between
/// the digits.
#[must_use]
pub fn numbers_in(text: &str) -> Vec<NumberFound> {
    let (letters, places): (Vec<char>, Vec<usize>) = text
        .chars()
        .enumerate()
        .filter(|(_, c)| !form::is_invisible(*c))
        .map(|(at, c)| (number::narrow(c), at))
        .unzip();
    let groups = groups(&letters);
    let mut found = Vec::new();
    let mut next = 0;
    while next < groups.len() {
        match number_from(&groups[next..], &letters) {
            Some((number, used)) => {
                found.push(placed(number, &places));
                next += used;
            }
            None => next += 1,
        }
    }
    found
}

/// A text with its numbers masked, and how many there were.
#[must_use]
pub fn mask_numbers(text: &str) -> (String, usize) {
    let found = numbers_in(text);
    let mut masked = String::with_capacity(text.len());
    let mut letters = text.chars();
    let mut at = 0;
    for number in &found {
        masked.extend(letters.by_ref().take((number.start - at) as usize));
        masked.push_str(&number.masked);
        letters
            .by_ref()
            .take((number.end - number.start) as usize)
            .for_each(drop);
        at = number.end;
    }
    masked.extend(letters);
    (masked, found.len())
}

/// Places among the visible characters as places in the text.
fn placed(found: NumberFound, places: &[usize]) -> NumberFound {
    let place =
        |at: usize| u32::try_from(places.get(at).copied().unwrap_or(at)).unwrap_or(u32::MAX);
    let last = found.end.saturating_sub(1) as usize;
    NumberFound {
        start: place(found.start as usize),
        end: place(last) + 1,
        ..found
    }
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

/// A number that begins with the first group, and of how many groups it is made: one blank or
/// hyphen, or a line break with blanks around it, may part them.
fn number_from(groups: &[Group], letters: &[char]) -> Option<(NumberFound, usize)> {
    let (first, rest) = groups.split_first()?;
    let mut digits = first.digits.clone();
    let mut end = first.end;
    let mut used = 1;
    loop {
        if let Some((kind, masked)) = kind_of(&digits) {
            let place = |at| u32::try_from(at).unwrap_or(u32::MAX);
            // The plus before the country's code goes with it.
            let is_abroad = first.start > 0 && letters[first.start - 1] == '+';
            let start = first.start - usize::from(is_abroad);
            let (start, end) = (place(start), place(end));
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
        let between = letters.get(end..group.start).unwrap_or_default();
        if !is_joint(between) || digits.len() >= 18 {
            return None;
        }
        digits.push_str(&group.digits);
        end = group.end;
        used += 1;
    }
}

/// What may stand between two groups of one number.
fn is_joint(between: &[char]) -> bool {
    match between {
        [c] => *c == '-' || c.is_whitespace(),
        [] => false,
        more => {
            let blank = more.iter().all(|c| c.is_whitespace());
            blank && more.len() <= 8 && more.iter().any(|c| matches!(c, '\n' | '\r'))
        }
    }
}

fn kind_of(digits: &str) -> Option<(NumberKind, String)> {
    let local = number::without_country(digits);
    if number::is_mobile(local) && !local.ends_with('X') {
        return Some((NumberKind::Telephone, mask_telephone(local)));
    }
    let is_id = digits.len() == 18 && !digits[..17].contains('X');
    is_id.then(|| (NumberKind::IdNumber, mask_id_number(digits)))
}
