//! What comes about by itself while time passes, because something arrived that nobody asked about,
//! or because somebody left.

use super::hear;
use crate::{
    act::{self, Act, DeskAct, ServerAct},
    deadline::{end_of, resend_unheard, suspension_ends},
    facts::{Assignment, Facts, Stage},
    record::Ask,
    rule::{Motion, RuleContext},
};
use jiff::{Timestamp, civil::Date};

/// Why an offer comes back by itself.
const OFFERED_TO_NOBODY: &str = "派单对象的账号已停用或岗位已撤销，退回重新派单。";

/// Lets time pass: a suspension ends, what came in between disputes a closing, an offer to somebody
/// who left comes back, a push that nobody acknowledged is sent again, the term of a guest is over,
/// an override of the colour ends.
pub(super) fn pass(context: &RuleContext<'_>, facts: &mut Facts) {
    if suspended_too_long(context, facts) {
        hear(
            context,
            facts,
            &Motion::by_rule(Act::Ask(Ask::Resume), context.now),
        );
    }
    if something_came_in_between(context, facts) {
        hear(
            context,
            facts,
            &Motion::by_rule(ServerAct::DisputeClose, context.now),
        );
    }
    if is_offered_to_nobody(context, facts) {
        let reason = OFFERED_TO_NOBODY.into();
        hear(
            context,
            facts,
            &Motion::by_rule(DeskAct::Return(act::Return { reason }), context.now),
        );
    }
    resend_unheard(facts, context.policy, context.now);
    end_terms(facts, context.now);
    let over = |until| context.now >= until;
    if facts
        .colour_override
        .as_ref()
        .and_then(|o| o.until)
        .is_some_and(over)
    {
        facts.colour_override = None;
    }
}

/// Guests leave when their term is over, and who has not answered by then is invited no more
/// (R003).
fn end_terms(facts: &mut Facts, now: Timestamp) {
    let over = |until: Date| now >= end_of(until);
    for guest in facts.assignments.iter_mut().filter(|a| a.to.is_none()) {
        guest.to = guest.until.filter(|until| over(*until)).map(end_of);
    }
    let invitations = facts.round.invitations.iter_mut();
    for unanswered in invitations.filter(|i| i.waits() && over(i.until)) {
        unanswered.lapsed_at = Some(end_of(unanswered.until));
    }
}

/// Whether a case waits for the signature of somebody whose account is closed or whose role has
/// ended.
fn is_offered_to_nobody(context: &RuleContext<'_>, facts: &Facts) -> bool {
    let offered = facts.offered().map(Assignment::author);
    matches!(facts.stage, Stage::Dispatched)
        && offered.is_some_and(|to| context.departed.contains(&to))
}

fn suspended_too_long(context: &RuleContext<'_>, facts: &Facts) -> bool {
    suspension_ends(facts, context.policy).is_some_and(|end| context.now >= end)
}

/// Something that the one who asked to close had not seen, whether it came before the request was
/// heard or after (M15, M16).
fn something_came_in_between(context: &RuleContext<'_>, facts: &Facts) -> bool {
    matches!(facts.stage, Stage::PendingClose { request, .. } if !context.unseen_by(request, facts).is_empty())
}
