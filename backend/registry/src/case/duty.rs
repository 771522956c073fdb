//! Who is on duty where: to whom a new case is offered at once (R005), and which committee steps in
//! (R068).

mod unstaffed;

pub use unstaffed::{StaffingFigure, list_unstaffed};

use crate::{error::RegistryError, rows, statement::SqlCommand, time::Ts, word::to_word};
use hejie_case::{
    ids::{OrgId, RegionCode},
    role::Author,
};
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

/// Says who steps in while nobody of a committee is on duty; none: nobody does.
///
/// # Errors
/// An organisation is unknown, or the database failed.
pub async fn set_backup(
    conn: &mut PgConnection,
    committee: OrgId,
    backup: Option<OrgId>,
    now: Timestamp,
) -> Result<(), RegistryError> {
    let Some(backup) = backup else {
        return sqlx::query("delete from backup_committee where org_id = $1")
            .bind(committee.0)
            .run(conn)
            .await;
    };
    sqlx::query(
        "insert into backup_committee (org_id, backup_id, set_at) values ($1, $2, $3)
         on conflict (org_id) do update set backup_id = excluded.backup_id, set_at = excluded.set_at",
    )
    .bind(committee.0)
    .bind(backup.0)
    .bind(Ts(now))
    .run(conn)
    .await
}

/// The handler on duty for a region: the closest region first, then whoever has the fewest open
/// cases. The backup of a committee serves its territory behind its own people, and before those of
/// a wider one (R068). Only somebody whose account is open and whose role runs, and it stays so
/// until the end of the transaction.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn find_on_duty(
    conn: &mut PgConnection,
    region: &RegionCode,
    now: Timestamp,
) -> Result<Option<Author>, RegistryError> {
    let row: Option<(Uuid, String, Uuid)> = sqlx::query_as(
        "with serving as (
             select s.user_id, s.role, s.org_id, length(s.region_code) as near, false as steps_in from duty_shift s
             where s.from_at <= $2 and s.until_at > $2 and $1 like s.region_code || '%'
             union all
             select s.user_id, s.role, s.org_id, length(c.region_code), true from duty_shift s
             join backup_committee b on b.backup_id = s.org_id join org c on c.id = b.org_id and c.active
             where s.from_at <= $2 and s.until_at > $2 and $1 like c.region_code || '%')
         select s.user_id, s.role, s.org_id from serving s
         join app_user u on u.id = s.user_id and u.active
         join org o on o.id = s.org_id and o.active
         join role_grant g on g.user_id = s.user_id and g.role = s.role and g.org_id = s.org_id
             and g.from_at <= $2 and (g.until_at is null or g.until_at > $2)
         order by s.near desc, s.steps_in,
             (select count(*) from case_member m where m.user_id = s.user_id and m.until_at is null), s.user_id
         limit 1 for share of u, g",
    )
    .bind(region.as_str())
    .bind(Ts(now))
    .fetch_optional(conn)
    .await?;
    row.map(|row| rows::author(row, "duty_shift")).transpose()
}
