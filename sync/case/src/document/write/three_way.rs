//! A text that was changed on a ground that is not there any more: the changes are carried over to the text that is.

use super::difference::{Hunk, hunks};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// What becomes of words that were typed inside of words that are gone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inside {
    /// They are held back with them.
    #[default]
    HeldBack,
    /// They are kept at the place where those words were.
    Kept,
}

/// A text after the changes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Merged {
    /// The text that is, with the changes in it.
    pub(crate) text: String,
    /// When some were held back: the base with all the others in it, from which only what was held back is missing.
    pub(crate) held_back: Option<String>,
}

/// Carries over to `now` what was changed from `base` to `content`. Only words of the base are ever taken out.
pub(crate) fn merge(base: &str, content: &str, now: &str, inside: Inside) -> Merged {
    let [base, content, now] = [base, content, now].map(|text| text.chars().collect::<Vec<char>>());
    let (own, places) = (hunks(&base, &content), places(&base, &now));
    let typed_inside = |hunk: &Hunk| is_inside(hunk, &places);
    let holds = inside == Inside::HeldBack && own.iter().any(typed_inside);
    let carried = own
        .iter()
        .filter(|hunk| inside == Inside::Kept || !typed_inside(hunk));
    let (mut on_now, mut on_base) = (Rewrite::of(&now), Rewrite::of(&base));
    for hunk in carried {
        let words = &content[hunk.new.clone()];
        on_base.delete(hunk.old.clone());
        on_base.insert(hunk.old.start, words);
        places[hunk.old.clone()]
            .iter()
            .flatten()
            .for_each(|at| on_now.delete(*at..at + 1));
        on_now.insert(behind_what_stands(&places[..hunk.old.start]), words);
    }
    Merged {
        text: on_now.done(),
        held_back: holds.then(|| on_base.done()),
    }
}

/// A text of which nobody knows from what it was changed: it stands behind the one that is.
pub(crate) fn beside(content: &str, now: &str) -> Merged {
    let text = match now {
        "" => content.into(),
        _ if now.contains(content) => now.into(),
        _ => format!("{now}\n{content}"),
    };
    Merged {
        text,
        held_back: None,
    }
}

/// Words were typed, and all that they stand in or replace is gone.
fn is_inside(hunk: &Hunk, places: &[Option<usize>]) -> bool {
    let around = if hunk.old.is_empty() {
        let before = hunk.old.start.checked_sub(1);
        before.and_then(|before| places.get(before..=hunk.old.end))
    } else {
        places.get(hunk.old.clone())
    };
    !hunk.new.is_empty() && around.is_some_and(|around| around.iter().all(Option::is_none))
}

/// Where the next thing comes behind the last of these that stands still.
fn behind_what_stands(places: &[Option<usize>]) -> usize {
    places.iter().rev().flatten().next().map_or(0, |at| at + 1)
}

/// For each character of the base, where it stands now.
fn places(base: &[char], now: &[char]) -> Vec<Option<usize>> {
    let mut places = Vec::with_capacity(base.len());
    let mut at = 0;
    for hunk in hunks(base, now) {
        while places.len() < hunk.old.start {
            places.push(Some(at));
            at += 1;
        }
        places.resize(hunk.old.end, None);
        at = hunk.new.end;
    }
    while places.len() < base.len() {
        places.push(Some(at));
        at += 1;
    }
    places
}

/// A text with pieces taken out and put in, all of them named by their place in it as it was.
struct Rewrite<'a> {
    text: &'a [char],
    stays: Vec<bool>,
    put_in: Vec<(usize, &'a [char])>,
}

impl<'a> Rewrite<'a> {
    fn of(text: &'a [char]) -> Self {
        Self {
            text,
            stays: vec![true; text.len()],
            put_in: Vec::new(),
        }
    }

    fn delete(&mut self, range: Range<usize>) {
        self.stays[range].fill(false);
    }

    fn insert(&mut self, at: usize, words: &'a [char]) {
        self.put_in.push((at, words));
    }

    fn done(self) -> String {
        let mut done = String::new();
        let mut put_in = self.put_in.into_iter().peekable();
        for at in 0..=self.text.len() {
            while let Some((_, words)) = put_in.next_if(|(before, _)| *before <= at) {
                done.extend(words);
            }
            done.extend(self.text.get(at).filter(|_| self.stays[at]));
        }
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(base: &str, content: &str, now: &str) -> String {
        let merged = merge(base, content, now, Inside::Kept);
        assert_eq!(merged.held_back, None);
        merged.text
    }

    #[test]
    fn both_sides_stand_where_both_wrote_at_one_place() {
        assert_eq!(
            kept("起初。", "起初。甲写的。", "起初。乙写的。"),
            "起初。甲写的。乙写的。"
        );
        assert_eq!(kept("天晴。", "天阴。", "天雨。"), "天阴雨。");
        assert_eq!(kept("一二三", "一三", "〇一二三四"), "〇一三四");
    }

    #[test]
    fn words_of_others_are_never_taken_out() {
        assert_eq!(kept("一二", "", "一甲二"), "甲");
        assert_eq!(kept("", "乙", "甲"), "乙甲");
    }

    #[test]
    fn words_typed_inside_of_refused_words_are_held_back_with_them() {
        let merged = merge(
            "起初。被拒的话。",
            "起初。被拒的坏话。末了",
            "起初。",
            Inside::HeldBack,
        );
        assert_eq!(merged.text, "起初。末了");
        assert_eq!(merged.held_back.as_deref(), Some("起初。被拒的话。末了"));
        let replaced = merge("起初。坏", "起初。好", "起初。", Inside::HeldBack);
        assert_eq!(replaced.text, "起初。");
        assert_eq!(replaced.held_back.as_deref(), Some("起初。坏"));
    }

    #[test]
    fn what_was_held_back_comes_in_later_without_what_went_before() {
        let again = merge(
            "起初。被拒的话。末。",
            "起初。被拒的坏话。末。",
            "起初。末。",
            Inside::Kept,
        );
        assert_eq!(again.text, "起初。坏末。");
    }

    #[test]
    fn refused_words_that_were_taken_out_again_leave_nothing_behind() {
        let merged = merge("起初。坏", "起初。", "起初。", Inside::HeldBack);
        assert_eq!((merged.text.as_str(), merged.held_back), ("起初。", None));
    }

    #[test]
    fn a_text_without_a_base_stands_beside_the_other() {
        assert_eq!(beside("乙", "甲").text, "甲\n乙");
        assert_eq!(beside("甲", "").text, "甲");
    }
}
