//! Phones that send changes of another actor, or what they did not sign: the audit log has a line
//! of it, and is not drowned in lines.

use super::Exchange;
use crate::{access::PhoneCaller, identity, problem::Problem};
use hejie_case::ids::{CaseId, DeviceId};
use hejie_registry::{audit, pool};
use parking_lot::Mutex;
use std::{collections::HashMap, time::Duration};

/// From one line about a phone to the next; that one tells of all that came meanwhile.
const EVERY: Duration = Duration::from_mins(1);

/// When more phones than this are remembered, those are forgotten whose next line may come at once.
const REMEMBERED: usize = 10_000;

/// What was seen of each phone lately.
#[derive(Debug, Default)]
pub struct Suspicions(Mutex<HashMap<(DeviceId, Suspicion), SuspicionCount>>);

/// What a phone does that none of ours does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Suspicion {
    /// It sends changes of another actor.
    ForeignActor,
    /// What came is not signed with its key: it was altered on the way, or somebody else has the
    /// token of the phone.
    BatchSignature,
}

impl Suspicion {
    fn action(self) -> &'static str {
        match self {
            Self::ForeignActor => "exchange.foreign_actor",
            Self::BatchSignature => "exchange.batch_signature",
        }
    }

    fn metric(self) -> &'static str {
        match self {
            Self::ForeignActor => "hejie_exchange_foreign_actor_total",
            Self::BatchSignature => "hejie_exchange_batch_signature_total",
        }
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct SuspicionCount {
    /// When the next line may be written, in the time that has passed.
    next: Duration,
    /// Cases that no line tells of yet.
    untold: usize,
}

impl Suspicions {
    /// Notes so many cases of one request; gives how many a line has to tell of, if one may be
    /// written now.
    fn note(
        &self,
        phone: DeviceId,
        suspicion: Suspicion,
        cases: usize,
        now: Duration,
    ) -> Option<usize> {
        let mut seen = self.0.lock();
        if seen.len() > REMEMBERED {
            seen.retain(|_, seen| seen.next > now);
        }
        let seen = seen.entry((phone, suspicion)).or_default();
        seen.untold += cases;
        if now < seen.next {
            return None;
        }
        seen.next = now + EVERY;
        Some(std::mem::take(&mut seen.untold))
    }
}

/// Puts a phone under review for these cases of a request.
///
/// # Errors
/// When Postgres is away.
pub(super) async fn report(
    state: &Exchange,
    phone: &PhoneCaller,
    suspicion: Suspicion,
    cases: &[CaseId],
) -> Result<(), Problem> {
    let Some(first) = cases.first().copied() else {
        return Ok(());
    };
    let now = state.clock.now();
    let device = phone.device.id;
    metrics::counter!(suspicion.metric()).increment(cases.len() as u64);
    let Some(count) =
        state
            .limits
            .suspicions
            .note(device, suspicion, cases.len(), state.clock.elapsed())
    else {
        return Ok(());
    };
    tracing::warn!(case.id = %first, device.id = %device, cases = count, what = suspicion.action(), "a phone sent what none of ours sends");
    let object = format!("cases:{count}");
    let act = audit::AuditEvent {
        case: Some(first),
        object: Some(&object),
        ok: false,
        ..phone.caller.act(now, suspicion.action())
    };
    let tx = pool::begin(&state.pool).await?;
    identity::commit_for(&phone.caller, tx, &[act], now).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_line_a_minute_tells_of_all_that_came_meanwhile() {
        let suspicions = Suspicions::default();
        let (foreign, unsigned) = (Suspicion::ForeignActor, Suspicion::BatchSignature);
        let (one, other) = (DeviceId(Uuid::from_u128(1)), DeviceId(Uuid::from_u128(2)));
        let now = Duration::from_secs(7);
        assert_eq!(suspicions.note(one, foreign, 1_000, now), Some(1_000));
        assert_eq!(suspicions.note(one, foreign, 1_000, now), None);
        assert_eq!(suspicions.note(one, unsigned, 2, now), Some(2));
        assert_eq!(suspicions.note(one, foreign, 500, now), None);
        assert_eq!(suspicions.note(other, foreign, 1, now), Some(1));
        assert_eq!(suspicions.note(one, foreign, 1, now + EVERY), Some(1_501));
    }
}
