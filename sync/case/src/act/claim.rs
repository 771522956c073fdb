//! E04 工作认领: taken from the list of what waits by whoever it waits for; the server says who was
//! first (R018).
//!
//! No document holds it: whoever claims a case cannot write into it yet. It comes to the server as
//! a message of a phone or of a desk (docs/adr/0022-claims-are-messages.md).

use super::{
    joining::{assign, sign_for},
    prelude::*,
};
use crate::{
    catalogue::{Catalogue, Route},
    facts::{Assignment, Duty},
    role::{Author, Role},
    rule::Motion,
};
use jiff::Timestamp;

/// How many returns leave a case to the county alone (R109).
pub const RETURNS_UNTIL_COUNTY: u8 = 2;

/// A claim of the case for its author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    by: Author,
}

impl Claim {
    /// What somebody wants who claims a case.
    #[must_use]
    pub fn motion(by: Author, now: Timestamp) -> Motion {
        Motion::online(Self { by }, by, now)
    }
}

impl Transition for Claim {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Claim,
        from: In(&[PendingDispatch]),
        to: OneOf(&[SignedFor]),
        who: &[By(Department), By(Mediator), By(PoliceOfficer)],
        asks: &[],
        clocks: &[Meet(DeadlineKind::Dispatch), Begin(DeadlineKind::Arrive)],
        offline: Offline::Request,
    };
    const GUARDS: Guards<Self> = &[
        guard::not_held(),
        guard::target_is_there(),
        guard::target_not_recused(),
        Guard::new("在本单位认领范围内", |act: &Self, attempt| {
            let office = attempt.facts.org(act.by.org);
            let office = office.map_or("", |office| office.name.as_str());
            let route = attempt.context.route(&attempt.facts.situation);
            need(
                route.is_some_and(|route| waits_for(route, act.by.role, office)),
                "not_on_your_list",
                "该纠纷不在贵单位认领范围内，请由矛调中心分流。",
            )
        }),
        guard::county_decides_after_two_returns(),
        guard::sharing::consented(),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let version = assign(attempt, facts, &self.by, Duty::First, "");
        sign_for(attempt, facts, version);
    }

    fn targets(&self) -> &[Author] {
        std::slice::from_ref(&self.by)
    }
}

/// Whether a case that goes this route and waits for a handler waits for somebody like this: a
/// department that the route names, a mediator where it may be mediated, an officer on whatever
/// matter of others stays with the police.
#[must_use]
pub fn waits_for(route: &Route, role: Role, office: &str) -> bool {
    let Some(situation) = Catalogue::current().lookup(&route.code) else {
        return false;
    };
    match role {
        Department => route.names(office),
        Mediator => situation.may_be_mediated(),
        PoliceOfficer => true,
        _ => false,
    }
}

/// Whether somebody in this role claims cases at all.
#[must_use]
pub fn may_claim(role: Role) -> bool {
    Claim::ROW.who.contains(&By(role))
}

/// Whose claim the case was last taken by, unless it waits again or is over; and who answers for
/// it now.
#[must_use]
pub fn taken_by(facts: &Facts) -> Option<(Author, &Assignment)> {
    if matches!(facts.stage.status(), Closed | Archived) {
        return None;
    }
    let mut lines = facts.trail.iter().rev();
    let last =
        lines.find(|line| line.event == Event::Claim.code() || line.to == PendingDispatch)?;
    Some((
        last.by.filter(|_| last.to == SignedFor)?,
        facts.answering()?,
    ))
}
