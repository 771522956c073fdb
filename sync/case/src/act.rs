//! What moves a case: the acts of its life, one file each.
//!
//! An act is a typed value, and its file says all there is to know of it: its [row](ActRow) of the
//! table, what must hold, what it does to the facts, and how a form would give it. The lists
//! here say whose act it is: asked for in the document ([`Ask`]), decided at a desk ([`DeskAct`]),
//! reported by a channel ([`ChannelAct`]), or brought about by the server ([`ServerAct`]). What
//! stands in no list has a variant of [`Act`] of its own.

mod accept;
mod ack_push;
mod adjust;
mod answer_item;
mod archive;
mod arrive;
mod ask_close;
mod assign;
pub(crate) mod bars;
mod breach;
mod call_police;
mod check_joint;
pub mod claim;
mod close;
mod confirm;
mod consult;
mod danger;
mod decide_confirmation;
mod decide_item;
mod dispatch;
mod dispute_close;
mod effect;
mod end_joint;
mod ending;
mod engage;
mod extend;
mod freeze;
mod give_back;
mod give_notice;
mod hand_on;
mod hand_over;
mod invite;
mod joining;
#[macro_use]
mod list;
mod candidate;
mod merge;
mod open_joint;
mod override_colour;
mod part;
mod perform;
mod police_accept;
mod prelude;
mod printed;
mod reclassify;
mod record_warning;
mod recuse;
mod refuse;
mod register;
mod release;
mod reopen;
mod repeat;
mod report_crime;
mod report_violence;
mod reported;
mod resend_push;
mod residual_risk;
mod resume;
mod rule_conflict;
mod seised;
mod send_back;
mod send_confirmation;
mod settle_on_scene;
mod sign;
mod sign_for;
mod split;
mod start;
mod supervise;
mod suspend;
mod terminate;
mod transfer;
mod transition;
mod triage;
mod visit;
mod waive_file;
mod waive_visit;
mod write_plan;

pub use crate::facts::NoticeGiven;
pub use accept::Accept;
pub use ack_push::AckPush;
pub use adjust::Adjust;
pub use answer_item::AnswerItem;
pub(crate) use archive::gaps as archive_gaps;
pub use archive::{Archive, DossierGap};
pub use arrive::Arrive;
pub use ask_close::AskClose;
pub use assign::Assign;
pub use breach::Breach;
pub use call_police::CallPolice;
pub use check_joint::CheckJoint;
pub use claim::Claim;
pub use close::Close;
pub use confirm::Confirm;
pub use consult::{FinishTask, RecordConsultation};
pub use danger::ReportDanger;
pub use decide_confirmation::DecideConfirmation;
pub use decide_item::DecideItem;
pub use dispatch::Dispatch;
pub use dispute_close::DisputeClose;
pub use effect::TakeEffect;
pub use end_joint::EndJoint;
pub use engage::Engage;
pub use extend::Extend;
pub use freeze::Freeze;
pub use give_back::Return;
pub use give_notice::GiveNotice;
pub use hand_on::{HandOn, TakeOn};
pub use hand_over::Handover;
pub use invite::{AnswerInvitation, Invite};
pub use merge::{Absorb, Brings, Merge};
pub use open_joint::OpenJoint;
pub use override_colour::OverrideColour;
pub use part::{Part, Unmerge};
pub use police_accept::{AcceptOrder, PoliceAccept};
pub use printed::{PrintedAct, all};
pub use reclassify::{FollowDocument, Reclassify};
pub(crate) use reclassify::{in_todays_issue, situation_said};
pub use record_warning::RecordWarning;
pub use recuse::{Recuse, RecuseHandler};
pub use refuse::Refuse;
pub use register::Register;
pub use release::Release;
pub use reopen::Reopen;
pub use report_crime::ReportCrime;
pub use report_violence::ReportViolence;
pub use reported::ChannelAct;
pub use resend_push::ResendPush;
pub use residual_risk::ResidualRisk;
pub use resume::Resume;
pub use rule_conflict::RuleConflict;
pub use seised::{EndSeised, NoteSeised};
pub use send_back::SendBack;
pub use send_confirmation::SendConfirmation;
pub use settle_on_scene::SettleOnScene;
pub use sign_for::SignFor;
pub use split::Split;
pub use start::Start;
pub use supervise::Supervise;
pub use suspend::Suspend;
pub use terminate::Terminate;
pub use transfer::{Transfer, TransferOut};
pub use transition::{AnyTransition, Transition};
pub use triage::{Triage, TriageByCatalogue};
pub use waive_file::WaiveFile;
pub use waive_visit::WaiveVisit;
pub use write_plan::WritePlan;

use crate::{
    event::Event,
    facts::{Facts, RepeatCall},
    ids::EntryId,
    record::{PerformanceEntry, Signature, Visit},
    role::Author,
    rule::ActRow,
    view::CaseView,
};
use jiff::civil::Date;
use printed::line;
use serde::{Deserialize, Serialize};

/// Something that may move a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "from", content = "act")]
pub enum Act {
    /// A request of the document.
    Ask(Ask),
    /// A signature of the document (E17).
    Sign(Signature),
    /// An entry of the performance log (E19).
    Perform(PerformanceEntry),
    /// A visit of the document (E21).
    Visit(Visit),
    /// Somebody claims the case, by a message of a phone or of a desk (E04).
    Claim(Claim),
    /// What somebody decides at a desk.
    Desk(DeskAct),
    /// What a channel reports of its own side.
    Channel(ChannelAct),
    /// A desk decides on a request that was referred to it: in the row of that request.
    Decide(Decide),
    /// What the server itself brings about.
    Server(ServerAct),
}

/// A decision on a request that waits for a desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decide {
    /// The request.
    pub request: EntryId,
    /// Granted or not.
    pub grant: bool,
    /// Why; needed when it is not granted.
    #[serde(default)]
    pub why: String,
    /// The number of the seal, where a written agreement is granted its effect: the desk that seals
    /// it records it, whatever the request says (D05).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal_no: Option<String>,
    /// The day on which the desk sealed it; today if it says nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_on: Option<Date>,
}

acts! {
    /// What the author of an entry asks for in the document, with or without signal.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case", tag = "type", content = "payload")]
    Ask {
        Triage(Triage) "triage";
        Reclassify(Reclassify) "reclassify";
        SignFor(SignFor) "sign_for";
        Arrive(Arrive) "arrive";
        SettleOnScene(SettleOnScene) "settle_on_scene";
        ResidualRisk(ResidualRisk) "residual_risk";
        GiveNotice(GiveNotice) "give_notice";
        Accept "accept";
        NoteSeised(NoteSeised) "note_seised";
        EndSeised(EndSeised) "end_seised";
        Recuse(Recuse) "recuse";
        Refuse(Refuse) "refuse";
        Start "start";
        Adjust(Adjust) "adjust";
        Suspend(Suspend) "suspend";
        Resume "resume";
        Freeze(Freeze) "freeze";
        Effect(TakeEffect) "effect";
        Breach(Breach) "breach";
        Danger(ReportDanger) "danger";
        ReportViolence(ReportViolence) "report_violence";
        TransferOut(TransferOut) "transfer_out";
        Terminate(Terminate) "terminate";
        Confirm(Confirm) "confirm";
        CheckJoint(CheckJoint) "check_joint";
        Resolve(RuleConflict) "resolve";
        Extend(Extend) "extend";
        AnswerItem(AnswerItem) "answer_item";
        AskClose(AskClose) "ask_close";
    }
}

acts! {
    /// What somebody decides at a desk, on the version of the facts that the desk was shown.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
    #[serde(rename_all = "snake_case")]
    DeskAct {
        Triage(Triage) "triage";
        Reclassify(Reclassify) "reclassify";
        PoliceAccept "police_accept";
        CallPolice(CallPolice) "call_police";
        ReportViolence(ReportViolence) "report_violence";
        RecordWarning(RecordWarning) "record_warning";
        Dispatch(Dispatch) "dispatch";
        AckPush(AckPush) "ack_push";
        ResendPush(ResendPush) "resend_push";
        Assign(Assign) "assign";
        Invite(Invite) "invite";
        AnswerInvitation(AnswerInvitation) "answer_invitation";
        Engage(Engage) "engage";
        Handover(Handover) "handover";
        Return(Return) "return";
        NoteSeised(NoteSeised) "note_seised";
        EndSeised(EndSeised) "end_seised";
        RecuseHandler(RecuseHandler) "recuse_handler";
        WaiveVisit(WaiveVisit) "waive_visit";
        OpenJoint(OpenJoint) "open_joint";
        WritePlan(WritePlan) "write_plan";
        CheckJoint(CheckJoint) "check_joint";
        RecordConsultation(RecordConsultation) "record_consultation";
        FinishTask(FinishTask) "finish_task";
        EndJoint(EndJoint) "end_joint";
        Danger(ReportDanger) "danger";
        Release(Release) "release";
        Transfer(Transfer) "transfer";
        Close(Close) "close";
        SendBack(SendBack) "send_back";
        WaiveFile(WaiveFile) "waive_file";
        Reopen(Reopen) "reopen";
        Archive(Archive) "archive";
        SendConfirmation "send_confirmation";
        DecideConfirmation(DecideConfirmation) "decide_confirmation";
        OverrideColour(OverrideColour) "override_colour";
        Supervise(Supervise) "supervise";
        AnswerItem(AnswerItem) "answer_item";
        DecideItem(DecideItem) "decide_item";
        RuleConflict(RuleConflict) "rule_conflict";
    }
}

acts! {
    /// What the server brings about: by a rule of its own, or because a desk decided about two
    /// cases at once.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case", tag = "act", content = "with")]
    ServerAct {
        TriageByCatalogue "triage_by_catalogue";
        FollowDocument(FollowDocument) "follow_document";
        DisputeClose "dispute_close";
        Repeat(RepeatCall) "repeat";
        Merge(Merge) "merge";
        Absorb(Absorb) "absorb";
        Unmerge(Unmerge) "unmerge";
        Part(Part) "part";
        Split(Split) "split";
        HandOn(HandOn) "hand_on";
        TakeOn(TakeOn) "take_on";
    }
}

impl Act {
    /// The act, as the rules see it; none for a decision, which belongs to the row of the request
    /// that it is about.
    #[must_use]
    pub fn transition(&self) -> Option<&dyn AnyTransition> {
        Some(match self {
            Self::Ask(ask) => ask.transition(),
            Self::Sign(signature) => signature,
            Self::Perform(entry) => entry,
            Self::Visit(visit) => visit,
            Self::Claim(claim) => claim,
            Self::Desk(act) => act.transition(),
            Self::Channel(act) => act.transition(),
            Self::Decide(_) => return None,
            Self::Server(act) => act.transition(),
        })
    }

    /// The event of the table; none for a decision.
    #[must_use]
    pub fn event(&self) -> Option<Event> {
        self.transition().map(|act| act.row().event)
    }

    /// The people whom the act puts on the case.
    #[must_use]
    pub fn targets(&self) -> &[Author] {
        self.transition().map_or(&[], AnyTransition::people)
    }

    /// The acts as a form at a desk would give them, about whatever the case has of what they are
    /// about.
    pub fn candidates(view: &CaseView, facts: &Facts) -> impl Iterator<Item = Self> {
        let own = DeskAct::candidates(view, facts).map(Self::Desk);
        own.chain(ServerAct::candidates(view, facts).map(Self::Server))
    }
}

impl Ask {
    /// Whether it asks to end the case with an outcome (E08, E25, E26).
    #[must_use]
    pub fn is_to_close(&self) -> bool {
        matches!(
            self,
            Self::AskClose(_) | Self::SettleOnScene(_) | Self::Terminate(_)
        )
    }
}

impl From<Ask> for Act {
    fn from(ask: Ask) -> Self {
        Self::Ask(ask)
    }
}

impl From<Claim> for Act {
    fn from(claim: Claim) -> Self {
        Self::Claim(claim)
    }
}

impl From<DeskAct> for Act {
    fn from(act: DeskAct) -> Self {
        Self::Desk(act)
    }
}

impl From<ServerAct> for Act {
    fn from(act: ServerAct) -> Self {
        Self::Server(act)
    }
}
