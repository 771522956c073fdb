//! Cases that somebody reported who only reports (R130): whose report it was, and what the reporter
//! has of it. A reporter is no member: no feed, no document.

use crate::{
    error::RegistryError,
    rows::column,
    statement::{Selection, SqlCommand},
    time::Ts,
    word::to_word,
};
use hejie_case::{
    ids::{CaseId, UserId},
    role::Author,
};
use hejie_wire::message::ReportReceipt;
use jiff::Timestamp;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// Notes whose report a case was.
///
/// # Errors
/// Postgres failed.
pub async fn add(
    conn: &mut PgConnection,
    case: CaseId,
    by: Author,
    now: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query(
        "insert into case_report (case_id, user_id, role, org_id, received_at) values ($1, $2, $3, $4, $5)",
    )
    .bind(case.0)
    .bind(by.user.0)
    .bind(to_word(&by.role)?)
    .bind(by.org.0)
    .bind(Ts(now))
    .run(conn)
    .await
}

/// Whether a person reported a case.
///
/// # Errors
/// Postgres failed.
pub async fn is_reporter(
    conn: &mut PgConnection,
    case: CaseId,
    user: UserId,
) -> Result<bool, RegistryError> {
    Ok(sqlx::query_scalar(
        "select exists (select 1 from case_report where case_id = $1 and user_id = $2)",
    )
    .bind(case.0)
    .bind(user.0)
    .fetch_one(conn)
    .await?)
}

/// Lists the receipts of those of `cases` that a person reported and does not work on.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list_receipts(
    conn: &mut PgConnection,
    user: UserId,
    cases: &[CaseId],
) -> Result<Vec<ReportReceipt>, RegistryError> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query_as::<_, ReceiptRow>(
        "select p.case_id, r.case_no, r.public_code, p.received_at
         from case_report p join case_reg r using (case_id)
         where p.user_id = $1 and p.case_id = any($2)
           and not exists (select 1 from case_member m
                           where m.case_id = p.case_id and m.user_id = $1 and m.until_at is null)
         order by p.case_id",
    )
    .bind(user.0)
    .bind(column(cases, |case| case.0))
    .list(conn)
    .await
}

#[derive(FromRow)]
struct ReceiptRow {
    case_id: Uuid,
    case_no: String,
    public_code: String,
    received_at: Ts,
}

impl TryFrom<ReceiptRow> for ReportReceipt {
    type Error = RegistryError;

    fn try_from(row: ReceiptRow) -> Result<Self, RegistryError> {
        Ok(Self {
            case: CaseId(row.case_id),
            case_no: row
                .case_no
                .parse()
                .map_err(RegistryError::in_column("case_reg", "case_no"))?,
            public_code: row
                .public_code
                .parse()
                .map_err(RegistryError::in_column("case_reg", "public_code"))?,
            received_at: row.received_at.0,
        })
    }
}
