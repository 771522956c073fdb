//! Taking parts of a file in: each where the upload stands, and the whole only when it hashes to
//! what it was said to be.

use super::tus::UploadProgress;
use crate::{
    access::{PhoneCaller, reach},
    files::store::Assembled,
    identity,
    problem::Problem,
    state::App,
    telemetry::whole,
};
use axum::body::Bytes;
use hejie_case::ids::CaseId;
use hejie_registry::{
    audit::AuditEvent,
    case::{self, report},
    file::{self, ArrivedFile, UploadKey},
    pool::{self, PgConnection},
};
use jiff::Timestamp;

/// Takes a part that begins where the upload stands, and counts the file with the last one.
pub(super) async fn take(
    state: &App,
    phone: &PhoneCaller,
    key: UploadKey,
    offset: u64,
    part: Bytes,
) -> Result<UploadProgress, Problem> {
    let mut tx = pool::begin(&state.pool).await?;
    let now = state.clock.now();
    identity::look(&mut tx, &phone.caller, now).await?;
    may_send(&mut tx, phone, key.case, now).await?;
    // One that was given up, or that the registry lost, begins anew.
    let before = extent(state, &mut tx, key).await?;
    let before = before.ok_or(Problem::UploadOffset)?;
    let received = offset
        .checked_add(part.len() as u64)
        .ok_or(Problem::UploadOffset)?;
    if offset != before.received || received > before.size {
        return Err(Problem::UploadOffset);
    }
    if part.is_empty() {
        return Ok(before);
    }
    state.files.put_part(key, offset, part).await?;
    file::advance(&mut tx, key, received, now).await?;
    if received < before.size {
        identity::commit_for(&phone.caller, tx, &[], now).await?;
        return Ok(UploadProgress { received, ..before });
    }
    let assembled = finish(state, &mut tx, phone, key, before.size, now).await?;
    if assembled != Assembled::Whole {
        // While the row is held: the phone may begin anew as soon as it is gone.
        drop_parts(state, key).await;
    }
    let object = key.hash.to_string();
    let line = AuditEvent {
        object: Some(&object),
        case: Some(key.case),
        ok: assembled == Assembled::Whole,
        ..phone.caller.act(now, "add_file")
    };
    identity::commit_for(&phone.caller, tx, &[line], now).await?;
    match assembled {
        Assembled::Differs => return Err(Problem::UploadDiffers),
        Assembled::Lost => return Err(Problem::UploadOffset),
        Assembled::Whole => drop_parts(state, key).await,
    }
    state.reconciler.nudge(key.case);
    Ok(UploadProgress {
        received,
        arrived: Some(now),
        ..before
    })
}

/// What is left of the parts costs room and nothing else.
async fn drop_parts(state: &App, key: UploadKey) {
    if let Err(error) = state.files.drop_parts(key).await {
        tracing::warn!(case.id = %key.case, error.chain = %whole(&error), "parts of a file could not be removed");
    }
}

/// The last part is here: the file counts if it is what it was said to be. Where the store lost a
/// part, as one that was put back from a backup, the upload ends, so that the phone begins anew.
async fn finish(
    state: &App,
    conn: &mut PgConnection,
    phone: &PhoneCaller,
    key: UploadKey,
    size: u64,
    now: Timestamp,
) -> Result<Assembled, Problem> {
    let assembled = state.files.assemble(key, size).await?;
    file::end(conn, key).await?;
    if assembled == Assembled::Whole {
        let arrived = ArrivedFile {
            case: key.case,
            hash: key.hash,
            size,
            at: now,
            by: phone.caller.user,
            device: key.device,
        };
        file::arrive(conn, &[arrived]).await?;
        case::wake(conn, key.case, now).await?;
    }
    // Before parts are dropped, which no rollback brings back.
    identity::hold(conn, &phone.caller, now).await?;
    Ok(assembled)
}

/// Who sends files of a case: those who work on it, those who did until some days ago, and who
/// reported it with photographs.
pub(super) async fn may_send(
    conn: &mut PgConnection,
    phone: &PhoneCaller,
    case: CaseId,
    now: Timestamp,
) -> Result<(), Problem> {
    if report::is_reporter(conn, case, phone.caller.user).await? {
        return Ok(());
    }
    let zh = "您不再负责本案，文件未上传，请交由现承办人重新采集。";
    reach::of_delivery(conn, phone, case, now, zh).await
}

/// A file that has arrived, whoever sent it, as a whole upload; none while it has not, or where its
/// bytes were lost.
pub(super) async fn arrived(
    state: &App,
    conn: &mut PgConnection,
    key: UploadKey,
) -> Result<Option<UploadProgress>, Problem> {
    match file::arrival(conn, key.case, key.hash).await? {
        Some((size, at)) if state.files.has(key.hash).await? => Ok(Some(UploadProgress {
            received: size,
            size,
            arrived: Some(at),
        })),
        _ => Ok(None),
    }
}

/// How far this phone is; none when it has not begun.
pub(super) async fn extent(
    state: &App,
    conn: &mut PgConnection,
    key: UploadKey,
) -> Result<Option<UploadProgress>, Problem> {
    if let Some(extent) = arrived(state, conn, key).await? {
        return Ok(Some(extent));
    }
    let upload = file::lock(conn, key).await?;
    Ok(upload.map(|upload| UploadProgress {
        received: upload.received,
        size: upload.size,
        arrived: None,
    }))
}
