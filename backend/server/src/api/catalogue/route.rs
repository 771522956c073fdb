//! The routing table 分流表 (R014): shipped for every situation, and changed by a county row by
//! row.

use super::{change, governed, known_situation};
use crate::{
    access::Caller,
    identity,
    problem::{Json, Path, Problem},
    state::AppState,
};
use axum::extract::State;
use garde::Validate;
use hejie_case::catalogue::{Catalogue, Route};
use hejie_registry::{
    county::{self, CountyPrefix, VersionedRow},
    pool::{self, PgConnection},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who handles a situation.
#[derive(Debug, Serialize, ToSchema)]
pub struct RouteView {
    /// The situation.
    code: String,
    /// Its name.
    zh: String,
    /// The department that leads, by name.
    lead: String,
    /// The departments that take part, by name.
    co: Vec<String>,
    /// Code of the mechanism under which they work.
    mechanism: Option<String>,
    /// 0 for the shipped row, and one more with each change by the county.
    version: u32,
}

/// Another route for a situation.
#[derive(Deserialize, Validate, ToSchema)]
pub struct RouteRequest {
    /// The department that leads, by name.
    #[garde(length(chars, min = 2, max = 60))]
    lead: String,
    /// The departments that take part, by name.
    #[garde(length(max = 12), inner(length(chars, min = 2, max = 60)))]
    co: Vec<String>,
    /// Code of the mechanism under which they work.
    #[garde(length(min = 1, max = 40))]
    mechanism: Option<String>,
    /// Why it is changed.
    #[garde(length(chars, min = 1, max = 500))]
    reason: String,
    /// The version of the row on which it was decided.
    #[garde(skip)]
    base_version: u32,
}

/// Lists who handles which situation in the caller's county.
#[utoipa::path(get, path = "/api/v1/routing", tag = "catalogue", responses((status = 200, body = [RouteView])))]
pub async fn list_routing(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<Vec<RouteView>>, Problem> {
    let mut conn = pool::acquire(&state.pool).await?;
    let routes = county::list_routes(&mut conn, &CountyPrefix::of(&caller.region)).await?;
    Ok(Json(routes.into_iter().map(RouteView::from).collect()))
}

/// Changes who handles a situation in the caller's county. Cases that are handled already stay
/// where they are.
#[utoipa::path(put, path = "/api/v1/routing/{situation}", tag = "catalogue",
    params(("situation" = String, Path, description = "The code of the situation")),
    request_body = RouteRequest, responses((status = 200, body = RouteView)))]
pub async fn set_routing(
    State(state): State<AppState>,
    caller: Caller,
    Path(situation): Path<String>,
    Json(asked): Json<RouteRequest>,
) -> Result<Json<RouteView>, Problem> {
    let county = governed(&caller)?;
    let route = Route {
        code: known_situation(&situation)?.code.clone(),
        lead: asked.lead,
        co: asked.co,
        mechanism: asked.mechanism,
    };
    let mut tx = pool::begin(&state.pool).await?;
    has_mechanism(&mut tx, &county, route.mechanism.as_deref()).await?;
    let now = state.clock.now();
    let change = change(&county, &caller, asked.base_version, now);
    let version = county::set_route(&mut tx, change, &route, &asked.reason)
        .await?
        .ok_or(Problem::Stale)?;
    let mut entry = caller.act(now, "set_routing");
    entry.object = Some(route.code.as_str());
    entry.purpose = Some(&asked.reason);
    identity::commit_for(&caller, tx, &[entry], now).await?;
    let kept = VersionedRow {
        row: route,
        version,
        is_active: true,
    };
    Ok(Json(kept.into()))
}

/// A mechanism must be one that the county uses.
async fn has_mechanism(
    conn: &mut PgConnection,
    county: &CountyPrefix,
    code: Option<&str>,
) -> Result<(), Problem> {
    let Some(code) = code else { return Ok(()) };
    let all = county::list_mechanisms(conn, county).await?;
    let is_used = |kept: &VersionedRow<_>| kept.is_active;
    if all
        .iter()
        .any(|kept| kept.row.code == code && is_used(kept))
    {
        Ok(())
    } else {
        Err(Problem::invalid(
            "mechanism: 本县没有启用这一机制，请先登记或者留空",
        ))
    }
}

impl From<VersionedRow<Route>> for RouteView {
    fn from(kept: VersionedRow<Route>) -> Self {
        let situation = Catalogue::current().lookup(&kept.row.code);
        Self {
            code: kept.row.code.to_string(),
            zh: situation.map_or_else(String::new, |s| s.situation_zh.clone()),
            lead: kept.row.lead,
            co: kept.row.co,
            mechanism: kept.row.mechanism,
            version: kept.version,
        }
    }
}
