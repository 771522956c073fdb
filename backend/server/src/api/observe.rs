//! The outermost layer: every request is numbered, logged and measured.

use crate::{clock::Stopwatch, problem, state::AppState, telemetry::measure};
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method},
    middleware::Next,
    response::Response,
};
use tracing::Instrument;

/// Carries the request's number in and out.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Numbers the request, logs and measures it, and gives problems their form.
pub async fn observe(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let id =
        request_id(request.headers()).unwrap_or_else(|| hex::encode(state.entropy.bytes::<16>()));
    let method = method(request.method());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("console", MatchedPath::as_str)
        .to_owned();
    let span = tracing::info_span!("request", request.id = %id, http.method = %method, http.route = %route);
    async move {
        let watch = Stopwatch::start();
        let mut response = problem::render(next.run(request).await, &id);
        let (elapsed, status) = (watch.elapsed(), response.status().as_u16());
        measure(method, route, status, elapsed.as_secs_f64());
        tracing::debug!(
            http.status = status,
            elapsed_ms = elapsed.as_millis(),
            "request done"
        );
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        response
    }
    .instrument(span)
    .await
}

/// Takes over the number that a proxy gave, if it is one that may be logged.
fn request_id(headers: &HeaderMap) -> Option<String> {
    let given = headers.get(REQUEST_ID)?.to_str().ok()?;
    let fits = (8..=64).contains(&given.len())
        && given
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-');
    fits.then(|| given.to_owned())
}

/// The method by name, if it is one of HTTP: a client may invent others.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
