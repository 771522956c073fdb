//! Dangers for which the police did not sign within their minutes: somebody is to call them (E23c).
//! Whether one waits is a question of registry and time, so that any server can ask it anew.

use super::Reconciler;
use crate::{clock::age, events::CallDue, telemetry};
use hejie_case::deadline::plus;
use hejie_registry::{danger::call, error::RegistryError, pool::PgConnection};
use jiff::{SignedDuration, Timestamp, ToSpan};

/// How many dangers ring at once; the others are on the list.
const RINGING: u32 = 200;

impl Reconciler {
    /// What was received until then waits for a call, unless the police have signed for it.
    #[must_use]
    pub fn calls_due(&self) -> Timestamp {
        let minutes = i64::from(self.0.policy.danger_call_minutes);
        plus(self.0.clock.now(), (-minutes).minutes())
    }

    /// Tells the consoles and the metrics of the dangers that wait for a call, again and again
    /// until somebody called.
    pub(super) async fn ring(&self, conn: &mut PgConnection) -> Result<(), RegistryError> {
        let (until, now) = (self.calls_due(), self.0.clock.now());
        let (count, oldest) = call::count_due(conn, until).await?;
        let waits = oldest.map_or(SignedDuration::ZERO, |at| age(at, now));
        telemetry::gauge("hejie_dangers_uncalled", count as f64);
        telemetry::gauge("hejie_dangers_uncalled_oldest_seconds", waits.as_secs_f64());
        for due in call::list_due(conn, None, until, RINGING).await? {
            tracing::warn!(case.id = %due.case, order = %due.order, "the police have not signed for a danger, and nobody has called them");
            if let Some(region) = due.region {
                self.0.events.ring(CallDue {
                    case_id: due.case,
                    order_id: due.order,
                    region,
                });
            }
        }
        Ok(())
    }
}
