//! How long the phone has been running, by the system's clock that nobody can set.

use hejie_device::uptime::Uptime;
use std::time::Duration;

/// The system's clock since its start; it goes on while the phone sleeps.
pub(crate) struct SystemUptime;

#[cfg(any(target_os = "android", target_os = "linux"))]
const CLOCK: libc::clockid_t = libc::CLOCK_BOOTTIME;
// On Apple's systems this one counts through sleep.
#[cfg(not(any(target_os = "android", target_os = "linux")))]
const CLOCK: libc::clockid_t = libc::CLOCK_MONOTONIC;

impl Uptime for SystemUptime {
    fn read(&self) -> Option<Duration> {
        let mut time = libc::timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        // SAFETY: the pointer is to a timespec of this function, which lives until the call
        // returns.
        let failed = unsafe { libc::clock_gettime(CLOCK, &raw mut time) } != 0;
        let seconds = u64::try_from(time.tv_sec).ok()?;
        let nanos = u32::try_from(time.tv_nsec).ok()?;
        (!failed).then(|| Duration::new(seconds, nanos))
    }
}
