//! The mechanisms 联动机制 of a county (R026).

use super::{CountyPrefix, RowEdit, VersionedRow, merged, stored, version_of};
use crate::{error::RegistryError, time::Ts};
use hejie_case::catalogue::{Mechanism, mechanisms};
use sqlx::PgConnection;

/// The mechanisms of a county: the shipped ones, with its own in their place or beside them, in the
/// order of the codes.
///
/// # Errors
/// Postgres failed.
pub async fn list_mechanisms(
    conn: &mut PgConnection,
    county: &CountyPrefix,
) -> Result<Vec<VersionedRow<Mechanism>>, RegistryError> {
    let rows: Vec<MechanismRow> = sqlx::query_as(
        "select code, version, name_zh, trigger_zh, lead, members, days, guide_zh, is_active from county_mechanism where county = $1",
    )
    .bind(county.as_str())
    .fetch_all(conn)
    .await?;
    let own = rows.into_iter().map(VersionedRow::from);
    Ok(merged(mechanisms(), own, |mechanism| {
        mechanism.code.clone()
    }))
}

/// Sets a mechanism of a county. Returns its new version, or nothing when somebody else changed it
/// meanwhile.
///
/// # Errors
/// Postgres failed.
pub async fn set_mechanism(
    conn: &mut PgConnection,
    change: RowEdit<'_>,
    mechanism: &Mechanism,
    is_active: bool,
) -> Result<Option<u32>, RegistryError> {
    let version: Option<i32> = sqlx::query_scalar(
        "insert into county_mechanism as c (county, code, version, name_zh, trigger_zh, lead, members, days, guide_zh, is_active,
             changed_by, changed_at)
         select $1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11
         where $12 = 0 or exists (select from county_mechanism where county = $1 and code = $2)
         on conflict (county, code) do update
             set version = c.version + 1, name_zh = excluded.name_zh, trigger_zh = excluded.trigger_zh, lead = excluded.lead,
                 members = excluded.members, days = excluded.days, guide_zh = excluded.guide_zh, is_active = excluded.is_active,
                 changed_by = excluded.changed_by, changed_at = excluded.changed_at
             where c.version = $12
         returning version",
    )
    .bind(change.county.as_str())
    .bind(&mechanism.code)
    .bind(&mechanism.name_zh)
    .bind(&mechanism.trigger_zh)
    .bind(&mechanism.lead)
    .bind(&mechanism.members)
    .bind(i32::from(mechanism.days))
    .bind(&mechanism.guide_zh)
    .bind(is_active)
    .bind(change.by.0)
    .bind(Ts(change.at))
    .bind(stored(change.base_version))
    .fetch_optional(conn)
    .await?;
    Ok(version.map(version_of))
}

#[derive(sqlx::FromRow)]
struct MechanismRow {
    code: String,
    version: i32,
    name_zh: String,
    trigger_zh: String,
    lead: String,
    members: Vec<String>,
    days: i32,
    guide_zh: String,
    is_active: bool,
}

impl From<MechanismRow> for VersionedRow<Mechanism> {
    fn from(row: MechanismRow) -> Self {
        Self {
            version: version_of(row.version),
            is_active: row.is_active,
            row: Mechanism {
                code: row.code,
                name_zh: row.name_zh,
                trigger_zh: row.trigger_zh,
                lead: row.lead,
                members: row.members,
                days: u16::try_from(row.days).unwrap_or(u16::MAX),
                guide_zh: row.guide_zh,
            },
        }
    }
}
