//! How a session begins and goes on: the password is checked, a role chosen, pairs of tokens are
//! made.

use super::{Authentication, LoginOrigin, enter, token};
use crate::{
    access::{Caller, ClientAddress},
    connections::household,
    problem::Problem,
    telemetry::whole,
};
use hejie_case::{
    ids::{OrgId, UserId},
    role::Role,
};
use hejie_registry::{
    audit::{self, AuditEvent},
    identity::{
        grant::{self, Grant},
        origin as origins,
        revocation::Revocation,
        session::{self as sessions, AuthSession, EndReason, NewSession},
        token as refresh_tokens,
        user::{self, Account},
    },
    pool::{self, PgConnection},
};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// How long an address is known from which somebody signed in.
const KNOWN_FOR: SignedDuration = SignedDuration::from_hours(24 * 90);

/// A fresh pair of tokens.
pub(crate) struct TokenPair {
    pub(crate) access_token: String,
    pub(crate) refresh_token: String,
    pub(crate) expires_at: Timestamp,
}

/// Looks up whether the login was signed in from this address lately, where that matters.
pub(crate) async fn origin(
    state: &Authentication,
    login: &str,
    address: ClientAddress,
) -> Result<LoginOrigin, Problem> {
    let Some(from) = address.0 else {
        return Ok(LoginOrigin::Unknown);
    };
    if !state.guard.asks_origin(login, address.0) {
        return Ok(LoginOrigin::Unknown);
    }
    let since = later(state.clock.now(), -KNOWN_FOR);
    let mut conn = pool::acquire(&state.pool).await?;
    let from = household(from).to_string();
    Ok(
        match origins::is_known(&mut conn, login, &from, since).await? {
            true => LoginOrigin::Known,
            false => LoginOrigin::Unknown,
        },
    )
}

/// Checks a password. Unknown login, closed account and wrong password take as long and look the
/// same.
pub(crate) async fn check_password(
    state: &Authentication,
    login: &str,
    password: SecretString,
    address: ClientAddress,
) -> Result<Account, Problem> {
    let mut conn = enter(state).await?;
    let account = user::find_by_login(&mut conn, login).await?;
    drop(conn);
    let stored = account
        .as_ref()
        .map(|account| account.password_hash.clone())
        .filter(|hash| hash != user::NO_PASSWORD);
    let right = state.passwords.verify(password, stored).await?;
    match account {
        Some(account) if right && account.user.active => Ok(account),
        account => {
            log_refusal(state, account.map(|account| account.user.id), address).await?;
            Err(Problem::WrongCredentials)
        }
    }
}

async fn log_refusal(
    state: &Authentication,
    user: Option<UserId>,
    address: ClientAddress,
) -> Result<(), Problem> {
    let address = address.0.map(|ip| ip.to_string());
    let mut tx = pool::begin(&state.pool).await?;
    audit::add(
        &mut tx,
        &AuditEvent {
            user,
            address: address.as_deref(),
            ..refused(state.clock.now(), "create_session")
        },
    )
    .await?;
    pool::commit(tx).await?;
    Ok(())
}

fn refused(at: Timestamp, action: &str) -> AuditEvent<'_> {
    AuditEvent {
        at,
        user: None,
        device: None,
        address: None,
        action,
        object: None,
        case: None,
        purpose: None,
        ok: false,
    }
}

/// Which of the person's roles a session is to begin in; the oldest of those that fit.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct RoleWanted {
    /// The role, if the person said which.
    pub(crate) role: Option<Role>,
    /// For which organisation, if the person said so.
    pub(crate) org: Option<OrgId>,
}

impl RoleWanted {
    fn fits(self, grant: &Grant) -> bool {
        self.role.is_none_or(|role| role == grant.role)
            && self.org.is_none_or(|org| org == grant.org)
    }
}

/// Starts a session in one of the person's roles.
pub(crate) async fn sign_in(
    state: &Authentication,
    account: &Account,
    wanted: RoleWanted,
    address: ClientAddress,
) -> Result<(TokenPair, Caller), Problem> {
    let now = state.clock.now();
    let mut tx = pool::begin(&state.pool).await?;
    // The account may have been closed, or the password replaced, while it was checked.
    let held = user::hold(&mut tx, account.user.id).await?;
    if !held.is_some_and(|now| now.user.active && now.password_hash == account.password_hash) {
        return Err(Problem::WrongCredentials);
    }
    let grants = grant::list_current(&mut tx, account.user.id, now).await?;
    let chosen = grants
        .into_iter()
        .find(|grant| wanted.fits(grant))
        .ok_or(Problem::NotAllowed)?;
    let session = start(state, &mut tx, &chosen, now).await?;
    let pair = issue_pair(state, &mut tx, &session, now).await?;
    let caller = Caller::of(&mut tx, session).await?;
    if let Some(from) = address.0 {
        let from = household(from).to_string();
        origins::note(&mut tx, account.user.id, &from, now).await?;
    }
    let address = address.0.map(|ip| ip.to_string());
    audit::add(
        &mut tx,
        &AuditEvent {
            address: address.as_deref(),
            ..caller.act(now, "create_session")
        },
    )
    .await?;
    pool::commit(tx).await?;
    Ok((pair, caller))
}

async fn start(
    state: &Authentication,
    conn: &mut PgConnection,
    grant: &Grant,
    now: Timestamp,
) -> Result<AuthSession, Problem> {
    let id = new_id(state, now);
    let new = NewSession {
        id,
        user: grant.user,
        device: None,
        role: grant.role,
        org: grant.org,
        at: now,
    };
    sessions::add(conn, &new).await?;
    sessions::lookup(conn, id, now)
        .await?
        .ok_or_else(|| Problem::internal("a session vanished while it was made"))
}

/// Makes an access token and the next refresh token of a session.
pub(crate) async fn issue_pair(
    state: &Authentication,
    conn: &mut PgConnection,
    session: &AuthSession,
    now: Timestamp,
) -> Result<TokenPair, Problem> {
    let bearer = token::Bearer {
        user: session.user,
        session: session.id,
        role: session.role,
        org: session.org,
        device: session.device.map(|device| device.id),
    };
    let access_token = token::issue(&state.keys, &bearer, now)?;
    let refresh_token = hex::encode(state.entropy.bytes::<32>());
    let expires = later(now, state.refresh_token_lifetime);
    refresh_tokens::add(conn, &hash(&refresh_token), session.id, now, expires).await?;
    Ok(TokenPair {
        access_token,
        refresh_token,
        expires_at: later(now, token::LIFETIME),
    })
}

/// Ends a session, so that no restore brings it back. It ends all the same where that cannot be
/// kept.
pub(crate) async fn end(
    state: &Authentication,
    conn: &mut PgConnection,
    id: Uuid,
    why: EndReason,
    now: Timestamp,
) -> Result<(), Problem> {
    sessions::end(conn, id, why, now).await?;
    let until = later(now, state.refresh_token_lifetime);
    let ended = [Revocation::Session { id, until }];
    if let Err(error) = state.marks.note_revoked(conn, &ended, now).await {
        tracing::error!(session.id = %id, error.chain = %whole(&error), "a restore may bring back a session that ended");
    }
    Ok(())
}

/// Ends a session of which somebody has a copy.
pub(crate) async fn end_stolen(
    state: &Authentication,
    conn: &mut PgConnection,
    session: Uuid,
    now: Timestamp,
) -> Result<(), Problem> {
    let owner = sessions::lookup(conn, session, now)
        .await?
        .map(|session| session.user);
    end(state, conn, session, EndReason::TokenReused, now).await?;
    audit::add(
        conn,
        &AuditEvent {
            user: owner,
            ..refused(now, "refresh_session")
        },
    )
    .await?;
    Ok(())
}

/// Makes the identifier of a session.
pub(crate) fn new_id(state: &Authentication, now: Timestamp) -> Uuid {
    UserId::new(now, state.entropy.bytes()).0
}

/// What is stored of a refresh token.
pub(crate) fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}
