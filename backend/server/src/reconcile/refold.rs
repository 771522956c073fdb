//! Refolding: every case is built anew from its log, from the genesis on, and held against what
//! stands in the registry.

use super::{Reconciler, ReconcilerError, mend, overdue, project};
use crate::worker::RebuiltCase;
use hejie_case::{
    fold::{RegistryChange, plan},
    ids::{CaseId, ChangeHash, DeviceId},
};
use hejie_registry::{
    case::{self, Unprojected},
    error::RegistryError,
    fold,
    log::{self, batch::AccountedChanges},
    pool::{self, PgConnection},
};
use hejie_wire::chunk;
use std::collections::HashSet;

/// What refolding one case found.
#[derive(Debug, Clone, PartialEq)]
pub struct Refolded {
    /// The case.
    pub case: CaseId,
    /// What had to change in the registry; empty if it equals the fold.
    pub changes: Vec<RegistryChange>,
    /// The stored document is as it was saved, and the one rebuilt from the log has its heads.
    pub same_heads: bool,
    /// Columns beside the stored document that do not read, and that the log can make anew.
    pub unread: Vec<&'static str>,
    /// Why the case could not be settled; none if it could.
    pub parked: Option<String>,
    /// How many changes are acknowledged and not merged for too long.
    pub unmerged: u64,
    /// Fields of the registry that could not take what the log says, and hold a safe value instead;
    /// not among `changes`.
    pub unprojected: Vec<Unprojected>,
    /// How many changes of phones stand in the log under no signature of their phone, and are not
    /// [`AccountedChanges`] for otherwise.
    pub unsigned: u64,
    /// Changes for which something else than their phone's signature stands.
    pub accounted: AccountedChanges,
    /// What is left of all this after it was repaired; none where nothing was.
    pub left: Option<Box<Refolded>>,
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
        self.same_heads && self.unread.is_empty() && self.changes.is_empty()
    }

    /// Whether nobody need look at the case.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.was_equal()
            && self.parked.is_none()
            && self.unmerged == 0
            && self.unprojected.is_empty()
    }

    /// Whether every change of a phone stands under its signature, or is accounted for otherwise.
    /// Nothing repairs one that does not.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.unsigned == 0
    }
}

impl Reconciler {
    /// Folds a case from nothing and says how the registry differs from that. Repairing also
    /// replaces a stored document that is not what the log says, reconciles the case again if it
    /// was parked, and looks once more.
    ///
    /// # Errors
    /// [`ReconcilerError::Parked`] when the log itself cannot be read; others when something is
    /// away.
    pub async fn refold(&self, case: CaseId, refold: Refold) -> Result<Refolded, ReconcilerError> {
        let found = self.refold_once(case, refold).await?;
        if refold == Refold::Verify || found.is_sound() {
            return Ok(found);
        }
        match self.reconcile(case, &[]).await {
            // What is parked again is found so.
            Ok(_) | Err(ReconcilerError::Parked { .. }) => {}
            Err(error) => return Err(error),
        }
        let left = self.refold_once(case, Refold::Verify).await?;
        Ok(Refolded {
            left: Some(Box::new(left)),
            ..found
        })
    }

    async fn refold_once(&self, case: CaseId, refold: Refold) -> Result<Refolded, ReconcilerError> {
        let mut tx = pool::begin(&self.0.pool).await?;
        let stored = case::lock_rebuildable(&mut tx, case)
            .await?
            .ok_or(ReconcilerError::UnknownCase)?;
        let keep = refold == Refold::Repair;
        let rebuilt = match self.rebuild(&mut tx, case, stored.facts, keep).await? {
            Ok(rebuilt) => rebuilt,
            Err(refusal) => return Err(ReconcilerError::Parked { code: refusal.code }),
        };
        let late = case::lookup_trouble(&mut tx, &overdue(self.0.clock.now()), case).await?;
        let unprojected = case::list_unprojected(&mut tx, case).await?;
        let mut changes = plan(&fold::read(&mut tx, case).await?, &rebuilt.projection);
        changes.retain(|change| !project::is_noted(change, &unprojected));
        let is_saved = chunk::is_saved_document(&stored.snapshot);
        let found = Refolded {
            case,
            changes,
            same_heads: is_saved && stored.heads.is_some_and(|heads| heads == rebuilt.heads),
            unread: stored.unread,
            parked: stored.parked,
            unmerged: late.map_or(0, |trouble| trouble.unmerged),
            unprojected,
            unsigned: unsigned(&mut tx, case).await?,
            accounted: log::batch::count_accounted(&mut tx, case).await?,
            left: None,
        };
        if refold == Refold::Repair && !found.is_sound() {
            repair(&mut tx, &found, &rebuilt).await?;
            pool::commit(tx).await?;
        }
        Ok(found)
    }

    /// How many cases there are.
    ///
    /// # Errors
    /// Postgres failed.
    pub async fn count(&self) -> Result<u64, ReconcilerError> {
        let mut conn = pool::acquire(&self.0.pool).await?;
        Ok(case::count(&mut conn).await?)
    }

    /// Every case after one, in the order of their ids.
    ///
    /// # Errors
    /// Postgres failed.
    pub async fn list(
        &self,
        after: Option<CaseId>,
        limit: u32,
    ) -> Result<Vec<CaseId>, ReconcilerError> {
        let mut conn = pool::acquire(&self.0.pool).await?;
        Ok(case::list_ids(&mut conn, after, limit).await?)
    }
}

/// Counts the changes of phones that no signature of their phone names.
async fn unsigned(conn: &mut PgConnection, case: CaseId) -> Result<u64, RegistryError> {
    let kept = log::batch::list_batches(conn, case).await?;
    let signed: HashSet<(DeviceId, ChangeHash)> = kept
        .iter()
        .filter(|kept| kept.stands())
        .flat_map(|kept| {
            let batch = &kept.signed.batch;
            batch.changes.iter().map(|hash| (batch.device, *hash))
        })
        .collect();
    let signable = log::batch::list_signable(conn, case).await?;
    let unsigned = signable.iter().filter(|one| !signed.contains(one));
    Ok(unsigned.count() as u64)
}

/// Writes what differs: rows of the registry, and the document if the stored one is not what the
/// log says or did not reconcile.
async fn repair(
    conn: &mut PgConnection,
    found: &Refolded,
    rebuilt: &RebuiltCase,
) -> Result<(), RegistryError> {
    let mut unprojected = project::rows(conn, found.case, &rebuilt.projection).await?;
    let of_rows = |field: &Unprojected| {
        !["view/", "facts/"]
            .iter()
            .any(|n| field.path.starts_with(n))
    };
    unprojected.extend(found.unprojected.iter().filter(|f| !of_rows(f)).cloned());
    case::set_unprojected(conn, found.case, &unprojected).await?;
    case::retry::end(conn, found.case).await?;
    if !found.same_heads || !found.unread.is_empty() || found.parked.is_some() {
        mend::store(conn, found.case, rebuilt).await?;
    }
    Ok(())
}
