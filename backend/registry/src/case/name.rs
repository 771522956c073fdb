//! Case numbers and public codes: unique across cases, in a reference table of their own.

use crate::{error::RegistryError, rows::natural};
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

/// Takes the next running number of a county and year; kept by the transaction that commits, so that numbers have no gaps.
///
/// # Errors
/// Postgres failed.
pub async fn next_number(
    conn: &mut PgConnection,
    county: &str,
    year: i16,
) -> Result<u64, RegistryError> {
    let number: i32 = sqlx::query_scalar(
        "insert into case_counter (county, year, last) values ($1, $2, 1)
         on conflict (county, year) do update set last = case_counter.last + 1 returning last",
    )
    .bind(county)
    .bind(i32::from(year))
    .fetch_one(conn)
    .await?;
    natural(i64::from(number), "case_counter", "last")
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
    let done = sqlx::query(
        "insert into case_name (name, kind, case_id) values ($1, $2, $3) on conflict do nothing",
    )
    .bind(name)
    .bind(kind.word())
    .bind(case.0)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
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
