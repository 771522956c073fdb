//! The agreement: drafts and their clauses, freezing and signing.

use super::Phone;
use crate::{
    clock,
    error::PhoneError,
    words::{AgreementForm, CaseId, Cents, EntryId, SignatureMedium, Terms, WhoSigns},
};
use hejie_case::{
    capital,
    edit::{Edit, NewEntry, TextTarget},
    record::DraftHead,
};
use hejie_device::engine::Signing;

/// A signature on a frozen draft.
#[derive(Debug, Clone, Copy, uniffi::Record)]
pub struct DraftSignature {
    /// The draft.
    pub draft: EntryId,
    /// Who.
    pub signer: WhoSigns,
    /// How.
    pub medium: SignatureMedium,
    /// The piece of evidence with the picture of it: a signature or fingerprint on paper counts
    /// with one alone, whose file arrives or is waived.
    #[uniffi(default = None)]
    pub scan: Option<EntryId>,
}

/// An amount in Chinese capitals, such as 捌仟陆佰元整: as `Terms::amount_words` must spell it before
/// a draft is frozen.
#[uniffi::export]
pub fn capital(amount: Cents) -> String {
    capital::capital(amount)
}

#[uniffi::export]
impl Phone {
    /// Begins a draft of the agreement.
    #[uniffi::method(default(based_on = None))]
    pub fn add_draft(
        &self,
        case_id: CaseId,
        form: AgreementForm,
        based_on: Option<EntryId>,
    ) -> Result<EntryId, PhoneError> {
        self.add(case_id, NewEntry::Draft(DraftHead { form, based_on }))
    }

    /// Adds a clause behind the last one.
    #[uniffi::method(default(terms = None))]
    pub fn add_clause(
        &self,
        case_id: CaseId,
        draft: EntryId,
        text: String,
        terms: Option<Terms>,
    ) -> Result<EntryId, PhoneError> {
        Ok(self
            .engine()
            .add_clause(case_id, draft, text, terms, clock::now())?)
    }

    /// Replaces the words of a clause of a draft that is not frozen; only the difference is
    /// written, and merges with what others write.
    pub fn edit_clause(
        &self,
        case_id: CaseId,
        draft: EntryId,
        clause: EntryId,
        text: String,
    ) -> Result<(), PhoneError> {
        self.text(case_id, TextTarget::Clause { draft, clause }, text)
    }

    /// Moves a clause behind another one of its draft; without one, before all others.
    #[uniffi::method(default(behind = None))]
    pub fn move_clause(
        &self,
        case_id: CaseId,
        draft: EntryId,
        clause: EntryId,
        behind: Option<EntryId>,
    ) -> Result<(), PhoneError> {
        let now = clock::now();
        self.engine()
            .move_clause(case_id, draft, clause, behind, now)?;
        Ok(())
    }

    /// Replaces the promise of a clause as a whole.
    pub fn set_terms(
        &self,
        case_id: CaseId,
        draft: EntryId,
        clause: EntryId,
        terms: Option<Terms>,
    ) -> Result<(), PhoneError> {
        self.edit(
            case_id,
            Edit::Terms {
                draft,
                clause,
                terms,
            },
        )
    }

    /// Freezes a draft, and asks the server to take it for the agreement (E16).
    pub fn freeze_draft(&self, case_id: CaseId, draft: EntryId) -> Result<(), PhoneError> {
        self.engine().freeze_draft(case_id, draft, clock::now())?;
        Ok(())
    }

    /// Signs a frozen draft, exactly as it was frozen (E17).
    pub fn sign(&self, case_id: CaseId, signature: DraftSignature) -> Result<EntryId, PhoneError> {
        let DraftSignature {
            draft,
            signer,
            medium,
            scan,
        } = signature;
        let signing = Signing {
            signer: signer.into(),
            medium,
            scan,
        };
        Ok(self
            .engine()
            .sign_draft(case_id, draft, signing, clock::now())?)
    }
}
