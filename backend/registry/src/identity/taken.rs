//! What channels signed and we took. A signature holds for minutes, so nothing is kept for long.

use crate::{error::RegistryError, time::Ts};
use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;
use uuid::Uuid;

/// How long what was taken is known: longer than any signature holds.
const KEPT: SignedDuration = SignedDuration::from_hours(1);

/// The signature of what a channel sent.
pub type ChannelSignature = [u8; 32];

/// Whether this was taken before.
///
/// # Errors
/// The database failed.
pub async fn was_taken(
    conn: &mut PgConnection,
    channel: Uuid,
    signature: &ChannelSignature,
) -> Result<bool, RegistryError> {
    let known = sqlx::query_scalar(
        "select exists (select 1 from channel_taken where channel_id = $1 and signature = $2)",
    );
    let known = known.bind(channel).bind(&signature[..]);
    Ok(known.fetch_one(conn).await?)
}

/// Notes that this is taken, in the transaction that takes it, and forgets what no signature holds
/// for any more.
///
/// # Errors
/// The database failed.
pub async fn note(
    conn: &mut PgConnection,
    channel: Uuid,
    signature: &ChannelSignature,
    now: Timestamp,
) -> Result<(), RegistryError> {
    let long_ago = now.checked_sub(KEPT).unwrap_or(Timestamp::MIN);
    // Whoever forgets the same at the same time is not waited for.
    sqlx::query(
        "delete from channel_taken where (channel_id, signature) in
            (select channel_id, signature from channel_taken where at < $1 for update skip locked)",
    )
    .bind(Ts(long_ago))
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "insert into channel_taken (channel_id, signature, at) values ($1, $2, $3)
         on conflict do nothing",
    )
    .bind(channel)
    .bind(&signature[..])
    .bind(Ts(now))
    .execute(conn)
    .await?;
    Ok(())
}
