//! A case whose document is made anew from its log: nothing that comes from there need read.

use crate::{
    error::RegistryError,
    log::{longest, set_known_heads_anew},
    rows::bytes_of,
};
use hejie_case::{
    facts::Facts,
    ids::{CaseId, ChangeHash},
    view::CaseView,
};
use sqlx::{FromRow, PgConnection, types::Json};

/// What stands in the registry of a case, as far as it reads.
#[derive(Debug, Clone, PartialEq)]
pub struct RebuildableCase {
    /// The facts, which are in no log.
    pub facts: Facts,
    /// The stored document.
    pub snapshot: Vec<u8>,
    /// Its heads; none where they do not read.
    pub heads: Option<Vec<ChangeHash>>,
    /// Why the case could not be settled the last time.
    pub parked: Option<String>,
    /// The columns that do not read, and that the log can make anew.
    pub unread: Vec<&'static str>,
}

/// Looks a case up and locks it until the end of the transaction, as [`crate::log::lock_case`]
/// does.
///
/// # Errors
/// Postgres failed, or the facts cannot be read.
pub async fn lock_rebuildable(
    conn: &mut PgConnection,
    case: CaseId,
) -> Result<Option<RebuildableCase>, RegistryError> {
    sqlx::query_as::<_, RebuildableRow>(
        "select snapshot, heads, known_heads, facts::text as facts, view::text as view, parked_reason
         from case_doc where case_id = $1 for no key update",
    )
    .bind(case.0)
    .fetch_optional(conn)
    .await?
    .map(RebuildableCase::try_from)
    .transpose()
}

/// A document that was built anew from the log.
#[derive(Debug, Clone, PartialEq)]
pub struct RebuiltDocument<'a> {
    /// As it is saved.
    pub snapshot: &'a [u8],
    /// Its heads.
    pub heads: &'a [ChangeHash],
    /// What it says.
    pub view: &'a CaseView,
}

/// Stores a document that was built anew from the log in place of the present one, and reckons the
/// known heads from the log; the case is not parked any more.
///
/// # Errors
/// Postgres failed.
pub async fn set_rebuilt(
    conn: &mut PgConnection,
    case: CaseId,
    rebuilt: &RebuiltDocument<'_>,
) -> Result<(), RegistryError> {
    sqlx::query(
        "update case_doc set snapshot = $2, heads = $3, view = $4, longest_text = $5, parked_reason = null, failed_tries = 0,
              retry_at = null
         where case_id = $1",
    )
    .bind(case.0)
    .bind(rebuilt.snapshot)
    .bind(bytes_of(rebuilt.heads))
    .bind(Json(rebuilt.view))
    .bind(longest(rebuilt.view))
    .execute(&mut *conn)
    .await?;
    set_known_heads_anew(conn, case).await
}

#[derive(FromRow)]
struct RebuildableRow {
    snapshot: Vec<u8>,
    heads: Vec<Option<Vec<u8>>>,
    known_heads: Vec<Option<Vec<u8>>>,
    facts: String,
    view: String,
    parked_reason: Option<String>,
}

impl TryFrom<RebuildableRow> for RebuildableCase {
    type Error = RegistryError;
    fn try_from(row: RebuildableRow) -> Result<Self, RegistryError> {
        let facts = serde_json::from_str(&row.facts);
        let heads = read_heads(row.heads);
        let reads = [
            ("heads", heads.is_some()),
            ("known_heads", read_heads(row.known_heads).is_some()),
            ("view", serde_json::from_str::<CaseView>(&row.view).is_ok()),
        ];
        let unread = reads.into_iter().filter(|(_, reads)| !reads);
        Ok(Self {
            facts: facts.map_err(RegistryError::in_column("case_doc", "facts"))?,
            snapshot: row.snapshot,
            heads,
            parked: row.parked_reason,
            unread: unread.map(|(column, _)| column).collect(),
        })
    }
}

fn read_heads(stored: Vec<Option<Vec<u8>>>) -> Option<Vec<ChangeHash>> {
    let read = |head: Option<Vec<u8>>| ChangeHash::try_from(&head?[..]).ok();
    stored.into_iter().map(read).collect()
}
