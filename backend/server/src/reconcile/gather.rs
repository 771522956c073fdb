//! What one reconciliation starts from, read in one go, and what a worker is handed of it.

use super::{Reconciler, ReconcilerError, people};
use hejie_case::{
    act::{Act, DeskAct},
    catalogue::Route,
    facts::{Facts, OrgFact, Status, first_version},
    ids::{Actor, CaseId, ChangeHash, EntryId, FileHash, OrgId, UserId},
    reconcile::{ReceivedChange, ReconcileInput, missing_files},
    role::{Author, Role},
    rule::{DeviceSeen, Motion},
    view::{About, ConflictKind},
};
use hejie_registry::{
    case::{self, StoredCase},
    county, epoch,
    error::RegistryError,
    file,
    identity::org,
    log,
    pool::{self, PgConnection},
    secret,
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What one reconciliation starts from.
pub(super) struct GatheredCase {
    pub(super) stored: StoredCase,
    epoch: u64,
    pub(super) changes: Vec<ReceivedChange>,
    authors: Vec<(Actor, Author)>,
    devices: Vec<DeviceSeen>,
    pub(super) departed: Vec<Author>,
    unknown_orgs: Vec<String>,
    orgs: Vec<OrgFact>,
    routes: Vec<Route>,
    names: BTreeMap<UserId, String>,
    repeat_calls: u32,
    files: BTreeSet<FileHash>,
    identities: BTreeMap<String, String>,
    identified: BTreeSet<EntryId>,
}

impl Reconciler {
    pub(super) async fn gather(
        &self,
        case: CaseId,
        motions: &[Motion],
    ) -> Result<GatheredCase, ReconcilerError> {
        let mut conn = pool::acquire(&self.0.pool).await?;
        let stored = case::lookup(&mut conn, case)
            .await?
            .ok_or(ReconcilerError::UnknownCase)?;
        let authors = case::list_authors(&mut conn, case).await?;
        let mut orgs: BTreeSet<OrgId> = authors.iter().map(|(_, author)| author.org).collect();
        orgs.extend(stored.facts.assignments.iter().map(|a| a.org));
        orgs.extend(motions.iter().map(|motion| motion.by.org));
        orgs.extend(
            motions
                .iter()
                .flat_map(|motion| motion.act.targets())
                .map(|t| t.org),
        );
        let orgs: Vec<OrgId> = orgs.into_iter().collect();
        let now = self.0.clock.now();
        let owners = owners(&stored, motions);
        let named = answering(&stored.facts, &authors, motions);
        let named = case::names(&mut conn, &named).await?;
        Ok(GatheredCase {
            names: named.into_iter().collect(),
            departed: people::departed(&mut conn, &stored.facts, motions, now).await?,
            changes: log::change::list_unmerged(&mut conn, case).await?,
            unknown_orgs: org::list_unknown_names(&mut conn, &owners, &stored.facts.region).await?,
            orgs: org::list_facts(&mut conn, &orgs).await?,
            routes: routes(&mut conn, &stored.facts, motions).await?,
            authors,
            devices: case::list_devices_seen(&mut conn, case).await?,
            repeat_calls: secret::repeat_calls(&mut conn, case, stored.facts.registered_at).await?,
            identities: alike(&secret::same_party(&mut conn, case).await?),
            identified: secret::list_identified(&mut conn, case).await?,
            files: file::list_arrived(&mut conn, case).await?,
            epoch: epoch::current(&mut conn).await?,
            stored,
        })
    }

    pub(super) fn input(
        &self,
        before: &GatheredCase,
        merging: &[ReceivedChange],
        motions: &[Motion],
    ) -> ReconcileInput {
        ReconcileInput {
            snapshot: before.stored.snapshot.clone(),
            changes: merging.to_vec(),
            facts: before.stored.facts.clone(),
            first_version: first_version(before.epoch),
            authors: before.authors.clone(),
            motions: motions.to_vec(),
            devices: before.devices.clone(),
            departed: before.departed.clone(),
            unknown_orgs: before.unknown_orgs.clone(),
            repeat_calls: before.repeat_calls,
            orgs: before.orgs.clone(),
            names: before.names.clone(),
            files: before.files.clone(),
            identities: before.identities.clone(),
            identified: before.identified.clone(),
            routes: before.routes.clone(),
            policy: self.0.policy.clone(),
            now: self.0.clock.now(),
        }
    }
}

impl GatheredCase {
    /// The heads with which the document was saved.
    pub(super) fn heads(&self) -> &[ChangeHash] {
        &self.stored.heads
    }

    /// Whether something may change though nobody wrote or asked: a closing waits for its rule, the
    /// moment of the case has come, the pair was recognised in another case, a person was
    /// recognised, or twice in this one, or a file arrived.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        let facts = &self.stored.facts;
        facts.stage.status() == Status::PendingClose
            || facts.repeat_calls != self.repeat_calls
            || facts.identified != self.identified
            || self.stored.next_moment.is_some_and(|at| at <= now)
            || self.has_news_of_persons()
            || facts.missing_files != missing_files(&self.stored.view, &self.files)
    }

    /// Whether a party who still takes part is somebody who was entered before, and nobody was told
    /// yet (M08).
    fn has_news_of_persons(&self) -> bool {
        let facts = self.stored.facts.conflicts.values();
        let told: BTreeSet<String> = facts
            .filter(|known| known.conflict.kind == ConflictKind::SamePerson)
            .filter_map(|known| match known.conflict.about {
                About::Pair { later, .. } => Some(later.to_string()),
                _ => None,
            })
            .collect();
        let takes_part = |id: &String| {
            let mut parties = self.stored.view.parties.iter();
            parties.any(|(known, p)| known.to_string() == *id && p.value.withdrawn.is_none())
        };
        self.identities.iter().any(|(later, first)| {
            later != first && takes_part(later) && takes_part(first) && !told.contains(later)
        })
    }
}

/// The routing table of the case's county, where a department claims by it, or a push goes to the
/// department that it names.
async fn routes(
    conn: &mut PgConnection,
    facts: &Facts,
    motions: &[Motion],
) -> Result<Vec<Route>, RegistryError> {
    let turns_on_it = |motion: &Motion| {
        let pushes = matches!(
            motion.act,
            Act::Desk(DeskAct::Dispatch(_) | DeskAct::ResendPush(_))
        );
        pushes || motion.by.role == Role::Department
    };
    match motions.iter().any(turns_on_it) {
        true => county::list_routes_in(conn, &facts.region).await,
        false => Ok(Vec::new()),
    }
}

/// To which organisations plans give steps that a desk writes or lets stand; of no motion of a desk
/// anything is asked.
fn owners(stored: &StoredCase, motions: &[Motion]) -> Vec<String> {
    let steps = motions.iter().flat_map(|motion| match &motion.act {
        Act::Desk(DeskAct::WritePlan(plan)) => plan.steps.values().collect::<Vec<_>>(),
        Act::Desk(DeskAct::RecordConsultation(sitting)) => sitting.tasks.values().collect(),
        Act::Desk(DeskAct::EndJoint(end)) => {
            let of_phone = stored
                .view
                .plans
                .get(&end.plan)
                .map(|plan| &plan.value.steps);
            let of_desk = stored
                .facts
                .round
                .plans
                .get(&end.plan)
                .map(|plan| &plan.steps);
            of_phone
                .or(of_desk)
                .into_iter()
                .flat_map(BTreeMap::values)
                .collect()
        }
        _ => Vec::new(),
    });
    let names: BTreeSet<String> = steps.map(|step| step.owner_org.trim().to_owned()).collect();
    names.into_iter().collect()
}

/// Who answers for something in a case, or is about to.
fn answering(facts: &Facts, authors: &[(Actor, Author)], motions: &[Motion]) -> Vec<UserId> {
    let assigned = facts.assignments.iter().map(|a| a.user);
    let writing = authors.iter().map(|(_, author)| author.user);
    let named = motions.iter().flat_map(|motion| motion.act.targets());
    let named = named.map(|target| target.user);
    let users: BTreeSet<UserId> = assigned.chain(writing).chain(named).collect();
    users.into_iter().collect()
}

/// Parties that are one person, each under the name of the first of them: reconciliation needs to
/// know who is alike, never by what.
fn alike(pairs: &[(EntryId, EntryId)]) -> BTreeMap<String, String> {
    let mut alike: BTreeMap<String, String> = BTreeMap::new();
    for (earlier, later) in pairs {
        let first = alike.get(&earlier.to_string()).cloned();
        let first = first.unwrap_or_else(|| earlier.to_string());
        alike.insert(later.to_string(), first.clone());
        alike.insert(earlier.to_string(), first);
    }
    alike
}
