//! Files of evidence over HTTP (R016).
//!
//! - `upload`, `taking`: tus 1.0 (core, creation, expiration), one upload for each phone and file
//!   of a case.
//! - `reading`: the original, for those who may see evidence (docs/domain/rules.md#roles), with a
//!   line in the audit log.

pub(super) mod reading;
mod taking;
mod tus;
mod upload;

use crate::state::AppState;
use axum::extract::DefaultBodyLimit;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The largest part of a file in one request.
const PART_BYTES: usize = 1 << 20;

/// The operations about files.
pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(upload::describe_uploads, upload::create_upload))
        .routes(routes!(upload::get_upload, upload::continue_upload))
        .routes(routes!(reading::read_file))
        .layer(DefaultBodyLimit::max(PART_BYTES))
}
