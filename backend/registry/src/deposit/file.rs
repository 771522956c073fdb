//! Originals and sealed identities that phones out of service left: their bytes lie in the file
//! store, as those of all files do.

use super::Depositor;
use crate::{
    error::RegistryError,
    file::UploadKey,
    page::{self, PagePosition, Paged},
    rows::{self, bigint, natural},
    statement::SqlCommand,
    time::Ts,
    word::{from_word, to_word},
};
use hejie_case::ids::{CaseId, DeviceId, EntryId, FileHash, RegionCode, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// What was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DepositedFileKind {
    /// An identity as the phone sealed it; nobody opens it here.
    Identity,
    /// The original of a piece of evidence.
    Original,
}

/// A file as a phone names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NamedFile {
    /// Case, hash and phone.
    pub key: UploadKey,
    /// The piece of evidence or the party.
    pub entry: EntryId,
    /// What it is.
    pub kind: DepositedFileKind,
    /// Bytes of the whole.
    pub size: u64,
}

/// How much of a file is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DepositedFileProgress {
    /// Bytes of the whole.
    pub size: u64,
    /// Bytes that lie in the file store.
    pub received: u64,
}

/// What a phone has left in files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FileExtent {
    /// Files in all.
    pub files: u64,
    /// Bytes of those that it began since a moment.
    pub bytes: u64,
}

/// A file that was left, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepositedFile {
    /// The case that the phone named; perhaps there is none.
    pub case: CaseId,
    /// What its bytes hash to.
    pub hash: FileHash,
    /// By which phone.
    pub device: DeviceId,
    /// Whose phone it was.
    pub user: UserId,
    /// What it is.
    pub kind: DepositedFileKind,
    /// Bytes of the whole.
    pub size: u64,
    /// When the first of it was received.
    pub begun_at: Timestamp,
    /// When it was hashed whole; none before.
    pub arrived_at: Option<Timestamp>,
}

/// Says what a phone has left in files, and how much of it since a moment and until now. Call
/// [`super::extent`] before: it holds the phone's place.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn extent(
    conn: &mut PgConnection,
    device: DeviceId,
    since: Timestamp,
    now: Timestamp,
) -> Result<FileExtent, RegistryError> {
    let (files, bytes): (i64, i64) = sqlx::query_as(
        "select count(*), coalesce(sum(size) filter (where begun_at between $2 and $3), 0)::bigint from deposit_file where device_id = $1",
    )
    .bind(device.0)
    .bind(Ts(since))
    .bind(Ts(now))
    .fetch_one(conn)
    .await?;
    Ok(FileExtent {
        files: natural(files, "deposit_file", "(count)")?,
        bytes: natural(bytes, "deposit_file", "size")?,
    })
}

/// Says how much of a file is here, and keeps others from moving it until the transaction ends;
/// none before it was begun.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn lock(
    conn: &mut PgConnection,
    key: UploadKey,
) -> Result<Option<DepositedFileProgress>, RegistryError> {
    let row: Option<(i64, i64)> = sqlx::query_as(
        "select size, received from deposit_file where case_id = $1 and sha256 = $2 and device_id = $3 for update",
    )
    .bind(key.case.0)
    .bind(&key.hash.0[..])
    .bind(key.device.0)
    .fetch_optional(conn)
    .await?;
    let read = |(size, received)| {
        Ok(DepositedFileProgress {
            size: natural(size, "deposit_file", "size")?,
            received: natural(received, "deposit_file", "received")?,
        })
    };
    row.map(read).transpose()
}

/// Begins a file of which nothing is here.
///
/// # Errors
/// Postgres failed.
pub async fn begin(
    conn: &mut PgConnection,
    named: &NamedFile,
    by: Depositor,
    now: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query(
        "insert into deposit_file (case_id, sha256, device_id, user_id, entry_id, kind, size, begun_at, touched_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
    )
    .bind(named.key.case.0)
    .bind(&named.key.hash.0[..])
    .bind(by.device.0)
    .bind(by.user.0)
    .bind(named.entry.0)
    .bind(to_word(&named.kind)?)
    .bind(bigint(named.size))
    .bind(Ts(now))
    .run(conn)
    .await
}

/// Says how much of a file lies in the file store, and whether it was hashed whole.
///
/// # Errors
/// Postgres failed.
pub async fn advance(
    conn: &mut PgConnection,
    key: UploadKey,
    received: u64,
    is_whole: bool,
    now: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query(
        "update deposit_file set received = $4, touched_at = $6, arrived_at = case when $5 then $6 end
         where case_id = $1 and sha256 = $2 and device_id = $3",
    )
    .bind(key.case.0)
    .bind(&key.hash.0[..])
    .bind(key.device.0)
    .bind(bigint(received))
    .bind(is_whole)
    .bind(Ts(now))
    .run(conn)
    .await
}

/// Forgets files that have not arrived and to which nothing came since then, a hundred at a time,
/// and says which. Where the phone sends the same file as one in service, the parts are that
/// upload's, and the row stays until it ends.
///
/// # Errors
/// Postgres failed, or a hash cannot be read.
pub async fn end_stale(
    conn: &mut PgConnection,
    since: Timestamp,
) -> Result<Vec<UploadKey>, RegistryError> {
    let rows: Vec<(Uuid, Vec<u8>, Uuid)> = sqlx::query_as(
        "delete from deposit_file where (case_id, sha256, device_id) in
            (select case_id, sha256, device_id from deposit_file d where arrived_at is null and touched_at < $1
             and not exists (select from file_upload u
                where u.case_id = d.case_id and u.sha256 = d.sha256 and u.device_id = d.device_id)
             order by touched_at limit 100 for update skip locked)
         returning case_id, sha256, device_id",
    )
    .bind(Ts(since))
    .fetch_all(conn)
    .await?;
    let key = |(case, bytes, device): (Uuid, Vec<u8>, Uuid)| {
        let hash = FileHash::try_from(&bytes[..]);
        Ok(UploadKey {
            case: CaseId(case),
            hash: hash.map_err(RegistryError::in_column("deposit_file", "sha256"))?,
            device: DeviceId(device),
        })
    };
    rows.into_iter().map(key).collect()
}

/// Lists what was left behind a place, newest first, as [`super::list`] does the changes.
///
/// # Errors
/// Postgres failed.
pub async fn list(
    conn: &mut PgConnection,
    within: &RegionCode,
    after: PagePosition,
    limit: u32,
) -> Result<Paged<DepositedFile>, RegistryError> {
    let rows = sqlx::query(concat!(
        "select f.case_id, f.sha256 as hash, f.device_id, f.user_id, f.kind, f.size, f.begun_at as received_at, f.arrived_at
         from deposit_file f join app_user u on u.id = f.user_id join org o on o.id = u.org_id
         left join case_reg r on r.case_id = f.case_id
         where not exists (select 1 from case_file c where f.kind = 'original' and c.case_id = f.case_id and c.sha256 = f.sha256)
           and not exists (
               select 1 from party_secret s
               where f.kind = 'identity' and s.case_id = f.case_id and s.party_id = f.entry_id and s.by_user = f.user_id and s.sealed_hash = f.sha256
           ) and ",
        rows::seen_within!(),
        page::behind!("f.begun_at", "f.case_id", "f.sha256", "f.device_id")
    ))
    .bind(within.as_str())
    .bind(i64::from(limit))
    .bind(Ts(after.at.0))
    .bind(after.case.0)
    .bind(&after.hash[..])
    .bind(after.device.0)
    .fetch_all(conn)
    .await?;
    Ok(page::paged::<DepositedFileRow, _>(
        &rows,
        limit,
        DepositedFile::try_from,
    ))
}

/// Says how large an original is that was left and has arrived, if [`list`] may list it.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn size_of_original(
    conn: &mut PgConnection,
    within: &RegionCode,
    case: CaseId,
    file: FileHash,
) -> Result<Option<u64>, RegistryError> {
    let size: Option<i64> = sqlx::query_scalar(concat!(
        "select f.size from deposit_file f join app_user u on u.id = f.user_id join org o on o.id = u.org_id
         left join case_reg r on r.case_id = f.case_id
         where f.case_id = $2 and f.sha256 = $3 and f.kind = 'original' and f.arrived_at is not null and ",
        rows::seen_within!(),
        " limit 1"
    ))
    .bind(within.as_str())
    .bind(case.0)
    .bind(&file.0[..])
    .fetch_optional(conn)
    .await?;
    size.map(|size| natural(size, "deposit_file", "size"))
        .transpose()
}

#[derive(FromRow)]
struct DepositedFileRow {
    case_id: Uuid,
    hash: Vec<u8>,
    device_id: Uuid,
    user_id: Uuid,
    kind: String,
    size: i64,
    received_at: Ts,
    arrived_at: Option<Ts>,
}

impl TryFrom<DepositedFileRow> for DepositedFile {
    type Error = RegistryError;
    fn try_from(row: DepositedFileRow) -> Result<Self, RegistryError> {
        let hash = FileHash::try_from(&row.hash[..]);
        Ok(Self {
            case: CaseId(row.case_id),
            hash: hash.map_err(RegistryError::in_column("deposit_file", "sha256"))?,
            device: DeviceId(row.device_id),
            user: UserId(row.user_id),
            kind: from_word(&row.kind, "deposit_file", "kind")?,
            size: natural(row.size, "deposit_file", "size")?,
            begun_at: row.received_at.0,
            arrived_at: row.arrived_at.map(|at| at.0),
        })
    }
}
