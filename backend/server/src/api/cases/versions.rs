//! The versions of a disagreement whole: the facts keep of long texts only the passages that
//! differ, and the document the rest.
//!
//! Reading them leaves a line in the audit log, as reading the case does.

use super::detail::People;
use crate::{
    access::{Caller, reach},
    identity,
    problem::{Json, Path, Problem},
    state::AppState,
    worker::Versions,
};
use axum::extract::State;
use hejie_case::view::{Conflict, Variant};
use hejie_registry::{
    case::{self, StoredCase},
    pool,
};
use serde::Serialize;
use serde_bytes::ByteBuf;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// What one author wrote, whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionView {
    /// None for a merged text that nobody wrote.
    author_name: Option<String>,
    /// The whole text.
    text: String,
    /// The changes at which the document reads like this, by hash; empty for what stands where all
    /// versions are merged.
    at: Vec<String>,
}

/// Reads the versions of a disagreement whole, in the order of its variants.
#[utoipa::path(get, path = "/api/v1/cases/{id}/conflicts/{conflict_id}/versions", tag = "cases",
    params(("id" = Uuid, Path, description = "The case"), ("conflict_id" = Uuid, Path, description = "The disagreement")),
    responses((status = 200, body = [VersionView])))]
pub async fn list_conflict_versions(
    State(state): State<AppState>,
    caller: Caller,
    Path((id, conflict)): Path<(Uuid, Uuid)>,
) -> Result<Json<Vec<VersionView>>, Problem> {
    let mut tx = pool::begin(&state.pool).await?;
    let mut stored = case::lookup(&mut tx, id.into())
        .await?
        .ok_or(Problem::NotFound)?;
    let now = state.clock.now();
    let sight = reach::of_case(&caller, &stored.facts, now)?;
    let known = stored.facts.conflicts.get(&conflict.into());
    let known = known.ok_or(Problem::NotFound)?;
    if !sight.shows_variants(known) {
        return Err(Problem::NotAllowed);
    }
    let conflict = known.conflict.clone();
    let people = People::of(&mut tx, &stored, &caller, now).await?;
    let mut entry = caller.act(now, "list_conflict_versions");
    entry.case = Some(stored.case);
    identity::commit_for(&caller, tx, &[entry], now).await?;
    let texts = read(&state, &mut stored, &conflict).await?;
    let version = |(variant, text): (&Variant, String)| VersionView {
        author_name: variant.author.and_then(|actor| people.actor(actor)),
        text,
        at: variant.at.iter().map(ToString::to_string).collect(),
    };
    let versions = conflict.variants.iter().zip(texts).map(version);
    Ok(Json(versions.collect()))
}

async fn read(
    state: &AppState,
    stored: &mut StoredCase,
    conflict: &Conflict,
) -> Result<Vec<String>, Problem> {
    let wanted = Versions {
        case: stored.case,
        snapshot: ByteBuf::from(std::mem::take(&mut stored.snapshot)),
        conflict: conflict.clone(),
    };
    match state.workers.versions(wanted).await {
        Ok(Ok(texts)) => Ok(texts),
        Ok(Err(refusal)) => {
            // What is stored is built anew from the log meanwhile.
            tracing::error!(case.id = %stored.case, reason = refusal.code, "the versions of a disagreement cannot be read");
            state.reconciler.doubt(stored.case);
            Err(Problem::Unavailable(None))
        }
        Err(error) if error.blames_job() => Err(Problem::internal(error)),
        Err(error) => Err(Problem::Unavailable(Some(Arc::new(error)))),
    }
}
