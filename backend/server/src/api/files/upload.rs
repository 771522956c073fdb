//! `/api/v1/cases/{id}/files`: a phone sends the original of a piece of evidence in parts, and goes
//! on where it was cut off.
//!
//! An upload belongs to the phone that sends it, so that nobody can spoil another's. To begin it
//! again finds the one that was begun; a file that has arrived is answered as a whole upload. A
//! part counts when the file store has it and its row says so.

use super::{
    taking::{arrived, extent, may_send, take},
    tus::{self, Creation},
};
use crate::{
    access::PhoneCaller,
    files::KEPT,
    identity,
    problem::{Path, Problem},
    state::AppState,
};
use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use hejie_case::ids::{CaseId, FileHash};
use hejie_registry::{
    file::{self, UploadKey},
    pool::{self, PgConnection},
};
use hejie_wire::code;
use jiff::{Timestamp, fmt::rfc2822::DateTimePrinter};
use uuid::Uuid;

/// Says what uploads can do here.
#[utoipa::path(options, path = "/api/v1/cases/{id}/files", tag = "files",
    params(("id" = Uuid, Path, description = "The case")),
    responses((status = 204, description = "Version, extensions and the largest size, as tus words it")))]
pub async fn describe_uploads(State(state): State<AppState>) -> Response {
    tus::description(state.settings.file_limit_bytes)
}

/// Begins the upload of a file that evidence of the case names, or finds the one that was begun.
#[utoipa::path(post, path = "/api/v1/cases/{id}/files", tag = "files",
    params(("id" = Uuid, Path, description = "The case"),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
        ("Upload-Length" = u64, Header, description = "Bytes of the whole file"),
        ("Upload-Metadata" = String, Header, description = "`sha256` and the hash in hex, base64")),
    responses((status = 201, description = "`Location` is the upload, `Upload-Offset` how far it is")))]
pub async fn create_upload(
    State(state): State<AppState>,
    phone: PhoneCaller,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Creation { size, hash } = Creation::read(&headers)?;
    let (key, now) = (key(&phone, id.into(), hash), state.clock.now());
    let mut tx = pool::begin(&state.pool).await?;
    may_send(&mut tx, &phone, key.case, now).await?;
    let there = arrived(&state, &mut tx, key).await?;
    // What is here already is here, whatever may come today.
    if there.is_none() && size > state.settings.file_limit_bytes {
        return Err(Problem::TooLarge);
    }
    is_wanted(&mut tx, key, size).await?;
    let extent = match there {
        Some(extent) => extent,
        None => {
            file::begin(&mut tx, key, size, now).await?;
            let begun = extent(&state, &mut tx, key).await?;
            begun.ok_or(Problem::UploadOffset)?
        }
    };
    identity::commit_for(&phone.caller, tx, &[], now).await?;
    let mut answer = tus::standing(StatusCode::CREATED, extent, expiry(now).as_deref());
    let at = format!("/api/v1/cases/{id}/files/{hash}");
    if let Ok(at) = HeaderValue::from_str(&at) {
        answer.headers_mut().insert(header::LOCATION, at);
    }
    Ok(answer)
}

/// Says how far an upload of this phone is.
#[utoipa::path(head, path = "/api/v1/cases/{id}/files/{sha256}", tag = "files",
    params(("id" = Uuid, Path, description = "The case"), ("sha256" = String, Path, description = "The hash of the file, hex"),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`")),
    responses((status = 200, description = "`Upload-Offset` and `Upload-Length`")))]
pub async fn get_upload(
    State(state): State<AppState>,
    phone: PhoneCaller,
    Path((id, hash)): Path<(Uuid, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    tus::check_version(&headers)?;
    let key = key(&phone, id.into(), parsed(&hash)?);
    let mut tx = pool::begin(&state.pool).await?;
    may_send(&mut tx, &phone, key.case, state.clock.now()).await?;
    let extent = extent(&state, &mut tx, key).await?;
    let extent = extent.ok_or(Problem::NotFound)?;
    Ok(tus::standing(StatusCode::OK, extent, None))
}

/// Takes the next part of a file.
#[utoipa::path(patch, path = "/api/v1/cases/{id}/files/{sha256}", tag = "files",
    params(("id" = Uuid, Path, description = "The case"), ("sha256" = String, Path, description = "The hash of the file, hex"),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`"), ("Upload-Offset" = u64, Header, description = "Where the part begins")),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 204, description = "`Upload-Offset` is how far it is now")))]
pub async fn continue_upload(
    State(state): State<AppState>,
    phone: PhoneCaller,
    Path((id, hash)): Path<(Uuid, String)>,
    headers: HeaderMap,
    part: Bytes,
) -> Result<Response, Problem> {
    let offset = tus::offset(&headers)?;
    let key = key(&phone, id.into(), parsed(&hash)?);
    let extent = pool::again(|| take(&state, &phone, key, offset, part.clone())).await?;
    Ok(tus::standing(StatusCode::NO_CONTENT, extent, None))
}

/// Nothing is taken in that no evidence names.
async fn is_wanted(conn: &mut PgConnection, key: UploadKey, size: u64) -> Result<(), Problem> {
    match file::size_in_evidence(conn, key.case, key.hash).await? {
        Some(told) if told == size => Ok(()),
        Some(_) => Err(Problem::UploadDiffers),
        None => Err(Problem::refused(
            code::EVIDENCE_UNKNOWN,
            "服务器尚未收到该证据记录，请同步后自动重试。",
        )),
    }
}

fn key(phone: &PhoneCaller, case: CaseId, hash: FileHash) -> UploadKey {
    UploadKey {
        case,
        hash,
        device: phone.device.id,
    }
}

fn parsed(hash: &str) -> Result<FileHash, Problem> {
    hash.parse().map_err(|_| Problem::NotFound)
}

/// Until when an upload is kept to which nothing comes, as HTTP writes dates.
fn expiry(now: Timestamp) -> Option<String> {
    let until = now.saturating_add(KEPT).ok()?;
    DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&until)
        .ok()
}
