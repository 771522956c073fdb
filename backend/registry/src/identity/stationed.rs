//! Who is stationed at which police station 驻所 (R001): a relation beside the roles, which gives
//! no right.

use crate::{error::RegistryError, statement::SqlCommand, time::Ts};
use hejie_case::ids::{OrgId, UserId};
use jiff::Timestamp;
use sqlx::PgConnection;

/// Stations a person from a time on, until one or without end; tells whether no other time at the
/// same station overlaps, since nothing is kept otherwise.
///
/// # Errors
/// The person or the station is unknown, or the database failed.
pub async fn add(
    conn: &mut PgConnection,
    user: UserId,
    station: OrgId,
    (from, until): (Timestamp, Option<Timestamp>),
) -> Result<bool, RegistryError> {
    sqlx::query("select from app_user where id = $1 for update")
        .bind(user.0)
        .run(conn)
        .await?;
    sqlx::query(
        "insert into stationed (user_id, station_id, from_at, until_at) select $1, $2, $3, $4
         where not exists (select from stationed where user_id = $1 and station_id = $2
             and tstzrange(from_at, until_at) && tstzrange($3, $4))",
    )
    .bind(user.0)
    .bind(station.0)
    .bind(Ts(from))
    .bind(until.map(Ts))
    .touches(conn)
    .await
}

/// Ends a person's time at a station; tells whether it would have gone on.
///
/// # Errors
/// The database failed.
pub async fn end(
    conn: &mut PgConnection,
    user: UserId,
    station: OrgId,
    at: Timestamp,
) -> Result<bool, RegistryError> {
    sqlx::query(
        "update stationed set until_at = greatest($3, from_at + interval '1 microsecond')
         where user_id = $1 and station_id = $2 and (until_at is null or until_at > $3)",
    )
    .bind(user.0)
    .bind(station.0)
    .bind(Ts(at))
    .touches(conn)
    .await
}

/// The names of the stations at which a person is now.
///
/// # Errors
/// The database failed.
pub async fn list_current(
    conn: &mut PgConnection,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<String>, RegistryError> {
    Ok(sqlx::query_scalar(
        "select o.name_zh from stationed s join org o on o.id = s.station_id
         where s.user_id = $1 and s.from_at <= $2 and (s.until_at is null or s.until_at > $2) and o.active
         order by s.from_at, o.name_zh",
    )
    .bind(user.0)
    .bind(Ts(now))
    .fetch_all(conn)
    .await?)
}
