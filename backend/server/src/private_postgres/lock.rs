//! One server a directory: a lock that the kernel gives back however its holder dies.

use super::{error::StartError, process::WaitLimit, process::pause};
use std::{
    fs::{File, OpenOptions, TryLockError},
    path::Path,
    time::Duration,
};

/// A predecessor that is just being killed holds its lock for a moment longer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Locks the home of a cluster for as long as the file stays open.
pub(super) fn take(home: &Path) -> Result<File, StartError> {
    let path = home.join("lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(StartError::io("opening the lock", &path))?;
    let deadline = WaitLimit::after(PATIENCE);
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if deadline.has_passed() => {
                return Err(StartError::InUse(home.to_owned()));
            }
            Err(TryLockError::WouldBlock) => pause(),
            Err(TryLockError::Error(error)) => return Err(StartError::io("locking", &path)(error)),
        }
    }
}

/// Tells whether a server holds the lock of a home.
pub(super) fn is_taken(home: &Path) -> bool {
    let Ok(file) = File::open(home.join("lock")) else {
        return false;
    };
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}
