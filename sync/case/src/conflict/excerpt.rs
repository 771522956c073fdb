//! What is kept of long texts that disagree: the passage in which they differ. The whole stands in
//! the history of the document, and a disagreement travels to every phone and every desk.

use crate::view::Variant;

/// Texts of up to so many characters are kept whole, and an excerpt is not longer.
const LONGEST: usize = 200;
/// So many characters beside a difference are kept with it.
const BESIDE: usize = 20;
/// Stands where something was left out.
const GAP: char = '…';

/// Keeps of each version that is long the passage in which it differs from the base on which all
/// were written.
pub(super) fn shorten(variants: &mut [Variant], base: &str) {
    for variant in variants {
        if variant.text.chars().count() > LONGEST {
            variant.text = passage(&variant.text, base);
            variant.is_excerpt = true;
        }
    }
}

/// The passage of a text from its first difference to its last, with a little of what stands beside
/// it.
fn passage(text: &str, base: &str) -> String {
    let (text, base): (Vec<char>, Vec<char>) = (text.chars().collect(), base.chars().collect());
    let head = alike(text.iter(), base.iter());
    let tail = alike(
        text[head..].iter().rev(),
        base[head.min(base.len())..].iter().rev(),
    );
    let (from, to) = (
        head.saturating_sub(BESIDE),
        (text.len() - tail + BESIDE).min(text.len()),
    );
    let mut kept: Vec<char> = text[from..to].to_vec();
    // Three characters at most say that something was left out.
    let room = LONGEST - 3;
    if kept.len() > room {
        let end = kept.split_off(kept.len() - room / 2);
        kept.truncate(room - room / 2);
        kept.push(GAP);
        kept.extend(end);
    }
    let before = (from > 0).then_some(GAP);
    let after = (to < text.len()).then_some(GAP);
    before.into_iter().chain(kept).chain(after).collect()
}

fn alike<'a>(text: impl Iterator<Item = &'a char>, base: impl Iterator<Item = &'a char>) -> usize {
    text.zip(base).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn long(middle: &str) -> String {
        format!("{}{middle}{}", "前".repeat(300), "后".repeat(300))
    }

    #[test]
    fn of_a_long_text_the_words_that_differ_are_kept_with_a_little_beside_them() {
        let kept = passage(&long("退还三千元"), &long(""));
        assert_eq!(
            kept,
            format!("…{}退还三千元{}…", "前".repeat(20), "后".repeat(20))
        );
    }

    #[test]
    fn where_words_were_taken_out_the_place_is_kept() {
        let kept = passage(&long(""), &long("退还三千元"));
        assert_eq!(kept, format!("…{}{}…", "前".repeat(20), "后".repeat(20)));
    }

    #[test]
    fn an_excerpt_is_bounded_and_shows_where_a_long_difference_begins_and_ends() {
        let kept = passage(&format!("始{}终", "中".repeat(5_000)), "");
        assert!(kept.chars().count() <= LONGEST);
        assert!(kept.starts_with('始') && kept.ends_with('终') && kept.contains(GAP));
    }
}
