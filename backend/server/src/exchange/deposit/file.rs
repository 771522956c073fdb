//! A phone that is out of service hands in the originals and sealed identities that it had not
//! sent, part by part, and goes on where it was cut off. They are bounded for each phone, lie
//! beside the case and never become part of it by themselves; whether there is such a case is not
//! looked at.

use super::{ROOM, act};
use crate::{exchange::Exchange, files::store::Assembled, problem::Problem, telemetry::whole};
use axum::body::Bytes;
use hejie_registry::{
    audit::{self, AuditEvent},
    deposit::{
        self, Depositor,
        file::{self, DepositedFileProgress, FileExtent, NamedFile},
    },
    file as uploads,
    pool::{self, PgConnection},
};
use hejie_wire::limits;
use jiff::{SignedDuration, Timestamp};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Parts of fewer bytes are counted like other requests of the phone, however much they bring:
/// those that phones send are larger, but for the last of a file.
const LITTLE: usize = 32 << 10;

/// What became of a part, with the bytes of its file that are kept by then.
pub(crate) enum PartTaken {
    /// It was kept.
    Advanced(u64),
    /// It was empty, or does not begin where the file stands.
    Stands(u64),
    /// The phone has handed in as much as it may.
    Full,
}

/// Takes a part. What is kept is bounded by its extent; what is asked and brings little or nothing
/// is counted like any request.
///
/// # Errors
/// The part belongs to another file, the phone asks too often, or Postgres or the store failed.
pub(crate) async fn take(
    state: &Exchange,
    by: Depositor,
    named: &NamedFile,
    offset: u64,
    part: Bytes,
) -> Result<PartTaken, Problem> {
    let is_little = part.len() < LITTLE;
    let taken = {
        let _room = ROOM.acquire().await.map_err(Problem::internal)?;
        keep(state, by, named, offset, part).await
    };
    if is_little || !matches!(taken, Ok(PartTaken::Advanced(_))) {
        state.limits.pass(by.device).await?;
    }
    taken
}

async fn keep(
    state: &Exchange,
    by: Depositor,
    named: &NamedFile,
    offset: u64,
    part: Bytes,
) -> Result<PartTaken, Problem> {
    let now = state.clock.now();
    let mut tx = pool::begin(&state.pool).await?;
    // Holds the phone's place: two requests of it do not pass the same bound at once.
    deposit::extent(&mut tx, by.device).await?;
    let Some(stands) = begun(&mut tx, by, named, now).await? else {
        return Ok(PartTaken::Full);
    };
    let received = offset.saturating_add(part.len() as u64);
    let fits = offset == stands.received && received <= stands.size;
    if stands.size != named.size {
        return Err(Problem::UploadDiffers);
    }
    if part.is_empty() || !fits {
        pool::commit(tx).await?;
        return Ok(PartTaken::Stands(stands.received));
    }
    state.files.put_part(named.key, offset, part).await?;
    if received < stands.size {
        file::advance(&mut tx, named.key, received, false, now).await?;
        pool::commit(tx).await?;
        return Ok(PartTaken::Advanced(received));
    }
    let assembled = finish(state, &mut tx, by, named, now).await?;
    if assembled != Assembled::Whole {
        // While the row is held: the phone may begin anew as soon as that is let go of.
        drop_parts(state, named).await;
    }
    pool::commit(tx).await?;
    match assembled {
        Assembled::Differs => return Err(Problem::UploadDiffers),
        Assembled::Lost => return Ok(PartTaken::Stands(0)),
        Assembled::Whole => drop_parts(state, named).await,
    }
    Ok(PartTaken::Advanced(received))
}

/// What is left of the parts costs room and nothing else.
async fn drop_parts(state: &Exchange, named: &NamedFile) {
    if let Err(error) = state.files.drop_parts(named.key).await {
        tracing::warn!(device.id = %named.key.device, error.chain = %whole(&error), "parts of a deposited file could not be removed");
    }
}

/// How far a file is, which is begun if the phone may begin one more.
async fn begun(
    conn: &mut PgConnection,
    by: Depositor,
    named: &NamedFile,
    now: Timestamp,
) -> Result<Option<DepositedFileProgress>, Problem> {
    if let Some(known) = file::lock(conn, named.key).await? {
        return Ok(Some(known));
    }
    let since = now.saturating_sub(DAY).unwrap_or(Timestamp::MIN);
    let held = file::extent(conn, by.device, since, now).await?;
    if !has_room(held, named.size) {
        return Ok(None);
    }
    // Its parts lie in the same place: what the phone had sent of it while it was in service begins
    // anew.
    uploads::end(conn, named.key).await?;
    file::begin(conn, named, by, now).await?;
    Ok(Some(DepositedFileProgress {
        size: named.size,
        received: 0,
    }))
}

fn has_room(held: FileExtent, size: u64) -> bool {
    // One that is larger than what a day has comes alone: otherwise it would stand before all
    // others for ever.
    let fits =
        held.bytes == 0 || held.bytes.saturating_add(size) <= limits::DEPOSIT_FILE_BYTES_A_DAY;
    held.files < limits::DEPOSIT_FILES && fits
}

/// The last part is here: the file is kept if it is what it was said to be; otherwise, and where
/// the store lost a part, it begins anew.
async fn finish(
    state: &Exchange,
    conn: &mut PgConnection,
    by: Depositor,
    named: &NamedFile,
    now: Timestamp,
) -> Result<Assembled, Problem> {
    let assembled = state.files.assemble(named.key, named.size).await?;
    let whole = assembled == Assembled::Whole;
    let received = if whole { named.size } else { 0 };
    file::advance(conn, named.key, received, whole, now).await?;
    let object = named.key.hash.to_string();
    let line = AuditEvent {
        action: "deposit_file",
        ok: whole,
        ..act(by, &object, now)
    };
    audit::add(conn, &line).await?;
    Ok(assembled)
}
