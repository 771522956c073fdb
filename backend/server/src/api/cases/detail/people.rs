//! What people, organisations and other cases of a case are called.

use crate::{access::Caller, problem::Problem};
use hejie_case::{
    facts::{Facts, ItemState, OrgFact},
    ids::{Actor, CaseId, OrgId, UserId},
    role::Author,
};
use hejie_registry::{
    case::{self, PersonNames, StoredCase},
    identity::{org, presence},
    pool::PgConnection,
};
use jiff::Timestamp;
use std::collections::HashMap;

/// The people of a case: who stands behind which actor, and what they and their organisations are
/// called.
pub(in crate::api::cases) struct People {
    authors: Vec<(Actor, Author)>,
    names: PersonNames,
    orgs: HashMap<OrgId, String>,
    caller: Vec<OrgFact>,
    cases: HashMap<CaseId, String>,
    departed: Vec<Author>,
}

impl People {
    pub(in crate::api::cases) async fn of(
        conn: &mut PgConnection,
        stored: &StoredCase,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<Self, Problem> {
        let facts = &stored.facts;
        let authors = case::list_authors(conn, stored.case).await?;
        let mut users: Vec<UserId> = authors.iter().map(|(_, author)| author.user).collect();
        users.extend(named(facts));
        let names = case::names(conn, &users).await?;
        let orgs: Vec<OrgId> = facts.assignments.iter().map(|a| a.org).collect();
        let orgs = org::list_facts(conn, &orgs).await?;
        let (scope, mut cases) = (caller.scope(now), HashMap::new());
        for id in kin(facts) {
            if let Some(line) = case::lookup_legible_line(conn, &scope, id).await? {
                cases.insert(id, line.case_no.into());
            }
        }
        let open = facts.assignments.iter().filter(|a| a.to.is_none());
        let open: Vec<Author> = open.map(|a| a.author()).collect();
        Ok(Self {
            departed: presence::list_departed(conn, &open, now).await?,
            authors,
            names,
            orgs: orgs.into_iter().map(|org| (org.id, org.name)).collect(),
            caller: org::list_facts(conn, &[caller.org]).await?,
            cases,
        })
    }

    pub(in crate::api::cases) fn user(&self, user: UserId) -> Option<String> {
        self.names.get(&user).cloned()
    }

    /// Who of those that answer for something is not there any more.
    pub(super) fn departed(&self) -> &[Author] {
        &self.departed
    }

    /// The facts as the rules look at them for the caller, whose organisation has a rank.
    pub(super) fn looked_at(&self, facts: &Facts) -> Facts {
        let mut facts = facts.clone();
        facts.know_orgs(&self.caller);
        facts
    }

    pub(in crate::api::cases) fn org(&self, org: OrgId) -> Option<String> {
        self.orgs.get(&org).cloned()
    }

    /// The number of another case, if the caller may see it.
    pub(in crate::api::cases) fn case_no(&self, case: CaseId) -> Option<String> {
        self.cases.get(&case).cloned()
    }

    /// What an author of the document is called; who an informant is, nobody is told (LW20).
    pub(in crate::api::cases) fn actor(&self, actor: Actor) -> Option<String> {
        if actor == Actor::SERVER {
            return Some("平台".into());
        }
        let (_, author) = self.authors.iter().find(|(known, _)| *known == actor)?;
        if author.role.only_reports() {
            return Some(author.role.zh().into());
        }
        self.user(author.user)
    }
}

/// Everybody whom the facts name.
fn named(facts: &Facts) -> impl Iterator<Item = UserId> + '_ {
    let assigned = facts.assignments.iter().map(|a| a.user);
    let trail = facts.trail.iter().filter_map(|line| line.by);
    let settled = facts.conflicts.values();
    let settled = settled.filter_map(|c| c.settled.as_ref()?.by());
    let referred = facts.round.referred.values().map(|r| r.by);
    let said = facts.holds.iter().map(|hold| hold.by);
    let said = said.chain(facts.colour_override.iter().map(|o| o.by));
    let measures = facts
        .supervision
        .iter()
        .filter_map(|item| match item.state {
            ItemState::Taken { by, .. }
            | ItemState::Dropped { by, .. }
            | ItemState::Answered { by, .. } => Some(by),
            _ => None,
        });
    let waived = facts.deadlines.iter();
    let waived = waived.filter_map(|clock| clock.waived.as_ref()?.by);
    let ordered = facts.supervision.iter().filter_map(|item| item.by);
    let planned = facts.round.plans.values().map(|plan| plan.by);
    let noticed = facts.rounds().flat_map(|round| &round.breach_notices);
    let handed = facts
        .rounds()
        .filter_map(|round| round.transferred.as_ref());
    let noticed = noticed.map(|notice| notice.by);
    let noticed = noticed.chain(handed.map(|transfer| transfer.by));
    let said = said.chain(planned).chain(ordered).chain(noticed);
    let authors = trail.chain(settled).chain(referred).chain(said);
    let authors = authors.chain(measures).map(|by| by.user);
    assigned.chain(waived).chain(authors)
}

/// Cases that this one is kin to.
fn kin(facts: &Facts) -> impl Iterator<Item = CaseId> + '_ {
    let kin = &facts.kin;
    let merged = kin.merged.iter().map(|merged| merged.into);
    let others = kin.absorbed.iter().chain(&kin.split_into).copied();
    merged.chain(kin.split_from).chain(others)
}
