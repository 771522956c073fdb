//! What is asked for in the course of a mediation beside its main path: difficulty, rest, breach,
//! danger, transfer, ends, clocks.

use super::Phone;
use crate::{
    error::PhoneError,
    words::{
        CaseId, ConflictId, DeadlineKind, Difficulty, EntryId, Reason, Receiver, Remedy,
        SituationCode, SuspensionGround, TerminationGround, Timestamp,
    },
};
use hejie_case::act;
use hejie_case::record::Ask;
use hejie_device::engine::danger_not_told;

/// A danger that was written down on this phone.
#[derive(Debug, Clone, uniffi::Record)]
pub struct DangerReported {
    /// The entry.
    pub entry: EntryId,
    /// What its author must read now: 110 has not been told by the app yet.
    pub alarm: Reason,
}

#[uniffi::export]
impl Phone {
    /// Judges which situation it is (E02).
    pub fn triage(&self, case_id: CaseId, situation: SituationCode) -> Result<EntryId, PhoneError> {
        self.ask(case_id, act::Triage { situation })
    }

    /// Asks to reclassify a case that turns out to be about another situation (E02c). Granted by
    /// rule until a desk has decided what it is about, unless it would only buy time.
    pub fn reclassify(
        &self,
        case_id: CaseId,
        situation: SituationCode,
        why: String,
    ) -> Result<EntryId, PhoneError> {
        self.ask(case_id, act::Reclassify { situation, why })
    }

    /// Claims a case that waits for a handler (E04).
    pub fn claim(&self, case_id: CaseId) -> Result<EntryId, PhoneError> {
        self.ask(case_id, Ask::Claim)
    }

    /// Asks for another difficulty (E14). A raise in the first half of the time is granted by rule.
    pub fn adjust_difficulty(
        &self,
        case_id: CaseId,
        to: Difficulty,
        reason: String,
    ) -> Result<EntryId, PhoneError> {
        self.ask(case_id, act::Adjust { to, reason })
    }

    /// Lets the mediation rest (E15).
    pub fn suspend_mediation(
        &self,
        case_id: CaseId,
        ground: SuspensionGround,
    ) -> Result<EntryId, PhoneError> {
        self.ask(case_id, act::Suspend { ground })
    }

    /// Takes a resting mediation up again (E15).
    pub fn resume_mediation(&self, case_id: CaseId) -> Result<EntryId, PhoneError> {
        self.ask(case_id, Ask::Resume)
    }

    /// Says that an obligation is broken and what follows (E20).
    pub fn report_breach(
        &self,
        case_id: CaseId,
        obligation: EntryId,
        remedy: Remedy,
        urged_at: Timestamp,
        routes_told: bool,
    ) -> Result<EntryId, PhoneError> {
        let breach = act::Breach {
            obligation,
            remedy,
            urged_at,
            routes_told,
        };
        self.ask(case_id, breach)
    }

    /// Reports a danger (E23). 110 is told once the server has heard of it, which needs no more of
    /// the case than this: the screen that does this shows the sentence that comes back, and offers
    /// the call to 110. Status and case go on saying it until the server has ruled.
    pub fn report_danger(
        &self,
        case_id: CaseId,
        what: String,
    ) -> Result<DangerReported, PhoneError> {
        let entry = self.ask(case_id, act::ReportDanger { what })?;
        Ok(DangerReported {
            entry,
            alarm: danger_not_told(),
        })
    }

    /// Asks to hand the case to another body (E24).
    pub fn ask_transfer(
        &self,
        case_id: CaseId,
        to: Receiver,
        why: String,
    ) -> Result<EntryId, PhoneError> {
        self.ask(case_id, act::TransferOut { to, why })
    }

    /// Ends a mediation that came to nothing (E25).
    pub fn terminate(
        &self,
        case_id: CaseId,
        ground: TerminationGround,
        routes_told: bool,
    ) -> Result<EntryId, PhoneError> {
        self.ask(
            case_id,
            act::Terminate {
                ground,
                routes_told,
            },
        )
    }

    /// Prepares the joint request for judicial confirmation (E32).
    pub fn ask_confirmation(
        &self,
        case_id: CaseId,
        court: String,
        jointly: bool,
    ) -> Result<EntryId, PhoneError> {
        self.ask(case_id, act::Confirm { court, jointly })
    }

    /// Rules on a disagreement that is the lead's to answer (R151).
    pub fn resolve_conflict(
        &self,
        case_id: CaseId,
        conflict: ConflictId,
        choice: u8,
        why: String,
    ) -> Result<EntryId, PhoneError> {
        self.ask(
            case_id,
            act::RuleConflict {
                conflict,
                choice,
                why,
            },
        )
    }

    /// The versions of a disagreement whole, in the order of its variants, which of long texts are
    /// excerpts.
    pub fn conflict_versions(
        &self,
        case_id: CaseId,
        conflict: ConflictId,
    ) -> Result<Vec<String>, PhoneError> {
        Ok(self.engine().conflict_versions(case_id, conflict)?)
    }

    /// Asks for more time (E33).
    pub fn ask_extension(
        &self,
        case_id: CaseId,
        clock: DeadlineKind,
        days: u32,
        why: String,
    ) -> Result<EntryId, PhoneError> {
        self.ask(case_id, act::Extend { clock, days, why })
    }

    /// Answers a measure of supervision, by its number within the case (R054).
    pub fn answer_supervision(
        &self,
        case_id: CaseId,
        no: u32,
        text: String,
    ) -> Result<EntryId, PhoneError> {
        self.ask(case_id, act::AnswerItem { no, answer: text })
    }
}
