//! The accounts of exchange channels: 110, 12345, court.

use crate::{
    error::RegistryError,
    statement::{Selection, SqlCommand},
    time::Ts,
};
use hejie_case::ids::{CaseId, OrgId, RegionCode};
use jiff::Timestamp;
use sqlx::PgConnection;
use std::fmt;
use uuid::Uuid;

/// An exchange account.
#[derive(Clone, PartialEq, Eq)]
pub struct Channel {
    /// Its identifier.
    pub id: Uuid,
    /// What it writes into `X-Hejie-Channel`.
    pub name: String,
    /// What people read.
    pub title_zh: String,
    /// The organisation that answers for it.
    pub org: OrgId,
    /// That organisation's territory: what it may report about.
    pub region: RegionCode,
    /// The key of its signatures.
    pub secret: Vec<u8>,
    /// Where receipts and results are sent.
    pub webhook_url: Option<String>,
    /// False when it is out of service: its orders are refused, and its messages wait.
    pub active: bool,
}

impl Channel {
    /// Whether a region lies in its territory.
    #[must_use]
    pub fn reports_about(&self, region: &RegionCode) -> bool {
        region.as_str().starts_with(self.region.as_str())
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel")
            .field("id", &self.id)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Sets a channel up. The region is its organisation's and is not stored again.
///
/// # Errors
/// The name is taken, or the database failed.
pub async fn add(
    conn: &mut PgConnection,
    channel: &Channel,
    now: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query(
        "insert into channel (id, name, title_zh, org_id, secret, webhook_url, active, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(channel.id)
    .bind(&channel.name)
    .bind(&channel.title_zh)
    .bind(channel.org.0)
    .bind(&channel.secret)
    .bind(&channel.webhook_url)
    .bind(channel.active)
    .bind(Ts(now))
    .run(conn)
    .await
}

/// Finds the channel of a name.
///
/// # Errors
/// The database failed, or its row cannot be read.
pub async fn find_by_name(
    conn: &mut PgConnection,
    name: &str,
) -> Result<Option<Channel>, RegistryError> {
    sqlx::query_as::<_, ChannelRow>(
        "select c.id, c.name, c.title_zh, c.org_id, o.region_code, c.secret, c.webhook_url, c.active
         from channel c join org o on o.id = c.org_id where c.name = $1",
    )
    .bind(name)
    .find(conn)
    .await
}

/// Lists all channels, by name.
///
/// # Errors
/// The database failed, or a row cannot be read.
pub async fn list(conn: &mut PgConnection) -> Result<Vec<Channel>, RegistryError> {
    sqlx::query_as::<_, ChannelRow>(
        "select c.id, c.name, c.title_zh, c.org_id, o.region_code, c.secret, c.webhook_url, c.active
         from channel c join org o on o.id = c.org_id order by c.name",
    )
    .list(conn)
    .await
}

/// Lists the channels that report about the county of a region, by name.
///
/// # Errors
/// The database failed.
pub async fn list_of_county(
    conn: &mut PgConnection,
    region: &RegionCode,
) -> Result<Vec<String>, RegistryError> {
    let names = sqlx::query_scalar(
        "select c.name from channel c join org o on o.id = c.org_id
         where $1 like o.region_code || '%' or o.region_code like $2 || '%' order by c.name",
    )
    .bind(region.as_str())
    .bind(region.county())
    .fetch_all(conn)
    .await?;
    Ok(names)
}

/// The channel of the department of a case's territory that bears a name of the routing table, the
/// nearest first: an office bears it with that of its county before it. None where it has none that
/// is in service.
///
/// # Errors
/// The database failed.
pub async fn of_department(
    conn: &mut PgConnection,
    case: CaseId,
    name: &str,
) -> Result<Option<String>, RegistryError> {
    let found = sqlx::query_scalar(
        "select c.name from case_reg r
         join org o on r.region_code like o.region_code || '%' and o.kind = 'department' and o.active
             and position($2 in o.name_zh) > 0
         join channel c on c.org_id = o.id and c.active
         where r.case_id = $1 order by length(o.region_code) desc, c.name limit 1",
    )
    .bind(case.0)
    .bind(name)
    .fetch_optional(conn)
    .await?;
    Ok(found)
}

/// The channel of the court of a case's territory that bears this name. None where it has none that
/// is in service.
///
/// # Errors
/// The database failed.
pub async fn of_court(
    conn: &mut PgConnection,
    case: CaseId,
    name: &str,
) -> Result<Option<String>, RegistryError> {
    let found = sqlx::query_scalar(
        "select c.name from case_reg r
         join org o on r.region_code like o.region_code || '%' and o.kind = 'court' and o.active
             and o.name_zh = $2
         join channel c on c.org_id = o.id and c.active
         where r.case_id = $1 order by length(o.region_code) desc, c.name limit 1",
    )
    .bind(case.0)
    .bind(name)
    .fetch_optional(conn)
    .await?;
    Ok(found)
}

/// Looks a channel up.
///
/// # Errors
/// The database failed, or its row cannot be read.
pub async fn lookup(conn: &mut PgConnection, id: Uuid) -> Result<Option<Channel>, RegistryError> {
    sqlx::query_as::<_, ChannelRow>(
        "select c.id, c.name, c.title_zh, c.org_id, o.region_code, c.secret, c.webhook_url, c.active
         from channel c join org o on o.id = c.org_id where c.id = $1",
    )
    .bind(id)
    .find(conn)
    .await
}

/// Whether a channel may report, held so until the end of the transaction.
///
/// # Errors
/// The database failed.
pub async fn hold(conn: &mut PgConnection, id: Uuid) -> Result<bool, RegistryError> {
    let active: Option<bool> =
        sqlx::query_scalar("select active from channel where id = $1 for share")
            .bind(id)
            .fetch_optional(conn)
            .await?;
    Ok(active.unwrap_or_default())
}

/// Says where a channel's receipts and results are sent.
///
/// # Errors
/// The database failed.
pub async fn set_webhook(
    conn: &mut PgConnection,
    id: Uuid,
    url: Option<&str>,
) -> Result<(), RegistryError> {
    sqlx::query("update channel set webhook_url = $2 where id = $1")
        .bind(id)
        .bind(url)
        .run(conn)
        .await
}

/// Puts a channel out of service, or into service again; tells whether it was the other before.
///
/// # Errors
/// The database failed.
pub async fn set_active(
    conn: &mut PgConnection,
    id: Uuid,
    active: bool,
) -> Result<bool, RegistryError> {
    let done = sqlx::query("update channel set active = $2 where id = $1 and active <> $2")
        .bind(id)
        .bind(active)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Keeps whoever would [`hold`] a channel waiting until the end of the transaction.
///
/// # Errors
/// The database failed.
pub async fn lock(conn: &mut PgConnection, id: Uuid) -> Result<(), RegistryError> {
    sqlx::query("select id from channel where id = $1 for no key update")
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Replaces the key of a channel's signatures.
///
/// # Errors
/// The database failed.
pub async fn set_secret(
    conn: &mut PgConnection,
    id: Uuid,
    secret: &[u8],
) -> Result<(), RegistryError> {
    sqlx::query("update channel set secret = $2 where id = $1")
        .bind(id)
        .bind(secret)
        .execute(conn)
        .await?;
    Ok(())
}

/// Puts a channel out of service unless its secret has this SHA-256, in hexadecimal; tells whether
/// it was in service with another one.
///
/// # Errors
/// The database failed.
pub async fn put_out_other_secret(
    conn: &mut PgConnection,
    id: Uuid,
    stored: &str,
) -> Result<bool, RegistryError> {
    let done = sqlx::query(
        "update channel set active = false where id = $1 and active and encode(sha256(secret), 'hex') <> $2",
    )
    .bind(id)
    .bind(stored)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

#[derive(sqlx::FromRow)]
struct ChannelRow {
    id: Uuid,
    name: String,
    title_zh: String,
    org_id: Uuid,
    region_code: String,
    secret: Vec<u8>,
    webhook_url: Option<String>,
    active: bool,
}

impl TryFrom<ChannelRow> for Channel {
    type Error = RegistryError;
    fn try_from(row: ChannelRow) -> Result<Self, RegistryError> {
        Ok(Self {
            id: row.id,
            name: row.name,
            title_zh: row.title_zh,
            org: row.org_id.into(),
            region: row
                .region_code
                .parse()
                .map_err(RegistryError::in_column("org", "region_code"))?,
            secret: row.secret,
            webhook_url: row.webhook_url,
            active: row.active,
        })
    }
}
