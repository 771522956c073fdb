//! What is asked for in the course of a mediation beside its main path: difficulty, rest, breach,
//! danger, transfer, ends, clocks.

use super::Phone;
use crate::{
    clock,
    error::PhoneError,
    words::{
        CaseId, ConflictId, ContactMeans, Date, DeadlineKind, Difficulty, EntryId, Reason,
        Receiver, RecusalGround, Remedy, SeisedBody, SituationCode, SuspensionGround,
        TerminationGround, Timestamp,
    },
};
use hejie_case::{act, notice, record::Ask};
use hejie_device::engine::danger_not_told;

/// How a notice was given.
#[derive(Debug, Clone, Copy, uniffi::Record)]
pub struct NoticeGiven {
    /// By which means.
    pub means: ContactMeans,
    /// When.
    pub at: Timestamp,
}

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

    /// The notice 不履行告知书 to whoever did not keep a promise of the agreement in force, as it is
    /// given on a day; none where no such promise is in force (LW07). It is shown or handed over
    /// before the breach is reported.
    pub fn breach_notice(
        &self,
        case_id: CaseId,
        obligation: EntryId,
        on: Date,
    ) -> Result<Option<String>, PhoneError> {
        let file = self.engine().case(case_id, clock::now())?;
        let of = |facts| notice::breach_notice(&file.view, facts, obligation, on);
        Ok(file.facts.as_ref().and_then(of))
    }

    /// Says that an obligation is broken, how its notice was given, and what follows (E20).
    pub fn report_breach(
        &self,
        case_id: CaseId,
        obligation: EntryId,
        remedy: Remedy,
        urged_at: Timestamp,
        notice: NoticeGiven,
    ) -> Result<EntryId, PhoneError> {
        let breach = act::Breach {
            obligation,
            remedy,
            urged_at,
            notice: Some(act::NoticeGiven {
                means: notice.means,
                at: notice.at,
            }),
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

    /// Reports violence at home to the police, as the law asks where somebody suffers it who cannot
    /// help himself (E23d). Who reports it is shown to nobody but the police.
    pub fn report_violence(&self, case_id: CaseId, what: String) -> Result<EntryId, PhoneError> {
        self.ask(case_id, act::ReportViolence { what })
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

    /// Notes that another body has accepted the matter, or that the law leaves it to one, which
    /// needs no number (E11b). While it stands the case is not accepted.
    pub fn note_seised(
        &self,
        case_id: CaseId,
        body: SeisedBody,
        body_name: String,
        docket_no: String,
        accepted_on: Date,
    ) -> Result<EntryId, PhoneError> {
        let seised = act::NoteSeised {
            body,
            body_name,
            docket_no,
            accepted_on,
        };
        self.ask(case_id, seised)
    }

    /// Notes that the other body has the matter no more (E11c).
    pub fn end_seised(
        &self,
        case_id: CaseId,
        body_name: String,
        docket_no: String,
        ended_on: Date,
        why: String,
    ) -> Result<EntryId, PhoneError> {
        let ended = act::EndSeised {
            body_name,
            docket_no,
            ended_on,
            why,
        };
        self.ask(case_id, ended)
    }

    /// Steps back from the case, by one's own word or because a party asks for it (E11d): it goes
    /// back to be dispatched, and this phone lets go of it.
    #[uniffi::method(default(party = None))]
    pub fn recuse(
        &self,
        case_id: CaseId,
        ground: RecusalGround,
        why: String,
        party: Option<EntryId>,
    ) -> Result<EntryId, PhoneError> {
        self.ask(case_id, act::Recuse { ground, party, why })
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
