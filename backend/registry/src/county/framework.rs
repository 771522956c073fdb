//! The framework 工作体系 of a county (R007).

use super::{CountyPrefix, RowEdit, VersionedRow, merged, stored, version_of};
use crate::{error::RegistryError, time::Ts};
use hejie_case::catalogue::{FrameworkItem, framework};
use sqlx::PgConnection;

/// The framework of a county: the shipped parts, with its own in their place or beside them, in the
/// order of the codes.
///
/// # Errors
/// Postgres failed.
pub async fn list_framework(
    conn: &mut PgConnection,
    county: &CountyPrefix,
) -> Result<Vec<VersionedRow<FrameworkItem>>, RegistryError> {
    let rows: Vec<FrameworkRow> = sqlx::query_as(
        "select code, version, parent, name_zh, note_zh, is_active from county_framework where county = $1",
    )
    .bind(county.as_str())
    .fetch_all(conn)
    .await?;
    let own = rows.into_iter().map(VersionedRow::from);
    Ok(merged(framework(), own, |item| item.code.clone()))
}

/// Sets a part of a county's framework. Returns its new version, or nothing when somebody else
/// changed it meanwhile.
///
/// # Errors
/// Postgres failed.
pub async fn set_framework(
    conn: &mut PgConnection,
    change: RowEdit<'_>,
    item: &FrameworkItem,
    is_active: bool,
) -> Result<Option<u32>, RegistryError> {
    let version: Option<i32> = sqlx::query_scalar(
        "insert into county_framework as c (county, code, version, parent, name_zh, note_zh, is_active, changed_by, changed_at)
         select $1, $2, 1, $3, $4, $5, $6, $7, $8
         where $9 = 0 or exists (select from county_framework where county = $1 and code = $2)
         on conflict (county, code) do update
             set version = c.version + 1, parent = excluded.parent, name_zh = excluded.name_zh, note_zh = excluded.note_zh,
                 is_active = excluded.is_active, changed_by = excluded.changed_by, changed_at = excluded.changed_at
             where c.version = $9
         returning version",
    )
    .bind(change.county.as_str())
    .bind(&item.code)
    .bind(&item.parent)
    .bind(&item.name_zh)
    .bind(&item.note_zh)
    .bind(is_active)
    .bind(change.by.0)
    .bind(Ts(change.at))
    .bind(stored(change.base_version))
    .fetch_optional(conn)
    .await?;
    Ok(version.map(version_of))
}

#[derive(sqlx::FromRow)]
struct FrameworkRow {
    code: String,
    version: i32,
    parent: Option<String>,
    name_zh: String,
    note_zh: String,
    is_active: bool,
}

impl From<FrameworkRow> for VersionedRow<FrameworkItem> {
    fn from(row: FrameworkRow) -> Self {
        Self {
            version: version_of(row.version),
            is_active: row.is_active,
            row: FrameworkItem {
                code: row.code,
                parent: row.parent,
                name_zh: row.name_zh,
                note_zh: row.note_zh,
            },
        }
    }
}
