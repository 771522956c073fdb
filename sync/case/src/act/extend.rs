//! E33 延期: once, with a reason; the legal clock with the consent of all parties (LW15).

use super::prelude::*;
use crate::{
    deadline,
    record::ConsentSubject,
    rule::guard::consent::{agreed, present},
};

/// More time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extend {
    /// Which clock: feedback or legal.
    pub clock: DeadlineKind,
    /// By how many days.
    pub days: u32,
    /// Why.
    pub why: String,
}

impl Transition for Extend {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Extend,
        from: SinceAcceptance,
        to: Same,
        who: &[By(JudicialOffice), By(Supervisor)],
        asks: &[Lead],
        clocks: &[],
        offline: Offline::Request,
    };
    const GUARDS: &'static [Guard<Self>] = &[
        Guard::new("期限在走且未延长过，延长不超过其本身", is_allowed),
        Guard::new(guard::REASON, |act, _| guard::reason(&act.why)),
        Guard::new("法定期限的延长经各方同意", all_agree),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        // The guard tried the same on a copy: it cannot fail here.
        let _: Result<(), _> =
            deadline::extend(facts, self.clock, self.days, attempt.context.policy);
    }
}

/// The clock runs, was not extended before, and grows by no more than its own length.
fn is_allowed(act: &Extend, attempt: &Attempt<'_>) -> Result<(), Reason> {
    let mut clocks = attempt.facts.deadlines.iter();
    need(
        !clocks.any(|d| d.kind == act.clock && d.is_running() && d.extended_days > 0),
        "extended_already",
        "该期限已延长过一次，不能再次延长。",
    )?;
    let mut tried = attempt.facts.clone();
    deadline::extend(&mut tried, act.clock, act.days, attempt.context.policy)
        .map_err(|error| error.reason())
}

fn all_agree(act: &Extend, attempt: &Attempt<'_>) -> Result<(), Reason> {
    let (view, facts) = (attempt.context.view, attempt.facts);
    let mut parties = present(attempt);
    need(
        act.clock != DeadlineKind::Legal
            || parties.all(|p| agreed(view, facts, p, ConsentSubject::Extension)),
        "extension_not_agreed",
        "延长调解期限须经各方当事人同意，请先记录其同意。",
    )
}
