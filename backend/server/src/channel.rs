//! The exchange with channels: 110, 12345, court. Their orders come in signed, our results go out
//! signed, both at least once.
//!
//! - [`signature`]: how both sides sign.
//! - [`Receivers`]: which channels the effects of cases go to; [`ChannelMessage`]: what they are
//!   told.
//! - [`sender`]: sends what we owe the channels.

mod message;
mod receivers;
pub mod sender;
pub mod signature;

pub use message::ChannelMessage;
pub use receivers::{Receivers, Unconnected, is_letter_of};

use crate::clock::age;
use hejie_registry::outbox::MessageKind;
use jiff::{SignedDuration, Timestamp};

/// A danger that the police did not take within this time is somebody's to telephone.
pub(crate) const PATIENCE: SignedDuration = SignedDuration::from_mins(1);

/// Whether an order to the police waits for longer than anybody should.
pub(crate) fn is_late(kind: MessageKind, since: Timestamp, now: Timestamp) -> bool {
    kind == MessageKind::PoliceOrder && age(since, now) >= PATIENCE
}
