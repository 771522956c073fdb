//! What becomes of a channel: in the caller's transaction, under the lock of its row. It is kept
//! beside the marks of the registry as well, so that no restore brings back what was taken
//! ([`crate::mark`]).
//!
//! After the commit confirm what was given back ([`Marks::confirm_lifts`]) or replaced
//! ([`Marks::confirm_replaced`]).

use crate::mark::{MarkError, Marks, stored_hash};
use hejie_registry::{
    identity::{channel, revocation::Revocation},
    pool::PgConnection,
};
use jiff::Timestamp;
use uuid::Uuid;

/// Puts a channel out of service: nothing of it is taken and nothing is sent to it. Tells whether
/// it was in service.
///
/// # Errors
/// Postgres failed, or it cannot be kept beside the marks.
pub async fn put_out(
    marks: &Marks,
    conn: &mut PgConnection,
    id: Uuid,
    now: Timestamp,
) -> Result<bool, MarkError> {
    let was_in_service = channel::set_active(conn, id, false).await?;
    let revoked = [Revocation::Channel(id)];
    marks.note_revoked(conn, &revoked, now).await?;
    Ok(was_in_service)
}

/// Puts a channel into service again; tells whether it was out of it.
///
/// # Errors
/// Postgres failed, or what is beside the marks cannot be lifted.
pub async fn put_back(
    marks: &Marks,
    conn: &mut PgConnection,
    id: Uuid,
    now: Timestamp,
) -> Result<bool, MarkError> {
    channel::lock(conn, id).await?;
    let was_out = channel::set_active(conn, id, true).await?;
    let lifted = Revocation::Channel(id);
    marks.lift_revoked(conn, &lifted, now).await?;
    Ok(was_out)
}

/// Replaces the key of a channel's signatures: the one before signs nothing any more.
///
/// # Errors
/// Postgres failed, or it cannot be kept beside the marks.
pub async fn replace_secret(
    marks: &Marks,
    conn: &mut PgConnection,
    id: Uuid,
    secret: &[u8],
    now: Timestamp,
) -> Result<(), MarkError> {
    channel::set_secret(conn, id, secret).await?;
    let replaced = Revocation::ChannelSecret {
        channel: id,
        at: now,
        stored: stored_hash(secret),
    };
    marks.note_replaced(conn, &[replaced], now).await
}
