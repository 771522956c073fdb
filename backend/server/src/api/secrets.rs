//! What only some may read, and only for a stated purpose (docs/domain/privacy.md#classes-of-data).
//!
//! - `receive`: what phones sealed; `reading`, `statement`: opened for a purpose, with a line in
//!   the audit log before the answer.
//! - `destruction`: by order of a named person; `repeats`: the same person or pair again, by keyed
//!   hashes; `readers`: for the auditor.

mod destruction;
mod keys;
mod readers;
mod reading;
mod receive;
mod repeats;
mod statement;
mod vulnerability;

pub(super) use keys::SealingKeyView;

use crate::state::AppState;
use axum::extract::DefaultBodyLimit;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The largest body: an identity has a handful of short fields.
const BODY_BYTES: usize = 16 << 10;

/// The operations about identities and sealed statements.
pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(keys::get_sealing_key))
        .routes(routes!(receive::add_identity))
        .routes(routes!(reading::read_identity))
        .routes(routes!(statement::read_statement))
        .routes(routes!(vulnerability::read_vulnerability))
        .routes(routes!(destruction::destroy_identity))
        .routes(routes!(repeats::get_repeats))
        .routes(routes!(readers::list_readings))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
}
