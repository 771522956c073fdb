//! Who is on duty where: to whom a new case is offered at once (R005), and which committee steps in
//! (R068).

use crate::{error::RegistryError, rows, statement::SqlCommand, time::Ts, word::to_word};
use hejie_case::{ids::RegionCode, role::Author};
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

/// Puts a person on duty for a region from a time until another.
///
/// # Errors
/// Postgres failed.
pub async fn add_shift(
    conn: &mut PgConnection,
    who: &Author,
    region: &RegionCode,
    from: Timestamp,
    until: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query(
        "insert into duty_shift (user_id, org_id, role, region_code, from_at, until_at) values ($1, $2, $3, $4, $5, $6)
         on conflict do nothing",
    )
    .bind(who.user.0)
    .bind(who.org.0)
    .bind(to_word(&who.role)?)
    .bind(region.as_str())
    .bind(Ts(from))
    .bind(Ts(until))
    .run(conn)
    .await
}

/// The handler on duty for a region: the closest region first, then whoever has the fewest open
/// cases. Only somebody whose account is open and whose role runs, and it stays so until the end of
/// the transaction.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn find_on_duty(
    conn: &mut PgConnection,
    region: &RegionCode,
    now: Timestamp,
) -> Result<Option<Author>, RegistryError> {
    let row: Option<(Uuid, String, Uuid)> = sqlx::query_as(
        "select s.user_id, s.role, s.org_id from duty_shift s
         join app_user u on u.id = s.user_id and u.active
         join org o on o.id = s.org_id and o.active
         join role_grant g on g.user_id = s.user_id and g.role = s.role and g.org_id = s.org_id
             and g.from_at <= $2 and (g.until_at is null or g.until_at > $2)
         where s.from_at <= $2 and s.until_at > $2 and $1 like s.region_code || '%'
         order by length(s.region_code) desc,
             (select count(*) from case_member m where m.user_id = s.user_id and m.until_at is null), s.user_id
         limit 1 for share of u, g",
    )
    .bind(region.as_str())
    .bind(Ts(now))
    .fetch_optional(conn)
    .await?;
    row.map(|row| rows::author(row, "duty_shift")).transpose()
}
