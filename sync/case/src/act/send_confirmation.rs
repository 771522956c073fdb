//! E32b 提交司法确认: the request is sent to the court, within 30 days of effect (LW13).

use super::prelude::*;

/// The request for confirmation is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SendConfirmation;

impl Transition for SendConfirmation {
    const ROW: &'static ActRow = &ActRow {
        event: Event::SendConfirmation,
        from: Unfiled,
        to: Same,
        who: &[Lead, By(JudicialOffice)],
        asks: &[],
        clocks: &[Meet(DeadlineKind::Confirmation)],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[
        Guard::new("申请已备好，尚未提交", |_, attempt| {
            let round = &attempt.facts.round;
            let in_force = round.agreement.as_ref().map(|agreement| agreement.draft);
            let waits = round.confirmation.as_ref();
            need(
                waits.is_some_and(|c| c.sent_at.is_none() && Some(c.draft) == in_force),
                "confirmation_not_prepared",
                "没有待提交的司法确认申请。",
            )
        }),
        // What counts for the court is the application, not that somebody prepared it (LW13).
        guard::agreement::may_still_be_confirmed(),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        if let Some(confirmation) = &mut facts.round.confirmation {
            confirmation.sent_at = Some(attempt.context.now);
        }
    }

    fn candidates(_: &CaseView, _: &Facts) -> Vec<Self> {
        vec![Self]
    }
}
