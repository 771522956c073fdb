//! How much work for workers one request may bring: what goes beyond it is told to come again, and
//! nothing of it is lost.

use std::sync::atomic::{AtomicU32, Ordering};

/// Cases that were begun on the phone and are looked at in one request. Each costs two jobs, and a
/// phone can make up any number of them; a person begins a few on a long day.
const BEGUN: u32 = 20;

/// Cases that are in no registry and of which one request is looked at at all. A phone sends 16 KiB
/// at a time, which holds fewer.
const UNKNOWN: u32 = 100;

/// Jobs of one request. A case whose changes are in order costs one; one of which a change is
/// refused, one a change.
const JOBS: u32 = 400;

/// What is left to one request.
#[derive(Debug)]
pub(super) struct RequestBudget {
    unknown: AtomicU32,
    begun: AtomicU32,
    jobs: AtomicU32,
}

impl RequestBudget {
    pub(super) fn new() -> Self {
        Self {
            unknown: AtomicU32::new(UNKNOWN),
            begun: AtomicU32::new(BEGUN),
            jobs: AtomicU32::new(JOBS),
        }
    }

    /// Takes a case that is in no registry out of it; false when there is none left.
    pub(super) fn unknown(&self) -> bool {
        take(&self.unknown)
    }

    /// Takes a case that was begun on the phone out of it; false when there is none left.
    pub(super) fn begin(&self) -> bool {
        take(&self.begun)
    }

    /// Takes a job out of it; false when there is none left.
    pub(super) fn job(&self) -> bool {
        take(&self.jobs)
    }
}

fn take(from: &AtomicU32) -> bool {
    from.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
        left.checked_sub(1)
    })
    .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_up_stays_used_up() {
        let budget = RequestBudget::new();
        assert_eq!((0..1_000).filter(|_| budget.unknown()).count(), 100);
        assert_eq!((0..1_000).filter(|_| budget.begin()).count(), 20);
        assert_eq!((0..1_000).filter(|_| budget.job()).count(), 400);
        assert!(!budget.unknown() && !budget.begin() && !budget.job());
    }
}
