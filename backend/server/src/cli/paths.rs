//! The data directory as the commands use it.

use super::Failure;
use crate::{config::Config, files::FileStore, secrets::KeyRing};
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

/// Where the originals of evidence lie, and the marks of the registry beside them.
pub(super) fn files_directory(config: &Config) -> Result<PathBuf, Failure> {
    match &config.files.directory {
        Some(directory) => Ok(directory.clone()),
        None => Ok(data_directory(config)?.join("files")),
    }
}

/// The originals of evidence.
pub(super) fn files(config: &Config) -> Result<FileStore, Failure> {
    let at = files_directory(config)?;
    FileStore::in_directory(&at).map_err(|source| Failure::Files { at, source })
}
