//! The routing table 分流表 of a county (R014).

use super::{CountyPrefix, RowEdit, VersionedRow, merged, stored, version_of};
use crate::{error::RegistryError, time::Ts};
use hejie_case::{
    catalogue::{Catalogue, Route, routes},
    ids::RegionCode,
};
use sqlx::PgConnection;

/// The routes of a county for the current issue, its own rows in the place of the shipped ones, in
/// the order of the codes.
///
/// # Errors
/// Postgres failed, or a row cannot be read.
pub async fn list_routes(
    conn: &mut PgConnection,
    county: &CountyPrefix,
) -> Result<Vec<VersionedRow<Route>>, RegistryError> {
    let rows: Vec<RouteRow> = sqlx::query_as(
        "select situation_code, version, lead, co, mechanism from county_route where county = $1 and catalogue_version = $2",
    )
    .bind(county.as_str())
    .bind(stored(Catalogue::current().version))
    .fetch_all(conn)
    .await?;
    let own: Vec<_> = rows
        .into_iter()
        .map(VersionedRow::try_from)
        .collect::<Result<_, RegistryError>>()?;
    Ok(merged(routes(), own, |route| route.code.clone()))
}

/// As [`list_routes`], the rows alone, of the county in which a region lies.
///
/// # Errors
/// Postgres failed, or a row cannot be read.
pub async fn list_routes_in(
    conn: &mut PgConnection,
    region: &RegionCode,
) -> Result<Vec<Route>, RegistryError> {
    let rows = list_routes(conn, &CountyPrefix::of(region)).await?;
    Ok(rows.into_iter().map(|kept| kept.row).collect())
}

/// Sets the route of a situation in a county. Returns its new version, or nothing when somebody
/// else changed it meanwhile.
///
/// # Errors
/// Postgres failed.
pub async fn set_route(
    conn: &mut PgConnection,
    change: RowEdit<'_>,
    route: &Route,
    reason: &str,
) -> Result<Option<u32>, RegistryError> {
    let version: Option<i32> = sqlx::query_scalar(
        "insert into county_route as c (county, catalogue_version, situation_code, version, lead, co, mechanism, reason, changed_by, changed_at)
         select $1, $2, $3, 1, $4, $5, $6, $7, $8, $9
         where $10 = 0 or exists (select from county_route where county = $1 and catalogue_version = $2 and situation_code = $3)
         on conflict (county, catalogue_version, situation_code) do update
             set version = c.version + 1, lead = excluded.lead, co = excluded.co, mechanism = excluded.mechanism,
                 reason = excluded.reason, changed_by = excluded.changed_by, changed_at = excluded.changed_at
             where c.version = $10
         returning version",
    )
    .bind(change.county.as_str())
    .bind(stored(Catalogue::current().version))
    .bind(route.code.as_str())
    .bind(&route.lead)
    .bind(&route.co)
    .bind(&route.mechanism)
    .bind(reason)
    .bind(change.by.0)
    .bind(Ts(change.at))
    .bind(stored(change.base_version))
    .fetch_optional(conn)
    .await?;
    Ok(version.map(version_of))
}

#[derive(sqlx::FromRow)]
struct RouteRow {
    situation_code: String,
    version: i32,
    lead: String,
    co: Vec<String>,
    mechanism: Option<String>,
}

impl TryFrom<RouteRow> for VersionedRow<Route> {
    type Error = RegistryError;

    fn try_from(row: RouteRow) -> Result<Self, RegistryError> {
        let code = row.situation_code.parse();
        Ok(Self {
            row: Route {
                code: code.map_err(RegistryError::in_column("county_route", "situation_code"))?,
                lead: row.lead,
                co: row.co,
                mechanism: row.mechanism,
            },
            version: version_of(row.version),
            is_active: true,
        })
    }
}
