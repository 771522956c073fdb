//! Reading: lists, one case with its facts and forecast, what waits and what was refused.

use super::{
    CaseSummary, Deposited, Engine, EngineError, Intent, Provisional, Reason, heal,
    provisional::provisional,
    row::{self, RefusedRow},
    trouble::StoreTrouble,
};
use crate::{
    encryption::EncryptedStore,
    store::{Store, Table},
};
use hejie_case::{
    document::CaseDoc,
    facts::Facts,
    ids::{CaseId, EntryId},
    view::CaseView,
};
use jiff::Timestamp;

/// One case, whole.
#[derive(Debug, Clone)]
pub struct CaseFile {
    /// Where its content is, and the rest of what a list shows.
    pub summary: CaseSummary,
    /// What the document says, unsent work included.
    pub view: CaseView,
    /// What the server decided; none until it has, or when it speaks of things that this version
    /// does not know.
    pub facts: Option<Facts>,
    /// What the phone's own open requests will probably do.
    pub provisional: Option<Provisional>,
}

/// How the phone stands with the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneStatus {
    /// In one word.
    pub readiness: Readiness,
    /// Changes that the server has not acknowledged, identities and originals that it has not
    /// received, and claims that it has not answered.
    pub waiting: u64,
    /// Of these, originals of evidence; they are sent by [`crate::client::Client::send_files`].
    pub files: u64,
    /// Pieces of work, identities and originals that were refused and not yet looked at.
    pub refused: u64,
    /// Cases on this phone.
    pub cases: u64,
    /// When an exchange last ended with both sides equal.
    pub complete_at: Option<Timestamp>,
    /// The server's clock less this phone's, in seconds.
    pub clock_ahead: i64,
    /// Cases of which what is held is damaged; the next exchange fetches them again.
    pub damaged: u64,
    /// What happened to the phone's store, and what its owner does about it.
    pub trouble: Option<Reason>,
    /// Unsent edits that are gone by that, as far as it is known.
    pub lost: Option<u64>,
    /// What was handed in since the phone is out of service, and what is left; none while nothing
    /// was, or when it is in service.
    pub deposited: Option<Deposited>,
    /// A danger that was reported here, and of which 110 has not been told by this phone: shown
    /// before everything else.
    pub alarm: Option<Reason>,
}

/// How the phone stands with the server, in one word. Never "up to date" while something waits
/// (PP7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readiness {
    /// The phone belongs to nobody yet.
    NotEnrolled,
    /// The phone was set back to an earlier state: sign in and enrol it anew.
    EnrolAgain,
    /// No exchange has ended yet.
    NeverExchanged,
    /// Something is not on the server that was written here, or that it lost and this phone has of
    /// others.
    Waiting,
    /// The two sides differ; the next exchange heals it.
    Healing,
    /// At the last exchange both sides held the same, and nothing was written since.
    UpToDate,
}

/// Work that the server has not acknowledged.
#[derive(Debug, Clone, PartialEq)]
pub struct UnsentWork {
    /// What it was.
    pub intent: Intent,
    /// When it was written.
    pub at: Timestamp,
    /// Set when it was handed in after the phone was taken out of service: where it is, and what to
    /// do.
    pub deposited: Option<Reason>,
}

/// Work that was refused, with its content.
#[derive(Debug, Clone, PartialEq)]
pub struct RefusedWork {
    /// The case.
    pub case: CaseId,
    /// Its number, for [`Engine::retry`] and [`Engine::dismiss`].
    pub number: u64,
    /// Why, and what can be done.
    pub reason: Reason,
    /// When it was written.
    pub at: Timestamp,
    /// What it was.
    pub intent: Intent,
}

impl<S: Store> Engine<S> {
    /// All cases that the phone knows of, those that left it included.
    #[must_use]
    pub fn cases(&self) -> Vec<CaseSummary> {
        let summary = |held: &row::CaseRow| {
            let damaged = held.damaged || self.is_doubted(held.case);
            row::CaseRow {
                damaged,
                ..held.clone()
            }
            .summary(self.alarm_of(held), self.epoch)
        };
        self.held.values().map(summary).collect()
    }

    /// One case.
    ///
    /// # Errors
    /// [`EngineError::UnknownCase`], [`EngineError::Left`], or when it does not read.
    pub fn case(&self, case: CaseId, now: Timestamp) -> Result<CaseFile, EngineError> {
        let held = self.held(case)?;
        if let Some(reason) = &held.gone {
            return Err(EngineError::Left(reason.clone()));
        }
        let mut view = match &self.loaded {
            Some((loaded, doc)) if *loaded == case => doc.view()?,
            _ => self.document(held)?.view()?,
        };
        view.extent = held.extent;
        let facts = facts(&self.store, case).map_err(|error| self.doubt(case, error))?;
        let owner = self.enrolment();
        let provisional = owner.and_then(|owner| provisional(&view, facts.as_ref(), owner, now));
        Ok(CaseFile {
            summary: held.summary(self.alarm_of(held), self.epoch),
            view,
            facts,
            provisional,
        })
    }

    /// The document of a case that is here.
    pub(super) fn document(&self, held: &row::CaseRow) -> Result<CaseDoc, EngineError> {
        let case = held.case;
        match document(&self.store, case).map_err(|error| self.doubt(case, error))? {
            Some(doc) => Ok(doc),
            None if held.damaged => Err(heal::damaged()),
            None => Err(EngineError::UnknownCase),
        }
    }

    /// Whether a party or a piece of evidence stands in the document, sent or not: what goes beside
    /// the exchange waits for it. It does not once the server has refused it.
    ///
    /// # Errors
    /// When the document does not read.
    pub fn is_written(&self, case: CaseId, entry: EntryId) -> Result<bool, EngineError> {
        self.may_be_written(case, entry)
    }

    /// How the phone stands with the server.
    #[must_use]
    pub fn status(&self) -> PhoneStatus {
        let changes: u64 = self.held.values().map(|held| u64::from(held.waiting)).sum();
        let waiting = changes + (self.secrets.waiting.len() + self.files.waiting.len()) as u64;
        let waiting = waiting + self.waiting_claims();
        let refused: u64 = self.held.values().map(|held| u64::from(held.refused)).sum();
        PhoneStatus {
            readiness: self.readiness(waiting),
            waiting,
            refused: refused + (self.secrets.refused.len() + self.files.refused.len()) as u64,
            files: self.files.waiting.len() as u64,
            cases: self
                .held
                .values()
                .filter(|held| held.gone.is_none())
                .count() as u64,
            complete_at: self.progress.complete_at,
            clock_ahead: self.progress.clock_ahead,
            damaged: self.damaged(),
            trouble: self.trouble.as_ref().map(StoreTrouble::reason),
            lost: self.trouble.as_ref().and_then(StoreTrouble::unsent),
            deposited: self.deposited(),
            alarm: self.alarm(),
        }
    }

    /// What of a case the server has not acknowledged, a case that left included.
    ///
    /// # Errors
    /// When the store fails.
    pub fn unsent(&self, case: CaseId) -> Result<Vec<UnsentWork>, EngineError> {
        let rows = row::read_outgoing(&self.store, case)?;
        Ok(rows
            .into_iter()
            .map(|o| UnsentWork {
                deposited: self.told_of_deposit(&o.head.hash),
                intent: o.head.intent,
                at: o.head.at,
            })
            .collect())
    }

    /// All refused work, in the order in which it was written.
    ///
    /// # Errors
    /// When the store fails.
    pub fn refusals(&self) -> Result<Vec<RefusedWork>, EngineError> {
        let mut rows = row::read_refusals(&self.store, None)?;
        rows.sort_by_key(|refusal| (refusal.at, refusal.case, refusal.number));
        Ok(rows.into_iter().map(RefusedWork::from).collect())
    }

    pub(super) fn refusal(&self, case: CaseId, number: u64) -> Result<RefusedRow, EngineError> {
        row::read(&self.store, row::of_case(Table::Refusal, case, number))?
            .ok_or(EngineError::UnknownRefusal)
    }

    fn readiness(&self, waiting: u64) -> Readiness {
        match (self.enrolment(), self.progress.complete_at) {
            (None, _) => Readiness::NotEnrolled,
            _ if self
                .trouble
                .as_ref()
                .is_some_and(StoreTrouble::needs_enrolment) =>
            {
                Readiness::EnrolAgain
            }
            (_, None) if self.progress.cursor.is_none() => Readiness::NeverExchanged,
            _ if waiting > 0 || self.has_to_relay() => Readiness::Waiting,
            (_, None) => Readiness::Healing,
            _ if self.progress.differs || self.damaged() > 0 => Readiness::Healing,
            _ => Readiness::UpToDate,
        }
    }

    fn damaged(&self) -> u64 {
        let doubts = self.doubts.borrow();
        let damaged = self
            .held
            .values()
            .filter(|held| held.damaged || doubts.contains(&Some(held.case)));
        damaged.count() as u64
    }
}

impl From<RefusedRow> for RefusedWork {
    fn from(refusal: RefusedRow) -> Self {
        let RefusedRow {
            case,
            number,
            reason,
            at,
            intent,
            told: _,
        } = refusal;
        Self {
            case,
            number,
            reason,
            at,
            intent,
        }
    }
}

/// The document as it was saved, without what was written since: where that is to be written anew,
/// or does not read any more.
pub(super) fn saved<S: Store>(
    store: &EncryptedStore<S>,
    case: CaseId,
) -> Result<Option<CaseDoc>, EngineError> {
    let saved = store.get(row::of_case(Table::Document, case, 0))?;
    Ok(saved.map(|bytes| CaseDoc::load(&bytes)).transpose()?)
}

/// The document as it was saved, with what was written since.
pub(super) fn document<S: Store>(
    store: &EncryptedStore<S>,
    case: CaseId,
) -> Result<Option<CaseDoc>, EngineError> {
    let Some(mut doc) = saved(store, case)? else {
        return Ok(None);
    };
    let held: Option<row::CaseRow> = row::read(store, row::of_case(Table::Case, case, 0))?;
    if let Some(from) = held.and_then(|held| held.tail_from) {
        doc.apply(&row::read_tail(store, case, from)?)?;
    }
    Ok(Some(doc))
}

/// Facts of a newer server may hold what this version does not know; they stay as they came and are
/// not shown.
pub(super) fn facts<S: Store>(
    store: &EncryptedStore<S>,
    case: CaseId,
) -> Result<Option<Facts>, EngineError> {
    let saved = store.get(row::of_case(Table::Facts, case, 0))?;
    Ok(saved.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}
