//! What channels call, and what desks see of what channels are owed.
//!
//! - [`order`]: an order becomes a case, once for each number of the channel; [`call`]: one that is
//!   about no dispute is kept; [`incident`]: what came, listed and counted.
//! - [`act`]: what a channel reports of a case; [`progress`]: how far the case of its number is;
//!   `signed`: what a channel signed.
//! - [`outbox`]: what we owe the channels, summed up in [`backlog`].

pub mod act;
pub mod backlog;
pub mod call;
pub mod incident;
pub mod order;
pub mod outbox;
pub mod progress;
mod signed;

use crate::state::AppState;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The operations of the exchange with channels.
pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(order::create_order))
        .routes(routes!(act::report_act))
        .routes(routes!(incident::list_incidents))
        .routes(routes!(progress::read_progress))
        .routes(routes!(outbox::list_outbox))
        .routes(routes!(backlog::list_backlog))
}
