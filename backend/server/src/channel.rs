//! The exchange with channels: 110, 12345, court. Their orders come in signed, our results go out signed, both at least once.
//!
//! - [`signature`]: how both sides sign.
//! - [`order`]: an order becomes a case, once for each number of the channel.
//! - [`Receivers`]: which channels the effects of cases go to; [`ChannelMessage`]: what they are told.
//! - [`outbox`]: what we owe the channels, as the console sees it, and summed up in [`backlog`]; [`sender`]: sends it.

pub mod backlog;
mod message;
pub mod order;
pub mod outbox;
mod receivers;
pub mod sender;
pub mod signature;

pub use message::ChannelMessage;
pub use receivers::{Receivers, Unconnected};

use crate::state::AppState;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The operations of the exchange with channels.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(order::create_order))
        .routes(routes!(outbox::list_outbox))
        .routes(routes!(backlog::list_backlog))
}
