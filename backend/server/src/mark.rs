//! The mark of a registry, kept where a backup of the database does not reach: beside the database
//! and beside the files.
//!
//! It is written before a case number can be seen, so that a registry that was set back knows it
//! (issue: case numbers given twice, acknowledged words that phones alone still hold) without
//! anybody saying so:
//!
//! - A number is always given beyond what any mark has seen. One that was noted and then not given
//!   leaves a gap, never a double.
//! - A registry whose feeds are behind the mark was restored: its epoch moves before anything else
//!   happens.
//!
//! Losing a mark costs nothing but this knowledge; phones still show newer attestations then, and
//! numbers go on right behind the marks only where all of them are there ([`Marks::ahead_of`]).
//! Orders of destruction lie beside the marks (`destroyed`), what was taken back from people and
//! channels (`revoked`) or replaced (`replaced`), and what was given back to them (`lifted`). That
//! the registry was set back under a running server shows in its audit log (`log_end`). Servers of
//! one registry share the folder of files, which bears a name (`folder`).

mod destroyed;
mod folder;
mod lifted;
mod log_end;
mod record;
mod recused;
mod replaced;
mod revoked;
mod unread;

pub use folder::FolderFit;
pub use recused::RecusedElsewhere;
pub use replaced::stored_hash;
pub use unread::UnreadRecord;

use crate::{
    files::{FileStore, FileStoreError},
    problem::Problem,
    telemetry::whole,
};
use hejie_registry::{
    audit::{self, LogEnd},
    error::RegistryError,
    mark::{self, MarkedRegistry, RegistryMark},
    pool::{self, PgConnection, PgPool},
};
use jiff::Timestamp;
use log_end::SeenLogEnd;
use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
};
use uuid::Uuid;

/// The places where marks are kept. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Marks {
    /// Beside the database; none in tests that need none.
    directory: Option<Arc<PathBuf>>,
    files: FileStore,
    seen: Arc<SeenLogEnd>,
}

/// Why a mark is not read or kept.
#[derive(Debug, thiserror::Error)]
pub enum MarkError {
    /// The file beside the database failed.
    #[error("the mark beside the database cannot be read or written")]
    File(#[source] io::Error),
    /// The file store failed.
    #[error("the mark beside the files cannot be read or written")]
    Files(#[from] FileStoreError),
    /// A mark is not what was written.
    #[error("a mark does not read")]
    Malformed(#[source] serde_json::Error),
    /// An order of destruction is there, and reads in no place.
    #[error("the order {file} beside the marks reads nowhere")]
    Unread {
        /// Its file.
        file: String,
    },
    /// Some of what was to be noted is noted, and the rest is not.
    #[error("some of it is noted, and the rest is not")]
    Begun(#[source] Box<MarkError>),
    /// Postgres failed.
    #[error("the registry failed")]
    Registry(#[from] RegistryError),
}

/// A registry that was set back, and how far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetBack {
    /// The epoch that has begun.
    pub epoch: u64,
    /// About how much is gone: rows of feeds and cases.
    pub rows: u64,
}

/// A case number that was taken in a transaction. Nobody may see it before it is noted.
#[derive(Debug)]
#[must_use = "a number that is not noted may be given again after a restore"]
pub struct DrawnNumber {
    /// The running number.
    pub number: u64,
    registry: Uuid,
    next: RegistryMark,
}

impl From<MarkError> for Problem {
    fn from(error: MarkError) -> Self {
        match error {
            MarkError::Registry(error) => error.into(),
            // Nothing is done that is not kept; the same may be asked for again.
            other => Self::Unavailable(Some(Arc::new(other))),
        }
    }
}

impl Marks {
    /// Marks beside the database, in this directory, and beside the files.
    #[must_use]
    pub fn new(directory: Option<PathBuf>, files: FileStore) -> Self {
        Self {
            directory: directory.map(Arc::new),
            files,
            seen: Arc::default(),
        }
    }

    /// Looks whether the registry was set back since it was last marked, and if so begins a new
    /// epoch; notes how far it is, destroys again what was destroyed before, and takes back again
    /// what was taken back from people. Call it before anything is served, and now and then.
    ///
    /// # Errors
    /// When a mark or the registry cannot be read or written.
    pub async fn check(&self, pool: &PgPool, now: Timestamp) -> Result<Option<SetBack>, MarkError> {
        // Of before the look: what is replaced while it lasts is noticed by whoever comes in next.
        let mut conn = pool::acquire(pool).await?;
        let (end, _) = audit::follow(&mut conn, &LogEnd::default()).await?;
        drop(conn);
        let found = self.compare(pool, now).await?;
        // An order that reads nowhere keeps nobody in who was put out.
        let destroyed = self.destroy_all_again(pool, now).await;
        self.revoke_all_again(pool, now).await?;
        destroyed?;
        self.seen.replace(end);
        Ok(found)
    }

    async fn compare(&self, pool: &PgPool, now: Timestamp) -> Result<Option<SetBack>, MarkError> {
        let mut tx = pool::begin(pool).await?;
        mark::lock(&mut tx).await?;
        let MarkedRegistry { registry, mark } = mark::read(&mut tx).await?;
        let seen = self.read(registry).await?;
        if mark.is_behind(&seen) {
            let epoch = mark::move_epoch(&mut tx, &seen, now).await?;
            // How far the feeds went is counted anew; the counters stand behind the mark.
            let next = mark::read(&mut tx).await?.mark;
            self.write(registry, &next).await?;
            pool::commit(tx).await?;
            let rows = seen.position.saturating_sub(mark.position);
            return Ok(Some(SetBack { epoch, rows }));
        }
        let next = mark.joined(&seen);
        if next != seen {
            self.write(registry, &next).await?;
        }
        Ok(None)
    }

    /// Takes the next number of a county and year in the caller's transaction; whoever rolls it
    /// back has taken none. Others wait for theirs until it ends. [`Self::note`] it before the
    /// commit, and as late as can be: from then on it is used up. The transaction has written no
    /// feed before: what is marked must be committed.
    ///
    /// # Errors
    /// When a mark or the registry cannot be read: then no number is given.
    pub async fn draw(
        &self,
        tx: &mut PgConnection,
        county: &str,
        year: i16,
        now: Timestamp,
    ) -> Result<DrawnNumber, MarkError> {
        mark::lock(tx).await?;
        let MarkedRegistry { registry, mark } = mark::read(tx).await?;
        let seen = self.read(registry).await?;
        let series = mark::series(county, year);
        let floor = seen.numbers.get(&series).copied().unwrap_or_default();
        let mut next = if mark.is_behind(&seen) {
            // The database was replaced under a running server.
            mark::move_epoch(tx, &seen, now).await?;
            let moved = mark::read(tx).await?.mark;
            RegistryMark {
                position: mark.position,
                ..moved
            }
        } else {
            mark.joined(&seen)
        };
        let number = mark::next_number(tx, county, year, floor).await?;
        next.numbers.insert(series, number);
        Ok(DrawnNumber {
            number,
            registry,
            next,
        })
    }

    /// Notes in every place that a number is given. Only then may its transaction commit.
    ///
    /// # Errors
    /// When a mark cannot be written: then the number must not be given.
    pub async fn note(&self, drawn: &DrawnNumber) -> Result<(), MarkError> {
        self.write(drawn.registry, &drawn.next).await
    }

    /// What was seen of a registry that knows less of itself, so that the marks were not set back
    /// with it, and every number that was given is known; none where a place has no mark or one
    /// that does not read, or where the marks stand no further.
    ///
    /// # Errors
    /// When a place cannot be read.
    pub async fn ahead_of(
        &self,
        known: &MarkedRegistry,
    ) -> Result<Option<RegistryMark>, MarkError> {
        let kept = self.files.read_mark(known.registry).await?;
        let mut places = vec![kept.map(Vec::from)];
        if self.directory.is_some() {
            places.push(self.read_file(known.registry)?);
        }
        let mut seen = known.mark.clone();
        for place in places {
            match place.map(|bytes| parse(&bytes)) {
                Some(Ok(mark)) => seen = seen.joined(&mark),
                Some(Err(_)) | None => return Ok(None),
            }
        }
        Ok(Some(seen).filter(|seen| *seen != known.mark))
    }

    /// What all places together have seen of a registry; nothing where none was kept. A place that
    /// does not read is passed over where another one does, and written again with the next mark.
    async fn read(&self, registry: Uuid) -> Result<RegistryMark, MarkError> {
        let places = [
            self.read_file(registry)?,
            self.files.read_mark(registry).await?.map(Into::into),
        ];
        let (mut seen, mut unread) = (None::<RegistryMark>, None);
        for bytes in places.iter().flatten() {
            match parse(bytes) {
                Ok(mark) => seen = Some(seen.unwrap_or_default().joined(&mark)),
                Err(error) => unread = Some(error),
            }
        }
        match (seen, unread) {
            (None, Some(error)) => Err(error),
            (seen, unread) => {
                if let Some(error) = unread {
                    tracing::error!(
                        error.chain = %whole(&error),
                        "one of two marks does not read; the other one counts"
                    );
                }
                Ok(seen.unwrap_or_default())
            }
        }
    }

    async fn write(&self, registry: Uuid, mark: &RegistryMark) -> Result<(), MarkError> {
        let bytes = serde_json::to_vec(mark).map_err(MarkError::Malformed)?;
        if let Some(directory) = &self.directory {
            replace(&file(directory, registry), &bytes).map_err(MarkError::File)?;
        }
        Ok(self.files.put_mark(registry, bytes).await?)
    }

    fn read_file(&self, registry: Uuid) -> Result<Option<Vec<u8>>, MarkError> {
        let Some(directory) = &self.directory else {
            return Ok(None);
        };
        match fs::read(file(directory, registry)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(MarkError::File(error)),
        }
    }
}

fn parse(bytes: &[u8]) -> Result<RegistryMark, MarkError> {
    serde_json::from_slice(bytes).map_err(MarkError::Malformed)
}

fn file(directory: &Path, registry: Uuid) -> PathBuf {
    directory.join(format!("mark-{registry}.json"))
}

/// Writes a file such that after a crash either the old or the new one is there, whole.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = path.with_extension("new");
    let mut out = fs::File::create(&new)?;
    out.write_all(bytes)?;
    out.sync_all()?;
    fs::rename(&new, path)?;
    match path.parent() {
        Some(directory) => fs::File::open(directory)?.sync_all(),
        None => Ok(()),
    }
}
