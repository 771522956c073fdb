//! The framework 工作体系 (R007): a tree of rows whose number and names are the county's.

use super::{change, checked_code, governed};
use crate::{
    access::Caller,
    identity,
    problem::{Json, Path, Problem},
    state::AppState,
};
use axum::extract::State;
use garde::Validate;
use hejie_case::catalogue::FrameworkItem;
use hejie_registry::{
    county::{self, CountyPrefix, VersionedRow},
    pool,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A part of the framework.
#[derive(Debug, Serialize, ToSchema)]
pub struct FrameworkView {
    /// Its stable code.
    code: String,
    /// Code of the part above; none for the whole.
    parent: Option<String>,
    /// Its name.
    name_zh: String,
    /// What it means in this county.
    note_zh: String,
    /// False when the county does not use it.
    is_active: bool,
    /// 0 for the shipped row, and one more with each change by the county.
    version: u32,
}

/// What a part of the framework shall be.
#[derive(Deserialize, Validate, ToSchema)]
pub struct FrameworkRequest {
    /// Code of the part above; none for the whole.
    #[garde(length(min = 1, max = 40))]
    parent: Option<String>,
    /// Its name.
    #[garde(length(chars, min = 1, max = 60))]
    name_zh: String,
    /// What it means in this county.
    #[garde(length(chars, max = 1000))]
    note_zh: String,
    /// False when the county does not use it.
    #[garde(skip)]
    is_active: bool,
    /// The version of the row on which it was decided; 0 for a new or a shipped one.
    #[garde(skip)]
    base_version: u32,
}

/// Lists the parts of the framework of the caller's county.
#[utoipa::path(get, path = "/api/v1/framework", tag = "catalogue", responses((status = 200, body = [FrameworkView])))]
pub async fn list_framework(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<Vec<FrameworkView>>, Problem> {
    let mut conn = pool::acquire(&state.pool).await?;
    let all = county::list_framework(&mut conn, &CountyPrefix::of(&caller.region)).await?;
    Ok(Json(all.into_iter().map(FrameworkView::from).collect()))
}

/// Adds a part to the framework of the caller's county, or changes one.
#[utoipa::path(put, path = "/api/v1/framework/{code}", tag = "catalogue",
    params(("code" = String, Path, description = "Its stable code")),
    request_body = FrameworkRequest, responses((status = 200, body = FrameworkView)))]
pub async fn set_framework(
    State(state): State<AppState>,
    caller: Caller,
    Path(code): Path<String>,
    Json(asked): Json<FrameworkRequest>,
) -> Result<Json<FrameworkView>, Problem> {
    let county = governed(&caller)?;
    let item = FrameworkItem {
        code: checked_code(&code)?.to_owned(),
        parent: asked.parent,
        name_zh: asked.name_zh,
        note_zh: asked.note_zh,
    };
    let now = state.clock.now();
    let change = change(&county, &caller, asked.base_version, now);
    let mut tx = pool::begin(&state.pool).await?;
    stands_somewhere(&county::list_framework(&mut tx, &county).await?, &item)?;
    let version = county::set_framework(&mut tx, change, &item, asked.is_active)
        .await?
        .ok_or(Problem::Stale)?;
    let mut entry = caller.act(now, "set_framework");
    entry.object = Some(&code);
    identity::commit_for(&caller, tx, &[entry], now).await?;
    let kept = VersionedRow {
        row: item,
        version,
        is_active: asked.is_active,
    };
    Ok(Json(kept.into()))
}

/// A part stands below one that exists, and never below itself.
fn stands_somewhere(
    all: &[VersionedRow<FrameworkItem>],
    item: &FrameworkItem,
) -> Result<(), Problem> {
    let mut above = item.parent.as_deref();
    for _ in 0..=all.len() {
        let Some(code) = above else { return Ok(()) };
        let parent = all.iter().find(|kept| kept.row.code == code);
        match parent {
            Some(parent) if code != item.code => above = parent.row.parent.as_deref(),
            _ => break,
        }
    }
    Err(Problem::invalid("parent: 上级不存在，或者成了自己的下级"))
}

impl From<VersionedRow<FrameworkItem>> for FrameworkView {
    fn from(kept: VersionedRow<FrameworkItem>) -> Self {
        Self {
            code: kept.row.code,
            parent: kept.row.parent,
            name_zh: kept.row.name_zh,
            note_zh: kept.row.note_zh,
            is_active: kept.is_active,
            version: kept.version,
        }
    }
}
