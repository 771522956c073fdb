//! Incidents as desks list and count them: what came, and how much of it are disputes, on either
//! list (R103), and whose loop is still open (R052, R101).

use crate::{
    error::RegistryError,
    rows,
    statement::Selection,
    time::Ts,
    word::{from_word, to_word},
};
use hejie_case::{
    catalogue::{CallKind, List},
    ids::{CaseId, IncidentId, RegionCode, SituationCode},
};
use jiff::Timestamp;
use sqlx::{FromRow, PgConnection, Postgres, postgres::PgArguments, query::QueryAs};
use uuid::Uuid;

/// Which incidents are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentFilter {
    /// Regions by prefix: the jurisdiction of whoever asks.
    pub region: String,
    /// Received from then on.
    pub from: Timestamp,
    /// Received before then.
    pub until: Timestamp,
    /// Only of this channel.
    pub channel: Option<String>,
    /// Only disputes, or only calls that are none.
    pub is_dispute: Option<bool>,
    /// Only calls of this kind.
    pub call: Option<CallKind>,
    /// Only those whose loop is open, or only those whose loop is closed.
    pub is_open: Option<bool>,
}

/// The page of a list that is read from the newest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IncidentPageQuery {
    /// The last incident of the page before: when it was received, and its id.
    pub after: Option<(Timestamp, IncidentId)>,
    /// How many at most.
    pub limit: u32,
}

/// An incident as a list shows it: nobody's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentLine {
    /// Our id.
    pub id: IncidentId,
    /// The channel.
    pub channel: String,
    /// The channel's own number.
    pub external_no: String,
    /// Receipt by the server.
    pub received_at: Timestamp,
    /// When the channel says it was reported.
    pub reported_at: Timestamp,
    /// Region.
    pub region: RegionCode,
    /// On which list it stands.
    pub list: List,
    /// What kind of call it is; none for a dispute.
    pub call: Option<CallKind>,
    /// The situation; none of a call that is no dispute.
    pub situation: Option<SituationCode>,
    /// The case that it became or went to, and its number.
    pub case: Option<(CaseId, String)>,
    /// Whether a dispute that was taken from its channel is still to be answered: until the channel
    /// has taken the result under this number (R052, R101). A call that is no dispute is owed none.
    pub is_open: bool,
    /// When the channel took the first result under this number.
    pub answered_at: Option<Timestamp>,
}

/// How many incidents there are: the denominators of diversion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct IncidentCounts {
    /// All.
    pub all: u64,
    /// That are no matter of the police.
    pub non_police: u64,
    /// That are disputes.
    pub disputes: u64,
    /// That are disputes and no matter of the police.
    pub non_police_disputes: u64,
    /// Whose loop is open.
    pub open: u64,
    /// When the oldest of these was received.
    pub open_since: Option<Timestamp>,
}

/// When the channel took the first result under the number of an incident.
macro_rules! answered {
    () => {
        "(select min(o.delivered_at) from outbox o
          where o.kind = 'feedback' and o.channel = i.channel and o.external_no = i.external_no)"
    };
}

/// That the loop of an incident is open.
macro_rules! open {
    () => {
        concat!("(i.is_dispute and ", answered!(), " is null)")
    };
}

/// The condition of a filter.
macro_rules! filtered {
    () => {
        concat!(
            "i.region_code like $1 || '%' and i.received_at >= $2 and i.received_at < $3
             and ($4::text is null or i.channel = $4) and ($5::bool is null or i.is_dispute = $5)
             and ($6::text is null or i.call_kind = $6) and ($7::bool is null or $7 = ",
            open!(),
            ")"
        )
    };
}

/// Lists incidents, the newest first.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list(
    conn: &mut PgConnection,
    filter: &IncidentFilter,
    page: IncidentPageQuery,
) -> Result<Vec<IncidentLine>, RegistryError> {
    let (at, id) = page.after.map(|(at, id)| (Ts(at), id.0)).unzip();
    let rows = sqlx::query_as::<_, IncidentRow>(concat!(
        "select i.id, i.channel, i.external_no, i.received_at, i.reported_at, i.region_code, i.list,
                i.call_kind, i.situation_code, r.case_id, r.case_no, ",
        open!(),
        " as is_open, ",
        answered!(),
        " as answered_at
         from incident i
         left join case_reg r on r.case_id = i.case_id and r.region_code like $1 || '%'
         where ",
        filtered!(),
        " and ($8::timestamptz is null or (i.received_at, i.id) < ($8, $9))
         order by i.received_at desc, i.id desc limit $10"
    ));
    filtered(rows, filter)
        .bind(at)
        .bind(id)
        .bind(i64::from(page.limit))
        .list(conn)
        .await
}

/// Counts incidents, whatever page of them is shown.
///
/// # Errors
/// Postgres failed.
pub async fn count(
    conn: &mut PgConnection,
    filter: &IncidentFilter,
) -> Result<IncidentCounts, RegistryError> {
    let counts = sqlx::query_as::<_, (i64, i64, i64, i64, i64, Option<Ts>)>(concat!(
        "select count(*), count(*) filter (where i.list = $8),
                count(*) filter (where i.is_dispute),
                count(*) filter (where i.is_dispute and i.list = $8),
                count(*) filter (where ",
        open!(),
        "), min(i.received_at) filter (where ",
        open!(),
        ") from incident i where ",
        filtered!()
    ));
    let (all, non_police, disputes, non_police_disputes, open, since) = filtered(counts, filter)
        .bind(to_word(&List::NonPolice)?)
        .fetch_one(conn)
        .await?;
    let natural = |count| rows::natural(count, "incident", "id");
    Ok(IncidentCounts {
        all: natural(all)?,
        non_police: natural(non_police)?,
        disputes: natural(disputes)?,
        non_police_disputes: natural(non_police_disputes)?,
        open: natural(open)?,
        open_since: since.map(|at| at.0),
    })
}

type IncidentQuery<'q, R> = QueryAs<'q, Postgres, R, PgArguments>;

/// Binds what the condition of a filter speaks of, its first seven.
fn filtered<'q, R>(rows: IncidentQuery<'q, R>, filter: &'q IncidentFilter) -> IncidentQuery<'q, R> {
    rows.bind(&filter.region)
        .bind(Ts(filter.from))
        .bind(Ts(filter.until))
        .bind(filter.channel.as_deref())
        .bind(filter.is_dispute)
        .bind(filter.call.map(CallKind::code))
        .bind(filter.is_open)
}

#[derive(FromRow)]
struct IncidentRow {
    id: Uuid,
    channel: String,
    external_no: String,
    received_at: Ts,
    reported_at: Ts,
    region_code: String,
    list: String,
    call_kind: Option<String>,
    situation_code: String,
    case_id: Option<Uuid>,
    case_no: Option<String>,
    is_open: bool,
    answered_at: Option<Ts>,
}

impl TryFrom<IncidentRow> for IncidentLine {
    type Error = RegistryError;

    fn try_from(row: IncidentRow) -> Result<Self, RegistryError> {
        let call = row.call_kind.as_deref();
        let call = call.map(|kind| from_word(kind, "incident", "call_kind"));
        let situation: SituationCode = row
            .situation_code
            .parse()
            .map_err(RegistryError::in_column("incident", "situation_code"))?;
        Ok(Self {
            id: IncidentId(row.id),
            channel: row.channel,
            external_no: row.external_no,
            received_at: row.received_at.0,
            reported_at: row.reported_at.0,
            region: row
                .region_code
                .parse()
                .map_err(RegistryError::in_column("incident", "region_code"))?,
            list: from_word(&row.list, "incident", "list")?,
            call: call.transpose()?,
            situation: (!situation.is_unclassified()).then_some(situation),
            case: row.case_id.map(CaseId).zip(row.case_no),
            is_open: row.is_open,
            answered_at: row.answered_at.map(|at| at.0),
        })
    }
}
