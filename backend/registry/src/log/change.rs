//! Changes in the log: who brought them, what became of them, and reading them back.

use crate::{error::RegistryError, rows, statement::SqlCommand, time::Ts};
use hejie_case::{
    ids::{CaseId, ChangeHash, DeviceId},
    reconcile::ReceivedChange,
    role::Author,
};
use sqlx::{FromRow, PgConnection};

/// Who brought a change: a person by a phone, or the server itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeSender {
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

/// Lists the changes of a case that are in its document, in the order of receipt.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list_merged(
    conn: &mut PgConnection,
    case: CaseId,
) -> Result<Vec<ReceivedChange>, RegistryError> {
    list(conn, case, "merged").await
}

/// Lists the changes of a case that wait to be merged, in the order of receipt.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list_unmerged(
    conn: &mut PgConnection,
    case: CaseId,
) -> Result<Vec<ReceivedChange>, RegistryError> {
    list(conn, case, "acknowledged").await
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
    .run(conn)
    .await
}

/// Notes that changes came back by a proof: the signature of this server stands for them, not that
/// of a phone.
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
        .run(conn)
        .await
}

async fn list(
    conn: &mut PgConnection,
    case: CaseId,
    state: &str,
) -> Result<Vec<ReceivedChange>, RegistryError> {
    let rows: Vec<ReceivedRow> = sqlx::query_as(
        "select hash, actor, bytes, received_at from case_change where case_id = $1 and state = $2 order by position",
    )
    .bind(case.0)
    .bind(state)
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(ReceivedRow::read).collect()
}

#[derive(FromRow)]
struct ReceivedRow {
    hash: Vec<u8>,
    actor: Vec<u8>,
    bytes: Vec<u8>,
    received_at: Ts,
}

impl ReceivedRow {
    fn read(self) -> Result<ReceivedChange, RegistryError> {
        Ok(ReceivedChange {
            hash: rows::hash(&self.hash, "case_change", "hash")?,
            actor: rows::actor(&self.actor, "case_change", "actor")?,
            bytes: self.bytes,
            received_at: self.received_at.0,
        })
    }
}
