//! `/api/v1/session` and `/api/v1/me`: signing in, refreshing, signing out.

use super::{live, token};
use crate::{
    access::{Caller, ClientAddress},
    problem::{Json, Problem},
    state::{App, AppState},
};
use axum::{extract::State, http::StatusCode};
use garde::Validate;
use hejie_case::{ids::UserId, role::Role};
use hejie_registry::{
    audit::{self, Act},
    identity::{
        grant::{self, Grant},
        session::{self as sessions, EndReason, NewSession, Session},
        token::{self as refresh_tokens, Rotation},
        user::{self, Account},
    },
    pool::{self, PgConnection},
};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

/// What a person types to sign in.
#[derive(Deserialize, Validate, ToSchema)]
pub struct SignInRequest {
    /// The login.
    #[garde(length(min = 1, max = 64))]
    #[schema(example = "lin")]
    login: String,
    /// The password.
    #[garde(skip)]
    #[schema(value_type = String, format = Password)]
    password: SecretString,
    /// The role to act in, for people with several; the oldest one otherwise.
    #[garde(skip)]
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "mediator")]
    role: Option<Role>,
}

/// A refresh token to be exchanged.
#[derive(Deserialize, Validate, ToSchema)]
pub struct RefreshRequest {
    /// The token.
    #[garde(length(min = 1, max = 128))]
    refresh_token: String,
}

/// A session as its owner sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionView {
    /// Goes into `Authorization: Bearer`.
    access_token: String,
    /// Is exchanged for the next pair, once.
    refresh_token: String,
    /// When the access token expires.
    expires_at: Timestamp,
    /// Who is signed in.
    user: MeView,
}

/// The person who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeView {
    /// The person.
    #[schema(value_type = Uuid)]
    id: UserId,
    /// The name that colleagues see.
    display_name: String,
    /// The role of every act in this session.
    #[schema(value_type = String, example = "mediator")]
    role: Role,
    /// The organisation of every act in this session.
    org_id: Uuid,
    /// Its name.
    org_name: String,
    /// Its territory.
    region: String,
    /// The phone that the session is bound to.
    #[serde(skip_serializing_if = "Option::is_none")]
    device_id: Option<Uuid>,
}

/// A fresh pair of tokens.
pub(super) struct Pair {
    pub(super) access_token: String,
    pub(super) refresh_token: String,
    pub(super) expires_at: Timestamp,
}

/// Says who is signed in.
#[utoipa::path(get, path = "/api/v1/me", tag = "identity", responses((status = 200, body = MeView)))]
pub async fn get_me(caller: Caller) -> Json<MeView> {
    Json(caller.into())
}

/// Signs a person in.
#[utoipa::path(post, path = "/api/v1/session", tag = "identity", request_body = SignInRequest,
    responses((status = 200, body = SessionView)))]
pub async fn create_session(
    State(state): State<AppState>,
    address: ClientAddress,
    Json(request): Json<SignInRequest>,
) -> Result<Json<SessionView>, Problem> {
    let login = request.login.trim().to_lowercase();
    state.guard.pass(&login, address.0)?;
    let account = check_password(&state, &login, request.password).await?;
    let signed_in = sign_in(&state, &account, request.role, address).await?;
    Ok(Json(signed_in))
}

/// Exchanges a refresh token for the next pair. A second use of one token ends the session.
#[utoipa::path(post, path = "/api/v1/session/refresh", tag = "identity", request_body = RefreshRequest,
    responses((status = 200, body = SessionView)))]
pub async fn refresh_session(
    State(state): State<AppState>,
    Json(request): Json<RefreshRequest>,
) -> Result<Json<SessionView>, Problem> {
    let now = state.clock.now();
    let mut tx = pool::begin(&state.pool).await?;
    let rotation = refresh_tokens::rotate(&mut tx, &hash(&request.refresh_token), now).await?;
    let id = match rotation {
        Rotation::Rotated { session } => session,
        Rotation::Unknown | Rotation::Expired => return Err(Problem::RefreshInvalid),
        Rotation::Reused { session } => {
            end_stolen(&mut tx, session, now).await?;
            pool::commit(tx).await?;
            return Err(Problem::RefreshReused);
        }
    };
    let session = live(
        sessions::lookup(&mut tx, id, now)
            .await?
            .ok_or(Problem::RefreshInvalid)?,
    )?;
    let pair = issue_pair(&state, &mut tx, &session, now).await?;
    pool::commit(tx).await?;
    Ok(Json(SessionView::of(pair, session.into())))
}

/// Signs out.
#[utoipa::path(delete, path = "/api/v1/session", tag = "identity", responses((status = 204)))]
pub async fn delete_session(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<StatusCode, Problem> {
    let now = state.clock.now();
    let mut tx = pool::begin(&state.pool).await?;
    sessions::end(&mut tx, caller.session, EndReason::SignedOut, now).await?;
    audit::add(&mut tx, &caller.act(now, "delete_session")).await?;
    pool::commit(tx).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl SessionView {
    fn of(pair: Pair, caller: Caller) -> Self {
        Self {
            access_token: pair.access_token,
            refresh_token: pair.refresh_token,
            expires_at: pair.expires_at,
            user: caller.into(),
        }
    }
}

impl From<Caller> for MeView {
    fn from(caller: Caller) -> Self {
        Self {
            id: caller.user,
            display_name: caller.display_name,
            role: caller.role,
            org_id: caller.org.0,
            org_name: caller.org_name,
            region: caller.region.into(),
            device_id: caller.device.map(|device| device.id.0),
        }
    }
}

/// Checks a password. Unknown login, closed account and wrong password take as long and look the same.
async fn check_password(
    state: &App,
    login: &str,
    password: SecretString,
) -> Result<Account, Problem> {
    let mut conn = pool::acquire(&state.pool).await?;
    let account = user::find_by_login(&mut conn, login).await?;
    drop(conn);
    let stored = account
        .as_ref()
        .map(|account| account.password_hash.clone());
    let right = state.passwords.verify(password, stored).await?;
    match account {
        Some(account) if right && account.user.active => Ok(account),
        account => {
            log_refusal(state, account.map(|account| account.user.id)).await?;
            Err(Problem::WrongCredentials)
        }
    }
}

async fn log_refusal(state: &App, user: Option<UserId>) -> Result<(), Problem> {
    let mut tx = pool::begin(&state.pool).await?;
    audit::add(
        &mut tx,
        &Act {
            user,
            ..refused(state.clock.now(), "create_session")
        },
    )
    .await?;
    pool::commit(tx).await?;
    Ok(())
}

fn refused(at: Timestamp, action: &str) -> Act<'_> {
    Act {
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

async fn sign_in(
    state: &App,
    account: &Account,
    role: Option<Role>,
    address: ClientAddress,
) -> Result<SessionView, Problem> {
    let now = state.clock.now();
    let mut tx = pool::begin(&state.pool).await?;
    let grants = grant::list_current(&mut tx, account.user.id, now).await?;
    let chosen = grants
        .into_iter()
        .find(|grant| role.is_none_or(|role| role == grant.role))
        .ok_or(Problem::NotAllowed)?;
    let session = start(state, &mut tx, &chosen, now).await?;
    let pair = issue_pair(state, &mut tx, &session, now).await?;
    let caller = Caller::from(session);
    let address = address.0.map(|ip| ip.to_string());
    audit::add(
        &mut tx,
        &Act {
            address: address.as_deref(),
            ..caller.act(now, "create_session")
        },
    )
    .await?;
    pool::commit(tx).await?;
    Ok(SessionView::of(pair, caller))
}

async fn start(
    state: &App,
    conn: &mut PgConnection,
    grant: &Grant,
    now: Timestamp,
) -> Result<Session, Problem> {
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
pub(super) async fn issue_pair(
    state: &App,
    conn: &mut PgConnection,
    session: &Session,
    now: Timestamp,
) -> Result<Pair, Problem> {
    let bearer = token::Bearer {
        user: session.user,
        session: session.id,
        role: session.role,
        org: session.org,
        device: session.device.map(|device| device.id),
    };
    let access_token = token::issue(&state.keys, &bearer, now)?;
    let refresh_token = hex::encode(state.entropy.bytes::<32>());
    let expires = later(now, state.settings.refresh_token_lifetime);
    refresh_tokens::add(conn, &hash(&refresh_token), session.id, now, expires).await?;
    Ok(Pair {
        access_token,
        refresh_token,
        expires_at: later(now, token::LIFETIME),
    })
}

async fn end_stolen(conn: &mut PgConnection, session: Uuid, now: Timestamp) -> Result<(), Problem> {
    let owner = sessions::lookup(conn, session, now)
        .await?
        .map(|session| session.user);
    sessions::end(conn, session, EndReason::TokenReused, now).await?;
    audit::add(
        conn,
        &Act {
            user: owner,
            ..refused(now, "refresh_session")
        },
    )
    .await?;
    Ok(())
}

pub(super) fn new_id(state: &App, now: Timestamp) -> Uuid {
    UserId::new(now, state.entropy.bytes()).0
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}
