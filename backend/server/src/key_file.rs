//! Files that hold keys: for their owner alone, and whole or not there.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The key file could not be read or written.
    #[error("the key file cannot be read or written")]
    File(#[source] io::Error),
    /// Others than the owner may read the key file.
    #[error("the key file may be read by others than its owner")]
    Exposed,
    /// No key could be made.
    #[error("no key could be made")]
    Generate,
}

/// Passes a file that nobody but its owner may read.
pub(crate) fn refuse_exposed(path: &Path) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path)
        .map_err(KeyError::File)?
        .permissions()
        .mode();
    if mode & 0o077 == 0 {
        Ok(())
    } else {
        Err(KeyError::Exposed)
    }
}

/// Writes aside, syncs and renames, so that a crash leaves either no key or a whole one.
pub(crate) fn write_new(directory: &Path, path: &Path, der: &[u8]) -> io::Result<()> {
    let aside = path.with_extension("new");
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&aside)?;
    file.write_all(der)?;
    file.sync_all()?;
    fs::rename(&aside, path)?;
    fs::File::open(directory)?.sync_all()
}
