//! Problems of the HTTP interface (RFC 9457) as a phone reads them: one table of what it does about each code.
//!
//! Between a phone and its server stand captive portals, proxies and firewalls that answer in the server's name. Therefore only
//! an answer of [`MEDIA_TYPE`] is the server's word at all, and only a code that stands here as [`Verdict::Final`] ends anything.

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// The device was taken out of service.
pub const DEVICE_REVOKED: &str = "device_revoked";
/// The part does not begin where the upload stands.
pub const UPLOAD_OFFSET: &str = "upload_offset";
/// There is no such case, or not for this person; or it is still on its way.
pub const NOT_FOUND: &str = "not_found";
/// The case has no such party, or it is still on its way.
pub const PARTY_UNKNOWN: &str = "party_unknown";
/// The case has no such piece of evidence, or it is still on its way.
pub const EVIDENCE_UNKNOWN: &str = "evidence_unknown";

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

/// What a phone does about each code that it may meet.
pub const VERDICTS: &[(&str, Verdict)] = &[
    ("not_a_member", Verdict::Final),
    ("not_allowed", Verdict::Final),
    ("invalid", Verdict::Final),
    ("too_large", Verdict::Final),
    ("upload_differs", Verdict::Final),
    ("identity_destroyed", Verdict::Final),
    ("identity_newer", Verdict::Final),
    ("identity_unreadable", Verdict::Final),
    ("identity_name_missing", Verdict::Final),
    ("identity_too_long", Verdict::Final),
    ("identity_unprintable", Verdict::Final),
    ("identity_id_number", Verdict::Final),
    ("identity_telephone", Verdict::Final),
    ("unstorable", Verdict::Final),
    ("sealing_key_unknown", Verdict::Final),
    (NOT_FOUND, Verdict::Early),
    (PARTY_UNKNOWN, Verdict::Early),
    (EVIDENCE_UNKNOWN, Verdict::Early),
    ("too_many_attempts", Verdict::Wait),
    ("too_many_exchanges", Verdict::Wait),
    ("timed_out", Verdict::Wait),
    ("database_away", Verdict::Wait),
    ("workers_away", Verdict::Wait),
    ("unavailable", Verdict::Wait),
    ("internal", Verdict::Wait),
    ("unreadable", Verdict::Wait),
    ("body_too_large", Verdict::Wait),
    ("body_too_many", Verdict::Wait),
    ("body_compression", Verdict::Wait),
    ("body_encoding", Verdict::Wait),
    ("body_shape", Verdict::Wait),
    ("body_message", Verdict::Wait),
    (UPLOAD_OFFSET, Verdict::Again),
    ("not_signed_in", Verdict::SignIn),
    ("token_invalid", Verdict::SignIn),
    ("token_expired", Verdict::SignIn),
    ("session_over", Verdict::SignIn),
    ("wrong_credentials", Verdict::SignIn),
    ("refresh_invalid", Verdict::SignIn),
    ("refresh_reused", Verdict::SignIn),
    ("wrong_device", Verdict::SignIn),
    ("password_changed", Verdict::SignIn),
    (DEVICE_REVOKED, Verdict::Revoked),
    ("account_closed", Verdict::Revoked),
    ("role_ended", Verdict::Revoked),
    ("still_in_service", Verdict::Wait),
    ("exchange_running", Verdict::Wait),
    ("protocol_unknown", Verdict::Update),
    ("upload_version", Verdict::Update),
];

/// What a phone does about a code; none when it does not know it, as of a later server.
#[must_use]
pub fn verdict(code: &str) -> Option<Verdict> {
    VERDICTS
        .iter()
        .find(|(known, _)| *known == code)
        .map(|(_, verdict)| *verdict)
}
