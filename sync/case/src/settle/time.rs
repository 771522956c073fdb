//! What comes about by itself while time passes, or because something arrived that nobody asked about.

use super::{by_rule, hear};
use crate::{
    deadline::plus,
    facts::{Facts, Stage},
    record::Ask,
    rule::{Act, Docket},
};
use jiff::ToSpan;

/// Lets time pass: a suspension ends, evidence that came in between disputes a closing, an override of the colour ends.
pub(super) fn pass(docket: &Docket<'_>, facts: &mut Facts) {
    if suspended_too_long(docket, facts) {
        hear(docket, facts, &by_rule(Act::Ask(Ask::Resume), docket.now));
    }
    if evidence_came_in_between(docket, facts) {
        hear(docket, facts, &by_rule(Act::DisputeClose, docket.now));
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

fn suspended_too_long(docket: &Docket<'_>, facts: &Facts) -> bool {
    let hours = i64::from(docket.policy.suspension_days) * 24;
    matches!(facts.stage, Stage::Suspended { since, .. } if docket.now >= plus(since, hours.hours()))
}

/// Evidence that the one who asked to close had not seen (M15).
fn evidence_came_in_between(docket: &Docket<'_>, facts: &Facts) -> bool {
    matches!(facts.stage, Stage::PendingClose { evidence, .. } if docket.view.evidence.len() > evidence)
}
