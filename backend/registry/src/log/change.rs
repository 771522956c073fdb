//! Changes in the log: what is known before one is admitted, adding, reading back, and the mark that one was merged.

use crate::{
    error::RegistryError,
    log::CaseHead,
    rows,
    time::Ts,
    word::{from_word, to_word},
};
use hejie_case::{
    ids::{Actor, CaseId, ChangeHash, DeviceId, OrgId, UserId},
    role::Author,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, PgConnection};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeState {
    /// Durable, linted, bound to its device and within rights.
    Acknowledged,
    /// In the document as well.
    Merged,
    /// Kept aside with a reason.
    Quarantined,
}

/// A change as it arrives: what the gate read from its header, and its bytes as a chunk of type 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Its name among replicas.
    pub hash: ChangeHash,
    /// Who wrote it.
    pub actor: Actor,
    /// The number that the actor gave it.
    pub seq: u64,
    /// Counter of the first operation.
    pub start_op: u64,
    /// Counter of the last operation.
    pub max_op: u64,
    /// The changes it was written on.
    pub deps: Vec<ChangeHash>,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Who brought a change: a person by a phone, or the server itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// A person, in a role, by a phone.
    Phone {
        /// The phone.
        device: DeviceId,
        /// The person, with role and organisation in this case.
        author: Author,
    },
    /// The server, for a channel or by a rule.
    Server,
}

/// A change in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedChange {
    /// Its place in the order of receipt.
    pub position: u64,
    /// Its name.
    pub hash: ChangeHash,
    /// The actor that wrote it.
    pub actor: Actor,
    /// Who brought it.
    pub sender: Sender,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// When it was received.
    pub received_at: Timestamp,
    /// What became of it.
    pub state: ChangeState,
}

/// What the log says about the changes that a request names, and about one actor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Those of the named changes that are in the log.
    pub known: HashMap<ChangeHash, Known>,
    /// The last number of the actor's changes that were not quarantined; 0 if there are none.
    pub last_seq: u64,
    /// The largest counter of any operation in the case; 0 if there is none.
    pub max_op: u64,
}

/// A change that is in the log already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// Acknowledged or merged.
    Good,
    /// Quarantined, and why.
    Quarantined {
        /// For programs.
        code: String,
        /// For people.
        zh: String,
    },
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
) -> Result<Standing, RegistryError> {
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
    Ok(Standing {
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
) -> Result<(ChangeHash, Known), RegistryError> {
    let known = match (code, zh) {
        (Some(code), Some(zh)) => Known::Quarantined { code, zh },
        _ => Known::Good,
    };
    Ok((rows::hash(&hash, "case_change", "hash")?, known))
}

/// Adds acknowledged changes, in causal order, to a case locked by [`crate::log::lock_case`], and moves its known heads.
///
/// # Errors
/// Postgres failed; a constraint refuses a change that is in the log already or a number that its actor has used.
pub async fn add_changes(
    conn: &mut PgConnection,
    case: &CaseHead,
    sender: Sender,
    arrivals: &[Arrival],
    now: Timestamp,
) -> Result<(), RegistryError> {
    insert(conn, case.case, sender, arrivals, &Fate::Acknowledged, now).await?;
    let heads = heads_after(&case.known_heads, arrivals);
    sqlx::query("update case_doc set known_heads = $2 where case_id = $1")
        .bind(case.case.0)
        .bind(rows::bytes_of(&heads))
        .execute(conn)
        .await?;
    Ok(())
}

/// Lists the changes of a case that are not quarantined, in the order of receipt.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list_good(
    conn: &mut PgConnection,
    case: CaseId,
) -> Result<Vec<LoggedChange>, RegistryError> {
    list(conn, case, &["acknowledged", "merged"]).await
}

/// Lists the changes of a case that wait to be merged, in the order of receipt.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list_unmerged(
    conn: &mut PgConnection,
    case: CaseId,
) -> Result<Vec<LoggedChange>, RegistryError> {
    list(conn, case, &["acknowledged"]).await
}

/// Marks acknowledged changes as merged.
///
/// # Errors
/// Postgres failed.
pub async fn set_merged(
    conn: &mut PgConnection,
    case: CaseId,
    merged: &[ChangeHash],
) -> Result<(), RegistryError> {
    sqlx::query(
        "update case_change set state = 'merged' where case_id = $1 and hash = any($2) and state = 'acknowledged'",
    )
    .bind(case.0)
    .bind(rows::bytes_of(merged))
    .execute(conn)
    .await?;
    Ok(())
}

/// How a change enters the log.
pub(crate) enum Fate<'a> {
    Acknowledged,
    Quarantined { code: &'a str, zh: &'a str },
}

pub(crate) async fn insert(
    conn: &mut PgConnection,
    case: CaseId,
    sender: Sender,
    arrivals: &[Arrival],
    fate: &Fate<'_>,
    now: Timestamp,
) -> Result<(), RegistryError> {
    let (state, code, zh) = match fate {
        Fate::Acknowledged => (ChangeState::Acknowledged, None, None),
        Fate::Quarantined { code, zh } => (ChangeState::Quarantined, Some(*code), Some(*zh)),
    };
    let (device, author) = match sender {
        Sender::Phone { device, author } => (Some(device.0), Some(author)),
        Sender::Server => (None, None),
    };
    sqlx::query(
        "insert into case_change (case_id, hash, position, actor, actor_seq, start_op, max_op, deps, device_id,
                                  user_id, role, org_id, bytes, received_at, state, reason_code, reason_zh)
         select $1, u.hash, last.position + u.n, u.actor, u.seq, u.start_op, u.max_op,
                array(select decode(d, 'hex') from unnest(string_to_array(u.deps, ' ')) d), $8,
                $9, $10, $11, u.bytes, $12, $13, $14, $15
         from unnest($2::bytea[], $3::bytea[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[], $16::bytea[])
                  with ordinality u (hash, actor, seq, start_op, max_op, deps, bytes, n),
              (select coalesce(max(position), 0) as position from case_change where case_id = $1) last",
    )
    .bind(case.0)
    .bind(arrivals.iter().map(|a| a.hash.0.to_vec()).collect::<Vec<_>>())
    .bind(arrivals.iter().map(|a| a.actor.0.to_vec()).collect::<Vec<_>>())
    .bind(arrivals.iter().map(|a| rows::bigint(a.seq)).collect::<Vec<_>>())
    .bind(arrivals.iter().map(|a| rows::bigint(a.start_op)).collect::<Vec<_>>())
    .bind(arrivals.iter().map(|a| rows::bigint(a.max_op)).collect::<Vec<_>>())
    .bind(arrivals.iter().map(|a| hex_words(&a.deps)).collect::<Vec<_>>())
    .bind(device)
    .bind(author.map(|a| a.user.0))
    .bind(author.map(|a| to_word(&a.role)).transpose()?)
    .bind(author.map(|a| a.org.0))
    .bind(Ts(now))
    .bind(to_word(&state)?)
    .bind(code)
    .bind(zh)
    .bind(arrivals.iter().map(|a| a.bytes.clone()).collect::<Vec<_>>())
    .execute(conn)
    .await?;
    Ok(())
}

/// Dependencies as text, because Postgres has no arrays of arrays of different lengths.
fn hex_words(hashes: &[ChangeHash]) -> String {
    hashes
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(" ")
}

/// The heads of a case after changes that depend on known ones: the old heads and the new changes that nothing depends on.
fn heads_after(heads: &[ChangeHash], arrivals: &[Arrival]) -> Vec<ChangeHash> {
    let followed: BTreeSet<&ChangeHash> = arrivals.iter().flat_map(|a| &a.deps).collect();
    let all: BTreeSet<ChangeHash> = heads
        .iter()
        .copied()
        .chain(arrivals.iter().map(|a| a.hash))
        .collect();
    all.into_iter()
        .filter(|hash| !followed.contains(hash))
        .collect()
}

async fn list(
    conn: &mut PgConnection,
    case: CaseId,
    states: &[&str],
) -> Result<Vec<LoggedChange>, RegistryError> {
    sqlx::query_as::<_, ChangeRow>(
        "select position, hash, actor, device_id, user_id, role, org_id, bytes, received_at, state
         from case_change where case_id = $1 and state = any($2) order by position",
    )
    .bind(case.0)
    .bind(states)
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(LoggedChange::try_from)
    .collect()
}

#[derive(FromRow)]
pub(crate) struct ChangeRow {
    position: i64,
    hash: Vec<u8>,
    actor: Vec<u8>,
    device_id: Option<Uuid>,
    user_id: Option<Uuid>,
    role: Option<String>,
    org_id: Option<Uuid>,
    bytes: Vec<u8>,
    received_at: Ts,
    state: String,
}

impl TryFrom<ChangeRow> for LoggedChange {
    type Error = RegistryError;
    fn try_from(row: ChangeRow) -> Result<Self, RegistryError> {
        let sender = match (row.device_id, row.user_id, &row.role, row.org_id) {
            (Some(device), Some(user), Some(role), Some(org)) => Sender::Phone {
                device: DeviceId(device),
                author: Author {
                    user: UserId(user),
                    role: from_word(role, "case_change", "role")?,
                    org: OrgId(org),
                },
            },
            _ => Sender::Server,
        };
        Ok(Self {
            position: rows::natural(row.position, "case_change", "position")?,
            hash: rows::hash(&row.hash, "case_change", "hash")?,
            actor: rows::actor(&row.actor, "case_change", "actor")?,
            sender,
            bytes: row.bytes,
            received_at: row.received_at.0,
            state: from_word(&row.state, "case_change", "state")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrival(hash: u8, deps: &[u8]) -> Arrival {
        Arrival {
            hash: ChangeHash([hash; 32]),
            actor: Actor([1; 16]),
            seq: 1,
            start_op: 1,
            max_op: 1,
            deps: deps.iter().map(|d| ChangeHash([*d; 32])).collect(),
            bytes: vec![],
        }
    }

    fn heads(of: &[u8]) -> Vec<ChangeHash> {
        of.iter().map(|h| ChangeHash([*h; 32])).collect()
    }

    #[test]
    fn a_chain_leaves_its_last_change_as_the_only_head() {
        assert_eq!(
            heads_after(&heads(&[1]), &[arrival(2, &[1]), arrival(3, &[2])]),
            heads(&[3])
        );
    }

    #[test]
    fn a_change_written_on_an_older_state_stands_beside_the_head() {
        assert_eq!(
            heads_after(&heads(&[5]), &[arrival(2, &[1])]),
            heads(&[2, 5])
        );
        assert_eq!(
            heads_after(&heads(&[2, 5]), &[arrival(9, &[2, 5])]),
            heads(&[9])
        );
    }

    #[test]
    fn the_first_change_of_a_case_becomes_its_head() {
        assert_eq!(heads_after(&[], &[arrival(2, &[0])]), heads(&[2]));
    }
}
