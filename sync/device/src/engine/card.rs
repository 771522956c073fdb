//! What a list of cases shows of each, kept beside the document so that a list opens no documents.

use super::{
    Enrolment, alarm, heal, prove, provisional::provisional, report::ReportTaken, row::CaseRow,
};
use hejie_case::{
    facts::{Facts, Level, Status},
    ids::{CaseId, CaseNo, SituationCode},
    reason::Reason,
    view::CaseView,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How many characters of the summary a list shows.
const TITLE_CHARS: usize = 60;

/// The part of a summary that comes from document and facts.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Card {
    pub case_no: Option<CaseNo>,
    pub title: String,
    pub situation: Option<SituationCode>,
    pub status: Option<Status>,
    pub provisional: Option<Status>,
    pub level: Option<Level>,
    pub due_at: Option<Timestamp>,
    pub open_requests: u32,
    pub open_conflicts: u32,
    pub unreadable: u32,
    /// The owner reported a danger on which the server has not ruled; whether it waits, the outbox
    /// says.
    pub danger: bool,
}

/// Where a case's content is (PP7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The server knows nothing of the case yet.
    OnThisPhoneOnly,
    /// The server knows the case; some of the work on this phone waits.
    Waiting,
    /// All that was written here is on the server.
    OnServer,
    /// What is held of it is damaged; the next exchange fetches it again.
    Damaged,
    /// The server took the case away.
    Left,
    /// The server has what was reported here, which was all that there was to do: the receipt
    /// stays.
    Reported,
}

/// A case as a list shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseSummary {
    /// The case.
    pub case: CaseId,
    /// Its number, once the server gave one.
    pub case_no: Option<CaseNo>,
    /// The beginning of the summary.
    pub title: String,
    /// The situation; the server's if it has ruled.
    pub situation: Option<SituationCode>,
    /// Where the case stands by the server's word; none until the server has registered it.
    pub status: Option<Status>,
    /// Where the phone's own open requests will probably bring it 待确认.
    pub provisional: Option<Status>,
    /// The colour.
    pub level: Option<Level>,
    /// The next clock that runs out.
    pub due_at: Option<Timestamp>,
    /// Where the content is.
    pub standing: Standing,
    /// Changes that the server has not acknowledged.
    pub waiting: u32,
    /// Pieces of work that were refused and not yet looked at.
    pub refused: u32,
    /// Requests that nobody has ruled on.
    pub open_requests: u32,
    /// Disagreements that nobody has ruled on.
    pub open_conflicts: u32,
    /// Entries of the document that cannot be read.
    pub unreadable: u32,
    /// Why the case left, or did not come forward at the last exchange.
    pub reason: Option<Reason>,
    /// What the server gave for a report, where the owner only reports.
    pub report: Option<ReportTaken>,
    /// A danger that was reported here, and of which 110 has not been told by this phone: shown
    /// before everything else.
    pub alarm: Option<Reason>,
}

impl Card {
    pub(super) fn of(
        view: &CaseView,
        facts: Option<&Facts>,
        owner: Option<&Enrolment>,
        now: Timestamp,
    ) -> Self {
        let situation = facts.map(|facts| facts.situation.clone());
        let situation = situation.filter(|code| !code.is_unclassified());
        let ruled = |id| facts.is_some_and(|facts| facts.rulings.contains_key(id));
        let provisional = owner.and_then(|owner| provisional(view, facts, owner, now));
        Self {
            case_no: facts.map(|facts| facts.case_no.clone()),
            title: view.intake.summary.chars().take(TITLE_CHARS).collect(),
            situation: situation.or_else(|| view.intake.situation.get().cloned()),
            status: facts.map(|facts| facts.stage.status()),
            provisional: provisional.map(|provisional| provisional.status),
            level: facts.map(|facts| facts.colour.level),
            due_at: facts.and_then(next_due),
            open_requests: count(view.requests.keys().filter(|id| !ruled(*id)).count()),
            open_conflicts: facts.map_or(0, open_conflicts),
            unreadable: count(view.unreadable.len()),
            danger: alarm::is_raised(view, facts, owner),
        }
    }
}

impl CaseRow {
    pub(super) fn standing(&self) -> Standing {
        match self {
            Self {
                gone: Some(_),
                receipt: Some(_),
                ..
            } => match self.waiting {
                0 => Standing::Reported,
                _ => Standing::Waiting,
            },
            Self { gone: Some(_), .. } => Standing::Left,
            Self { damaged: true, .. } => Standing::Damaged,
            Self {
                acknowledged: false,
                ..
            } => Standing::OnThisPhoneOnly,
            Self { waiting: 0, .. } => Standing::OnServer,
            _ => Standing::Waiting,
        }
    }

    /// The case as a list shows it in an epoch of the registry, with the alarm that stands on it.
    pub(super) fn summary(&self, alarm: Option<Reason>, epoch: u64) -> CaseSummary {
        let card = self.card.clone();
        CaseSummary {
            case: self.case,
            case_no: card.case_no,
            title: card.title,
            situation: card.situation,
            status: card.status,
            provisional: card.provisional,
            level: card.level,
            due_at: card.due_at,
            standing: self.standing(),
            waiting: self.waiting,
            refused: self.refused,
            open_requests: card.open_requests,
            open_conflicts: card.open_conflicts,
            unreadable: card.unreadable,
            alarm,
            report: self.receipt.as_ref().map(|kept| kept.seen_in(epoch)),
            reason: match (&self.gone, self.damaged) {
                (Some(gone), _) => Some(gone.clone()),
                (None, true) => {
                    let unshown = self.problem.clone().filter(prove::is_unshown);
                    unshown.or_else(|| Some(heal::reason()))
                }
                (None, false) => self.problem.clone().or_else(|| self.relay_waits()),
            },
        }
    }
}

fn next_due(facts: &Facts) -> Option<Timestamp> {
    facts
        .deadlines
        .iter()
        .filter(|clock| clock.met_at.is_none())
        .map(|clock| clock.due_at)
        .min()
}

fn open_conflicts(facts: &Facts) -> u32 {
    count(
        facts
            .conflicts
            .values()
            .filter(|conflict| conflict.settled.is_none())
            .count(),
    )
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
