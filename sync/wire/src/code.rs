//! The codes on which the other side branches, each in one place: whoever gives one and whoever
//! looks for it name the constant.
//!
//! A code is never renamed, because phones of other ages look for it. Codes that only people read
//! need no constant: they stand beside their sentence, where they are given.

use hejie_case::reconcile;

/// Makes the constants of a list of codes, and the list with what belongs to each of them.
macro_rules! codes {
    (
        $(#[$meta:meta])*
        $list:ident: $of:ty { $($name:ident $code:expr, $what:expr, $doc:literal;)* }
        $(as_well { $($also:ident $also_what:expr;)* })?
    ) => {
        $(
            #[doc = $doc]
            pub const $name: &str = $code;
        )*
        $(#[$meta])*
        pub const $list: &[(&str, $of)] = &[$(($name, $what),)* $($(($also, $also_what),)*)?];
    };
}

/// Whether a change that was refused may come again as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasting {
    /// Not now: the same bytes are sent again later.
    Passing,
    /// Never these bytes.
    ForGood,
    /// As the refusal that it goes with.
    AsTheOther,
}

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

use Lasting::{AsTheOther, ForGood, Passing};

codes! {
    /// What the exchange itself refuses with, beside what the gate and the rights say, which is for
    /// good.
    REFUSALS: Lasting {
        MISSING_DEPENDENCY "missing_dependency", Passing, "Written on something, or after a number, that has not arrived.";
        TRY_AGAIN "try_again", Passing, "The case kept moving while the change was looked at.";
        TOO_MUCH_AT_ONCE "too_much_at_once", Passing, "One request brought more than is looked at in one.";
        INTAKE_INCOMPLETE reconcile::INTAKE_INCOMPLETE, Passing, "A case that was begun on the phone does not say enough yet.";
        FOLLOWS_REFUSED "follows_refused", AsTheOther, "It stands behind a change that was refused.";
        UNKNOWN_CASE "unknown_case", ForGood, "No such case, or none of this person's.";
        NO_LONGER_YOURS "no_longer_yours", ForGood, "The person lost the case; also why the case leaves the phone.";
        REPORTED_BEFORE "reported_before", ForGood, "The report came before, under an earlier enrolment of the phone.";
        ARCHIVED "archived", ForGood, "The case is filed and read-only; also why the case leaves the phone.";
        QUARANTINE_FULL "quarantine_full", ForGood, "Too many changes of this phone and case are in quarantine already.";
        BATCH_SIGNATURE "batch_signature", Passing, "Not signed by this phone.";
        FOREIGN_ACTOR "foreign_actor", ForGood, "Written by an actor that is not this phone's.";
        NUMBER_USED "number_used", ForGood, "The actor has used this number: a phone set back to an earlier day.";
        DEPENDS_ON_REFUSED "depends_on_refused", ForGood, "Written on a change that was refused, without which it can be written again.";
        WORK_ON_CONFIDENTIAL "work_on_confidential", ForGood, "Of the work, and written on what is confidential, or beside what is not.";
        OTHER_EXTENT "other_extent", Passing, "Of or beside what its author does not hold any more; the answer says so, and the work comes again without it.";
        NO_BEGINNING "no_beginning", ForGood, "Not written on the case.";
        COUNTED_AHEAD "counted_ahead", ForGood, "Its operations are counted ahead of everything known.";
        HARMFUL_CHANGE "harmful_change", ForGood, "The worker that looked at it died.";
        UNSTORABLE "unstorable", ForGood, "The registry takes a value of it nowhere.";
        CASE_UNREADABLE "case_unreadable", Passing, "The case cannot be read on the server at present.";
    }
}

codes! {
    /// What a claim is refused with. What passes stays claimed, and is sent again.
    CLAIMS: Lasting {
        CLAIM_TAKEN "claim_taken", ForGood, "Somebody else claimed the case first; the sentence says who has it.";
        COUNTY_DECIDES "county_decides", ForGood, "The case was given back twice: the county says who handles it.";
    }
    as_well {
        NOT_FOUND ForGood;
        TRY_AGAIN Passing;
    }
}

/// A case leaves a phone to whose person it does not belong.
pub const NOT_YOURS: &str = "not_yours";

codes! {
    /// What a phone does about each problem that it may meet.
    PROBLEMS: Verdict {
        NOT_A_MEMBER "not_a_member", Verdict::Final, "The case is none of this person's.";
        NOT_ALLOWED "not_allowed", Verdict::Final, "The role may not do this.";
        INVALID "invalid", Verdict::Final, "The request says something that cannot be.";
        TOO_LARGE "too_large", Verdict::Final, "The body is larger than is read there.";
        UPLOAD_DIFFERS "upload_differs", Verdict::Final, "The file is not the one that the evidence names.";
        IDENTITY_DESTROYED "identity_destroyed", Verdict::Final, "The identity was destroyed by order.";
        IDENTITY_NEWER "identity_newer", Verdict::Final, "The server has a newer one of the party.";
        IDENTITY_UNREADABLE "identity_unreadable", Verdict::Final, "The sealed identity does not open or read.";
        IDENTITY_NAME_MISSING "identity_name_missing", Verdict::Final, "It has no name.";
        IDENTITY_TOO_LONG "identity_too_long", Verdict::Final, "A field of it is longer than anything real.";
        IDENTITY_UNPRINTABLE "identity_unprintable", Verdict::Final, "A field of it holds control characters.";
        IDENTITY_ID_NUMBER "identity_id_number", Verdict::Final, "Its ID number has not the form of one.";
        IDENTITY_TELEPHONE "identity_telephone", Verdict::Final, "Its telephone number has not the form of one.";
        SEALING_KEY_UNKNOWN "sealing_key_unknown", Verdict::Final, "Sealed to a key that the server gave up.";
        NOT_FOUND "not_found", Verdict::Early, "There is no such case, or not for this person; or it is still on its way.";
        PARTY_UNKNOWN "party_unknown", Verdict::Early, "The case has no such party, or it is still on its way.";
        EVIDENCE_UNKNOWN "evidence_unknown", Verdict::Early, "The case has no such piece of evidence, or it is still on its way.";
        SEALING_KEY_ABSENT "sealing_key_absent", Verdict::Wait, "Sealed to a key that the server does not have at present.";
        TOO_MANY_ATTEMPTS "too_many_attempts", Verdict::Wait, "Too many attempts.";
        TOO_MANY_EXCHANGES "too_many_exchanges", Verdict::Wait, "The phone exchanges too often.";
        TIMED_OUT "timed_out", Verdict::Wait, "It took too long.";
        DATABASE_AWAY "database_away", Verdict::Wait, "The database is away for a moment.";
        WORKERS_AWAY "workers_away", Verdict::Wait, "The processes that look at changes are all busy or away.";
        UNAVAILABLE "unavailable", Verdict::Wait, "Too much is going on.";
        INTERNAL "internal", Verdict::Wait, "The server failed.";
        UNREADABLE "unreadable", Verdict::Wait, "The request cannot be read.";
        BODY_TOO_LARGE "body_too_large", Verdict::Wait, "A body of more bytes than the limit.";
        BODY_TOO_MANY "body_too_many", Verdict::Wait, "A message of more parts than the limit.";
        BODY_COMPRESSION "body_compression", Verdict::Wait, "A body that cannot be decompressed.";
        BODY_ENCODING "body_encoding", Verdict::Wait, "A body in an encoding that is not spoken.";
        BODY_SHAPE "body_shape", Verdict::Wait, "A body that is no CBOR of a permitted shape.";
        BODY_MESSAGE "body_message", Verdict::Wait, "A body that is no message of the exchange.";
        UPLOAD_OFFSET "upload_offset", Verdict::Again, "The part does not begin where the upload stands.";
        NOT_SIGNED_IN "not_signed_in", Verdict::SignIn, "There is no access token.";
        TOKEN_INVALID "token_invalid", Verdict::SignIn, "The access token is not one of the server's.";
        TOKEN_EXPIRED "token_expired", Verdict::SignIn, "The access token is too old.";
        SESSION_OVER "session_over", Verdict::SignIn, "The session is over.";
        WRONG_CREDENTIALS "wrong_credentials", Verdict::SignIn, "Login or password is wrong.";
        REFRESH_INVALID "refresh_invalid", Verdict::SignIn, "The refresh token is unknown or too old.";
        REFRESH_REUSED "refresh_reused", Verdict::SignIn, "The refresh token was used a second time.";
        WRONG_DEVICE "wrong_device", Verdict::SignIn, "The request names another phone than its token.";
        PASSWORD_CHANGED "password_changed", Verdict::SignIn, "The password was replaced.";
        DEVICE_REVOKED "device_revoked", Verdict::Revoked, "The device was taken out of service.";
        ACCOUNT_CLOSED "account_closed", Verdict::Revoked, "The account was closed.";
        ROLE_ENDED "role_ended", Verdict::Revoked, "The role of the session was taken away.";
        STILL_IN_SERVICE "still_in_service", Verdict::Wait, "What was to be deposited comes from a phone that is in service.";
        EXCHANGE_RUNNING "exchange_running", Verdict::Wait, "Another exchange of the same phone or person is on its way.";
        PROTOCOL_UNKNOWN "protocol_unknown", Verdict::Update, "The phone speaks a version of the exchange that the server does not.";
        UPLOAD_VERSION "upload_version", Verdict::Update, "The upload does not speak the server's version of tus.";
    }
    as_well {
        UNSTORABLE Verdict::Final;
    }
}

/// What was seen when deciding is no longer so; the console shows the case anew.
pub const STALE: &str = "stale";

/// What a phone that is out of service handed in, and arrived whole.
pub const DEPOSITED: &str = "deposited";

/// Those on which the console branches.
pub const OF_THE_CONSOLE: [&str; 3] = [STALE, WRONG_CREDENTIALS, DEPOSITED];

/// Whether a change that the exchange refused with this code may come again as it is.
#[must_use]
pub fn is_passing(code: &str) -> bool {
    REFUSALS.contains(&(code, Passing))
}

/// Whether a claim that was refused with this code waits on, to be sent again.
#[must_use]
pub fn is_passing_claim(code: &str) -> bool {
    CLAIMS.contains(&(code, Passing))
}
