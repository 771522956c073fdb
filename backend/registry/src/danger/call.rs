//! Dangers for which the police have to sign within minutes: until they do, or somebody has called
//! them, each waits here, whether a case holds it, will hold it, or never will.
//!
//! A row is written with the order to the police, in whichever transaction that is, and follows the
//! clock of the case once one holds the danger. Which rows are due is a question of the time alone,
//! so that no server need remember anything.

use crate::{
    error::RegistryError,
    rows::{self, natural},
    statement::SqlCommand,
    time::{SKEW, Ts},
};
use hejie_case::{
    facts::{Deadline, DeadlineKind, Facts, Subject},
    ids::{CaseId, EntryId, RegionCode, UserId},
};
use jiff::{SignedDuration, Timestamp};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// A danger for which the police did not sign in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueCall {
    /// The case that holds it, or under which it was sent.
    pub case: CaseId,
    /// Whether a case holds it, in which the call is recorded.
    pub is_held: bool,
    /// The order to the police, by the key of its message.
    pub order: Uuid,
    /// What they were told, if that was written for a channel.
    pub text: Option<String>,
    /// When the server received it.
    pub received_at: Timestamp,
    /// Where the case lies, or the organisation of whoever reported it.
    pub region: Option<RegionCode>,
}

/// Of which dangers somebody is told to call the police. By a clock that is ahead a danger is
/// received later than now once that is put back, and it waits for none of the time by which the
/// clock was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallsDue {
    now: Timestamp,
    wait: SignedDuration,
}

/// A call to the police about a danger that no case holds.
#[derive(Debug, Clone, Copy)]
pub struct CallMade<'a> {
    /// Who answered.
    pub called: &'a str,
    /// When.
    pub at: Timestamp,
    /// Who called.
    pub by: UserId,
}

impl CallsDue {
    /// Those that have waited for as many minutes now, or were received at a time that has not
    /// come.
    #[must_use]
    pub const fn after_minutes(minutes: u32, now: Timestamp) -> Self {
        let wait = SignedDuration::from_mins(minutes as i64);
        Self { now, wait }
    }

    /// Received until then, they have waited for long enough.
    fn until(&self) -> Timestamp {
        self.now.saturating_sub(self.wait).unwrap_or(self.now)
    }

    /// Received later than this, they were received by a clock that was ahead.
    fn beyond(&self) -> Timestamp {
        self.now.saturating_add(SKEW).unwrap_or(self.now)
    }
}

/// Lets a danger wait for the police, in the transaction that orders them to it. The first receipt
/// counts.
///
/// # Errors
/// Postgres failed.
pub async fn begin(
    conn: &mut PgConnection,
    case: CaseId,
    (order, entry): (Uuid, EntryId),
    received_at: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query(
        "insert into danger_call (case_id, order_id, entry_id, received_at) values ($1, $2, $3, $4)
         on conflict (order_id) do nothing",
    )
    .bind(case.0)
    .bind(order)
    .bind(entry.0)
    .bind(Ts(received_at))
    .run(conn)
    .await
}

/// Lets what waits follow the clocks of a case that was settled, in the same transaction.
///
/// # Errors
/// Postgres failed.
pub async fn follow(conn: &mut PgConnection, facts: &Facts) -> Result<(), RegistryError> {
    let clocks = facts.deadlines.iter();
    for clock in clocks.filter(|clock| clock.kind == DeadlineKind::DangerCall) {
        // One that ended without having been met runs on in the case under which this one goes on.
        if let (Some(Subject::Order(order)), true) = (clock.subject, stands(clock)) {
            let origin = clock.from.unwrap_or(facts.case_id);
            follow_clock(conn, facts.case_id, origin, order, clock).await?;
        }
    }
    Ok(())
}

fn stands(clock: &Deadline) -> bool {
    clock.is_running() || clock.met_at.is_some() || clock.waived.is_some()
}

async fn follow_clock(
    conn: &mut PgConnection,
    case: CaseId,
    origin: CaseId,
    order: Uuid,
    clock: &Deadline,
) -> Result<(), RegistryError> {
    let ended_at = clock
        .met_at
        .or(clock.waived.as_ref().map(|waiver| waiver.at));
    sqlx::query(
        "insert into danger_call (case_id, order_id, received_at, held_in, ended_at) values ($1, $2, $3, $4, $5)
         on conflict (order_id) do update set held_in = $4, ended_at = coalesce(danger_call.ended_at, $5)
         where danger_call.held_in is distinct from $4 or (danger_call.ended_at is null and $5 is not null)",
    )
    .bind(origin.0)
    .bind(order)
    .bind(Ts(clock.starts_at))
    .bind(case.0)
    .bind(ended_at.map(Ts))
    .run(conn)
    .await
}

/// The rows that wait, with the case that each lies in and the organisation of whoever reported it.
macro_rules! waiting {
    () => {
        "danger_call c
         left join case_reg r on r.case_id = coalesce(c.held_in, c.case_id)
         left join lateral (
             select org.id, org.region_code from danger d join app_user u on u.id = d.user_id join org on org.id = u.org_id
             where d.case_id = c.case_id and (d.entry_id = c.entry_id or d.entry_id is null)
             order by d.noted_at limit 1
         ) o on true
         left join outbox m on m.id = c.order_id
         where c.ended_at is null"
    };
}

macro_rules! due_columns {
    () => {
        "c.case_id, c.order_id, c.held_in, c.received_at, m.payload ->> 'text' as text,
         coalesce(r.region_code, o.region_code) as region_code"
    };
}

/// Lists the dangers of a region that are due and for which nobody has signed, the oldest first;
/// all of them where no region is named.
///
/// # Errors
/// Postgres failed.
pub async fn list_due(
    conn: &mut PgConnection,
    within: Option<&RegionCode>,
    due: CallsDue,
    limit: u32,
) -> Result<Vec<DueCall>, RegistryError> {
    sqlx::query(concat!(
        "select ",
        due_columns!(),
        " from ",
        waiting!(),
        " and (c.received_at <= $2 or c.received_at > $3) and ($1 = '' or ",
        rows::seen_within!(),
        ") order by c.received_at, c.order_id limit $4"
    ))
    .bind(within.map_or("", RegionCode::as_str))
    .bind(Ts(due.until()))
    .bind(Ts(due.beyond()))
    .bind(i64::from(limit))
    .legible::<DueCallRow, _>(conn)
    .await
}

/// Counts what [`list_due`] lists of all regions, and says since when the oldest waits.
///
/// # Errors
/// Postgres failed.
pub async fn count_due(
    conn: &mut PgConnection,
    due: CallsDue,
) -> Result<(u64, Option<Timestamp>), RegistryError> {
    let (count, oldest): (i64, Option<Ts>) = sqlx::query_as(
        "select count(*), min(received_at) from danger_call
         where ended_at is null and (received_at <= $1 or received_at > $2)",
    )
    .bind(Ts(due.until()))
    .bind(Ts(due.beyond()))
    .fetch_one(conn)
    .await?;
    Ok((
        natural(count, "danger_call", "(count)")?,
        oldest.map(|at| at.0),
    ))
}

/// The police signed for a danger that no case holds or is about to: what was acknowledged is
/// signed for in its case, which has a clock for that. Tells whether it is such a one.
///
/// # Errors
/// Postgres failed.
pub async fn sign(
    conn: &mut PgConnection,
    case: CaseId,
    order: Uuid,
    now: Timestamp,
) -> Result<bool, RegistryError> {
    sqlx::query(
        "update danger_call c set ended_at = coalesce(c.ended_at, $3)
         where c.case_id = $1 and c.order_id = $2 and c.held_in is null and not exists (
             select from danger d join case_change l on l.case_id = d.case_id and l.hash = d.hash
             where d.case_id = c.case_id and d.entry_id = c.entry_id and l.state <> 'quarantined'
         )",
    )
    .bind(case.0)
    .bind(order)
    .bind(Ts(now))
    .touches(conn)
    .await
}

/// Looks up a danger of the region for which the police have not signed yet.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn lookup_waiting(
    conn: &mut PgConnection,
    within: &RegionCode,
    order: Uuid,
) -> Result<Option<DueCall>, RegistryError> {
    let found = sqlx::query(concat!(
        "select ",
        due_columns!(),
        " from ",
        waiting!(),
        " and c.order_id = $2 and ",
        rows::seen_within!(),
    ))
    .bind(within.as_str())
    .bind(order)
    .legible::<DueCallRow, DueCall>(conn)
    .await?;
    Ok(found.into_iter().next())
}

/// Keeps that the police were called about a danger that no case holds; tells whether it still
/// waited for that.
///
/// # Errors
/// Postgres failed.
pub async fn answer(
    conn: &mut PgConnection,
    order: Uuid,
    call: CallMade<'_>,
    now: Timestamp,
) -> Result<bool, RegistryError> {
    sqlx::query(
        "update danger_call set ended_at = $5, called = $2, called_at = $3, called_by = $4
         where order_id = $1 and held_in is null and ended_at is null",
    )
    .bind(order)
    .bind(call.called)
    .bind(Ts(call.at))
    .bind(call.by.0)
    .bind(Ts(now))
    .touches(conn)
    .await
}

#[derive(FromRow)]
struct DueCallRow {
    case_id: Uuid,
    order_id: Uuid,
    held_in: Option<Uuid>,
    received_at: Ts,
    text: Option<String>,
    region_code: Option<String>,
}

impl TryFrom<DueCallRow> for DueCall {
    type Error = RegistryError;
    fn try_from(row: DueCallRow) -> Result<Self, RegistryError> {
        let region = row.region_code.map(|code| code.parse()).transpose();
        Ok(Self {
            case: CaseId(row.held_in.unwrap_or(row.case_id)),
            is_held: row.held_in.is_some(),
            order: row.order_id,
            text: row.text,
            received_at: row.received_at.0,
            region: region.map_err(RegistryError::in_column("danger_call", "region_code"))?,
        })
    }
}
