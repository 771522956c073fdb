//! How long a request may take as a whole: the usual time, and for a body that is large as long
//! again as a poor line needs for it.
//!
//! Only the exchange takes bodies that are much larger than others, after it has seen whose the
//! phone is. Whoever claims one elsewhere, with or without a token, holds no place for longer than
//! an ordinary body takes.

use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use hejie_wire::limits;
use std::time::Duration;
use tokio::time;

/// Bytes a second of the poorest line that still brings a large body.
const POOR_LINE: u64 = 16 << 10;

/// Where phones exchange.
const EXCHANGE: &str = "/sync/v1/exchange";

/// Gives up a request that has not been answered in its time, with 408.
pub(super) async fn keep(State(usual): State<Duration>, request: Request, next: Next) -> Response {
    let allowed = usual + for_body(&request);
    let answered = time::timeout(allowed, next.run(request)).await;
    answered.unwrap_or_else(|_| StatusCode::REQUEST_TIMEOUT.into_response())
}

/// What a poor line needs for the body, as far as the request says how long it is and one there may
/// be so long.
fn for_body(request: &Request) -> Duration {
    let said = request.headers().get(header::CONTENT_LENGTH);
    let said = said.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let most = match request.uri().path() {
        EXCHANGE => limits::LARGE_UP_BYTES,
        _ => limits::UP_BYTES,
    };
    let bytes = said.unwrap_or(0).min(most as u64);
    Duration::from_secs(bytes / POOR_LINE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    #[test]
    fn a_large_body_has_the_time_that_a_poor_line_needs_and_no_claim_has_more_than_the_largest() {
        let seconds = |length: &str| seconds(EXCHANGE, length);
        assert_eq!(seconds("1000"), 0);
        assert_eq!(seconds(&(512 << 10).to_string()), 32);
        assert_eq!(seconds(&(32 << 20).to_string()), 2048);
        assert_eq!(seconds(&u64::MAX.to_string()), 2048);
        assert_eq!(seconds("much"), 0);
    }

    #[test]
    fn who_claims_a_large_body_where_none_is_taken_gets_no_more_time_than_an_ordinary_one() {
        let claimed = (32 << 20).to_string();
        for path in ["/api/v1/session", "/sync/v1/deposit", "/"] {
            assert_eq!(seconds(path, &claimed), 64, "{path}");
        }
    }

    #[test]
    fn the_exchange_lies_where_large_bodies_have_time() {
        let (_, api) = super::super::routes().split_for_parts();
        assert!(api.paths.paths.contains_key(EXCHANGE));
    }

    fn seconds(path: &str, length: &str) -> u64 {
        let request = Request::builder().uri(path);
        let request = request.header(header::CONTENT_LENGTH, length);
        for_body(&request.body(Body::empty()).unwrap()).as_secs()
    }
}
