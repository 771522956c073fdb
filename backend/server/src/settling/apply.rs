//! Applying a settled case: one transaction for facts, log, members, registry rows and what the outside is told.

use super::{Settling, SettlingError};
use crate::{channel::Receivers, events::CaseMoved};
use hejie_case::{
    facts::{Facts, Status},
    fold::plan,
    ids::{CaseId, ChangeHash},
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
        if !write(&mut tx, &self.0.receivers, before, merged, settled, now).await? {
            return Ok(false);
        }
        pool::commit(tx).await?;
        self.moved(settled);
        Ok(true)
    }

    /// Tells the consoles that a case moved, after the commit.
    pub(super) fn moved(&self, settled: &Settled) {
        self.0.events.send(CaseMoved {
            case_id: settled.facts.case_id,
            version: settled.facts.version,
        });
        if !settled.effects.is_empty() {
            self.0.outbox.ring();
        }
    }
}

/// Writes a settling in the caller's transaction, which has locked the case; tells whether the case still stood where the
/// settling started. If not, the caller must not commit.
pub(super) async fn write(
    tx: &mut PgConnection,
    to: &Receivers,
    before: &StoredCase,
    merged: &[LoggedChange],
    settled: &Settled,
    now: Timestamp,
) -> Result<bool, RegistryError> {
    let case = before.case;
    let from = Unsettled {
        facts_version: before.facts.version,
        heads: &before.heads,
    };
    if !case::set_settled(tx, case, &from, settled, now).await? {
        return Ok(false);
    }
    let mut moves = set_merged(tx, case, merged, &settled.unmerged).await?;
    if settled.facts.version != before.facts.version {
        moves.push(Move::Facts);
        moves.extend(changed_members(tx, &settled.facts).await?);
    }
    project(tx, case, settled).await?;
    tell(tx, to, case, &settled.effects, now).await?;
    if !moves.is_empty() {
        log::touch_case(tx, case, &moves, now).await?;
    }
    Ok(true)
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

/// Hands the effects of a settling to the outbox, from which they leave after the commit. Whoever writes a settling calls this, the
/// first one of a case included: a danger that does not reach the police is the worst that can happen here.
pub(super) async fn tell(
    conn: &mut PgConnection,
    to: &Receivers,
    case: CaseId,
    effects: &[Effect],
    now: Timestamp,
) -> Result<(), RegistryError> {
    for effect in effects {
        let key = effect.key(case);
        match effect {
            Effect::Feedback {
                channel,
                external_no,
                text,
                ..
            } => {
                let feedback = outbox::Feedback {
                    case,
                    external_no,
                    text,
                };
                outbox::add_feedback(conn, key, channel, &feedback, now).await?;
            }
            Effect::PoliceOrder { text, .. } => {
                outbox::add_police_order(conn, key, &to.police, case, text, now).await?;
            }
            Effect::Push { target, .. } => {
                outbox::add_push(conn, key, to.of_push(*target), case, now).await?;
            }
        }
    }
    Ok(())
}

/// The moves that make the members of a case those that its assignments say.
pub(super) async fn changed_members(
    conn: &mut PgConnection,
    facts: &Facts,
) -> Result<Vec<Move>, RegistryError> {
    let wanted = members(facts);
    let present = case::list_members(conn, facts.case_id).await?;
    let grants = wanted
        .iter()
        .filter(|to| !present.contains(to))
        .map(|to| Move::Grant { to: *to });
    let gone = present
        .iter()
        .filter(|p| !wanted.iter().any(|to| to.user == p.user));
    let forgets = gone.map(|p| Move::Forget {
        user: p.user,
        why: why_gone(facts),
    });
    Ok(grants.chain(forgets).collect())
}

/// What somebody is told whose phone a case leaves.
fn why_gone(facts: &Facts) -> Why {
    let (code, zh) = if facts.stage.status() == Status::Archived {
        (
            "archived",
            "本案已归档，只供查阅，手机上的副本将移除；未同步的内容已保留。",
        )
    } else {
        (
            "no_longer_yours",
            "本案已不再由您承办，手机上的副本将移除；未同步的内容已保留。",
        )
    };
    Why {
        code: code.into(),
        zh: zh.into(),
    }
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
