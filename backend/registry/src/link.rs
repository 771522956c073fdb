//! Incidents and the cases that answer them, and cases that may be one and the same.

mod proposal;

pub use proposal::{LinkReason, Proposal, dismiss, list_waiting, propose_pair, propose_similar};

use crate::{
    error::RegistryError,
    statement::SqlCommand,
    time::Ts,
    word::{from_word, to_word},
};
use hejie_case::ids::{CaseId, IncidentId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

/// What an incident is to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentRelation {
    /// It made the case.
    Origin,
    /// A further call about it (E29).
    Repeat,
    /// It has to do with it, long after.
    Linked,
}

/// What a new incident says about earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trace<'a> {
    /// The channel.
    pub channel: &'a str,
    /// The channel's own number of an earlier incident that this one repeats.
    pub repeat_of: Option<&'a str>,
    /// The keyed hash of both parties.
    pub pair: Option<&'a [u8; 32]>,
}

/// An earlier case of the same dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EarlierCase {
    /// The case, or the one under which it goes on.
    pub case: CaseId,
    /// The case that was reported then, which may go on under that one.
    pub reported: CaseId,
    /// It is open, or was closed within the watch.
    pub is_live: bool,
}

/// Keeps what an incident is to a case.
///
/// # Errors
/// Postgres failed.
pub async fn add(
    conn: &mut PgConnection,
    case: CaseId,
    incident: IncidentId,
    relation: IncidentRelation,
    now: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query(
        "insert into case_incident (case_id, incident_id, relation, at) values ($1, $2, $3, $4) on conflict do nothing",
    )
    .bind(case.0)
    .bind(incident.0)
    .bind(to_word(&relation)?)
    .bind(Ts(now))
    .run(conn)
    .await
}

/// What an incident is to a case, if anything.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn lookup(
    conn: &mut PgConnection,
    case: CaseId,
    incident: IncidentId,
) -> Result<Option<IncidentRelation>, RegistryError> {
    let word: Option<String> = sqlx::query_scalar(
        "select relation from case_incident where case_id = $1 and incident_id = $2",
    )
    .bind(case.0)
    .bind(incident.0)
    .fetch_optional(conn)
    .await?;
    word.map(|word| from_word(&word, "case_incident", "relation"))
        .transpose()
}

/// The case of an earlier incident of the same dispute: told by the channel's own number or by the
/// pair, one that is open or was closed since `watch` before others, the one that the channel names
/// before those of the pair, the latest first.
///
/// # Errors
/// Postgres failed.
pub async fn find_earlier(
    conn: &mut PgConnection,
    trace: &Trace<'_>,
    watch: Timestamp,
) -> Result<Option<EarlierCase>, RegistryError> {
    let row: Option<(Uuid, Uuid, bool)> = sqlx::query_as(
        "with recursive found as (
             select case_id, received_at, true as is_named from incident
             where channel = $1 and external_no = $2 and case_id is not null
             union all
             select case_id, received_at, false from incident where party_pair_hash = $3 and case_id is not null),
         lead as (
             select case_id as reported, case_id, received_at, is_named, 0 as steps from found
             union all
             select l.reported, r.merged_into, l.received_at, l.is_named, l.steps + 1
             from lead l join case_reg r on r.case_id = l.case_id
             where r.merged_into is not null and l.steps < 16)
         select r.case_id, l.reported,
             r.status <> 'archived' and (r.closed_at is null or r.closed_at >= $4) as is_live
         from lead l join case_reg r on r.case_id = l.case_id
         where r.merged_into is null
         order by is_live desc, l.is_named desc, l.received_at desc, r.case_id limit 1",
    )
    .bind(trace.channel)
    .bind(trace.repeat_of)
    .bind(trace.pair.map(|pair| &pair[..]))
    .bind(Ts(watch))
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|(case, reported, is_live)| EarlierCase {
        case: CaseId(case),
        reported: CaseId(reported),
        is_live,
    }))
}

/// The case under which a case goes on: itself, unless it was merged (E30).
///
/// # Errors
/// Postgres failed.
pub async fn leading(conn: &mut PgConnection, case: CaseId) -> Result<CaseId, RegistryError> {
    Ok(way(conn, case).await?.last().copied().unwrap_or(case))
}

/// The cases from this one to the one under which it goes on, both included.
///
/// # Errors
/// Postgres failed.
pub async fn way(conn: &mut PgConnection, case: CaseId) -> Result<Vec<CaseId>, RegistryError> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "with recursive lead as (
             select case_id, merged_into, 0 as steps from case_reg where case_id = $1
             union all
             select r.case_id, r.merged_into, l.steps + 1 from lead l join case_reg r on r.case_id = l.merged_into
             where l.steps < 16)
         select case_id from lead order by steps",
    )
    .bind(case.0)
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(CaseId).collect())
}

/// Lets a further call, and the incident behind it, go from one case to another, of whose pair it
/// is then.
///
/// # Errors
/// Postgres failed.
pub async fn move_call(
    conn: &mut PgConnection,
    (channel, external_no): (&str, &str),
    from: CaseId,
    to: CaseId,
) -> Result<(), RegistryError> {
    sqlx::query(
        "with moved as (
             update incident set case_id = $4, party_pair_hash = (
                 select first.party_pair_hash from incident first where first.case_id = $4
                 order by first.received_at, first.id limit 1)
             where channel = $1 and external_no = $2 and case_id = $3 returning id)
         update case_incident l set case_id = $4 from moved
         where l.case_id = $3 and l.incident_id = moved.id and not exists (
             select from case_incident o where o.case_id = $4 and o.incident_id = moved.id)",
    )
    .bind(channel)
    .bind(external_no)
    .bind(from.0)
    .bind(to.0)
    .run(conn)
    .await
}
