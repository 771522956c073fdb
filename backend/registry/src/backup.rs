//! Backups that the operator reported, and what is in none of them: originals and identities that
//! phones keep for so long (docs/adr/0015).

use crate::{
    error::RegistryError,
    rows::natural,
    statement::{Selection, SqlCommand},
    time::Ts,
};
use hejie_case::ids::{CaseId, EntryId, RegionCode};
use jiff::{SignedDuration, Timestamp};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// What was acknowledged so shortly before a backup began is not counted on: a time is taken before
/// its commit, and the clocks of several servers differ.
const SLACK: SignedDuration = SignedDuration::from_mins(5);

/// A backup that was reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backup {
    /// When it was begun.
    pub began_at: Timestamp,
    /// When it was reported.
    pub reported_at: Timestamp,
}

/// How much the server received within some time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReceivedTotals {
    /// Originals of evidence.
    pub originals: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Identities that were not destroyed since.
    pub identities: u64,
    /// When the first of them was received.
    pub first: Option<Timestamp>,
}

/// What a case may have lost when the registry was set back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostContent {
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub case_no: String,
    /// Evidence without its original.
    pub originals: u64,
    /// Parties without an identity.
    pub identities: u64,
}

impl Backup {
    /// What the server acknowledged before this is in the backup.
    #[must_use]
    pub fn covers(&self) -> Timestamp {
        self.began_at
            .saturating_sub(SLACK)
            .unwrap_or(Timestamp::MIN)
    }
}

/// Notes a backup; noting it twice changes nothing. One that seems to have been begun after it was
/// reported by a clock that is put back since: nobody knows what is in it, and it is none.
///
/// # Errors
/// Postgres failed, or the backup was begun after it was reported.
pub async fn report(conn: &mut PgConnection, backup: &Backup) -> Result<(), RegistryError> {
    sqlx::query("delete from backup where began_at > $1")
        .bind(Ts(backup.reported_at))
        .execute(&mut *conn)
        .await?;
    sqlx::query("insert into backup (began_at, reported_at) values ($1, $2) on conflict (began_at) do nothing")
        .bind(Ts(backup.began_at))
        .bind(Ts(backup.reported_at))
        .run(conn)
        .await
}

/// Looks up the backup that was begun last; one that is still to come is none (see [`report`]).
///
/// # Errors
/// Postgres failed.
pub async fn last(
    conn: &mut PgConnection,
    now: Timestamp,
) -> Result<Option<Backup>, RegistryError> {
    let row: Option<(Ts, Ts)> = sqlx::query_as(
        "select began_at, reported_at from backup where began_at <= $1 order by began_at desc limit 1",
    )
    .bind(Ts(now))
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|(began_at, reported_at)| Backup {
        began_at: began_at.0,
        reported_at: reported_at.0,
    }))
}

/// Counts what was received from a moment on and before another.
///
/// # Errors
/// Postgres failed.
pub async fn count_received(
    conn: &mut PgConnection,
    from: Timestamp,
    before: Timestamp,
) -> Result<ReceivedTotals, RegistryError> {
    let (originals, bytes, identities, first): (i64, i64, i64, Option<Ts>) = sqlx::query_as(
        "with file as (
             select count(*) as n, coalesce(sum(size), 0)::bigint as bytes, min(arrived_at) as first from case_file
             where arrived_at >= $1 and arrived_at < $2
         ), secret as (
             select count(*) as n, min(received_at) as first from party_secret
             where destroyed_at is null and received_at >= $1 and received_at < $2
         )
         select file.n, file.bytes, secret.n, least(file.first, secret.first) from file, secret",
    )
    .bind(Ts(from))
    .bind(Ts(before))
    .fetch_one(conn)
    .await?;
    Ok(ReceivedTotals {
        originals: natural(originals, "case_file", "(count)")?,
        bytes: natural(bytes, "case_file", "size")?,
        identities: natural(identities, "party_secret", "(count)")?,
        first: first.map(|at| at.0),
    })
}

/// Lists the cases of a region that lack originals or identities, of entries that were written
/// after the last backup that was reported before the registry was set back, and before it noticed;
/// none where it never was.
///
/// # Errors
/// Postgres failed.
pub async fn list_lost(
    conn: &mut PgConnection,
    region: &RegionCode,
    limit: u32,
) -> Result<Vec<LostContent>, RegistryError> {
    let Some((from, until)) = set_back(conn).await? else {
        return Ok(Vec::new());
    };
    // The ids of entries begin with the time at which they were written.
    let id = |at| EntryId::new(at, [0; 10]).0;
    sqlx::query_as::<_, LostRow>(
        "with lost as (
             select e.case_id, 1 as original, 0 as identity from evidence e
             where e.id >= $2 and e.id < $3 and not e.withdrawn and e.waived_why is null
                 and not exists (select 1 from case_file f where f.case_id = e.case_id and encode(f.sha256, 'hex') = lower(e.sha256))
             union all
             select p.case_id, 0, 1 from case_party p
             where p.id >= $2 and p.id < $3 and not p.withdrawn
                 and not exists (select 1 from party_secret s where s.case_id = p.case_id and s.party_id = p.id)
         )
         select case_id, r.case_no, sum(original) as originals, sum(identity) as identities
         from lost join case_reg r using (case_id)
         where r.region_code like $1 || '%' group by case_id, r.case_no
         order by left(r.case_no, 11), length(r.case_no), r.case_no limit $4",
    )
    .bind(region.as_str())
    .bind(id(from))
    .bind(id(until))
    .bind(i64::from(limit))
    .list(conn)
    .await
}

/// From when to when what was written may be lost.
async fn set_back(
    conn: &mut PgConnection,
) -> Result<Option<(Timestamp, Timestamp)>, RegistryError> {
    let (noticed, began): (Option<Ts>, Option<Ts>) = sqlx::query_as(
        "select moved_at, (select max(began_at) from backup where began_at < moved_at) from county_epoch",
    )
    .fetch_one(conn)
    .await?;
    let began = began.map_or(Timestamp::UNIX_EPOCH, |at| at.0);
    Ok(noticed.map(|noticed| (began, noticed.0)))
}

#[derive(FromRow)]
struct LostRow {
    case_id: Uuid,
    case_no: String,
    originals: i64,
    identities: i64,
}

impl TryFrom<LostRow> for LostContent {
    type Error = RegistryError;

    fn try_from(row: LostRow) -> Result<Self, RegistryError> {
        Ok(Self {
            case: CaseId(row.case_id),
            case_no: row.case_no,
            originals: natural(row.originals, "evidence", "(count)")?,
            identities: natural(row.identities, "case_party", "(count)")?,
        })
    }
}
