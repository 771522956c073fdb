//! The data directory as the commands use it.

use super::Failure;
use crate::{config::Config, files::FileStore, mark::Marks, secrets::KeyRing};
use std::{fs, path::PathBuf};

/// Makes the data directory when it is absent and gives its whole path.
pub(super) fn data_directory(config: &Config) -> Result<PathBuf, Failure> {
    let at = &config.data.directory;
    fs::create_dir_all(at)
        .and_then(|()| at.canonicalize())
        .map_err(|source| Failure::DataDirectory {
            at: at.clone(),
            source,
        })
}

/// Where the key ring lies.
pub(super) fn key_ring(config: &Config) -> Result<PathBuf, Failure> {
    match &config.keys.ring {
        Some(file) => Ok(file.clone()),
        None => Ok(KeyRing::place_in(&data_directory(config)?)),
    }
}

/// The originals of evidence.
pub(super) fn files(config: &Config) -> Result<FileStore, Failure> {
    let at = match &config.files.directory {
        Some(directory) => directory.clone(),
        None => data_directory(config)?.join("files"),
    };
    FileStore::in_directory(&at).map_err(|source| Failure::Files { at, source })
}

/// Where the marks of the registry are kept, and what lies beside them.
pub(super) fn marks(config: &Config) -> Result<Marks, Failure> {
    Ok(Marks::new(Some(data_directory(config)?), files(config)?))
}
