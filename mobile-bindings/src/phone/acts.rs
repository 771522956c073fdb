//! What is asked for on the main path of a mediation: requests on which the server rules, and the
//! log of performance.

use super::Phone;
use crate::{
    clock,
    error::PhoneError,
    words::{
        CaseId, Cents, CloseKind, Date, EntryId, Party, Performance, Place, Residual, SituationCode,
    },
};
use hejie_case::{
    act,
    edit::NewEntry,
    record::{Ask, PerformanceEntry},
};
use hejie_device::engine::SceneSettlement;

/// One entry of the performance log.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Performed {
    /// The clause.
    pub obligation: EntryId,
    /// What was found.
    pub state: Performance,
    /// How much was paid.
    pub amount: Cents,
    /// By which means.
    pub means: String,
    /// Number of the slip or transfer.
    #[uniffi(default = None)]
    pub slip_no: Option<String>,
    /// The evidence entry that proves it.
    #[uniffi(default = None)]
    pub evidence: Option<EntryId>,
}

/// A simple dispute as it ended where it broke out.
#[derive(Debug, Clone, uniffi::Record)]
pub struct SettledScene {
    /// Parties who are not entered yet. Those who are stay, and agreed as well.
    pub parties: Vec<Party>,
    /// What it was about, if that is not as it was reported.
    #[uniffi(default = None)]
    pub situation: Option<SituationCode>,
    /// What came of it, in the words to which everybody said yes.
    pub result: String,
    /// Why it will not break out again.
    pub calm: String,
    /// The version of the text that was read aloud to the parties.
    pub text_version: String,
    /// Where the phone is, for the arrival.
    #[uniffi(default = None)]
    pub place: Option<Place>,
    /// Why that is far from the case's place, if it is.
    #[uniffi(default = None)]
    pub reason: Option<String>,
}

#[uniffi::export]
impl Phone {
    /// Signs for the assignment that was offered to this person (E05).
    pub fn sign_for(&self, case_id: CaseId) -> Result<EntryId, PhoneError> {
        Ok(self.engine().sign_for(case_id, clock::now())?)
    }

    /// Records the arrival (E07).
    #[uniffi::method(default(place = None, reason = None))]
    pub fn arrive(
        &self,
        case_id: CaseId,
        place: Option<Place>,
        reason: Option<String>,
    ) -> Result<EntryId, PhoneError> {
        self.ask(case_id, act::Arrive { place, reason })
    }

    /// Settles a simple dispute on the scene (E08), all at once and without signal: signs for the
    /// offer and arrives where that was not done, enters the parties, who agree to the mediation
    /// and to the result, judges that it will not break out again, and asks for it to be taken for
    /// settled. The server makes the register of the oral agreement of it.
    pub fn settle_on_scene(
        &self,
        case_id: CaseId,
        settled: SettledScene,
    ) -> Result<EntryId, PhoneError> {
        let SettledScene {
            parties,
            situation,
            result,
            calm,
            text_version,
            place,
            reason,
        } = settled;
        let settlement = SceneSettlement {
            parties,
            situation,
            result,
            calm,
            text_version,
            arrival: act::Arrive { place, reason },
        };
        let now = clock::now();
        Ok(self.engine().settle_on_scene(case_id, settlement, now)?)
    }

    /// Asks for a dispute to be taken for settled on the scene (E08) whose parties, consents and
    /// risk are recorded already; these said yes to the result.
    pub fn ask_settlement(
        &self,
        case_id: CaseId,
        result: String,
        assents: Vec<EntryId>,
    ) -> Result<EntryId, PhoneError> {
        self.ask(case_id, act::SettleOnScene { result, assents })
    }

    /// Judges how likely the dispute breaks out again (E09).
    pub fn judge_residual_risk(
        &self,
        case_id: CaseId,
        level: Residual,
        why: String,
    ) -> Result<EntryId, PhoneError> {
        self.ask(case_id, act::ResidualRisk { level, why })
    }

    /// Gives the notice of rights (E10).
    pub fn give_notice(
        &self,
        case_id: CaseId,
        text_version: String,
    ) -> Result<EntryId, PhoneError> {
        self.ask(case_id, act::GiveNotice { text_version })
    }

    /// Accepts the case for mediation (E11).
    pub fn accept(&self, case_id: CaseId) -> Result<EntryId, PhoneError> {
        self.ask(case_id, Ask::Accept)
    }

    /// Records that a party ends the mediation (E12).
    pub fn refuse(
        &self,
        case_id: CaseId,
        party: EntryId,
        routes_told: bool,
    ) -> Result<EntryId, PhoneError> {
        self.ask(case_id, act::Refuse { party, routes_told })
    }

    /// Starts the mediation (E13).
    pub fn start(&self, case_id: CaseId) -> Result<EntryId, PhoneError> {
        self.ask(case_id, Ask::Start)
    }

    /// Asks for the agreement to take effect (E18), as sealed or agreed on a day: today, if none is
    /// said. The number of the seal is said by who holds the seal.
    #[uniffi::method(default(seal_no = None, effective_on = None))]
    pub fn ask_effect(
        &self,
        case_id: CaseId,
        draft: EntryId,
        seal_no: Option<String>,
        effective_on: Option<Date>,
    ) -> Result<EntryId, PhoneError> {
        let effect = act::TakeEffect {
            draft,
            seal_no,
            effective_on,
        };
        self.ask(case_id, effect)
    }

    /// Adds an entry to the performance log (E19).
    pub fn log_performance(
        &self,
        case_id: CaseId,
        performed: Performed,
    ) -> Result<EntryId, PhoneError> {
        let Performed {
            obligation,
            state,
            amount,
            means,
            slip_no,
            evidence,
        } = performed;
        let at = clock::now();
        self.add(
            case_id,
            NewEntry::Performance(PerformanceEntry {
                obligation,
                state,
                at,
                amount,
                means,
                slip_no,
                evidence,
            }),
        )
    }

    /// Asks to close the case (E26).
    pub fn ask_close(
        &self,
        case_id: CaseId,
        outcome: CloseKind,
        feedback: String,
    ) -> Result<EntryId, PhoneError> {
        self.ask(case_id, act::AskClose { outcome, feedback })
    }
}

impl Phone {
    pub(super) fn ask(&self, case_id: CaseId, ask: impl Into<Ask>) -> Result<EntryId, PhoneError> {
        Ok(self.engine().ask(case_id, ask.into(), clock::now())?)
    }
}
