//! `GET /api/v1/incidents`: what channels reported, disputes and other calls alike, listed and
//! counted for desks (R103), with what is still open towards them (R052, R101).

use crate::{
    access::Caller,
    problem::{Json, Problem, Query},
    state::AppState,
};
use axum::extract::State;
use hejie_case::{
    catalogue::{CallKind, List},
    ids::IncidentId,
    limit,
};
use hejie_registry::{
    incident::{self, IncidentCounts, IncidentFilter, IncidentLine, IncidentPageQuery},
    pool,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

const PAGE: u32 = 50;
const LARGEST_PAGE: u32 = 200;
/// What is listed where nobody says from when.
const LATELY: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Which incidents are listed.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListIncidents {
    /// Received from then on; 30 days back if not said.
    from: Option<Timestamp>,
    /// Received before then; up to now if not said.
    until: Option<Timestamp>,
    /// Only of this channel.
    channel: Option<String>,
    /// Only disputes, or only calls that are none.
    is_dispute: Option<bool>,
    /// Only calls of this kind, such as `help`.
    kind: Option<CallKind>,
    /// Only those that the channel has no result of yet, or only those that are answered or owed
    /// none.
    is_open: Option<bool>,
    /// How many at most; 50 if not said, 200 at most.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// A page of incidents.
#[derive(Debug, Serialize, ToSchema)]
pub struct IncidentPage {
    /// The incidents, the newest first.
    items: Vec<IncidentView>,
    /// How many there are in all of the list.
    counts: IncidentCountsView,
    /// Hand this in as `after` for the next page; none on the last.
    next: Option<String>,
}

/// How many incidents there are: what diversion is a share of.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IncidentCounts)]
pub struct IncidentCountsView {
    /// All.
    all: u64,
    /// That are no matter of the police.
    non_police: u64,
    /// That are disputes.
    disputes: u64,
    /// That are disputes and no matter of the police.
    non_police_disputes: u64,
    /// That the channel has no result of yet: the open loops (R052, R101).
    open: u64,
    /// When the oldest of these was received.
    open_since: Option<Timestamp>,
}

/// An incident as a list shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct IncidentView {
    /// The incident.
    id: Uuid,
    /// The channel.
    channel: String,
    /// The channel's own number.
    external_no: String,
    /// Receipt by the server.
    received_at: Timestamp,
    /// When the channel says it was reported.
    reported_at: Timestamp,
    /// Code of the region.
    region: String,
    /// Whether it is a matter of the police, by the lists.
    is_police: bool,
    /// Whether it is a dispute.
    is_dispute: bool,
    /// What kind of call it is; none for a dispute.
    kind: Option<CallKind>,
    /// The kind in Chinese.
    kind_zh: Option<&'static str>,
    /// The situation of the catalogue; none of a call that is no dispute.
    situation: Option<String>,
    /// The case that it became or went to, if that is in the caller's jurisdiction.
    case_id: Option<Uuid>,
    /// Its number.
    case_no: Option<String>,
    /// Whether the channel is owed a result under this number and has not taken one.
    is_open: bool,
    /// When the channel took the first result under this number.
    answered_at: Option<Timestamp>,
}

/// Lists what channels reported in the caller's jurisdiction, the newest first, and counts it.
#[utoipa::path(get, path = "/api/v1/incidents", tag = "channel", params(ListIncidents),
    responses((status = 200, body = IncidentPage)))]
pub async fn list_incidents(
    State(state): State<AppState>,
    caller: Caller,
    Query(asked): Query<ListIncidents>,
) -> Result<Json<IncidentPage>, Problem> {
    let now = state.clock.now();
    let lately = now.saturating_sub(LATELY).unwrap_or(Timestamp::MIN);
    let filter = IncidentFilter {
        region: caller.region.as_str().to_owned(),
        from: moment("from", asked.from)?.unwrap_or(lately),
        until: moment("until", asked.until)?.unwrap_or(Timestamp::MAX),
        channel: asked.channel,
        is_dispute: asked.is_dispute,
        call: asked.kind,
        is_open: asked.is_open,
    };
    let page = IncidentPageQuery {
        after: asked.after.as_deref().map(cursor).transpose()?,
        limit: asked.limit.unwrap_or(PAGE).clamp(1, LARGEST_PAGE),
    };
    let mut conn = pool::acquire(&state.pool).await?;
    let found = incident::list(&mut conn, &filter, page).await?;
    let counts = incident::count(&mut conn, &filter).await?;
    let is_full = u32::try_from(found.len()).is_ok_and(|n| n == page.limit);
    let last = found.last().filter(|_| is_full);
    let next = last.map(|line| format!("{}_{}", line.received_at.as_microsecond(), line.id));
    Ok(Json(IncidentPage {
        items: found.into_iter().map(IncidentView::from).collect(),
        counts: counts.into(),
        next,
    }))
}

impl From<IncidentCounts> for IncidentCountsView {
    fn from(counts: IncidentCounts) -> Self {
        Self {
            all: counts.all,
            non_police: counts.non_police,
            disputes: counts.disputes,
            non_police_disputes: counts.non_police_disputes,
            open: counts.open,
            open_since: counts.open_since,
        }
    }
}

impl From<IncidentLine> for IncidentView {
    fn from(line: IncidentLine) -> Self {
        let (case_id, case_no) = line.case.map(|(case, no)| (case.0, no)).unzip();
        Self {
            id: line.id.0,
            channel: line.channel,
            external_no: line.external_no,
            received_at: line.received_at,
            reported_at: line.reported_at,
            region: line.region.into(),
            is_police: line.list == List::Police,
            is_dispute: line.call.is_none(),
            kind: line.call,
            kind_zh: line.call.map(CallKind::zh),
            situation: line.situation.map(Into::into),
            case_id,
            case_no,
            is_open: line.is_open,
            answered_at: line.answered_at,
        }
    }
}

fn moment(field: &str, at: Option<Timestamp>) -> Result<Option<Timestamp>, Problem> {
    let in_range = at.map(|at| limit::of_moment(at).map(|()| at)).transpose();
    in_range.map_err(|_| Problem::invalid(format!("{field}: 应在1900年至2199年之间")))
}

fn cursor(text: &str) -> Result<(Timestamp, IncidentId), Problem> {
    let read = || {
        let (micros, id) = text.split_once('_')?;
        let at = Timestamp::from_microsecond(micros.parse().ok()?).ok()?;
        limit::of_moment(at).ok()?;
        Some((at, id.parse().ok()?))
    };
    read().ok_or_else(|| Problem::invalid("after: 应为上一页的 next"))
}
