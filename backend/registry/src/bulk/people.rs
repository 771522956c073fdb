//! Organisations, accounts with their roles, and enrolled phones.

use crate::{
    error::RegistryError,
    identity::{device::Device, org::Org, user::User},
    rows::column,
    statement::SqlCommand,
    time::Ts,
    word::to_words,
};
use hejie_case::role::Author;
use jiff::Timestamp;
use sqlx::PgConnection;

/// Somebody with an account, a role and phones.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// The account.
    pub user: User,
    /// Role and organisation.
    pub author: Author,
    /// The phones that the person has enrolled.
    pub devices: Vec<Device>,
}

/// Adds organisations; parents stand before their children.
///
/// # Errors
/// Postgres failed, or one is there already.
pub async fn add_orgs(conn: &mut PgConnection, orgs: &[Org]) -> Result<(), RegistryError> {
    sqlx::query(
        "insert into org (id, parent_id, kind, name_zh, region_code, level, active, carries_seal)
         select u.id, u.parent_id, u.kind, u.name_zh, u.region_code, u.level, true, u.carries_seal
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bool[])
                  with ordinality u (id, parent_id, kind, name_zh, region_code, level, carries_seal, n) order by u.n",
    )
    .bind(column(orgs, |o| o.id.0))
    .bind(column(orgs, |o| o.parent.map(|p| p.0)))
    .bind(to_words(orgs, |o| o.kind)?)
    .bind(column(orgs, |o| o.name_zh.as_str()))
    .bind(column(orgs, |o| o.region.as_str()))
    .bind(to_words(orgs, |o| o.level)?)
    .bind(column(orgs, |o| o.carries_seal))
    .run(conn)
    .await
}

/// Adds people with one password, with their roles from a moment on, and with their phones.
///
/// # Errors
/// Postgres failed, or a login or an actor is taken.
pub async fn add_people(
    conn: &mut PgConnection,
    people: &[NewPerson],
    password_hash: &str,
    from: Timestamp,
) -> Result<(), RegistryError> {
    let users = || people.iter().map(|p| &p.user);
    let ids: Vec<_> = users().map(|u| u.id.0).collect();
    sqlx::query(
        "insert into app_user (id, org_id, login, password_hash, display_name, active, created_at)
         select u.id, u.org_id, u.login, $5, u.display_name, true, $6
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) u (id, org_id, login, display_name)",
    )
    .bind(&ids)
    .bind(column(users(), |u| u.org.0))
    .bind(column(users(), |u| u.login.as_str()))
    .bind(column(users(), |u| u.display_name.as_str()))
    .bind(password_hash)
    .bind(Ts(from))
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "insert into role_grant (user_id, role, org_id, from_at)
         select u.user_id, u.role, u.org_id, $4 from unnest($1::uuid[], $2::text[], $3::uuid[]) u (user_id, role, org_id)",
    )
    .bind(&ids)
    .bind(to_words(people, |p| p.author.role)?)
    .bind(column(people, |p| p.author.org.0))
    .bind(Ts(from))
    .execute(&mut *conn)
    .await?;
    let devices: Vec<&Device> = people.iter().flat_map(|p| &p.devices).collect();
    sqlx::query(
        "insert into device (id, user_id, actor, name, enrolled_at, last_seen_at, public_key)
         select u.id, u.user_id, u.actor, u.name, $5, $6, u.public_key
         from unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::text[], $7::bytea[]) u (id, user_id, actor, name, public_key)",
    )
    .bind(column(&devices, |d| d.id.0))
    .bind(column(&devices, |d| d.user.0))
    .bind(column(&devices, |d| d.actor.0.to_vec()))
    .bind(column(&devices, |d| d.name.as_str()))
    .bind(Ts(from))
    .bind(devices.iter().find_map(|d| d.last_seen_at).map(Ts))
    .bind(column(&devices, |d| d.key.bytes().to_vec()))
    .run(conn)
    .await
}
