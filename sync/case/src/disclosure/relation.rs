//! How somebody stands to a case: whether it is theirs, lies in their territory, or is foreign.

use super::rights::Matters;
use crate::{
    act::claim::waits_for,
    catalogue::Route,
    event::Event,
    facts::{Assignment, Difficulty, Duty, EngagingBody, Facts, Measure, Round, Status},
    ids::RegionCode,
    role::Author,
    rule::Stages,
};
use jiff::{SignedDuration, Timestamp};

/// Access ends so long after an assignment (docs/domain/rules.md#roles).
pub const AFTERWARDS: SignedDuration = SignedDuration::from_hours(24 * 7);

/// By what a case is somebody's. The first that holds counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tie {
    /// A ruling took them off the case for bias 回避: nothing of it is theirs to see from then on.
    Recused,
    /// They answer for something in it, or did until [`AFTERWARDS`] ago.
    Own,
    /// They came by an invitation, for a term (R003), or did until [`AFTERWARDS`] ago.
    Guest,
    /// It is offered to them and waits for their signature, or they are invited into it.
    Offered,
    /// It lies in their territory and is a matter of their office, whoever handles it.
    Matter,
    /// It lies in their territory and waits for whoever claims it, which they may: of a department,
    /// only what is its own matter (E04).
    Waiting,
    /// By nothing.
    None,
}

/// How somebody stands to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relation {
    /// By what it is theirs.
    pub tie: Tie,
    /// It lies in their territory.
    pub in_area: bool,
}

/// Whoever wants to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader<'a> {
    /// The person, in the one role of the session.
    pub by: Author,
    /// The territory of the organisation.
    pub territory: &'a RegionCode,
    /// The name of the organisation, which says what a department claims.
    pub office: &'a str,
    /// The routing table of the county, or the shipped one (R014).
    pub routes: &'a [Route],
}

impl Reader<'_> {
    /// The rows of the routing table that leave a matter to the reader.
    pub fn claims(&self) -> impl Iterator<Item = &Route> {
        let theirs = |route: &&Route| waits_for(route, self.by.role, self.office);
        self.routes.iter().filter(theirs)
    }
}

impl Relation {
    /// How a reader stands to a case now.
    #[must_use]
    pub fn of(reader: &Reader<'_>, facts: &Facts, now: Timestamp) -> Self {
        let in_area = facts.region.as_str().starts_with(reader.territory.as_str());
        Self {
            tie: tie(reader, facts, in_area, now),
            in_area,
        }
    }
}

fn tie(reader: &Reader<'_>, facts: &Facts, in_area: bool, now: Timestamp) -> Tie {
    let by = &reader.by;
    let theirs = |a: &&Assignment| a.user == by.user && a.role == by.role;
    let mut in_role = facts.assignments.iter().filter(theirs);
    if facts.is_recused(by.user) {
        Tie::Recused
    } else if let Some(own) = strongest(in_role.clone().filter(|a| is_taken(a) && lasts(a, now))) {
        own
    } else if in_role.any(|a| a.to.is_none()) || facts.invitation_of(by).is_some() {
        Tie::Offered
    } else if in_area && Matters::of(by.role).cover(facts) {
        Tie::Matter
    } else if in_area
        && waits(facts.stage.status())
        && reader.claims().any(|route| route.code == facts.situation)
    {
        Tie::Waiting
    } else {
        Tie::None
    }
}

/// By what assignments that last make a case somebody's.
fn strongest<'a>(mut own: impl Iterator<Item = &'a Assignment> + Clone) -> Option<Tie> {
    let guest = own.clone().next().map(|_| Tie::Guest);
    let is_own = own.any(|assignment| assignment.until.is_none());
    if is_own { Some(Tie::Own) } else { guest }
}

/// Co-handlers and visitors need not sign.
fn is_taken(assignment: &Assignment) -> bool {
    assignment.signed_at.is_some() || matches!(assignment.duty, Duty::Co | Duty::Visit)
}

fn lasts(assignment: &Assignment, now: Timestamp) -> bool {
    let ended = assignment.to;
    ended.is_none_or(|to| now.duration_since(to) <= AFTERWARDS)
}

/// The states in which a case waits for whoever claims it.
#[must_use]
pub fn waiting() -> &'static [Status] {
    match Event::Claim.row().from {
        Stages::In(states) => states,
        _ => &[],
    }
}

fn waits(status: Status) -> bool {
    waiting().contains(&status)
}

impl Matters {
    /// Whether a case is one of these.
    #[must_use]
    pub fn cover(&self, facts: &Facts) -> bool {
        let again = facts.kin.repeats.iter().map(|call| &call.channel);
        let mut reported = again.chain([&facts.source.channel]);
        let accuses =
            |measure: Measure| matches!(measure, Measure::Notice | Measure::Accountability);
        reported.any(|channel| self.is_from(channel))
            || self.of_police && is_of_police(facts)
            || self.grave
                && (facts.difficulty == Difficulty::Complex
                    || facts.round.joint
                    || facts.supervision.iter().any(|item| accuses(item.measure)))
            || self.before_court && facts.rounds().any(is_before_court)
    }
}

/// A court was asked to confirm its agreement, or engaged the committee.
fn is_before_court(round: &Round) -> bool {
    let mut letters = round.engagements.iter();
    round.confirmation.is_some() || letters.any(|letter| letter.body == EngagingBody::Court)
}

impl Matters {
    /// Channels are called after their office, and where a server has several of an office by a
    /// dash and more.
    fn is_from(&self, channel: &str) -> bool {
        let office = channel
            .split_once('-')
            .map_or(channel, |(office, _)| office);
        self.channels.contains(&office)
    }
}

/// A danger holds it, or the police were asked for it.
fn is_of_police(facts: &Facts) -> bool {
    use crate::facts::DeadlineKind::PoliceAccept;
    facts.is_held()
        || facts
            .deadlines
            .iter()
            .any(|clock| clock.kind == PoliceAccept)
}
