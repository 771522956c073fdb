//! Refolding: every case is built anew from its log, from the genesis on, and held against what stands in the registry.

use super::{Settling, SettlingError};
use crate::worker::Rebuild;
use hejie_case::{
    fold::{RegistryChange, plan},
    ids::CaseId,
};
use hejie_registry::{case, fold, log, log::change::ChangeState, pool};
use serde_bytes::ByteBuf;

/// What refolding one case found.
#[derive(Debug, Clone, PartialEq)]
pub struct Refolded {
    /// The case.
    pub case: CaseId,
    /// What had to change in the registry; empty if it equals the fold.
    pub changes: Vec<RegistryChange>,
    /// The document rebuilt from the log has the heads of the stored one.
    pub same_heads: bool,
}

/// What to do where the registry differs from the fold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refold {
    /// Say so.
    Verify,
    /// Make it equal.
    Repair,
}

impl Refolded {
    /// Whether the registry equalled a fold from nothing.
    #[must_use]
    pub fn was_equal(&self) -> bool {
        self.same_heads && self.changes.is_empty()
    }
}

impl Settling {
    /// Folds a case from nothing and says how the registry differs from that.
    ///
    /// # Errors
    /// See [`SettlingError`].
    pub async fn refold(&self, case: CaseId, refold: Refold) -> Result<Refolded, SettlingError> {
        let mut tx = pool::begin(&self.0.pool).await?;
        log::lock_case(&mut tx, case).await?;
        let stored = case::lookup(&mut tx, case)
            .await?
            .ok_or(SettlingError::UnknownCase)?;
        let good = log::change::list_good(&mut tx, case).await?;
        let merged = good.into_iter().filter(|c| c.state == ChangeState::Merged);
        let rebuild = Rebuild {
            changes: merged.map(|c| ByteBuf::from(c.bytes)).collect(),
            authors: case::list_authors(&mut tx, case).await?,
            facts: stored.facts,
        };
        let rebuilt = match self.0.workers.rebuild(rebuild).await? {
            Ok(rebuilt) => rebuilt,
            Err(refusal) => return Err(SettlingError::Parked { code: refusal.code }),
        };
        let changes = plan(&fold::read(&mut tx, case).await?, &rebuilt.projection);
        if refold == Refold::Repair && !changes.is_empty() {
            fold::apply(&mut tx, case, &changes).await?;
            pool::commit(tx).await?;
        }
        Ok(Refolded {
            case,
            changes,
            same_heads: rebuilt.heads == stored.heads,
        })
    }

    /// Every case after one, in the order of their ids.
    ///
    /// # Errors
    /// Postgres failed.
    pub async fn list(
        &self,
        after: Option<CaseId>,
        limit: u32,
    ) -> Result<Vec<CaseId>, SettlingError> {
        let mut conn = pool::acquire(&self.0.pool).await?;
        Ok(case::list_ids(&mut conn, after, limit).await?)
    }
}
