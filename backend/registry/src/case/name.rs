//! Case numbers and public codes: unique across cases, in a reference table of their own. Numbers
//! are given by [`crate::mark`].

use crate::{error::RegistryError, statement::SqlCommand};
use hejie_case::ids::CaseId;
use sqlx::PgConnection;
use uuid::Uuid;

/// What kind of name it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameKind {
    /// A case number.
    CaseNo,
    /// A public code.
    PublicCode,
}

impl NameKind {
    fn word(self) -> &'static str {
        match self {
            Self::CaseNo => "case_no",
            Self::PublicCode => "public_code",
        }
    }
}

/// Claims a name for a case; tells whether it was free.
///
/// # Errors
/// Postgres failed.
pub async fn claim_name(
    conn: &mut PgConnection,
    kind: NameKind,
    name: &str,
    case: CaseId,
) -> Result<bool, RegistryError> {
    sqlx::query(
        "insert into case_name (name, kind, case_id) values ($1, $2, $3) on conflict do nothing",
    )
    .bind(name)
    .bind(kind.word())
    .bind(case.0)
    .touches(conn)
    .await
}

/// The case with a name.
///
/// # Errors
/// Postgres failed.
pub async fn lookup_name(
    conn: &mut PgConnection,
    kind: NameKind,
    name: &str,
) -> Result<Option<CaseId>, RegistryError> {
    let case: Option<Uuid> =
        sqlx::query_scalar("select case_id from case_name where name = $1 and kind = $2")
            .bind(name)
            .bind(kind.word())
            .fetch_optional(conn)
            .await?;
    Ok(case.map(CaseId))
}
