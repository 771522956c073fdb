//! `GET /api/v1/figures/cooperation`: how bodies worked together on cases, in numbers and nothing
//! else.

use crate::{
    access::Caller,
    problem::{Json, Problem, Query},
    state::AppState,
};
use axum::extract::State;
use hejie_case::deadline::{day_of, end_of};
use hejie_registry::{
    figures::{Cooperation, DoneShare, FiguresQuery},
    pool,
};
use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The operations about figures.
pub(crate) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_cooperation))
}

/// Of which days; both are counted in.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FiguresPeriod {
    /// The first day; the first of the month if not said.
    #[param(value_type = Option<String>, example = "2026-03-01")]
    from: Option<Date>,
    /// The last day; today if not said.
    #[param(value_type = Option<String>, example = "2026-03-31")]
    to: Option<Date>,
}

/// How bodies worked together on the cases of the jurisdiction.
#[derive(Debug, Serialize, ToSchema)]
pub struct CooperationView {
    /// 三推送: pushes that went out, and were acknowledged.
    pushes: ShareView,
    /// Pushes that failed for good.
    pushes_failed: u64,
    /// 邀请联调: invitations, and answered ones.
    invitations: ShareView,
    /// The median of the seconds from an invitation to its answer.
    answer_seconds: Option<u64>,
    /// 联席会商: sittings on record.
    consultations: u64,
    /// Closed cases that a table had sat about, and resolved ones.
    consulted: ShareView,
    /// Tasks of these sittings, and done ones.
    tasks: ShareView,
    /// 司法确认: applications that were sent, and decided ones.
    confirmations: ShareView,
    /// Those that the court confirmed.
    confirmed: u64,
    /// Cases by the mode of a letter and who wrote it.
    engaged: Vec<EngagedView>,
}

/// How many of so many.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShareView {
    of: u64,
    done: u64,
}

/// Cases of one kind of letter.
#[derive(Debug, Serialize, ToSchema)]
pub struct EngagedView {
    /// `entrusted`, `joint`, `invited` or `delegated`.
    mode: String,
    mode_zh: String,
    /// `court`, `administration` or `labour_arbitration`.
    body: String,
    body_zh: String,
    cases: u64,
}

/// Reckons how bodies worked together on the cases of the jurisdiction.
#[utoipa::path(get, path = "/api/v1/figures/cooperation", tag = "figures", params(FiguresPeriod), responses((status = 200, body = CooperationView)))]
pub async fn get_cooperation(
    State(state): State<AppState>,
    caller: Caller,
    Query(period): Query<FiguresPeriod>,
) -> Result<Json<CooperationView>, Problem> {
    let now = state.clock.now();
    let to = period.to.unwrap_or(day_of(now));
    let from = period.from.unwrap_or(day_of(now).first_of_month());
    if from > to {
        return Err(Problem::invalid("from: 起始日期不能晚于截止日期"));
    }
    let query = FiguresQuery {
        region: caller.region.clone(),
        from: end_of(from.saturating_sub(1.day())),
        until: end_of(to),
    };
    let mut conn = pool::acquire(&state.pool).await?;
    Ok(Json(query.cooperation(&mut conn).await?.into()))
}

impl From<DoneShare> for ShareView {
    fn from(DoneShare { of, done }: DoneShare) -> Self {
        Self { of, done }
    }
}

impl From<Cooperation> for CooperationView {
    fn from(figures: Cooperation) -> Self {
        let engaged = figures.engaged.into_iter();
        let engaged = engaged.map(|(mode, body, cases)| EngagedView {
            mode: mode.code().into(),
            mode_zh: mode.zh().into(),
            body: body.code().into(),
            body_zh: body.zh().into(),
            cases,
        });
        Self {
            pushes: figures.pushes.into(),
            pushes_failed: figures.pushes_failed,
            invitations: figures.invitations.into(),
            answer_seconds: figures.answer_seconds,
            consultations: figures.consultations,
            consulted: figures.consulted.into(),
            tasks: figures.tasks.into(),
            confirmations: figures.confirmations.into(),
            confirmed: figures.confirmed,
            engaged: engaged.collect(),
        }
    }
}
