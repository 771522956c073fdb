//! Enrolled phones. Who wrote a change is known by its actor, which belongs to one phone of one
//! person for ever.

use crate::{
    error::RegistryError,
    statement::{Selection, SqlCommand},
    time::Ts,
};
use hejie_case::ids::{Actor, DeviceId, UserId};
use hejie_wire::batch::DeviceKey;
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

/// An enrolled phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its identifier.
    pub id: DeviceId,
    /// Whose it is.
    pub user: UserId,
    /// The actor that it alone writes with.
    pub actor: Actor,
    /// The key that it signs with.
    pub key: DeviceKey,
    /// What its owner calls it.
    pub name: String,
    /// When it was enrolled.
    pub enrolled_at: Timestamp,
    /// When it last spoke to the server.
    pub last_seen_at: Option<Timestamp>,
    /// When it was taken out of service.
    pub revoked_at: Option<Timestamp>,
}

/// Enrols a phone.
///
/// # Errors
/// The actor is taken, or the database failed.
pub async fn add(conn: &mut PgConnection, device: &Device) -> Result<(), RegistryError> {
    sqlx::query(
        "insert into device (id, user_id, actor, public_key, name, enrolled_at) values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(device.id.0)
    .bind(device.user.0)
    .bind(&device.actor.0[..])
    .bind(&device.key.bytes()[..])
    .bind(&device.name)
    .bind(Ts(device.enrolled_at))
    .run(conn)
    .await
}

/// Looks a phone up.
///
/// # Errors
/// The database failed, or its row cannot be read.
pub async fn lookup(
    conn: &mut PgConnection,
    id: DeviceId,
) -> Result<Option<Device>, RegistryError> {
    sqlx::query_as::<_, DeviceRow>(
        "select id, user_id, actor, public_key, name, enrolled_at, last_seen_at, revoked_at from device where id = $1",
    )
    .bind(id.0)
    .find(conn)
    .await
}

/// Lists a person's phones, the newest first.
///
/// # Errors
/// The database failed, or a row cannot be read.
pub async fn list_of_user(
    conn: &mut PgConnection,
    user: UserId,
) -> Result<Vec<Device>, RegistryError> {
    sqlx::query_as::<_, DeviceRow>(
        "select id, user_id, actor, public_key, name, enrolled_at, last_seen_at, revoked_at from device
         where user_id = $1 order by enrolled_at desc, id desc",
    )
    .bind(user.0)
    .list(conn)
    .await
}

/// Notes that a phone spoke to the server. Closing a case waits until each of its phones did (E27),
/// so the moment is kept exactly. One that is out of service says nothing any more.
///
/// # Errors
/// The database failed.
pub async fn set_seen(
    conn: &mut PgConnection,
    id: DeviceId,
    now: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query(
        "update device set last_seen_at = $2
         where id = $1 and revoked_at is null and (last_seen_at is null or last_seen_at < $2)",
    )
    .bind(id.0)
    .bind(Ts(now))
    .run(conn)
    .await
}

/// Takes a phone out of service; tells whether it was in service.
///
/// # Errors
/// The database failed.
pub async fn revoke(
    conn: &mut PgConnection,
    id: DeviceId,
    now: Timestamp,
) -> Result<bool, RegistryError> {
    sqlx::query("update device set revoked_at = $2 where id = $1 and revoked_at is null")
        .bind(id.0)
        .bind(Ts(now))
        .touches(conn)
        .await
}

#[derive(sqlx::FromRow)]
struct DeviceRow {
    id: Uuid,
    user_id: Uuid,
    actor: Vec<u8>,
    public_key: Vec<u8>,
    name: String,
    enrolled_at: Ts,
    last_seen_at: Option<Ts>,
    revoked_at: Option<Ts>,
}

impl TryFrom<DeviceRow> for Device {
    type Error = RegistryError;
    fn try_from(row: DeviceRow) -> Result<Self, RegistryError> {
        Ok(Self {
            id: row.id.into(),
            user: row.user_id.into(),
            actor: Actor::try_from(&row.actor[..])
                .map_err(RegistryError::in_column("device", "actor"))?,
            key: DeviceKey::try_from(&row.public_key[..])
                .map_err(RegistryError::in_column("device", "public_key"))?,
            name: row.name,
            enrolled_at: row.enrolled_at.0,
            last_seen_at: row.last_seen_at.map(Timestamp::from),
            revoked_at: row.revoked_at.map(Timestamp::from),
        })
    }
}
