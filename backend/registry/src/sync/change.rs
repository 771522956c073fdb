//! The bytes of changes that a feed names.

use crate::{error::RegistryError, rows};
use hejie_case::ids::{Actor, CaseId, ChangeHash};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// A change as it goes to a phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedChange {
    /// The case.
    pub case: CaseId,
    /// Its name.
    pub hash: ChangeHash,
    /// Who wrote it.
    pub actor: Actor,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Reads changes by name, in the order of receipt within each case. Quarantined ones are left out.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list_changes(
    conn: &mut PgConnection,
    wanted: &[(CaseId, ChangeHash)],
) -> Result<Vec<LoadedChange>, RegistryError> {
    let cases: Vec<Uuid> = wanted.iter().map(|(case, _)| case.0).collect();
    let hashes: Vec<Vec<u8>> = wanted.iter().map(|(_, hash)| hash.0.to_vec()).collect();
    sqlx::query_as::<_, LoadedRow>(
        "select c.case_id, c.hash, c.actor, c.bytes
         from unnest($1::uuid[], $2::bytea[]) w (case_id, hash) join case_change c using (case_id, hash)
         where c.state <> 'quarantined' order by c.case_id, c.position",
    )
    .bind(cases)
    .bind(hashes)
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(LoadedChange::try_from)
    .collect()
}

#[derive(FromRow)]
struct LoadedRow {
    case_id: Uuid,
    hash: Vec<u8>,
    actor: Vec<u8>,
    bytes: Vec<u8>,
}

impl TryFrom<LoadedRow> for LoadedChange {
    type Error = RegistryError;
    fn try_from(row: LoadedRow) -> Result<Self, RegistryError> {
        Ok(Self {
            case: CaseId(row.case_id),
            hash: rows::hash(&row.hash, "case_change", "hash")?,
            actor: rows::actor(&row.actor, "case_change", "actor")?,
            bytes: row.bytes,
        })
    }
}
