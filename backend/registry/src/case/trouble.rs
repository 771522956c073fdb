//! Cases that somebody must look at: changes that are acknowledged and not merged for too long,
//! cases that are parked, and fields of the registry that could not take what the document says.

use crate::{
    error::RegistryError,
    rows::{self, natural},
    statement::{Selection, SqlCommand},
    time::Ts,
};
use hejie_case::ids::{CaseId, RegionCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, PgConnection, types::Json};
use std::ops::RangeInclusive;
use uuid::Uuid;

/// A field of the registry that could not take what document and facts say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unprojected {
    /// Table, row and column, or table and row where no value of a single column would do:
    /// `visit/<id>/satisfaction`.
    pub path: String,
    /// What Postgres said: the constraint, or else its code.
    pub code: String,
}

/// What somebody must look at in a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Changes that are acknowledged and not merged for too long.
    pub unmerged: u64,
    /// When the first of them was received.
    pub oldest: Option<Timestamp>,
    /// Why the case is parked, if it is.
    pub parked: Option<String>,
    /// Fields that hold a safe value instead of what the document says.
    pub unprojected: Vec<Unprojected>,
}

/// A case that somebody must look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Troubled {
    /// The case.
    pub case: CaseId,
    /// Its number, as the registry has it.
    pub case_no: String,
    /// What is the matter with it.
    pub trouble: Trouble,
}

/// All troubles in figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Troubles {
    /// Changes that are acknowledged and not merged for too long.
    pub unmerged: u64,
    /// When the first of them was received.
    pub oldest: Option<Timestamp>,
    /// Cases that are parked.
    pub parked: u64,
    /// Cases with fields that hold a safe value instead of what the document says.
    pub unprojected: u64,
}

/// The fields of one case that hold a safe value instead of what the document says.
///
/// # Errors
/// Postgres failed, or the column cannot be read.
pub async fn list_unprojected(
    conn: &mut PgConnection,
    case: CaseId,
) -> Result<Vec<Unprojected>, RegistryError> {
    let found: Option<Json<Vec<Unprojected>>> =
        sqlx::query_scalar("select unprojected from case_doc where case_id = $1")
            .bind(case.0)
            .fetch_optional(conn)
            .await?;
    Ok(found.map(|json| json.0).unwrap_or_default())
}

/// Notes the fields of one case that hold a safe value instead of what the document says; all
/// others are as they should be.
///
/// # Errors
/// Postgres failed.
pub async fn set_unprojected(
    conn: &mut PgConnection,
    case: CaseId,
    fields: &[Unprojected],
) -> Result<(), RegistryError> {
    sqlx::query("update case_doc set unprojected = $2 where case_id = $1 and unprojected <> $2")
        .bind(case.0)
        .bind(Json(fields))
        .run(conn)
        .await
}

/// The troubled cases that a condition names.
macro_rules! troubled_cases {
    ($condition:literal) => {
        concat!(
            "with late as (
                 select case_id, count(*) as unmerged, min(received_at) as oldest from case_change
                 where state = 'acknowledged' and not received_at between $1 and $2 group by case_id
             ), troubled as (
                 select case_id from late
                 union select case_id from case_doc where parked_reason is not null
                 union select case_id from case_doc where unprojected <> '[]'
             )
             select d.case_id, r.case_no, coalesce(l.unmerged, 0) as unmerged, l.oldest, d.parked_reason, d.unprojected
             from troubled t join case_doc d using (case_id) left join late l using (case_id)
             left join case_reg r using (case_id) where ",
            $condition
        )
    };
}

/// Lists the cases in some regions that somebody must look at; changes count that were received at
/// another than a timely moment. The longest wait comes first.
///
/// # Errors
/// Postgres failed.
pub async fn list_troubled(
    conn: &mut PgConnection,
    timely: &RangeInclusive<Timestamp>,
    within: &RegionCode,
    limit: u32,
) -> Result<Vec<Troubled>, RegistryError> {
    let rows = sqlx::query(troubled_cases!(
        "r.region_code like $3 || '%' order by l.oldest nulls last, d.case_id limit $4"
    ))
    .bind(Ts(*timely.start()))
    .bind(Ts(*timely.end()))
    .bind(within.as_str())
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await?;
    let read = |row: TroubleRow| {
        Ok(Troubled {
            case: CaseId(row.case_id),
            case_no: row.case_no.clone().unwrap_or_default(),
            trouble: row.try_into()?,
        })
    };
    Ok(rows::legible(&rows, read))
}

/// What somebody must look at in one case, if there is anything; as [`list_troubled`].
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn lookup_trouble(
    conn: &mut PgConnection,
    timely: &RangeInclusive<Timestamp>,
    case: CaseId,
) -> Result<Option<Trouble>, RegistryError> {
    sqlx::query_as::<_, TroubleRow>(troubled_cases!("d.case_id = $3"))
        .bind(Ts(*timely.start()))
        .bind(Ts(*timely.end()))
        .bind(case.0)
        .find(conn)
        .await
}

/// Counts what [`list_troubled`] lists.
///
/// # Errors
/// Postgres failed.
pub async fn count_troubles(
    conn: &mut PgConnection,
    timely: &RangeInclusive<Timestamp>,
) -> Result<Troubles, RegistryError> {
    let (unmerged, oldest, parked, unprojected): (i64, Option<Ts>, i64, i64) = sqlx::query_as(
        "select (select count(*) from case_change where state = 'acknowledged' and not received_at between $1 and $2),
                (select min(received_at) from case_change where state = 'acknowledged' and not received_at between $1 and $2),
                (select count(*) from case_doc where parked_reason is not null),
                (select count(*) from case_doc where unprojected <> '[]')",
    )
    .bind(Ts(*timely.start()))
    .bind(Ts(*timely.end()))
    .fetch_one(conn)
    .await?;
    Ok(Troubles {
        unmerged: natural(unmerged, "case_change", "(count)")?,
        oldest: oldest.map(|at| at.0),
        parked: natural(parked, "case_doc", "(count)")?,
        unprojected: natural(unprojected, "case_doc", "(count)")?,
    })
}

#[derive(FromRow)]
struct TroubleRow {
    case_id: Uuid,
    case_no: Option<String>,
    unmerged: i64,
    oldest: Option<Ts>,
    parked_reason: Option<String>,
    unprojected: Json<Vec<Unprojected>>,
}

impl TryFrom<TroubleRow> for Trouble {
    type Error = RegistryError;
    fn try_from(row: TroubleRow) -> Result<Self, RegistryError> {
        Ok(Self {
            unmerged: natural(row.unmerged, "case_change", "(count)")?,
            oldest: row.oldest.map(|at| at.0),
            parked: row.parked_reason,
            unprojected: row.unprojected.0,
        })
    }
}
