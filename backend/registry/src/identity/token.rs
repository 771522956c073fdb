//! Refresh tokens: each is used once. A second use means that somebody has a copy, and ends the
//! session.
//!
//! One second use is harmless and common on bad networks: the answer with the next token was lost
//! and the phone asks again, or the request itself came twice. It is told apart by the next token
//! never having been used. Another one is issued beside it then, and which of them arrived shows by
//! its use: the others are withdrawn, and whoever shows one of those later has a copy after all.
//!
//! What came after what is read from the times of the tokens of a session, which go on even where
//! the clock is put back.

use crate::{error::RegistryError, statement::SqlCommand, time::Ts};
use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;
use uuid::Uuid;

/// How long after its use a token may be shown again because the answer was lost.
const ANSWER_LOST_WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// What became of a refresh token that was presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// It was live and is now spent; the session may be handed the next one.
    Rotated {
        /// The session it belongs to.
        session: Uuid,
    },
    /// It had been spent before.
    Reused {
        /// The session it belongs to, which must be ended.
        session: Uuid,
    },
    /// It is too old.
    Expired {
        /// The session it belongs to.
        session: Uuid,
    },
    /// Nobody knows it.
    Unknown,
}

/// Stores the hash of a token.
///
/// # Errors
/// The database failed.
pub async fn add(
    conn: &mut PgConnection,
    token_hash: &[u8; 32],
    session: Uuid,
    issued_at: Timestamp,
    expires_at: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query(
        "insert into refresh_token (token_hash, session_id, issued_at, expires_at)
         select $1, $2, greatest($3, (select max(rotated_at) from refresh_token where session_id = $2)), $4",
    )
        .bind(&token_hash[..])
        .bind(session)
        .bind(Ts(issued_at))
        .bind(Ts(expires_at))
        .run(conn)
        .await
}

/// The session that a token belongs to, however old or spent it is: it proves whose it was, and
/// nothing else.
///
/// # Errors
/// The database failed.
pub async fn session_of(
    conn: &mut PgConnection,
    token_hash: &[u8; 32],
) -> Result<Option<Uuid>, RegistryError> {
    Ok(
        sqlx::query_scalar("select session_id from refresh_token where token_hash = $1")
            .bind(&token_hash[..])
            .fetch_optional(conn)
            .await?,
    )
}

/// Spends a token. Two requests with the same token are put in order by its row: the second one
/// sees a spent token.
///
/// # Errors
/// The database failed.
pub async fn rotate(
    conn: &mut PgConnection,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> Result<Rotation, RegistryError> {
    let row: Option<TokenRow> = sqlx::query_as(
        "select session_id, expires_at, rotated_at, withdrawn_at from refresh_token where token_hash = $1 for update",
    )
    .bind(&token_hash[..])
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else {
        return Ok(Rotation::Unknown);
    };
    let session = row.session_id;
    match (row.rotated_at, row.withdrawn_at) {
        (_, Some(_)) => Ok(Rotation::Reused { session }),
        (Some(Ts(at)), None) => rotate_again(conn, session, at, now).await,
        (None, None) if row.expires_at.0 <= now => Ok(Rotation::Expired { session }),
        (None, None) => {
            set_rotated(conn, token_hash, session, now).await?;
            withdraw_unused(conn, session, now).await?;
            Ok(Rotation::Rotated { session })
        }
    }
}

/// A spent token is shown again: harmless while nothing that came after it has been used. Two
/// requests at once are put in order by its row.
async fn rotate_again(
    conn: &mut PgConnection,
    session: Uuid,
    spent_at: Timestamp,
    now: Timestamp,
) -> Result<Rotation, RegistryError> {
    let used_since: bool = sqlx::query_scalar(
        "select exists (select 1 from refresh_token where session_id = $1 and issued_at >= $2 and rotated_at is not null)",
    )
    .bind(session)
    .bind(Ts(spent_at))
    .fetch_one(&mut *conn)
    .await?;
    if used_since || now.duration_since(spent_at) > ANSWER_LOST_WITHIN {
        return Ok(Rotation::Reused { session });
    }
    Ok(Rotation::Rotated { session })
}

/// Withdraws what was issued beside a token that is used now.
async fn withdraw_unused(
    conn: &mut PgConnection,
    session: Uuid,
    now: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query(
        "update refresh_token set withdrawn_at = $2
         where session_id = $1 and rotated_at is null and withdrawn_at is null",
    )
    .bind(session)
    .bind(Ts(now))
    .run(conn)
    .await
}

async fn set_rotated(
    conn: &mut PgConnection,
    token_hash: &[u8; 32],
    session: Uuid,
    now: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query(
        "update refresh_token set rotated_at = greatest($2, (
             select max(issued_at) + interval '1 microsecond' from refresh_token where session_id = $3
         )) where token_hash = $1",
    )
    .bind(&token_hash[..])
    .bind(Ts(now))
    .bind(session)
    .run(conn)
    .await
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    session_id: Uuid,
    expires_at: Ts,
    rotated_at: Option<Ts>,
    withdrawn_at: Option<Ts>,
}
