//! What the case is about, and who its parties are: entered and corrected by whoever handles it.
//! What two people correct at once is kept and shown; the facts that follow (difficulty, colour)
//! reckon with the graver of two rival values.

use super::Phone;
use crate::{
    error::PhoneError,
    words::{
        CaseId, Cents, DvScreen, EntryId, Injury, PartyRole, Place, Side, SituationCode, Timestamp,
    },
};
use hejie_case::{
    edit::{Edit, TextTarget},
    record::{IntakeField, PartyField},
};

#[uniffi::export]
impl Phone {
    /// Sets the situation of the intake. What one phone alone says the case follows (E02c); rival
    /// values, and one against what a desk has decided, are kept, shown and ruled on.
    pub fn set_situation(
        &self,
        case_id: CaseId,
        situation: SituationCode,
    ) -> Result<(), PhoneError> {
        self.intake(case_id, IntakeField::Situation(situation))
    }

    /// Sets when the dispute broke out.
    pub fn set_occurred_at(&self, case_id: CaseId, at: Timestamp) -> Result<(), PhoneError> {
        self.intake(case_id, IntakeField::OccurredAt(at))
    }

    /// Sets how many people take part.
    pub fn set_persons(&self, case_id: CaseId, persons: u32) -> Result<(), PhoneError> {
        self.intake(case_id, IntakeField::Persons(persons))
    }

    /// Sets how much money is in dispute; from a first threshold on the case is ordinary, from a
    /// second complex.
    pub fn set_amount(&self, case_id: CaseId, amount: Cents) -> Result<(), PhoneError> {
        self.intake(case_id, IntakeField::Amount(amount))
    }

    /// Sets whether somebody was hurt; death and lasting injury make the case complex.
    pub fn set_injury(&self, case_id: CaseId, injury: Injury) -> Result<(), PhoneError> {
        self.intake(case_id, IntakeField::Injury(injury))
    }

    /// Sets where it happened, down to the building, with the position that the phone measured.
    pub fn set_place(&self, case_id: CaseId, place: Place) -> Result<(), PhoneError> {
        self.intake(case_id, IntakeField::Place(place))
    }

    /// Notes what came of the screening for domestic violence (LW20). Where violence was affirmed,
    /// identities are read by those alone who may read class S.
    pub fn set_violence_screen(&self, case_id: CaseId, screen: DvScreen) -> Result<(), PhoneError> {
        self.intake(case_id, IntakeField::DvScreen(screen))
    }

    /// Replaces the summary; only the difference is written, and merges with what others write.
    pub fn edit_summary(&self, case_id: CaseId, text: String) -> Result<(), PhoneError> {
        self.text(case_id, TextTarget::Summary, text)
    }

    /// Corrects the masked name of a party.
    pub fn correct_party_name(
        &self,
        case_id: CaseId,
        party: EntryId,
        name_masked: String,
    ) -> Result<(), PhoneError> {
        self.party(case_id, party, PartyField::NameMasked(name_masked))
    }

    /// Corrects on which side a party stands.
    pub fn correct_party_side(
        &self,
        case_id: CaseId,
        party: EntryId,
        side: Side,
    ) -> Result<(), PhoneError> {
        self.party(case_id, party, PartyField::Side(side))
    }

    /// Corrects in which capacity somebody takes part: in person, as guardian or as agent. For whom
    /// a guardian speaks is said when the guardian is added; who takes part in person, too, is a
    /// party and signs.
    pub fn correct_party_role(
        &self,
        case_id: CaseId,
        party: EntryId,
        role: PartyRole,
    ) -> Result<(), PhoneError> {
        self.party(case_id, party, PartyField::Role(role))
    }

    /// Corrects whether a party is under eighteen; statements of a case with a minor are sealed.
    pub fn correct_party_minor(
        &self,
        case_id: CaseId,
        party: EntryId,
        is_minor: bool,
    ) -> Result<(), PhoneError> {
        self.party(case_id, party, PartyField::IsMinor(is_minor))
    }

    /// Corrects whether a party lacks capacity for legal acts in whole or in part, so that a
    /// guardian has to act for it.
    pub fn correct_party_incapacity(
        &self,
        case_id: CaseId,
        party: EntryId,
        is_incapacitated: bool,
    ) -> Result<(), PhoneError> {
        self.party(
            case_id,
            party,
            PartyField::IsIncapacitated(is_incapacitated),
        )
    }

    /// Corrects whether a party is one of those who speak for many (LW18).
    pub fn correct_party_representative(
        &self,
        case_id: CaseId,
        party: EntryId,
        is_representative: bool,
    ) -> Result<(), PhoneError> {
        self.party(
            case_id,
            party,
            PartyField::IsRepresentative(is_representative),
        )
    }
}

impl Phone {
    fn intake(&self, case_id: CaseId, field: IntakeField) -> Result<(), PhoneError> {
        self.edit(case_id, Edit::Intake { field })
    }

    fn party(&self, case_id: CaseId, party: EntryId, field: PartyField) -> Result<(), PhoneError> {
        self.edit(case_id, Edit::Party { party, field })
    }
}
