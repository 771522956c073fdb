//! Acts that take more than one edit, or that need to know what is on the phone already.

use super::{
    Engine, EngineError, Reason, Receipt,
    read::{self, CaseFile},
};
use crate::store::Store;
use hejie_case::{
    act,
    edit::{Edit, NewEntry},
    facts::Facts,
    ids::{CaseId, EntryId},
    record::{Ask, Consent, ConsentDecision, Signature, SignatureMedium, Signer, Terms},
    view::{CaseView, DraftView},
};
use jiff::Timestamp;

/// How a draft is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signing {
    /// Who.
    pub signer: Signer,
    /// How.
    pub medium: SignatureMedium,
    /// The evidence entry with the picture of it; a signature on paper needs one.
    pub scan: Option<EntryId>,
}

impl<S: Store> Engine<S> {
    /// Signs for the assignment that was offered to this person (E05).
    ///
    /// # Errors
    /// [`EngineError::NotPossible`] when nothing is offered, or as [`Engine::edit`].
    pub fn sign_for(&mut self, case: CaseId, now: Timestamp) -> Result<EntryId, EngineError> {
        let user = self.owner()?.user;
        self.held(case)?;
        let facts = read::facts(&self.store, case)?;
        let offers = facts.iter().flat_map(|facts| &facts.assignments);
        let mine = offers.filter(|a| a.user == user && a.signed_at.is_none() && a.to.is_none());
        let assignment = mine.map(|a| a.version).max().ok_or_else(nothing_offered)?;
        self.ask(case, Ask::SignFor(act::SignFor { assignment }), now)
    }

    /// Records what a party said, and which of its refusals the phone knew of then: a consent lifts
    /// only those (M06).
    ///
    /// # Errors
    /// As [`Engine::edit`].
    pub fn record_consent(
        &mut self,
        case: CaseId,
        consent: Consent,
        now: Timestamp,
    ) -> Result<EntryId, EngineError> {
        let CaseFile { view, facts, .. } = self.case(case, now)?;
        let seen = refusals_of(consent.party, &view, facts.as_ref());
        self.add(case, NewEntry::Consent(Consent { seen, ..consent }), now)
    }

    /// Adds a clause behind the last one of a draft.
    ///
    /// # Errors
    /// As [`Engine::edit`].
    pub fn add_clause(
        &mut self,
        case: CaseId,
        draft: EntryId,
        text: String,
        terms: Option<Terms>,
        now: Timestamp,
    ) -> Result<EntryId, EngineError> {
        let last = self.draft(case, draft)?.clauses.pop();
        // A longer string sorts behind its own beginning, so that there is always a place behind
        // the last.
        let order = last.map_or_else(String::new, |(_, clause)| clause.order) + "m";
        let clause = self.new_entry_id(now)?;
        self.edit(
            case,
            Edit::AddClause {
                draft,
                clause,
                order,
                text,
                terms,
            },
            now,
        )?;
        Ok(clause)
    }

    /// Freezes a draft and asks the server to take it for the agreement (E16), in one step.
    ///
    /// # Errors
    /// As [`Engine::edit`].
    pub fn freeze_draft(
        &mut self,
        case: CaseId,
        draft: EntryId,
        now: Timestamp,
    ) -> Result<Receipt, EngineError> {
        let entry = self.request(case, Ask::Freeze(act::Freeze { draft }), now)?;
        let id = self.new_entry_id(now)?;
        let freeze = Edit::Freeze { draft, at: now };
        self.edit_all(case, vec![freeze, Edit::Add { id, entry }], now)
    }

    /// Signs a frozen draft: exactly the content that was frozen (E17).
    ///
    /// # Errors
    /// [`EngineError::NotPossible`] when the draft is not frozen, or as [`Engine::edit`].
    pub fn sign_draft(
        &mut self,
        case: CaseId,
        draft: EntryId,
        signing: Signing,
        now: Timestamp,
    ) -> Result<EntryId, EngineError> {
        let frozen = self.draft(case, draft)?.frozen.ok_or_else(not_frozen)?;
        let Signing {
            signer,
            medium,
            scan,
        } = signing;
        let signature = Signature {
            draft,
            hash: frozen.hash,
            heads: frozen.heads,
            signer,
            medium,
            scan,
            at: now,
            anchor: self.anchor(now),
        };
        self.add(case, NewEntry::Signature(signature), now)
    }

    pub(super) fn draft(&self, case: CaseId, draft: EntryId) -> Result<DraftView, EngineError> {
        let mut view = self.case(case, Timestamp::UNIX_EPOCH)?.view;
        view.drafts
            .remove(&draft)
            .map(|entry| entry.value)
            .ok_or_else(no_such_draft)
    }
}

/// The refusals of a party that this phone knows of.
pub(super) fn refusals_of(party: EntryId, view: &CaseView, facts: Option<&Facts>) -> Vec<EntryId> {
    let person = |entry| facts.map_or(entry, |facts| facts.person(entry));
    let refusals = view.consents.iter().filter(|(_, entry)| {
        let said = &entry.value;
        person(said.party) == person(party) && said.decision != ConsentDecision::Agree
    });
    refusals.map(|(id, _)| *id).collect()
}

pub(super) fn nothing_offered() -> EngineError {
    EngineError::NotPossible(Reason::new(
        "nothing_offered",
        "本案没有待您签收的派单，请先同步后再试。",
    ))
}

fn not_frozen() -> EngineError {
    EngineError::NotPossible(Reason::new(
        "draft_not_frozen",
        "协议文本尚未定稿，请先定稿再签名。",
    ))
}

fn no_such_draft() -> EngineError {
    EngineError::NotPossible(Reason::new(
        "unknown_draft",
        "没有找到这份协议文本，请先同步后再试。",
    ))
}
