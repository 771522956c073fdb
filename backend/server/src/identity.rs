//! Who may come in: signing in, refreshing, signing out, phones, channels; and recognising the
//! caller of every request.

pub mod account;
pub mod channel;
mod guard;
mod keys;
pub mod login;
mod password;
pub(crate) mod rate_limit;
pub(crate) mod sign_in;
mod token;

pub use guard::{LoginAttempt, LoginGuard, LoginOrigin, Ticks};
pub use keys::{KeyError, SigningKeys};
pub use password::{PasswordSetup, Passwords};
pub(crate) use sign_in::hash;
pub use token::Claims;

use crate::{access::Caller, clock::Clock, entropy::RandomSource, mark::Marks, problem::Problem};
use axum::http::{HeaderMap, header};
use hejie_registry::{
    audit::{self, AuditEvent},
    error::RegistryError,
    identity::session::{self as sessions, AuthSession, EndReason, SessionStatus},
    pool::{self, PgConnection, PgPool, PooledConnection, Transaction},
};
use jiff::{SignedDuration, Timestamp};

/// What signing in and recognising need.
pub struct Authentication {
    /// Connections to Postgres.
    pub pool: PgPool,
    /// The clock.
    pub clock: Clock,
    /// The source of randomness.
    pub entropy: RandomSource,
    /// Signs access tokens.
    pub keys: SigningKeys,
    /// Hashes passwords.
    pub passwords: Passwords,
    /// Brakes on guessing.
    pub guard: LoginGuard,
    /// What a registry that was set back is recognised by, and what was taken back from people.
    pub marks: Marks,
    /// How long a person stays signed in without showing up.
    pub refresh_token_lifetime: SignedDuration,
}

/// Reads the access token of a request. It says for whom it was issued, not that its session still
/// holds.
///
/// # Errors
/// There is no token, it is not ours, or it is too old.
pub fn claims(state: &Authentication, headers: &HeaderMap) -> Result<Claims, Problem> {
    let value = headers
        .get(header::AUTHORIZATION)
        .ok_or(Problem::NotSignedIn)?;
    let token = value
        .to_str()
        .ok()
        .and_then(|text| text.strip_prefix("Bearer "))
        .ok_or(Problem::TokenInvalid)?;
    token::read(&state.keys, token, state.clock.now())
}

/// A connection for somebody who comes in: if the registry was set back under this server, those
/// who were put out since the backup are put out once more before it is had.
///
/// # Errors
/// Postgres is away, or the marks cannot be looked at.
pub(crate) async fn enter(state: &Authentication) -> Result<PooledConnection, Problem> {
    let mut conn = pool::acquire(&state.pool).await?;
    if state.marks.has_all_seen(&mut conn).await? {
        return Ok(conn);
    }
    // Others wait for the same look, and it needs connections of its own.
    drop(conn);
    state
        .marks
        .check_first(&state.pool, state.clock.now())
        .await?;
    Ok(pool::acquire(&state.pool).await?)
}

/// Recognises who calls by the access token. The session is looked up each time, so that whatever
/// ended it holds at once.
///
/// # Errors
/// The session is over.
pub async fn recognise(state: &Authentication, claims: &Claims) -> Result<Caller, Problem> {
    let now = state.clock.now();
    let mut conn = enter(state).await?;
    let session = sessions::lookup(&mut conn, claims.sid, now).await?;
    let session = live(session.ok_or(Problem::TokenInvalid)?)?;
    Ok(Caller::of(&mut conn, session).await?)
}

/// Recognises a caller once more, now that what was sent has come whole.
///
/// # Errors
/// The session is over.
pub async fn recognise_again(state: &Authentication, caller: &Caller) -> Result<(), Problem> {
    let mut conn = enter(state).await?;
    look(&mut conn, caller, state.clock.now()).await
}

/// Passes a caller whose session holds as this transaction sees it: for one that only reads.
///
/// # Errors
/// Why it does not hold.
pub(crate) async fn look(
    conn: &mut PgConnection,
    caller: &Caller,
    now: Timestamp,
) -> Result<(), Problem> {
    let session = sessions::lookup(conn, caller.session, now).await?;
    live(session.ok_or(Problem::TokenInvalid)?).map(drop)
}

/// Passes a caller whose session holds, which is held so until the end of the transaction: for one
/// that writes. Comes behind all that it locks but for the audit log.
///
/// # Errors
/// Why it does not hold.
pub(crate) async fn hold(
    conn: &mut PgConnection,
    caller: &Caller,
    now: Timestamp,
) -> Result<(), Problem> {
    match sessions::hold_standing(conn, caller.session, now).await? {
        SessionStatus::Live => Ok(()),
        over => Err(put_out(over)),
    }
}

/// Commits what was written or read on behalf of a caller whose session holds, with its lines of
/// the audit log. Whoever was put out meanwhile writes nothing and is told nothing.
///
/// # Errors
/// Why the session does not hold, or Postgres failed: nothing is kept.
pub(crate) async fn commit_for(
    caller: &Caller,
    tx: Transaction,
    lines: &[AuditEvent<'_>],
    now: Timestamp,
) -> Result<(), Problem> {
    match commit_standing(caller, tx, lines, now).await? {
        SessionStatus::Live => Ok(()),
        over => Err(put_out(over)),
    }
}

/// As [`commit_for`], where a failure of Postgres is looked at first: kept is what was written if
/// the session is live.
///
/// # Errors
/// Postgres failed: nothing is kept.
pub(crate) async fn commit_standing(
    caller: &Caller,
    mut tx: Transaction,
    lines: &[AuditEvent<'_>],
    now: Timestamp,
) -> Result<SessionStatus, RegistryError> {
    let standing = sessions::hold_standing(&mut tx, caller.session, now).await?;
    if standing == SessionStatus::Live {
        for line in lines {
            audit::add(&mut tx, line).await?;
        }
        pool::commit(tx).await?;
    }
    Ok(standing)
}

/// Tells whether a session that a caller came in still holds.
///
/// # Errors
/// Postgres is away.
pub async fn still_holds(state: &Authentication, caller: &Caller) -> Result<bool, Problem> {
    let now = state.clock.now();
    let mut conn = enter(state).await?;
    let session = sessions::lookup(&mut conn, caller.session, now).await?;
    Ok(session.is_some_and(|session| session.standing == SessionStatus::Live))
}

/// Passes a session that holds.
///
/// # Errors
/// Why it does not hold.
pub(crate) fn live(session: AuthSession) -> Result<AuthSession, Problem> {
    match session.standing {
        SessionStatus::Live => Ok(session),
        over => Err(put_out(over)),
    }
}

/// What somebody is told whose session does not hold.
pub(crate) fn put_out(standing: SessionStatus) -> Problem {
    match standing {
        SessionStatus::DeviceRevoked | SessionStatus::Ended(EndReason::DeviceRevoked) => {
            Problem::DeviceRevoked
        }
        SessionStatus::AccountClosed | SessionStatus::Ended(EndReason::AccountClosed) => {
            Problem::AccountClosed
        }
        SessionStatus::GrantEnded | SessionStatus::Ended(EndReason::RoleEnded) => {
            Problem::RoleEnded
        }
        SessionStatus::Ended(EndReason::PasswordChanged) => Problem::PasswordChanged,
        SessionStatus::Ended(EndReason::TokenReused) => Problem::RefreshReused,
        SessionStatus::Live | SessionStatus::Ended(EndReason::SignedOut) => Problem::SessionOver,
    }
}
