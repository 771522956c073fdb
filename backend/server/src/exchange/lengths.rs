//! The cap on the length of a text. The document is opened for it only where a text can have
//! reached the cap at all: where its longest text and an operation a character of what came since
//! are more than the cap.

use super::{admit::CaseContext, judge::PassedChanges, refusal::Refusal, sift::Stop};
use crate::{problem::Problem, worker};
use hejie_case::{ids::ChangeHash, limit::MAX_TEXT, rights::ObjectRef};
use hejie_registry::{case, log::change, pool};
use hejie_wire::chunk::Admitted;
use serde_bytes::ByteBuf;

impl PassedChanges {
    /// Takes a change and all behind it out again.
    fn stop_at(&mut self, bad: ChangeHash, refusal: Refusal) {
        let Some(at) = self.good.iter().position(|arrival| arrival.hash == bad) else {
            return;
        };
        let taken_out = self.good.split_off(at);
        self.dangers.retain(|danger| {
            taken_out
                .iter()
                .all(|arrival| arrival.hash != danger.change)
        });
        let makes = |arrival: &Admitted, object: ObjectRef| {
            let own = arrival.header.start_op..=arrival.header.max_op;
            arrival.header.actor == object.actor && own.contains(&object.counter)
        };
        self.objects
            .retain(|row| !taken_out.iter().any(|arrival| makes(arrival, row.object)));
        self.stopped = Some(Stop {
            change: Some(bad),
            refusal,
        });
    }
}

impl CaseContext<'_> {
    /// Stops at the first change that makes a text too long on what its author had seen.
    pub(super) async fn by_length(
        &self,
        mut judged: PassedChanges,
        longest: u64,
    ) -> Result<PassedChanges, Problem> {
        let counted = |sum: u64, (first, last): (u64, u64)| {
            sum.saturating_add(last.saturating_sub(first).saturating_add(1))
        };
        let ops = judged
            .good
            .iter()
            .map(|a| (a.header.start_op, a.header.max_op));
        let Some(first) = judged.good.first().map(|arrival| arrival.hash) else {
            return Ok(judged);
        };
        if usize::try_from(ops.fold(longest, counted)).is_ok_and(|most| most <= MAX_TEXT) {
            return Ok(judged);
        }
        let stop = if self.budget.job() {
            self.overgrown(&judged, first).await?
        } else {
            Some((first, Refusal::TooMuchAtOnce))
        };
        if let Some((bad, refusal)) = stop {
            judged.stop_at(bad, refusal);
        }
        Ok(judged)
    }

    async fn overgrown(
        &self,
        judged: &PassedChanges,
        first: ChangeHash,
    ) -> Result<Option<(ChangeHash, Refusal)>, Problem> {
        let mut conn = pool::acquire(&self.state.pool).await?;
        // In this order: what is merged between the two stands in both.
        let waiting = change::list_unmerged(&mut conn, self.case).await?;
        let stored = case::lookup(&mut conn, self.case).await?;
        drop(conn);
        let good = judged.good.iter();
        let grown = worker::Grown {
            snapshot: stored.map(|stored| ByteBuf::from(stored.snapshot)),
            waiting: waiting
                .into_iter()
                .map(|c| ByteBuf::from(c.bytes))
                .collect(),
            changes: good.map(|a| ByteBuf::from(a.bytes.clone())).collect(),
        };
        match self.state.workers.grown(grown).await {
            Ok(Ok(found)) => Ok(found.map(|(bad, refusal)| (bad, Refusal::Said(refusal)))),
            Ok(Err(unreadable)) => {
                tracing::error!(case.id = %self.case, reason = unreadable.code, "no text of the case can be measured");
                self.state.reconciler.doubt(self.case);
                Ok(Some((first, Refusal::CaseUnreadable)))
            }
            Err(error) if error.blames_job() => {
                tracing::warn!(case.id = %self.case, device.id = %self.phone.device.id, reason = error.code(), "texts harmed a worker");
                Ok(Some((first, Refusal::Harmful)))
            }
            Err(error) => Err(Problem::WorkersAway(std::sync::Arc::new(error))),
        }
    }
}
