//! A text that was changed on a ground that is not there any more: the changes are carried over to
//! the text that is.

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
pub(crate) struct MergedText {
    /// The text that is, with the changes in it.
    pub(crate) text: String,
    /// When some were held back: the base with all the others in it, from which only what was held
    /// back is missing.
    pub(crate) held_back: Option<String>,
}

/// Carries over to `now` what was changed from `base` to `content`. Only words of the base are ever
/// taken out.
pub(crate) fn merge(base: &str, content: &str, now: &str, inside: Inside) -> MergedText {
    let (own, places) = (hunks(base, content), places(base, now));
    let [base, content, now] = [base, content, now].map(|text| text.chars().collect::<Vec<char>>());
    let behind = behind_what_stands(&places);
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
        on_now.insert(behind[hunk.old.start], words);
    }
    MergedText {
        text: on_now.done(),
        held_back: holds.then(|| on_base.done()),
    }
}

/// A text of which nobody knows from what it was changed: it stands behind the one that is.
pub(crate) fn beside(content: &str, now: &str) -> MergedText {
    let text = match now {
        "" => content.into(),
        _ if now.contains(content) => now.into(),
        _ => format!("{now}\n{content}"),
    };
    MergedText {
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

/// In front of each character, and behind all: where the next thing comes behind the last of those
/// before it that stands still.
fn behind_what_stands(places: &[Option<usize>]) -> Vec<usize> {
    let mut behind = vec![0];
    let mut last = 0;
    for place in places {
        last = place.map_or(last, |at| at + 1);
        behind.push(last);
    }
    behind
}

/// For each character of the base, where it stands now.
fn places(base: &str, now: &str) -> Vec<Option<usize>> {
    let length = base.chars().count();
    let mut places = Vec::with_capacity(length);
    let mut at = 0;
    for hunk in hunks(base, now) {
        while places.len() < hunk.old.start {
            places.push(Some(at));
            at += 1;
        }
        places.resize(hunk.old.end, None);
        at = hunk.new.end;
    }
    while places.len() < length {
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
    use proptest::prelude::*;

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

    #[test]
    fn in_many_places_of_words_that_are_gone_all_that_was_typed_stands_in_its_order() {
        let base: String = (0..300)
            .map(|n| format!("第{n}条：双方各说各的理。"))
            .collect();
        let content = base.replace("条：", "条（核对）：");
        let now = format!("首。{}", &base[base.find("第299").unwrap()..]);
        let merged = kept(&base, &content, &now);
        assert_eq!(merged.matches("（核对）").count(), 300);
        assert!(merged.ends_with("第299条（核对）：双方各说各的理。"));
    }

    fn with_words(text: &str, words: &[(prop::sample::Index, char)], mark: char) -> String {
        let mut text: Vec<char> = text.chars().collect();
        for (at, word) in words {
            let at = at.index(text.len() + 1);
            text.splice(at..at, ['〔', mark, *word, '〕']);
        }
        text.into_iter().collect()
    }

    fn words_in(text: &str) -> Vec<String> {
        let parts = text.split_inclusive('〕');
        let from = |part: &str| part.find('〔').map(|from| part[from..].to_owned());
        parts.filter_map(from).collect()
    }

    fn words() -> impl Strategy<Value = Vec<(prop::sample::Index, char)>> {
        let all: Vec<char> = "一二三四五".chars().collect();
        prop::sample::subsequence(all, 0..=5)
            .prop_flat_map(|all| {
                let len = all.len();
                (
                    prop::collection::vec(any::<prop::sample::Index>(), len),
                    Just(all),
                )
            })
            .prop_map(|(at, all)| at.into_iter().zip(all).collect())
    }

    proptest! {
        #[test]
        fn whatever_was_typed_stands_whole_or_is_held_back(
            base in "(甲说不。|乙说好。|无\n|到场，){0,12}",
            now in "(甲说不。|乙说好。|无\n|到场，){0,12}",
            (own, others) in (words(), words()),
        ) {
            let (content, now) = (with_words(&base, &own, '己'), with_words(&now, &others, '他'));
            let kept = kept(&base, &content, &now);
            for word in words_in(&content).iter().chain(&words_in(&now)) {
                prop_assert!(kept.contains(word), "{} in {}", word, kept);
            }
            let merged = merge(&base, &content, &now, Inside::HeldBack);
            let held_back = merged.held_back.clone().unwrap_or(content.clone());
            for word in words_in(&content) {
                let stands = merged.text.contains(&word);
                prop_assert!(stands || merged.held_back.is_some(), "{} is nowhere", word);
                prop_assert_eq!(stands, held_back.contains(&word));
            }
        }
    }
}
