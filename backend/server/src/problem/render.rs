//! Writes a problem down: once in the log, once in the answer.

use super::{MEDIA_TYPE, Problem};
use crate::telemetry::whole;
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// A problem as it is sent (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemView<'a> {
    /// A URI of the kind of problem.
    #[serde(rename = "type")]
    kind: String,
    /// What a person reads.
    title: &'a str,
    /// The HTTP status.
    status: u16,
    /// More about this occurrence.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    /// The stable code on which a client may act.
    code: &'a str,
    /// The number under which the server logged it.
    request_id: &'a str,
}

/// Gives an answer its final form: problems get their body, and bare failures of the framework
/// become problems.
#[must_use]
pub fn render(mut response: Response, request_id: &str) -> Response {
    let problem = match response.extensions_mut().remove::<Arc<Problem>>() {
        Some(problem) => problem,
        None => match of_bare_status(&response) {
            Some(problem) => Arc::new(problem),
            None => return response,
        },
    };
    log(&problem);
    let view = ProblemView {
        kind: format!("urn:hejie:problem:{}", problem.code()),
        title: &problem.title(),
        status: problem.status().as_u16(),
        detail: problem.detail(),
        code: problem.code(),
        request_id,
    };
    // A view of strings and a number always serialises.
    let body = serde_json::to_vec(&view).unwrap_or_default();
    let (mut parts, _) = response.into_parts();
    parts.status = problem.status();
    // The layers within spoke of the body that this one replaces: a header of theirs would make it
    // unreadable.
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_ENCODING);
    parts
        .headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    if let Some(seconds) = problem.retry_after() {
        parts
            .headers
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Response::from_parts(parts, Body::from(body))
}

fn of_bare_status(response: &Response) -> Option<Problem> {
    let is_ours = response.headers().contains_key(header::CONTENT_TYPE)
        && !response.headers()[header::CONTENT_TYPE]
            .as_bytes()
            .starts_with(b"text/plain");
    if is_ours {
        return None;
    }
    Some(match response.status() {
        StatusCode::NOT_FOUND => Problem::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Problem::MethodNotAllowed,
        StatusCode::REQUEST_TIMEOUT => Problem::TimedOut,
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::UnsupportedMedia,
        StatusCode::BAD_REQUEST => Problem::Unreadable {
            detail: String::new(),
        },
        StatusCode::INTERNAL_SERVER_ERROR => {
            Problem::internal("the handler panicked or answered without a reason")
        }
        _ => return None,
    })
}

fn log(problem: &Problem) {
    let (status, code) = (problem.status().as_u16(), problem.code());
    // A value that no column takes is the client's, and that nothing here has refused it before is
    // ours.
    let is_ours = problem.status().is_server_error() || matches!(problem, Problem::Unstorable(_));
    if is_ours {
        tracing::error!(http.status = status, problem.code = code, error.chain = %whole(problem), "a request failed");
    } else {
        tracing::info!(
            http.status = status,
            problem.code = code,
            "a request was refused"
        );
    }
}
