//! Files of evidence (R016): their own way up, beside the exchange and never before it (PP12), and their reading.
//!
//! - [`store`]: the bytes; parts on their way, whole files under their SHA-256.
//! - `upload`, `taking`: tus 1.0 (core, creation, expiration), one upload for each phone and file of a case.
//! - `reading`: the original, for those who may see evidence (docs/domain/rules.md#roles), with a
//!   line in the audit log.
//! - [`expire`]: uploads, and files of a deposit, that nobody goes on with.
//!
//! A file counts as arrived when it was hashed whole. Settling is told; until then its evidence is 待上传 and the case waits (M17).

pub(crate) mod reading;
pub mod store;
mod taking;
mod tus;
mod upload;

pub use store::{FileStore, FileStoreError};

use crate::{
    problem::Problem,
    state::{App, AppState},
};
use axum::extract::DefaultBodyLimit;
use hejie_registry::{deposit, file, pool};
use jiff::{SignedDuration, Timestamp};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The largest part of a file in one request.
const PART_BYTES: usize = 1 << 20;
/// What has not arrived and to which nothing came for so long is given up; the phone begins it again.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 7);

/// The operations about files.
pub(crate) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(upload::describe_uploads, upload::create_upload))
        .routes(routes!(upload::get_upload, upload::continue_upload))
        .routes(routes!(reading::read_file))
        .layer(DefaultBodyLimit::max(PART_BYTES))
}

/// Gives up uploads and deposited files that nobody goes on with, and returns how many.
///
/// # Errors
/// Postgres or the file store failed.
pub async fn expire(app: &App) -> Result<usize, Problem> {
    let since = app.clock.now().saturating_sub(KEPT);
    let since = since.unwrap_or(Timestamp::MIN);
    let mut conn = pool::acquire(&app.pool).await?;
    let mut ended = file::end_stale(&mut conn, since).await?;
    ended.extend(deposit::file::end_stale(&mut conn, since).await?);
    let mut failed = None;
    for key in &ended {
        // The others are gone from the registry already: nobody would come back for their parts.
        if let Err(error) = app.files.drop_parts(*key).await {
            failed.get_or_insert(error);
        }
    }
    failed.map_or(Ok(ended.len()), |error| Err(error.into()))
}

impl From<FileStoreError> for Problem {
    fn from(error: FileStoreError) -> Self {
        Self::internal(error)
    }
}
