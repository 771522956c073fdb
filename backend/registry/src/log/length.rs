//! How long the texts of a case can be at most, without looking into its document.

use crate::{error::RegistryError, rows};
use hejie_case::{ids::CaseId, view::CaseView};
use sqlx::PgConnection;

/// No text of the case is longer, in characters, whatever is merged of what was acknowledged: the
/// longest one so far, and one character for each operation that waits. 0 for a case that is not
/// registered.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn longest_possible(conn: &mut PgConnection, case: CaseId) -> Result<u64, RegistryError> {
    let longest: Option<i64> = sqlx::query_scalar(
        "select longest_text + coalesce((select sum(max_op - start_op + 1) from case_change
                                         where case_id = $1 and state = 'acknowledged'), 0)::bigint
         from case_doc where case_id = $1",
    )
    .bind(case.0)
    .fetch_optional(conn)
    .await?;
    rows::natural(longest.unwrap_or_default(), "case_doc", "longest_text")
}

/// The length of the longest text, as it is stored.
pub(crate) fn longest(view: &CaseView) -> i32 {
    i32::try_from(view.longest_text()).unwrap_or(i32::MAX)
}
