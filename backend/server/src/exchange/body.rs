//! From an HTTP body to a request, and from an answer to an HTTP body. Capped before it is read and before it is decompressed.

use crate::problem::Problem;
use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use hejie_wire::{
    codec::{self, BodyError, Encoding},
    limits,
    message::{CONTENT_TYPE, Down, Up},
};
use std::{error::Error, iter};
use tower_http::timeout::TimeoutError;

/// Reads a request.
pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Up, Problem> {
    if text(headers, header::CONTENT_TYPE) != Some(CONTENT_TYPE) {
        return Err(Problem::UnsupportedMedia);
    }
    let encoding = Encoding::from_header(text(headers, header::CONTENT_ENCODING))
        .map_err(Problem::Exchange)?;
    let announced =
        text(headers, header::CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limits::UP_BYTES) {
        return Err(too_large());
    }
    let bytes = to_bytes(body, limits::UP_BYTES)
        .await
        .map_err(|error| unread(&error))?;
    codec::decode_up(encoding, &bytes).map_err(Problem::Exchange)
}

/// Writes an answer, compressed if the phone accepts that.
pub(super) fn write(headers: &HeaderMap, down: &Down) -> Result<Response, Problem> {
    let accepted = text(headers, header::ACCEPT_ENCODING).unwrap_or_default();
    let allowed = if accepted
        .split(',')
        .any(|name| name.trim().starts_with("zstd"))
    {
        Encoding::Zstd
    } else {
        Encoding::Identity
    };
    let body = codec::encode_down(down, allowed).map_err(Problem::internal)?;
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
    Ok(match body.encoding {
        Encoding::Identity => ([kind], body.bytes).into_response(),
        Encoding::Zstd => {
            let coding = (
                header::CONTENT_ENCODING,
                HeaderValue::from_static(Encoding::Zstd.name()),
            );
            ([kind, coding], body.bytes).into_response()
        }
    })
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn too_large() -> Problem {
    Problem::Exchange(BodyError::TooLarge {
        limit: limits::UP_BYTES,
    })
}

/// A body that could not be read to its end: more than announced, one that stopped coming, or a line that broke.
fn unread(error: &axum::Error) -> Problem {
    let causes = || {
        iter::successors(error.source(), |error: &&(dyn Error + 'static)| {
            (*error).source()
        })
    };
    if causes().any(|cause| cause.to_string().contains("length limit")) {
        too_large()
    } else if causes().any(|cause| cause.is::<TimeoutError>()) {
        Problem::TimedOut
    } else {
        Problem::Unreadable {
            detail: "the body ended early".to_owned(),
        }
    }
}
