//! The phrase book 规范用语 (R063): what to say on which occasion, and what to say instead of what
//! should not be written. It suggests and never blocks.

use serde::Deserialize;
use std::sync::LazyLock;

/// A standard phrase.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Phrase {
    /// Its stable code, such as `opening-1`.
    pub code: String,
    /// On which occasion it is said.
    pub occasion: Occasion,
    /// The words.
    pub text: String,
}

/// When a phrase is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// 表明身份 (R002).
    Opening,
    /// 告知权利义务.
    Notice,
    /// 征求意愿.
    Consent,
    /// 倾听.
    Listening,
    /// 安抚.
    Calming,
    /// 婉拒.
    Refusing,
    /// 告知其他途径 (LW07).
    Routes,
    /// 险情.
    Danger,
    /// 未成年人.
    Minor,
    /// 医疗.
    Medical,
    /// 劳动.
    Labour,
    /// 协议.
    Agreement,
    /// 结束.
    Closing,
    /// 回访.
    Visit,
    /// 移交.
    Handover,
    /// 线上.
    Remote,
    /// 笔录.
    Record,
}

/// Words in a text for which there is a better way to say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Where they begin, in characters.
    pub at: usize,
    /// The words.
    pub avoid: &'static str,
    /// What to write instead.
    pub instead: &'static str,
    /// Why.
    pub why: &'static str,
}

#[derive(Deserialize)]
struct Wording {
    avoid: String,
    instead: String,
    why: String,
}

static PHRASES: LazyLock<Vec<Phrase>> =
    LazyLock::new(|| rows(include_str!("../../data/phrases-1.csv")));

static WORDINGS: LazyLock<Vec<Wording>> =
    LazyLock::new(|| rows(include_str!("../../data/wording-1.csv")));

fn rows<T: for<'de> Deserialize<'de>>(text: &str) -> Vec<T> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Result<_, csv::Error> = reader.deserialize().collect();
    #[expect(
        clippy::expect_used,
        reason = "the files are part of the program and tests read each of them"
    )]
    rows.expect("a shipped file is readable")
}

/// All standard phrases.
#[must_use]
pub fn phrases() -> &'static [Phrase] {
    &PHRASES
}

/// Finds words in a text for which there is a better way to say it, in the order in which they
/// stand.
#[must_use]
pub fn suggest(text: &str) -> Vec<Suggestion> {
    let mut found = Vec::new();
    for wording in WORDINGS.iter() {
        for (at, _) in text.match_indices(wording.avoid.as_str()) {
            found.push(Suggestion {
                at: text[..at].chars().count(),
                avoid: &wording.avoid,
                instead: &wording.instead,
                why: &wording.why,
            });
        }
    }
    found.sort_by_key(|suggestion| suggestion.at);
    found
}

/// What to avoid, what to write instead, and why; for the index.
pub(crate) fn wordings() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    WORDINGS
        .iter()
        .map(|w| (w.avoid.as_str(), w.instead.as_str(), w.why.as_str()))
}

impl Occasion {
    /// Every occasion.
    pub const ALL: [Self; 17] = [
        Self::Opening,
        Self::Notice,
        Self::Consent,
        Self::Listening,
        Self::Calming,
        Self::Refusing,
        Self::Routes,
        Self::Danger,
        Self::Minor,
        Self::Medical,
        Self::Labour,
        Self::Agreement,
        Self::Closing,
        Self::Visit,
        Self::Handover,
        Self::Remote,
        Self::Record,
    ];

    /// Its name.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Opening => "表明身份",
            Self::Notice => "告知权利义务",
            Self::Consent => "征求意愿",
            Self::Listening => "倾听",
            Self::Calming => "安抚情绪",
            Self::Refusing => "婉拒",
            Self::Routes => "告知其他途径",
            Self::Danger => "险情处置",
            Self::Minor => "未成年人",
            Self::Medical => "医疗纠纷",
            Self::Labour => "劳动争议",
            Self::Agreement => "签订协议",
            Self::Closing => "结束",
            Self::Visit => "回访",
            Self::Handover => "移交",
            Self::Remote => "线上调解",
            Self::Record => "制作笔录",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Shows R063, R002.
    #[test]
    fn there_are_more_than_a_hundred_phrases_and_some_for_every_occasion() {
        assert!(phrases().len() >= 100);
        for occasion in Occasion::ALL {
            let of_occasion = phrases().iter().filter(|p| p.occasion == occasion);
            assert!(of_occasion.count() >= 4, "{}", occasion.zh());
        }
        let codes: BTreeSet<_> = phrases().iter().map(|phrase| &phrase.code).collect();
        assert_eq!(codes.len(), phrases().len());
    }

    /// Shows R063.
    #[test]
    fn a_better_wording_is_suggested_and_nothing_is_blocked() {
        let found = suggest("甲方这个刁民说了，你必须签字。");
        let words: Vec<_> = found.iter().map(|s| (s.at, s.avoid)).collect();
        assert_eq!(words, [(4, "刁民"), (9, "你必须签字")]);
        assert!(suggest("甲方于六月一日前支付三千元。").is_empty());
        let instead = WORDINGS.iter().map(|w| suggest(&w.instead).len());
        assert_eq!(instead.sum::<usize>(), 0, "what is proposed is itself fine");
    }
}
