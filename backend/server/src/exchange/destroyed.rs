//! Identities that were destroyed by order, told to phones that may still keep the sealed bytes.

use hejie_case::ids::UserId;
use hejie_registry::{error::RegistryError, pool::PgConnection, secret};
use hejie_wire::{limits, message::Destroyed};
use jiff::{SignedDuration, Timestamp};

/// How long phones keep what no backup holds; a day more, so that none is missed.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * (limits::KEPT_DAYS + 1));

/// Identities that were destroyed while a phone may still keep them. One that was away for longer
/// lets go of everything by its age.
pub(super) async fn list(
    conn: &mut PgConnection,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<Destroyed>, RegistryError> {
    let since = now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN);
    let found = secret::list_destroyed(conn, user, since).await?;
    let destroyed = |(case, party)| Destroyed { case, party };
    Ok(found.into_iter().map(destroyed).collect())
}
