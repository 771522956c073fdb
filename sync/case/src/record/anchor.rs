//! How a phone knew the time when it claimed one.

use serde::{Deserialize, Serialize};

/// The last time of the server that a phone heard, as it stood when the phone claimed a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// Seconds since the phone heard it, by a clock that nobody can set.
    pub age_s: u64,
    /// Seconds by which the phone's clock was ahead of the server's time as carried on by that
    /// clock.
    pub drift_s: i64,
}
