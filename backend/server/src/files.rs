//! Files of evidence (R016): their own way up, beside the exchange and never before it (PP12), and
//! their reading.
//!
//! - [`store`]: the bytes; parts on their way, whole files under their SHA-256.
//! - [`expire`]: uploads, and files of a deposit, that nobody goes on with.
//!
//! A file counts as arrived when it was hashed whole. The reconciler is told; until then its
//! evidence is 待上传 and the case waits (M17).

pub mod store;

pub(crate) use store::MarkRecord;
pub use store::{FileStore, FileStoreError};

use crate::problem::Problem;
use hejie_registry::{
    deposit, file,
    pool::{self, PgPool},
};
use jiff::{SignedDuration, Timestamp};

/// What has not arrived and to which nothing came for so long is given up; the phone begins it
/// again.
pub(crate) const KEPT: SignedDuration = SignedDuration::from_hours(24 * 7);

/// Gives up uploads and deposited files that nobody goes on with, and returns how many. Their parts
/// go while the rows are held, so that a phone that begins anew meanwhile loses none of what it
/// sends then.
///
/// # Errors
/// Postgres or the file store failed.
pub async fn expire(pool: &PgPool, store: &FileStore, now: Timestamp) -> Result<usize, Problem> {
    let since = now.saturating_sub(KEPT);
    let since = since.unwrap_or(Timestamp::MIN);
    let mut tx = pool::begin(pool).await?;
    let mut ended = file::end_stale(&mut tx, since).await?;
    ended.extend(deposit::file::end_stale(&mut tx, since).await?);
    let mut failed = None;
    for key in &ended {
        // What cannot be removed costs room, and keeps none of the others from going.
        if let Err(error) = store.drop_parts(*key).await {
            failed.get_or_insert(error);
        }
    }
    pool::commit(tx).await?;
    failed.map_or(Ok(ended.len()), |error| Err(error.into()))
}

impl From<FileStoreError> for Problem {
    fn from(error: FileStoreError) -> Self {
        Self::internal(error)
    }
}
