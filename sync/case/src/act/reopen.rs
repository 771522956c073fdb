//! E29b 复发重启: a supervisor opens the next round.

use super::{ending, freeze::set_aside, prelude::*};
use crate::{
    deadline,
    facts::{Duty, PastRound},
};

/// The case is reopened as its next round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Reopen {
    /// Why.
    pub why: String,
}

impl Transition for Reopen {
    const ROW: &'static Row = &Row {
        event: Event::Reopen,
        from: In(&[Closed]),
        to: OneOf(&[Registered]),
        who: &[By(Supervisor), Rule],
        asks: &[],
        clocks: &[Begin(DeadlineKind::Dispatch)],
        offline: Offline::Online,
    };
    const GUARDS: &'static [Guard<Self>] = &[
        Guard::new(guard::REASON, |act, _| guard::reason(&act.why)),
        guard::not_merged(),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        begin_round(attempt, facts);
    }

    fn offers(_: &CaseView, _: &Facts) -> Vec<Self> {
        let why = FILLED.into();
        vec![Self { why }]
    }
}

/// Begins the next round: new clocks, new will; what was agreed and signed before counts no more.
pub(super) fn begin_round(attempt: &Attempt<'_>, facts: &mut Facts) {
    let Stage::Closed {
        outcome,
        at,
        feedback,
    } = facts.stage.clone()
    else {
        return;
    };
    comes_back(attempt, facts);
    let (view, now) = (attempt.docket.view, attempt.docket.now);
    facts.past.push(PastRound {
        outcome,
        closed_at: at,
        reopened_at: now,
        agreed: ending::was_in_force(facts.agreement.as_ref()),
        feedback,
    });
    facts.spent.extend(view.consents.keys());
    facts.spent.extend(view.signatures.keys());
    set_aside(attempt, facts);
    for clock in facts.deadlines.iter_mut().filter(|d| d.is_running()) {
        clock.ended_at = Some(now);
    }
    let visitors = facts.assignments.iter_mut();
    for visitor in visitors.filter(|a| a.duty == Duty::Visit) {
        visitor.to.get_or_insert(now);
    }
    facts.visits_done.clear();
    facts.pushes.clear();
    (facts.accepted_at, facts.confirmation, facts.level_ended) = (None, None, None);
    (facts.returns, facts.joint) = (0, false);
    facts.stage = Stage::Registered;
    deadline::start(facts, DeadlineKind::Dispatch, attempt.docket.policy, now);
}

/// The next version of the facts is the first that tells of it.
pub(super) fn comes_back(attempt: &Attempt<'_>, facts: &mut Facts) {
    facts.kin.came_back = Some(attempt.facts.version + 1);
}
