//! Why a private Postgres could not be started, in words that say what to do.

use super::binaries::OLDEST_MAJOR;
use std::{io, path::PathBuf, process::ExitStatus};

/// What is in the way of a private Postgres.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No server binaries were found.
    #[error(
        "PostgreSQL {OLDEST_MAJOR} or newer was not found. Install it (Debian, Ubuntu: `apt-get install postgresql-{OLDEST_MAJOR}`; \
         openEuler, Kylin: `dnf install postgresql-server`), name its folder with HEJIE_PG_BIN, \
         or set DATABASE_URL to use a server that runs already"
    )]
    NoBinaries,
    /// The named folder does not hold the binaries.
    #[error("{} does not hold `initdb` and `postgres`: correct database.binaries (HEJIE_PG_BIN)", .0.display())]
    NotBinaries(PathBuf),
    /// Only an old version was found.
    #[error("PostgreSQL {found} in {} is too old: install version {OLDEST_MAJOR} or newer", .at.display())]
    TooOld {
        /// The version that was found.
        found: u32,
        /// Where.
        at: PathBuf,
    },
    /// The cluster was made by a version that is not installed.
    #[error(
        "the data in {} were made by PostgreSQL {made_by}, which is not installed: install postgresql-{made_by}, \
         or carry the data over with pg_upgrade", .at.display()
    )]
    OtherVersion {
        /// The version that made the cluster.
        made_by: u32,
        /// The cluster.
        at: PathBuf,
    },
    /// Another server holds the directory.
    #[error("another hejie is running on {}: stop it first, or choose another directory with --data", .0.display())]
    InUse(PathBuf),
    /// The data belong to somebody else.
    #[error(
        "{} belongs to user {owner}: start hejie as that user or as root, or choose another directory with --data", .at.display()
    )]
    NotMine {
        /// The directory.
        at: PathBuf,
        /// The number of its owner.
        owner: u32,
    },
    /// The database account cannot reach the directory, and a user namespace is not to be had.
    #[error(
        "Postgres may not run as root, and another account cannot reach {}: choose a directory outside of {} with --data, \
         such as /var/lib/hejie", .at.display(), .closed.display()
    )]
    OutOfReach {
        /// The data directory.
        at: PathBuf,
        /// The directory above it that only root may enter.
        closed: PathBuf,
    },
    /// Something else stands where the socket directory should be.
    #[error("{} is not a directory of ours: remove it, or choose a shorter path with --data", .0.display())]
    SocketDirectory(PathBuf),
    /// The cluster could not be made.
    #[error("initdb failed: {output}")]
    Initdb {
        /// What initdb said.
        output: String,
    },
    /// The server ended before it was ready.
    #[error("Postgres ended with {status} before it was ready; its log is {}{}", .log.display(), last_line(.last))]
    Ended {
        /// How it ended.
        status: ExitStatus,
        /// Where its log is.
        log: PathBuf,
        /// The last line of the log.
        last: String,
    },
    /// The server did not become ready.
    #[error("Postgres was not ready after {seconds} s; its log is {}", .log.display())]
    NotReady {
        /// How long it was given.
        seconds: u64,
        /// Where its log is.
        log: PathBuf,
    },
    /// A process of a predecessor does not go away.
    #[error("process {pid} of an earlier Postgres on {} does not end: end it by hand", .at.display())]
    Leftover {
        /// One of the processes.
        pid: i32,
        /// The cluster.
        at: PathBuf,
    },
    /// A file or directory could not be used.
    #[error("{} could not be used ({doing})", .at.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// The file or directory.
        at: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The process is shutting down.
    #[error("the start was interrupted")]
    Interrupted,
}

impl StartError {
    /// Makes the wrapper for a step that touches the file system.
    pub(super) fn io(
        doing: &'static str,
        at: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let at = at.into();
        move |source| Self::Io { doing, at, source }
    }
}

fn last_line(line: &str) -> String {
    if line.is_empty() {
        String::new()
    } else {
        format!(" and says last: {line}")
    }
}
