//! What the log knows before a change is admitted.

use crate::{error::RegistryError, log::quarantine, rows};
use hejie_case::{
    ids::{Actor, CaseId, ChangeHash},
    part::CasePart,
    reason::Reason,
};
use sqlx::PgConnection;
use std::collections::HashMap;

/// What the log says about the changes that a request names, and about one actor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogSnapshot {
    /// Those of the named changes that are in the log.
    pub known: HashMap<ChangeHash, KnownChange>,
    /// The last numbers of the phone's changes that were not quarantined.
    pub last: LastNumbers,
    /// The largest counter of any operation in the case; 0 if there is none.
    pub max_op: u64,
}

/// The last numbers that a phone gave to its changes, which it counts in each part for itself; 0
/// where there are none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LastNumbers {
    /// In the work.
    pub work: u64,
    /// In the confidential part.
    pub confidential: u64,
}

impl LastNumbers {
    /// That of a part.
    #[must_use]
    pub fn of(self, part: CasePart) -> u64 {
        match part {
            CasePart::Work => self.work,
            CasePart::Confidential => self.confidential,
        }
    }

    /// The phone has used this number in a part.
    pub fn use_up(&mut self, part: CasePart, number: u64) {
        match part {
            CasePart::Work => self.work = number,
            CasePart::Confidential => self.confidential = number,
        }
    }
}

/// A change that is in the log already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KnownChange {
    /// Acknowledged or merged, in this part.
    Good(CasePart),
    /// Quarantined, and why.
    Quarantined(Reason),
    /// Kept aside because somebody else than its author handed it in: from its author it is new.
    Relayed,
}

/// Looks up what the log knows of `named` (changes and what they name) and of the phone of `actor`.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn standing(
    conn: &mut PgConnection,
    case: CaseId,
    actor: Actor,
    named: &[ChangeHash],
) -> Result<LogSnapshot, RegistryError> {
    let (work, confidential, max_op): (i64, i64, i64) = sqlx::query_as(
        "select
             coalesce((select max(actor_seq) from case_change
                       where case_id = $1 and actor = $2 and state <> 'quarantined'), 0),
             coalesce((select max(actor_seq) from case_change
                       where case_id = $1 and actor = $3 and state <> 'quarantined'), 0),
             coalesce((select max(max_op) from case_change where case_id = $1 and state <> 'quarantined'), 0)",
    )
    .bind(case.0)
    .bind(&actor.writing(CasePart::Work).0[..])
    .bind(&actor.writing(CasePart::Confidential).0[..])
    .fetch_one(&mut *conn)
    .await?;
    let known: Vec<KnownRow> = sqlx::query_as(
        "select hash, actor, reason_code, reason_zh from case_change where case_id = $1 and hash = any($2)",
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
        last: LastNumbers {
            work: rows::natural(work, "case_change", "actor_seq")?,
            confidential: rows::natural(confidential, "case_change", "actor_seq")?,
        },
        max_op: rows::natural(max_op, "case_change", "max_op")?,
    })
}

type KnownRow = (Vec<u8>, Vec<u8>, Option<String>, Option<String>);

fn known_change(
    (hash, actor, code, zh): KnownRow,
) -> Result<(ChangeHash, KnownChange), RegistryError> {
    let known = match (code, zh) {
        (Some(code), Some(_)) if code == quarantine::RELAYED => KnownChange::Relayed,
        (Some(code), Some(zh)) => KnownChange::Quarantined(Reason { code, zh }),
        _ => KnownChange::Good(rows::actor(&actor, "case_change", "actor")?.part()),
    };
    Ok((rows::hash(&hash, "case_change", "hash")?, known))
}
