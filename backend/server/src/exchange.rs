//! The exchange with phones: one request with what a phone wrote, one answer with what moved for its person.
//!
//! A request runs through bounded steps: brakes and body ([`limits`], `body`), changes taken in case by case ([`admit`]), and an
//! answer read from one snapshot of the registry ([`answer`]). Documents are never opened here: a change is judged by its header
//! in this process and by its content in a worker, and merged later by [`crate::settling`].

pub mod admit;
pub mod answer;
mod attest;
mod begin;
mod body;
mod budget;
mod cursor;
mod danger;
mod deposit;
mod destroyed;
mod draft;
mod former;
mod handler;
mod heard;
mod judge;
mod lanes;
mod lengths;
pub mod limits;
mod page;
mod prove;
mod refusal;
mod relay;
mod sift;
mod suspicion;

use crate::state::AppState;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The operations of this module.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(handler::exchange_changes))
        .routes(routes!(deposit::deposit_changes))
        .routes(routes!(deposit::file::deposit_file))
}
