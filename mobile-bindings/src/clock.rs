//! The one clock of the phone.

use jiff::Timestamp;

/// The time by the phone's clock: a claim, never a fact (decisions.md, 12).
#[allow(
    clippy::disallowed_methods,
    reason = "this is the phone's one clock; the core below takes `now`"
)]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}
