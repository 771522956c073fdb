//! What violence at home asks for before a case may end (LW20).

use super::{Guard, Holds, clock_runs, need};
use crate::{
    facts::{DeadlineKind, Facts},
    rule::Attempt,
    view::CaseView,
};

/// Whether the screening found violence at home; one answer of several is enough.
pub(crate) fn was_found(view: &CaseView) -> bool {
    let screens = &view.intake.dv_screen.values;
    screens.iter().any(|(_, screen)| screen.violence)
}

/// Whether the law asks for a report that nobody has made: violence was found where a minor, or
/// somebody else who cannot help himself, is a party (art. 14).
pub(crate) fn owes_report(view: &CaseView, facts: &Facts) -> bool {
    let parties = view.parties.values().map(|entry| &entry.value);
    let mut present = parties.filter(|party| party.withdrawn.is_none());
    facts.violence.reported_at.is_none()
        && was_found(view)
        && present.any(|known| known.party.needs_guardian())
}

/// How the printed table says that what must be reported was.
pub(crate) const REPORTED: &str = "家庭暴力已依法强制报告";

/// The case does not end before what must be reported was.
pub(crate) const fn reported<A>() -> Guard<A> {
    Guard::instructive(REPORTED, |_, attempt| is_reported(attempt))
}

/// What must be reported was, also of a case that goes on under this one: its clock tells.
pub(crate) fn is_reported(attempt: &Attempt<'_>) -> Holds {
    let owed = owes_report(attempt.context.view, attempt.facts)
        || clock_runs(attempt, DeadlineKind::ViolenceReport);
    need(
        !owed,
        "violence_report_owed",
        "筛查发现未成年人或者不能自行求助的人遭受家庭暴力，须先办理“强制报告”，再结束本案。",
    )
}
