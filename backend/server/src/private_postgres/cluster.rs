//! The cluster on disk: where its parts are, how it is made, started and recognised as ready.

use super::{
    account::{self, Account},
    binaries::{self, Binaries},
    error::StartError,
    process::{self, Deadline, pause},
};
use parking_lot::Mutex;
use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io::{self, Read, Seek, SeekFrom},
    os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
    process::{Child, Output},
    time::Duration,
};

/// The longest path of a Unix socket.
const LONGEST_SOCKET_PATH: usize = 107;
/// A log longer than this is set aside at the next start.
const LONGEST_LOG: u64 = 16 << 20;
/// Recovery after a crash replays the log, which may take a while.
const READY: Duration = Duration::from_secs(300);

/// Settings that must not depend on a file somebody may edit. No value of a case may get into the log.
const SETTINGS: [&str; 14] = [
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "fsync=on",
    "synchronous_commit=on",
    "full_page_writes=on",
    "max_connections=100",
    "recovery_init_sync_method=syncfs",
    "logging_collector=off",
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",
    "log_timezone=UTC",
    "timezone=UTC",
    "jit=off",
    "cluster_name=hejie",
];

/// The parts of a cluster and the means to run it.
pub(super) struct Cluster {
    pub(super) data: PathBuf,
    pub(super) scratch: PathBuf,
    pub(super) socket_directory: PathBuf,
    pub(super) log: PathBuf,
    home: PathBuf,
    binaries: Binaries,
    account: Account,
}

/// Makes the directory that holds everything of the database and gives its whole path.
pub(super) fn prepare_home(directory: &Path) -> Result<PathBuf, StartError> {
    let home = directory.join("postgres");
    fs::create_dir_all(&home).map_err(StartError::io("making the directory", &home))?;
    let owner = fs::metadata(&home)
        .map_err(StartError::io("looking at the directory", &home))?
        .uid();
    let me = account::effective_user();
    if me != 0 && me != owner {
        return Err(StartError::NotMine { at: home, owner });
    }
    home.canonicalize()
        .map_err(StartError::io("finding the directory", &home))
}

impl Cluster {
    /// Looks at what is in `home` and decides with which binaries and as whom it runs.
    pub(super) fn at(home: &Path, named: Option<&Path>) -> Result<Self, StartError> {
        let data = home.join("data");
        let binaries = binaries::find(named, version_of(&data))?;
        let account = account::choose(home, &data)?;
        let socket_directory =
            socket_directory(home).map_err(StartError::io("looking at the directory", home))?;
        let (scratch, log) = (home.join("data.new"), home.join("server.log"));
        Ok(Self {
            data,
            scratch,
            socket_directory,
            log,
            home: home.to_owned(),
            binaries,
            account,
        })
    }

    /// Closes the directories to others and gives them to the account.
    pub(super) fn prepare_directories(&mut self) -> Result<(), StartError> {
        match DirBuilder::new().mode(0o700).create(&self.socket_directory) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(StartError::io(
                    "making the socket directory",
                    &self.socket_directory,
                )(error));
            }
            Ok(()) | Err(_) => {}
        }
        self.refuse_foreign_socket_directory()?;
        for directory in [&self.home, &self.socket_directory] {
            fs::set_permissions(directory, Permissions::from_mode(0o700))
                .and_then(|()| self.give(directory))
                .map_err(StartError::io("closing the directory to others", directory))?;
        }
        Ok(())
    }

    /// Makes the cluster when there is none; tells whether it did. A kill in the middle leaves no half cluster under the real name.
    pub(super) fn make_unless_present(&self) -> Result<bool, StartError> {
        remove_tree(&self.scratch).map_err(StartError::io(
            "removing a half-made cluster",
            &self.scratch,
        ))?;
        if self.data.exists() {
            return Ok(false);
        }
        let output = self
            .initdb()
            .map_err(StartError::io("running initdb", &self.binaries.folder))?;
        if !output.status.success() {
            return Err(self.explain_initdb(&output));
        }
        // initdb was told not to sync file by file, which takes seconds; one sync of the file system does it.
        sync_file_system(&self.scratch)
            .and_then(|()| fs::rename(&self.scratch, &self.data))
            .and_then(|()| File::open(&self.home)?.sync_all())
            .map_err(StartError::io(
                "putting the new cluster in place",
                &self.data,
            ))?;
        Ok(true)
    }

    /// Starts the server process.
    pub(super) fn launch(&self) -> Result<Child, StartError> {
        let log = self
            .open_log()
            .map_err(StartError::io("opening the log", &self.log))?;
        let errors = log
            .try_clone()
            .map_err(StartError::io("opening the log", &self.log))?;
        let mut command = process::command(&self.binaries.folder.join("postgres"), self.account);
        command
            .arg("-D")
            .arg(&self.data)
            .arg("-k")
            .arg(&self.socket_directory)
            .stdout(log)
            .stderr(errors);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        process::spawn(command).map_err(StartError::io(
            "starting",
            self.binaries.folder.join("postgres"),
        ))
    }

    /// Waits until the file by which the server reports says that our child is ready.
    pub(super) fn wait_until_ready(&self, child: &Mutex<Child>) -> Result<(), StartError> {
        let deadline = Deadline::after(READY);
        loop {
            let mut child = child.lock();
            if let Some(status) = child
                .try_wait()
                .map_err(StartError::io("waiting for", &self.data))?
            {
                return Err(StartError::Ended {
                    status,
                    log: self.log.clone(),
                    last: last_line_of(&self.log),
                });
            }
            if fs::read_to_string(self.data.join("postmaster.pid"))
                .is_ok_and(|file| says_ready(&file, child.id()))
            {
                return Ok(());
            }
            if deadline.has_passed() {
                return Err(StartError::NotReady {
                    seconds: READY.as_secs(),
                    log: self.log.clone(),
                });
            }
            drop(child);
            pause();
        }
    }

    fn initdb(&self) -> io::Result<Output> {
        let mut command = process::command(&self.binaries.folder.join("initdb"), self.account);
        command.arg("-D").arg(&self.scratch).args([
            "-U",
            "hejie",
            "--auth-local=trust",
            "--auth-host=reject",
        ]);
        command.args([
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--data-checksums",
            "--no-sync",
            "--no-instructions",
        ]);
        command
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped());
        process::spawn(command)?.wait_with_output()
    }

    fn explain_initdb(&self, output: &Output) -> StartError {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        if self.account == Account::Masked && said.starts_with("unshare:") {
            return StartError::OutOfReach {
                at: self.home.clone(),
                closed: account::closed_directory(&self.home),
            };
        }
        StartError::Initdb { output: said }
    }

    /// A directory in /tmp may have been put there by somebody else to catch our connections.
    fn refuse_foreign_socket_directory(&self) -> Result<(), StartError> {
        let about = fs::symlink_metadata(&self.socket_directory).map_err(StartError::io(
            "looking at the socket directory",
            &self.socket_directory,
        ))?;
        let owners = match self.account {
            Account::Own | Account::Masked => [account::effective_user(); 2],
            Account::Other { user, .. } => [user, account::effective_user()],
        };
        if about.is_dir() && owners.contains(&about.uid()) {
            Ok(())
        } else {
            Err(StartError::SocketDirectory(self.socket_directory.clone()))
        }
    }

    fn give(&self, path: &Path) -> io::Result<()> {
        match self.account {
            Account::Other { user, group } => chown(path, Some(user), Some(group)),
            Account::Own | Account::Masked => Ok(()),
        }
    }

    fn open_log(&self) -> io::Result<File> {
        if fs::metadata(&self.log).is_ok_and(|log| log.len() > LONGEST_LOG) {
            fs::rename(&self.log, self.log.with_extension("log.1"))?;
        }
        OpenOptions::new().create(true).append(true).open(&self.log)
    }
}

/// The version that made the cluster.
fn version_of(data: &Path) -> Option<u32> {
    fs::read_to_string(data.join("PG_VERSION"))
        .ok()?
        .trim()
        .parse()
        .ok()
}

/// Below the home, unless that path is too long for a socket; then in /tmp under a name made from the home's own identity.
pub(super) fn socket_directory(home: &Path) -> io::Result<PathBuf> {
    let near = home.join("run");
    if near.join(process::SOCKET).as_os_str().len() <= LONGEST_SOCKET_PATH {
        return Ok(near);
    }
    let about = fs::metadata(home)?;
    Ok(PathBuf::from(format!(
        "/tmp/hejie-{:x}-{:x}",
        about.dev(),
        about.ino()
    )))
}

/// The connection string for a socket.
pub(super) fn url(socket_directory: &Path) -> String {
    let host = percent_encoded(socket_directory);
    format!("postgres://hejie@localhost:5432/postgres?host={host}")
}

/// Line 1 is the process, line 8 its state: what `pg_ctl -w` reads.
fn says_ready(file: &str, child: u32) -> bool {
    let lines: Vec<&str> = file.lines().map(str::trim).collect();
    lines.first().and_then(|line| line.parse().ok()) == Some(child)
        && lines.get(7) == Some(&"ready")
}

fn remove_tree(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

fn sync_file_system(path: &Path) -> io::Result<()> {
    use std::os::fd::AsRawFd;
    let directory = File::open(path)?;
    // SAFETY: the descriptor is open for as long as `directory` lives.
    if unsafe { libc::syncfs(directory.as_raw_fd()) } == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

fn last_line_of(log: &Path) -> String {
    let tail = || -> io::Result<String> {
        let mut file = File::open(log)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(4096)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes)
            .lines()
            .last()
            .unwrap_or_default()
            .to_owned())
    };
    // The log is only here to help; without it the error says what it can.
    tail().unwrap_or_default()
}

/// Escapes everything but letters, digits and what paths are made of.
fn percent_encoded(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;
    let escape = |byte: &u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => {
            char::from(*byte).to_string()
        }
        other => format!("%{other:02X}"),
    };
    path.as_os_str().as_bytes().iter().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ready_is_line_eight_of_our_own_child() {
        let file =
            |state: &str| format!("41\n/d\n1700000000\n5432\n/run\n\n  123 456\n{state}   \n");
        assert!(says_ready(&file("ready"), 41));
        assert!(!says_ready(&file("starting"), 41));
        assert!(!says_ready(&file("ready"), 42));
        assert!(!says_ready("", 42));
    }

    #[test]
    fn a_long_path_moves_the_socket_and_not_the_data() {
        let root = tempfile::tempdir().unwrap();
        let deep = root.path().join("x".repeat(100));
        fs::create_dir(&deep).unwrap();
        assert_eq!(
            socket_directory(root.path()).unwrap(),
            root.path().join("run")
        );
        assert!(socket_directory(&deep).unwrap().starts_with("/tmp"));
    }

    #[test]
    fn a_path_survives_the_connection_string() {
        assert_eq!(
            percent_encoded(Path::new("/srv/和 安")),
            "/srv/%E5%92%8C%20%E5%AE%89"
        );
    }
}
