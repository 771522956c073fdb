//! What phones that are out of service left for people to look at: changes that never were, and by
//! themselves never are, part of a case.
//!
//! Nothing here asks whether a case exists, so that depositing tells nobody. Only reading does, for
//! people who may see it.

pub mod file;

use crate::{
    danger::{self, PoliceNotice},
    error::RegistryError,
    page::{self, PagePosition, Paged},
    rows,
    statement::SqlCommand,
    time::Ts,
};
use hejie_case::ids::{CaseId, ChangeHash, DeviceId, RegionCode, UserId};
use hejie_wire::{chunk::Admitted, message::WrittenAgain};
use jiff::Timestamp;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// Whose deposit it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Depositor {
    /// The phone, which is out of service.
    pub device: DeviceId,
    /// Its person.
    pub user: UserId,
}

/// What a phone has deposited so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DepositUsage {
    /// Changes.
    pub changes: u64,
    /// Bytes of all of them.
    pub bytes: u64,
}

/// A deposited change, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepositedChange {
    /// The case that the phone named; perhaps there is none.
    pub case: CaseId,
    /// The change.
    pub hash: ChangeHash,
    /// By which phone.
    pub device: DeviceId,
    /// Whose phone it was.
    pub user: UserId,
    /// How many bytes it has.
    pub size: u64,
    /// When it was received.
    pub received_at: Timestamp,
    /// It reports a danger: whether the police have it.
    pub danger: Option<PoliceNotice>,
}

/// Says what a phone has deposited so far, and holds its place until the end of the transaction, so
/// that two requests of it do not pass the same bound at once.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn extent(
    conn: &mut PgConnection,
    device: DeviceId,
) -> Result<DepositUsage, RegistryError> {
    sqlx::query("select id from device where id = $1 for no key update")
        .bind(device.0)
        .execute(&mut *conn)
        .await?;
    let (changes, bytes): (i64, i64) = sqlx::query_as(
        "select count(*), coalesce(sum(octet_length(bytes)), 0)::bigint from deposit where device_id = $1",
    )
    .bind(device.0)
    .fetch_one(conn)
    .await?;
    Ok(DepositUsage {
        changes: rows::natural(changes, "deposit", "(count)")?,
        bytes: rows::natural(bytes, "deposit", "bytes")?,
    })
}

/// Lists which of these changes of a case a phone has deposited already.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list_known(
    conn: &mut PgConnection,
    case: CaseId,
    hashes: &[ChangeHash],
) -> Result<Vec<ChangeHash>, RegistryError> {
    let known: Vec<Vec<u8>> =
        sqlx::query_scalar("select hash from deposit where case_id = $1 and hash = any($2)")
            .bind(case.0)
            .bind(rows::bytes_of(hashes))
            .fetch_all(conn)
            .await?;
    rows::hashes(&known, "deposit", "hash")
}

/// Keeps a change; one that is kept already stays as it is.
///
/// # Errors
/// Postgres failed.
pub async fn add(
    conn: &mut PgConnection,
    case: CaseId,
    by: Depositor,
    arrival: &Admitted,
    now: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query(
        "insert into deposit (case_id, hash, device_id, user_id, bytes, received_at) values ($1, $2, $3, $4, $5, $6)
         on conflict do nothing",
    )
    .bind(case.0)
    .bind(&arrival.hash.0[..])
    .bind(by.device.0)
    .bind(by.user.0)
    .bind(&arrival.bytes)
    .bind(Ts(now))
    .run(conn)
    .await
}

/// Notes that deposited work of a person came in, written again as other changes of the same case:
/// nobody needs to look at it any more.
///
/// # Errors
/// Postgres failed.
pub async fn note_came_in(
    conn: &mut PgConnection,
    case: CaseId,
    user: UserId,
    again: &[WrittenAgain],
    now: Timestamp,
) -> Result<(), RegistryError> {
    let deposited: Vec<ChangeHash> = again.iter().map(|one| one.deposited).collect();
    let changes: Vec<ChangeHash> = again.iter().map(|one| one.change).collect();
    sqlx::query(
        "update deposit d set came_in_at = $5, came_in_as = a.change
         from unnest($3::bytea[], $4::bytea[]) as a (deposited, change)
         where d.case_id = $1 and d.user_id = $2 and d.hash = a.deposited and d.came_in_at is null",
    )
    .bind(case.0)
    .bind(user.0)
    .bind(rows::bytes_of(&deposited))
    .bind(rows::bytes_of(&changes))
    .bind(Ts(now))
    .run(conn)
    .await
}

/// Lists what was deposited and did not come in since, behind a place, newest first: for cases
/// within a region, and, for a whole county alone, for cases that nobody knows and that somebody of
/// the county named.
///
/// # Errors
/// Postgres failed.
pub async fn list(
    conn: &mut PgConnection,
    within: &RegionCode,
    after: PagePosition,
    limit: u32,
) -> Result<Paged<DepositedChange>, RegistryError> {
    let rows = sqlx::query(concat!(
        "select d.case_id, d.hash, d.device_id, d.user_id, octet_length(d.bytes) as size, d.received_at,
                n.noted_at, n.told_at, n.answered_at
         from deposit d join app_user u on u.id = d.user_id join org o on o.id = u.org_id
         left join danger n on n.case_id = d.case_id and n.hash = d.hash
         left join case_reg r on r.case_id = d.case_id
         where d.came_in_at is null and not exists (
             select 1 from case_change c where c.case_id = d.case_id and c.hash = d.hash and c.state <> 'quarantined'
         ) and ",
        rows::seen_within!(),
        page::behind!("d.received_at", "d.case_id", "d.hash", "d.device_id")
    ))
    .bind(within.as_str())
    .bind(i64::from(limit))
    .bind(Ts(after.at.0))
    .bind(after.case.0)
    .bind(&after.hash[..])
    .bind(after.device.0)
    .fetch_all(conn)
    .await?;
    Ok(page::paged::<DepositedRow, _>(
        &rows,
        limit,
        DepositedChange::try_from,
    ))
}

/// Reads the bytes of a deposited change, if [`list`] may list it.
///
/// # Errors
/// Postgres failed.
pub async fn lookup_bytes(
    conn: &mut PgConnection,
    within: &RegionCode,
    case: CaseId,
    change: ChangeHash,
) -> Result<Option<Vec<u8>>, RegistryError> {
    let bytes = sqlx::query_scalar(concat!(
        "select d.bytes from deposit d join app_user u on u.id = d.user_id join org o on o.id = u.org_id
         left join case_reg r on r.case_id = d.case_id where d.case_id = $2 and d.hash = $3 and ",
        rows::seen_within!()
    ))
    .bind(within.as_str())
    .bind(case.0)
    .bind(&change.0[..])
    .fetch_optional(conn)
    .await?;
    Ok(bytes)
}

#[derive(FromRow)]
struct DepositedRow {
    case_id: Uuid,
    hash: Vec<u8>,
    device_id: Uuid,
    user_id: Uuid,
    size: i32,
    received_at: Ts,
    noted_at: Option<Ts>,
    told_at: Option<Ts>,
    answered_at: Option<Ts>,
}

impl TryFrom<DepositedRow> for DepositedChange {
    type Error = RegistryError;
    fn try_from(row: DepositedRow) -> Result<Self, RegistryError> {
        Ok(Self {
            case: CaseId(row.case_id),
            hash: rows::hash(&row.hash, "deposit", "hash")?,
            device: DeviceId(row.device_id),
            user: UserId(row.user_id),
            size: rows::natural(row.size.into(), "deposit", "bytes")?,
            received_at: row.received_at.0,
            danger: danger::heard(row.noted_at, row.told_at, row.answered_at),
        })
    }
}
