//! What is left of an identity that was destroyed by order: whose it was, and the order. It is kept
//! outside of the database too, so that a registry that comes out of a backup carries the order out
//! once more.

use super::repeat;
use crate::{error::RegistryError, time::Ts};
use hejie_case::ids::{CaseId, DeviceId, EntryId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, PgConnection};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What is left of an identity that was destroyed by order (P09).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DestroyedSecret {
    /// The case.
    pub case: CaseId,
    /// The party.
    pub party: EntryId,
    /// SHA-256 of the sealed bytes as they were received, in hexadecimal.
    pub sealed_hash: String,
    /// When it was written down, by the device's clock.
    pub captured_at: Timestamp,
    /// When the server received it.
    pub received_at: Timestamp,
    /// Who captured it.
    pub by_user: UserId,
    /// On which phone.
    pub by_device: DeviceId,
    /// When it was destroyed.
    pub destroyed_at: Timestamp,
    /// Who carried the order out.
    pub destroyed_by: UserId,
    /// Who gave it.
    pub ordered_by: UserId,
    /// The number of the written order.
    pub order_no: String,
    /// Why, in words.
    pub reason: String,
}

/// Looks up what is left of an identity; none when there is none that was destroyed.
///
/// # Errors
/// Postgres failed.
pub async fn lookup_destroyed(
    conn: &mut PgConnection,
    case: CaseId,
    party: EntryId,
) -> Result<Option<DestroyedSecret>, RegistryError> {
    let row: Option<DestroyedRow> = sqlx::query_as(
        "select case_id, party_id, encode(sealed_hash, 'hex') as sealed_hash, captured_at, received_at, by_user, by_device,
             destroyed_at, destroyed_by, ordered_by, order_no, destroy_reason
         from party_secret where case_id = $1 and party_id = $2 and destroyed_at is not null",
    )
    .bind(case.0)
    .bind(party.0)
    .fetch_optional(conn)
    .await?;
    Ok(row.map(DestroyedSecret::from))
}

/// Lists which of these parties, of cases that are registered, are not known as destroyed.
///
/// # Errors
/// Postgres failed.
pub async fn list_undestroyed(
    conn: &mut PgConnection,
    parties: &BTreeSet<(CaseId, EntryId)>,
) -> Result<Vec<(CaseId, EntryId)>, RegistryError> {
    let (cases, ids): (Vec<Uuid>, Vec<Uuid>) = parties
        .iter()
        .map(|(case, party)| (case.0, party.0))
        .unzip();
    let found: Vec<(Uuid, Uuid)> = sqlx::query_as(
        "select u.case_id, u.party_id from unnest($1::uuid[], $2::uuid[]) u (case_id, party_id)
         join case_doc d using (case_id) left join party_secret s using (case_id, party_id)
         where s.destroyed_at is null",
    )
    .bind(cases)
    .bind(ids)
    .fetch_all(conn)
    .await?;
    let party = |(case, party)| (CaseId(case), EntryId(party));
    Ok(found.into_iter().map(party).collect())
}

/// Destroys an identity as it was destroyed before, whether the registry has it now or not; returns
/// false when it is known as destroyed, or the case is not registered.
///
/// # Errors
/// Postgres failed.
pub async fn destroy_again(
    conn: &mut PgConnection,
    left: &DestroyedSecret,
) -> Result<bool, RegistryError> {
    let done = sqlx::query(
        "insert into party_secret as old (case_id, party_id, sealed_hash, captured_at, received_at, by_user, by_device,
             destroyed_at, destroyed_by, ordered_by, order_no, destroy_reason)
         select d.case_id, $2, decode($3, 'hex'), $4, $5, $6, $7, $8, $9, $10, $11, $12 from case_doc d where d.case_id = $1
         on conflict (case_id, party_id) do update set master_key_id = null, wrapped_key = null, ciphertext = null,
             hash_key_id = null, identity_hash = null, contact_hash = null, destroyed_at = excluded.destroyed_at,
             destroyed_by = excluded.destroyed_by, ordered_by = excluded.ordered_by, order_no = excluded.order_no,
             destroy_reason = excluded.destroy_reason
         where old.destroyed_at is null",
    )
    .bind(left.case.0)
    .bind(left.party.0)
    .bind(&left.sealed_hash)
    .bind(Ts(left.captured_at))
    .bind(Ts(left.received_at))
    .bind(left.by_user.0)
    .bind(left.by_device.0)
    .bind(Ts(left.destroyed_at))
    .bind(left.destroyed_by.0)
    .bind(left.ordered_by.0)
    .bind(&left.order_no)
    .bind(&left.reason)
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    repeat::note_pair(conn, left.case).await?;
    Ok(true)
}

#[derive(FromRow)]
struct DestroyedRow {
    case_id: Uuid,
    party_id: Uuid,
    sealed_hash: String,
    captured_at: Ts,
    received_at: Ts,
    by_user: Uuid,
    by_device: Uuid,
    destroyed_at: Ts,
    destroyed_by: Uuid,
    ordered_by: Uuid,
    order_no: String,
    destroy_reason: String,
}

impl From<DestroyedRow> for DestroyedSecret {
    fn from(row: DestroyedRow) -> Self {
        Self {
            case: CaseId(row.case_id),
            party: EntryId(row.party_id),
            sealed_hash: row.sealed_hash,
            captured_at: row.captured_at.0,
            received_at: row.received_at.0,
            by_user: row.by_user.into(),
            by_device: row.by_device.into(),
            destroyed_at: row.destroyed_at.0,
            destroyed_by: row.destroyed_by.into(),
            ordered_by: row.ordered_by.into(),
            order_no: row.order_no,
            reason: row.destroy_reason,
        }
    }
}
