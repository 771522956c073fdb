//! The checklist of a case: what its situation asks for, with what was marked on any phone.

use super::{CaseFile, Engine, EngineError, Receipt};
use crate::store::Store;
use hejie_case::{
    catalogue::Catalogue,
    edit::Edit,
    guide::{self, Section},
    ids::{CaseId, SituationCode},
    record::CheckMark,
};
use jiff::Timestamp;

/// An item of a case's checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckItem {
    /// Its code.
    pub code: String,
    /// What it is about; none when no guide knows the item any more.
    pub section: Option<Section>,
    /// What is to be done.
    pub text: String,
    /// The mark, if there is one.
    pub mark: Option<CheckMark>,
    /// False when it was marked under another situation of the case: kept and shown, and not asked
    /// for any more.
    pub is_asked: bool,
}

impl<S: Store> Engine<S> {
    /// The checklist of a case with its marks; without a situation only what was marked before.
    /// Needs no line.
    ///
    /// # Errors
    /// As [`Self::case`].
    pub fn checklist(&self, case: CaseId, now: Timestamp) -> Result<Vec<CheckItem>, EngineError> {
        let file = self.case(case, now)?;
        let mut marks = file.view.checklist.clone();
        let asked = situation(&file).map(|code| guide::checklist(&code));
        let mut items: Vec<CheckItem> = asked
            .unwrap_or_default()
            .into_iter()
            .map(|item| CheckItem {
                code: item.code.to_owned(),
                section: Some(item.section),
                text: item.text.to_owned(),
                mark: marks.remove(item.code),
                is_asked: true,
            })
            .collect();
        items.extend(marks.into_iter().map(left_over));
        Ok(items)
    }

    /// Marks an item of a case's checklist, or takes the mark back.
    ///
    /// # Errors
    /// As [`Self::edit`]; an item whose code cannot be one is refused.
    pub fn check(
        &mut self,
        case: CaseId,
        item: String,
        (done, remark): (bool, String),
        now: Timestamp,
    ) -> Result<Receipt, EngineError> {
        let mark = CheckMark {
            done,
            at: now,
            remark,
        };
        self.edit(case, Edit::Check { item, mark }, now)
    }
}

/// The situation in the issue of today: as the server has ruled, or as the case was begun, perhaps
/// under an older issue (M20).
fn situation(file: &CaseFile) -> Option<SituationCode> {
    let ruled = file.facts.as_ref().map(|facts| &facts.situation);
    if let Some(code) = ruled.filter(|code| !code.is_unclassified()) {
        return Some(code.clone());
    }
    let code = file.view.intake.situation.get()?;
    let current = Catalogue::current().version;
    Catalogue::translate(code, file.view.meta.catalogue_version, current).settled(code)
}

fn left_over((code, mark): (String, CheckMark)) -> CheckItem {
    let known = guide::checklist_item(&code);
    CheckItem {
        section: known.map(|item| item.section),
        text: known.map_or_else(String::new, |item| item.text.to_owned()),
        code,
        mark: Some(mark),
        is_asked: false,
    }
}
