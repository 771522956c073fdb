//! The exchange with phones, and what phones out of service hand in.

mod body;
mod changes;
mod deposit;
mod spool;

use crate::state::AppState;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The operations of the exchange.
pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(changes::exchange_changes))
        .routes(routes!(deposit::deposit_changes))
        .routes(routes!(deposit::deposit_file))
}
