//! A text as the signs that people read: each a character with what combines with it. No piece of a
//! difference begins or ends within one, so that no merge puts the accent of one letter on another,
//! or makes of two emojis a third.

use std::{collections::HashMap, ops::Range};
use unicode_segmentation::UnicodeSegmentation;

/// A sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Sign {
    /// One character.
    One(char),
    /// A line break of two characters.
    Crlf,
    /// Several, by a number that they have in both texts.
    Several(u32),
}

/// The signs of a text.
pub(super) struct Signs {
    pub(super) all: Vec<Sign>,
    /// In front of each sign, and at the end: how many characters stand before.
    before: Vec<usize>,
}

impl Signs {
    /// Reads two texts.
    pub(super) fn of_both(old: &str, new: &str) -> (Self, Self) {
        let mut several = HashMap::new();
        (Self::of(old, &mut several), Self::of(new, &mut several))
    }

    fn of<'a>(text: &'a str, several: &mut HashMap<&'a str, u32>) -> Self {
        let mut signs = Self {
            all: Vec::new(),
            before: vec![0],
        };
        let mut before = 0;
        for cluster in text.graphemes(true) {
            let mut characters = cluster.chars();
            let sign = match (characters.next(), characters.next()) {
                (Some(one), None) => Sign::One(one),
                (Some('\r'), Some('\n')) => Sign::Crlf,
                _ => {
                    let next = several.len() as u32;
                    Sign::Several(*several.entry(cluster).or_insert(next))
                }
            };
            before += cluster.chars().count();
            signs.all.push(sign);
            signs.before.push(before);
        }
        signs
    }

    /// Some of the signs, in characters.
    pub(super) fn in_characters(&self, signs: &Range<usize>) -> Range<usize> {
        self.before[signs.start]..self.before[signs.end]
    }
}
