//! Adopting a case that was begun on a phone (E01).

use super::{
    admit::{CaseAdmission, CaseContext},
    refusal::Refusal,
    sift::{self, Readable},
};
use crate::{
    problem::Problem,
    reconcile::{BegunCase, ReconcilerError},
};
use hejie_case::part::Extent;
use hejie_registry::{case, error::RegistryError, log::standing::LogSnapshot, pool};
use hejie_wire::code;

impl CaseContext<'_> {
    /// Adopts a case that was begun on this phone and is not registered: the log knows nothing of
    /// it.
    pub(super) async fn begin(&self, readable: &Readable) -> Result<CaseAdmission, Problem> {
        let sifted = sift::sift(&readable.arrivals, &LogSnapshot::default(), Extent::Whole);
        if sifted.fresh.is_empty() {
            return Ok(self.refuse_all(&Refusal::UnknownCase));
        }
        if !self.budget.begin() {
            return Ok(self.refuse_all(&Refusal::TooMuchAtOnce));
        }
        let author = self.phone.caller.author();
        let judged = self.judge(author, &sifted.fresh, Vec::new(), 0).await?;
        if judged.good.is_empty() {
            return Ok(self.taken(readable, &sifted, &judged));
        }
        let begun = BegunCase {
            case: self.case,
            device: self.phone.device.id,
            by: author,
            session: self.phone.caller.session,
            region: &self.phone.caller.region,
            changes: &judged.good,
            objects: &judged.objects,
            reports: &judged.dangers,
            signed: self.signed,
        };
        match self.state.reconciler.adopt(&begun).await {
            Ok(_) => Ok(self.taken(readable, &sifted, &judged)),
            Err(ReconcilerError::Refused(reason)) if reason.code == code::INTAKE_INCOMPLETE => {
                Ok(self.refuse_all(&Refusal::Incomplete(reason)))
            }
            Err(ReconcilerError::Refused(reason)) => Ok(self.refuse_all(&Refusal::Said(reason))),
            Err(ReconcilerError::Worker(error)) if error.blames_job() => {
                Ok(self.refuse_all(&Refusal::Harmful))
            }
            Err(ReconcilerError::Registry(error)) if error.is_lost_race() => {
                Ok(self.refuse_all(&Refusal::TryAgain))
            }
            Err(ReconcilerError::Registry(error)) if error.is_data() => {
                self.refuse_begun(&error).await
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The registry takes the case not as it was sent. If the same request was sent twice at once,
    /// the other one was first.
    async fn refuse_begun(&self, error: &RegistryError) -> Result<CaseAdmission, Problem> {
        let mut conn = pool::acquire(&self.state.pool).await?;
        if case::facts_version(&mut conn, self.case).await?.is_some() {
            return Ok(self.refuse_all(&Refusal::TryAgain));
        }
        tracing::error!(case.id = %self.case, device.id = %self.phone.device.id, objection = error.objection(), "a begun case cannot be registered");
        Ok(self.refuse_all(&Refusal::Unstorable))
    }
}
