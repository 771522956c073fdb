//! What differs between two versions of a text, in as few and as whole pieces as a person would have written.
//!
//! Which characters a change takes out and puts in is more than a matter of size. Words that are put in stand and fall with the
//! characters around them: what is typed inside of words that are refused goes with these, and what another one types meanwhile is
//! merged between them. A difference that is only as short as possible finds its characters wherever they happen to be, so that
//! `甲说好。` put in front of `甲说不。` becomes `说好。甲` behind the first `甲`, and is cut when the other sentence goes.
//!
//! Therefore a piece costs something for being one; a piece that may lie in several places lies where a sentence begins and ends; and
//! a sentence of which more was replaced than is left is replaced whole.

use std::ops::Range;

/// Above this product of lengths what differs is taken as one piece: a fine difference would take too long.
const FINE: usize = 4_000_000;

/// What it costs to begin taking out, or putting in, in characters: between two replacements six must stay for them to be two.
const BEGIN: u32 = 6;

/// More than any alignment costs.
const NEVER: u32 = u32::MAX / 2;

/// A piece that differs: what it was, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hunk {
    pub(super) old: Range<usize>,
    pub(super) new: Range<usize>,
}

/// The pieces that differ, in order.
pub(super) fn hunks(old: &[char], new: &[char]) -> Vec<Hunk> {
    let head = in_common(old.iter(), new.iter());
    let tail = in_common(old[head..].iter().rev(), new[head..].iter().rev());
    let rough = Hunk {
        old: head..old.len() - tail,
        new: head..new.len() - tail,
    };
    let mut hunks = match (rough.old.len(), rough.new.len()) {
        (0, 0) => Vec::new(),
        (gone, come) if gone == 0 || come == 0 || gone.saturating_mul(come) > FINE => vec![rough],
        _ => fine(old, new, &rough),
    };
    for at in 0..hunks.len() {
        let before = at.checked_sub(1).map_or(0, |at| hunks[at].old.end);
        let after = hunks.get(at + 1).map_or(old.len(), |next| next.old.start);
        let hunk = &mut hunks[at];
        match (hunk.old.is_empty(), hunk.new.is_empty()) {
            (true, _) => slide(new, hunk, before..after),
            (_, true) => slide(old, hunk, before..after),
            _ => widen(old, hunk, before..after),
        }
    }
    hunks
}

fn in_common<'a>(
    one: impl Iterator<Item = &'a char>,
    other: impl Iterator<Item = &'a char>,
) -> usize {
    one.zip(other)
        .take_while(|(one, other)| one == other)
        .count()
}

/// Moves a piece that was only put in, or only taken out, to where it is most like whole sentences. `text` is the version that has it;
/// the place is between the neighbours in the old version.
fn slide(text: &[char], hunk: &mut Hunk, between: Range<usize>) {
    let piece = if hunk.old.is_empty() {
        hunk.new.clone()
    } else {
        hunk.old.clone()
    };
    let room = hunk.old.start - between.start;
    let left = (0..room).take_while(|by| text[piece.start - by - 1] == text[piece.end - by - 1]);
    let left = left.count();
    let room = between.end - hunk.old.end;
    let right = (0..room).take_while(|by| text[piece.start + by] == text[piece.end + by]);
    let right = right.count();
    let whole = |by: usize| {
        let (start, end) = (piece.start - left + by, piece.end - left + by);
        sentence_ends(text, start) + sentence_ends(text, end)
    };
    // Of equals the last: people write on more often than they write before.
    let Some(best) = (0..=left + right).max_by_key(|by| (whole(*by), *by)) else {
        return;
    };
    for range in [&mut hunk.old, &mut hunk.new] {
        *range = range.start - left + best..range.end - left + best;
    }
}

/// Replaces whole sentences of which more was replaced than is left between the neighbours.
fn widen(old: &[char], hunk: &mut Hunk, between: Range<usize>) {
    let is_end = |at: &usize| sentence_ends(old, *at) > 0;
    let start = (between.start..=hunk.old.start).rev().find(is_end);
    let end = (hunk.old.end..=between.end).find(is_end);
    let (Some(start), Some(end)) = (start, end) else {
        return;
    };
    let (before, after) = (hunk.old.start - start, end - hunk.old.end);
    if before + after < hunk.old.len().min(hunk.new.len()) {
        hunk.old = start..end;
        hunk.new = hunk.new.start - before..hunk.new.end + after;
    }
}

/// How much the place in front of this character is one where a sentence ends.
fn sentence_ends(text: &[char], at: usize) -> u8 {
    match at.checked_sub(1).and_then(|before| text.get(before)) {
        None | Some('\n') => 3,
        _ if at == text.len() => 3,
        Some('。' | '！' | '？' | '；' | '.' | '!' | '?' | ';') => 2,
        Some('，' | '、' | '：' | ',' | ':' | ' ' | '\u{3000}') => 1,
        Some(_) => 0,
    }
}

/// How an alignment of two beginnings ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Same,
    Out,
    In,
}

/// The cheapest alignment of each pair of beginnings, by how it ends; taking out comes before putting in.
struct Alignment<'a> {
    old: &'a [char],
    new: &'a [char],
    /// Of each cell, how the alignment before it ends: two bits for each way in which it ends itself.
    from: Vec<u8>,
}

/// The pieces outside of the cheapest alignment of what differs roughly.
fn fine(old: &[char], new: &[char], rough: &Hunk) -> Vec<Hunk> {
    let (alignment, end) = Alignment::of(&old[rough.old.clone()], &new[rough.new.clone()]);
    let mut hunks: Vec<Hunk> = Vec::new();
    let (mut i, mut j) = (rough.old.start, rough.new.start);
    for step in alignment.steps(end) {
        let (to_i, to_j) = match step {
            End::Same => (i + 1, j + 1),
            End::Out => (i + 1, j),
            End::In => (i, j + 1),
        };
        match hunks.last_mut() {
            _ if step == End::Same => {}
            Some(last) if last.old.end == i && last.new.end == j => {
                (last.old.end, last.new.end) = (to_i, to_j);
            }
            _ => hunks.push(Hunk {
                old: i..to_i,
                new: j..to_j,
            }),
        }
        (i, j) = (to_i, to_j);
    }
    hunks
}

impl<'a> Alignment<'a> {
    /// Aligns two texts, and says how that ends.
    fn of(old: &'a [char], new: &'a [char]) -> (Self, End) {
        let width = new.len() + 1;
        let mut from = vec![0; (old.len() + 1) * width];
        let mut above = vec![[NEVER; 3]; width];
        let mut row = above.clone();
        for i in 0..=old.len() {
            for j in 0..=new.len() {
                let (mut costs, mut ways) = ([NEVER; 3], 0);
                if i == 0 && j == 0 {
                    costs[0] = 0;
                }
                if i > 0 && j > 0 && old[i - 1] == new[j - 1] {
                    let (cost, way) = cheapest(above[j - 1], [0, 0, 0]);
                    (costs[0], ways) = (cost, ways | way);
                }
                if i > 0 {
                    let (cost, way) = cheapest(above[j], [BEGIN + 1, 1, NEVER]);
                    (costs[1], ways) = (cost, ways | (way << 2));
                }
                if j > 0 {
                    let (cost, way) = cheapest(row[j - 1], [BEGIN + 1, BEGIN + 1, 1]);
                    (costs[2], ways) = (cost, ways | (way << 4));
                }
                row[j] = costs;
                from[i * width + j] = ways;
            }
            std::mem::swap(&mut above, &mut row);
        }
        let (_, end) = cheapest(above[new.len()], [0, 0, 0]);
        (Self { old, new, from }, END[usize::from(end)])
    }

    /// The way that leads to the end, from the beginning on.
    fn steps(&self, mut end: End) -> Vec<End> {
        let (mut i, mut j) = (self.old.len(), self.new.len());
        let mut steps = Vec::new();
        while i > 0 || j > 0 {
            steps.push(end);
            let ways = self.from[i * (self.new.len() + 1) + j];
            let (shift, to) = match end {
                End::Same => (0, (i - 1, j - 1)),
                End::Out => (2, (i - 1, j)),
                End::In => (4, (i, j - 1)),
            };
            (i, j) = to;
            end = END[usize::from((ways >> shift) & 3)];
        }
        steps.reverse();
        steps
    }
}

/// The ways in which an alignment ends, by their places.
const END: [End; 3] = [End::Same, End::Out, End::In];

/// The cheapest of three ways, with what each costs more, and its place.
fn cheapest(costs: [u32; 3], more: [u32; 3]) -> (u32, u8) {
    let sum = |at: u8| costs[usize::from(at)].saturating_add(more[usize::from(at)]);
    let best = (0..3).min_by_key(|at| sum(*at)).unwrap_or_default();
    (sum(best).min(NEVER), best)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    /// The pieces as people see them: what was taken out, and what was put in.
    fn pieces(old: &str, new: &str) -> Vec<(String, String)> {
        let (old, new) = (chars(old), chars(new));
        let piece = |hunk: Hunk| {
            (
                old[hunk.old].iter().collect(),
                new[hunk.new].iter().collect(),
            )
        };
        hunks(&old, &new).into_iter().map(piece).collect()
    }

    fn pair(old: &str, new: &str) -> (String, String) {
        (old.into(), new.into())
    }

    #[test]
    fn a_sentence_that_begins_like_the_next_one_is_put_in_whole() {
        let found = pieces("起初。甲说不。", "起初。甲说好。甲说不。");
        assert_eq!(found, [pair("", "甲说好。")]);
        let found = pieces("起初。甲说好。甲说不。", "起初。甲说不。");
        assert_eq!(found, [pair("甲说好。", "")]);
    }

    #[test]
    fn words_that_are_written_on_stand_behind_what_they_repeat() {
        assert_eq!(hunks(&chars("好好"), &chars("好好好"))[0].new, 2..3);
    }

    #[test]
    fn a_sentence_of_which_more_was_replaced_than_is_left_is_replaced_whole() {
        let found = pieces("起。甲4乙00640丙。末。", "起。甲1乙00702丙。末。");
        assert_eq!(found, [pair("甲4乙00640丙。", "甲1乙00702丙。")]);
        assert_eq!(pieces("天晴。", "天阴。"), [pair("晴", "阴")]);
    }

    #[test]
    fn two_sentences_at_two_places_are_two_pieces() {
        let found = pieces("一。二。三。", "一。新一。二。三。新三。");
        assert_eq!(found, [pair("", "新一。"), pair("", "新三。")]);
    }

    #[test]
    fn a_text_that_is_too_long_to_be_compared_finely_is_replaced_where_it_differs() {
        let (old, new) = ("旧".repeat(2_100), "新".repeat(2_100));
        let found = pieces(&format!("首{old}尾"), &format!("首{new}尾"));
        assert_eq!(found.len(), 1);
    }

    proptest! {
        #[test]
        fn the_pieces_make_of_the_one_text_the_other(old in "[甲乙。，\n]{0,40}", new in "[甲乙。，\n]{0,40}") {
            let (old, new) = (chars(&old), chars(&new));
            let (mut made, mut at) = (Vec::<char>::new(), 0);
            for hunk in hunks(&old, &new) {
                prop_assert!(at <= hunk.old.start);
                prop_assert!(!hunk.old.is_empty() || !hunk.new.is_empty());
                made.extend(&old[at..hunk.old.start]);
                prop_assert_eq!(made.len(), hunk.new.start);
                made.extend(&new[hunk.new]);
                at = hunk.old.end;
            }
            made.extend(&old[at..]);
            prop_assert_eq!(made, new);
        }
    }
}
