//! `/api/v1/session` and `/api/v1/me`: signing in, refreshing, signing out.

use crate::{
    access::{self, Caller, ClientAddress},
    identity::{
        enter, live, login,
        sign_in::{
            RoleWanted, TokenPair, check_password, end, end_stolen, hash, issue_pair, origin,
            sign_in,
        },
    },
    problem::{Json, PhoneJson, Problem},
    state::AppState,
};
use axum::{extract::State, http::StatusCode};
use garde::Validate;
use hejie_case::{
    ids::{OrgId, UserId},
    role::Role,
};
use hejie_registry::{
    audit,
    identity::{
        session::{self as sessions, EndReason},
        token::{self as refresh_tokens, Rotation},
    },
    pool,
};
use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What a person types to sign in.
#[derive(Deserialize, Validate, ToSchema)]
pub struct SignInRequest {
    /// The login.
    #[garde(custom(login::check))]
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
    /// The organisation to act for, for people with this role in several.
    #[garde(skip)]
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    org: Option<OrgId>,
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
#[schema(as = SessionView)]
pub struct AuthSessionView {
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
    /// The operations to which the role is let through, by their ids.
    may: Vec<&'static str>,
}

/// Says who is signed in.
#[utoipa::path(get, path = "/api/v1/me", tag = "identity", responses((status = 200, body = MeView)))]
pub async fn get_me(caller: Caller) -> Json<MeView> {
    Json(caller.into())
}

/// Signs a person in.
#[utoipa::path(post, path = "/api/v1/session", tag = "identity", request_body = SignInRequest,
    responses((status = 200, body = AuthSessionView)))]
pub async fn create_session(
    State(state): State<AppState>,
    address: ClientAddress,
    PhoneJson(request): PhoneJson<SignInRequest>,
) -> Result<Json<AuthSessionView>, Problem> {
    let login = login::normal(&request.login);
    let origin = origin(&state.identity, &login, address).await?;
    let attempt = state.identity.guard.pass(&login, address.0, origin)?;
    let account = check_password(&state.identity, &login, request.password, address).await?;
    attempt.succeeded();
    let wanted = RoleWanted {
        role: request.role,
        org: request.org,
    };
    let (pair, caller) = sign_in(&state.identity, &account, wanted, address).await?;
    Ok(Json(AuthSessionView::of(pair, caller)))
}

/// Exchanges a refresh token for the next pair. A second use of one token ends the session, unless
/// the next pair was never used: then its answer was lost on the way, and another pair is made in
/// its place.
#[utoipa::path(post, path = "/api/v1/session/refresh", tag = "identity", request_body = RefreshRequest,
    responses((status = 200, body = AuthSessionView)))]
pub async fn refresh_session(
    State(state): State<AppState>,
    PhoneJson(request): PhoneJson<RefreshRequest>,
) -> Result<Json<AuthSessionView>, Problem> {
    let now = state.clock.now();
    drop(enter(&state.identity).await?);
    let mut tx = pool::begin(&state.pool).await?;
    let rotation = refresh_tokens::rotate(&mut tx, &hash(&request.refresh_token), now).await?;
    let id = match rotation {
        Rotation::Rotated { session } => session,
        Rotation::Unknown => return Err(Problem::RefreshInvalid),
        // A phone that lay in a drawer is still told that it is out of service: it may deposit what
        // it holds.
        Rotation::Expired { session } => {
            let session = sessions::lookup(&mut tx, session, now).await?;
            live(session.ok_or(Problem::RefreshInvalid)?)?;
            return Err(Problem::RefreshInvalid);
        }
        Rotation::Reused { session } => {
            end_stolen(&state.identity, &mut tx, session, now).await?;
            pool::commit(tx).await?;
            return Err(Problem::RefreshReused);
        }
    };
    let session = live(
        sessions::lookup(&mut tx, id, now)
            .await?
            .ok_or(Problem::RefreshInvalid)?,
    )?;
    let pair = issue_pair(&state.identity, &mut tx, &session, now).await?;
    let caller = Caller::of(&mut tx, session).await?;
    pool::commit(tx).await?;
    Ok(Json(AuthSessionView::of(pair, caller)))
}

/// Signs out.
#[utoipa::path(delete, path = "/api/v1/session", tag = "identity", responses((status = 204)))]
pub async fn delete_session(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<StatusCode, Problem> {
    let now = state.clock.now();
    let mut tx = pool::begin(&state.pool).await?;
    let why = EndReason::SignedOut;
    end(&state.identity, &mut tx, caller.session, why, now).await?;
    audit::add(&mut tx, &caller.act(now, "delete_session")).await?;
    pool::commit(tx).await?;
    state.events.left(caller.user);
    Ok(StatusCode::NO_CONTENT)
}

impl AuthSessionView {
    fn of(pair: TokenPair, caller: Caller) -> Self {
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
            may: access::admitted(caller.role),
        }
    }
}
