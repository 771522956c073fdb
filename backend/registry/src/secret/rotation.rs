//! Rows under an old key. A master key is rotated by wrapping data keys anew, without opening what
//! they lock; a hash key by hashing anew what is opened in memory.

use super::{Hashes, LockedIdentity, StoredSecret, StoredSecretRow};
use crate::{
    error::RegistryError,
    rows::natural,
    statement::{Selection, SqlCommand},
};
use hejie_case::ids::{CaseId, EntryId};
use sqlx::PgConnection;

/// How many rows need a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUse {
    /// The key.
    pub key: String,
    /// Rows.
    pub rows: u64,
}

/// How many rows each master key wraps.
///
/// # Errors
/// Postgres failed.
pub async fn count_by_master_key(conn: &mut PgConnection) -> Result<Vec<KeyUse>, RegistryError> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "select master_key_id, count(*) from party_secret where master_key_id is not null group by 1 order by 1",
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(key_use).collect()
}

/// How many rows each hash key hashed.
///
/// # Errors
/// Postgres failed.
pub async fn count_by_hash_key(conn: &mut PgConnection) -> Result<Vec<KeyUse>, RegistryError> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "select hash_key_id, count(*) from party_secret where hash_key_id is not null group by 1 order by 1",
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(key_use).collect()
}

/// How many cases hold statements that were sealed to each sealing key.
///
/// # Errors
/// Postgres failed.
pub async fn count_by_sealing_key(conn: &mut PgConnection) -> Result<Vec<KeyUse>, RegistryError> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "select key #>> '{}', count(distinct case_id)
         from case_doc, jsonb_path_query(view -> 'statements', '$.**.key_id') key
         where view -> 'statements' <> '{}' and jsonb_typeof(key) = 'string' group by 1 order by 1",
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(key_use).collect()
}

/// Some rows that another master key than this one wraps, locked for the caller's transaction;
/// others' locks are passed over.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list_under_other_master_key(
    conn: &mut PgConnection,
    current: &str,
    limit: u32,
) -> Result<Vec<StoredSecret>, RegistryError> {
    sqlx::query_as::<_, StoredSecretRow>(
        "select case_id, party_id, master_key_id, wrapped_key, ciphertext, hash_key_id, sealed_hash, captured_at, received_at,
             destroyed_at
         from party_secret where master_key_id <> $1 order by case_id, party_id limit $2 for update skip locked",
    )
    .bind(current)
    .bind(i64::from(limit))
    .list(conn)
    .await
}

/// Some rows that another hash key than this one hashed, locked for the caller's transaction.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list_under_other_hash_key(
    conn: &mut PgConnection,
    current: &str,
    limit: u32,
) -> Result<Vec<StoredSecret>, RegistryError> {
    sqlx::query_as::<_, StoredSecretRow>(
        "select case_id, party_id, master_key_id, wrapped_key, ciphertext, hash_key_id, sealed_hash, captured_at, received_at,
             destroyed_at
         from party_secret where hash_key_id <> $1 order by case_id, party_id limit $2 for update skip locked",
    )
    .bind(current)
    .bind(i64::from(limit))
    .list(conn)
    .await
}

/// Puts a data key that was wrapped anew in the place of the old one; the ciphertext stays as it
/// is.
///
/// # Errors
/// Postgres failed.
pub async fn set_wrapped(
    conn: &mut PgConnection,
    case: CaseId,
    party: EntryId,
    locked: &LockedIdentity,
) -> Result<(), RegistryError> {
    sqlx::query(
        "update party_secret set master_key_id = $3, wrapped_key = $4
         where case_id = $1 and party_id = $2 and destroyed_at is null and ciphertext = $5",
    )
    .bind(case.0)
    .bind(party.0)
    .bind(&locked.master_key)
    .bind(&locked.wrapped_key)
    .bind(&locked.ciphertext)
    .run(conn)
    .await
}

/// Puts hashes under another key in the place of the old ones.
///
/// # Errors
/// Postgres failed.
pub async fn set_hashes(
    conn: &mut PgConnection,
    case: CaseId,
    party: EntryId,
    hashes: &Hashes,
) -> Result<(), RegistryError> {
    sqlx::query(
        "update party_secret set hash_key_id = $3, identity_hash = $4, contact_hash = $5
         where case_id = $1 and party_id = $2 and destroyed_at is null",
    )
    .bind(case.0)
    .bind(party.0)
    .bind(&hashes.key)
    .bind(hashes.identity.as_ref().map(|hash| &hash[..]))
    .bind(hashes.contact.as_ref().map(|hash| &hash[..]))
    .run(conn)
    .await
}

fn key_use((key, rows): (String, i64)) -> Result<KeyUse, RegistryError> {
    Ok(KeyUse {
        key,
        rows: natural(rows, "party_secret", "(count)")?,
    })
}
