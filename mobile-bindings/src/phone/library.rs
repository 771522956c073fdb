//! What the phone knows without a line and without a case: catalogue, guides, phrases, routes of
//! redress, and the search over all of it; and the checklist of a case.

use super::Phone;
use crate::{
    clock,
    error::PhoneError,
    view::{Check, Found, LawRoute, SituationInfo, StandardPhrase, TaskGuide, WordingSuggestion},
    words::{CaseId, Occasion, SituationCode},
};
use hejie_case::{catalogue::Catalogue, guide, search};

#[uniffi::export]
impl Phone {
    /// The situations of the catalogue, in the order of their codes.
    pub fn situations(&self) -> Vec<SituationInfo> {
        Catalogue::current()
            .iter()
            .map(SituationInfo::from)
            .collect()
    }

    /// 问题检索: the best answers in guides, phrases, situations, routes and answers. The first
    /// call builds the index.
    pub fn search(&self, query: &str, limit: u32) -> Vec<Found> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let hits = search::shipped().search(query, limit).into_iter();
        hits.map(Found::from).collect()
    }

    /// 任务指引 of a situation; none when the catalogue does not have it.
    pub fn guide(&self, situation: &SituationCode) -> Option<TaskGuide> {
        guide::guide(situation).map(|guide| TaskGuide::from(&guide))
    }

    /// 规范用语 for an occasion, or all of them.
    #[uniffi::method(default(occasion = None))]
    pub fn phrases(&self, occasion: Option<Occasion>) -> Vec<StandardPhrase> {
        let fitting = guide::phrases().iter();
        fitting
            .filter(|phrase| occasion.is_none_or(|occasion| phrase.occasion == occasion))
            .map(StandardPhrase::from)
            .collect()
    }

    /// Better wordings for a text; it suggests and never blocks.
    pub fn suggest_wording(&self, text: &str) -> Vec<WordingSuggestion> {
        let found = guide::suggest(text).into_iter();
        found.map(WordingSuggestion::from).collect()
    }

    /// The routes of redress that people are told of when mediation ends.
    pub fn law_routes(&self) -> Vec<LawRoute> {
        guide::law_routes().iter().map(LawRoute::from).collect()
    }

    /// The checklist of a case, with the marks of everybody who works on it.
    pub fn checklist(&self, case_id: CaseId) -> Result<Vec<Check>, PhoneError> {
        let items = self.engine().checklist(case_id, clock::now())?.into_iter();
        Ok(items.map(Check::from).collect())
    }

    /// Marks an item of the checklist, or takes the mark back.
    #[uniffi::method(default(remark = ""))]
    pub fn check(
        &self,
        case_id: CaseId,
        item: String,
        done: bool,
        remark: String,
    ) -> Result<(), PhoneError> {
        self.engine()
            .check(case_id, item, (done, remark), clock::now())?;
        Ok(())
    }
}
