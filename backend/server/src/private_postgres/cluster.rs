//! The cluster on disk: where its parts are, how it is made, started and recognised as ready.

use super::{
    account::{self, ProcessUser},
    binaries::{self, Binaries},
    error::StartError,
    leftovers::Litter,
    log,
    process::{self, WaitLimit, pause},
    socket,
};
use parking_lot::Mutex;
use std::{
    fs::{self, File, Permissions},
    io,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
    process::{Child, Output},
    time::Duration,
};

/// Recovery after a crash replays the log, which may take a while.
const READY: Duration = Duration::from_secs(300);

/// Settings that must not depend on a file somebody may edit. No value of a case may get into the
/// log.
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
    data: PathBuf,
    scratch: PathBuf,
    pub(super) socket_directory: PathBuf,
    pub(super) log: PathBuf,
    home: PathBuf,
    binaries: Binaries,
    account: ProcessUser,
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
            socket::directory(home).map_err(StartError::io("looking at the directory", home))?;
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
    pub(super) fn prepare_directories(&self) -> Result<(), StartError> {
        let me = account::effective_user();
        let owners = match self.account {
            ProcessUser::Own | ProcessUser::Masked => [me, me],
            ProcessUser::Other { user, .. } => [user, me],
        };
        socket::prepare_directory(&self.socket_directory, owners)?;
        for directory in [&self.home, &self.socket_directory] {
            fs::set_permissions(directory, Permissions::from_mode(0o700))
                .and_then(|()| self.give(directory))
                .map_err(StartError::io("closing the directory to others", directory))?;
        }
        Ok(())
    }

    /// What a predecessor may have left.
    pub(super) fn litter(&self) -> Litter<'_> {
        Litter {
            home: &self.home,
            data: &self.data,
            scratch: &self.scratch,
            socket_directory: &self.socket_directory,
        }
    }

    /// Makes the cluster when there is none; tells whether it did. A kill in the middle leaves no
    /// half cluster under the real name.
    pub(super) fn make_unless_present(&self) -> Result<bool, StartError> {
        if self.data.exists() {
            return Ok(false);
        }
        let output = self
            .initdb()
            .map_err(StartError::io("running initdb", &self.binaries.folder))?;
        if !output.status.success() {
            return Err(self.explain_initdb(&output));
        }
        // initdb was told not to sync file by file, which takes seconds; one sync of the file
        // system does it.
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
        let log = log::open(&self.log).map_err(StartError::io("opening the log", &self.log))?;
        let errors = log
            .try_clone()
            .map_err(StartError::io("opening the log", &self.log))?;
        let program = self.binaries.folder.join("postgres");
        let mut command = process::command(&program, self.account, libc::SIGINT);
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
        let deadline = WaitLimit::after(READY);
        loop {
            let mut child = child.lock();
            if let Some(status) = child
                .try_wait()
                .map_err(StartError::io("waiting for", &self.data))?
            {
                return Err(StartError::Ended {
                    status,
                    log: self.log.clone(),
                    last: log::last_line(&self.log),
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
        let program = self.binaries.folder.join("initdb");
        let mut command = process::command(&program, self.account, libc::SIGKILL);
        // Where a successor looks for those who were making a cluster.
        command.current_dir(&self.home);
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
        if self.account == ProcessUser::Masked && said.starts_with("unshare:") {
            return StartError::OutOfReach {
                at: self.home.clone(),
                closed: account::closed_directory(&self.home),
            };
        }
        StartError::Initdb { output: said }
    }

    fn give(&self, path: &Path) -> io::Result<()> {
        match self.account {
            ProcessUser::Other { user, group } => chown(path, Some(user), Some(group)),
            ProcessUser::Own | ProcessUser::Masked => Ok(()),
        }
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

/// Line 1 is the process, line 8 its state: what `pg_ctl -w` reads.
fn says_ready(file: &str, child: u32) -> bool {
    let lines: Vec<&str> = file.lines().map(str::trim).collect();
    lines.first().and_then(|line| line.parse().ok()) == Some(child)
        && lines.get(7) == Some(&"ready")
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
}
