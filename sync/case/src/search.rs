//! 问题检索 (R017): a full-text index over guides, phrases, situations, routes of redress and
//! answers, small enough to be built when a phone starts and to need no server.
//!
//! Chinese is written without spaces, so every pair of neighbouring characters is a term, and every
//! single one; letters and digits make words. Entries are ranked by BM25, computed when the index
//! is built, so that a query only adds up.

mod entries;
mod index;
mod snippet;
mod token;

pub use entries::{SearchEntry, SearchKind, entries};
pub use index::{Hit, SearchIndex};
pub use snippet::Piece;

use std::sync::LazyLock;

static SHIPPED: LazyLock<SearchIndex> = LazyLock::new(|| SearchIndex::build(entries()));

/// The index over everything that ships with the program; built at the first call.
#[must_use]
pub fn shipped() -> &'static SearchIndex {
    &SHIPPED
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(query: &str) -> (SearchKind, &'static str) {
        let hits = shipped().search(query, 5);
        let hit = hits
            .first()
            .unwrap_or_else(|| panic!("{query} finds nothing"));
        (hit.entry.kind, shipped_code(hit))
    }

    fn shipped_code(hit: &Hit<'static>) -> &'static str {
        &hit.entry.code
    }

    /// Shows R017.
    #[test]
    fn words_of_two_characters_are_found_among_more_than_two_thousand_entries() {
        assert!(shipped().len() >= 2_000, "{}", shipped().len());
        assert_eq!(first("漏水"), (SearchKind::Situation, "N02-01"));
        assert_eq!(first("彩礼"), (SearchKind::Situation, "N01-03"));
        assert_eq!(first("讨薪"), (SearchKind::Situation, "N06-01"));
        assert_eq!(first("家暴"), (SearchKind::Situation, "P04-01"));
    }

    #[test]
    fn what_people_say_leads_to_the_situation_that_is_meant() {
        assert_eq!(first("楼上漏水把天花板泡了").1, "N02-01");
        assert_eq!(first("健身房跑路了卡里还有钱").1, "N04-03");
        assert_eq!(first("孩子在学校摔倒受伤").1, "N12-01");
        assert_eq!(first("房东不退押金").1, "N08-01");
        assert_eq!(first("他扬言要放火").1, "P05-01");
    }

    #[test]
    fn routes_answers_and_phrases_are_found_by_their_kind() {
        let kinds = |query| -> Vec<SearchKind> {
            let hits = shipped().search(query, 20);
            hits.iter().map(|hit| hit.entry.kind).collect()
        };
        assert!(kinds("司法确认").contains(&SearchKind::Law));
        assert!(kinds("口头协议算不算").contains(&SearchKind::Answer));
        assert!(kinds("我是人民调解员").contains(&SearchKind::Phrase));
        assert!(kinds("一案一策").contains(&SearchKind::Mechanism));
    }

    #[test]
    fn numbers_codes_and_full_width_letters_are_words() {
        assert_eq!(first("N03-05").1, "N03-05");
        assert_eq!(first("ｎ０３－０５").1, "N03-05");
        assert!(!shipped().search("12315", 5).is_empty());
        assert_eq!(first("AED").1, "P06-03");
    }

    #[test]
    fn a_snippet_shows_the_words_that_were_found() {
        let hits = shipped().search("闭水", 3);
        let marked: Vec<&str> = hits[0]
            .snippet
            .iter()
            .filter(|piece| piece.is_match)
            .map(|piece| piece.text.as_str())
            .collect();
        assert_eq!(marked, ["闭水"]);
        assert!(hits[0].entry.text.contains("闭水"));
    }

    #[test]
    fn a_situation_is_listed_once_however_many_of_its_names_match() {
        let hits = shipped().search("退费", 50);
        let mut codes: Vec<_> = hits
            .iter()
            .filter(|hit| hit.entry.kind == SearchKind::Situation)
            .map(|hit| &hit.entry.code)
            .collect();
        let all = codes.len();
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), all);
        assert!(all > 2);
    }

    #[test]
    fn nothing_is_found_for_nothing_and_the_limit_is_kept() {
        assert!(shipped().search("", 10).is_empty());
        assert!(shipped().search("，。！", 10).is_empty());
        assert!(shipped().search("zzzz", 10).is_empty());
        assert_eq!(shipped().search("赔偿", 7).len(), 7);
        assert!(shipped().search("赔偿", 0).is_empty());
    }

    #[test]
    fn a_pair_that_stands_nowhere_is_looked_for_by_its_characters() {
        let hits = shipped().search("渗屋", 5);
        assert!(!hits.is_empty());
    }
}
