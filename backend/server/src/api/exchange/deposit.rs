//! `POST /sync/v1/deposit` and `/sync/v1/deposit/files`: what a phone that is out of service had
//! not sent.

use super::body;
use crate::{
    exchange::deposit::{
        self, depositor,
        file::{self, PartTaken},
    },
    problem::{Json, Problem, Query},
    state::AppState,
};
use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, header},
};
use hejie_case::ids::{CaseId, ChangeHash, EntryId};
use hejie_registry::{
    deposit::{
        Depositor,
        file::{DepositedFileKind, NamedFile},
    },
    file::UploadKey,
};
use hejie_wire::{limits, message::PROTOCOL};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// What became of a deposit.
#[derive(Debug, Serialize, ToSchema)]
pub struct DepositView {
    /// The changes that are kept now, or were before, by their hashes; whatever case they were sent
    /// for.
    kept: Vec<String>,
    /// Changes that are not what this phone can have written.
    refused: u32,
    /// The phone has deposited as much as it may; the rest stays on it.
    full: bool,
}

/// Which file a part is of, and where it begins.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DepositPartParams {
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

/// Takes what a phone that is out of service had not sent. It authenticates by its last refresh
/// token, in `Authorization: Bearer`.
#[utoipa::path(
    post,
    path = "/sync/v1/deposit",
    operation_id = "deposit_changes",
    tag = "exchange",
    request_body(content = Vec<u8>, content_type = "application/vnd.hejie.exchange+cbor"),
    responses((status = 200, body = DepositView))
)]
pub(super) async fn deposit_changes(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<DepositView>, Problem> {
    let (by, device) = depositor(&state.exchange, refresh_token(&headers)?).await?;
    state.exchange.limits.pass(by.device).await?;
    let up = body::read_small(&headers, body).await?;
    if up.v != PROTOCOL {
        return Err(Problem::ProtocolUnknown);
    }
    if up.device != by.device {
        return Err(Problem::WrongDevice);
    }
    let taken = deposit::take(&state.exchange, by, &device, &up).await?;
    Ok(Json(DepositView {
        kept: taken.kept.iter().map(ChangeHash::to_string).collect(),
        refused: taken.refused,
        full: taken.full,
    }))
}

/// Takes a part of an original or of a sealed identity. A part that does not begin where the file
/// stands is not kept, and the answer says where that is.
#[utoipa::path(
    post,
    path = "/sync/v1/deposit/files",
    operation_id = "deposit_file",
    tag = "exchange",
    params(DepositPartParams),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = DepositedPartView))
)]
pub async fn deposit_file(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(sent): Query<DepositPartParams>,
    part: Bytes,
) -> Result<Json<DepositedPartView>, Problem> {
    let (by, _) = depositor(&state.exchange, refresh_token(&headers)?).await?;
    let named = sent.named(by, state.exchange.file_limit_bytes)?;
    let taken = file::take(&state.exchange, by, &named, sent.offset, part).await?;
    let (received, full) = match taken {
        PartTaken::Advanced(received) | PartTaken::Stands(received) => (received, false),
        PartTaken::Full => (0, true),
    };
    Ok(Json(DepositedPartView { received, full }))
}

/// The token by which a phone that is out of service shows which one it was.
fn refresh_token(headers: &HeaderMap) -> Result<&str, Problem> {
    headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
        .ok_or(Problem::NotSignedIn)
}

impl DepositPartParams {
    fn named(&self, by: Depositor, largest: u64) -> Result<NamedFile, Problem> {
        let (kind, largest) = match self.kind {
            DepositedKind::Identity => {
                (DepositedFileKind::Identity, limits::DEPOSIT_IDENTITY_BYTES)
            }
            DepositedKind::Original => (DepositedFileKind::Original, largest),
        };
        if self.size > largest {
            return Err(Problem::TooLarge);
        }
        let hash = self.sha256.parse().ok().filter(|_| self.size > 0);
        let hash = hash.ok_or_else(|| Problem::invalid("sha256, size"))?;
        Ok(NamedFile {
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
