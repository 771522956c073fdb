//! The anchor of the server's time (docs/domain/rules.md#clocks): beside it a claimed time is
//! believed, even of a phone that was offline for days.

use super::{Engine, row::ServerTime};
use crate::{store::Store, uptime::Uptime};
use hejie_case::record::Anchor;
use jiff::{SignedDuration, Timestamp};

impl<S: Store> Engine<S> {
    /// Tells the engine where to read how long the phone has been running; without it no claimed
    /// time has an anchor.
    pub fn set_uptime(&mut self, uptime: Box<dyn Uptime>) {
        self.uptime = uptime;
    }

    /// The server's time as it is heard now.
    pub(super) fn heard(&self, server_time: Timestamp) -> Option<ServerTime> {
        let uptime_ms = self.uptime_ms()?;
        Some(ServerTime {
            server_time,
            uptime_ms,
        })
    }

    /// How well the phone knows the time. After a restart of the phone its uptime has begun anew:
    /// then there is no anchor, or one whose drift shows how long the phone was off.
    pub(super) fn anchor(&self, now: Timestamp) -> Option<Anchor> {
        let heard = self.progress.heard?;
        let age_ms = self.uptime_ms()?.checked_sub(heard.uptime_ms)?;
        let age = SignedDuration::from_millis(i64::try_from(age_ms).ok()?);
        let expected = heard.server_time.checked_add(age).ok()?;
        Some(Anchor {
            age_s: age_ms / 1000,
            drift_s: now.duration_since(expected).as_secs(),
        })
    }

    fn uptime_ms(&self) -> Option<u64> {
        u64::try_from(self.uptime.read()?.as_millis()).ok()
    }
}
