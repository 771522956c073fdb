//! The part of a text in which the words of a query stand.

use super::token::{self, Token};
use std::collections::BTreeSet;

/// How many characters a snippet shows.
const WIDTH: usize = 48;

/// How many of them stand before the first match.
const BEFORE: usize = 10;

/// A piece of a snippet; all pieces together are the snippet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its text.
    pub text: String,
    /// Whether it is what was looked for.
    pub is_match: bool,
}

/// Cuts the snippet: around the first match, or from the beginning when the match is elsewhere.
pub(super) fn cut(text: &str, wanted: &BTreeSet<Token>) -> Vec<Piece> {
    let characters: Vec<char> = text.chars().collect();
    let is_match = marks(text, characters.len(), wanted);
    let first = is_match.iter().position(|marked| *marked).unwrap_or(0);
    let begin = first
        .saturating_sub(BEFORE)
        .min(characters.len().saturating_sub(WIDTH));
    let end = (begin + WIDTH).min(characters.len());
    let mut pieces = Vec::new();
    if begin > 0 {
        push(&mut pieces, '…', false);
    }
    let shown = characters.iter().zip(&is_match).take(end).skip(begin);
    shown.for_each(|(c, marked)| push(&mut pieces, *c, *marked));
    if end < characters.len() {
        push(&mut pieces, '…', false);
    }
    pieces
}

fn marks(text: &str, length: usize, wanted: &BTreeSet<Token>) -> Vec<bool> {
    let mut marks = vec![false; length];
    for placed in token::all(text) {
        if wanted.contains(&placed.token) {
            let covered = marks.iter_mut().skip(placed.at).take(placed.token.len());
            covered.for_each(|mark| *mark = true);
        }
    }
    marks
}

fn push(pieces: &mut Vec<Piece>, c: char, is_match: bool) {
    match pieces.last_mut() {
        Some(piece) if piece.is_match == is_match => piece.text.push(c),
        _ => pieces.push(Piece {
            text: c.to_string(),
            is_match,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snippet(text: &str, query: &str) -> Vec<(String, bool)> {
        let wanted = token::wanted(query).into_iter().collect();
        let pieces = cut(text, &wanted).into_iter();
        pieces.map(|piece| (piece.text, piece.is_match)).collect()
    }

    #[test]
    fn the_match_is_a_piece_of_its_own() {
        let found = snippet("楼上漏水怎么办", "漏水");
        let expected = [("楼上", false), ("漏水", true), ("怎么办", false)];
        assert_eq!(found, expected.map(|(text, mark)| (text.to_owned(), mark)));
    }

    #[test]
    fn a_long_text_is_shown_around_the_match() {
        let text = format!("{}漏水{}", "前".repeat(100), "后".repeat(100));
        let found = snippet(&text, "漏水");
        let expected = [
            (format!("…{}", "前".repeat(10)), false),
            ("漏水".to_owned(), true),
            (format!("{}…", "后".repeat(36)), false),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_text_without_the_match_is_shown_from_its_beginning() {
        assert_eq!(snippet("楼上", "漏水"), [("楼上".to_owned(), false)]);
        assert_eq!(snippet("", "漏水"), []);
    }
}
