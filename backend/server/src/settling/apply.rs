//! Applying a settled case: one transaction for facts, log, members, registry rows and what the outside is told.

use super::{Settling, SettlingError};
use crate::events::CaseMoved;
use hejie_case::{
    facts::PushTarget,
    fold::plan,
    ids::{CaseId, ChangeHash},
    role::Author,
    settle::{Effect, Settled, Unmerged, members},
};
use hejie_registry::{
    case::{self, StoredCase, Unsettled},
    error::RegistryError,
    feed::{Move, Why},
    fold, log,
    log::change::LoggedChange,
    outbox,
    pool::{self, PgConnection},
};
use jiff::Timestamp;

/// The channel of the police desk.
const POLICE: &str = "110";

impl Settling {
    /// Applies a settling; tells whether the case still stood where it started.
    pub(super) async fn apply(
        &self,
        before: &StoredCase,
        merged: &[LoggedChange],
        settled: &Settled,
    ) -> Result<bool, SettlingError> {
        let (case, now) = (before.case, self.0.clock.now());
        let mut tx = pool::begin(&self.0.pool).await?;
        log::lock_case(&mut tx, case).await?;
        let from = Unsettled {
            facts_version: before.facts.version,
            heads: &before.heads,
        };
        if !case::set_settled(&mut tx, case, &from, settled, now).await? {
            return Ok(false);
        }
        let mut moves = set_merged(&mut tx, case, merged, &settled.unmerged).await?;
        if settled.facts.version != before.facts.version {
            moves.push(Move::Facts);
            moves.extend(changed_members(&mut tx, case, &members(&settled.facts)).await?);
        }
        project(&mut tx, case, settled).await?;
        for effect in &settled.effects {
            tell(&mut tx, case, effect, now).await?;
        }
        if !moves.is_empty() {
            log::touch_case(&mut tx, case, &moves, now).await?;
        }
        pool::commit(tx).await?;
        self.0.events.send(CaseMoved {
            case_id: case,
            version: settled.facts.version,
        });
        Ok(true)
    }
}

/// Writes the rows of the fold that differ from what stands in the registry.
pub(super) async fn project(
    conn: &mut PgConnection,
    case: CaseId,
    settled: &Settled,
) -> Result<(), RegistryError> {
    let standing = fold::read(conn, case).await?;
    fold::apply(conn, case, &plan(&standing, &settled.projection)).await
}

/// Hands an effect to the outbox, from which it leaves after the commit.
pub(super) async fn tell(
    conn: &mut PgConnection,
    case: CaseId,
    effect: &Effect,
    now: Timestamp,
) -> Result<(), RegistryError> {
    match effect {
        Effect::Feedback {
            channel,
            external_no,
            text,
        } => {
            let feedback = outbox::Feedback {
                case,
                external_no,
                text,
            };
            outbox::add_feedback(conn, channel, &feedback, now).await
        }
        Effect::PoliceOrder { text, .. } => {
            outbox::add_police_order(conn, POLICE, case, text, now).await
        }
        Effect::Push { target } => outbox::add_push(conn, receiver(*target), case, now).await,
    }
}

/// The channel under which a receiver of the three pushes is known, if the county connected it.
fn receiver(target: PushTarget) -> &'static str {
    match target {
        PushTarget::PartyGovPlac => "plac",
        PushTarget::OneStopCentre => "centre",
        PushTarget::TerritoryDept => "territory",
    }
}

/// The moves that make the members of a case those that its assignments say.
pub(super) async fn changed_members(
    conn: &mut PgConnection,
    case: CaseId,
    wanted: &[Author],
) -> Result<Vec<Move>, RegistryError> {
    let present = case::list_members(conn, case).await?;
    let grants = wanted
        .iter()
        .filter(|to| !present.contains(to))
        .map(|to| Move::Grant { to: *to });
    let gone = present
        .iter()
        .filter(|p| !wanted.iter().any(|to| to.user == p.user));
    let why = || Why {
        code: "no_longer_yours".into(),
        zh: "本案已不再由您承办，手机上的副本将移除；未同步的内容已保留。".into(),
    };
    let forgets = gone.map(|p| Move::Forget {
        user: p.user,
        why: why(),
    });
    Ok(grants.chain(forgets).collect())
}

async fn set_merged(
    conn: &mut PgConnection,
    case: CaseId,
    merged: &[LoggedChange],
    unmerged: &[Unmerged],
) -> Result<Vec<Move>, RegistryError> {
    let failed = |hash: &ChangeHash| unmerged.iter().any(|u| u.hash == *hash);
    let good: Vec<ChangeHash> = merged
        .iter()
        .map(|c| c.hash)
        .filter(|hash| !failed(hash))
        .collect();
    log::change::set_merged(conn, case, &good).await?;
    let mut moves = Vec::new();
    for bad in unmerged {
        let why = Why {
            code: bad.code.clone(),
            zh: bad.zh.clone(),
        };
        moves.extend(log::quarantine::quarantine(conn, case, &[bad.hash], &why).await?);
    }
    Ok(moves)
}
