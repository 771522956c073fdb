//! Cases as the console lists them.

use crate::{
    error::RegistryError,
    rows::{self, column, natural},
    statement::Selection,
    time::Ts,
    word::{from_word, to_word},
};
use hejie_case::{
    facts::{Difficulty, Level, Status},
    ids::{CaseId, CaseNo, PublicCode, RegionCode, SituationCode, UserId},
};
use jiff::Timestamp;
use sqlx::{FromRow, PgConnection, Row, postgres::PgRow};
use std::collections::HashMap;
use uuid::Uuid;

/// Which cases are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseFilter {
    /// Regions by prefix: the jurisdiction of whoever asks.
    pub region: String,
    /// Only cases of this state.
    pub status: Option<Status>,
    /// Only cases whose number, public code, source number or situation contains this.
    pub words: Option<String>,
    /// Only open cases whose lead is not there any more.
    pub without_lead: bool,
}

/// One page of a list that is read from the newest case on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CasePageQuery {
    /// The last case of the page before: when it was registered, and its id.
    pub after: Option<(Timestamp, CaseId)>,
    /// How many at most.
    pub limit: u32,
}

/// A case as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseLine {
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub case_no: CaseNo,
    /// Its public code.
    pub public_code: PublicCode,
    /// Where it stands.
    pub status: Status,
    /// The version of its facts.
    pub version: u64,
    /// Its situation.
    pub situation: SituationCode,
    /// The situation in Chinese.
    pub situation_zh: String,
    /// Its difficulty.
    pub difficulty: Difficulty,
    /// Its colour.
    pub level: Level,
    /// Where it happened.
    pub region: RegionCode,
    /// What its place names as its region, when that lies outside of the county.
    pub place_outside: Option<RegionCode>,
    /// The channel that reported it.
    pub channel: String,
    /// When it was registered.
    pub registered_at: Timestamp,
    /// The next open deadline.
    pub due_at: Option<Timestamp>,
    /// The lead, or the first handler.
    pub lead_name: Option<String>,
    /// That person's account is closed, or none of the roles for the organisation runs any more,
    /// and the case is open.
    pub lead_departed: bool,
    /// Open disagreements of grade review or block.
    pub open_conflicts: u64,
}

/// A page of lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseLines {
    /// The cases.
    pub lines: Vec<CaseLine>,
    /// Cases whose rows cannot be read: somebody has to look after them, and the others are listed
    /// all the same.
    pub unreadable: Vec<CaseId>,
    /// Where the next page begins; none on the last.
    pub next: Option<(Timestamp, CaseId)>,
}

/// The columns of a line, for the rows that a condition names.
macro_rules! case_lines {
    ($condition:literal) => {
        concat!(
            "select r.case_id, r.case_no, r.public_code, r.status, r.facts_version, r.situation_code, s.situation_zh,
                 r.difficulty, r.level, r.region_code, r.source_channel, r.registered_at, r.due_at,
                 u.display_name as lead_name, gone.is_so as lead_departed, r.open_conflicts, r.place_outside
             from case_reg r
             join situation s on s.version = r.catalogue_version and s.code = r.situation_code
             left join app_user u on u.id = r.lead_user
             cross join lateral (select r.lead_user is not null and r.status not in ('closed', 'archived') and not (
                 coalesce(u.active, false) and exists (select from role_grant g
                     where g.user_id = r.lead_user and g.org_id = r.lead_org and g.until_at is null)) as is_so) gone
             where ",
            $condition
        )
    };
}

/// Lists cases, the newest first.
///
/// # Errors
/// Postgres failed.
pub async fn list(
    conn: &mut PgConnection,
    filter: &CaseFilter,
    page: CasePageQuery,
) -> Result<CaseLines, RegistryError> {
    let status = filter.status.map(|s| to_word(&s)).transpose()?;
    let (after_at, after_id) = page.after.map(|(at, case)| (Ts(at), case.0)).unzip();
    let rows: Vec<PgRow> = sqlx::query(case_lines!(
        "r.region_code like $1 || '%'
           and ($2::text is null or r.status = $2)
           and ($3::text is null or concat_ws(' ', r.case_no, r.public_code, r.source_no, s.situation_zh) ilike '%' || $3 || '%')
           and ($4::timestamptz is null or (r.registered_at, r.case_id) < ($4, $5))
           and (not $7 or gone.is_so)
         order by r.registered_at desc, r.case_id desc limit $6"
    ))
    .bind(&filter.region)
    .bind(status)
    .bind(filter.words.as_deref().map(escape_like))
    .bind(after_at)
    .bind(after_id)
    .bind(i64::from(page.limit))
    .bind(filter.without_lead)
    .fetch_all(conn)
    .await?;
    let places: Vec<Option<(Timestamp, CaseId)>> = rows.iter().map(place).collect();
    let read: Vec<Option<CaseLine>> =
        rows::each::<CaseLineRow, _>(&rows, CaseLine::try_from).collect();
    let unread = places.iter().zip(&read).filter(|(_, line)| line.is_none());
    let full = u32::try_from(rows.len()).is_ok_and(|n| n == page.limit);
    Ok(CaseLines {
        unreadable: unread
            .filter_map(|(place, _)| place.map(|(_, case)| case))
            .collect(),
        next: places
            .iter()
            .rev()
            .flatten()
            .next()
            .copied()
            .filter(|_| full),
        lines: read.into_iter().flatten().collect(),
    })
}

/// Where a row stands in the list.
fn place(row: &PgRow) -> Option<(Timestamp, CaseId)> {
    let at: Ts = row.try_get("registered_at").ok()?;
    Some((at.0, CaseId(row.try_get("case_id").ok()?)))
}

/// One case as a list shows it.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn lookup_line(
    conn: &mut PgConnection,
    case: CaseId,
) -> Result<Option<CaseLine>, RegistryError> {
    sqlx::query_as::<_, CaseLineRow>(case_lines!("r.case_id = $1"))
        .bind(case.0)
        .find(conn)
        .await
}

/// One case beside others that are shown: none, and told to whoever looks after the registry, when
/// it alone cannot be read.
///
/// # Errors
/// Postgres failed.
pub async fn lookup_legible_line(
    conn: &mut PgConnection,
    case: CaseId,
) -> Result<Option<CaseLine>, RegistryError> {
    let rows: Vec<PgRow> = sqlx::query(case_lines!("r.case_id = $1"))
        .bind(case.0)
        .fetch_all(conn)
        .await?;
    Ok(rows::legible::<CaseLineRow, _>(&rows, CaseLine::try_from).pop())
}

/// Names of persons by their ids.
pub type PersonNames = HashMap<UserId, String>;

/// The names of some persons.
///
/// # Errors
/// Postgres failed.
pub async fn names(
    conn: &mut PgConnection,
    users: &[UserId],
) -> Result<PersonNames, RegistryError> {
    let ids = column(users, |u| u.0);
    let rows: Vec<(Uuid, String)> =
        sqlx::query_as("select id, display_name from app_user where id = any($1)")
            .bind(ids)
            .fetch_all(conn)
            .await?;
    Ok(rows
        .into_iter()
        .map(|(id, name)| (UserId(id), name))
        .collect())
}

/// A text in which `%`, `_` and `\` mean themselves.
fn escape_like(text: &str) -> String {
    text.replace('\\', r"\\")
        .replace('%', r"\%")
        .replace('_', r"\_")
}

#[derive(FromRow)]
struct CaseLineRow {
    case_id: Uuid,
    case_no: String,
    public_code: String,
    status: String,
    facts_version: i64,
    situation_code: String,
    situation_zh: String,
    difficulty: String,
    level: String,
    region_code: String,
    source_channel: String,
    registered_at: Ts,
    due_at: Option<Ts>,
    lead_name: Option<String>,
    lead_departed: bool,
    open_conflicts: i32,
    place_outside: Option<String>,
}

impl TryFrom<CaseLineRow> for CaseLine {
    type Error = RegistryError;
    fn try_from(row: CaseLineRow) -> Result<Self, RegistryError> {
        let column = |name| RegistryError::in_column("case_reg", name);
        Ok(Self {
            case: CaseId(row.case_id),
            case_no: row.case_no.parse().map_err(column("case_no"))?,
            public_code: row.public_code.parse().map_err(column("public_code"))?,
            status: from_word(&row.status, "case_reg", "status")?,
            version: natural(row.facts_version, "case_reg", "facts_version")?,
            situation: row
                .situation_code
                .parse()
                .map_err(column("situation_code"))?,
            situation_zh: row.situation_zh,
            difficulty: from_word(&row.difficulty, "case_reg", "difficulty")?,
            level: from_word(&row.level, "case_reg", "level")?,
            region: row.region_code.parse().map_err(column("region_code"))?,
            place_outside: row
                .place_outside
                .map(|code| code.parse().map_err(column("place_outside")))
                .transpose()?,
            channel: row.source_channel,
            registered_at: row.registered_at.0,
            due_at: row.due_at.map(|ts| ts.0),
            lead_name: row.lead_name,
            lead_departed: row.lead_departed,
            open_conflicts: natural(i64::from(row.open_conflicts), "case_reg", "open_conflicts")?,
        })
    }
}
