//! Reading an answer: whether it is the server's at all, and then what it says.

use super::error::{LineFault, LinkError, ProblemBody};
use hejie_wire::{message, problem};
use ureq::http::Response;

/// What a good answer brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    /// A message of the exchange; it says itself how it is compressed.
    Exchange,
    /// JSON in plain.
    Json,
    /// Headers alone.
    Nothing,
}

/// What an answer says of itself before its body is read.
struct Head {
    status: u16,
    /// The media type without its parameters, in small letters.
    kind: Option<String>,
    is_plain: bool,
    retry_after: Option<u64>,
}

/// Reads the body of a good answer.
pub(super) fn read(
    mut response: Response<ureq::Body>,
    expected: Expected,
    limit: u64,
) -> Result<Vec<u8>, LinkError> {
    let head = Head::of(&response);
    if matches!(head.status, 300..=399 | 407 | 511) {
        return Err(LinkError::line(LineFault::Portal));
    }
    let body = response.body_mut().with_config().limit(limit);
    let body = body.read_to_vec().map_err(LinkError::of)?;
    match head.status {
        200..=299 => head.check(expected).map(|()| body),
        _ => Err(head.refusal(&body)),
    }
}

/// A header as text.
pub(super) fn header(response: &Response<ureq::Body>, name: &str) -> Option<String> {
    Some(response.headers().get(name)?.to_str().ok()?.to_owned())
}

impl Head {
    fn of(response: &Response<ureq::Body>) -> Self {
        let kind = header(response, "content-type").map(|kind| {
            let essence = kind.split(';').next().unwrap_or_default();
            essence.trim().to_ascii_lowercase()
        });
        let encoding = header(response, "content-encoding");
        Self {
            status: response.status().as_u16(),
            kind,
            is_plain: encoding.is_none_or(|name| name.eq_ignore_ascii_case("identity")),
            retry_after: header(response, "retry-after").and_then(|text| text.parse().ok()),
        }
    }

    /// Whether a good answer is of the kind that was asked for. One without a kind is judged by
    /// what it says.
    fn check(&self, expected: Expected) -> Result<(), LinkError> {
        let kind = self.kind.as_deref();
        if self.is_page() {
            return Err(LinkError::line(LineFault::Portal));
        }
        let fits = match expected {
            Expected::Exchange => kind.is_none_or(|kind| kind == message::CONTENT_TYPE),
            Expected::Json => kind.is_none_or(|kind| kind == "application/json"),
            Expected::Nothing => true,
        };
        if !fits {
            return Err(LinkError::line(LineFault::Foreign));
        }
        if expected != Expected::Exchange && !self.is_plain {
            return Err(LinkError::line(LineFault::Garbled));
        }
        Ok(())
    }

    /// What an answer that is none says: only a problem is the server's word.
    fn refusal(&self, body: &[u8]) -> LinkError {
        if self.kind.as_deref() != Some(problem::MEDIA_TYPE) {
            return LinkError::line(LineFault::Foreign);
        }
        let read = serde_json::from_slice::<ProblemBody>(body);
        match read {
            Ok(problem) if self.is_plain => {
                LinkError::of_problem(self.status, problem, self.retry_after)
            }
            Ok(_) => LinkError::line(LineFault::Garbled),
            Err(error) => LinkError::garbled(error),
        }
    }

    fn is_page(&self) -> bool {
        matches!(
            self.kind.as_deref(),
            Some("text/html" | "application/xhtml+xml")
        )
    }
}
