//! `GET /api/v1/duty/unstaffed`: for how long committees had nobody on duty (R068).

use crate::{
    access::Caller,
    problem::{Json, Problem, Query},
    state::AppState,
};
use axum::extract::State;
use hejie_registry::{
    case::duty::{self, StaffingFigure},
    pool,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

/// How far back may be looked, in days.
const DAYS: std::ops::RangeInclusive<u16> = 1..=366;

/// The operations about duty.
pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_unstaffed))
}

/// Which span.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UnstaffedQuery {
    /// So many days back from now, 1 to 366.
    #[serde(default = "a_week")]
    days: u16,
}

fn a_week() -> u16 {
    7
}

/// How the committees of the jurisdiction were staffed.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnstaffedView {
    from: Timestamp,
    until: Timestamp,
    /// The committee that was unstaffed longest first.
    committees: Vec<StaffingView>,
}

/// How a committee was staffed, by its roster.
#[derive(Debug, Serialize, ToSchema)]
pub struct StaffingView {
    org_id: Uuid,
    name: String,
    region: String,
    /// Who steps in while nobody of it is on duty.
    backup: Option<String>,
    /// Minutes in which nobody of it was on duty.
    unstaffed_minutes: u64,
    /// Of these, minutes in which nobody of its backup was either.
    uncovered_minutes: u64,
}

/// Says for how many minutes each committee of the jurisdiction had nobody on duty.
#[utoipa::path(get, path = "/api/v1/duty/unstaffed", tag = "cases", params(UnstaffedQuery), responses((status = 200, body = UnstaffedView)))]
pub async fn list_unstaffed(
    State(state): State<AppState>,
    caller: Caller,
    Query(asked): Query<UnstaffedQuery>,
) -> Result<Json<UnstaffedView>, Problem> {
    if !DAYS.contains(&asked.days) {
        return Err(Problem::invalid("days: 1 至 366"));
    }
    let until = state.clock.now();
    let back = SignedDuration::from_hours(24 * i64::from(asked.days));
    let from = until.saturating_sub(back).unwrap_or(Timestamp::MIN);
    let mut conn = pool::acquire(&state.pool).await?;
    let found = duty::list_unstaffed(&mut conn, &caller.region, (from, until)).await?;
    Ok(Json(UnstaffedView {
        from,
        until,
        committees: found.into_iter().map(StaffingView::from).collect(),
    }))
}

impl From<StaffingFigure> for StaffingView {
    fn from(figure: StaffingFigure) -> Self {
        Self {
            org_id: figure.org.0,
            name: figure.name,
            region: figure.region,
            backup: figure.backup,
            unstaffed_minutes: figure.unstaffed,
            uncovered_minutes: figure.uncovered,
        }
    }
}
