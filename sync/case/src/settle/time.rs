//! What comes about by itself while time passes, because something arrived that nobody asked about, or because somebody left.

use super::{by_rule, hear};
use crate::{
    act::{self, Act, DeskAct, ServerAct},
    deadline::suspension_ends,
    facts::{Assignment, Facts, Stage},
    record::Ask,
    rule::Docket,
};

/// Why an offer comes back by itself.
const OFFERED_TO_NOBODY: &str = "派单对象的账号已停用或岗位已撤销，退回重新派单。";

/// Lets time pass: a suspension ends, what came in between disputes a closing, an offer to somebody who left comes back, an
/// override of the colour ends.
pub(super) fn pass(docket: &Docket<'_>, facts: &mut Facts) {
    if suspended_too_long(docket, facts) {
        hear(docket, facts, &by_rule(Act::Ask(Ask::Resume), docket.now));
    }
    if something_came_in_between(docket, facts) {
        hear(docket, facts, &by_rule(ServerAct::DisputeClose, docket.now));
    }
    if is_offered_to_nobody(docket, facts) {
        let reason = OFFERED_TO_NOBODY.into();
        hear(
            docket,
            facts,
            &by_rule(DeskAct::Return(act::Return { reason }), docket.now),
        );
    }
    let over = |until| docket.now >= until;
    if facts
        .colour_override
        .as_ref()
        .and_then(|o| o.until)
        .is_some_and(over)
    {
        facts.colour_override = None;
    }
}

/// Whether a case waits for the signature of somebody whose account is closed or whose role has ended.
fn is_offered_to_nobody(docket: &Docket<'_>, facts: &Facts) -> bool {
    let offered = facts.offered().map(Assignment::author);
    matches!(facts.stage, Stage::Dispatched)
        && offered.is_some_and(|to| docket.departed.contains(&to))
}

fn suspended_too_long(docket: &Docket<'_>, facts: &Facts) -> bool {
    suspension_ends(facts, docket.policy).is_some_and(|end| docket.now >= end)
}

/// Evidence or a report that the one who asked to close had not seen, whether it came before the request was heard or after (M15).
fn something_came_in_between(docket: &Docket<'_>, facts: &Facts) -> bool {
    matches!(facts.stage, Stage::PendingClose { request, .. } if !docket.unseen_by(request, facts).is_empty())
}
