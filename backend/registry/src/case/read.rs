//! Cases as the console lists them.

use crate::{
    error::RegistryError,
    rows::{self, column, natural},
    statement::Selection,
    time::Ts,
    word::{from_word, to_word},
};
use hejie_case::{
    disclosure::{Scope, waiting},
    facts::{Difficulty, Level, Status},
    ids::{CaseId, CaseNo, PublicCode, RegionCode, SituationCode, UserId},
};
use jiff::Timestamp;
use sqlx::{
    FromRow, PgConnection, Postgres, Row,
    postgres::{PgArguments, PgRow},
    query::Query,
};
use std::collections::HashMap;
use uuid::Uuid;

/// Which cases are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseFilter {
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
    ($condition:expr) => {
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

/// As [`case_lines!`], for the cases that exist for a reader: `$1` to `$10` are those of [`within`]
/// (hejie_case::disclosure, where the same is said of one case).
macro_rules! case_lines_within {
    ($condition:literal) => {
        case_lines!(concat!(
            "not ",
            crate::rows::is_recused!("r.case_id", "$2"),
            "
             and (r.region_code like $1 || '%' and (
                     $5
                     or split_part(r.source_channel, '-', 1) = any($6)
                     or exists (select from case_kin k where k.case_id = r.case_id and split_part(k.channel, '-', 1) = any($6))
                     or $7 and (r.hold_since is not null or exists (
                         select from deadline d where d.case_id = r.case_id and d.kind = 'police_accept'))
                     or $8 and (r.difficulty = 'complex' or r.joint or exists (
                         select from supervision m where m.case_id = r.case_id and m.measure in ('notice', 'accountability')))
                     or $9 and (exists (select from judicial_confirmation c where c.case_id = r.case_id)
                         or exists (select from engagement e where e.case_id = r.case_id and e.body = 'court'))
                     or r.status || ' ' || r.situation_code = any($10))
                 or exists (select from invitation i
                     where i.case_id = r.case_id and i.user_id = $2 and i.role = $3
                       and i.answered_at is null and i.lapsed_at is null)
                 or exists (select from assignment a
                     where a.case_id = r.case_id and a.user_id = $2 and a.role = $3
                       and (a.to_at is null
                            or a.to_at >= $4 and (a.signed_at is not null or a.duty in ('co', 'visit')))))
             and ",
            $condition
        ))
    };
}

/// Binds what says which cases exist for a reader.
fn within<'q>(
    query: Query<'q, Postgres, PgArguments>,
    scope: &Scope,
) -> Result<Query<'q, Postgres, PgArguments>, RegistryError> {
    let mut claimed = Vec::new();
    for status in waiting() {
        let status = to_word(status)?;
        let pairs = scope.claims.iter();
        claimed.extend(pairs.map(|situation| format!("{status} {situation}")));
    }
    let channels: Vec<String> = scope
        .matters
        .channels
        .iter()
        .map(ToString::to_string)
        .collect();
    Ok(query
        .bind(scope.territory.as_str().to_owned())
        .bind(scope.by.user.0)
        .bind(to_word(&scope.by.role)?)
        .bind(Ts(scope.since))
        .bind(scope.whole_area)
        .bind(channels)
        .bind(scope.matters.of_police)
        .bind(scope.matters.grave)
        .bind(scope.matters.before_court)
        .bind(claimed))
}

/// Lists the cases that exist for a reader, the newest first.
///
/// # Errors
/// Postgres failed.
pub async fn list(
    conn: &mut PgConnection,
    scope: &Scope,
    filter: &CaseFilter,
    page: CasePageQuery,
) -> Result<CaseLines, RegistryError> {
    let status = filter.status.map(|s| to_word(&s)).transpose()?;
    let (after_at, after_id) = page.after.map(|(at, case)| (Ts(at), case.0)).unzip();
    let query = sqlx::query(case_lines_within!(
        "($11::text is null or r.status = $11)
           and ($12::text is null or concat_ws(' ', r.case_no, r.public_code, r.source_no, s.situation_zh) ilike '%' || $12 || '%')
           and ($13::timestamptz is null or (r.registered_at, r.case_id) < ($13, $14))
           and (not $16 or gone.is_so)
         order by r.registered_at desc, r.case_id desc limit $15"
    ));
    let rows: Vec<PgRow> = within(query, scope)?
        .bind(status)
        .bind(filter.words.as_deref().map(escape_like))
        .bind(after_at)
        .bind(after_id)
        .bind(i64::from(page.limit))
        .bind(filter.without_lead)
        .fetch_all(conn)
        .await?;
    Ok(CaseLines::of(&rows, page))
}

impl CaseLines {
    fn of(rows: &[PgRow], page: CasePageQuery) -> Self {
        let places: Vec<Option<(Timestamp, CaseId)>> = rows.iter().map(place).collect();
        let read: Vec<Option<CaseLine>> =
            rows::each::<CaseLineRow, _>(rows, CaseLine::try_from).collect();
        let unread = places.iter().zip(&read).filter(|(_, line)| line.is_none());
        let full = u32::try_from(rows.len()).is_ok_and(|n| n == page.limit);
        let unreadable = unread.filter_map(|(place, _)| place.map(|(_, case)| case));
        let mut last = places.iter().rev().flatten();
        Self {
            unreadable: unreadable.collect(),
            next: last.next().copied().filter(|_| full),
            lines: read.into_iter().flatten().collect(),
        }
    }
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

/// One case as a list shows it, if it exists for a reader.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn lookup_line_within(
    conn: &mut PgConnection,
    scope: &Scope,
    case: CaseId,
) -> Result<Option<CaseLine>, RegistryError> {
    let found = lines_within(conn, scope, case).await?;
    let mut read = found.iter().map(CaseLineRow::from_row);
    read.next().transpose()?.map(CaseLine::try_from).transpose()
}

/// One case beside others that are shown, if it exists for a reader: none, and told to whoever
/// looks after the registry, when it alone cannot be read.
///
/// # Errors
/// Postgres failed.
pub async fn lookup_legible_line(
    conn: &mut PgConnection,
    scope: &Scope,
    case: CaseId,
) -> Result<Option<CaseLine>, RegistryError> {
    let found = lines_within(conn, scope, case).await?;
    Ok(rows::legible::<CaseLineRow, _>(&found, CaseLine::try_from).pop())
}

async fn lines_within(
    conn: &mut PgConnection,
    scope: &Scope,
    case: CaseId,
) -> Result<Vec<PgRow>, RegistryError> {
    let query = sqlx::query(case_lines_within!("r.case_id = $11"));
    let query = within(query, scope)?.bind(case.0);
    Ok(query.fetch_all(conn).await?)
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
