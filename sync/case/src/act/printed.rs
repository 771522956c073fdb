//! Every act with its row and its conditions, for the printed table.

use super::{Ask, Claim, DeskAct, Register, ReportCrime, ServerAct, Transition};
use crate::{
    record::{PerformanceEntry, Signature, Visit},
    rule::ActRow,
};

/// The row of an act, and what must hold, in words.
pub type PrintedAct = (&'static ActRow, Vec<&'static str>);

/// Every act with its row and its conditions, for the printed table.
#[must_use]
pub fn all() -> Vec<PrintedAct> {
    let mut lines = vec![line::<Register>()];
    lines.extend(Ask::lines());
    lines.extend([
        line::<Signature>(),
        line::<PerformanceEntry>(),
        line::<Visit>(),
        line::<Claim>(),
    ]);
    lines.extend(DeskAct::lines());
    lines.push(line::<ReportCrime>());
    lines.extend(ServerAct::lines());
    lines
}

pub(super) fn line<A: Transition>() -> PrintedAct {
    (A::ROW, A::GUARDS.iter().map(|guard| guard.zh).collect())
}
