//! What a supervisor of processes asks: is it alive, can it work.

use crate::{problem::Problem, state::AppState};
use axum::extract::State;
use std::sync::Arc;

/// Answers as long as the process does.
#[utoipa::path(get, path = "/healthz", tag = "operation", responses((status = 200, body = String, content_type = "text/plain")))]
pub async fn get_health() -> &'static str {
    "ok"
}

/// Answers when Postgres lets somebody in and has room on its disk, and a worker can be had, both
/// tried anew.
#[utoipa::path(get, path = "/readyz", tag = "operation", responses((status = 200, body = String, content_type = "text/plain")))]
pub async fn get_readiness(State(state): State<AppState>) -> Result<&'static str, Problem> {
    let looked = state.database.probe(&state.pool).await;
    looked.map_err(|error| match error.lacks_room() {
        true => Problem::DatabaseAway(error),
        false => Problem::Unavailable(Some(error)),
    })?;
    // Without a worker no change can be acknowledged, so this server is no use to a phone.
    let workers = state.workers.probe().await;
    workers.map_err(|error| Problem::Unavailable(Some(Arc::new(error))))?;
    Ok("ready")
}
