//! Problems of the HTTP interface (RFC 9457) as a phone reads them: what it does about each
//! [code](crate::code::PROBLEMS).
//!
//! Between a phone and its server stand captive portals, proxies and firewalls that answer in the
//! server's name. Therefore only an answer of [`MEDIA_TYPE`] is the server's word at all, and only
//! a code that stands there as [`Verdict::Final`] ends anything.

pub use crate::code::Verdict;

use crate::code::PROBLEMS;

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// What a phone does about a code; none when it does not know it, as of a later server.
#[must_use]
pub fn verdict(code: &str) -> Option<Verdict> {
    PROBLEMS
        .iter()
        .find(|(known, _)| *known == code)
        .map(|(_, verdict)| *verdict)
}
