//! What is done about a change or a case that cannot be settled, so that it stops nothing else and
//! nobody misses it.
//!
//! A change to which the registry objects is found by halving. If nothing was written on it yet, it
//! goes to quarantine, and its author is told; otherwise it is merged, and the field that the
//! registry does not take is noted at the case. A change that workers die of goes there only if
//! they do not without it. A case that fails again and again is parked with a reason (`retry`).
//! What waits too long is counted.

use super::{
    GatheredCase, Reconciler, ReconcilerError,
    apply::{Applied, Objections},
    people::ReconcileRequest,
};
use crate::{clock::age, telemetry, worker::WorkerError};
use hejie_case::{
    ids::CaseId,
    reason::Reason,
    reconcile::{ReceivedChange, ReconcileOutput},
    rule::Motion,
};
use hejie_registry::{
    backup,
    case::{self, Unprojected},
    danger,
    error::{LosesRaces, RegistryError},
    log::{self, quarantine},
    pool::{self, PgConnection},
};
use hejie_wire::code;
use jiff::{SignedDuration, Timestamp};
use std::ops::RangeInclusive;

/// For so long a change may be acknowledged and not merged before it is told to those who look
/// after the server.
const OVERDUE: SignedDuration = SignedDuration::from_mins(1);

/// What became of a reconciliation, and how to go on.
pub(super) enum ReconcileStep {
    /// It stands.
    Applied,
    /// The case moved since it began, or another transaction was in the way: make it again.
    Moved,
    /// Make it again with this many changes at most.
    Again { at_most: usize },
}

/// Why a change is in quarantine that brings workers down.
fn harmful(code: &str) -> Reason {
    Reason::new(
        code,
        "该条修改无法安全处理，内容已隔离保存，请联系矛调中心核对。",
    )
}

fn unstorable() -> Reason {
    let zh = "该条内容含有登记库无法保存的值，已隔离保存、未计入案件；请核对后重新填写。";
    Reason::new(code::UNSTORABLE, zh)
}

impl Reconciler {
    /// Applies a reconciliation; where the registry objects, looks for the change to blame.
    pub(super) async fn apply_isolating(
        &self,
        before: &GatheredCase,
        merging: &[ReceivedChange],
        asked: ReconcileRequest<'_>,
        settled: &ReconcileOutput,
    ) -> Result<ReconcileStep, ReconcilerError> {
        let stored = &before.stored;
        let objections = match merging {
            // Nothing new is to blame: what is known is shown as far as the registry takes it.
            [] => Objections::Note,
            _ => Objections::Refuse,
        };
        let refused = match self
            .apply(before, merging, asked, settled, objections)
            .await
        {
            Ok(Applied::Done) => return Ok(ReconcileStep::Applied),
            Ok(Applied::Moved) => return Ok(ReconcileStep::Moved),
            Ok(Applied::Refused(fields)) => Ok(fields),
            Err(ReconcilerError::Registry(error)) if error.is_data() => Err(error),
            Err(error) if error.lost_race() => return Ok(ReconcileStep::Moved),
            Err(error) => return Err(error),
        };
        if merging.len() > 1 {
            let at_most = merging.len() / 2;
            return Ok(ReconcileStep::Again { at_most });
        }
        let fields = refused.as_deref().ok();
        if let [bad] = merging
            && self.is_to_blame(before, asked.motions, fields).await?
            && self.quarantine_leaf(stored.case, bad).await?
        {
            return Ok(ReconcileStep::Again { at_most: 1 });
        }
        refused?;
        match self
            .apply(before, merging, asked, settled, Objections::Note)
            .await?
        {
            Applied::Done => Ok(ReconcileStep::Applied),
            Applied::Moved | Applied::Refused(_) => Ok(ReconcileStep::Moved),
        }
    }

    /// Whether the registry would take the case without the one change that was to be merged: time
    /// and acts of a desk move it, too.
    async fn is_to_blame(
        &self,
        before: &GatheredCase,
        motions: &[Motion],
        fields: Option<&[Unprojected]>,
    ) -> Result<bool, ReconcilerError> {
        let Some(settled) = self.without(before, motions).await? else {
            return Ok(false);
        };
        match self.objections(&before.stored, &settled).await {
            Ok(without) => Ok(fields.is_none_or(|fields| {
                let anyhow = |field: &Unprojected| without.iter().any(|f| f.path == field.path);
                !fields.iter().all(anyhow)
            })),
            Err(error) if error.is_data() => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Looks for the change that a worker dies of: how many fewer are merged next, or none where
    /// the one to blame was found and set aside.
    pub(super) async fn narrow_down(
        &self,
        before: &GatheredCase,
        merging: &[ReceivedChange],
        motions: &[Motion],
        error: WorkerError,
    ) -> Result<Option<usize>, ReconcilerError> {
        match merging {
            _ if !error.blames_job() => Err(error.into()),
            [bad] if self.without(before, motions).await?.is_some() => {
                let case = before.stored.case;
                self.quarantine(case, bad, &harmful(error.code())).await?;
                Ok(None)
            }
            [] | [_] => Err(error.into()),
            many => Ok(Some(many.len() / 2)),
        }
    }

    /// The case without the one change that was to be merged; none where workers die of it all the
    /// same.
    async fn without(
        &self,
        before: &GatheredCase,
        motions: &[Motion],
    ) -> Result<Option<ReconcileOutput>, ReconcilerError> {
        let input = self.input(before, &[], motions);
        match self.0.workers.reconcile(input, before.heads()).await {
            Ok(settled) => Ok(settled.ok()),
            Err(error) if error.blames_job() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Parks a case at its last good state.
    pub(super) async fn park(
        &self,
        case: CaseId,
        code: String,
    ) -> Result<ReconcilerError, RegistryError> {
        let mut conn = pool::acquire(&self.0.pool).await?;
        case::set_parked(&mut conn, case, &code).await?;
        tracing::error!(case.id = %case, reason = code, "a case is parked");
        Ok(ReconcilerError::Parked { code })
    }

    /// Takes a change out of the way, and what was written on it; its bytes stay, and its author is
    /// told.
    pub(super) async fn quarantine(
        &self,
        case: CaseId,
        bad: &ReceivedChange,
        why: &Reason,
    ) -> Result<(), ReconcilerError> {
        let mut tx = pool::begin(&self.0.pool).await?;
        log::lock_case(&mut tx, case).await?;
        self.set_aside(&mut tx, case, bad, why).await?;
        pool::commit(tx).await?;
        Ok(())
    }

    /// As [`Self::quarantine`] for what the registry does not take, unless something was written on
    /// it; tells whether it was done.
    async fn quarantine_leaf(
        &self,
        case: CaseId,
        bad: &ReceivedChange,
    ) -> Result<bool, ReconcilerError> {
        let mut tx = pool::begin(&self.0.pool).await?;
        log::lock_case(&mut tx, case).await?;
        if quarantine::is_built_on(&mut tx, case, bad.hash).await? {
            return Ok(false);
        }
        self.set_aside(&mut tx, case, bad, &unstorable()).await?;
        pool::commit(tx).await?;
        Ok(true)
    }

    async fn set_aside(
        &self,
        tx: &mut PgConnection,
        case: CaseId,
        bad: &ReceivedChange,
        why: &Reason,
    ) -> Result<(), RegistryError> {
        let moves = quarantine::quarantine(tx, case, &[bad.hash], why).await?;
        log::touch_case(tx, case, &moves, self.0.clock.now()).await?;
        tracing::warn!(case.id = %case, change.hash = %bad.hash, reason = why.code, "a change is quarantined");
        Ok(())
    }
}

/// Tells the metrics what waits too long.
pub(super) async fn measure(conn: &mut PgConnection, now: Timestamp) -> Result<(), RegistryError> {
    let found = case::count_troubles(conn, &overdue(now)).await?;
    let waits = found.oldest.map_or(SignedDuration::ZERO, |at| age(at, now));
    telemetry::gauge("hejie_changes_unmerged", found.unmerged as f64);
    telemetry::gauge("hejie_changes_unmerged_oldest_seconds", waits.as_secs_f64());
    telemetry::gauge("hejie_cases_parked", found.parked as f64);
    telemetry::gauge("hejie_cases_unprojected", found.unprojected as f64);
    let (open, oldest) = danger::count_open(conn).await?;
    let waits = oldest.map_or(SignedDuration::ZERO, |at| age(at, now));
    telemetry::gauge("hejie_dangers_untold", open as f64);
    telemetry::gauge("hejie_dangers_untold_oldest_seconds", waits.as_secs_f64());
    // None was ever reported: zero, which alarms as a very old one does.
    let backup = backup::last(conn, now).await?;
    let began = backup.map_or(0, |last| last.began_at.as_second());
    telemetry::gauge("hejie_backup_last_timestamp_seconds", began as f64);
    Ok(())
}

/// What was received at another time than this and is not merged waits too long: before it, or
/// after it by a clock that was put back since.
#[must_use]
pub fn overdue(now: Timestamp) -> RangeInclusive<Timestamp> {
    let apart = |by: SignedDuration| now.saturating_add(by).unwrap_or(now);
    apart(-OVERDUE)..=apart(OVERDUE)
}
