//! How many files the process may open, and how many of them may be connections.

use std::io;

/// Connections are never more than this, however many files may be open: each also takes memory.
const MOST: u64 = 8192;

/// With fewer than this no server should be started.
const LEAST: u64 = 64;

/// Files of the process itself: the log, the listeners, the libraries, originals that are being
/// written and read, hooks that are being called.
const OWN: u64 = 128;

/// Pipes to one worker and the handle on its process.
const PER_WORKER: u64 = 4;

/// What the process needs descriptors for beside connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// Connections to Postgres.
    pub database: u32,
    /// Worker processes.
    pub workers: usize,
}

/// Lets the process open as many files as the system allows it at all, and tells how many those
/// are.
///
/// # Errors
/// The system does not tell its limit.
pub fn raise() -> io::Result<u64> {
    let mut limit = current()?;
    if limit.rlim_cur < limit.rlim_max {
        limit.rlim_cur = limit.rlim_max;
        // SAFETY: `limit` is a whole, initialised struct that outlives the call.
        if unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit) } != 0 {
            // It works on with what it has.
            let error = io::Error::last_os_error();
            tracing::warn!(error.message = %error, "the limit on open files could not be raised");
            return Ok(current()?.rlim_cur);
        }
    }
    Ok(limit.rlim_cur)
}

/// How many files a server of this account could open.
///
/// # Errors
/// The system does not tell its limit.
pub fn attainable() -> io::Result<u64> {
    Ok(current()?.rlim_max)
}

/// How many connections there may be when so many files may be open: as many as were asked for, but
/// no more than leave the rest its own; none when that is too few to serve anybody.
#[must_use]
pub fn connections(files: u64, needs: Needs, asked: Option<u32>) -> Option<usize> {
    let workers = u64::try_from(needs.workers).unwrap_or(u64::MAX);
    let rest = OWN + u64::from(needs.database) + PER_WORKER.saturating_mul(workers);
    let free = files.saturating_sub(rest);
    let wanted = asked.map_or(MOST, u64::from);
    let count = free.min(wanted);
    (free >= LEAST).then(|| usize::try_from(count).unwrap_or(usize::MAX))
}

fn current() -> io::Result<libc::rlimit> {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: the kernel writes one `rlimit` to the pointer.
    if unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEEDS: Needs = Needs {
        database: 20,
        workers: 2,
    };

    #[test]
    fn the_cap_leaves_the_rest_of_the_server_its_descriptors() {
        assert_eq!(connections(1024, NEEDS, None), Some(868));
        assert_eq!(connections(1024, NEEDS, Some(100)), Some(100));
        assert_eq!(connections(1024, NEEDS, Some(5_000)), Some(868));
        assert_eq!(connections(1 << 20, NEEDS, None), Some(8192));
    }

    #[test]
    fn too_few_descriptors_are_said_to_be_too_few() {
        assert_eq!(connections(200, NEEDS, None), None);
        assert_eq!(connections(64, NEEDS, Some(10)), None);
    }

    #[test]
    fn the_limit_of_this_process_can_be_read() {
        assert!(attainable().unwrap() >= raise().unwrap());
    }
}
