//! The originals that phones out of service deposited, for a person to look at; with a line in the
//! audit log.

use crate::{
    access::Caller,
    api::files::reading::{UNKNOWN_KIND, attachment},
    identity,
    problem::{Path, Problem},
    state::AppState,
};
use axum::{body::Body, extract::State, response::Response};
use hejie_case::ids::{CaseId, FileHash};
use hejie_registry::{audit::AuditEvent, deposit::file, pool};
use uuid::Uuid;

/// Reads an original that was deposited and has arrived whole. Sealed identities are not read here.
#[utoipa::path(get, path = "/api/v1/quarantine/{case_id}/files/{sha256}", tag = "cases",
    params(("case_id" = Uuid, Path, description = "The case for which it was deposited"),
        ("sha256" = String, Path, description = "The hash of the file, hex")),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream")))]
pub async fn read_deposited_file(
    State(state): State<AppState>,
    caller: Caller,
    Path((case, hash)): Path<(Uuid, String)>,
) -> Result<Response, Problem> {
    let hash: FileHash = hash.parse().map_err(|_| Problem::NotFound)?;
    let (case, now) = (CaseId::from(case), state.clock.now());
    let mut tx = pool::begin(&state.pool).await?;
    let size = file::size_of_original(&mut tx, &caller.region, case, hash).await?;
    let size = size.ok_or(Problem::NotFound)?;
    let object = hash.to_string();
    let line = AuditEvent {
        object: Some(&object),
        case: Some(case),
        ..caller.act(now, "read_deposited_file")
    };
    identity::commit_for(&caller, tx, &[line], now).await?;
    let bytes = state.files.open(hash).await?.ok_or(Problem::NotFound)?;
    let body = Body::from_stream(bytes);
    Ok(attachment(UNKNOWN_KIND, size, body))
}
