//! Judging changes by their content, in a worker: canonical form and rights (gates 4 and 5).

use super::{admit::CaseContext, refusal::Refusal, sift::Stop};
use crate::{problem::Problem, worker};
use hejie_case::{
    rights::{self, ChangeWriter, Danger, ObjectEntry},
    role::Author,
};
use hejie_wire::chunk::Admitted;
use serde_bytes::ByteBuf;

/// What the workers let pass.
#[derive(Default)]
pub(super) struct PassedChanges {
    /// Changes that may be acknowledged.
    pub(super) good: Vec<Admitted>,
    /// What they add to the index.
    pub(super) objects: Vec<ObjectEntry>,
    /// The dangers that they report.
    pub(super) dangers: Vec<Danger>,
    /// Why the next one may not.
    pub(super) stopped: Option<Stop>,
}

impl CaseContext<'_> {
    /// Has the changes judged: canonical form and rights, then the lengths of the texts that they
    /// make longer. No text of the case is longer than `longest` so far.
    pub(super) async fn judge(
        &self,
        author: Author,
        fresh: &[Admitted],
        index: Vec<ObjectEntry>,
        longest: u64,
    ) -> Result<PassedChanges, Problem> {
        let judged = self.by_rights(author, fresh, index).await?;
        self.by_length(judged, longest).await
    }

    /// Has canonical form and rights checked in a worker: all at once, or one by one to find the
    /// first that may not pass.
    async fn by_rights(
        &self,
        author: Author,
        fresh: &[Admitted],
        mut index: Vec<ObjectEntry>,
    ) -> Result<PassedChanges, Problem> {
        let writer = ChangeWriter {
            actor: self.phone.device.actor,
            role: author.role,
        };
        if let Ok(all) = self.check(fresh, &index, writer).await? {
            return Ok(PassedChanges {
                good: fresh.to_vec(),
                objects: all.objects,
                dangers: all.dangers,
                stopped: None,
            });
        }
        let mut judged = PassedChanges::default();
        for arrival in fresh {
            match self
                .check(std::slice::from_ref(arrival), &index, writer)
                .await?
            {
                Ok(one) => {
                    index.extend(one.objects.iter().cloned());
                    judged.objects.extend(one.objects);
                    judged.dangers.extend(one.dangers);
                    judged.good.push(arrival.clone());
                }
                Err(refusal) => {
                    judged.stopped = Some(Stop {
                        change: Some(arrival.hash),
                        refusal,
                    });
                    break;
                }
            }
        }
        Ok(judged)
    }

    async fn check(
        &self,
        arrivals: &[Admitted],
        index: &[ObjectEntry],
        writer: ChangeWriter,
    ) -> Result<Result<rights::JudgedChanges, Refusal>, Problem> {
        if !self.budget.job() {
            return Ok(Err(Refusal::TooMuchAtOnce));
        }
        let changes = arrivals
            .iter()
            .map(|arrival| ByteBuf::from(arrival.bytes.clone()))
            .collect();
        let check = worker::ChangeCheck {
            changes,
            index: index.to_vec(),
            writer,
        };
        match self.state.workers.check(check).await {
            Ok(verdict) => Ok(verdict.map_err(Refusal::Said)),
            Err(error) if error.blames_job() => {
                tracing::warn!(case.id = %self.case, device.id = %self.phone.device.id, reason = error.code(), "a change harmed a worker");
                Ok(Err(Refusal::Harmful))
            }
            Err(error) => Err(Problem::WorkersAway(std::sync::Arc::new(error))),
        }
    }
}
