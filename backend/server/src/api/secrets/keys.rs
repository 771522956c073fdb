//! `GET /api/v1/keys`: to what phones seal.

use crate::{
    access::PhoneCaller,
    problem::{Json, Problem},
    secrets::handed,
    state::AppState,
};
use axum::extract::State;
use hejie_registry::pool;
use hejie_wire::sealed::Voucher;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// The current sealing key with the root key's signature. Bytes are lower-case hexadecimal.
#[derive(Debug, Serialize, ToSchema)]
pub struct SealingKeyView {
    /// The root key (Ed25519); a phone keeps the one of its enrolment and believes no other.
    root: String,
    /// The name of the sealing key.
    #[schema(example = "3f2a9c41d05be877")]
    key_id: String,
    /// The sealing key (X25519).
    public: String,
    /// When it was made.
    made_at: Timestamp,
    /// Ed25519 over key and time.
    signature: String,
}

impl From<Voucher> for SealingKeyView {
    fn from(voucher: Voucher) -> Self {
        let Voucher {
            root,
            key_id,
            public,
            made_at,
            signature,
        } = voucher;
        Self {
            root,
            key_id,
            public,
            made_at,
            signature,
        }
    }
}

/// Gives the key to which phones seal identities and statements.
#[utoipa::path(get, path = "/api/v1/keys", tag = "secrets", responses((status = 200, body = SealingKeyView)))]
pub async fn get_sealing_key(
    State(state): State<AppState>,
    _phone: PhoneCaller,
) -> Result<Json<SealingKeyView>, Problem> {
    let mut conn = pool::acquire(&state.pool).await?;
    let voucher = handed::voucher(&mut conn, &state.ring).await?;
    Ok(Json(voucher.into()))
}
