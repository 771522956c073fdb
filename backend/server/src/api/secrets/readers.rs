//! `GET /api/v1/audit/readings`: who read how much, and for what, as the auditor sees it (P15,
//! P17).

use crate::{
    access::Caller,
    problem::{Json, Problem, Query},
    state::AppState,
};
use axum::extract::State;
use hejie_registry::{
    pool,
    secret::readings::{self, IdentityReader, IdentityReading},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// How many single readings are listed.
const LINES: u32 = 500;
/// How far back one may look at once, in days.
const DAYS: std::ops::RangeInclusive<u32> = 1..=366;

/// Over which time.
#[derive(Debug, Deserialize, IntoParams)]
pub struct ReadingsQuery {
    /// Days back from now, 1 to 366; 30 when it is left out.
    #[serde(default = "a_month")]
    days: u32,
}

fn a_month() -> u32 {
    30
}

/// Who read how much.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReadingsView {
    /// Persons, whoever read most first.
    readers: Vec<ReaderView>,
    /// Single readings, the latest first, at most 500.
    readings: Vec<ReadingView>,
}

/// How much one person read.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReaderView {
    /// The person.
    user_id: Uuid,
    /// The person's name.
    name: String,
    /// Readings that were answered.
    readings: u64,
    /// Readings that were refused.
    refused: u64,
    /// In so many cases.
    cases: u64,
    /// The most on one day, Asia/Shanghai.
    busiest_day: u64,
    /// The last one.
    last_at: Timestamp,
}

/// One reading.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReadingView {
    /// Its number in the audit log.
    seq: u64,
    /// When.
    at: Timestamp,
    /// Who.
    user_id: Uuid,
    /// `read_identity`, `read_statement` or `read_vulnerability`.
    action: String,
    /// Of which case.
    case_id: Option<Uuid>,
    /// The party or statement.
    object: Option<String>,
    /// The purpose as stated: code, colon, words.
    purpose: Option<String>,
    /// Whether it was answered.
    ok: bool,
}

/// Lists who read identities and sealed statements, how much, and for what.
#[utoipa::path(get, path = "/api/v1/audit/readings", tag = "secrets", params(ReadingsQuery),
    responses((status = 200, body = ReadingsView)))]
pub async fn list_readings(
    State(state): State<AppState>,
    caller: Caller,
    Query(asked): Query<ReadingsQuery>,
) -> Result<Json<ReadingsView>, Problem> {
    if !DAYS.contains(&asked.days) {
        return Err(Problem::invalid("days: 1 至 366"));
    }
    let back = SignedDuration::from_hours(24 * i64::from(asked.days));
    let since = state
        .clock
        .now()
        .saturating_sub(back)
        .unwrap_or(Timestamp::MIN);
    let mut conn = pool::acquire(&state.pool).await?;
    let readers = readings::count_by_reader(&mut conn, &caller.region, since).await?;
    let lines = readings::list(&mut conn, &caller.region, since, LINES).await?;
    Ok(Json(ReadingsView {
        readers: readers.into_iter().map(ReaderView::from).collect(),
        readings: lines.into_iter().map(ReadingView::from).collect(),
    }))
}

impl From<IdentityReader> for ReaderView {
    fn from(reader: IdentityReader) -> Self {
        let IdentityReader {
            user,
            name,
            readings,
            refused,
            cases,
            busiest_day,
            last_at,
        } = reader;
        Self {
            user_id: user.0,
            name,
            readings,
            refused,
            cases,
            busiest_day,
            last_at,
        }
    }
}

impl From<IdentityReading> for ReadingView {
    fn from(reading: IdentityReading) -> Self {
        Self {
            seq: reading.seq,
            at: reading.at,
            user_id: reading.user.0,
            action: reading.action,
            case_id: reading.case.map(|case| case.0),
            object: reading.object,
            purpose: reading.purpose,
            ok: reading.ok,
        }
    }
}
