//! As whom the database runs: Postgres refuses root, so a server that runs as root needs another
//! user for it.

use super::error::StartError;
use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

/// Accounts to become, best first.
const CANDIDATES: [&str; 3] = ["hejie", "postgres", "nobody"];

/// As whom the child runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ProcessUser {
    /// As the user who runs the server.
    Own,
    /// As another user; only root can do that.
    Other {
        /// The number of the user.
        user: u32,
        /// The number of its group.
        group: u32,
    },
    /// As root, who looks like somebody else from inside a user namespace: for directories that
    /// only root can reach.
    Masked,
}

/// Chooses the account for a cluster in `home`, which exists; `data` may not exist yet.
pub(super) fn choose(home: &Path, data: &Path) -> Result<ProcessUser, StartError> {
    let me = effective_user();
    let owner_of = |path: &Path| {
        fs::metadata(path)
            .map(|about| (about.uid(), about.gid()))
            .ok()
    };
    // A home that is not root's was begun by somebody who did not get as far as making the cluster.
    let owner = owner_of(data).or_else(|| owner_of(home).filter(|(user, _)| *user != 0));
    match (me, owner) {
        (0, Some((0, _))) => Ok(ProcessUser::Masked),
        (0, Some((user, group))) => reachable(home, ProcessUser::Other { user, group }),
        (0, None) => candidate(&fs::read_to_string("/etc/passwd").unwrap_or_default())
            .filter(|account| closed_to(home, *account).is_none())
            .map_or(Ok(ProcessUser::Masked), Ok),
        (me, Some((owner, _))) if owner != me => Err(StartError::NotMine {
            at: data.to_owned(),
            owner,
        }),
        (_, _) => Ok(ProcessUser::Own),
    }
}

/// The user that this process acts as.
pub(super) fn effective_user() -> u32 {
    // SAFETY: takes nothing and cannot fail.
    unsafe { libc::geteuid() }
}

/// The first directory at or above `path` that root may enter and the masked user could not, for an
/// error's text.
pub(super) fn closed_directory(path: &Path) -> PathBuf {
    let nobody = ProcessUser::Other {
        user: 65534,
        group: 65534,
    };
    closed_to(path, nobody).unwrap_or_else(|| path.to_owned())
}

fn reachable(home: &Path, account: ProcessUser) -> Result<ProcessUser, StartError> {
    match closed_to(home, account) {
        None => Ok(account),
        Some(closed) => Err(StartError::OutOfReach {
            at: home.to_owned(),
            closed,
        }),
    }
}

fn candidate(passwd: &str) -> Option<ProcessUser> {
    CANDIDATES
        .iter()
        .find_map(|name| passwd.lines().find_map(|line| entry(line, name)))
}

fn entry(line: &str, name: &str) -> Option<ProcessUser> {
    let fields: Vec<&str> = line.split(':').collect();
    let [login, _, user, group, ..] = fields[..] else {
        return None;
    };
    if login != name {
        return None;
    }
    Some(ProcessUser::Other {
        user: user.parse().ok()?,
        group: group.parse().ok()?,
    })
}

/// The first directory above `home` that the account may not enter. `home` itself will be given to
/// it.
fn closed_to(home: &Path, account: ProcessUser) -> Option<PathBuf> {
    let ProcessUser::Other { user, group } = account else {
        return None;
    };
    let may_enter = |directory: &Path| {
        let Ok(about) = fs::metadata(directory) else {
            return false;
        };
        let bit = match (about.uid() == user, about.gid() == group) {
            (true, _) => 0o100,
            (false, true) => 0o010,
            (false, false) => 0o001,
        };
        about.mode() & bit != 0
    };
    home.ancestors()
        .skip(1)
        .find(|directory| !may_enter(directory))
        .map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs::Permissions, os::unix::fs::PermissionsExt};

    #[test]
    fn the_account_of_hejie_comes_before_the_one_of_postgres() {
        let passwd = "root:x:0:0::/root:/bin/sh\npostgres:x:101:104::/:/bin/sh\nhejie:x:900:901::/:/bin/false\n";
        assert_eq!(
            candidate(passwd),
            Some(ProcessUser::Other {
                user: 900,
                group: 901
            })
        );
        assert_eq!(
            candidate("postgres:x:101:104::/:/bin/sh"),
            Some(ProcessUser::Other {
                user: 101,
                group: 104
            })
        );
        assert_eq!(candidate("root:x:0:0::/root:/bin/sh"), None);
        assert_eq!(candidate("hejie"), None);
    }

    #[test]
    fn a_directory_of_another_that_is_closed_is_noticed() {
        let closed = tempfile::tempdir().unwrap();
        fs::set_permissions(closed.path(), Permissions::from_mode(0o700)).unwrap();
        let stranger = ProcessUser::Other {
            user: 4_000_000,
            group: 4_000_000,
        };
        assert_eq!(
            closed_to(&closed.path().join("home"), stranger).as_deref(),
            Some(closed.path())
        );
        fs::set_permissions(closed.path(), Permissions::from_mode(0o711)).unwrap();
        assert_eq!(closed_to(&closed.path().join("home"), stranger), None);
    }
}
