//! What differs between two versions of a text, in as few and as whole pieces as a person would
//! have written.
//!
//! Which characters a change takes out and puts in is more than a matter of size. Words that are
//! put in stand and fall with the characters around them: what is typed inside of words that are
//! refused goes with these, and what another one types meanwhile is merged between them. A
//! difference that is only as short as possible finds its characters wherever they happen to be, so
//! that `甲说好。` put in front of `甲说不。` becomes `说好。甲` behind the first `甲`, and is cut
//! when the other sentence goes.
//!
//! Therefore a piece costs something for being one; a piece that may lie in several places lies
//! where a sentence begins and ends; and a sentence of which more was replaced than is left is
//! replaced whole. Texts that are too long to be compared like this from end to end are so compared
//! between what they have in common beyond doubt: taken as one piece, what two people change at
//! both ends of a text would stand there twice.

mod align;
mod anchor;
mod sign;

use sign::{Sign, Signs};
use std::ops::Range;

/// So much may the lengths of the pieces that are compared finely come to, each multiplied by what
/// it becomes: more would take too long.
const FINE: usize = 4_000_000;

/// A piece that differs: what it was, and what it is, in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hunk {
    pub(super) old: Range<usize>,
    pub(super) new: Range<usize>,
}

/// The pieces that differ, in order.
pub(super) fn hunks(old: &str, new: &str) -> Vec<Hunk> {
    let (old, new) = Signs::of_both(old, new);
    let mut hunks = of_signs(&old.all, &new.all);
    for hunk in &mut hunks {
        hunk.old = old.in_characters(&hunk.old);
        hunk.new = new.in_characters(&hunk.new);
    }
    hunks
}

/// What was put into a text, in order.
pub(crate) fn inserted(old: &str, new: &str) -> String {
    let characters: Vec<char> = new.chars().collect();
    let pieces = hunks(old, new).into_iter();
    pieces
        .flat_map(|hunk| characters[hunk.new].iter().copied())
        .collect()
}

/// The same in signs.
fn of_signs(old: &[Sign], new: &[Sign]) -> Vec<Hunk> {
    let mut hunks = pieces(old, new);
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

/// The pieces wherever they happen to lie.
fn pieces(old: &[Sign], new: &[Sign]) -> Vec<Hunk> {
    let head = in_common(old.iter(), new.iter());
    let tail = in_common(old[head..].iter().rev(), new[head..].iter().rev());
    let rough = Hunk {
        old: head..old.len() - tail,
        new: head..new.len() - tail,
    };
    let parts = if rough.cost() > FINE {
        anchor::between(old, new, &rough)
    } else {
        vec![rough]
    };
    let (mut pieces, mut left) = (Vec::new(), FINE);
    for part in parts {
        match part.cost() {
            0 => pieces.push(part),
            cost if cost > left => pieces.push(part),
            cost => {
                left -= cost;
                pieces.append(&mut align::fine(old, new, &part));
            }
        }
    }
    pieces.retain(|piece| !piece.old.is_empty() || !piece.new.is_empty());
    pieces
}

fn in_common<'a>(
    one: impl Iterator<Item = &'a Sign>,
    other: impl Iterator<Item = &'a Sign>,
) -> usize {
    one.zip(other)
        .take_while(|(one, other)| one == other)
        .count()
}

impl Hunk {
    /// What it takes to compare it finely.
    fn cost(&self) -> usize {
        self.old.len().saturating_mul(self.new.len())
    }
}

/// Moves a piece that was only put in, or only taken out, to where it is most like whole sentences.
/// `text` is the version that has it; the place is between the neighbours in the old version.
fn slide(text: &[Sign], hunk: &mut Hunk, between: Range<usize>) {
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
fn widen(old: &[Sign], hunk: &mut Hunk, between: Range<usize>) {
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

/// How much the place in front of this sign is one where a sentence ends. What closes a quotation
/// or a bracket belongs to what it closes.
fn sentence_ends(text: &[Sign], at: usize) -> u8 {
    match text.get(at) {
        Some(_) if at == 0 => return 3,
        None => return 3,
        Some(next) if closes(next) => return 0,
        Some(_) => {}
    }
    let mut before = text[..at].iter().rev();
    match before.find(|sign| !closes(sign)) {
        Some(Sign::One('\n') | Sign::Crlf) => 3,
        Some(Sign::One('。' | '！' | '？' | '；' | '.' | '!' | '?' | ';')) => 2,
        Some(Sign::One('，' | '、' | '：' | ',' | ':' | ' ' | '\u{3000}')) => 1,
        _ => 0,
    }
}

fn closes(sign: &Sign) -> bool {
    matches!(
        sign,
        Sign::One('”' | '’' | '」' | '』' | '）' | '】' | '》' | '〉' | ')')
    )
}

#[cfg(test)]
mod tests;
