//! The words of tus 1.0 (<https://tus.io/protocols/resumable-upload>): what a request must say, and
//! what every answer says.

use crate::problem::Problem;
use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use hejie_case::{ids::FileHash, limit};
use jiff::Timestamp;

/// The one version.
const VERSION: &str = "1.0.0";
/// The media type of a part.
const PART: &str = "application/offset+octet-stream";
const EXTENSIONS: &str = "creation,expiration";

const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const TUS_VERSION: HeaderName = HeaderName::from_static("tus-version");
const TUS_EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
const TUS_MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
/// Since when the server has the whole file: phones keep it until a backup was begun later.
const RECEIVED_AT: HeaderName = HeaderName::from_static("hejie-received-at");
const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");

/// What a request to begin an upload says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Creation {
    pub(super) size: u64,
    pub(super) hash: FileHash,
}

/// How far an upload is, as an answer says it.
#[derive(Debug, Clone, Copy)]
pub(super) struct UploadProgress {
    pub(super) received: u64,
    pub(super) size: u64,
    /// Since when the file is here, hashed whole.
    pub(super) arrived: Option<Timestamp>,
}

/// Passes when the request speaks our version.
pub(super) fn check_version(headers: &HeaderMap) -> Result<(), Problem> {
    match headers.get(TUS_RESUMABLE) {
        Some(version) if version == VERSION => Ok(()),
        _ => Err(Problem::UploadVersion),
    }
}

impl Creation {
    /// Reads length and metadata; the hash stands under `sha256`, in hex.
    pub(super) fn read(headers: &HeaderMap) -> Result<Self, Problem> {
        check_version(headers)?;
        let size = number(headers, &UPLOAD_LENGTH)?;
        let metadata = headers
            .get(UPLOAD_METADATA)
            .and_then(|value| value.to_str().ok());
        let pairs = metadata.into_iter().flat_map(|text| text.split(','));
        let hash = pairs
            .filter_map(|pair| pair.trim().split_once(' '))
            .find(|(key, _)| *key == "sha256")
            .and_then(|(_, value)| BASE64_STANDARD.decode(value).ok())
            .and_then(|bytes| String::from_utf8(bytes).ok()?.parse().ok());
        match hash {
            // What no evidence entry may name is not begun.
            Some(hash) if size > 0 && limit::of_number("size", size).is_ok() => {
                Ok(Self { size, hash })
            }
            Some(_) => Err(invalid("Upload-Length")),
            None => Err(invalid("Upload-Metadata: sha256")),
        }
    }
}

/// Where a part begins, by a request that brings one.
pub(super) fn offset(headers: &HeaderMap) -> Result<u64, Problem> {
    check_version(headers)?;
    match headers.get(header::CONTENT_TYPE) {
        Some(kind) if kind == PART => number(headers, &UPLOAD_OFFSET),
        _ => Err(Problem::UnsupportedMedia),
    }
}

/// What the server can do.
pub(super) fn description(max_size: u64) -> Response {
    let words = [
        (TUS_VERSION, HeaderValue::from_static(VERSION)),
        (TUS_EXTENSION, HeaderValue::from_static(EXTENSIONS)),
        (TUS_MAX_SIZE, max_size.into()),
    ];
    (
        StatusCode::NO_CONTENT,
        words,
        [(TUS_RESUMABLE, HeaderValue::from_static(VERSION))],
    )
        .into_response()
}

/// How far an upload is, and until when it is kept.
pub(super) fn standing(
    status: StatusCode,
    extent: UploadProgress,
    expires: Option<&str>,
) -> Response {
    let words = [
        (TUS_RESUMABLE, HeaderValue::from_static(VERSION)),
        (UPLOAD_OFFSET, extent.received.into()),
        (UPLOAD_LENGTH, extent.size.into()),
    ];
    let mut answer = (status, words).into_response();
    let arrived = extent.arrived.map(|at| at.to_string().parse());
    if let Some(Ok(arrived)) = arrived {
        answer.headers_mut().insert(RECEIVED_AT, arrived);
    }
    if let Some(Ok(expires)) = expires.map(HeaderValue::from_str) {
        answer.headers_mut().insert(UPLOAD_EXPIRES, expires);
    }
    answer
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, Problem> {
    let text = headers.get(name).and_then(|value| value.to_str().ok());
    text.and_then(|text| text.parse().ok())
        .ok_or_else(|| invalid(name.as_str()))
}

fn invalid(what: &str) -> Problem {
    Problem::invalid(what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn creation(length: &str, metadata: &str) -> Result<Creation, Problem> {
        let mut headers = HeaderMap::new();
        headers.insert(TUS_RESUMABLE, HeaderValue::from_static(VERSION));
        headers.insert(UPLOAD_LENGTH, length.parse().unwrap());
        headers.insert(UPLOAD_METADATA, metadata.parse().unwrap());
        Creation::read(&headers)
    }

    #[test]
    fn a_creation_names_length_and_hash() {
        let hash = FileHash([7; 32]);
        let name = BASE64_STANDARD.encode(hash.to_string());
        let read = creation("12", &format!("filename YS5qcGc=, sha256 {name}"));
        assert_eq!(read.unwrap(), Creation { size: 12, hash });
        assert!(creation("0", &format!("sha256 {name}")).is_err());
        assert!(creation("-1", &format!("sha256 {name}")).is_err());
        assert!(creation("12", "sha256 ////").is_err());
        assert!(creation("12", "filename YS5qcGc=").is_err());
    }
}
