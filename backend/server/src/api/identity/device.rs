//! `/api/v1/devices`: enrolling phones, listing them, taking them out of service.

use crate::{
    access::Caller,
    api::secrets::SealingKeyView,
    identity::{
        self, account,
        sign_in::{TokenPair, issue_pair, new_id},
    },
    problem::{Json, Path, PhoneJson, Problem, field},
    secrets::handed,
    state::{App, AppState},
};
use axum::{extract::State, http::StatusCode};
use garde::Validate;
use hejie_case::ids::{Actor, DeviceId, UserId};
use hejie_registry::{
    audit::{self, AuditEvent},
    identity::{
        device::{self as devices, Device},
        org,
        session::{self as sessions, NewSession},
        user,
    },
    pool::{self, PgConnection},
};
use hejie_wire::batch::DeviceKey;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A phone to be enrolled.
#[derive(Deserialize, Validate, ToSchema)]
pub struct EnrolRequest {
    /// What its owner calls it.
    #[garde(custom(field::filled("device_name")))]
    #[schema(example = "调解一号机")]
    name: String,
    /// The public half of the key pair that the phone drew (Ed25519), in hexadecimal; it signs what
    /// it sends.
    #[garde(skip)]
    #[schema(value_type = String, example = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")]
    public_key: DeviceKey,
}

/// A phone that was enrolled, with the tokens that are bound to it.
#[derive(Debug, Serialize, ToSchema)]
pub struct EnrolledView {
    /// The phone.
    device_id: Uuid,
    /// The actor with which it alone writes, in hexadecimal.
    #[schema(example = "0192f0c1a2b34c5d8e9f00112233aabb")]
    actor: String,
    /// Goes into `Authorization: Bearer`.
    access_token: String,
    /// Is exchanged for the next pair, once.
    refresh_token: String,
    /// When the access token expires.
    expires_at: Timestamp,
    /// To what the phone seals identities, from now on offline as well.
    sealing_key: SealingKeyView,
}

/// A phone of the person.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeviceView {
    /// The phone.
    id: Uuid,
    /// What its owner calls it.
    name: String,
    /// The actor with which it writes.
    actor: String,
    /// When it was enrolled.
    enrolled_at: Timestamp,
    /// When it last spoke to the server.
    last_seen_at: Option<Timestamp>,
    /// When it was taken out of service.
    revoked_at: Option<Timestamp>,
}

/// Lists the person's phones.
#[utoipa::path(get, path = "/api/v1/devices", tag = "identity", responses((status = 200, body = [DeviceView])))]
pub async fn list_devices(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<Vec<DeviceView>>, Problem> {
    let mut conn = pool::acquire(&state.pool).await?;
    let list = devices::list_of_user(&mut conn, caller.user).await?;
    Ok(Json(list.into_iter().map(DeviceView::from).collect()))
}

/// Enrols a phone: gives it an actor of its own and a session that is bound to it.
#[utoipa::path(post, path = "/api/v1/devices", tag = "identity", request_body = EnrolRequest,
    responses((status = 201, body = EnrolledView)))]
pub async fn add_device(
    State(state): State<AppState>,
    caller: Caller,
    PhoneJson(request): PhoneJson<EnrolRequest>,
) -> Result<(StatusCode, Json<EnrolledView>), Problem> {
    let now = state.clock.now();
    let device = Device {
        id: DeviceId::new(now, state.entropy.bytes()),
        user: caller.user,
        actor: Actor::drawn(state.entropy.bytes()),
        key: request.public_key,
        name: request.name,
        enrolled_at: now,
        last_seen_at: None,
        revoked_at: None,
    };
    let mut tx = pool::begin(&state.pool).await?;
    let pair = enrol(&state, &mut tx, &caller, &device).await?;
    let object = device.id.to_string();
    let line = AuditEvent {
        object: Some(&object),
        ..caller.act(now, "add_device")
    };
    let voucher = handed::voucher(&mut tx, &state.ring).await?;
    identity::commit_for(&caller, tx, &[line], now).await?;
    Ok((
        StatusCode::CREATED,
        Json(EnrolledView::of(&device, pair, voucher.into())),
    ))
}

/// Takes one of the person's phones out of service.
#[utoipa::path(delete, path = "/api/v1/devices/{id}", tag = "identity",
    params(("id" = Uuid, Path, description = "The phone")), responses((status = 204)))]
pub async fn revoke_device(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, Problem> {
    let mut tx = pool::begin(&state.pool).await?;
    let device = devices::lookup(&mut tx, id.into())
        .await?
        .filter(|device| device.user == caller.user);
    let device = device.ok_or(Problem::NotFound)?;
    revoke(&state, &mut tx, &caller, &device).await?;
    pool::commit(tx).await?;
    state.events.left(device.user);
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a lost phone of somebody in the jurisdiction out of service.
#[utoipa::path(delete, path = "/api/v1/users/{user_id}/devices/{id}", tag = "identity",
    params(("user_id" = Uuid, Path, description = "The person"), ("id" = Uuid, Path, description = "The phone")),
    responses((status = 204)))]
pub async fn revoke_user_device(
    State(state): State<AppState>,
    caller: Caller,
    Path((user_id, id)): Path<(Uuid, Uuid)>,
) -> Result<StatusCode, Problem> {
    let mut tx = pool::begin(&state.pool).await?;
    in_jurisdiction(&mut tx, &caller, user_id.into()).await?;
    let device = devices::lookup(&mut tx, id.into())
        .await?
        .filter(|device| device.user.0 == user_id);
    let device = device.ok_or(Problem::NotFound)?;
    revoke(&state, &mut tx, &caller, &device).await?;
    pool::commit(tx).await?;
    state.events.left(device.user);
    Ok(StatusCode::NO_CONTENT)
}

impl EnrolledView {
    fn of(device: &Device, pair: TokenPair, sealing_key: SealingKeyView) -> Self {
        Self {
            device_id: device.id.0,
            actor: device.actor.to_string(),
            access_token: pair.access_token,
            refresh_token: pair.refresh_token,
            expires_at: pair.expires_at,
            sealing_key,
        }
    }
}

impl From<Device> for DeviceView {
    fn from(device: Device) -> Self {
        Self {
            id: device.id.0,
            name: device.name,
            actor: device.actor.to_string(),
            enrolled_at: device.enrolled_at,
            last_seen_at: device.last_seen_at,
            revoked_at: device.revoked_at,
        }
    }
}

async fn enrol(
    state: &App,
    conn: &mut PgConnection,
    caller: &Caller,
    device: &Device,
) -> Result<TokenPair, Problem> {
    let now = device.enrolled_at;
    // Nobody closes the account or replaces its password between here and the commit: that ends the
    // sessions that it sees, and this one it would not.
    user::hold(conn, caller.user).await?;
    devices::add(conn, device).await?;
    let id = new_id(&state.identity, now);
    let bound = NewSession {
        id,
        user: caller.user,
        device: Some(device.id),
        role: caller.role,
        org: caller.org,
        at: now,
    };
    sessions::add(conn, &bound).await?;
    let session = sessions::lookup(conn, id, now).await?;
    let session =
        session.ok_or_else(|| Problem::internal("a session vanished while it was made"))?;
    issue_pair(&state.identity, conn, &session, now).await
}

async fn revoke(
    state: &App,
    conn: &mut PgConnection,
    caller: &Caller,
    device: &Device,
) -> Result<(), Problem> {
    let now = state.clock.now();
    // Before, and not with the commit, since the session may be one of those that end here; under
    // the account, so that the same asked twice does not wait for itself.
    user::lock(conn, caller.user).await?;
    identity::hold(conn, caller, now).await?;
    account::revoke_device(&state.marks, conn, device.id, now).await?;
    let object = device.id.to_string();
    audit::add(
        conn,
        &AuditEvent {
            object: Some(&object),
            ..caller.act(now, "revoke_device")
        },
    )
    .await?;
    Ok(())
}

/// Passes when the organisation of a person lies in the caller's jurisdiction.
pub(super) async fn in_jurisdiction(
    conn: &mut PgConnection,
    caller: &Caller,
    person: UserId,
) -> Result<(), Problem> {
    let person = user::lookup(conn, person).await?.ok_or(Problem::NotFound)?;
    let employer = org::lookup(conn, person.org)
        .await?
        .ok_or(Problem::NotFound)?;
    caller.in_jurisdiction(&employer.region)
}
