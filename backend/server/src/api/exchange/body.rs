//! From an HTTP body to a request, and from an answer to an HTTP body. Capped before it is read and
//! before it is decompressed.

use crate::{
    exchange::limits::{Admission, LargePermit},
    problem::Problem,
};
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

/// A request, and the place among the large ones that it holds until it is dropped.
pub(super) struct ExchangeRequest<'a> {
    pub(super) up: Up,
    _place: Option<LargePermit<'a>>,
}

/// Reads a request; one that announces more than [`limits::UP_BYTES`] only while there is a place
/// for such ones.
///
/// # Errors
/// Those of [`Admission::large_place`], and problems of a body that is none.
pub(super) async fn read<'a>(
    headers: &HeaderMap,
    body: Body,
    admission: &'a Admission<'_>,
) -> Result<ExchangeRequest<'a>, Problem> {
    let (place, limit) = if announced(headers) > limits::UP_BYTES {
        (Some(admission.large_place()?), limits::LARGE_UP_BYTES)
    } else {
        (None, limits::UP_BYTES)
    };
    let up = read_within(headers, body, limit).await?;
    Ok(ExchangeRequest { up, _place: place })
}

/// Reads a request that is never large.
pub(super) async fn read_small(headers: &HeaderMap, body: Body) -> Result<Up, Problem> {
    read_within(headers, body, limits::UP_BYTES).await
}

async fn read_within(headers: &HeaderMap, body: Body, limit: usize) -> Result<Up, Problem> {
    if text(headers, header::CONTENT_TYPE) != Some(CONTENT_TYPE) {
        return Err(Problem::UnsupportedMedia);
    }
    let encoding = Encoding::from_header(text(headers, header::CONTENT_ENCODING))
        .map_err(Problem::Exchange)?;
    if announced(headers) > limit {
        return Err(too_large(limit));
    }
    let bytes = to_bytes(body, limit)
        .await
        .map_err(|error| unread(&error, limit))?;
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

/// The bytes that the headers announce; none where they do not say.
fn announced(headers: &HeaderMap) -> usize {
    let length = text(headers, header::CONTENT_LENGTH);
    length
        .and_then(|length| length.parse().ok())
        .unwrap_or_default()
}

fn too_large(limit: usize) -> Problem {
    Problem::Exchange(BodyError::TooLarge { limit })
}

/// A body that could not be read to its end: more than announced, one that stopped coming, or a
/// line that broke.
fn unread(error: &axum::Error, limit: usize) -> Problem {
    let causes = || {
        iter::successors(error.source(), |error: &&(dyn Error + 'static)| {
            (*error).source()
        })
    };
    if causes().any(|cause| cause.to_string().contains("length limit")) {
        too_large(limit)
    } else if causes().any(|cause| cause.is::<TimeoutError>()) {
        Problem::TimedOut
    } else {
        Problem::Unreadable {
            detail: "the body ended early".to_owned(),
        }
    }
}
