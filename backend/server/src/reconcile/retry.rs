//! When a case that could not be settled is tried again, and when somebody must look at it.
//!
//! A case that fails again and again is parked. One whose tries hang or kill workers holds up the
//! others each time, on a machine of two processors all of them: it is put off for ever longer, by
//! whatever it is nudged meanwhile, and tried again though it is parked. Somebody at a desk waits
//! for no pause.

use super::{Reconciler, ReconcilerError, people::ReconcileRequest};
use crate::worker::WorkerError;
use hejie_case::{ids::CaseId, reason::Reason};
use hejie_registry::{
    case::{self, retry},
    pool,
};
use hejie_wire::code;
use jiff::SignedDuration;

/// How often in a row a case may fail before it is parked.
const TRIES: u64 = 5;
/// The first pause after a try that cost a worker; each further one is twice as long.
const PAUSE: SignedDuration = SignedDuration::from_mins(1);

impl ReconcilerError {
    /// Whether the case itself fails, rather than what every case needs: database, workers, another
    /// reconciliation of the same case.
    fn blames_case(&self) -> bool {
        match self {
            Self::Registry(error) => !error.is_passing() && !error.is_lost_race(),
            Self::Worker(error) => error.blames_job(),
            Self::Contended | Self::Panicked => true,
            Self::UnknownCase
            | Self::PutOff { .. }
            | Self::Moved
            | Self::PutOut(_)
            | Self::Mark(_)
            | Self::Parked { .. }
            | Self::Refused(_) => false,
        }
    }

    /// Whether a try hung or killed its worker, and kept every other case waiting for that long.
    fn costs_a_worker(&self) -> bool {
        matches!(
            self,
            Self::Worker(WorkerError::TimedOut { .. } | WorkerError::Died(_))
        )
    }

    /// A stable word for why a case is parked.
    fn code(&self) -> &str {
        match self {
            Self::Registry(error) if error.is_data() => code::UNSTORABLE,
            Self::Registry(_) => "registry_unreadable",
            Self::Contended => "contended",
            Self::Panicked => "panicked",
            Self::Parked { code } | Self::Refused(Reason { code, .. }) => code,
            Self::UnknownCase => code::UNKNOWN_CASE,
            Self::PutOff { .. } => "put_off",
            Self::Moved => "moved",
            Self::PutOut(_) => "put_out",
            Self::Mark(_) => "mark",
            Self::Worker(error) => error.code(),
        }
    }
}

impl Reconciler {
    /// Passes when a case may be settled now.
    pub(super) async fn has_its_turn(
        &self,
        case: CaseId,
        asked: ReconcileRequest<'_>,
    ) -> Result<(), ReconcilerError> {
        if asked.waits_for_nothing() {
            return Ok(());
        }
        let mut conn = pool::acquire(&self.0.pool).await?;
        match retry::lookup_retry(&mut conn, case, self.0.clock.now()).await? {
            Some(until) => Err(ReconcilerError::PutOff { until }),
            None => Ok(()),
        }
    }

    /// Counts a failure of a case, and parks it when there were too many in a row: it must not fail
    /// for ever unseen.
    pub(super) async fn note_failed(
        &self,
        case: CaseId,
        error: &ReconcilerError,
    ) -> Result<(), ReconcilerError> {
        if !error.blames_case() && !error.costs_a_worker() {
            return Ok(());
        }
        let mut conn = pool::acquire(&self.0.pool).await?;
        let tries = retry::count_failed(&mut conn, case).await?;
        if tries >= TRIES {
            let code = error.code();
            case::set_parked(&mut conn, case, code).await?;
            tracing::error!(case.id = %case, reason = code, tries, "a case is parked");
        }
        if error.costs_a_worker() {
            let until = self.0.clock.now().saturating_add(pause(tries));
            if let Ok(until) = until {
                retry::put_off(&mut conn, case, until).await?;
            }
        }
        Ok(())
    }
}

/// How long after so many tries in a row the next one is put off.
fn pause(tries: u64) -> SignedDuration {
    let doublings = u32::try_from(tries.saturating_sub(1)).unwrap_or(u32::MAX);
    let times = 2_i32.checked_pow(doublings);
    let pause = times.and_then(|times| PAUSE.checked_mul(times));
    pause.map_or(retry::LONGEST, |pause| pause.min(retry::LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_some_hours() {
        let minutes = [1, 2, 3, 8, 9, 40, u64::MAX].map(|tries| pause(tries).as_mins());
        assert_eq!(minutes, [1, 2, 4, 128, 240, 240, 240]);
    }
}
