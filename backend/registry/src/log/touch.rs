//! The one place that moves a case for its members.

use crate::{
    error::RegistryError,
    feed::{self, CaseDigests, Move},
    log::lock_case,
    rows,
    statement::SqlCommand,
    sync::extent,
    time::Ts,
    word::to_word,
};
use hejie_case::{
    ids::{CaseId, ChangeHash, UserId},
    part::Extent,
    reason::Reason,
    role::Author,
};
use jiff::Timestamp;
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Moves a case for its members: carries grants and forgets out, reckons the digests anew from
/// known heads and facts, appends to the feed of everybody concerned and corrects the sum of
/// digests there. Called once in a transaction, after the log and the facts were written; the case
/// must exist.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn touch_case(
    conn: &mut PgConnection,
    case: CaseId,
    moves: &[Move],
    now: Timestamp,
) -> Result<(), RegistryError> {
    let Some(head) = lock_case(conn, case).await? else {
        return Err(RegistryError::from(sqlx::Error::RowNotFound));
    };
    let before = members(conn, case).await?;
    for moved in moves {
        apply(conn, case, moved, now).await?;
    }
    let after = members(conn, case).await?;
    let digests = head.digests_now();
    set_digests(conn, case, digests).await?;
    let people = feed::Members {
        before,
        after,
        confidential: list_confidential(conn, case, moves).await?,
    };
    let steps = feed::plan(&people, head.digests, digests, moves);
    feed::append(conn, case, &steps, now).await
}

/// Lets a person see and write a case. The transaction holds nothing else that moves a case.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn grant(
    conn: &mut PgConnection,
    case: CaseId,
    to: Author,
    now: Timestamp,
) -> Result<(), RegistryError> {
    touch_case(conn, case, &[Move::Grant { to }], now).await
}

/// Takes a case from a person, who is told why. The transaction holds nothing else that moves a
/// case.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn forget(
    conn: &mut PgConnection,
    case: CaseId,
    user: UserId,
    why: Reason,
    now: Timestamp,
) -> Result<(), RegistryError> {
    touch_case(conn, case, &[Move::Forget { user, why }], now).await
}

async fn apply(
    conn: &mut PgConnection,
    case: CaseId,
    moved: &Move,
    now: Timestamp,
) -> Result<(), RegistryError> {
    match moved {
        Move::Grant { to } => set_member(conn, case, *to, now).await,
        Move::Forget { user, .. } => end_membership(conn, case, *user, now).await,
        Move::Changes(_) | Move::Facts | Move::Refused { .. } => Ok(()),
    }
}

/// Makes a person a member, or changes role and organisation of one who is.
async fn set_member(
    conn: &mut PgConnection,
    case: CaseId,
    to: Author,
    now: Timestamp,
) -> Result<(), RegistryError> {
    let role = to_word(&to.role)?;
    let changed = sqlx::query(
        "update case_member set role = $3, org_id = $4 where case_id = $1 and user_id = $2 and until_at is null",
    )
    .bind(case.0)
    .bind(to.user.0)
    .bind(&role)
    .bind(to.org.0)
    .execute(&mut *conn)
    .await?;
    if changed.rows_affected() > 0 {
        return Ok(());
    }
    sqlx::query(
        "insert into case_member (case_id, user_id, role, org_id, from_at) values ($1, $2, $3, $4, $5)
         on conflict (case_id, user_id, from_at)
         do update set role = excluded.role, org_id = excluded.org_id, until_at = null",
    )
    .bind(case.0)
    .bind(to.user.0)
    .bind(&role)
    .bind(to.org.0)
    .bind(Ts(now))
    .run(conn)
    .await
}

async fn end_membership(
    conn: &mut PgConnection,
    case: CaseId,
    user: UserId,
    now: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query("update case_member set until_at = $3 where case_id = $1 and user_id = $2 and until_at is null")
        .bind(case.0)
        .bind(user.0)
        .bind(Ts(now))
        .run(conn)
        .await
}

async fn members(
    conn: &mut PgConnection,
    case: CaseId,
) -> Result<BTreeMap<UserId, Extent>, RegistryError> {
    let users: Vec<(Uuid, String)> = sqlx::query_as(
        "select user_id, role from case_member where case_id = $1 and until_at is null",
    )
    .bind(case.0)
    .fetch_all(conn)
    .await?;
    let read = |(user, role): (Uuid, String)| Ok((UserId(user), extent(&role)?));
    users.into_iter().map(read).collect()
}

/// Those of the changes that moved which are confidential.
async fn list_confidential(
    conn: &mut PgConnection,
    case: CaseId,
    moves: &[Move],
) -> Result<BTreeSet<ChangeHash>, RegistryError> {
    let moved = moves.iter().flat_map(|moved| match moved {
        Move::Changes(hashes) => hashes.as_slice(),
        _ => &[],
    });
    let moved: Vec<ChangeHash> = moved.copied().collect();
    if moved.is_empty() {
        return Ok(BTreeSet::new());
    }
    let hashes: Vec<Vec<u8>> = sqlx::query_scalar(
        "select hash from case_change where case_id = $1 and hash = any($2) and is_confidential(actor)",
    )
    .bind(case.0)
    .bind(rows::bytes_of(&moved))
    .fetch_all(conn)
    .await?;
    let hashes = rows::hashes(&hashes, "case_change", "hash")?;
    Ok(hashes.into_iter().collect())
}

async fn set_digests(
    conn: &mut PgConnection,
    case: CaseId,
    digests: CaseDigests,
) -> Result<(), RegistryError> {
    sqlx::query("update case_doc set digest = $2, work_digest = $3 where case_id = $1")
        .bind(case.0)
        .bind(&digests.whole.0[..])
        .bind(&digests.work.0[..])
        .run(conn)
        .await
}
