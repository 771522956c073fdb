//! Finds the server binaries: where the settings say, where `pg_config` says, the newest under
//! /usr/lib/postgresql, then the PATH.

use super::error::StartError;
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The oldest version that the registry's SQL is written for.
pub const OLDEST_MAJOR: u32 = 15;

/// Where Debian and its descendants keep one folder a version.
const BY_VERSION: &str = "/usr/lib/postgresql";

/// A folder with `initdb` and `postgres`, and their version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    /// The folder.
    pub folder: PathBuf,
    /// The major version.
    pub major: u32,
}

/// Finds binaries; `wanted` is the version that made the cluster, when there is one, because no
/// other may open it.
///
/// # Errors
/// When there are none, or none of the right version.
pub fn find(named: Option<&Path>, wanted: Option<u32>) -> Result<Binaries, StartError> {
    if let Some(folder) = named {
        let found = inspect(folder).ok_or_else(|| StartError::NotBinaries(folder.to_owned()))?;
        return accept(found, wanted);
    }
    let mut best = None;
    for found in usual_places().iter().filter_map(|folder| inspect(folder)) {
        match accept(found, wanted) {
            Ok(found) => return Ok(found),
            Err(error) => best = best.or(Some(error)),
        }
    }
    Err(best.unwrap_or(StartError::NoBinaries))
}

fn accept(found: Binaries, wanted: Option<u32>) -> Result<Binaries, StartError> {
    match wanted {
        Some(made_by) if made_by != found.major => Err(StartError::OtherVersion {
            made_by,
            at: found.folder,
        }),
        _ if found.major < OLDEST_MAJOR => Err(StartError::TooOld {
            found: found.major,
            at: found.folder,
        }),
        _ => Ok(found),
    }
}

fn usual_places() -> Vec<PathBuf> {
    let mut places = Vec::from_iter(pg_config_says());
    places.extend(by_version(Path::new(BY_VERSION)));
    places.extend(env::var_os("PATH").iter().flat_map(env::split_paths));
    places
}

fn pg_config_says() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    let folder = String::from_utf8(output.stdout).ok()?;
    output
        .status
        .success()
        .then(|| PathBuf::from(folder.trim()))
}

/// The `bin` folders below folders that are named after a version, newest first.
fn by_version(parent: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .collect();
    versions.sort_by(|a, b| b.cmp(a));
    versions.into_iter().map(|(_, folder)| folder).collect()
}

/// Reads the version of the binaries in a folder; `None` when they are not both there or do not
/// run.
fn inspect(folder: &Path) -> Option<Binaries> {
    if !folder.join("initdb").is_file() {
        return None;
    }
    let output = Command::new(folder.join("postgres"))
        .arg("--version")
        .output()
        .ok()?;
    let major = major_of(&String::from_utf8(output.stdout).ok()?)?;
    Some(Binaries {
        folder: folder.to_owned(),
        major,
    })
}

/// Reads `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` or `… 19beta1`.
fn major_of(version: &str) -> Option<u32> {
    let number = version.split_whitespace().nth(2)?;
    let end = number
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(number.len());
    number.get(..end)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_distributions_write_them() {
        assert_eq!(
            major_of("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"),
            Some(15)
        );
        assert_eq!(major_of("postgres (PostgreSQL) 19beta1"), Some(19));
        assert_eq!(major_of("postgres"), None);
    }

    #[test]
    fn the_newest_version_is_tried_first() {
        let parent = tempfile::tempdir().unwrap();
        for name in ["9.6", "15", "17", "doc"] {
            fs::create_dir(parent.path().join(name)).unwrap();
        }
        let places = by_version(parent.path());
        assert_eq!(
            places,
            [parent.path().join("17/bin"), parent.path().join("15/bin")]
        );
    }

    #[test]
    fn a_named_folder_without_binaries_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let error = find(Some(folder.path()), None).unwrap_err();
        assert!(matches!(error, StartError::NotBinaries(_)), "{error}");
    }

    #[test]
    fn a_cluster_is_opened_by_its_own_version_only() {
        let found = Binaries {
            folder: "/usr/lib/postgresql/17/bin".into(),
            major: 17,
        };
        assert!(accept(found.clone(), Some(17)).is_ok());
        assert!(matches!(
            accept(found, Some(15)),
            Err(StartError::OtherVersion { made_by: 15, .. })
        ));
        let old = Binaries {
            folder: "/usr/lib/postgresql/13/bin".into(),
            major: 13,
        };
        assert!(matches!(
            accept(old, None),
            Err(StartError::TooOld { found: 13, .. })
        ));
    }
}
