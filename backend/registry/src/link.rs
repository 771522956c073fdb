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
/// pair, the latest first, one that is open or was closed since `watch` before others.
///
/// # Errors
/// Postgres failed.
pub async fn find_earlier(
    conn: &mut PgConnection,
    trace: &Trace<'_>,
    watch: Timestamp,
) -> Result<Option<EarlierCase>, RegistryError> {
    let row: Option<(Uuid, bool)> = sqlx::query_as(
        "with recursive found as (
             select case_id, received_at from incident
             where channel = $1 and external_no = $2 and case_id is not null
             union all
             select case_id, received_at from incident where party_pair_hash = $3 and case_id is not null),
         lead as (
             select case_id, received_at, 0 as steps from found
             union all
             select r.merged_into, l.received_at, l.steps + 1 from lead l join case_reg r on r.case_id = l.case_id
             where r.merged_into is not null and l.steps < 16)
         select r.case_id,
             r.status <> 'archived' and (r.closed_at is null or r.closed_at >= $4) as is_live
         from lead l join case_reg r on r.case_id = l.case_id
         where r.merged_into is null
         order by is_live desc, l.received_at desc, r.case_id limit 1",
    )
    .bind(trace.channel)
    .bind(trace.repeat_of)
    .bind(trace.pair.map(|pair| &pair[..]))
    .bind(Ts(watch))
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|(case, is_live)| EarlierCase {
        case: CaseId(case),
        is_live,
    }))
}

/// The case under which a case goes on: itself, unless it was merged (E30).
///
/// # Errors
/// Postgres failed.
pub async fn leading(conn: &mut PgConnection, case: CaseId) -> Result<CaseId, RegistryError> {
    let id: Option<Uuid> = sqlx::query_scalar(
        "with recursive lead as (
             select case_id, merged_into, 0 as steps from case_reg where case_id = $1
             union all
             select r.case_id, r.merged_into, l.steps + 1 from lead l join case_reg r on r.case_id = l.merged_into
             where l.steps < 16)
         select case_id from lead order by steps desc limit 1",
    )
    .bind(case.0)
    .fetch_optional(conn)
    .await?;
    Ok(id.map_or(case, CaseId))
}
