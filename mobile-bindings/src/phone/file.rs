//! Evidence with its original: taken in with its entry, sent in a queue of its own; what relies on
//! it, and what becomes of it.

use super::{DeliveryState, Phone};
use crate::{
    clock,
    error::PhoneError,
    words::{CaseId, CitedBy, EntryId, EvidenceKind, Place, Timestamp},
};
use hejie_case::edit::{Edit, TextTarget, Withdrawable};
use hejie_device::engine::{self, CapturedFile};

/// A piece of evidence that was just captured.
#[derive(Debug, Clone, uniffi::Record)]
pub struct NewEvidence {
    /// What it is.
    pub kind: EvidenceKind,
    /// Media type, such as `image/jpeg`.
    pub mime: String,
    /// When it was taken.
    pub taken_at: Timestamp,
    /// Where it was taken.
    #[uniffi(default = None)]
    pub place: Option<Place>,
    /// Where it came from, in words.
    pub origin: String,
    /// What it shows.
    pub caption: String,
}

/// An original that was taken in on this phone.
#[derive(Debug, Clone, uniffi::Record)]
pub struct KnownFile {
    /// The case.
    pub case: CaseId,
    /// The piece of evidence.
    pub evidence: EntryId,
    /// Bytes.
    pub size: u64,
    /// Where it is.
    pub state: DeliveryState,
}

#[uniffi::export]
impl Phone {
    /// Takes a piece of evidence: its entry, and the bytes of its original as the camera made them.
    /// Both are durable when it returns. As large as the server takes.
    pub fn add_evidence(
        &self,
        case_id: CaseId,
        evidence: NewEvidence,
        original: &[u8],
    ) -> Result<EntryId, PhoneError> {
        let evidence = engine::NewEvidence::from(evidence);
        let now = clock::now();
        Ok(self
            .engine()
            .add_evidence(case_id, evidence, original, now)?)
    }

    /// Replaces what a piece of evidence is said to show; only the difference is written.
    pub fn edit_caption(
        &self,
        case_id: CaseId,
        evidence: EntryId,
        text: String,
    ) -> Result<(), PhoneError> {
        self.text(case_id, TextTarget::Caption { id: evidence }, text)
    }

    /// Marks a piece of evidence as withdrawn. It stays in the case, and whoever relied on it is
    /// told.
    pub fn withdraw_evidence(
        &self,
        case_id: CaseId,
        evidence: EntryId,
        why: String,
    ) -> Result<(), PhoneError> {
        let target = Withdrawable::Evidence(evidence);
        let at = clock::now();
        self.edit(case_id, Edit::Withdraw { target, why, at })
    }

    /// Says that a statement or a draft relies on a piece of evidence, until it is locked or
    /// frozen.
    pub fn cite_evidence(
        &self,
        case_id: CaseId,
        cited_by: CitedBy,
        evidence: EntryId,
    ) -> Result<(), PhoneError> {
        let by = cited_by.into();
        self.edit(case_id, Edit::Cite { by, evidence })
    }

    /// Sends the originals that wait, each from where it was cut off; returns how many the server
    /// has taken. Call it after an exchange, on a thread of its own and when the network suits: it
    /// may take long, and an exchange may run meanwhile.
    pub fn send_files(&self) -> Result<u32, PhoneError> {
        Ok(self.client.send_files(&clock::now)?)
    }

    /// The originals of a case that were taken in on this phone.
    pub fn files(&self, case_id: CaseId) -> Result<Vec<KnownFile>, PhoneError> {
        let known = self.engine().files(case_id)?;
        Ok(known.into_iter().map(KnownFile::from).collect())
    }

    /// The bytes of an original, while this phone has them.
    pub fn original(
        &self,
        case_id: CaseId,
        evidence: EntryId,
    ) -> Result<Option<Vec<u8>>, PhoneError> {
        Ok(self.engine().original(case_id, evidence)?)
    }

    /// Originals that the server does not take, with the reason.
    pub fn refused_files(&self) -> Result<Vec<KnownFile>, PhoneError> {
        let refused = self.engine().refused_files()?;
        Ok(refused.into_iter().map(KnownFile::from).collect())
    }

    /// Sends an original once more that the server did not take, with the next
    /// [`Self::send_files`].
    pub fn retry_file(&self, case_id: CaseId, evidence: EntryId) -> Result<(), PhoneError> {
        Ok(self.engine().retry_file(case_id, evidence)?)
    }

    /// Lets go of an original that the server does not take, after its author has seen why.
    pub fn dismiss_file(&self, case_id: CaseId, evidence: EntryId) -> Result<(), PhoneError> {
        Ok(self.engine().dismiss_file(case_id, evidence)?)
    }
}

impl From<NewEvidence> for engine::NewEvidence {
    fn from(evidence: NewEvidence) -> Self {
        Self {
            kind: evidence.kind,
            mime: evidence.mime,
            taken_at: evidence.taken_at,
            place: evidence.place,
            origin: evidence.origin,
            caption: evidence.caption,
        }
    }
}

impl From<CapturedFile> for KnownFile {
    fn from(file: CapturedFile) -> Self {
        Self {
            case: file.case,
            evidence: file.evidence,
            size: file.size,
            state: file.whereabouts.into(),
        }
    }
}
