//! What comes about by itself while time passes, or because something arrived that nobody asked about.

use super::{by_rule, hear};
use crate::{
    deadline::suspension_ends,
    facts::{Facts, Stage},
    record::Ask,
    rule::{Act, Docket},
};

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
    suspension_ends(facts, docket.policy).is_some_and(|end| docket.now >= end)
}

/// Evidence that the one who asked to close had not seen (M15).
fn evidence_came_in_between(docket: &Docket<'_>, facts: &Facts) -> bool {
    matches!(facts.stage, Stage::PendingClose { evidence, .. } if docket.view.evidence.len() > evidence)
}
