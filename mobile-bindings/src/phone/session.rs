//! Sessions of mediation 调解记录: held somewhere or online, written down by one person, signed by the
//! parties.

use super::Phone;
use crate::{
    clock,
    error::PhoneError,
    words::{CaseId, EntryId, Place, SessionForm, SignatureMedium, Timestamp},
};
use hejie_case::{
    edit::{Edit, NewEntry, TextTarget},
    record::{RecordSigned, SessionHead},
};

/// A session as its recorder writes it down.
#[derive(Debug, Clone, uniffi::Record)]
pub struct SessionHeld {
    /// In which form.
    pub form: SessionForm,
    /// When it began.
    pub start: Timestamp,
    /// The parties who attended.
    pub attendees: Vec<EntryId>,
    /// What was said.
    pub record: String,
    /// What came of it, in words; it is written once.
    #[uniffi(default = "")]
    pub result: String,
    /// Where.
    #[uniffi(default = None)]
    pub place: Option<Place>,
}

#[uniffi::export]
impl Phone {
    /// Adds a session and its record.
    pub fn add_session(&self, case_id: CaseId, held: SessionHeld) -> Result<EntryId, PhoneError> {
        let SessionHeld {
            form,
            start,
            attendees,
            record,
            result,
            place,
        } = held;
        let head = SessionHead {
            form,
            start,
            place,
            attendees,
            result,
        };
        self.add(case_id, NewEntry::Session(head, record))
    }

    /// Replaces the record of a session; its own writer only.
    pub fn edit_record(
        &self,
        case_id: CaseId,
        session: EntryId,
        text: String,
    ) -> Result<(), PhoneError> {
        self.text(case_id, TextTarget::Record { id: session }, text)
    }

    /// Notes that a party signed the record of a session; its own writer only.
    pub fn sign_record(
        &self,
        case_id: CaseId,
        session: EntryId,
        party: EntryId,
        medium: SignatureMedium,
    ) -> Result<(), PhoneError> {
        let at = clock::now();
        self.edit(
            case_id,
            Edit::SignRecord {
                session,
                party,
                signed: RecordSigned { medium, at },
            },
        )
    }
}
