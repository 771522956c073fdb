//! `/api/v1/cases/{id}/files`: a phone sends the original of a piece of evidence in parts, and goes on where it was cut off.
//!
//! An upload belongs to the phone that sends it, so that nobody can spoil another's. To begin it again finds the one that was begun;
//! a file that has arrived is answered as a whole upload. A part counts when the file store has it and its row says so.

use super::{
    KEPT,
    store::Assembled,
    tus::{self, Creation, Extent},
};
use crate::{
    access::Phone,
    problem::{Path, Problem},
    secrets,
    state::{App, AppState},
};
use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use hejie_case::ids::{CaseId, FileHash};
use hejie_registry::{
    audit::{self, Act},
    case,
    file::{self, Arrived, UploadKey},
    pool::{self, PgConnection},
    secret,
};
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
    phone: Phone,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Creation { size, hash } = Creation::read(&headers)?;
    if size > state.settings.file_limit_bytes {
        return Err(Problem::TooLarge);
    }
    let (key, now) = (key(&phone, id.into(), hash), state.clock.now());
    let mut conn = pool::acquire(&state.pool).await?;
    is_allowed(&mut conn, &phone, key.case, now).await?;
    is_wanted(&mut conn, key, size).await?;
    let extent = match file::size_of_arrived(&mut conn, key.case, hash).await? {
        Some(size) => Extent {
            received: size,
            size,
        },
        None => {
            let begun = file::begin(&mut conn, key, size, now).await?;
            Extent {
                received: begun.received,
                size: begun.size,
            }
        }
    };
    let mut answer = tus::standing(StatusCode::CREATED, extent, expiry(now).as_deref());
    let at = format!("/api/v1/cases/{id}/files/{hash}");
    if let Ok(at) = HeaderValue::from_str(&at) {
        answer.headers_mut().insert(header::LOCATION, at);
    }
    Ok(answer)
}

/// Says how far an upload of this phone is.
#[utoipa::path(head, path = "/api/v1/cases/{id}/files/{sha256}", tag = "files",
    params(("id" = Uuid, Path, description = "The case"), ("sha256" = String, Path, description = "The hash of the file, hex")),
    responses((status = 200, description = "`Upload-Offset` and `Upload-Length`")))]
pub async fn get_upload(
    State(state): State<AppState>,
    phone: Phone,
    Path((id, hash)): Path<(Uuid, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    tus::check_version(&headers)?;
    let key = key(&phone, id.into(), parsed(&hash)?);
    let mut tx = pool::begin(&state.pool).await?;
    is_allowed(&mut tx, &phone, key.case, state.clock.now()).await?;
    let extent = extent(&mut tx, key).await?;
    Ok(tus::standing(StatusCode::OK, extent, None))
}

/// Takes the next part of a file.
#[utoipa::path(patch, path = "/api/v1/cases/{id}/files/{sha256}", tag = "files",
    params(("id" = Uuid, Path, description = "The case"), ("sha256" = String, Path, description = "The hash of the file, hex"),
        ("Upload-Offset" = u64, Header, description = "Where the part begins")),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 204, description = "`Upload-Offset` is how far it is now")))]
pub async fn continue_upload(
    State(state): State<AppState>,
    phone: Phone,
    Path((id, hash)): Path<(Uuid, String)>,
    headers: HeaderMap,
    part: Bytes,
) -> Result<Response, Problem> {
    let offset = tus::offset(&headers)?;
    let key = key(&phone, id.into(), parsed(&hash)?);
    let extent = take(&state, &phone, key, offset, part).await?;
    Ok(tus::standing(StatusCode::NO_CONTENT, extent, None))
}

async fn take(
    state: &App,
    phone: &Phone,
    key: UploadKey,
    offset: u64,
    part: Bytes,
) -> Result<Extent, Problem> {
    let mut tx = pool::begin(&state.pool).await?;
    let now = state.clock.now();
    is_allowed(&mut tx, phone, key.case, now).await?;
    let before = extent(&mut tx, key).await?;
    let received = offset + part.len() as u64;
    if offset != before.received || received > before.size {
        return Err(Problem::UploadOffset);
    }
    if part.is_empty() {
        return Ok(before);
    }
    state.files.put_part(key, offset, part).await?;
    file::advance(&mut tx, key, received, now).await?;
    let is_whole = received == before.size;
    let differs = is_whole && !finish(state, &mut tx, phone, key, before.size).await?;
    pool::commit(tx).await?;
    if is_whole {
        // What is left of the parts costs room and nothing else.
        if let Err(error) = state.files.drop_parts(key).await {
            tracing::warn!(case.id = %key.case, error.message = %error, "parts of a file could not be removed");
        }
        state.settling.nudge(key.case);
    }
    if differs {
        return Err(Problem::UploadDiffers);
    }
    Ok(Extent { received, ..before })
}

/// The last part is here: the file counts if it is what it was said to be. Whether it is.
async fn finish(
    state: &App,
    conn: &mut PgConnection,
    phone: &Phone,
    key: UploadKey,
    size: u64,
) -> Result<bool, Problem> {
    let (now, assembled) = (state.clock.now(), state.files.assemble(key, size).await?);
    file::end(conn, key).await?;
    if assembled == Assembled::Whole {
        let arrived = Arrived {
            case: key.case,
            hash: key.hash,
            size,
            at: now,
            by: phone.caller.user,
            device: key.device,
        };
        file::arrive(conn, &arrived).await?;
        case::wake(conn, key.case, now).await?;
    }
    let object = key.hash.to_string();
    let line = Act {
        object: Some(&object),
        case: Some(key.case),
        ok: assembled == Assembled::Whole,
        ..phone.caller.act(now, "add_file")
    };
    audit::add(conn, &line).await?;
    Ok(assembled == Assembled::Whole)
}

/// Those who work on the case, and those who did until some days ago: their work may still be on the way (domain.md 3.1).
async fn is_allowed(
    conn: &mut PgConnection,
    phone: &Phone,
    case: CaseId,
    now: Timestamp,
) -> Result<(), Problem> {
    let since = now.saturating_sub(secrets::AFTERWARDS);
    let since = since.unwrap_or(Timestamp::MIN);
    if secret::is_or_was_member(conn, case, phone.caller.user, since).await? {
        return Ok(());
    }
    Err(match case::facts_version(conn, case).await? {
        Some(_) => refused(
            "not_a_member",
            "您不再负责本案，文件未上传，请交由现承办人重新采集。",
        ),
        None => Problem::NotFound,
    })
}

/// Nothing is taken in that no evidence names.
async fn is_wanted(conn: &mut PgConnection, key: UploadKey, size: u64) -> Result<(), Problem> {
    match file::size_in_evidence(conn, key.case, key.hash).await? {
        Some(told) if told == size => Ok(()),
        Some(_) => Err(Problem::UploadDiffers),
        None => Err(refused(
            "evidence_unknown",
            "服务器尚未收到该证据记录，请同步后自动重试。",
        )),
    }
}

/// How far this phone is; a file that has arrived counts as whole, whoever sent it.
async fn extent(conn: &mut PgConnection, key: UploadKey) -> Result<Extent, Problem> {
    if let Some(size) = file::size_of_arrived(conn, key.case, key.hash).await? {
        return Ok(Extent {
            received: size,
            size,
        });
    }
    let upload = file::lock(conn, key).await?.ok_or(Problem::NotFound)?;
    Ok(Extent {
        received: upload.received,
        size: upload.size,
    })
}

fn key(phone: &Phone, case: CaseId, hash: FileHash) -> UploadKey {
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

fn refused(code: &str, zh: &str) -> Problem {
    Problem::Refused {
        code: code.to_owned(),
        zh: zh.to_owned(),
    }
}
