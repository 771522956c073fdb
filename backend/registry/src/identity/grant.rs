//! Which role a person has for which organisation, and from when to when.

use crate::{
    error::RegistryError,
    statement::{Selection, SqlCommand},
    time::Ts,
    word::{from_word, to_word},
};
use hejie_case::{
    ids::{OrgId, RegionCode, UserId},
    role::{Author, Role},
};
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

/// A role that a person has now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The person.
    pub user: UserId,
    /// The role.
    pub role: Role,
    /// The organisation for which the person acts in it.
    pub org: OrgId,
    /// That organisation's name.
    pub org_name: String,
    /// That organisation's territory: the jurisdiction of the grant.
    pub region: RegionCode,
    /// When it began.
    pub from: Timestamp,
}

/// Gives a person a role from a time on, until the same one begins that is to be given later; tells
/// whether the person did not have it then.
///
/// # Errors
/// The person or organisation is unknown, or the database failed.
pub async fn add(
    conn: &mut PgConnection,
    user: UserId,
    role: Role,
    org: OrgId,
    from: Timestamp,
) -> Result<bool, RegistryError> {
    sqlx::query(
        "insert into role_grant (user_id, role, org_id, from_at, until_at)
         select $1, $2, $3, $4, (select min(from_at) from role_grant where user_id = $1 and role = $2 and org_id = $3 and from_at > $4)
         where not exists (select 1 from role_grant where user_id = $1 and role = $2 and org_id = $3
             and from_at <= $4 and (until_at is null or until_at > $4))
         on conflict do nothing",
    )
    .bind(user.0)
    .bind(to_word(&role)?)
    .bind(org.0)
    .bind(Ts(from))
    .touches(conn)
    .await
}

/// Gives a person a role between two times, or without end; tells whether no other time of the same
/// role for the same organisation overlaps, since nothing is given otherwise (R001). Call it with
/// the account locked.
///
/// # Errors
/// The person or organisation is unknown, or the database failed.
pub async fn add_between(
    conn: &mut PgConnection,
    who: &Author,
    (from, until): (Timestamp, Option<Timestamp>),
) -> Result<bool, RegistryError> {
    sqlx::query(
        "insert into role_grant (user_id, role, org_id, from_at, until_at) select $1, $2, $3, $4, $5
         where not exists (select from role_grant where user_id = $1 and role = $2 and org_id = $3
             and tstzrange(from_at, until_at) && tstzrange($4, $5))",
    )
    .bind(who.user.0)
    .bind(to_word(&who.role)?)
    .bind(who.org.0)
    .bind(Ts(from))
    .bind(until.map(Ts))
    .touches(conn)
    .await
}

/// Whether a person ever had a role, or is to have it.
///
/// # Errors
/// The database failed.
pub async fn was_given(
    conn: &mut PgConnection,
    user: UserId,
    role: Role,
    org: OrgId,
) -> Result<bool, RegistryError> {
    let given = sqlx::query_scalar(
        "select exists (select 1 from role_grant where user_id = $1 and role = $2 and org_id = $3)",
    );
    let given = given.bind(user.0).bind(to_word(&role)?).bind(org.0);
    Ok(given.fetch_one(conn).await?)
}

/// Ends a person's role at a time; tells whether it would have run on. One that was given or ended
/// by a clock that was ahead ends as well.
///
/// # Errors
/// The database failed.
pub async fn end(
    conn: &mut PgConnection,
    user: UserId,
    role: Role,
    org: OrgId,
    at: Timestamp,
) -> Result<bool, RegistryError> {
    sqlx::query(
        "update role_grant set until_at = greatest($4, from_at + interval '1 microsecond')
         where user_id = $1 and role = $2 and org_id = $3
           and (until_at is null or until_at > greatest($4, from_at + interval '1 microsecond'))",
    )
    .bind(user.0)
    .bind(to_word(&role)?)
    .bind(org.0)
    .bind(Ts(at))
    .touches(conn)
    .await
}

/// Lists the roles that a person has at a time, the oldest first.
///
/// # Errors
/// The database failed, or a row cannot be read.
pub async fn list_current(
    conn: &mut PgConnection,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<Grant>, RegistryError> {
    sqlx::query_as::<_, GrantRow>(
        "select g.user_id, g.role, g.org_id, o.name_zh, o.region_code, g.from_at
         from role_grant g join org o on o.id = g.org_id
         where g.user_id = $1 and g.from_at <= $2 and (g.until_at is null or g.until_at > $2) and o.active
         order by g.from_at, g.role, g.org_id",
    )
    .bind(user.0)
    .bind(Ts(now))
    .list(conn)
    .await
}

#[derive(sqlx::FromRow)]
struct GrantRow {
    user_id: Uuid,
    role: String,
    org_id: Uuid,
    name_zh: String,
    region_code: String,
    from_at: Ts,
}

impl TryFrom<GrantRow> for Grant {
    type Error = RegistryError;
    fn try_from(row: GrantRow) -> Result<Self, RegistryError> {
        Ok(Self {
            user: row.user_id.into(),
            role: from_word(&row.role, "role_grant", "role")?,
            org: row.org_id.into(),
            org_name: row.name_zh,
            region: row
                .region_code
                .parse()
                .map_err(RegistryError::in_column("org", "region_code"))?,
            from: row.from_at.0,
        })
    }
}
