//! A round of a case: from a registration or a reopening to the closing. What is of one round only
//! is one value, so that the next round begins with nothing of it, and nothing of it is lost
//! (docs/adr/0019-conflicts-and-rounds-are-values.md).

use super::{
    AgreementFact, BreachNotice, Confirmation, Consultation, Deadline, Engagement, Facts,
    Invitation, OralRegister, OrgLevel, Push, Stage, Status, Subject, TransferRecord,
};
use crate::{
    ids::EntryId,
    record::{Ask, CloseKind, PlanStep, Residual},
    role::Author,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What was decided in one round: of the will of the parties in it, what came of it, and who was
/// told.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Round {
    /// When it was accepted 受理; by whoever handles it now, if another stepped back (E11d).
    pub accepted_at: Option<Timestamp>,
    /// How likely it breaks out again, as it was judged last (E09, R033).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub residual: Option<ResidualJudgement>,
    /// How often the case was given back; from the second time on the county decides (R109).
    #[serde(default)]
    pub returns: u8,
    /// The case was taken up jointly (E22).
    #[serde(default)]
    pub joint: bool,
    /// Where it stood when it was taken up jointly last, and goes on when the plan stands (E22b).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joint_from: Option<Status>,
    /// Plans that desks wrote, by the ids that they made (E22c); those of phones stand in the
    /// document.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub plans: BTreeMap<EntryId, DeskPlan>,
    /// Who of another body was invited, the first first (R003).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub invitations: Vec<Invitation>,
    /// What the table of a joint case decided, by the ids that the writers made (R119).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub consultations: BTreeMap<EntryId, Consultation>,
    /// The letters by which other bodies engage the committee, or are engaged by it (R069).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub engagements: Vec<Engagement>,
    /// Requests that wait for a desk; the end of the round answers them.
    #[serde(default)]
    pub referred: BTreeMap<EntryId, Referral>,
    /// The three pushes (R107).
    #[serde(default)]
    pub pushes: Vec<Push>,
    /// The agreement, once a draft was frozen.
    pub agreement: Option<AgreementFact>,
    /// Agreements of this round that another draft replaced; signatures stay with them (M03).
    #[serde(default)]
    pub earlier_agreements: Vec<AgreementFact>,
    /// What was agreed by word of mouth where it broke out (E08); a closing that is sent back takes
    /// it along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oral_register: Option<OralRegister>,
    /// An agreement of this round was broken (E20).
    #[serde(default)]
    pub breached: bool,
    /// Notices to whoever did not keep an agreement of this round, as they were given (E20).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breach_notices: Vec<BreachNotice>,
    /// To whom the case went, where it was transferred (E24).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transferred: Option<TransferRecord>,
    /// Judicial confirmation (E32).
    #[serde(default)]
    pub confirmation: Option<Confirmation>,
    /// Applications for confirmation that lay before a court, and that another one followed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier_confirmations: Vec<Confirmation>,
    /// By which visit a due one was done: the first valid visit of somebody independent (E21, M14).
    #[serde(default)]
    pub visits_done: BTreeMap<u8, EntryId>,
    /// On which level it ended (R110).
    #[serde(default)]
    pub level_ended: Option<OrgLevel>,
    /// The file, once archived (E31).
    #[serde(default)]
    pub dossier: Option<Dossier>,
}

/// How likely the dispute breaks out again, as somebody judged at the scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResidualJudgement {
    /// The judgement.
    pub level: Residual,
    /// No call came since of which whoever judged did not know.
    pub is_current: bool,
}

/// An earlier round of the case, and how it ended (E29).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PastRound {
    /// How.
    pub outcome: CloseKind,
    /// What the source channel was told.
    #[serde(default)]
    pub feedback: String,
    /// Closed when.
    pub closed_at: Timestamp,
    /// Reopened when.
    pub reopened_at: Timestamp,
    /// How many further calls had come by its end.
    #[serde(default)]
    pub calls: usize,
    /// A further call opened the one that follows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub followed_by_call: bool,
    /// The round, as it ended.
    pub round: Round,
}

impl Round {
    /// The number of the agreement of a draft, once it has one.
    #[must_use]
    pub fn agreement_no(&self, draft: EntryId) -> Option<&str> {
        let mut all = self.earlier_agreements.iter().chain(&self.agreement);
        let of_draft = all.find(|agreement| agreement.draft == draft)?;
        of_draft.number.as_deref()
    }

    /// Its applications for confirmation, the oldest first.
    pub fn confirmations(&self) -> impl Iterator<Item = &Confirmation> {
        self.earlier_confirmations.iter().chain(&self.confirmation)
    }

    /// As [`Self::confirmations`], for what a court decides.
    pub(crate) fn confirmations_mut(&mut self) -> impl Iterator<Item = &mut Confirmation> {
        let earlier = self.earlier_confirmations.iter_mut();
        earlier.chain(&mut self.confirmation)
    }

    /// Whether its agreement is in force.
    #[must_use]
    pub fn is_agreed(&self) -> bool {
        let in_force = |a: &AgreementFact| a.effective_at.is_some() && a.void_at.is_none();
        self.agreement.as_ref().is_some_and(in_force)
    }
}

impl Facts {
    /// Which round it is, from 1.
    #[must_use]
    pub fn round_no(&self) -> usize {
        self.past.len() + 1
    }

    /// When the present round began: with the registration, or when the case was reopened.
    #[must_use]
    pub fn round_began_at(&self) -> Timestamp {
        self.past
            .last()
            .map_or(self.registered_at, |past| past.reopened_at)
    }

    /// All rounds, the present one last.
    pub fn rounds(&self) -> impl Iterator<Item = &Round> {
        let past = self.past.iter().map(|past| &past.round);
        past.chain([&self.round])
    }

    /// As [`Self::rounds`], for what comes in about one that is over.
    pub(crate) fn rounds_mut(&mut self) -> impl Iterator<Item = &mut Round> {
        let past = self.past.iter_mut().map(|past| &mut past.round);
        past.chain([&mut self.round])
    }

    /// Every agreement, the oldest first; and for one of an earlier round when the next one began,
    /// since when it counts no more.
    pub fn agreements(&self) -> impl Iterator<Item = (&AgreementFact, Option<Timestamp>)> {
        let past = self.past.iter();
        let past = past.map(|past| (&past.round, Some(past.reopened_at)));
        past.chain([(&self.round, None)])
            .flat_map(|(round, until)| {
                let all = round.earlier_agreements.iter().chain(&round.agreement);
                all.map(move |agreement| (agreement, until))
            })
    }

    /// By which visit a due one was done, in the round to which its clock belongs; none while it
    /// was not.
    #[must_use]
    pub fn visit_done(&self, clock: &Deadline) -> Option<EntryId> {
        let (Some(Subject::Visit(number)), Some(_)) = (clock.subject, clock.met_at) else {
            return None;
        };
        let mut past = self.past.iter();
        let past = past.find(|past| clock.starts_at <= past.reopened_at);
        let round = past.map_or(&self.round, |past| &past.round);
        round.visits_done.get(&number).copied()
    }

    /// Whether an agreement of this case was ever broken.
    #[must_use]
    pub fn was_breached(&self) -> bool {
        self.rounds().any(|round| round.breached)
    }

    /// Lets the next round of a closed case begin. What is of the case and not of a round stays,
    /// its ledgers with whatever is open in them: whoever asks for the next round ends that.
    /// Whether the case was closed.
    pub(crate) fn begin_round(&mut self, now: Timestamp) -> bool {
        let Stage::Closed {
            outcome,
            feedback,
            at,
        } = &self.stage
        else {
            return false;
        };
        let past = PastRound {
            outcome: *outcome,
            feedback: feedback.clone(),
            closed_at: *at,
            reopened_at: now,
            calls: self.kin.repeats.len(),
            followed_by_call: false,
            round: std::mem::take(&mut self.round),
        };
        self.past.push(past);
        self.stage = Stage::Registered;
        true
    }
}

/// A plan 一案一策 as a desk wrote it last (E22c).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskPlan {
    /// What is to be reached.
    pub text: String,
    /// Its steps.
    pub steps: BTreeMap<EntryId, PlanStep>,
    /// By whom.
    pub by: Author,
    /// When.
    pub at: Timestamp,
}

/// A request that waits for a desk: asked by somebody who may ask but not decide.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Referral {
    /// What is asked.
    pub ask: Ask,
    /// By whom.
    pub by: Author,
    /// When, by a device's clock.
    pub claimed_at: Option<Timestamp>,
    /// When the server received it.
    pub received_at: Timestamp,
}

/// The file 卷宗 of an archived case (E31).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dossier {
    /// Its number.
    pub number: String,
    /// How long it is kept (D06).
    pub retention: Retention,
    /// Filed when.
    pub filed_at: Timestamp,
}

/// How long a file is kept (LW32): classes of practice, whose years are the county's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Retention {
    /// 短期.
    Short,
    /// 长期.
    Long,
    /// 永久.
    Permanent,
}
