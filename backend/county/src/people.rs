//! Invented people: names by chance from lists, numbers that cannot be anybody's.

use crate::chance::Chance;
use hejie_case::record::PartyKind;
use serde::Deserialize;
use std::sync::LazyLock;

/// Somebody who does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invented {
    /// The full name; it never enters a document.
    pub name: String,
    /// Eighteen characters with area 990101 and a wrong check digit, so that it is nobody's.
    pub id_number: String,
    /// One of 1390000xxxx.
    pub telephone: String,
}

#[derive(Deserialize)]
pub(crate) struct NamePool {
    surnames: String,
    given: String,
    organisations: Vec<String>,
    pub(crate) county: CountyNames,
}

#[derive(Deserialize)]
pub(crate) struct CountyNames {
    pub(crate) townships: Vec<String>,
    pub(crate) first: Vec<String>,
    pub(crate) second: Vec<String>,
}

static NAMES: LazyLock<NamePool> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the file is part of the program and tests read it"
    )]
    toml::from_str(include_str!("../data/names.toml")).expect("the shipped names are readable")
});

pub(crate) fn names() -> &'static NamePool {
    &NAMES
}

/// A full name.
pub fn name(chance: &mut Chance) -> String {
    let letters = |of: &'static str| of.chars().collect::<Vec<_>>();
    let mut name = String::from(*chance.pick(&letters(&NAMES.surnames)));
    let given = letters(&NAMES.given);
    name.push(*chance.pick(&given));
    if chance.happens(0.8) {
        name.push(*chance.pick(&given));
    }
    name
}

/// The name as a document may have it: 张*明, 李* (P20).
#[must_use]
pub fn masked(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().unwrap_or('某');
    let last = (name.chars().count() > 2)
        .then(|| letters.next_back())
        .flatten();
    std::iter::once(first)
        .chain(std::iter::once('*'))
        .chain(last)
        .collect()
}

/// Somebody.
pub fn invent(chance: &mut Chance) -> Invented {
    let (year, month, day) = (
        chance.between(1945, 2004),
        chance.between(1, 12),
        chance.between(1, 28),
    );
    let digits = format!(
        "990101{year:04}{month:02}{day:02}{:03}",
        chance.between(1, 999)
    );
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: usize = digits
        .bytes()
        .zip(weights)
        .map(|(digit, weight)| usize::from(digit - b'0') * weight)
        .sum();
    // The digit after the right one is wrong.
    let wrong = char::from(b"10X98765432"[(sum + 1) % 11]);
    Invented {
        name: name(chance),
        id_number: format!("{digits}{wrong}"),
        telephone: format!("1390000{:04}", chance.between(0, 9999)),
    }
}

/// A party as a document names it: a masked person, or a certain organisation.
pub(crate) fn party(chance: &mut Chance, kind: PartyKind) -> String {
    match kind {
        PartyKind::Person => masked(&invent(chance).name),
        PartyKind::Organisation => chance.pick(&NAMES.organisations).clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_invented_can_exist() {
        let mut chance = Chance::of(1, "people", 0);
        for _ in 0..500 {
            let somebody = invent(&mut chance);
            assert!(somebody.id_number.starts_with("990101") && somebody.id_number.len() == 18);
            assert_ne!(
                somebody.id_number.as_bytes()[17],
                right_digit(&somebody.id_number)
            );
            assert!(somebody.telephone.starts_with("1390000") && somebody.telephone.len() == 11);
        }
    }

    fn right_digit(number: &str) -> u8 {
        let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        let digits = number.bytes().take(17).map(|d| usize::from(d - b'0'));
        let sum: usize = digits.zip(weights).map(|(d, w)| d * w).sum();
        b"10X98765432"[sum % 11]
    }

    #[test]
    fn a_masked_name_shows_the_surname_and_at_most_the_last_character() {
        assert_eq!(masked("张小明"), "张*明");
        assert_eq!(masked("李四"), "李*");
    }
}
