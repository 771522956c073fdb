//! Task guides and checklists for every situation (R015), phrases (R063), routes of redress and
//! answers, as data.
//!
//! A guide is put together from what holds for the whole list, for the category and for the
//! situation. The texts lie in `data/guide-1/` and its siblings, one file a category, to be read
//! and corrected by people who do not program.

mod law;
mod outline;
mod phrase;

pub use law::{GuideAnswer, LawPart, LawRoute, answers, law_routes};
pub(crate) use phrase::wordings;
pub use phrase::{Occasion, Phrase, Suggestion, phrases, suggest};

use crate::{
    catalogue::{Catalogue, Confirmability, Esign, Situation},
    ids::SituationCode,
};
use outline::Chapter;
use std::{collections::BTreeMap, sync::LazyLock};

/// What a mediator follows in a situation, the most particular first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guide {
    /// The situation.
    pub situation: &'static Situation,
    /// How people call it.
    pub sayings: &'static [String],
    /// Its lines, by section.
    pub lines: Vec<&'static GuideLine>,
}

/// One line of a guide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuideLine {
    /// For what it was written: a list `N`, a category `N02` or a situation `N02-01`.
    pub scope: String,
    /// What it is about.
    pub section: Section,
    /// The code under which it is marked as done; none when there is nothing to do. Stable: a code
    /// is never given to another line.
    pub item: Option<String>,
    /// The line.
    pub text: String,
}

/// What a line of a guide is about, in the order in which a guide shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// 危险信号: what stops everything else.
    Danger,
    /// 问什么.
    Ask,
    /// 固定什么证据.
    Evidence,
    /// 怎么办.
    Act,
    /// 讲哪些途径.
    Law,
}

/// An item of the checklist of a situation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChecklistItem {
    /// Its code, for `Edit::Check`.
    pub code: &'static str,
    /// What it is about.
    pub section: Section,
    /// What is to be done.
    pub text: &'static str,
}

/// What is said about one list, category or situation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GuidePart {
    pub(crate) scope: String,
    pub(crate) title: String,
    pub(crate) sayings: Vec<String>,
    pub(crate) lines: Vec<GuideLine>,
}

const FILES: &[&str] = &[
    include_str!("../data/guide-1/N.md"),
    include_str!("../data/guide-1/N01.md"),
    include_str!("../data/guide-1/N02.md"),
    include_str!("../data/guide-1/N03.md"),
    include_str!("../data/guide-1/N04.md"),
    include_str!("../data/guide-1/N05.md"),
    include_str!("../data/guide-1/N06.md"),
    include_str!("../data/guide-1/N07.md"),
    include_str!("../data/guide-1/N08.md"),
    include_str!("../data/guide-1/N09.md"),
    include_str!("../data/guide-1/N10.md"),
    include_str!("../data/guide-1/N11.md"),
    include_str!("../data/guide-1/N12.md"),
    include_str!("../data/guide-1/N13.md"),
    include_str!("../data/guide-1/N14.md"),
    include_str!("../data/guide-1/N15.md"),
    include_str!("../data/guide-1/P.md"),
    include_str!("../data/guide-1/P01.md"),
    include_str!("../data/guide-1/P02.md"),
    include_str!("../data/guide-1/P03.md"),
    include_str!("../data/guide-1/P04.md"),
    include_str!("../data/guide-1/P05.md"),
    include_str!("../data/guide-1/P06.md"),
    include_str!("../data/guide-1/P07.md"),
    include_str!("../data/guide-1/P08.md"),
];

static PARTS: LazyLock<BTreeMap<String, GuidePart>> = LazyLock::new(|| {
    let chapters = FILES.iter().flat_map(|file| outline::read(file));
    chapters
        .map(GuidePart::of)
        .map(|part| (part.scope.clone(), part))
        .collect()
});

/// The guide of a situation of the current issue.
#[must_use]
pub fn guide(code: &SituationCode) -> Option<Guide> {
    let situation = Catalogue::current().lookup(code)?;
    let own = PARTS.get(code.as_str());
    let list = code.as_str().get(..1).unwrap_or_default();
    let scopes = [code.as_str(), situation.category(), list];
    let parts = scopes.iter().filter_map(|scope| PARTS.get(*scope));
    let mut lines: Vec<&GuideLine> = parts.flat_map(|part| &part.lines).collect();
    lines.sort_by_key(|line| line.section);
    Some(Guide {
        situation,
        sayings: own.map_or(&[], |part| &part.sayings),
        lines,
    })
}

/// The checklist of a situation of the current issue; empty when there is no such situation.
#[must_use]
pub fn checklist(code: &SituationCode) -> Vec<ChecklistItem> {
    let lines = guide(code).map(|guide| guide.lines).unwrap_or_default();
    lines.into_iter().filter_map(GuideLine::item).collect()
}

/// An item by its code, whatever situation it belongs to.
#[must_use]
pub fn checklist_item(code: &str) -> Option<ChecklistItem> {
    let (scope, _) = code.split_once('.')?;
    let lines = PARTS.get(scope)?.lines.iter();
    let mut items = lines.filter_map(GuideLine::item);
    items.find(|item| item.code == code)
}

/// All parts of the guides, for the index.
pub(crate) fn parts() -> impl Iterator<Item = &'static GuidePart> {
    PARTS.values()
}

impl Guide {
    /// How the agreement is signed (E-Signature Law art. 3).
    #[must_use]
    pub fn signature_zh(&self) -> &'static str {
        match self.situation.esign {
            Esign::Yes => "各方同意的，可以在手机上签名，也可以纸面签名。",
            Esign::No => "只能纸面签名、盖章或者按指印，签好后拍照上传；不能用电子签名。",
            Esign::Conditional => {
                "只涉及钱物的可以在手机上签名；涉及婚姻、收养、继承等人身关系的只能纸面签名。"
            }
            Esign::NotApplicable => "不签调解协议。",
        }
    }

    /// Whether and how a court may confirm the agreement (LW13, LW14).
    #[must_use]
    pub fn confirmation_zh(&self) -> &'static str {
        match self.situation.confirmation {
            Confirmability::Yes => "协议生效之日起三十日内，双方可以共同申请司法确认。",
            Confirmability::Conditional => {
                "钱物和行为的约定可以在三十日内共同申请司法确认；身份关系和权属的内容不能确认，不要写进去。"
            }
            Confirmability::No => "属于身份关系，不能申请司法确认。",
            Confirmability::NotApplicable => "不涉及司法确认。",
        }
    }
}

impl GuideLine {
    fn item(&'static self) -> Option<ChecklistItem> {
        Some(ChecklistItem {
            code: self.item.as_deref()?,
            section: self.section,
            text: &self.text,
        })
    }
}

impl Section {
    /// All sections in their order.
    pub const ALL: [Self; 5] = [
        Self::Danger,
        Self::Ask,
        Self::Evidence,
        Self::Act,
        Self::Law,
    ];

    /// Its heading.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Danger => "危险信号",
            Self::Ask => "问什么",
            Self::Evidence => "固定什么",
            Self::Act => "怎么办",
            Self::Law => "讲哪些途径",
        }
    }

    /// The section of a heading in the files.
    fn of(heading: &str) -> Option<Self> {
        Some(match heading {
            "险" => Self::Danger,
            "问" => Self::Ask,
            "证" => Self::Evidence,
            "办" => Self::Act,
            "路" => Self::Law,
            _ => return None,
        })
    }
}

impl GuidePart {
    fn of(chapter: Chapter) -> Self {
        let mut part = Self {
            scope: chapter.code,
            title: chapter.title,
            sayings: Vec::new(),
            lines: Vec::new(),
        };
        for (heading, line) in chapter.lines {
            match Section::of(&heading) {
                Some(section) => {
                    let line = part.line(section, &line);
                    part.lines.push(line);
                }
                None => part.sayings.extend(line.split('；').map(str::to_owned)),
            }
        }
        part
    }

    /// `` `code` text `` is an item of the checklist, anything else a line to read.
    fn line(&self, section: Section, line: &str) -> GuideLine {
        let coded = line
            .strip_prefix('`')
            .and_then(|rest| rest.split_once("` "));
        let (item, text) = coded.map_or((None, line), |(code, text)| (Some(code), text));
        GuideLine {
            scope: self.scope.clone(),
            section,
            item: item.map(|code| format!("{}.{code}", self.scope)),
            text: text.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalogue::List, schema::is_item_code};
    use std::collections::BTreeSet;

    fn of(code: &str) -> Guide {
        guide(&code.parse().unwrap()).unwrap()
    }

    /// Shows R015.
    #[test]
    fn every_situation_has_a_guide_of_its_own_with_questions_and_danger_signs() {
        for situation in Catalogue::current().iter() {
            let code = situation.code.as_str();
            let guide = of(code);
            let own: Vec<_> = guide.lines.iter().filter(|l| l.scope == code).collect();
            let has = |section| guide.lines.iter().any(|line| line.section == section);
            assert!(own.len() >= 3, "{code}: {}", own.len());
            assert!(own.iter().any(|l| l.section == Section::Ask), "{code}");
            assert!(Section::ALL.into_iter().all(has), "{code}");
            assert!(guide.sayings.len() >= 4, "{code}");
            assert!(checklist(&situation.code).len() >= 15, "{code}");
            assert_eq!(PARTS[code].title, situation.situation_zh);
        }
    }

    #[test]
    fn the_codes_of_checklist_items_are_unique_and_can_be_marked() {
        let lines: Vec<_> = parts().flat_map(|part| &part.lines).collect();
        let codes: Vec<_> = lines.iter().filter_map(|l| l.item.as_deref()).collect();
        assert!(codes.iter().all(|code| is_item_code(code)));
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len());
        assert!(lines.iter().all(|line| !line.text.contains('`')));
        assert!(codes.iter().all(|code| checklist_item(code).is_some()));
        assert_eq!(checklist_item("N02-01.no-such-thing"), None);
    }

    #[test]
    fn the_files_speak_of_the_catalogue_and_of_nothing_else() {
        let catalogue = Catalogue::current();
        let mut scopes: BTreeSet<String> = BTreeSet::from(["N".into(), "P".into()]);
        scopes.extend(catalogue.categories().iter().map(|c| c.code.to_owned()));
        scopes.extend(catalogue.iter().map(|s| s.code.to_string()));
        let written: BTreeSet<String> = parts().map(|part| part.scope.clone()).collect();
        assert_eq!(written, scopes);
    }

    /// Shows LW20.
    #[test]
    fn family_disputes_begin_with_the_screening_for_violence() {
        for situation in Catalogue::current().iter() {
            let asks = |item: &ChecklistItem| item.code == "N01.dv-screen";
            assert_eq!(
                checklist(&situation.code).iter().any(asks),
                situation.category() == "N01"
            );
        }
    }

    /// Shows LW07.
    #[test]
    fn every_guide_for_mediation_tells_the_other_routes() {
        for situation in Catalogue::current().iter() {
            let tells = of(situation.code.as_str())
                .lines
                .iter()
                .any(|line| line.section == Section::Law && line.text.contains("司法途径维权"));
            assert_eq!(tells, situation.list == List::NonPolice);
        }
    }

    #[test]
    fn an_inheritance_is_signed_on_paper_and_a_marriage_is_not_confirmed() {
        assert!(of("N01-06").signature_zh().starts_with("只能纸面"));
        assert!(of("N02-01").signature_zh().contains("手机"));
        assert!(of("N01-01").confirmation_zh().contains("不能"));
        assert!(guide(&"N99-01".parse().unwrap()).is_none());
    }
}
