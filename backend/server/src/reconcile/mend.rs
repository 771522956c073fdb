//! A stored document is a cache of the log: one that does not read, or is not the one that was
//! saved, is built anew, and the case goes on.
//!
//! Nobody need see to it. Only where the log itself cannot be read the case is parked, for it is
//! the log that holds what was written.

use super::{Reconciler, ReconcilerError, project};
use crate::worker::{JobResult, Rebuild, RebuiltCase, WorkerError};
use hejie_case::{
    facts::Facts,
    ids::CaseId,
    reconcile::{DOCUMENT_UNREADABLE, ReconcileOutput},
};
use hejie_registry::{
    case,
    error::RegistryError,
    log,
    pool::{self, PgConnection},
};
use serde_bytes::ByteBuf;

/// Why a case is parked whose document cannot be built from its log either.
const LOG_UNREADABLE: &str = "log_unreadable";

impl Reconciler {
    /// Says that the stored document of a case may not be what was saved. It is built anew with the
    /// next reconciliation, which comes at once.
    pub fn doubt(&self, case: CaseId) {
        self.0.doubted.lock().insert(case);
        self.nudge(case);
    }

    /// Mends the document of a case of which somebody said that it does not read.
    pub(super) async fn mend_doubted(&self, case: CaseId) -> Result<(), ReconcilerError> {
        if self.0.doubted.lock().remove(&case) {
            self.mend(case).await?;
        }
        Ok(())
    }

    /// Stores the document anew from the log; parks the case where that cannot be read.
    pub(super) async fn mend(&self, case: CaseId) -> Result<(), ReconcilerError> {
        let mut tx = pool::begin(&self.0.pool).await?;
        let stored = case::lock_rebuildable(&mut tx, case)
            .await?
            .ok_or(ReconcilerError::UnknownCase)?;
        let unreadable = match self.rebuild(&mut tx, case, stored.facts, true).await {
            Ok(Ok(rebuilt)) => {
                store(&mut tx, case, &rebuilt).await?;
                pool::commit(tx).await?;
                tracing::warn!(case.id = %case, "a stored document was not what was saved: it is built anew from the log");
                metrics::counter!("hejie_documents_rebuilt_total").increment(1);
                return Ok(());
            }
            Ok(Err(refusal)) => refusal.code,
            Err(ReconcilerError::Worker(error)) if error.blames_job() => error.code().to_owned(),
            Err(error) => return Err(error),
        };
        drop(tx);
        tracing::error!(case.id = %case, reason = unreadable, "the log of a case cannot be read");
        Err(self.park(case, LOG_UNREADABLE.to_owned()).await?)
    }

    /// Folds a case from its log alone.
    pub(super) async fn rebuild(
        &self,
        conn: &mut PgConnection,
        case: CaseId,
        facts: Facts,
        keep: bool,
    ) -> Result<JobResult<RebuiltCase>, ReconcilerError> {
        let merged = log::change::list_merged(conn, case).await?;
        let bytes = merged.into_iter().map(|c| ByteBuf::from(c.bytes));
        let rebuild = Rebuild {
            changes: bytes.collect(),
            authors: case::list_authors(conn, case).await?,
            facts,
            keep,
        };
        Ok(self.0.workers.rebuild(rebuild).await?)
    }
}

/// Whether a worker found that the stored document is not what was saved.
pub(super) fn is_of_document(settled: &Result<JobResult<ReconcileOutput>, WorkerError>) -> bool {
    matches!(settled, Ok(Err(refusal)) if refusal.code == DOCUMENT_UNREADABLE)
}

/// Stores a document that was built anew.
pub(super) async fn store(
    conn: &mut PgConnection,
    case: CaseId,
    rebuilt: &RebuiltCase,
) -> Result<(), RegistryError> {
    let Some((snapshot, view)) = &rebuilt.document else {
        return Ok(());
    };
    let document = case::RebuiltDocument {
        snapshot,
        heads: &rebuilt.heads,
        view: &project::cleaned("view", view, &mut Vec::new()),
    };
    case::set_rebuilt(conn, case, &document).await
}
