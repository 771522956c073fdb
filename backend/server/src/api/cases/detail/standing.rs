//! The parts of the detail that say how a case stands beside its stage: what holds it, what waits
//! for a desk, what is due, what it is kin to, how earlier rounds ended.

use super::{
    super::words::word,
    DetailContext,
    clocks::{WaiverView, stands},
    elsewhere::{RecusedView, SeisedView, seised},
    notice::{BreachNoticeView, TransferView},
    oral::OralRegisterView,
    passed_over::PassedOverView,
    supervision::SupervisionView,
};
use hejie_case::{
    catalogue::Catalogue,
    event::Event,
    facts::{DeadlineKind, Referral, Subject},
    ids::{CaseId, EntryId},
    rule::Authority,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// How a case stands beside its stage.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactsView {
    /// The round, from 1.
    round: usize,
    /// How earlier rounds ended.
    past: Vec<PastRoundView>,
    /// How often the case was given back in this round; from the second time on the county decides.
    returns: u8,
    /// Taken up jointly.
    joint: bool,
    /// An agreement was broken.
    breached: bool,
    /// Notices to whoever did not keep an agreement.
    breach_notices: Vec<BreachNoticeView>,
    /// What was agreed by word of mouth where it broke out (E08), of every round that has it.
    oral_registers: Vec<OralRegisterView>,
    /// On which level this round ended, such as `township` (R110); none while it goes on.
    #[schema(example = "township")]
    level_ended: Option<String>,
    /// To whom rounds of the case were transferred.
    transfers: Vec<TransferView>,
    /// A danger was reported and not yet released.
    hold: Option<HoldView>,
    /// Requests that wait for a desk.
    referred: Vec<ReferralView>,
    /// Criminal cases that came of the dispute, by the numbers of the police (民转刑).
    criminal_nos: Vec<String>,
    /// The three pushes.
    pushes: Vec<PushView>,
    /// Visits that are due, done or waived.
    visits: Vec<DueVisitView>,
    /// Judicial confirmation; that of an earlier round where this one has none.
    confirmation: Option<ConfirmationView>,
    /// How the case stands to others.
    kin: KinView,
    /// A person's word over the colour.
    colour_override: Option<OverrideView>,
    /// What supervision did about clocks.
    supervision: Vec<SupervisionView>,
    /// The file, once archived.
    dossier: Option<DossierView>,
    /// What whoever asked for the closing that waits had not seen when asking (E28).
    passed_over: PassedOverView,
    /// What other bodies have accepted of the matter, or had.
    seised: Vec<SeisedView>,
    /// Who stepped back from the case.
    recused: Vec<RecusedView>,
    /// Evidence whose file has not arrived.
    missing_files: Vec<Uuid>,
    /// Evidence whose missing file was waived.
    waived_files: Vec<WaivedFileView>,
}

/// How an earlier round ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct PastRoundView {
    /// How, such as `agreement_performed`.
    outcome: String,
    closed_at: Timestamp,
    reopened_at: Timestamp,
    /// An agreement of that round was in force.
    agreed: bool,
}

/// The hold after a danger.
#[derive(Debug, Serialize, ToSchema)]
pub struct HoldView {
    since: Timestamp,
    by_name: Option<String>,
    /// What was seen, without names.
    what: String,
}

/// A request that waits for a desk.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReferralView {
    id: Uuid,
    /// The event, such as `E33`.
    event: String,
    event_zh: String,
    /// The request as written.
    #[schema(value_type = Object)]
    ask: serde_json::Value,
    by_name: Option<String>,
    /// Claimed by a device.
    claimed_at: Option<Timestamp>,
    received_at: Timestamp,
    /// The roles that decide.
    decided_by: Vec<String>,
    /// Whether the caller may decide.
    may_decide: bool,
}

/// One of the three pushes of a dispatch.
#[derive(Debug, Serialize, ToSchema)]
pub struct PushView {
    /// `party_gov_plac`, `one_stop_centre` or `territory_dept`.
    target: String,
    target_zh: String,
    /// Of the third, the department that is responsible, as the routing table calls it.
    department: Option<String>,
    pushed_at: Timestamp,
    /// Sent last when; nobody acknowledged it before.
    sent_at: Timestamp,
    /// How often it was sent.
    sent_times: u32,
    acked_at: Option<Timestamp>,
    /// Given up when: a person has to see to it.
    failed_at: Option<Timestamp>,
}

/// A visit of the series that follows a closing.
#[derive(Debug, Serialize, ToSchema)]
pub struct DueVisitView {
    /// Its number in the series.
    n: u8,
    due_at: Timestamp,
    /// How its clock stands, such as `running`, `overdue`, `met` or `waived`.
    standing: String,
    /// The visit that met it.
    done_by: Option<Uuid>,
    waived: Option<WaiverView>,
}

/// Judicial confirmation.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConfirmationView {
    court: String,
    asked_at: Timestamp,
    sent_at: Option<Timestamp>,
    /// `confirmed`, `refused`, `withdrawn` or `not_accepted`.
    result: Option<String>,
    decided_at: Option<Timestamp>,
}

/// How a case stands to others.
#[derive(Debug, Serialize, ToSchema)]
pub struct KinView {
    /// Goes on under this case.
    merged_into: Option<KinCase>,
    /// Go on under this one.
    absorbed: Vec<KinCase>,
    /// Was a part of this case.
    split_from: Option<KinCase>,
    /// Parts that became cases of their own.
    split_into: Vec<KinCase>,
    /// Later reports of the same dispute.
    repeats: Vec<RepeatView>,
    /// Earlier calls of the same pair within 90 days, beyond the first.
    repeat_calls: u32,
}

/// Another case.
#[derive(Debug, Serialize, ToSchema)]
pub struct KinCase {
    id: Uuid,
    /// Its number; none outside the caller's jurisdiction.
    case_no: Option<String>,
}

/// A later report of the same dispute.
#[derive(Debug, Serialize, ToSchema)]
pub struct RepeatView {
    channel: String,
    external_no: String,
    received_at: Timestamp,
    /// The situation, as this call reported it: what a desk decided holds beside it (E29).
    situation: Option<String>,
    situation_zh: Option<String>,
}

/// A person's word over the colour.
#[derive(Debug, Serialize, ToSchema)]
pub struct OverrideView {
    level: String,
    level_zh: String,
    by_name: Option<String>,
    why: String,
    since: Timestamp,
    until: Option<Timestamp>,
}

/// The file of an archived case.
#[derive(Debug, Serialize, ToSchema)]
pub struct DossierView {
    number: String,
    /// `short`, `long` or `permanent`.
    retention: String,
    filed_at: Timestamp,
}

/// Evidence whose missing file was waived.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaivedFileView {
    evidence: Uuid,
    why: String,
}

impl DetailContext<'_> {
    pub(super) fn standing(&self) -> FactsView {
        let facts = self.facts;
        FactsView {
            round: facts.round_no(),
            past: self.past(),
            returns: facts.round.returns,
            joint: facts.round.joint,
            breached: facts.was_breached(),
            breach_notices: self.breach_notices(),
            oral_registers: self.oral_registers(),
            level_ended: facts.round.level_ended.as_ref().map(word),
            transfers: self.transfers(),
            hold: self.hold(),
            referred: facts
                .round
                .referred
                .iter()
                .map(|(id, r)| self.referral(*id, r))
                .collect(),
            criminal_nos: facts.criminal_nos().map(str::to_owned).collect(),
            pushes: self.pushes(),
            visits: self.due_visits(),
            confirmation: self.confirmation(),
            kin: self.kin(),
            colour_override: self.colour_override(),
            supervision: facts
                .supervision
                .iter()
                .map(|item| self.measure(item))
                .collect(),
            dossier: facts.round.dossier.as_ref().map(|dossier| DossierView {
                number: dossier.number.clone(),
                retention: word(&dossier.retention),
                filed_at: dossier.filed_at,
            }),
            passed_over: self.passed_over(),
            seised: facts.seised.iter().map(seised).collect(),
            recused: facts.recused.iter().map(|r| self.recused(r)).collect(),
            missing_files: facts.missing_files.iter().map(|id| id.0).collect(),
            waived_files: self.waived_files(),
        }
    }

    /// Of several dangers the first reporter, and a line for each of them.
    fn hold(&self) -> Option<HoldView> {
        let first = self.facts.holds.first()?;
        let what: Vec<&str> = self.facts.holds.iter().map(|h| h.what.as_str()).collect();
        Some(HoldView {
            since: first.since,
            by_name: self.author_name(Some(Event::Danger), self.people.user(first.by.user)),
            what: what.join("\n"),
        })
    }

    fn past(&self) -> Vec<PastRoundView> {
        let past = self.facts.past.iter().map(|past| PastRoundView {
            outcome: word(&past.outcome),
            closed_at: past.closed_at,
            reopened_at: past.reopened_at,
            agreed: past.round.is_agreed(),
        });
        past.collect()
    }

    fn referral(&self, id: EntryId, referral: &Referral) -> ReferralView {
        let event = referral.ask.event();
        let role = |who: &Authority| match who {
            Authority::By(role) => Some(word(role)),
            _ => None,
        };
        ReferralView {
            id: id.0,
            event: event.code().into(),
            event_zh: event.zh().into(),
            ask: serde_json::to_value(&referral.ask).unwrap_or_default(),
            by_name: self.people.user(referral.by.user),
            claimed_at: referral.claimed_at,
            received_at: referral.received_at,
            decided_by: event.row().who.iter().filter_map(role).collect(),
            may_decide: self.onlooker.decides(id),
        }
    }

    fn pushes(&self) -> Vec<PushView> {
        let pushes = self.facts.round.pushes.iter().map(|push| PushView {
            target: word(&push.target),
            target_zh: push.target.zh().into(),
            department: push.department.clone(),
            pushed_at: push.pushed_at,
            sent_at: push.sent_at(),
            sent_times: u32::try_from(push.resent.len() + 1).unwrap_or(u32::MAX),
            acked_at: push.acked_at,
            failed_at: push.failed_at,
        });
        pushes.collect()
    }

    fn due_visits(&self) -> Vec<DueVisitView> {
        let clocks = self.facts.deadlines.iter();
        let due = clocks.filter_map(|clock| match (clock.kind, clock.subject) {
            (DeadlineKind::FollowUp, Some(Subject::Visit(n))) => Some((n, clock)),
            _ => None,
        });
        let view = due.map(|(n, clock)| DueVisitView {
            n,
            due_at: clock.due_at,
            standing: stands(clock, self.onlooker.now).0.into(),
            done_by: self.facts.visit_done(clock).map(|id| id.0),
            waived: self.waiver(clock),
        });
        view.collect()
    }

    fn confirmation(&self) -> Option<ConfirmationView> {
        let rounds = self.facts.rounds();
        let confirmation = rounds
            .filter_map(|round| round.confirmation.as_ref())
            .last()?;
        let (result, decided_at) = confirmation.decided.unzip();
        Some(ConfirmationView {
            court: confirmation.court.clone(),
            asked_at: confirmation.asked_at,
            sent_at: confirmation.sent_at,
            result: result.map(|result| word(&result)),
            decided_at,
        })
    }

    fn kin(&self) -> KinView {
        let kin = &self.facts.kin;
        let of = |id: CaseId| KinCase {
            id: id.0,
            case_no: self.people.case_no(id),
        };
        let repeat = |call: &hejie_case::facts::RepeatCall| RepeatView {
            channel: call.channel.clone(),
            external_no: call.external_no.clone(),
            received_at: call.received_at,
            situation: call.situation.as_ref().map(ToString::to_string),
            situation_zh: call.situation.as_ref().and_then(|code| {
                let known = Catalogue::current().lookup(code);
                known.map(|situation| situation.situation_zh.clone())
            }),
        };
        KinView {
            merged_into: kin.merged.as_ref().map(|merged| of(merged.into)),
            absorbed: kin.absorbed.iter().copied().map(of).collect(),
            split_from: kin.split_from.map(of),
            split_into: kin.split_into.iter().copied().map(of).collect(),
            repeats: kin.repeats.iter().map(repeat).collect(),
            repeat_calls: self.facts.repeat_calls,
        }
    }

    fn colour_override(&self) -> Option<OverrideView> {
        let word_over = self.facts.colour_override.as_ref()?;
        Some(OverrideView {
            level: word(&word_over.level),
            level_zh: word_over.level.zh().into(),
            by_name: self.people.user(word_over.by.user),
            why: word_over.why.clone(),
            since: word_over.since,
            until: word_over.until,
        })
    }

    fn waived_files(&self) -> Vec<WaivedFileView> {
        let waived = self.facts.waived_files.iter();
        let view = waived.map(|(id, why)| WaivedFileView {
            evidence: id.0,
            why: why.clone(),
        });
        view.collect()
    }
}
