//! What a killed predecessor leaves: processes that are still leaving, files that name processes
//! which are gone.
//!
//! Called with the lock held, so whatever lives in the directory belongs to nobody.

use super::{
    error::StartError,
    process::{self, WaitLimit, pause},
    socket,
};
use std::{fs, io, path::Path, time::Duration};

/// A postmaster that was told of its parent's death stops by itself; it gets this long.
const LEAVING: Duration = Duration::from_secs(5);
/// After this long everything is killed.
const OVERSTAYED: Duration = Duration::from_secs(8);
/// After this long we give up.
const HOPELESS: Duration = Duration::from_secs(20);

/// Where a predecessor may have left something.
pub(super) struct Litter<'a> {
    /// In which a cluster is made: `initdb` works here.
    pub(super) home: &'a Path,
    /// The cluster.
    pub(super) data: &'a Path,
    /// A cluster in the making.
    pub(super) scratch: &'a Path,
    /// Where the socket is.
    pub(super) socket_directory: &'a Path,
}

impl Litter<'_> {
    /// Waits for or ends every Postgres process, removes a half-made cluster and the files that
    /// would block a new server.
    pub(super) fn clear(&self) -> Result<(), StartError> {
        let patience = WaitLimit::after(HOPELESS);
        while let Some(pid) = self.anybody(patience.elapsed())? {
            if patience.has_passed() {
                let at = self.data.to_owned();
                return Err(StartError::Leftover { pid, at });
            }
            pause();
        }
        for stale in [
            self.data.join("postmaster.pid"),
            self.socket_directory.join(socket::NAME),
            self.socket_directory.join(format!("{}.lock", socket::NAME)),
        ] {
            remove_if_present(&stale)?;
        }
        Ok(())
    }

    /// One of those who are still there, after telling them to go.
    fn anybody(&self, waited: Duration) -> Result<Option<i32>, StartError> {
        let makers = [living_in(self.home), living_in(self.scratch)].concat();
        // Nothing of a half-made cluster is worth an orderly end.
        makers
            .iter()
            .for_each(|pid| process::signal(*pid, libc::SIGKILL));
        let servers = living_in(self.data);
        let has_postmaster = names_a_living_postmaster(self.data, &servers);
        if let Some(signal) = signal_for(waited, has_postmaster) {
            servers.iter().for_each(|pid| process::signal(*pid, signal));
        }
        let left = makers.first().or(servers.first()).copied();
        match (left, fs::remove_dir_all(self.scratch)) {
            (Some(pid), _) => Ok(Some(pid)),
            (None, Ok(())) => Ok(None),
            (None, Err(error)) => match error.kind() {
                io::ErrorKind::NotFound => Ok(None),
                // Somebody who had not yet arrived where we look is writing into it: look again.
                io::ErrorKind::DirectoryNotEmpty => Ok(Some(0)),
                _ => Err(StartError::io("removing a half-made cluster", self.scratch)(error)),
            },
        }
    }
}

/// A postmaster is left to stop in order; processes without one are told to go at once, since
/// nobody else will tell them.
fn signal_for(waited: Duration, has_postmaster: bool) -> Option<libc::c_int> {
    match (waited, has_postmaster) {
        (waited, _) if waited >= OVERSTAYED => Some(libc::SIGKILL),
        (waited, true) if waited < LEAVING => None,
        (_, _) => Some(libc::SIGQUIT),
    }
}

fn names_a_living_postmaster(data: &Path, living: &[i32]) -> bool {
    fs::read_to_string(data.join("postmaster.pid"))
        .ok()
        .and_then(|file| file.lines().next()?.trim().parse().ok())
        .is_some_and(|pid: i32| living.contains(&pid))
}

/// Every Postgres process whose working directory is `directory`: each of them lives in its
/// cluster.
fn living_in(directory: &Path) -> Vec<i32> {
    let Ok(directory) = directory.canonicalize() else {
        return Vec::new();
    };
    let lives_there = |pid: &i32| {
        let link = |name: &str| fs::read_link(format!("/proc/{pid}/{name}"));
        link("cwd").is_ok_and(|cwd| cwd == directory) && link("exe").is_ok_and(|exe| is_ours(&exe))
    };
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(lives_there)
        .collect()
}

fn is_ours(exe: &Path) -> bool {
    // An upgraded package leaves "postgres (deleted)" running.
    exe.file_name()
        .and_then(|name| name.to_str())
        .is_some_and(|name| name.starts_with("postgres") || name.starts_with("initdb"))
}

fn remove_if_present(path: &Path) -> Result<(), StartError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(StartError::io("removing a stale file", path)(error))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_postmaster_is_waited_for_and_orphans_are_not() {
        assert_eq!(signal_for(Duration::ZERO, true), None);
        assert_eq!(signal_for(Duration::ZERO, false), Some(libc::SIGQUIT));
        assert_eq!(
            signal_for(Duration::from_secs(6), true),
            Some(libc::SIGQUIT)
        );
        assert_eq!(
            signal_for(Duration::from_secs(9), false),
            Some(libc::SIGKILL)
        );
    }

    #[test]
    fn stale_files_go_and_the_rest_stays() {
        let home = tempfile::tempdir().unwrap();
        for name in [
            "postmaster.pid",
            ".s.PGSQL.5432",
            ".s.PGSQL.5432.lock",
            "PG_VERSION",
        ] {
            fs::write(home.path().join(name), "1").unwrap();
        }
        let scratch = home.path().join("data.new");
        fs::create_dir(&scratch).unwrap();
        fs::write(scratch.join("PG_VERSION"), "15").unwrap();
        let litter = Litter {
            home: home.path(),
            data: home.path(),
            scratch: &scratch,
            socket_directory: home.path(),
        };
        litter.clear().unwrap();
        let left: Vec<_> = fs::read_dir(home.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(left, ["PG_VERSION"]);
    }
}
