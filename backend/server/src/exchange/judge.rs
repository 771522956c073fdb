//! Judging changes by their content, in a worker: canonical form and rights (gates 4 and 5).

use super::{admit::Desk, refusal::Refusal, sift::Stop};
use crate::{problem::Problem, worker};
use hejie_case::{
    rights::{self, Danger, ObjectEntry, Pen},
    role::Author,
};
use hejie_wire::chunk::Admitted;
use serde_bytes::ByteBuf;

/// What the workers let pass.
#[derive(Default)]
pub(super) struct Judged {
    /// Changes that may be acknowledged.
    pub(super) good: Vec<Admitted>,
    /// What they add to the index.
    pub(super) objects: Vec<ObjectEntry>,
    /// The dangers that they report.
    pub(super) dangers: Vec<Danger>,
    /// Why the next one may not.
    pub(super) stopped: Option<Stop>,
}

impl Desk<'_> {
    /// Has the changes judged: canonical form and rights, then the lengths of the texts that they make longer. No text of the case is
    /// longer than `longest` so far.
    pub(super) async fn judge(
        &self,
        author: Author,
        fresh: &[Admitted],
        index: Vec<ObjectEntry>,
        longest: u64,
    ) -> Result<Judged, Problem> {
        let judged = self.by_rights(author, fresh, index).await?;
        self.by_length(judged, longest).await
    }

    /// Has canonical form and rights checked in a worker: all at once, or one by one to find the first that may not pass.
    async fn by_rights(
        &self,
        author: Author,
        fresh: &[Admitted],
        mut index: Vec<ObjectEntry>,
    ) -> Result<Judged, Problem> {
        let pen = Pen {
            actor: self.phone.device.actor,
            role: author.role,
        };
        if let Ok(all) = self.check(fresh, &index, pen).await? {
            return Ok(Judged {
                good: fresh.to_vec(),
                objects: all.objects,
                dangers: all.dangers,
                stopped: None,
            });
        }
        let mut judged = Judged::default();
        for arrival in fresh {
            match self
                .check(std::slice::from_ref(arrival), &index, pen)
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
        pen: Pen,
    ) -> Result<Result<rights::Judged, Refusal>, Problem> {
        if !self.budget.job() {
            return Ok(Err(Refusal::TooMuchAtOnce));
        }
        let changes = arrivals
            .iter()
            .map(|arrival| ByteBuf::from(arrival.bytes.clone()))
            .collect();
        let check = worker::Check {
            changes,
            index: index.to_vec(),
            pen,
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
