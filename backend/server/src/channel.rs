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
pub use receivers::{Receivers, Unconnected};
