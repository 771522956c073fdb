//! `POST /sync/v1/deposit/files`: a phone that is out of service hands in the originals and sealed identities that it had not sent, part
//! by part, and goes on where it was cut off. They are bounded for each phone, lie beside the case and never become part of it by
//! themselves; whether there is such a case is not looked at.

use super::{ROOM, act, depositor};
use crate::{
    files::store::Assembled,
    problem::{Json, Problem, Query},
    state::{App, AppState},
};
use axum::{body::Bytes, extract::State, http::HeaderMap};
use hejie_case::ids::{CaseId, EntryId};
use hejie_registry::{
    audit::{self, Act},
    deposit::{
        self, Depositor,
        file::{self, FileExtent, Kind, Named, Progress},
    },
    file::{self as uploads, UploadKey},
    pool::{self, PgConnection},
};
use hejie_wire::limits;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Parts of fewer bytes are counted like other requests of the phone, however much they bring: those that phones send are larger, but
/// for the last of a file.
const LITTLE: usize = 32 << 10;

/// Which file a part is of, and where it begins.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DepositedPart {
    /// The case that the phone captured it for.
    case_id: Uuid,
    /// The piece of evidence, or the party.
    entry_id: Uuid,
    /// What it is.
    #[param(inline)]
    kind: DepositedKind,
    /// The hash of the whole, hex.
    sha256: String,
    /// Bytes of the whole.
    size: u64,
    /// Where this part begins.
    offset: u64,
}

/// What a phone hands in beside changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DepositedKind {
    /// An identity as the phone sealed it.
    Identity,
    /// The original of a piece of evidence.
    Original,
}

/// How far a file is.
#[derive(Debug, Serialize, ToSchema)]
pub struct DepositedPartView {
    /// Bytes that are kept: the next part begins here.
    received: u64,
    /// The phone has handed in as much as it may for now; the rest stays on it.
    full: bool,
}

/// Takes a part of an original or of a sealed identity. A part that does not begin where the file stands is not kept, and the answer
/// says where that is.
#[utoipa::path(
    post,
    path = "/sync/v1/deposit/files",
    operation_id = "deposit_file",
    tag = "exchange",
    params(DepositedPart),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = DepositedPartView))
)]
pub async fn deposit_file(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(sent): Query<DepositedPart>,
    part: Bytes,
) -> Result<Json<DepositedPartView>, Problem> {
    let (by, _) = depositor(&state, &headers).await?;
    let named = sent.named(by, state.settings.file_limit_bytes)?;
    let is_little = part.len() < LITTLE;
    let taken = {
        let _room = ROOM.acquire().await.map_err(Problem::internal)?;
        take(&state, by, &named, sent.offset, part).await
    };
    // What is kept is bounded by its extent; what is asked and brings nothing has no other bound.
    if is_little || !matches!(taken, Ok(Taken::Advanced(_))) {
        state.exchange.pass(by.device).await?;
    }
    let (received, full) = match taken? {
        Taken::Advanced(received) | Taken::Stands(received) => (received, false),
        Taken::Full => (0, true),
    };
    Ok(Json(DepositedPartView { received, full }))
}

/// What became of a part, with the bytes that are kept by then.
enum Taken {
    /// It was kept.
    Advanced(u64),
    /// It was empty, or does not begin where the file stands.
    Stands(u64),
    /// The phone has handed in as much as it may.
    Full,
}

/// Takes a part.
async fn take(
    state: &App,
    by: Depositor,
    named: &Named,
    offset: u64,
    part: Bytes,
) -> Result<Taken, Problem> {
    let now = state.clock.now();
    let mut tx = pool::begin(&state.pool).await?;
    // Holds the phone's place: two requests of it do not pass the same bound at once.
    deposit::extent(&mut tx, by.device).await?;
    let Some(stands) = begun(&mut tx, by, named, now).await? else {
        return Ok(Taken::Full);
    };
    let received = offset.saturating_add(part.len() as u64);
    let fits = offset == stands.received && received <= stands.size;
    if stands.size != named.size {
        return Err(Problem::UploadDiffers);
    }
    if part.is_empty() || !fits {
        pool::commit(tx).await?;
        return Ok(Taken::Stands(stands.received));
    }
    state.files.put_part(named.key, offset, part).await?;
    let is_whole = received == stands.size;
    let differs = is_whole && !finish(state, &mut tx, by, named, now).await?;
    if !is_whole {
        file::advance(&mut tx, named.key, received, false, now).await?;
    }
    pool::commit(tx).await?;
    if is_whole && let Err(error) = state.files.drop_parts(named.key).await {
        tracing::warn!(device.id = %by.device, error.message = %error, "parts of a deposited file could not be removed");
    }
    if differs {
        return Err(Problem::UploadDiffers);
    }
    Ok(Taken::Advanced(received))
}

/// How far a file is, which is begun if the phone may begin one more.
async fn begun(
    conn: &mut PgConnection,
    by: Depositor,
    named: &Named,
    now: Timestamp,
) -> Result<Option<Progress>, Problem> {
    if let Some(known) = file::lock(conn, named.key).await? {
        return Ok(Some(known));
    }
    let since = now.saturating_sub(DAY).unwrap_or(Timestamp::MIN);
    let held = file::extent(conn, by.device, since).await?;
    if !has_room(held, named.size) {
        return Ok(None);
    }
    // Its parts lie in the same place: what the phone had sent of it while it was in service begins anew.
    uploads::end(conn, named.key).await?;
    file::begin(conn, named, by, now).await?;
    Ok(Some(Progress {
        size: named.size,
        received: 0,
    }))
}

fn has_room(held: FileExtent, size: u64) -> bool {
    // One that is larger than what a day has comes alone: otherwise it would stand before all others for ever.
    let fits =
        held.bytes == 0 || held.bytes.saturating_add(size) <= limits::DEPOSIT_FILE_BYTES_A_DAY;
    held.files < limits::DEPOSIT_FILES && fits
}

/// The last part is here: the file is kept if it is what it was said to be. Whether it is.
async fn finish(
    state: &App,
    conn: &mut PgConnection,
    by: Depositor,
    named: &Named,
    now: Timestamp,
) -> Result<bool, Problem> {
    let whole = state.files.assemble(named.key, named.size).await? == Assembled::Whole;
    let received = if whole { named.size } else { 0 };
    file::advance(conn, named.key, received, whole, now).await?;
    let object = named.key.hash.to_string();
    let line = Act {
        action: "deposit_file",
        ok: whole,
        ..act(by, &object, now)
    };
    audit::add(conn, &line).await?;
    Ok(whole)
}

impl DepositedPart {
    fn named(&self, by: Depositor, largest: u64) -> Result<Named, Problem> {
        let (kind, largest) = match self.kind {
            DepositedKind::Identity => (Kind::Identity, limits::DEPOSIT_IDENTITY_BYTES),
            DepositedKind::Original => (Kind::Original, largest),
        };
        if self.size > largest {
            return Err(Problem::TooLarge);
        }
        let hash = self.sha256.parse().ok().filter(|_| self.size > 0);
        let hash = hash.ok_or_else(|| Problem::Invalid {
            detail: "sha256, size".into(),
        })?;
        Ok(Named {
            key: UploadKey {
                case: CaseId(self.case_id),
                hash,
                device: by.device,
            },
            entry: EntryId(self.entry_id),
            kind,
            size: self.size,
        })
    }
}
