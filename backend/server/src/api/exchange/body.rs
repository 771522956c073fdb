//! From an HTTP body to a request, and from an answer to an HTTP body. Capped before it is read and
//! before it is decompressed.

use super::spool::Spool;
use crate::{
    exchange::limits::{Admission, LargePermit, SpoolPermit},
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

/// A request, and the places among the large ones that it holds until it is dropped.
pub(super) struct ExchangeRequest<'a> {
    pub(super) up: Up,
    _places: Option<(SpoolPermit<'a>, LargePermit<'a>)>,
}

/// Reads a request. One that announces more than [`limits::UP_BYTES`] is spooled while it comes,
/// and waits for its turn when it is there.
///
/// # Errors
/// Those of [`Admission::spool_place`], and problems of a body that is none.
pub(super) async fn read<'a>(
    headers: &HeaderMap,
    body: Body,
    admission: &'a Admission<'_>,
) -> Result<ExchangeRequest<'a>, Problem> {
    if announced(headers) <= limits::UP_BYTES {
        let up = read_small(headers, body).await?;
        return Ok(ExchangeRequest { up, _places: None });
    }
    let encoding = encoding(headers, limits::LARGE_UP_BYTES)?;
    let on_its_way = admission.spool_place()?;
    let spool = Spool::of(body, limits::LARGE_UP_BYTES).await?;
    let at_work = admission.large_turn().await?;
    let bytes = spool.read().await?;
    let up = codec::decode_up(encoding, &bytes).map_err(Problem::Exchange)?;
    Ok(ExchangeRequest {
        up,
        _places: Some((on_its_way, at_work)),
    })
}

/// Reads a request that is never large.
pub(super) async fn read_small(headers: &HeaderMap, body: Body) -> Result<Up, Problem> {
    let encoding = encoding(headers, limits::UP_BYTES)?;
    let bytes = to_bytes(body, limits::UP_BYTES)
        .await
        .map_err(|error| unread(&error, limits::UP_BYTES))?;
    codec::decode_up(encoding, &bytes).map_err(Problem::Exchange)
}

/// How the body is coded, if it is one of the exchange and announces no more than may be.
fn encoding(headers: &HeaderMap, limit: usize) -> Result<Encoding, Problem> {
    if text(headers, header::CONTENT_TYPE) != Some(CONTENT_TYPE) {
        return Err(Problem::UnsupportedMedia);
    }
    let encoding = Encoding::from_header(text(headers, header::CONTENT_ENCODING))
        .map_err(Problem::Exchange)?;
    if announced(headers) > limit {
        return Err(too_large(limit));
    }
    Ok(encoding)
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

pub(super) fn too_large(limit: usize) -> Problem {
    Problem::Exchange(BodyError::TooLarge { limit })
}

/// A body that could not be read to its end: more than announced, one that stopped coming, or a
/// line that broke.
pub(super) fn unread(error: &axum::Error, limit: usize) -> Problem {
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
