//! Organisations 机构. Jurisdiction is by the prefix of the region code.

use crate::{
    error::RegistryError,
    rows::column,
    statement::{Selection, SqlCommand},
    word::{from_word, to_word},
};
pub use hejie_case::facts::OrgLevel;
use hejie_case::{
    facts::OrgFact,
    ids::{OrgId, RegionCode},
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Org {
    /// Its identifier.
    pub id: OrgId,
    /// The organisation above it.
    pub parent: Option<OrgId>,
    /// What it is.
    pub kind: OrgKind,
    /// Its name as people read it.
    pub name_zh: String,
    /// Its territory.
    pub region: RegionCode,
    /// The level of its territory.
    pub level: OrgLevel,
    /// False when it has been dissolved.
    pub active: bool,
    /// Its mediators carry the seal to the scene (D05).
    pub carries_seal: bool,
}

/// What an organisation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrgKind {
    /// The county as a whole: leaders and supervisors.
    County,
    /// 矛调中心.
    Centre,
    /// 派出所.
    Station,
    /// 人民调解委员会, of a village, a township or the county.
    Committee,
    /// 行业性、专业性人民调解委员会: of a trade or a field, such as medical disputes.
    Professional,
    /// 个人调解工作室、品牌工作室.
    Studio,
    /// 第三方社会力量: associations, law firms, volunteers.
    ThirdParty,
    /// 司法所.
    JudicialOffice,
    /// 职能部门.
    Department,
    /// 网格.
    Grid,
    /// 法院.
    Court,
    /// 110 or 12345 desk.
    Desk,
}

/// Keeps whoever adds an organisation waiting until the end of the transaction; readers go on.
///
/// # Errors
/// The database failed.
pub async fn lock(conn: &mut PgConnection) -> Result<(), RegistryError> {
    sqlx::query("lock table org in share row exclusive mode")
        .execute(conn)
        .await?;
    Ok(())
}

/// Adds an organisation.
///
/// # Errors
/// The parent is unknown, or the database failed.
pub async fn add(conn: &mut PgConnection, org: &Org) -> Result<(), RegistryError> {
    sqlx::query(
        "insert into org (id, parent_id, kind, name_zh, region_code, level, active, carries_seal)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(org.id.0)
    .bind(org.parent.map(|parent| parent.0))
    .bind(to_word(&org.kind)?)
    .bind(&org.name_zh)
    .bind(org.region.as_str())
    .bind(to_word(&org.level)?)
    .bind(org.active)
    .bind(org.carries_seal)
    .run(conn)
    .await
}

/// Looks an organisation up.
///
/// # Errors
/// The database failed, or its row cannot be read.
pub async fn lookup(conn: &mut PgConnection, id: OrgId) -> Result<Option<Org>, RegistryError> {
    sqlx::query_as::<_, OrgRow>(
        "select id, parent_id, kind, name_zh, region_code, level, active, carries_seal from org where id = $1",
    )
    .bind(id.0)
    .find(conn)
    .await
}

/// Lists the active organisations whose territory lies in a region, by region and name.
///
/// # Errors
/// The database failed, or a row cannot be read.
pub async fn list_in_region(
    conn: &mut PgConnection,
    region: &RegionCode,
) -> Result<Vec<Org>, RegistryError> {
    sqlx::query_as::<_, OrgRow>(
        "select id, parent_id, kind, name_zh, region_code, level, active, carries_seal from org
         where active and region_code like $1 || '%' order by region_code, name_zh, id",
    )
    .bind(region.as_str())
    .list(conn)
    .await
}

/// Lists the active organisations of a kind and name in the county of a region, or above it.
///
/// # Errors
/// The database failed.
pub async fn list_named(
    conn: &mut PgConnection,
    kind: OrgKind,
    name: &str,
    region: &RegionCode,
) -> Result<Vec<OrgId>, RegistryError> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "select id from org where active and kind = $1 and name_zh = $2
           and (region_code like $3 || '%' or $3 like region_code || '%')",
    )
    .bind(to_word(&kind)?)
    .bind(name)
    .bind(region.county())
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(OrgId::from).collect())
}

/// Which of some names belongs to no active organisation in the county of a region or above it. A
/// part of its name names an organisation too, as people write it: 司法所 for 新栖司法所.
///
/// # Errors
/// The database failed.
pub async fn list_unknown_names(
    conn: &mut PgConnection,
    names: &[String],
    region: &RegionCode,
) -> Result<Vec<String>, RegistryError> {
    let unknown = sqlx::query_scalar(
        "select name from unnest($1::text[]) as name where not exists (
             select from org where active and length(name) > 1 and strpos(name_zh, name) > 0
               and (region_code like $2 || '%' or $2 like region_code || '%'))",
    )
    .bind(names)
    .bind(region.county());
    Ok(unknown.fetch_all(conn).await?)
}

/// What rulings may depend on about some organisations.
///
/// # Errors
/// The database failed, or a row cannot be read.
pub async fn list_facts(
    conn: &mut PgConnection,
    orgs: &[OrgId],
) -> Result<Vec<OrgFact>, RegistryError> {
    let ids = column(orgs, |org| org.0);
    let rows: Vec<OrgRow> = sqlx::query_as(
        "select id, parent_id, kind, name_zh, region_code, level, active, carries_seal from org
         where id = any($1) order by id",
    )
    .bind(ids)
    .fetch_all(conn)
    .await?;
    let fact = |row: OrgRow| {
        Ok(OrgFact {
            id: row.id.into(),
            name: row.name_zh,
            level: from_word(&row.level, "org", "level")?,
            carries_seal: row.carries_seal,
        })
    };
    rows.into_iter().map(fact).collect()
}

#[derive(sqlx::FromRow)]
struct OrgRow {
    id: Uuid,
    parent_id: Option<Uuid>,
    kind: String,
    name_zh: String,
    region_code: String,
    level: String,
    active: bool,
    carries_seal: bool,
}

impl TryFrom<OrgRow> for Org {
    type Error = RegistryError;
    fn try_from(row: OrgRow) -> Result<Self, RegistryError> {
        Ok(Self {
            id: row.id.into(),
            parent: row.parent_id.map(OrgId::from),
            kind: from_word(&row.kind, "org", "kind")?,
            name_zh: row.name_zh,
            region: row
                .region_code
                .parse()
                .map_err(RegistryError::in_column("org", "region_code"))?,
            level: from_word(&row.level, "org", "level")?,
            active: row.active,
            carries_seal: row.carries_seal,
        })
    }
}
