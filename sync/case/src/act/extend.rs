//! E33 延期: with a reason; an administrative limit once, the legal limit as often as all parties
//! wish it anew (LW15).

use super::prelude::*;
use crate::{
    deadline,
    record::ConsentSubject,
    rule::guard::{
        consent::{agreed, anybody_refuses},
        standing::all_say,
    },
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
    const GUARDS: Guards<Self> = &[
        Guard::new("期限在走且可以再延，天数在许可之内", is_allowed),
        Guard::new(guard::REASON, |act, _| guard::reason(&act.why)),
        Guard::new("法定期限的每次延长经各方同意，且无人反悔", all_agree),
    ];

    /// What the parties agreed to is this extension: the next one needs their word again.
    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        // The guard tried the same on a copy: it cannot fail here.
        let _: Result<(), _> =
            deadline::extend(facts, self.clock, self.days, attempt.context.policy);
        if is_agreed_upon(self.clock) {
            let consents = attempt.context.view.consents.iter();
            let used = consents.filter(|(_, c)| c.value.what == ConsentSubject::Extension);
            facts.spent.extend(used.map(|(id, _)| *id));
        }
    }
}

/// The clock runs and may be extended by so many days, for the first time or again.
fn is_allowed(act: &Extend, attempt: &Attempt<'_>) -> Holds {
    let mut tried = attempt.facts.clone();
    deadline::extend(&mut tried, act.clock, act.days, attempt.context.policy)
        .map_err(|error| error.reason())
}

fn all_agree(act: &Extend, attempt: &Attempt<'_>) -> Holds {
    let said = |party| agreed(attempt, party, ConsentSubject::Extension);
    let all_wish = all_say(attempt, said) && !anybody_refuses(attempt, ConsentSubject::Extension);
    need(
        !is_agreed_upon(act.clock) || all_wish,
        "extension_not_agreed",
        "延长调解期限每次都须经各方当事人同意，请先记录各方对本次延长的同意。",
    )
}

/// Whether the limit is the parties' to extend.
fn is_agreed_upon(clock: DeadlineKind) -> bool {
    clock == DeadlineKind::Legal
}
