//! What is told of a case before somebody reaches the scene (R139): numbers, situations, results
//! and days of earlier cases, and what was dangerous about them.

use crate::{
    error::RegistryError,
    rows::column,
    secret::pair_cases,
    statement::SqlCommand,
    time::Ts,
    word::{from_word, to_word},
};
use hejie_case::{
    brief::{CaseBrief, FormerCase, Hazard, TOLD},
    deadline::day_of,
    ids::{CaseId, SituationCode},
    role::Author,
};
use jiff::{SignedDuration, Timestamp};
use sqlx::{FromRow, PgConnection};
use std::collections::BTreeSet;
use uuid::Uuid;

/// As a brief stands in the audit log.
pub const READ: &str = "read_brief";

/// How far back it looks.
const WINDOW: SignedDuration = SignedDuration::from_hours(24 * 730);

/// Those of some cases that somebody was offered or signed for, and has not reached: whom a brief
/// helps.
///
/// # Errors
/// Postgres failed.
pub async fn list_awaited(
    conn: &mut PgConnection,
    by: &Author,
    cases: &[CaseId],
) -> Result<Vec<CaseId>, RegistryError> {
    let ids = column(cases, |case| case.0);
    let found: Vec<Uuid> = sqlx::query_scalar(
        "select r.case_id from case_reg r join assignment a on a.case_id = r.case_id
         where r.case_id = any($1) and r.status in ('dispatched', 'signed_for') and a.to_at is null and a.duty in ('first', 'lead')
             and a.user_id = $2 and a.role = $3 and a.org_id = $4
         order by r.case_id",
    )
    .bind(ids)
    .bind(by.user.0)
    .bind(to_word(&by.role)?)
    .bind(by.org.0)
    .fetch_all(conn)
    .await?;
    Ok(found.into_iter().map(CaseId).collect())
}

/// The brief of a case.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn read(
    conn: &mut PgConnection,
    case: CaseId,
    now: Timestamp,
) -> Result<CaseBrief, RegistryError> {
    let since = now.saturating_sub(WINDOW).unwrap_or(Timestamp::MIN);
    let pair = pair_cases(conn, case, since).await?;
    let pair: Vec<Uuid> = column(pair, |other| other.case.0);
    let place = list_at_place(conn, case, since).await?;
    let own: Vec<Uuid> = [&pair[..], &[case.0]].concat();
    Ok(CaseBrief {
        pair: list_former(conn, &pair).await?,
        place: list_former(conn, &place).await?,
        of_pair: list_hazards(conn, &own).await?,
        of_place: list_hazards(conn, &place).await?,
    })
}

async fn list_at_place(
    conn: &mut PgConnection,
    case: CaseId,
    since: Timestamp,
) -> Result<Vec<Uuid>, RegistryError> {
    Ok(sqlx::query_scalar(
        "select o.case_id from case_reg r join case_reg o on o.place_key = r.place_key and o.case_id <> r.case_id
         where r.case_id = $1 and o.registered_at >= $2 order by o.registered_at desc, o.case_id limit $3",
    )
    .bind(case.0)
    .bind(Ts(since))
    .bind(i64::from(TOLD))
    .fetch_all(conn)
    .await?)
}

async fn list_former(
    conn: &mut PgConnection,
    cases: &[Uuid],
) -> Result<Vec<FormerCase>, RegistryError> {
    sqlx::query(
        "select case_id, case_no, situation_code, close_kind, registered_at from case_reg
         where case_id = any($1) order by registered_at desc, case_id limit $2",
    )
    .bind(cases)
    .bind(i64::from(TOLD))
    .legible::<FormerRow, _>(conn)
    .await
}

/// A danger by the order that went to the police for it, the rest by the parts of the colour.
async fn list_hazards(
    conn: &mut PgConnection,
    cases: &[Uuid],
) -> Result<BTreeSet<Hazard>, RegistryError> {
    let known: Vec<&str> = Hazard::ALL.iter().map(|hazard| hazard.code()).collect();
    let words: Vec<String> = sqlx::query_scalar(
        "select code from risk_factor where case_id = any($1) and code = any($2)
         union select 'danger' from case_event where case_id = any($1) and event = 'E23'",
    )
    .bind(cases)
    .bind(known)
    .fetch_all(conn)
    .await?;
    let hazards = words.iter();
    hazards
        .map(|word| from_word(word, "risk_factor", "code"))
        .collect()
}

#[derive(FromRow)]
struct FormerRow {
    case_no: String,
    situation_code: String,
    close_kind: Option<String>,
    registered_at: Ts,
}

impl TryFrom<FormerRow> for FormerCase {
    type Error = RegistryError;
    fn try_from(row: FormerRow) -> Result<Self, RegistryError> {
        let situation: Result<SituationCode, _> = row.situation_code.parse();
        let result = row.close_kind.as_deref();
        Ok(Self {
            case_no: row.case_no,
            situation: situation.map_err(RegistryError::in_column("case_reg", "situation_code"))?,
            result: result
                .map(|word| from_word(word, "case_reg", "close_kind"))
                .transpose()?,
            day: day_of(row.registered_at.0),
        })
    }
}
