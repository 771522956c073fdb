//! What the log knows before a change is admitted.

use crate::{error::RegistryError, log::quarantine, rows};
use hejie_case::{
    ids::{Actor, CaseId, ChangeHash},
    reason::Reason,
};
use sqlx::PgConnection;
use std::collections::HashMap;

/// What the log says about the changes that a request names, and about one actor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogSnapshot {
    /// Those of the named changes that are in the log.
    pub known: HashMap<ChangeHash, KnownChange>,
    /// The last number of the actor's changes that were not quarantined; 0 if there are none.
    pub last_seq: u64,
    /// The largest counter of any operation in the case; 0 if there is none.
    pub max_op: u64,
}

/// A change that is in the log already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KnownChange {
    /// Acknowledged or merged.
    Good,
    /// Quarantined, and why.
    Quarantined(Reason),
    /// Kept aside because somebody else than its author handed it in: from its author it is new.
    Relayed,
}

/// Looks up what the log knows of `named` (changes and their dependencies) and of `actor`.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn standing(
    conn: &mut PgConnection,
    case: CaseId,
    actor: Actor,
    named: &[ChangeHash],
) -> Result<LogSnapshot, RegistryError> {
    let (last_seq, max_op): (i64, i64) = sqlx::query_as(
        "select
             coalesce((select max(actor_seq) from case_change
                       where case_id = $1 and actor = $2 and state <> 'quarantined'), 0),
             coalesce((select max(max_op) from case_change where case_id = $1 and state <> 'quarantined'), 0)",
    )
    .bind(case.0)
    .bind(&actor.0[..])
    .fetch_one(&mut *conn)
    .await?;
    let known: Vec<(Vec<u8>, Option<String>, Option<String>)> = sqlx::query_as(
        "select hash, reason_code, reason_zh from case_change where case_id = $1 and hash = any($2)",
    )
    .bind(case.0)
    .bind(rows::bytes_of(named))
    .fetch_all(conn)
    .await?;
    Ok(LogSnapshot {
        known: known
            .into_iter()
            .map(known_change)
            .collect::<Result<_, _>>()?,
        last_seq: rows::natural(last_seq, "case_change", "actor_seq")?,
        max_op: rows::natural(max_op, "case_change", "max_op")?,
    })
}

fn known_change(
    (hash, code, zh): (Vec<u8>, Option<String>, Option<String>),
) -> Result<(ChangeHash, KnownChange), RegistryError> {
    let known = match (code, zh) {
        (Some(code), Some(_)) if code == quarantine::RELAYED => KnownChange::Relayed,
        (Some(code), Some(zh)) => KnownChange::Quarantined(Reason { code, zh }),
        _ => KnownChange::Good,
    };
    Ok((rows::hash(&hash, "case_change", "hash")?, known))
}
