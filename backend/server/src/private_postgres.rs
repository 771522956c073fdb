//! A Postgres of our own: a child process that only this server can reach and that never outlives
//! it.
//!
//! [`start`] finds the binaries, makes a cluster below the data directory when there is none,
//! removes what a killed predecessor left behind, and waits until the child is ready. The server
//! listens on a Unix socket in a 0700 directory and nowhere else.
//!
//! - It works as root, although Postgres refuses root: the child becomes `hejie`, `postgres` or
//!   `nobody`, or stays the same user in a user namespace when that account could not reach the
//!   directory.
//! - It survives `kill -9` at any moment: the kernel tells the child when its supervisor dies, a
//!   half-made cluster has another name than a whole one, and the lock on the directory is the
//!   kernel's.
//! - It refuses to share: one server a directory.

mod account;
mod binaries;
mod cluster;
mod error;
mod leftovers;
mod lock;
mod log;
mod process;
mod socket;

pub use binaries::{Binaries, OLDEST_MAJOR, find as find_binaries};
pub use error::StartError;

use cluster::Cluster;
use parking_lot::Mutex;
use process::WaitLimit;
use std::{
    fs::{self, File},
    io,
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Child, ExitStatus},
    time::Duration,
};
use tokio::task::spawn_blocking;

/// How long a stop by disconnecting everybody may take before the server is told to stop at once.
const FAST_STOP: Duration = Duration::from_secs(20);
/// How often a child is asked whether it still lives.
const WATCH: Duration = Duration::from_millis(500);

/// A running private Postgres. Dropping it stops the server, waiting for it.
#[derive(Debug)]
pub struct PrivatePostgres {
    child: Mutex<Child>,
    url: String,
    log: PathBuf,
    socket_directory: PathBuf,
    first_start: bool,
    // Given back last: whoever comes next may begin when the child is gone.
    _lock: File,
}

/// What [`start`] needs to know.
#[derive(Debug, Clone)]
pub struct StartOptions {
    /// The directory that holds everything; made when absent.
    pub directory: PathBuf,
    /// Where the binaries are, when not in a usual place.
    pub binaries: Option<PathBuf>,
}

impl StartOptions {
    /// A directory, with the binaries in a usual place.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
            binaries: None,
        }
    }
}

/// Starts a private Postgres and waits until it takes connections.
///
/// # Errors
/// [`StartError`] says what is in the way and what to do about it.
pub async fn start(place: StartOptions) -> Result<PrivatePostgres, StartError> {
    spawn_blocking(move || start_blocking(&place))
        .await
        .map_err(|_| StartError::Interrupted)?
}

/// The connection string of the server that is running on a directory, if one is: for commands that
/// work beside it.
#[must_use]
pub fn url_of_running(place: &StartOptions) -> Option<String> {
    let home = place.directory.join("postgres").canonicalize().ok()?;
    if !lock::is_taken(&home) {
        return None;
    }
    let directory = socket::directory(&home).ok()?;
    directory
        .join(socket::NAME)
        .exists()
        .then(|| socket::url(&directory))
}

fn start_blocking(place: &StartOptions) -> Result<PrivatePostgres, StartError> {
    let home = cluster::prepare_home(&place.directory)?;
    let lock = lock::take(&home)?;
    let cluster = Cluster::at(&home, place.binaries.as_deref())?;
    cluster.prepare_directories()?;
    cluster.litter().clear()?;
    let first_start = cluster.make_unless_present()?;
    let child = cluster.launch()?;
    let running = PrivatePostgres {
        url: socket::url(&cluster.socket_directory),
        log: cluster.log.clone(),
        socket_directory: cluster.socket_directory.clone(),
        child: Mutex::new(child),
        first_start,
        _lock: lock,
    };
    cluster.wait_until_ready(&running.child)?;
    Ok(running)
}

impl PrivatePostgres {
    /// The connection string; it holds no secret, since only the directory gives access.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The folder of the socket, as `psql -h` takes it.
    #[must_use]
    pub fn socket_directory(&self) -> &Path {
        &self.socket_directory
    }

    /// Tells whether this start made the cluster.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.first_start
    }

    /// The log of the child.
    #[must_use]
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// The process id of the postmaster.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.lock().id()
    }

    /// Waits until the child ends by itself, which it should never do.
    pub async fn died(&self) -> ExitStatus {
        loop {
            match self.child.lock().try_wait() {
                Ok(Some(status)) => return status,
                Ok(None) => {}
                // Nobody else can have waited for it; treat it as gone.
                Err(_) => return ExitStatus::from_raw(0),
            }
            tokio::time::sleep(WATCH).await;
        }
    }

    /// Stops the server and waits for its end; open transactions are rolled back.
    ///
    /// # Errors
    /// When the child cannot be waited for.
    pub async fn stop(self) -> io::Result<()> {
        spawn_blocking(move || {
            let result = halt(&mut self.child.lock());
            drop(self);
            result
        })
        .await
        .map_err(io::Error::other)?
    }
}

impl Drop for PrivatePostgres {
    fn drop(&mut self) {
        if let Err(error) = halt(self.child.get_mut()) {
            tracing::error!(%error, "the private Postgres could not be stopped");
        }
        // It may be in /tmp. Not empty means not stopped, and the next start makes it anew.
        fs::remove_dir(&self.socket_directory).ok();
    }
}

/// Asks for a fast stop and, when that takes too long, for an immediate one; the next start then
/// recovers from the log.
fn halt(child: &mut Child) -> io::Result<()> {
    if child.try_wait()?.is_some() {
        return Ok(());
    }
    process::signal_child(child, libc::SIGINT);
    let deadline = WaitLimit::after(FAST_STOP);
    while child.try_wait()?.is_none() {
        if deadline.has_passed() {
            process::signal_child(child, libc::SIGQUIT);
            child.wait()?;
            return Ok(());
        }
        process::pause();
    }
    Ok(())
}
