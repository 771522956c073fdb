//! Sessions: who is signed in, in which role, on which phone, and whether that still holds.

use crate::{
    error::RegistryError,
    statement::{Selection, SqlCommand},
    time::Ts,
    word::{from_word, to_word},
};
use hejie_case::{
    ids::{Actor, DeviceId, OrgId, RegionCode, UserId},
    role::{Author, Role},
};
use hejie_wire::batch::DeviceKey;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

/// A session as it is started.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Its identifier.
    pub id: Uuid,
    /// Whose it is.
    pub user: UserId,
    /// The phone that it is bound to.
    pub device: Option<DeviceId>,
    /// The role of every act in it.
    pub role: Role,
    /// The organisation of every act in it.
    pub org: OrgId,
    /// When it begins.
    pub at: Timestamp,
}

/// Everything that a request needs to know about the session that it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthSession {
    /// Its identifier.
    pub id: Uuid,
    /// Whose it is.
    pub user: UserId,
    /// The person's name.
    pub display_name: String,
    /// The role of every act in it.
    pub role: Role,
    /// The organisation of every act in it.
    pub org: OrgId,
    /// That organisation's name.
    pub org_name: String,
    /// That organisation's territory.
    pub region: RegionCode,
    /// The phone that it is bound to.
    pub device: Option<BoundDevice>,
    /// Whether it still holds.
    pub standing: SessionStatus,
}

/// The phone of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoundDevice {
    /// Its identifier.
    pub id: DeviceId,
    /// The actor that it writes with.
    pub actor: Actor,
    /// The key that it signs with.
    pub key: DeviceKey,
}

/// Whether a session holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionStatus {
    /// It holds.
    Live,
    /// It was ended.
    Ended(EndReason),
    /// The account was closed.
    AccountClosed,
    /// The phone was taken out of service.
    DeviceRevoked,
    /// The role was taken away.
    GrantEnded,
}

/// Why a session was ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The person signed out.
    SignedOut,
    /// A refresh token was used a second time: somebody has a copy.
    TokenReused,
    /// The phone was taken out of service.
    DeviceRevoked,
    /// The account was closed.
    AccountClosed,
    /// The password was replaced.
    PasswordChanged,
    /// The role was taken away.
    RoleEnded,
}

/// Starts a session. Whether the account is open is looked at before, under the lock of
/// [`crate::identity::user::hold`].
///
/// # Errors
/// The database failed.
pub async fn add(conn: &mut PgConnection, new: &NewSession) -> Result<(), RegistryError> {
    sqlx::query("insert into session (id, user_id, device_id, role, org_id, started_at) values ($1, $2, $3, $4, $5, $6)")
        .bind(new.id)
        .bind(new.user.0)
        .bind(new.device.map(|device| device.0))
        .bind(to_word(&new.role)?)
        .bind(new.org.0)
        .bind(Ts(new.at))
        .run(conn)
        .await
}

/// What is asked of a session.
macro_rules! lookup_sql {
    () => {
        "select s.id, s.user_id, u.display_name, u.active, s.role, s.org_id, o.name_zh, o.region_code,
                s.device_id, d.actor, d.public_key, d.revoked_at, s.end_reason,
                exists (select 1 from role_grant g where g.user_id = s.user_id and g.role = s.role and g.org_id = s.org_id
                        and g.from_at <= $2 and (g.until_at is null or g.until_at > $2)) as granted
         from session s join app_user u on u.id = s.user_id join org o on o.id = s.org_id
         left join device d on d.id = s.device_id
         where s.id = $1"
    };
}

/// Looks a session up, with whether it holds at `now`.
///
/// # Errors
/// The database failed, or its row cannot be read.
pub async fn lookup(
    conn: &mut PgConnection,
    id: Uuid,
    now: Timestamp,
) -> Result<Option<AuthSession>, RegistryError> {
    sqlx::query_as::<_, SessionRow>(lookup_sql!())
        .bind(id)
        .bind(Ts(now))
        .find(conn)
        .await
}

/// Looks a session up and holds it as it is until the end of the transaction: nobody ends it
/// meanwhile, and whoever puts somebody out ends it. Its account, if it is held too, is held
/// before, as it is by whoever closes one.
///
/// # Errors
/// The database failed, or its row cannot be read.
pub async fn hold(
    conn: &mut PgConnection,
    id: Uuid,
    now: Timestamp,
) -> Result<Option<AuthSession>, RegistryError> {
    sqlx::query_as::<_, SessionRow>(concat!(lookup_sql!(), " for share of s"))
        .bind(id)
        .bind(Ts(now))
        .find(conn)
        .await
}

/// Whether a session still holds, which is held so until the end of the transaction. Asked where
/// nothing is locked behind it but the audit log: whoever is put out at that moment is waited for.
///
/// # Errors
/// The database failed, or its row cannot be read.
pub async fn hold_standing(
    conn: &mut PgConnection,
    id: Uuid,
    now: Timestamp,
) -> Result<SessionStatus, RegistryError> {
    let session = hold(conn, id, now).await?;
    Ok(
        session.map_or(SessionStatus::Ended(EndReason::SignedOut), |session| {
            session.standing
        }),
    )
}

/// Ends a session, if it has not ended yet.
///
/// # Errors
/// The database failed.
pub async fn end(
    conn: &mut PgConnection,
    id: Uuid,
    why: EndReason,
    at: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query(
        "update session set ended_at = $2, end_reason = $3 where id = $1 and ended_at is null",
    )
    .bind(id)
    .bind(Ts(at))
    .bind(to_word(&why)?)
    .run(conn)
    .await
}

/// Ends every session of a phone.
///
/// # Errors
/// The database failed.
pub async fn end_of_device(
    conn: &mut PgConnection,
    device: DeviceId,
    why: EndReason,
    at: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query("update session set ended_at = $2, end_reason = $3 where device_id = $1 and ended_at is null")
        .bind(device.0)
        .bind(Ts(at))
        .bind(to_word(&why)?)
        .run(conn)
        .await
}

/// Ends every session of a person.
///
/// # Errors
/// The database failed.
pub async fn end_of_user(
    conn: &mut PgConnection,
    user: UserId,
    why: EndReason,
    at: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query(
        "update session set ended_at = $2, end_reason = $3 where user_id = $1 and ended_at is null",
    )
    .bind(user.0)
    .bind(Ts(at))
    .bind(to_word(&why)?)
    .run(conn)
    .await
}

/// Ends every session of a person in one role for one organisation.
///
/// # Errors
/// The database failed.
pub async fn end_of_role(
    conn: &mut PgConnection,
    who: &Author,
    at: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query(
        "update session set ended_at = $4, end_reason = $5
         where user_id = $1 and role = $2 and org_id = $3 and ended_at is null",
    )
    .bind(who.user.0)
    .bind(to_word(&who.role)?)
    .bind(who.org.0)
    .bind(Ts(at))
    .bind(to_word(&EndReason::RoleEnded)?)
    .run(conn)
    .await
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    id: Uuid,
    user_id: Uuid,
    display_name: String,
    active: bool,
    role: String,
    org_id: Uuid,
    name_zh: String,
    region_code: String,
    device_id: Option<Uuid>,
    actor: Option<Vec<u8>>,
    public_key: Option<Vec<u8>>,
    revoked_at: Option<Ts>,
    end_reason: Option<String>,
    granted: bool,
}

impl SessionRow {
    fn standing(&self) -> Result<SessionStatus, RegistryError> {
        Ok(match &self.end_reason {
            _ if self.revoked_at.is_some() => SessionStatus::DeviceRevoked,
            // What keeps a person from signing in again goes before how the session itself ended.
            _ if !self.active => SessionStatus::AccountClosed,
            _ if !self.granted => SessionStatus::GrantEnded,
            Some(why) => SessionStatus::Ended(from_word(why, "session", "end_reason")?),
            None => SessionStatus::Live,
        })
    }

    fn device(&self) -> Result<Option<BoundDevice>, RegistryError> {
        let (Some(id), Some(actor), Some(key)) = (self.device_id, &self.actor, &self.public_key)
        else {
            return Ok(None);
        };
        let actor =
            Actor::try_from(&actor[..]).map_err(RegistryError::in_column("device", "actor"))?;
        let key = DeviceKey::try_from(&key[..])
            .map_err(RegistryError::in_column("device", "public_key"))?;
        Ok(Some(BoundDevice {
            id: id.into(),
            actor,
            key,
        }))
    }
}

impl TryFrom<SessionRow> for AuthSession {
    type Error = RegistryError;
    fn try_from(row: SessionRow) -> Result<Self, RegistryError> {
        Ok(Self {
            standing: row.standing()?,
            device: row.device()?,
            id: row.id,
            user: row.user_id.into(),
            display_name: row.display_name,
            role: from_word(&row.role, "session", "role")?,
            org: row.org_id.into(),
            org_name: row.name_zh,
            region: row
                .region_code
                .parse()
                .map_err(RegistryError::in_column("org", "region_code"))?,
        })
    }
}
