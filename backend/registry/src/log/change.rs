//! Changes in the log: who brought them, what became of them, and reading them back.

use crate::{error::RegistryError, rows, time::Ts, word::from_word};
use hejie_case::{
    ids::{Actor, CaseId, ChangeHash, DeviceId, OrgId, UserId},
    role::Author,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, PgConnection};
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

/// Notes that changes came back by a proof: the signature of this server stands for them, not that of a phone.
///
/// # Errors
/// Postgres failed.
pub async fn set_attested(
    conn: &mut PgConnection,
    case: CaseId,
    proved: &[ChangeHash],
) -> Result<(), RegistryError> {
    sqlx::query("update case_change set attested = true where case_id = $1 and hash = any($2)")
        .bind(case.0)
        .bind(rows::bytes_of(proved))
        .execute(conn)
        .await?;
    Ok(())
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
