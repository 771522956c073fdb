//! E29b 复发重启: a supervisor opens the next round.

use super::{ending, prelude::*};
use crate::{
    deadline,
    facts::Deadline,
    view::{About, Conflict},
};

/// The case is reopened as its next round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Reopen {
    /// Why.
    pub why: String,
}

impl Transition for Reopen {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Reopen,
        from: In(&[Closed]),
        to: OneOf(&[Registered]),
        who: &[By(Supervisor), Rule],
        asks: &[],
        clocks: &[Begin(DeadlineKind::Dispatch)],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[
        Guard::new(guard::REASON, |act, _| guard::reason(&act.why)),
        guard::not_merged(),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        begin_round(attempt, facts);
    }

    fn candidates(_: &CaseView, _: &Facts) -> Vec<Self> {
        let why = FILLED.into();
        vec![Self { why }]
    }
}

/// Begins the next round: new clocks, new will; what was agreed and signed before counts no more.
/// The ledgers of the case go on, and nobody and nothing in them belongs to two rounds.
pub(super) fn begin_round(attempt: &Attempt<'_>, facts: &mut Facts) {
    let (view, now) = (attempt.context.view, attempt.context.now);
    if !facts.begin_round(now) {
        return;
    }
    comes_back(attempt, facts);
    // A draft may be taken up again, and a clause that two wrote at once is still not read (M04,
    // M05). What was promised and how the round should end are no questions any more.
    ending::ask_again(facts, |conflict, _| is_of_draft(conflict));
    facts.spent.extend(view.consents.keys());
    facts.spent.extend(view.signatures.keys());
    // What the police were asked to take over is of the case, as its dangers are.
    let of_police = [DeadlineKind::PoliceAccept, DeadlineKind::DangerCall];
    let of_round = |d: &&mut Deadline| d.is_running() && !of_police.contains(&d.kind);
    for clock in facts.deadlines.iter_mut().filter(of_round) {
        clock.ended_at = Some(now);
    }
    for assignment in &mut facts.assignments {
        assignment.to.get_or_insert(now);
    }
    deadline::start(facts, DeadlineKind::Dispatch, attempt.context.policy, now);
}

fn is_of_draft(conflict: &Conflict) -> bool {
    matches!(&conflict.about, About::Place(place) if place.container == "drafts")
}

/// The next version of the facts is the first that tells of it.
pub(super) fn comes_back(attempt: &Attempt<'_>, facts: &mut Facts) {
    facts.kin.came_back = Some(attempt.facts.version + 1);
}
