//! Problems of the HTTP interface (RFC 9457) as a phone reads them: what it does about each [code](crate::code::PROBLEMS).
//!
//! Between a phone and its server stand captive portals, proxies and firewalls that answer in the server's name. Therefore only
//! an answer of [`MEDIA_TYPE`] is the server's word at all, and only a code that stands there as [`Verdict::Final`] ends anything.

use crate::code::PROBLEMS;

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// What a phone does about a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Keeps the content, shows the reason, and sends it again only when its author says so.
    Final,
    /// Waits while what it belongs to is on its way to the server; else as [`Self::Final`].
    Early,
    /// Waits and tries again.
    Wait,
    /// Asks where it stands and goes on from there, at once.
    Again,
    /// Asks the person to sign in again.
    SignIn,
    /// Is out of service.
    Revoked,
    /// Waits for an update of the app.
    Update,
}

/// What a phone does about a code; none when it does not know it, as of a later server.
#[must_use]
pub fn verdict(code: &str) -> Option<Verdict> {
    PROBLEMS
        .iter()
        .find(|(known, _)| *known == code)
        .map(|(_, verdict)| *verdict)
}
