//! Reconciling a case in a worker for a transaction that writes it itself, beside something else.

use super::{GatheredCase, JointResult, Reconciler, ReconcilerError, mend::is_of_document};
use hejie_case::{
    reconcile::{ReceivedChange, ReconcileOutput},
    rule::Motion,
};
use jiff::Timestamp;

impl Reconciler {
    /// Reconciles a case in a worker without applying it; the first refusal of a motion stands for
    /// all.
    pub(super) async fn think(
        &self,
        before: &GatheredCase,
        motions: &[Motion],
        now: Timestamp,
    ) -> Result<JointResult<ReconcileOutput>, ReconcilerError> {
        let settled = self.think_through(before, motions, now).await?;
        Ok(match settled.answers.iter().flatten().next() {
            Some(refusal) => Err(refusal.clone()),
            None => Ok(settled),
        })
    }

    /// Reconciles a case in a worker without applying it, whatever of the motions is refused.
    pub(super) async fn think_through(
        &self,
        before: &GatheredCase,
        motions: &[Motion],
        now: Timestamp,
    ) -> Result<ReconcileOutput, ReconcilerError> {
        let think = async |before: &GatheredCase, changes: &[ReceivedChange]| {
            let mut input = self.input(before, changes, motions);
            input.now = now;
            self.0.workers.reconcile(input, before.heads()).await
        };
        let mut settled = think(before, &before.changes).await;
        if is_of_document(&settled) {
            self.mend(before.stored.case).await?;
            let mended = self.gather(before.stored.case, motions).await?;
            settled = think(&mended, &before.changes).await;
        }
        settled?.map_err(|refusal| ReconcilerError::Parked { code: refusal.code })
    }
}
