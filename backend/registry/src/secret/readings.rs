//! Who read how much of identities and sealed statements, and for what: for the auditor (P15, P17).

use crate::{error::RegistryError, rows::natural, statement::SqlCommand, time::Ts};
use hejie_case::ids::{CaseId, RegionCode, UserId};
use jiff::Timestamp;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// The actions of the audit log that count as reading.
pub const IDENTITY: &str = "read_identity";
/// See [`IDENTITY`].
pub const STATEMENT: &str = "read_statement";
/// See [`IDENTITY`].
pub const VULNERABILITY: &str = "read_vulnerability";

/// How much one person read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityReader {
    /// The person.
    pub user: UserId,
    /// The person's name.
    pub name: String,
    /// Readings that were answered.
    pub readings: u64,
    /// Readings that were refused.
    pub refused: u64,
    /// In so many cases.
    pub cases: u64,
    /// The most on one day, Asia/Shanghai.
    pub busiest_day: u64,
    /// The last one.
    pub last_at: Timestamp,
}

/// One reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityReading {
    /// Its number in the audit log.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub user: UserId,
    /// What: one of [`IDENTITY`], [`STATEMENT`] and [`VULNERABILITY`].
    pub action: String,
    /// Of which case.
    pub case: Option<CaseId>,
    /// The entry that was read.
    pub object: Option<String>,
    /// The purpose as stated.
    pub purpose: Option<String>,
    /// Whether it was answered.
    pub ok: bool,
}

/// Who of a region's organisations read since a time; whoever read most comes first.
///
/// # Errors
/// Postgres failed.
pub async fn count_by_reader(
    conn: &mut PgConnection,
    region: &RegionCode,
    since: Timestamp,
) -> Result<Vec<IdentityReader>, RegistryError> {
    sqlx::query(
        "with line as (
             select l.user_id, u.display_name, l.ok, l.case_id, l.at, (l.at at time zone 'Asia/Shanghai')::date as day
             from audit_log l join app_user u on u.id = l.user_id join org o on o.id = u.org_id
             where l.action in ('read_identity', 'read_statement', 'read_vulnerability') and l.at >= $2 and o.region_code like $1 || '%'),
         daily as (select user_id, day, count(*) filter (where ok) as n from line group by user_id, day)
         select line.user_id, line.display_name, count(*) filter (where ok) as readings, count(*) filter (where not ok) as refused,
             count(distinct case_id) as cases, max(at) as last_at,
             (select max(n) from daily where daily.user_id = line.user_id) as busiest_day
         from line group by line.user_id, line.display_name order by readings desc, refused desc, line.user_id",
    )
    .bind(region.as_str())
    .bind(Ts(since))
    .legible::<ReaderRow, _>(conn)
    .await
}

/// The latest readings of people of a region's organisations since a time, the latest first.
///
/// # Errors
/// Postgres failed.
pub async fn list(
    conn: &mut PgConnection,
    region: &RegionCode,
    since: Timestamp,
    limit: u32,
) -> Result<Vec<IdentityReading>, RegistryError> {
    sqlx::query(
        "select l.seq, l.at, l.user_id, l.action, l.case_id, l.object, l.purpose, l.ok
         from audit_log l join app_user u on u.id = l.user_id join org o on o.id = u.org_id
         where l.action in ('read_identity', 'read_statement', 'read_vulnerability') and l.at >= $2 and o.region_code like $1 || '%'
         order by l.seq desc limit $3",
    )
    .bind(region.as_str())
    .bind(Ts(since))
    .bind(i64::from(limit))
    .legible::<ReadingRow, _>(conn)
    .await
}

#[derive(FromRow)]
struct ReaderRow {
    user_id: Uuid,
    display_name: String,
    readings: i64,
    refused: i64,
    cases: i64,
    busiest_day: i64,
    last_at: Ts,
}

#[derive(FromRow)]
struct ReadingRow {
    seq: i64,
    at: Ts,
    user_id: Uuid,
    action: String,
    case_id: Option<Uuid>,
    object: Option<String>,
    purpose: Option<String>,
    ok: bool,
}

impl TryFrom<ReaderRow> for IdentityReader {
    type Error = RegistryError;
    fn try_from(row: ReaderRow) -> Result<Self, RegistryError> {
        let count = |n| natural(n, "audit_log", "(count)");
        Ok(Self {
            user: UserId(row.user_id),
            name: row.display_name,
            readings: count(row.readings)?,
            refused: count(row.refused)?,
            cases: count(row.cases)?,
            busiest_day: count(row.busiest_day)?,
            last_at: row.last_at.0,
        })
    }
}

impl TryFrom<ReadingRow> for IdentityReading {
    type Error = RegistryError;
    fn try_from(row: ReadingRow) -> Result<Self, RegistryError> {
        Ok(Self {
            seq: natural(row.seq, "audit_log", "seq")?,
            at: row.at.0,
            user: UserId(row.user_id),
            action: row.action,
            case: row.case_id.map(CaseId),
            object: row.object,
            purpose: row.purpose,
            ok: row.ok,
        })
    }
}
