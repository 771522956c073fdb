//! Files of cases: which have arrived, and which are on their way (M17, PP12). The bytes lie in the
//! server's file store.
//!
//! - [`list_arrived`], [`arrive`]: what reconciling a case must know.
//! - [`begin`], [`lock`], [`advance`], [`end`]: the upload of one file by one phone.

use crate::{
    error::RegistryError,
    rows::{bigint, column},
    statement::SqlCommand,
    time::Ts,
};
use hejie_case::ids::{CaseId, DeviceId, EntryId, FileHash, UserId};
use jiff::Timestamp;
use sqlx::{FromRow, PgConnection};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A file that has arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArrivedFile {
    /// The case.
    pub case: CaseId,
    /// Its hash, verified.
    pub hash: FileHash,
    /// Bytes.
    pub size: u64,
    /// When the last of it was received.
    pub at: Timestamp,
    /// Who sent it.
    pub by: UserId,
    /// From which phone.
    pub device: DeviceId,
}

/// Which upload: a phone sends a file of a case once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadKey {
    /// The case.
    pub case: CaseId,
    /// What the whole file shall hash to.
    pub hash: FileHash,
    /// The phone.
    pub device: DeviceId,
}

/// How far an upload came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Upload {
    /// Bytes of the whole file.
    pub size: u64,
    /// Bytes that lie in the file store.
    pub received: u64,
}

/// What the registry says of a piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original {
    /// The hash of its file; none if the phone wrote something else there.
    pub hash: Option<FileHash>,
    /// Bytes.
    pub size: u64,
    /// Media type, as the phone wrote it.
    pub mime: String,
}

/// Lists the files of a case that have arrived.
///
/// # Errors
/// Postgres failed, or a hash cannot be read.
pub async fn list_arrived(
    conn: &mut PgConnection,
    case: CaseId,
) -> Result<BTreeSet<FileHash>, RegistryError> {
    let rows: Vec<(Vec<u8>,)> = sqlx::query_as("select sha256 from case_file where case_id = $1")
        .bind(case.0)
        .fetch_all(conn)
        .await?;
    rows.into_iter()
        .map(|(bytes,)| hash_in("case_file", &bytes))
        .collect()
}

/// Returns the size of a file that has arrived, and when it did.
///
/// # Errors
/// Postgres failed.
pub async fn arrival(
    conn: &mut PgConnection,
    case: CaseId,
    file: FileHash,
) -> Result<Option<(u64, Timestamp)>, RegistryError> {
    let row: Option<(i64, Ts)> =
        sqlx::query_as("select size, arrived_at from case_file where case_id = $1 and sha256 = $2")
            .bind(case.0)
            .bind(&file.0[..])
            .fetch_optional(conn)
            .await?;
    Ok(row.map(|(size, at)| (size.unsigned_abs(), at.0)))
}

/// Returns the size of a file as the evidence of a case tells it; none when no piece of evidence
/// names the file.
///
/// # Errors
/// Postgres failed.
pub async fn size_in_evidence(
    conn: &mut PgConnection,
    case: CaseId,
    file: FileHash,
) -> Result<Option<u64>, RegistryError> {
    let size: Option<i64> = sqlx::query_scalar(
        "select size from evidence where case_id = $1 and lower(sha256) = $2 order by id limit 1",
    )
    .bind(case.0)
    .bind(file.to_string())
    .fetch_optional(conn)
    .await?;
    Ok(size.map(i64::unsigned_abs))
}

/// Looks up the original of a piece of evidence.
///
/// # Errors
/// Postgres failed.
pub async fn original(
    conn: &mut PgConnection,
    case: CaseId,
    evidence: EntryId,
) -> Result<Option<Original>, RegistryError> {
    #[derive(FromRow)]
    struct OriginalRow {
        sha256: String,
        size: i64,
        mime: String,
    }
    let row: Option<OriginalRow> =
        sqlx::query_as("select sha256, size, mime from evidence where case_id = $1 and id = $2")
            .bind(case.0)
            .bind(evidence.0)
            .fetch_optional(conn)
            .await?;
    Ok(row.map(|row| Original {
        hash: row.sha256.parse().ok(),
        size: row.size.unsigned_abs(),
        mime: row.mime,
    }))
}

/// Begins an upload, or finds the one that was begun.
///
/// # Errors
/// Postgres failed, or the case or the device is unknown.
pub async fn begin(
    conn: &mut PgConnection,
    key: UploadKey,
    size: u64,
    now: Timestamp,
) -> Result<Upload, RegistryError> {
    let row: UploadRow = sqlx::query_as(
        "insert into file_upload (case_id, sha256, device_id, size, touched_at) values ($1, $2, $3, $4, $5)
         on conflict (case_id, sha256, device_id) do update set touched_at = excluded.touched_at
         returning size, received",
    )
    .bind(key.case.0)
    .bind(&key.hash.0[..])
    .bind(key.device.0)
    .bind(bigint(size))
    .bind(Ts(now))
    .fetch_one(conn)
    .await?;
    Ok(row.into())
}

/// Looks an upload up, and keeps others from moving it until the transaction ends.
///
/// # Errors
/// Postgres failed.
pub async fn lock(
    conn: &mut PgConnection,
    key: UploadKey,
) -> Result<Option<Upload>, RegistryError> {
    let row: Option<UploadRow> = sqlx::query_as(
        "select size, received from file_upload where case_id = $1 and sha256 = $2 and device_id = $3 for update",
    )
    .bind(key.case.0)
    .bind(&key.hash.0[..])
    .bind(key.device.0)
    .fetch_optional(conn)
    .await?;
    Ok(row.map(Upload::from))
}

/// Says how much of an upload lies in the file store.
///
/// # Errors
/// Postgres failed.
pub async fn advance(
    conn: &mut PgConnection,
    key: UploadKey,
    received: u64,
    now: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query(
        "update file_upload set received = $4, touched_at = $5
         where case_id = $1 and sha256 = $2 and device_id = $3",
    )
    .bind(key.case.0)
    .bind(&key.hash.0[..])
    .bind(key.device.0)
    .bind(bigint(received))
    .bind(Ts(now))
    .run(conn)
    .await
}

/// Ends an upload, whatever came of it.
///
/// # Errors
/// Postgres failed.
pub async fn end(conn: &mut PgConnection, key: UploadKey) -> Result<(), RegistryError> {
    sqlx::query("delete from file_upload where case_id = $1 and sha256 = $2 and device_id = $3")
        .bind(key.case.0)
        .bind(&key.hash.0[..])
        .bind(key.device.0)
        .run(conn)
        .await
}

/// Ends the uploads to which nothing came since then, a hundred at a time, and says which.
///
/// # Errors
/// Postgres failed, or a hash cannot be read.
pub async fn end_stale(
    conn: &mut PgConnection,
    since: Timestamp,
) -> Result<Vec<UploadKey>, RegistryError> {
    let rows: Vec<(Uuid, Vec<u8>, Uuid)> = sqlx::query_as(
        "delete from file_upload where (case_id, sha256, device_id) in
            (select case_id, sha256, device_id from file_upload where touched_at < $1
             order by touched_at limit 100 for update skip locked)
         returning case_id, sha256, device_id",
    )
    .bind(Ts(since))
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|(case, bytes, device)| {
            Ok(UploadKey {
                case: case.into(),
                hash: hash_in("file_upload", &bytes)?,
                device: device.into(),
            })
        })
        .collect()
}

/// Notes that files have arrived. One that arrives again, since its bytes were lost, is in backups
/// from then on.
///
/// # Errors
/// Postgres failed, or a case is unknown.
pub async fn arrive(conn: &mut PgConnection, files: &[ArrivedFile]) -> Result<(), RegistryError> {
    sqlx::query(
        "insert into case_file (case_id, sha256, size, arrived_at, user_id, device_id)
         select * from unnest($1::uuid[], $2::bytea[], $3::bigint[], $4::timestamptz[], $5::uuid[], $6::uuid[])
         on conflict (case_id, sha256) do update set arrived_at = excluded.arrived_at, user_id = excluded.user_id,
             device_id = excluded.device_id",
    )
    .bind(column(files, |file| file.case.0))
    .bind(column(files, |file| &file.hash.0[..]))
    .bind(column(files, |file| bigint(file.size)))
    .bind(column(files, |file| Ts(file.at)))
    .bind(column(files, |file| file.by.0))
    .bind(column(files, |file| file.device.0))
    .run(conn)
    .await
}

#[derive(FromRow)]
struct UploadRow {
    size: i64,
    received: i64,
}

impl From<UploadRow> for Upload {
    fn from(row: UploadRow) -> Self {
        Self {
            size: row.size.unsigned_abs(),
            received: row.received.unsigned_abs(),
        }
    }
}

fn hash_in(table: &'static str, bytes: &[u8]) -> Result<FileHash, RegistryError> {
    FileHash::try_from(bytes).map_err(RegistryError::in_column(table, "sha256"))
}
