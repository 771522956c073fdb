//! How often the registry was set back to an earlier day. What the server attests is ordered by
//! epoch first.

use crate::{error::RegistryError, rows};
use sqlx::PgConnection;

/// Reads the epoch in which the server works, as this transaction sees it.
///
/// # Errors
/// Postgres failed, or the column cannot be read.
pub async fn current(conn: &mut PgConnection) -> Result<u64, RegistryError> {
    let epoch: i64 = sqlx::query_scalar("select epoch from county_epoch")
        .fetch_one(conn)
        .await?;
    rows::natural(epoch, "county_epoch", "epoch")
}
