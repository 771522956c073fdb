//! Many rows at once, for a county that is loaded whole. What it writes is what the same cases
//! would have left behind had they been lived through; nothing else in the program uses it.

mod cases;
mod log;
mod people;

pub use cases::{BulkCase, ChannelNotice, Membership, add_cases, is_present, reserve_numbers};
pub use log::NewChange;
pub use people::{NewPerson, add_orgs, add_people};

use crate::{error::RegistryError, statement::SqlCommand};
use sqlx::PgConnection;

/// Lets the transaction commit without waiting for the disk: after a crash of the machine the last
/// ones may be missing, and the load goes on from where it stands.
///
/// # Errors
/// Postgres failed.
pub async fn hurry(conn: &mut PgConnection) -> Result<(), RegistryError> {
    sqlx::query("set local synchronous_commit = off")
        .run(conn)
        .await
}
