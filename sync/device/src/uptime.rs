//! How long the phone has been running comes in from outside: by a clock that nobody can set, and
//! that goes on while it sleeps.

use std::time::Duration;

/// A clock that counts from the start of the phone.
pub trait Uptime: Send {
    /// How long the phone has been running, sleep included; none when the system does not say.
    fn read(&self) -> Option<Duration>;
}

/// A phone that cannot say how long it has been running.
#[derive(Debug, Clone, Copy)]
pub struct NoUptime;

impl Uptime for NoUptime {
    fn read(&self) -> Option<Duration> {
        None
    }
}
