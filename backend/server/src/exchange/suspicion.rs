//! Phones that send changes of another actor: the audit log has a line of it, and is not drowned in lines.

use crate::{access::Phone, problem::Problem, state::AppState};
use hejie_case::ids::{CaseId, DeviceId};
use hejie_registry::{audit, pool};
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use std::collections::HashMap;

/// From one line about a phone to the next; that one tells of all that came meanwhile.
const EVERY: SignedDuration = SignedDuration::from_mins(1);

/// When more phones than this are remembered, those are forgotten whose next line may come at once.
const REMEMBERED: usize = 10_000;

/// What was seen of each phone lately.
#[derive(Debug, Default)]
pub struct Suspicions(Mutex<HashMap<DeviceId, Seen>>);

#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    /// When the next line may be written.
    next: Timestamp,
    /// Cases that no line tells of yet.
    untold: usize,
}

impl Suspicions {
    /// Notes so many cases of one request; gives how many a line has to tell of, if one may be written now.
    fn note(&self, phone: DeviceId, cases: usize, now: Timestamp) -> Option<usize> {
        let mut seen = self.0.lock();
        if seen.len() > REMEMBERED {
            seen.retain(|_, seen| seen.next > now);
        }
        let seen = seen.entry(phone).or_default();
        seen.untold += cases;
        if now < seen.next {
            return None;
        }
        seen.next = now.checked_add(EVERY).unwrap_or(Timestamp::MAX);
        Some(std::mem::take(&mut seen.untold))
    }
}

/// Puts a phone under review that sent changes of another actor in these cases of a request.
///
/// # Errors
/// When Postgres is away.
pub(super) async fn report(
    state: &AppState,
    phone: &Phone,
    cases: &[CaseId],
) -> Result<(), Problem> {
    let Some(first) = cases.first().copied() else {
        return Ok(());
    };
    let now = state.clock.now();
    let device = phone.device.id;
    metrics::counter!("hejie_exchange_foreign_actor_total").increment(cases.len() as u64);
    let Some(count) = state.exchange.suspicions.note(device, cases.len(), now) else {
        return Ok(());
    };
    tracing::warn!(case.id = %first, device.id = %device, cases = count, "a phone sent changes of another actor");
    let object = format!("cases:{count}");
    let act = audit::Act {
        case: Some(first),
        object: Some(&object),
        ok: false,
        ..phone.caller.act(now, "exchange.foreign_actor")
    };
    let mut tx = pool::begin(&state.pool).await?;
    audit::add(&mut tx, &act).await?;
    pool::commit(tx).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_line_a_minute_tells_of_all_that_came_meanwhile() {
        let suspicions = Suspicions::default();
        let (one, other) = (DeviceId(Uuid::from_u128(1)), DeviceId(Uuid::from_u128(2)));
        let now = Timestamp::from_second(1_780_000_000).unwrap();
        assert_eq!(suspicions.note(one, 1_000, now), Some(1_000));
        assert_eq!(suspicions.note(one, 1_000, now), None);
        assert_eq!(suspicions.note(one, 500, now), None);
        assert_eq!(suspicions.note(other, 1, now), Some(1));
        assert_eq!(suspicions.note(one, 1, now + EVERY), Some(1_501));
    }
}
