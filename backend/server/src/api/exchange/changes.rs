//! `POST /sync/v1/exchange`.

use super::body;
use crate::{
    access::{ClientAddress, PhoneCaller},
    exchange::{exchange, limits::ExchangeOwner},
    identity::recognise_again,
    problem::Problem,
    state::AppState,
};
use axum::{body::Body, extract::State, http::HeaderMap, response::Response};
use hejie_wire::message::{PROTOCOL, Up};

/// Takes what a phone wrote and answers what moved for its person (docs/sync-protocol.md).
#[utoipa::path(
    post,
    path = "/sync/v1/exchange",
    operation_id = "exchange_changes",
    tag = "exchange",
    request_body(content = Vec<u8>, content_type = "application/vnd.hejie.exchange+cbor"),
    responses((status = 200, body = Vec<u8>, content_type = "application/vnd.hejie.exchange+cbor"))
)]
pub(super) async fn exchange_changes(
    State(state): State<AppState>,
    phone: PhoneCaller,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let admission = state.exchange.limits.admit(ExchangeOwner {
        phone: phone.device.id,
        user: phone.caller.user,
        address,
    })?;
    let request = body::read(&headers, body, &admission).await?;
    let up = &request.up;
    check(up, &phone)?;
    let _permit = admission.permit().await?;
    recognise_again(&state.identity, &phone.caller).await?;
    let down = exchange(&state.exchange, &phone, up).await?;
    body::write(&headers, &down)
}

fn check(up: &Up, phone: &PhoneCaller) -> Result<(), Problem> {
    if up.v != PROTOCOL {
        return Err(Problem::ProtocolUnknown);
    }
    if up.device != phone.device.id {
        return Err(Problem::WrongDevice);
    }
    Ok(())
}
