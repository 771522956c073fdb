//! The data directory as the commands use it.

use super::Failure;
use crate::config::Config;
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
