//! What a killed predecessor leaves: processes that are still leaving, files that name processes which are gone.
//!
//! Called with the lock held, so whatever lives in the directory belongs to nobody.

use super::{
    error::StartError,
    process::{self, Deadline, pause},
};
use std::{fs, io, path::Path, time::Duration};

/// A postmaster that was told of its parent's death stops by itself; it gets this long.
const LEAVING: Duration = Duration::from_secs(5);
/// After this long everything is killed.
const OVERSTAYED: Duration = Duration::from_secs(8);
/// After this long we give up.
const HOPELESS: Duration = Duration::from_secs(20);

/// Waits for or ends every Postgres process on the cluster, then removes the files that would block a new one.
pub(super) fn clear(
    data: &Path,
    scratch: &Path,
    socket_directory: &Path,
) -> Result<(), StartError> {
    let patience = Deadline::after(HOPELESS);
    loop {
        let left = [living_in(data), living_in(scratch)].concat();
        let Some(first) = left.first() else { break };
        if patience.has_passed() {
            return Err(StartError::Leftover {
                pid: *first,
                at: data.to_owned(),
            });
        }
        if let Some(signal) = signal_for(patience.elapsed(), names_a_living_postmaster(data, &left))
        {
            left.iter().for_each(|pid| process::signal(*pid, signal));
        }
        pause();
    }
    for stale in [
        data.join("postmaster.pid"),
        socket_directory.join(process::SOCKET),
        socket_directory.join(format!("{}.lock", process::SOCKET)),
    ] {
        remove_if_present(&stale)?;
    }
    Ok(())
}

/// A postmaster is left to stop in order; processes without one are told to go at once, since nobody else will tell them.
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

/// Every Postgres process whose working directory is `directory`: each of them lives in its cluster.
fn living_in(directory: &Path) -> Vec<i32> {
    let Ok(directory) = directory.canonicalize() else {
        return Vec::new();
    };
    let lives_there = |pid: &i32| {
        let link = |name: &str| fs::read_link(format!("/proc/{pid}/{name}"));
        link("cwd").is_ok_and(|cwd| cwd == directory)
            && link("exe").is_ok_and(|exe| is_postgres(&exe))
    };
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(lives_there)
        .collect()
}

fn is_postgres(exe: &Path) -> bool {
    // An upgraded package leaves "postgres (deleted)" running.
    exe.file_name()
        .and_then(|name| name.to_str())
        .is_some_and(|name| name.starts_with("postgres"))
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
        clear(home.path(), &home.path().join("data.new"), home.path()).unwrap();
        let left: Vec<_> = fs::read_dir(home.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(left, ["PG_VERSION"]);
    }
}
