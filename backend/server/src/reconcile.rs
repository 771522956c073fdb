//! Reconciling cases on the server: what a phone or a console wants is merged, ruled on and folded
//! within moments.
//!
//! The thinking is done by `hejie_case::reconcile` in a worker process. Here its input is gathered,
//! and its result is applied in one transaction, by compare-and-set on the facts version and the
//! merged heads: if the case moved meanwhile, it is settled again. A change that cannot be merged
//! or kept goes to quarantine and its author is told; what the document holds already is projected
//! as far as the registry takes it. A stored document that does not read is built anew from the log
//! (`mend`). A case that cannot be settled is parked, in the open, and does not stop the others
//! (`isolate`, `retry`).

mod adopt;
mod apply;
mod calls;
mod claims;
mod gather;
mod hand_on;
mod isolate;
mod joint;
mod mend;
mod open;
mod people;
mod project;
mod queue;
mod recover;
mod recused;
mod refold;
mod repeat;
mod retry;
mod think;

pub use crate::membership::follow;
pub use adopt::BegunCase;
pub use claims::{RecoveryChoice, RecoveryDecision};
pub use isolate::overdue;
pub use joint::{JointDecision, JointResult};
pub use open::{IncidentReceipt, Report};
pub use people::{Decider, DeciderAdmission};
pub use recover::RestoredCase;
pub use refold::{Refold, Refolded};
pub use repeat::{IncidentCall, MatchedIncident};

use self::{
    gather::GatheredCase,
    isolate::ReconcileStep,
    mend::is_of_document,
    people::{ReconcileOutcome, ReconcileRequest},
    queue::CaseQueue,
};
use crate::{
    channel::{Receivers, sender::OutboxSignal},
    clock::Clock,
    entropy::RandomSource,
    events::Events,
    mark::{MarkError, Marks},
    telemetry::whole,
    worker::{Pool, WorkerError},
};
use futures_util::FutureExt;
use hejie_case::{ids::CaseId, policy::Policy, reason::Reason, rule::Motion};
use hejie_registry::{
    case,
    error::{LosesRaces, RegistryError},
    identity::session::SessionStatus,
    pool::{self, PgPool},
};
use jiff::Timestamp;
use parking_lot::Mutex;
use std::{collections::BTreeSet, ops::Deref, panic::AssertUnwindSafe, sync::Arc};
use tokio::{sync::Notify, task::JoinSet};

/// How often a reconciliation is made again because the case moved meanwhile.
const ATTEMPTS: usize = 8;
/// How many changes are merged at once.
const BATCH: usize = 1000;
/// How many waiting cases are looked for at once when the server starts or ticks.
const SWEEP: u32 = 1000;

/// Reconciles cases. Cheap to clone.
#[derive(Clone)]
pub struct Reconciler(Arc<ReconcilerInner>);

/// What reconciliation works with.
pub struct ReconcilerParts {
    /// Connections to Postgres.
    pub pool: PgPool,
    /// The clock.
    pub clock: Clock,
    /// The source of randomness.
    pub entropy: RandomSource,
    /// The processes that open documents.
    pub workers: Pool,
    /// Lengths of clocks and the like.
    pub policy: Policy,
    /// Tells consoles that a case moved.
    pub events: Events,
    /// Gives case numbers.
    pub marks: Marks,
    /// Which channels effects go to.
    pub receivers: Receivers,
    /// Rings when a channel is owed something.
    pub outbox: OutboxSignal,
}

struct ReconcilerInner {
    parts: ReconcilerParts,
    waiting: Mutex<CaseQueue>,
    /// Cases whose stored document did not read somewhere.
    doubted: Mutex<BTreeSet<CaseId>>,
    wake: Notify,
}

impl Deref for ReconcilerInner {
    type Target = ReconcilerParts;

    fn deref(&self) -> &ReconcilerParts {
        &self.parts
    }
}

/// Why a case could not be settled.
#[derive(Debug, thiserror::Error)]
pub enum ReconcilerError {
    /// There is no such case.
    #[error("no such case")]
    UnknownCase,
    /// Postgres failed.
    #[error("the registry failed")]
    Registry(#[from] RegistryError),
    /// No worker answered.
    #[error("no worker answered")]
    Worker(#[from] WorkerError),
    /// A case number could not be noted, so that none is given.
    #[error("no case number can be given")]
    Mark(#[from] MarkError),
    /// The case itself cannot be settled; it is parked.
    #[error("the case is parked: {code}")]
    Parked {
        /// A stable code.
        code: String,
    },
    /// The last tries hung or killed their workers, so that the next one waits.
    #[error("the case is put off until {until}")]
    PutOff {
        /// Until then.
        until: Timestamp,
    },
    /// The document of a new case cannot be registered as it is.
    #[error("the case cannot be registered: {0}")]
    Refused(Reason),
    /// The case stands on another version than the one that a desk decided on.
    #[error("the case moved since the decision")]
    Moved,
    /// Whoever decided may not come in any more.
    #[error("whoever decided was put out meanwhile")]
    PutOut(SessionStatus),
    /// The case moved every time before its reconciliation could be applied.
    #[error("the case kept moving")]
    Contended,
    /// Reconciling the case panicked.
    #[error("reconciling the case panicked")]
    Panicked,
}

impl LosesRaces for ReconcilerError {
    fn lost_race(&self) -> bool {
        match self {
            Self::Registry(error) | Self::Mark(MarkError::Registry(error)) => error.is_lost_race(),
            _ => false,
        }
    }
}

/// The answers to the motions that were handed in, in their order: none if accepted.
pub type Answers = Vec<Option<Reason>>;

impl Reconciler {
    /// Puts the reconciler of a server together; [`Reconciler::run`] does the work.
    #[must_use]
    pub fn new(parts: ReconcilerParts) -> Self {
        Self(Arc::new(ReconcilerInner {
            parts,
            waiting: Mutex::default(),
            doubted: Mutex::default(),
            wake: Notify::new(),
        }))
    }

    /// Says that a case has something to reconcile. Returns at once; saying it twice costs nothing.
    pub fn nudge(&self, case: CaseId) {
        self.0.waiting.lock().add(case);
        self.0.wake.notify_one();
    }

    /// Reconciles whatever waits, as many cases at once as workers can be had, until it is dropped.
    pub async fn run(&self) {
        let mut running = JoinSet::new();
        loop {
            while running.len() < self.0.workers.reconciling_at_once()
                && let Some(taken) = self.next()
            {
                running.spawn(taken.reconcile());
            }
            tokio::select! {
                () = self.0.wake.notified() => {}
                Some(_) = running.join_next() => {}
            }
        }
    }

    /// Reconciles everything that waits now, one case after the other, and returns.
    pub async fn reconcile_waiting(&self) {
        while let Some(taken) = self.next() {
            taken.reconcile().await;
        }
    }

    /// Looks for cases that were left unsettled by a server that died, and for those whose moment
    /// has come: a clock runs out, a wait is over, the next rung of the ladder is reached.
    ///
    /// # Errors
    /// Postgres failed.
    pub async fn sweep(&self) -> Result<(), RegistryError> {
        let mut conn = pool::acquire(&self.0.pool).await?;
        let waiting = case::list_unreconciled(&mut conn, self.0.clock.now(), SWEEP).await?;
        {
            let mut queue = self.0.waiting.lock();
            waiting.into_iter().for_each(|case| queue.add(case));
        }
        self.0.wake.notify_one();
        self.ring(&mut conn).await?;
        isolate::measure(&mut conn, self.0.clock.now()).await
    }

    /// Which channels effects go to.
    #[must_use]
    pub fn receivers(&self) -> &Receivers {
        &self.0.receivers
    }

    /// Reconciles one case now, with acts of the console.
    ///
    /// # Errors
    /// See [`ReconcilerError`]; a refused motion is no error but an answer.
    pub async fn reconcile(
        &self,
        case: CaseId,
        motions: &[Motion],
    ) -> Result<Answers, ReconcilerError> {
        let asked = ReconcileRequest {
            motions,
            ..ReconcileRequest::default()
        };
        Ok(self.reconcile_on(case, asked).await?.answers)
    }

    /// Reconciles one case, on a version of the facts if one is given.
    async fn reconcile_on(
        &self,
        case: CaseId,
        asked: ReconcileRequest<'_>,
    ) -> Result<ReconcileOutcome, ReconcilerError> {
        self.has_its_turn(case, asked).await?;
        // On the heap, since all that handlers do stands on one stack, and this is most of it.
        let settled = Box::pin(self.reconcile_in_steps(case, asked)).await;
        if let Err(error) = &settled {
            self.note_failed(case, error).await?;
        }
        settled
    }

    /// Merges as much at once as can be applied: where a worker or the registry stumbles over a
    /// change, half of them, down to the one that is to blame.
    async fn reconcile_in_steps(
        &self,
        case: CaseId,
        asked: ReconcileRequest<'_>,
    ) -> Result<ReconcileOutcome, ReconcilerError> {
        let motions = asked.motions;
        self.mend_doubted(case).await?;
        let (mut batch, mut moved, mut is_mended) = (BATCH, 0, false);
        while moved < ATTEMPTS {
            let before = self.gather(case, motions).await?;
            before.stands_on(asked.base)?;
            if before.changes.is_empty() && motions.is_empty() && !before.is_due(self.0.clock.now())
            {
                return Ok(ReconcileOutcome::of(&before.stored.facts, Vec::new()));
            }
            let merging = &before.changes[..before.changes.len().min(batch)];
            let input = self.input(&before, merging, motions);
            let settled = self.0.workers.reconcile(input, before.heads()).await;
            if is_of_document(&settled) && !is_mended {
                self.mend(case).await?;
                is_mended = true;
                continue;
            }
            let settled = match settled {
                Ok(Ok(settled)) => settled,
                Ok(Err(refusal)) => return Err(self.park(case, refusal.code).await?),
                Err(error) => {
                    let fewer = self.narrow_down(&before, merging, motions, error).await?;
                    batch = fewer.unwrap_or(batch);
                    continue;
                }
            };
            match self
                .apply_isolating(&before, merging, asked, &settled)
                .await?
            {
                ReconcileStep::Applied => {
                    if merging.len() < before.changes.len() {
                        self.nudge(case);
                    }
                    return Ok(ReconcileOutcome::of(&settled.facts, settled.answers));
                }
                ReconcileStep::Moved => moved += 1,
                ReconcileStep::Again { at_most } => batch = at_most,
            }
        }
        Err(ReconcilerError::Contended)
    }

    /// Lengths of clocks and the like, as this server rules.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.0.policy
    }

    fn next(&self) -> Option<TakenCase> {
        let case = self.0.waiting.lock().take()?;
        let by = self.clone();
        Some(TakenCase { by, case })
    }
}

/// A case that nobody else takes meanwhile.
struct TakenCase {
    by: Reconciler,
    case: CaseId,
}

impl TakenCase {
    /// Reconciles it; a failure is its own alone.
    async fn reconcile(self) {
        let settling = AssertUnwindSafe(self.reconcile_and_hand_on()).catch_unwind();
        let failed = match settling.await {
            Ok(Ok(()) | Err(ReconcilerError::PutOff { .. })) => return,
            Ok(Err(error)) => error,
            Err(_) => self.panicked().await,
        };
        tracing::error!(case.id = %self.case, error.chain = %whole(&failed), "a case could not be settled");
    }

    /// Reconciles it, and lets the case under which it goes on hear of what came into it late.
    async fn reconcile_and_hand_on(&self) -> Result<(), ReconcilerError> {
        let outcome = self
            .by
            .reconcile_on(self.case, ReconcileRequest::default())
            .await?;
        match outcome.hands_on_to {
            Some(into) => self.by.hand_on(self.case, into).await,
            None => Ok(()),
        }
    }

    async fn panicked(&self) -> ReconcilerError {
        let panicked = ReconcilerError::Panicked;
        let counted = self.by.note_failed(self.case, &panicked).await;
        counted.err().unwrap_or(panicked)
    }
}

impl Drop for TakenCase {
    fn drop(&mut self) {
        self.by.0.waiting.lock().end(self.case);
    }
}
