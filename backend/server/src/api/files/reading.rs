//! `GET /api/v1/cases/{id}/evidence/{evidence}/file`: the original of a piece of evidence, with a
//! line in the audit log.

use crate::{
    access::{Caller, reach},
    identity,
    problem::{Path, Problem},
    state::AppState,
};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use hejie_case::{
    disclosure::FieldClass,
    ids::{CaseId, EntryId},
};
use hejie_registry::{
    audit::AuditEvent,
    case,
    file::{self, Original},
    pool::{self, PgConnection},
};
use uuid::Uuid;

/// The kind of an original of which nobody said another.
pub(crate) const UNKNOWN_KIND: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// Reads the original of a piece of evidence.
#[utoipa::path(get, path = "/api/v1/cases/{id}/evidence/{evidence}/file", tag = "files",
    params(("id" = Uuid, Path, description = "The case"), ("evidence" = Uuid, Path, description = "The piece of evidence")),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream")))]
pub async fn read_file(
    State(state): State<AppState>,
    caller: Caller,
    Path((id, evidence)): Path<(Uuid, Uuid)>,
) -> Result<Response, Problem> {
    let (case, evidence) = (CaseId::from(id), EntryId::from(evidence));
    let mut tx = pool::begin(&state.pool).await?;
    let now = state.clock.now();
    let stored = case::lookup(&mut tx, case)
        .await?
        .ok_or(Problem::NotFound)?;
    let allowed = reach::of_class(&caller, &stored.facts, FieldClass::Evidence, now);
    let object = evidence.to_string();
    let line = AuditEvent {
        object: Some(&object),
        case: Some(case),
        ok: allowed.is_ok(),
        ..caller.act(now, "read_file")
    };
    let original = match allowed {
        Ok(_) => Ok(original(&mut tx, case, evidence).await?),
        Err(problem) => Err(problem),
    };
    identity::commit_for(&caller, tx, &[line], now).await?;
    let original = original?;
    let hash = original.hash.ok_or_else(missing)?;
    let bytes = state.files.open(hash).await?.ok_or_else(missing)?;
    let kind = HeaderValue::from_str(&original.mime);
    let body = Body::from_stream(bytes);
    Ok(attachment(
        kind.unwrap_or(UNKNOWN_KIND),
        original.size,
        body,
    ))
}

/// The answer that hands out an original: what somebody photographed is never run as a page of
/// ours.
pub(crate) fn attachment(kind: HeaderValue, size: u64, bytes: Body) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_LENGTH, size.into()),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment"),
        ),
    ];
    (headers, bytes).into_response()
}

/// The file of a piece of evidence, if it has arrived with this case.
async fn original(
    conn: &mut PgConnection,
    case: CaseId,
    evidence: EntryId,
) -> Result<Original, Problem> {
    let original = file::original(conn, case, evidence).await?;
    let original = original.ok_or(Problem::NotFound)?;
    let arrived = match original.hash {
        Some(hash) => file::arrival(conn, case, hash).await?,
        None => None,
    };
    match arrived {
        Some((size, _)) => Ok(Original { size, ..original }),
        None => Err(missing()),
    }
}

fn missing() -> Problem {
    let zh = "该证据的原件尚未上传，请联系采集人连网同步。";
    Problem::refused("file_not_arrived", zh)
}
