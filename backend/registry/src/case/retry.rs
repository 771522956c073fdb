//! Tries in which a case could not be settled, and until when the next one is put off.
//!
//! When was set by a clock, which may have been put right since: what lies further ahead than
//! [`LONGEST`] was set by one that was ahead, and is over.

use crate::{error::RegistryError, rows::natural, time::Ts};
use hejie_case::ids::CaseId;
use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;

/// For so long a case is put off at most.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(4);

/// Counts one more try in which a case could not be settled, and says how many there were in a row.
/// The next one is not put off.
///
/// # Errors
/// Postgres failed.
pub async fn count_failed(conn: &mut PgConnection, case: CaseId) -> Result<u64, RegistryError> {
    let tries: Option<i32> = sqlx::query_scalar(
        "update case_doc set failed_tries = failed_tries + 1, retry_at = null where case_id = $1 returning failed_tries",
    )
    .bind(case.0)
    .fetch_optional(conn)
    .await?;
    natural(tries.unwrap_or_default().into(), "case_doc", "failed_tries")
}

/// Puts off what settles a case by itself.
///
/// # Errors
/// Postgres failed.
pub async fn put_off(
    conn: &mut PgConnection,
    case: CaseId,
    until: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query("update case_doc set retry_at = $2 where case_id = $1")
        .bind(case.0)
        .bind(Ts(until))
        .execute(conn)
        .await?;
    Ok(())
}

/// Lets a case be settled at once again: somebody asks for it.
///
/// # Errors
/// Postgres failed.
pub async fn end(conn: &mut PgConnection, case: CaseId) -> Result<(), RegistryError> {
    sqlx::query("update case_doc set retry_at = null where case_id = $1")
        .bind(case.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Until when it is put off to settle a case; none where it may be done now.
///
/// # Errors
/// Postgres failed.
pub async fn lookup_retry(
    conn: &mut PgConnection,
    case: CaseId,
    now: Timestamp,
) -> Result<Option<Timestamp>, RegistryError> {
    let until: Option<Ts> = sqlx::query_scalar(
        "select retry_at from case_doc where case_id = $1 and retry_at > $2 and retry_at <= $3",
    )
    .bind(case.0)
    .bind(Ts(now))
    .bind(Ts(furthest(now)))
    .fetch_optional(conn)
    .await?;
    Ok(until.map(|at| at.0))
}

/// Beyond this no case is put off.
pub(super) fn furthest(now: Timestamp) -> Timestamp {
    now.saturating_add(LONGEST).unwrap_or(Timestamp::MAX)
}
