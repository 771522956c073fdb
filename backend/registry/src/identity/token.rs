//! Refresh tokens: each is used once. A second use means that somebody has a copy, and ends the session.

use crate::{error::RegistryError, time::Ts};
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

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
    Expired,
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
    sqlx::query("insert into refresh_token (token_hash, session_id, issued_at, expires_at) values ($1, $2, $3, $4)")
        .bind(&token_hash[..])
        .bind(session)
        .bind(Ts(issued_at))
        .bind(Ts(expires_at))
        .execute(conn)
        .await?;
    Ok(())
}

/// Spends a token. Two requests with the same token are put in order by its row: the second one sees a spent token.
///
/// # Errors
/// The database failed.
pub async fn rotate(
    conn: &mut PgConnection,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> Result<Rotation, RegistryError> {
    let row: Option<(Uuid, Ts, Option<Ts>)> =
        sqlx::query_as("select session_id, expires_at, rotated_at from refresh_token where token_hash = $1 for update")
            .bind(&token_hash[..])
            .fetch_optional(&mut *conn)
            .await?;
    let (session, expires_at) = match row {
        None => return Ok(Rotation::Unknown),
        Some((session, _, Some(_))) => return Ok(Rotation::Reused { session }),
        Some((session, expires_at, None)) => (session, expires_at),
    };
    if expires_at.0 <= now {
        return Ok(Rotation::Expired);
    }
    sqlx::query("update refresh_token set rotated_at = $2 where token_hash = $1")
        .bind(&token_hash[..])
        .bind(Ts(now))
        .execute(conn)
        .await?;
    Ok(Rotation::Rotated { session })
}
