//! The sealing key as it is handed out to phones. It is noted in the registry before: from then on
//! no copy of the ring that lacks it is taken for the ring, and nothing that a phone sealed is lost
//! by it. A command that was broken off may have made it and noted nothing.

use super::{
    needed::{self, RingNote},
    place::KeyRing,
    ring::RingFault,
};
use crate::problem::Problem;
use hejie_registry::pool::PgConnection;
use hejie_wire::sealed::Voucher;

/// What a phone gets: the current sealing key, vouched for by the root key.
///
/// # Errors
/// The ring cannot be used or is not that of the registry, or Postgres failed.
pub async fn voucher(conn: &mut PgConnection, keys: &KeyRing) -> Result<Voucher, Problem> {
    let ring = keys.ring()?;
    match needed::settle(conn, &ring).await? {
        RingNote::Noted => {}
        RingNote::OtherRoot(noted) => {
            return Err(Problem::internal(RingFault::NotNoted { noted }));
        }
        // What is sealed to the older key opens with both.
        RingNote::OlderCopy(newer) => tracing::error!(
            key = newer,
            "the key ring is an older copy of the one that another server uses: copy that here"
        ),
    }
    ring.voucher().map_err(Problem::internal)
}
