//! For how long nobody was on duty (R068): a figure of each committee over a span of time.

use crate::{error::RegistryError, rows::natural, statement::SqlCommand, time::Ts};
use hejie_case::ids::{OrgId, RegionCode};
use jiff::Timestamp;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// How a committee was staffed, by its roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffingFigure {
    /// The committee.
    pub org: OrgId,
    /// Its name.
    pub name: String,
    /// Its territory.
    pub region: String,
    /// Who steps in, by name.
    pub backup: Option<String>,
    /// Minutes in which nobody of it was on duty.
    pub unstaffed: u64,
    /// Of these, minutes in which nobody of its backup was either.
    pub uncovered: u64,
}

/// The committees of a region over a span, the one that was unstaffed longest first. Shifts that
/// overlap count once.
///
/// # Errors
/// Postgres failed.
pub async fn list_unstaffed(
    conn: &mut PgConnection,
    region: &RegionCode,
    (from, until): (Timestamp, Timestamp),
) -> Result<Vec<StaffingFigure>, RegistryError> {
    sqlx::query(
        "with span as (select tstzmultirange(tstzrange($2, $3)) as whole),
         staffed as (
             select s.org_id, range_agg(tstzrange(greatest(s.from_at, $2), least(s.until_at, $3))) as held
             from duty_shift s where s.from_at < $3 and s.until_at > $2 group by s.org_id),
         free as (
             select o.id, o.name_zh, o.region_code, b.name_zh as backup_name,
                 span.whole - coalesce(own.held, '{}'::tstzmultirange) as unstaffed,
                 span.whole - coalesce(own.held, '{}'::tstzmultirange) - coalesce(other.held, '{}'::tstzmultirange) as uncovered
             from org o cross join span
             left join staffed own on own.org_id = o.id
             left join backup_committee c on c.org_id = o.id
             left join org b on b.id = c.backup_id
             left join staffed other on other.org_id = c.backup_id
             where o.active and o.kind in ('committee', 'professional') and o.region_code like $1 || '%')
         select id, name_zh, region_code, backup_name,
             (select coalesce(sum(extract(epoch from upper(r) - lower(r))), 0)::bigint / 60 from unnest(unstaffed) r) as unstaffed,
             (select coalesce(sum(extract(epoch from upper(r) - lower(r))), 0)::bigint / 60 from unnest(uncovered) r) as uncovered
         from free order by 5 desc, region_code, name_zh, id",
    )
    .bind(region.as_str())
    .bind(Ts(from))
    .bind(Ts(until))
    .legible::<FigureRow, _>(conn)
    .await
}

#[derive(FromRow)]
struct FigureRow {
    id: Uuid,
    name_zh: String,
    region_code: String,
    backup_name: Option<String>,
    unstaffed: i64,
    uncovered: i64,
}

impl TryFrom<FigureRow> for StaffingFigure {
    type Error = RegistryError;
    fn try_from(row: FigureRow) -> Result<Self, RegistryError> {
        let minutes = |value| natural(value, "duty_shift", "(minutes)");
        Ok(Self {
            org: row.id.into(),
            name: row.name_zh,
            region: row.region_code,
            backup: row.backup_name,
            unstaffed: minutes(row.unstaffed)?,
            uncovered: minutes(row.uncovered)?,
        })
    }
}
