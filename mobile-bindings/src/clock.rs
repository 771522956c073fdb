//! The one clock of the phone.

use hejie_case::limit;
use jiff::Timestamp;
use std::time::SystemTime;

/// The time by the phone's clock: a claim, never a fact (D12). A clock that is set to where no case
/// is reads as the first moment there, by which everything can be reckoned; what is written under
/// it is refused with a sentence.
#[allow(
    clippy::disallowed_methods,
    reason = "this is the phone's one clock; the core below takes `now`"
)]
pub(crate) fn now() -> Timestamp {
    read(SystemTime::now())
}

fn read(clock: SystemTime) -> Timestamp {
    let beyond = match clock < SystemTime::UNIX_EPOCH {
        true => Timestamp::MIN,
        false => Timestamp::MAX,
    };
    limit::nearest_beyond(Timestamp::try_from(clock).unwrap_or(beyond))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_clock_after_the_year_9999_or_long_ago_is_read_without_harm() {
        let years = Duration::from_secs(9_000 * 365 * 86_400);
        let (late, early) = (
            SystemTime::UNIX_EPOCH + years,
            SystemTime::UNIX_EPOCH - years,
        );
        for clock in [late, late + years, early, early - years] {
            assert!(limit::of_moment(read(clock)).is_err());
        }
        let today = SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000);
        assert_eq!(read(today).as_second(), 1_790_000_000);
    }
}
