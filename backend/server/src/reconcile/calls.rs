//! Dangers for which the police did not sign within their minutes: somebody is to call them (E23c).
//! Whether one waits is a question of registry and time, so that any server can ask it anew.

use super::Reconciler;
use crate::{clock::age, events::CallDue, telemetry};
use hejie_registry::{
    danger::call::{self, CallsDue},
    error::RegistryError,
    pool::PgConnection,
};
use jiff::SignedDuration;

/// How many dangers ring at once; the others are on the list.
const RINGING: u32 = 200;

impl Reconciler {
    /// Which dangers wait for a call, unless the police have signed for them.
    #[must_use]
    pub fn calls_due(&self) -> CallsDue {
        CallsDue::after_minutes(self.0.policy.danger_call_minutes, self.0.clock.now())
    }

    /// Tells the consoles and the metrics of the dangers that wait for a call, again and again
    /// until somebody called.
    pub(super) async fn ring(&self, conn: &mut PgConnection) -> Result<(), RegistryError> {
        let (due, now) = (self.calls_due(), self.0.clock.now());
        let (count, oldest) = call::count_due(conn, due).await?;
        let waits = oldest.map_or(SignedDuration::ZERO, |at| age(at, now));
        telemetry::gauge("hejie_dangers_uncalled", count as f64);
        telemetry::gauge("hejie_dangers_uncalled_oldest_seconds", waits.as_secs_f64());
        for due in call::list_due(conn, None, due, RINGING).await? {
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
