//! What several bodies do about one case: who was invited into it (R003), what they decided
//! together (R119), and by which letter one engaged another (R069).

use super::Facts;
use crate::{ids::EntryId, kinds::kinds, record::PlanStep, role::Author};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Somebody of another body who was invited into the case for a term (R003).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Who.
    pub to: Author,
    /// By whom.
    pub by: Author,
    /// For what.
    pub expected: String,
    /// The last day of the term.
    pub until: Date,
    /// When.
    pub asked_at: Timestamp,
    /// What was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<InvitationAnswer>,
    /// Ended without an answer when: its term was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lapsed_at: Option<Timestamp>,
}

/// What somebody answered who was invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationAnswer {
    /// Comes, or does not.
    pub accepts: bool,
    /// In words.
    pub answer: String,
    /// When.
    pub at: Timestamp,
}

impl Invitation {
    /// Whether it waits for an answer.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.answer.is_none() && self.lapsed_at.is_none()
    }
}

impl Facts {
    /// The invitation that waits for the answer of somebody.
    #[must_use]
    pub fn invitation_of(&self, author: &Author) -> Option<&Invitation> {
        let mut waiting = self.round.invitations.iter().filter(|i| i.waits());
        waiting.find(|i| (i.to.user, i.to.role) == (author.user, author.role))
    }
}

/// What the table of a joint case decided at one sitting 联席会商记录 (R119).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consultation {
    /// On which day it sat.
    pub held_on: Date,
    /// What was on the agenda 议题.
    pub agenda: String,
    /// Which bodies sat there, by name.
    pub members: Vec<String>,
    /// What was decided.
    pub decision: String,
    /// Who does what until when.
    pub tasks: BTreeMap<EntryId, ConsultationTask>,
    /// Who keeps the record.
    pub by: Author,
    /// Since when.
    pub at: Timestamp,
}

/// What somebody does since the table decided it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsultationTask {
    /// What, who and until when.
    #[serde(flatten)]
    pub step: PlanStep,
    /// What came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<TaskDone>,
}

/// A task that was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskDone {
    /// What came of it.
    pub result: String,
    /// Who said so.
    pub by: Author,
    /// When.
    pub at: Timestamp,
}

kinds! {
    /// How people's mediation and another body work on one dispute (R069), or a court engages it
    /// (R066).
    pub enum EngagementMode {
        Entrusted "entrusted" "委托" "Entrusted" "the body entrusts the committee with the mediation";
        Joint "joint" "联合" "Joint" "both mediate together";
        Invited "invited" "邀请" "Invited" "the one invites the other to its mediation";
        Delegated "delegated" "委派" "Delegated" "a court sends the parties before it takes the suit";
    }
}

kinds! {
    /// What kind of body engages people's mediation, or is engaged by it.
    pub enum EngagingBody {
        Court "court" "人民法院" "Court" "a court";
        Administration "administration" "行政机关" "Administration" "an authority that mediates";
        LabourArbitration "labour_arbitration" "劳动人事争议仲裁委员会" "Labour arbitration"
            "the commission for labour disputes";
    }
}

/// A letter 函 by which one body engages another (R066, R069, R070).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Engagement {
    /// In which way.
    pub mode: EngagementMode,
    /// What kind of body.
    pub body: EngagingBody,
    /// Which one, by name.
    pub body_name: String,
    /// The number of the letter.
    pub letter_no: String,
    /// The day of the letter.
    pub letter_on: Date,
    /// When it was recorded.
    pub noted_at: Timestamp,
}
