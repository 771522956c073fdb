//! Runs jobs on a bounded number of worker processes.
//!
//! Two lanes share the workers, so that neither starves the other: acknowledging may use all of
//! them, reconciling always leaves one free (when there is more than one), and both take turns in
//! the order in which they came. A full lane answers [`WorkerError::Busy`]. Of one case one job at
//! a time is in the lane of reconciling.

use super::{
    ChangeCheck, Grown, Job, JobAnswer, JobResult, Prove, Rebuild, RebuiltCase, Stored, Tell,
    Versions, WorkerError,
    case_turns::CaseTurns,
    frame::{self, FrameError},
    job::JobOrder,
    running::Running,
};
use crate::clock::Stopwatch;
use hejie_case::{
    ids::{Actor, ChangeHash},
    reason::Reason,
    reconcile::{Adoption, OpenedCase, Opening, ReconcileInput, ReconcileOutput},
    rights::{ChangeSummary, ChangeWriter, Danger, JudgedChanges},
    role::Role,
};
use hejie_wire::attest::ProvedCase;
use parking_lot::Mutex;
use serde_bytes::ByteBuf;
use std::{path::PathBuf, sync::Arc, time::Duration};
use tokio::sync::{Semaphore, SemaphorePermit};

/// What one job may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobBudget {
    /// From handing the job over to its answer; then the worker is killed. So much longer than the
    /// processor time that a job which works hard ends by that one.
    pub wall: Duration,
    /// Seconds of processor time; a job that uses them up is to blame.
    pub cpu_seconds: u64,
}

/// How a pool is made.
#[derive(Debug, Clone)]
pub struct PoolSettings {
    /// The program that understands `worker`: this one.
    pub program: PathBuf,
    /// How many workers may run at once.
    pub workers: usize,
    /// The address space of one worker.
    pub memory_mib: u64,
    /// How many jobs of a lane may run or wait; more are refused.
    pub queue: usize,
    /// After so many jobs a worker is replaced, so that memory it cannot give back is given back.
    pub jobs_per_worker: u32,
    /// For what new changes ask: [`Job::Check`] and the like.
    pub check: JobBudget,
    /// For what a whole case asks: [`Job::Reconcile`], [`Job::Prove`] and the like.
    pub reconcile: JobBudget,
}

/// The workers of one server. Cheap to clone.
#[derive(Clone)]
pub struct Pool {
    inner: Arc<PoolInner>,
}

struct PoolInner {
    settings: PoolSettings,
    idle: Mutex<Vec<Running>>,
    workers: Semaphore,
    exchange: JobLane,
    reconciling: JobLane,
    turns: CaseTurns,
}

struct JobLane {
    places: Semaphore,
    running: Semaphore,
}

impl Pool {
    /// Makes a pool; workers are started when they are first needed.
    #[must_use]
    pub fn new(settings: PoolSettings) -> Self {
        let workers = settings.workers.max(1);
        let lane = |running| JobLane {
            places: Semaphore::new(settings.queue.max(1)),
            running: Semaphore::new(running),
        };
        let (exchange, reconciling) = (lane(workers), lane(reconciling(&settings)));
        let (idle, workers) = (Mutex::new(Vec::new()), Semaphore::new(workers));
        Self {
            inner: Arc::new(PoolInner {
                settings,
                idle,
                workers,
                exchange,
                reconciling,
                turns: CaseTurns::default(),
            }),
        }
    }

    /// Asks whether changes may be acknowledged; gives the objects that they add to the index and
    /// the dangers that they report.
    ///
    /// # Errors
    /// When there is no answer; see [`WorkerError::blames_job`].
    pub async fn check(&self, check: ChangeCheck) -> Result<JobResult<JudgedChanges>, WorkerError> {
        match self.run(Job::Check(check)).await? {
            JobAnswer::Checked(verdict) => Ok(verdict),
            _ => Err(WorkerError::Answer),
        }
    }

    /// Asks which of these changes is the first to make a text too long.
    ///
    /// # Errors
    /// When there is no answer; see [`WorkerError::blames_job`].
    pub async fn grown(
        &self,
        grown: Grown,
    ) -> Result<JobResult<Option<(ChangeHash, Reason)>>, WorkerError> {
        match self.run(Job::Grown(Box::new(grown))).await? {
            JobAnswer::Grown(verdict) => Ok(verdict),
            _ => Err(WorkerError::Answer),
        }
    }

    /// Opens a case that begins on the server.
    ///
    /// # Errors
    /// When there is no answer; see [`WorkerError::blames_job`].
    pub async fn open(&self, opening: Opening) -> Result<JobResult<OpenedCase>, WorkerError> {
        match self.run(Job::Open(Box::new(opening))).await? {
            JobAnswer::Opened(verdict) => Ok(verdict.map(|opened| *opened)),
            _ => Err(WorkerError::Answer),
        }
    }

    /// Merges, rules and plans the fold of one case whose document was saved with these heads.
    ///
    /// # Errors
    /// When there is no answer; see [`WorkerError::blames_job`].
    pub async fn reconcile(
        &self,
        input: ReconcileInput,
        heads: &[ChangeHash],
    ) -> Result<JobResult<ReconcileOutput>, WorkerError> {
        let stored = Stored {
            input,
            heads: heads.to_vec(),
        };
        match self.run(Job::Reconcile(Box::new(stored))).await? {
            JobAnswer::Reconciled(verdict) => Ok(verdict.map(|settled| *settled)),
            _ => Err(WorkerError::Answer),
        }
    }

    /// Adopts a case that was begun on a phone.
    ///
    /// # Errors
    /// When there is no answer; see [`WorkerError::blames_job`].
    pub async fn adopt(
        &self,
        adoption: Adoption,
    ) -> Result<JobResult<ReconcileOutput>, WorkerError> {
        match self.run(Job::Adopt(Box::new(adoption))).await? {
            JobAnswer::Reconciled(verdict) => Ok(verdict.map(|settled| *settled)),
            _ => Err(WorkerError::Answer),
        }
    }

    /// Builds a case from its log and folds it.
    ///
    /// # Errors
    /// When there is no answer; see [`WorkerError::blames_job`].
    pub async fn rebuild(&self, rebuild: Rebuild) -> Result<JobResult<RebuiltCase>, WorkerError> {
        match self.run(Job::Rebuild(Box::new(rebuild))).await? {
            JobAnswer::Rebuilt(verdict) => Ok(verdict.map(|rebuilt| *rebuilt)),
            _ => Err(WorkerError::Answer),
        }
    }

    /// Looks whether a proof of a case proves it, and takes it apart. Whoever asks has looked at
    /// its signature by [`hejie_wire::attest::CaseProof::verify`], which costs next to nothing.
    ///
    /// # Errors
    /// [`WorkerError`].
    pub async fn prove(&self, prove: Prove) -> Result<JobResult<ProvedCase>, WorkerError> {
        match self.run(Job::Prove(Box::new(prove))).await? {
            JobAnswer::Proved(verdict) => Ok(verdict.map(|attested| *attested)),
            _ => Err(WorkerError::Answer),
        }
    }

    /// Reads the versions of a disagreement whole, in the order of its variants.
    ///
    /// # Errors
    /// When there is no answer; see [`WorkerError::blames_job`].
    pub async fn versions(&self, wanted: Versions) -> Result<JobResult<Vec<String>>, WorkerError> {
        match self.run(Job::Versions(Box::new(wanted))).await? {
            JobAnswer::Versions(verdict) => Ok(verdict),
            _ => Err(WorkerError::Answer),
        }
    }

    /// Tells what a change says that is not merged.
    ///
    /// # Errors
    /// When there is no answer; see [`WorkerError::blames_job`].
    pub async fn tell(&self, wanted: Tell) -> Result<JobResult<ChangeSummary>, WorkerError> {
        match self.run(Job::Tell(wanted)).await? {
            JobAnswer::Told(verdict) => Ok(verdict),
            _ => Err(WorkerError::Answer),
        }
    }

    /// Asks which dangers changes report, whatever becomes of them.
    ///
    /// # Errors
    /// When there is no answer; see [`WorkerError::blames_job`].
    pub async fn dangers(&self, changes: Vec<ByteBuf>) -> Result<Vec<Danger>, WorkerError> {
        match self.run(Job::Dangers(changes)).await? {
            JobAnswer::Dangers(found) => Ok(found),
            _ => Err(WorkerError::Answer),
        }
    }

    /// Asks a worker for nothing, to know that one can be had. A pool with too much to do is a
    /// working one.
    ///
    /// # Errors
    /// No worker could be started, or none answers.
    pub async fn probe(&self) -> Result<(), WorkerError> {
        let writer = ChangeWriter {
            actor: Actor::GENESIS,
            role: Role::System,
        };
        let nothing = ChangeCheck {
            changes: Vec::new(),
            index: Vec::new(),
            writer,
        };
        match self.check(nothing).await {
            Ok(_) | Err(WorkerError::Busy) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Runs one job to its end, even when the caller loses interest: half a job would cost a
    /// worker.
    ///
    /// # Errors
    /// When there is no answer; see [`WorkerError::blames_job`].
    pub async fn run(&self, job: Job) -> Result<JobAnswer, WorkerError> {
        let inner = Arc::clone(&self.inner);
        let task = tokio::spawn(async move { inner.measured(job).await });
        task.await.unwrap_or(Err(WorkerError::Closed))
    }

    /// How many cases are reconciled at once; more would wait for each other.
    #[must_use]
    pub fn reconciling_at_once(&self) -> usize {
        reconciling(&self.inner.settings)
    }

    /// The process ids of the workers that are idle now.
    #[must_use]
    pub fn idle_pids(&self) -> Vec<u32> {
        self.inner
            .idle
            .lock()
            .iter()
            .filter_map(Running::pid)
            .collect()
    }

    /// Refuses new jobs, waits for the ones that have begun, and ends the workers.
    pub async fn close(&self) {
        self.inner.exchange.places.close();
        self.inner.reconciling.places.close();
        let all = u32::try_from(self.inner.settings.workers.max(1)).unwrap_or(u32::MAX);
        let finished = self.inner.workers.acquire_many(all).await;
        self.inner.workers.close();
        self.inner.idle.lock().clear();
        // An error says that the pool had been closed before; then there was nothing to wait for.
        drop(finished);
    }
}

/// One worker is left free for acknowledging, where there is more than one.
fn reconciling(settings: &PoolSettings) -> usize {
    settings.workers.saturating_sub(1).max(1)
}

impl PoolInner {
    async fn measured(&self, job: Job) -> Result<JobAnswer, WorkerError> {
        let (kind, started) = (job.kind(), Stopwatch::start());
        let answer = self.admitted(job).await;
        let outcome = answer
            .as_ref()
            .map_or_else(WorkerError::code, |_| "answered");
        metrics::counter!("hejie_worker_jobs_total", "kind" => kind, "outcome" => outcome)
            .increment(1);
        metrics::histogram!("hejie_worker_job_seconds", "kind" => kind)
            .record(started.elapsed().as_secs_f64());
        answer
    }

    async fn admitted(&self, job: Job) -> Result<JobAnswer, WorkerError> {
        let case = job.case();
        let (lane, budget) = match job {
            Job::Check(_) | Job::Grown(_) | Job::Open(_) | Job::Adopt(_) | Job::Dangers(_) => {
                (&self.exchange, self.settings.check)
            }
            // What is proved is a whole case, which reconciling was given the time to read before.
            Job::Prove(_) => (&self.exchange, self.settings.reconcile),
            Job::Reconcile(_) | Job::Rebuild(_) | Job::Versions(_) | Job::Tell(_) => {
                (&self.reconciling, self.settings.reconcile)
            }
        };
        let order = frame::encode(&JobOrder {
            cpu_seconds: budget.cpu_seconds,
            job,
        })
        .map_err(|error| match error {
            FrameError::TooLarge => WorkerError::TooLarge,
            _ => WorkerError::Answer,
        })?;
        let _place = lane.place()?;
        let _alone = match case {
            Some(case) => Some(self.turns.take(case).await),
            None => None,
        };
        let _turn = lane
            .running
            .acquire()
            .await
            .map_err(|_| WorkerError::Closed)?;
        let _worker = self
            .workers
            .acquire()
            .await
            .map_err(|_| WorkerError::Closed)?;
        match self.once(&order, budget).await {
            // What hangs in the lane of reconciling keeps the others waiting: it comes again.
            Err(error) if error.had_no_chance() && !(case.is_some() && error.hung()) => {
                self.once(&order, budget).await
            }
            answer => answer,
        }
    }

    async fn once(&self, order: &[u8], budget: JobBudget) -> Result<JobAnswer, WorkerError> {
        let idle = self.idle.lock().pop();
        let mut worker = match idle {
            Some(worker) => worker,
            None => Running::start(&self.settings.program, self.settings.memory_mib)
                .await
                .map_err(WorkerError::Start)?,
        };
        match worker.ask(order, budget.wall).await {
            Ok(answer) => {
                if worker.jobs() < self.settings.jobs_per_worker {
                    self.idle.lock().push(worker);
                }
                Ok(answer)
            }
            Err(error) => {
                tracing::warn!(worker.pid = worker.pid(), error.code = error.code(), %error, "a worker is replaced");
                Err(error)
            }
        }
    }
}

impl JobLane {
    fn place(&self) -> Result<SemaphorePermit<'_>, WorkerError> {
        self.places.try_acquire().map_err(|refused| match refused {
            tokio::sync::TryAcquireError::NoPermits => WorkerError::Busy,
            tokio::sync::TryAcquireError::Closed => WorkerError::Closed,
        })
    }
}
