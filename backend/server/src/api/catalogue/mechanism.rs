//! The register of mechanisms 联动机制 (R026): any number of rows, of any name.

use super::{change, checked_code, governed};
use crate::{
    access::Caller,
    identity,
    problem::{Json, Path, Problem},
    state::AppState,
};
use axum::extract::State;
use garde::Validate;
use hejie_case::catalogue::Mechanism;
use hejie_registry::{
    county::{self, CountyPrefix, VersionedRow},
    pool,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A mechanism.
#[derive(Debug, Serialize, ToSchema)]
pub struct MechanismView {
    /// Its stable code.
    code: String,
    /// Its name.
    name_zh: String,
    /// When it begins.
    trigger_zh: String,
    /// Who leads.
    lead: String,
    /// Who takes part.
    members: Vec<String>,
    /// Calendar days within which it should have an outcome.
    days: u16,
    /// How it works.
    guide_zh: String,
    /// False when the county does not use it.
    is_active: bool,
    /// 0 for the shipped row, and one more with each change by the county.
    version: u32,
}

/// What a mechanism shall be.
#[derive(Deserialize, Validate, ToSchema)]
pub struct MechanismRequest {
    /// Its name.
    #[garde(length(chars, min = 2, max = 60))]
    name_zh: String,
    /// When it begins.
    #[garde(length(chars, min = 2, max = 300))]
    trigger_zh: String,
    /// Who leads.
    #[garde(length(chars, min = 2, max = 60))]
    lead: String,
    /// Who takes part.
    #[garde(length(max = 24), inner(length(chars, min = 2, max = 60)))]
    members: Vec<String>,
    /// Calendar days within which it should have an outcome.
    #[garde(range(min = 1, max = 365))]
    days: u16,
    /// How it works.
    #[garde(length(chars, min = 2, max = 2000))]
    guide_zh: String,
    /// False when the county does not use it.
    #[garde(skip)]
    is_active: bool,
    /// The version of the row on which it was decided; 0 for a new or a shipped one.
    #[garde(skip)]
    base_version: u32,
}

/// Lists the mechanisms of the caller's county.
#[utoipa::path(get, path = "/api/v1/mechanisms", tag = "catalogue", responses((status = 200, body = [MechanismView])))]
pub async fn list_mechanisms(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<Vec<MechanismView>>, Problem> {
    let mut conn = pool::acquire(&state.pool).await?;
    let all = county::list_mechanisms(&mut conn, &CountyPrefix::of(&caller.region)).await?;
    Ok(Json(all.into_iter().map(MechanismView::from).collect()))
}

/// Adds a mechanism to the caller's county, or changes one.
#[utoipa::path(put, path = "/api/v1/mechanisms/{code}", tag = "catalogue",
    params(("code" = String, Path, description = "Its stable code, such as `wages`")),
    request_body = MechanismRequest, responses((status = 200, body = MechanismView)))]
pub async fn set_mechanism(
    State(state): State<AppState>,
    caller: Caller,
    Path(code): Path<String>,
    Json(asked): Json<MechanismRequest>,
) -> Result<Json<MechanismView>, Problem> {
    let county = governed(&caller)?;
    let mechanism = Mechanism {
        code: checked_code(&code)?.to_owned(),
        name_zh: asked.name_zh,
        trigger_zh: asked.trigger_zh,
        lead: asked.lead,
        members: asked.members,
        days: asked.days,
        guide_zh: asked.guide_zh,
    };
    let now = state.clock.now();
    let change = change(&county, &caller, asked.base_version, now);
    let mut tx = pool::begin(&state.pool).await?;
    let version = county::set_mechanism(&mut tx, change, &mechanism, asked.is_active)
        .await?
        .ok_or(Problem::Stale)?;
    let mut entry = caller.act(now, "set_mechanism");
    entry.object = Some(&code);
    identity::commit_for(&caller, tx, &[entry], now).await?;
    let kept = VersionedRow {
        row: mechanism,
        version,
        is_active: asked.is_active,
    };
    Ok(Json(kept.into()))
}

impl From<VersionedRow<Mechanism>> for MechanismView {
    fn from(kept: VersionedRow<Mechanism>) -> Self {
        Self {
            code: kept.row.code,
            name_zh: kept.row.name_zh,
            trigger_zh: kept.row.trigger_zh,
            lead: kept.row.lead,
            members: kept.row.members,
            days: kept.row.days,
            guide_zh: kept.row.guide_zh,
            is_active: kept.is_active,
            version: kept.version,
        }
    }
}
