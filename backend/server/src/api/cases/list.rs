//! The list of cases.

use super::words::word;
use crate::{
    access::Caller,
    problem::{Json, Problem, Query},
    state::AppState,
};
use axum::extract::State;
use hejie_case::{
    facts::Status,
    ids::CaseId,
    limit::{self, form},
};
use hejie_registry::{
    case::{self, CaseFilter, CaseLine, CasePageQuery},
    pool,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

const PAGE: u32 = 50;
const LARGEST_PAGE: u32 = 200;

/// Which cases are listed.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListCases {
    /// Only cases of this state, such as `mediating`.
    status: Option<String>,
    /// Only cases whose number, public code, source number or situation contains this.
    q: Option<String>,
    /// Only open cases whose lead is not there any more: the account is closed, or the role has
    /// ended.
    without_lead: Option<bool>,
    /// How many at most; 50 if not said, 200 at most.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// A page of cases.
#[derive(Debug, Serialize, ToSchema)]
pub struct CasePage {
    /// The cases, the newest first.
    items: Vec<CaseSummaryView>,
    /// Cases of this page whose rows cannot be read: they stand in no list, and whoever looks after
    /// the server has to see to them.
    unreadable: Vec<Uuid>,
    /// Hand this in as `after` for the next page; none on the last.
    next: Option<String>,
}

/// A case as a list shows it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CaseSummary)]
pub struct CaseSummaryView {
    /// The case.
    pub id: Uuid,
    /// 案号.
    #[schema(example = "990101-2026-000123")]
    pub case_no: String,
    /// 一案一码.
    pub public_code: String,
    /// Where it stands, as a stable word.
    #[schema(example = "mediating")]
    pub status: String,
    /// Where it stands, in Chinese.
    pub status_zh: String,
    /// The situation of the catalogue.
    #[schema(example = "N03-05")]
    pub situation: String,
    /// The situation in Chinese.
    pub situation_zh: String,
    /// `simple`, `ordinary` or `complex`.
    pub difficulty: String,
    /// `blue`, `yellow` or `red`.
    pub level: String,
    /// 蓝, 黄 or 红.
    pub level_zh: String,
    /// Code of the region.
    pub region: String,
    /// Code of the region that its place names, when that lies outside of the county: 地点不在本县.
    pub place_outside: Option<String>,
    /// The channel that reported it.
    pub channel: String,
    /// Receipt by the server.
    pub registered_at: Timestamp,
    /// The next open deadline.
    pub due_at: Option<Timestamp>,
    /// The lead, or the first handler.
    pub lead_name: Option<String>,
    /// That person is not there any more: the account is closed, or the role has ended. Hand the
    /// case over.
    pub lead_departed: bool,
    /// Open disagreements that somebody must rule on.
    pub open_conflicts: u64,
    /// Version of the facts: the `base_version` of acts.
    pub version: u64,
}

/// Lists the cases that exist for the caller, the newest first.
#[utoipa::path(get, path = "/api/v1/cases", tag = "cases", params(ListCases), responses((status = 200, body = CasePage)))]
pub async fn list_cases(
    State(state): State<AppState>,
    caller: Caller,
    Query(asked): Query<ListCases>,
) -> Result<Json<CasePage>, Problem> {
    let filter = CaseFilter {
        status: asked.status.as_deref().map(status).transpose()?,
        words: asked
            .q
            .map(|q| form::searched(&q))
            .filter(|q| !q.is_empty()),
        without_lead: asked.without_lead.unwrap_or_default(),
    };
    let limit = asked.limit.unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
    let page = CasePageQuery {
        after: asked.after.as_deref().map(cursor).transpose()?,
        limit,
    };
    let mut conn = pool::acquire(&state.pool).await?;
    let scope = caller.scope(state.clock.now());
    let found = case::list(&mut conn, &scope, &filter, page).await?;
    let next = found
        .next
        .map(|(at, case)| format!("{}_{case}", at.as_microsecond()));
    Ok(Json(CasePage {
        items: found.lines.into_iter().map(CaseSummaryView::from).collect(),
        unreadable: found.unreadable.into_iter().map(|case| case.0).collect(),
        next,
    }))
}

impl From<CaseLine> for CaseSummaryView {
    fn from(line: CaseLine) -> Self {
        Self {
            id: line.case.0,
            case_no: line.case_no.into(),
            public_code: line.public_code.into(),
            status: line.status.code().into(),
            status_zh: line.status.zh().into(),
            situation: line.situation.into(),
            situation_zh: line.situation_zh,
            difficulty: word(&line.difficulty),
            level: word(&line.level),
            level_zh: line.level.zh().into(),
            region: line.region.into(),
            place_outside: line.place_outside.map(Into::into),
            channel: line.channel,
            registered_at: line.registered_at,
            due_at: line.due_at,
            lead_name: line.lead_name,
            lead_departed: line.lead_departed,
            open_conflicts: line.open_conflicts,
            version: line.version,
        }
    }
}

fn status(word: &str) -> Result<Status, Problem> {
    Status::by_code(word).ok_or_else(|| Problem::invalid("status: 没有这一状态"))
}

fn cursor(text: &str) -> Result<(Timestamp, CaseId), Problem> {
    let read = || {
        let (micros, case) = text.split_once('_')?;
        let at = Timestamp::from_microsecond(micros.parse().ok()?).ok()?;
        limit::of_moment(at).ok()?;
        Some((at, case.parse().ok()?))
    };
    read().ok_or_else(|| Problem::invalid("after: 应为上一页的 next"))
}
