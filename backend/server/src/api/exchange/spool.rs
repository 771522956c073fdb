//! A large body on its way: in a file while it comes, so that a slow line holds some of the disk,
//! and neither memory nor a place for which others wait.
//!
//! The file has no name. Whatever ends the request, or the server, takes it away.

use super::body::{too_large, unread};
use crate::{problem::Problem, telemetry::whole};
use axum::body::Body;
use std::{env, io};
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt},
    task,
};
use tokio_stream::StreamExt;

/// A body that has come whole.
pub(super) struct Spool {
    file: File,
    bytes: usize,
}

impl Spool {
    /// Keeps a body as it comes.
    ///
    /// # Errors
    /// The body is larger than `limit` or ended early, or there is no room for it.
    pub(super) async fn of(body: Body, limit: usize) -> Result<Self, Problem> {
        let file = task::spawn_blocking(tempfile::tempfile).await;
        let file = file
            .map_err(Problem::internal)?
            .map_err(|error| no_room(&error))?;
        let (mut file, mut bytes) = (File::from_std(file), 0);
        let mut parts = body.into_data_stream();
        while let Some(part) = parts.next().await {
            let part = part.map_err(|error| unread(&error, limit))?;
            bytes += part.len();
            if bytes > limit {
                return Err(too_large(limit));
            }
            file.write_all(&part)
                .await
                .map_err(|error| no_room(&error))?;
        }
        file.flush().await.map_err(|error| no_room(&error))?;
        Ok(Self { file, bytes })
    }

    /// The whole body.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(super) async fn read(mut self) -> Result<Vec<u8>, Problem> {
        let mut whole = Vec::with_capacity(self.bytes);
        self.file.rewind().await.map_err(Problem::internal)?;
        let read = self.file.read_to_end(&mut whole).await;
        read.map_err(Problem::internal)?;
        Ok(whole)
    }
}

/// The phone comes again later, and sends what is not large meanwhile.
fn no_room(error: &io::Error) -> Problem {
    let folder = env::temp_dir();
    tracing::error!(
        folder = %folder.display(),
        error.chain = %whole(error),
        "a large request cannot be kept while it comes"
    );
    Problem::Unavailable(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Bytes;

    fn body(parts: &[&'static [u8]]) -> Body {
        let parts = parts.iter().map(|part| Ok(Bytes::from_static(part)));
        let parts: Vec<Result<Bytes, io::Error>> = parts.collect();
        Body::from_stream(tokio_stream::iter(parts))
    }

    #[tokio::test]
    async fn what_came_in_parts_is_read_whole() {
        let spool = Spool::of(body(&[b"one ", b"", b"two"]), 7).await;
        let whole = spool.ok().unwrap().read().await.ok().unwrap();
        assert_eq!(whole, b"one two");
    }

    #[tokio::test]
    async fn what_is_larger_than_it_may_be_is_not_kept() {
        let spool = Spool::of(body(&[b"one ", b"two"]), 6).await;
        assert!(matches!(spool, Err(Problem::Exchange(_))));
    }
}
