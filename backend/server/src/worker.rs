//! Worker processes: the only place of the server where a document is parsed.
//!
//! A worker is this same program started as `hejie worker`: it reads one job a frame on its
//! standard input, answers on its standard output, may open no files and has a bounded share of
//! memory and processor. Bytes from a phone can make the document library panic, allocate without
//! end or overflow its stack; here that costs one worker, which the [`Pool`] replaces, and never
//! the server.
//!
//! - [`job`]: what may be asked, and the answers.
//! - [`Pool`]: runs jobs on a bounded number of workers, with fair shares for acknowledging and for
//!   reconciliation.
//! - [`child`]: the side that runs inside the worker process.

mod case_turns;
pub mod child;
mod frame;
pub mod job;
mod limits;
mod pool;
mod running;

pub use job::{
    ChangeCheck, Grown, Job, JobAnswer, JobResult, Prove, Rebuild, RebuiltCase, Stored, Tell,
    Versions,
};
pub use pool::{JobBudget, Pool, PoolSettings};

use std::{fmt, io, time::Duration};

/// Why a job has no answer.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// The queue is full: come back later.
    #[error("too many jobs are waiting for a worker")]
    Busy,
    /// The server is going down.
    #[error("the workers have been stopped")]
    Closed,
    /// No worker process could be started.
    #[error("a worker process could not be started")]
    Start(#[source] io::Error),
    /// The job is larger than a worker accepts.
    #[error("the job is larger than a worker accepts")]
    TooLarge,
    /// The job was not done in time, twice where somebody waits for it; its workers were killed.
    /// Its processor time was not used up, so that the machine let them run too little, or somebody
    /// had stopped them.
    #[error("the job was not done after {after:?}, so its worker was killed")]
    TimedOut {
        /// How long it was given.
        after: Duration,
    },
    /// The worker died while it had the job.
    #[error("the worker died during the job: {0}")]
    Died(Death),
    /// The job panicked or could not be read; its worker was replaced.
    #[error("the job failed in its worker: {code}")]
    Failed {
        /// A stable word for what happened: `panicked`, `unreadable_job`.
        code: String,
    },
    /// The worker answered something that is not an answer to this job.
    #[error("the worker's answer cannot be read")]
    Answer,
}

impl WorkerError {
    /// Tells whether the job itself is to blame, so that what it carried belongs in quarantine;
    /// otherwise it may be tried again.
    #[must_use]
    pub fn blames_job(&self) -> bool {
        match self {
            Self::Failed { .. } | Self::TooLarge => true,
            Self::Died(death) => death.blames_job(),
            Self::TimedOut { .. } | Self::Busy | Self::Closed | Self::Start(_) | Self::Answer => {
                false
            }
        }
    }

    /// Tells whether the job has not had its chance: somebody killed its worker, or the worker was
    /// not let run.
    fn had_no_chance(&self) -> bool {
        match self {
            Self::TimedOut { .. } => true,
            Self::Died(death) => !death.blames_job(),
            _ => false,
        }
    }

    /// Tells whether the worker had all its time for nothing.
    fn hung(&self) -> bool {
        matches!(self, Self::TimedOut { .. })
    }

    /// A stable word for logs, metrics and reasons of quarantine.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Busy => "worker_busy",
            Self::Closed => "worker_closed",
            Self::Start(_) => "worker_start",
            Self::TooLarge => "job_too_large",
            Self::TimedOut { .. } => "job_timed_out",
            Self::Died(_) => "worker_died",
            Self::Failed { .. } => "job_failed",
            Self::Answer => "worker_answer",
        }
    }
}

/// How a worker process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// By a signal: 6 is an allocation that was refused, 11 a stack that overflowed, 24 the end of
    /// its processor time.
    Signal(i32),
    /// By leaving with this status.
    Exit(i32),
    /// It closed its output and the rest is not known.
    Unknown,
}

impl Death {
    /// Tells whether the job brought it about: nobody else refuses memory, overflows a stack or
    /// uses up the processor time.
    #[must_use]
    pub fn blames_job(self) -> bool {
        match self {
            Self::Signal(number) => !matches!(
                number,
                libc::SIGKILL | libc::SIGTERM | libc::SIGINT | libc::SIGHUP
            ),
            Self::Exit(_) | Self::Unknown => false,
        }
    }
}

impl fmt::Display for Death {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signal(number) => write!(f, "signal {number}"),
            Self::Exit(status) => write!(f, "exit status {status}"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}
