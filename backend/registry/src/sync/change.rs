//! The bytes of changes that a feed names.

use super::{VisibleCases, holding};
use crate::{error::RegistryError, rows::column};
use hejie_case::{
    ids::{CaseId, ChangeHash},
    part::Extent,
};
use sqlx::PgConnection;
use uuid::Uuid;

/// Reads the bytes of changes by name, in the order of receipt within each case. Quarantined ones
/// are left out, and those of a part that the person does not hold.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list_changes(
    conn: &mut PgConnection,
    wanted: &[(CaseId, ChangeHash)],
    visible: &VisibleCases,
) -> Result<Vec<(CaseId, Vec<u8>)>, RegistryError> {
    let cases = column(wanted, |(case, _)| case.0);
    let hashes = column(wanted, |(_, hash)| hash.0.to_vec());
    let found: Vec<(Uuid, Vec<u8>)> = sqlx::query_as(
        "select c.case_id, c.bytes
         from unnest($1::uuid[], $2::bytea[]) w (case_id, hash) join case_change c using (case_id, hash)
         where c.state <> 'quarantined' and (c.case_id = any($3) or not is_confidential(c.actor))
         order by c.case_id, c.position",
    )
    .bind(cases)
    .bind(hashes)
    .bind(holding(visible, Extent::Whole))
    .fetch_all(conn)
    .await?;
    let read = |(case, bytes)| (CaseId(case), bytes);
    Ok(found.into_iter().map(read).collect())
}
