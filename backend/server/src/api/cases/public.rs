//! The public face: progress of a case by its public code (一案一码, D07). No personal data, no
//! reading of the document.

use crate::{
    problem::{Json, Path, Problem},
    state::AppState,
};
use axum::extract::State;
use hejie_case::{facts::Facts, ids::PublicCode, limit::form};
use hejie_registry::{
    case::{self, NameKind},
    error::RegistryError,
    identity::org,
    link,
    pool::{self, PgConnection},
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// What anybody who has the code may know.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicCaseView {
    /// The code.
    public_code: String,
    /// Where the case stands, in Chinese.
    status_zh: String,
    /// Which organisation handles it.
    handled_by: Option<String>,
    /// When it was received.
    registered_at: Timestamp,
    /// The next deadline.
    due_at: Option<Timestamp>,
    /// Other ways that are open at any time (Mediation Law art. 26).
    routes: Vec<&'static str>,
}

/// Shows the progress of a case to whoever has its public code.
#[utoipa::path(get, path = "/api/v1/public/cases/{code}", tag = "public",
    params(("code" = String, Path, description = "The public code")), responses((status = 200, body = PublicCaseView)))]
pub async fn get_public_case(
    State(state): State<AppState>,
    Path(code): Path<String>,
) -> Result<Json<PublicCaseView>, Problem> {
    let code: PublicCode = form::code(&code).parse().map_err(|_| Problem::NotFound)?;
    let mut conn = pool::acquire(&state.pool).await?;
    let id = case::lookup_name(&mut conn, NameKind::PublicCode, code.as_str())
        .await?
        .ok_or(Problem::NotFound)?;
    // The code of a merged case leads to the case under which it goes on.
    let id = link::leading(&mut conn, id).await?;
    let line = case::lookup_line(&mut conn, id)
        .await?
        .ok_or(Problem::NotFound)?;
    let stored = case::lookup(&mut conn, id)
        .await?
        .ok_or(Problem::NotFound)?;
    Ok(Json(PublicCaseView {
        public_code: code.into(),
        status_zh: line.status.zh().into(),
        handled_by: handled_by(&mut conn, &stored.facts).await?,
        registered_at: line.registered_at,
        due_at: line.due_at,
        routes: vec!["申请仲裁", "请求行政机关处理", "向人民法院起诉"],
    }))
}

/// Which organisation handles a case, or is asked to.
pub(in crate::api) async fn handled_by(
    conn: &mut PgConnection,
    facts: &Facts,
) -> Result<Option<String>, RegistryError> {
    let handler = facts.lead().or_else(|| facts.first());
    let Some(assignment) = handler.or_else(|| facts.offered()) else {
        return Ok(None);
    };
    let org = org::lookup(conn, assignment.org).await?;
    Ok(org.map(|org| org.name_zh))
}
