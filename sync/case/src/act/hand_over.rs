//! R027 移交主办: the case is offered to another lead, who must sign for it; until then the present
//! one answers (M02).

use super::{candidate::somebody, joining::assign, prelude::*};
use crate::{
    facts::{Assignment, Duty},
    role::Author,
};

/// The case is offered to another lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Handover {
    /// To whom.
    pub target: Author,
}

impl Transition for Handover {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Handover,
        from: Open,
        to: Same,
        who: &[By(Dispatcher), By(Supervisor)],
        asks: &[],
        clocks: &[Begin(DeadlineKind::SignFor), Meet(DeadlineKind::SameDay)],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[
        guard::somebody_answers(),
        guard::target_can_handle(),
        guard::target_is_there(),
        guard::target_not_recused(),
        Guard::new("移交给现承办人以外的人", |act, attempt| {
            let has_it = attempt.facts.answering().map(|a| a.user);
            need(
                has_it != Some(act.target.user),
                "already_answers",
                "该同志正是本案现承办人，无需移交；请另选他人。",
            )
        }),
        Guard::new("没有待签收的派单", no_offer_open),
        guard::sharing::consented(),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let duty = if facts.lead().is_some() {
            Duty::Lead
        } else {
            Duty::First
        };
        withdraw_from_departed(attempt, facts);
        assign(attempt, facts, &self.target, duty, "");
    }

    fn targets(&self) -> &[Author] {
        std::slice::from_ref(&self.target)
    }

    fn candidates(_: &CaseView, _: &Facts) -> Vec<Self> {
        vec![Self {
            target: somebody(Mediator),
        }]
    }
}

/// An offer must be signed for or given back before another is made (M02). One to somebody who is
/// not there any more can be neither, and does not count.
fn no_offer_open(_: &Handover, attempt: &Attempt<'_>) -> Holds {
    let offered = attempt.facts.offered().map(Assignment::author);
    need(
        offered.is_none_or(|to| attempt.context.departed.contains(&to)),
        "offer_open",
        "已有一项派单待签收，请待其签收或退回后再办理。",
    )
}

/// An offer to somebody who is not there any more ends, so that only the new one can be signed for.
fn withdraw_from_departed(attempt: &Attempt<'_>, facts: &mut Facts) {
    let departed = attempt.context.departed;
    let offers = facts.assignments.iter_mut();
    for offer in offers.filter(|a| a.signed_at.is_none() && departed.contains(&a.author())) {
        offer.to.get_or_insert(attempt.context.now);
    }
}
