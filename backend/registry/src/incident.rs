//! Incidents as channels report them; one row a number of a channel, however often it is sent. A
//! call that is no dispute is one too, and becomes no case.

mod list;

pub use list::{IncidentCounts, IncidentFilter, IncidentLine, IncidentPageQuery, count, list};

use crate::{error::RegistryError, rows::hash, statement::SqlCommand, time::Ts, word::to_word};
use hejie_case::{
    catalogue::{CallKind, List},
    ids::{CaseId, ChangeHash, IncidentId, RegionCode, SituationCode},
};
use jiff::Timestamp;
use serde_json::Value;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

/// An incident to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Incident {
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
    /// What kind of call it is, as the channel says; none for a dispute.
    pub call: Option<CallKind>,
    /// Police or non-police, by the catalogue.
    pub list: List,
    /// Situation, as the channel codes it.
    pub situation: SituationCode,
    /// The order as received.
    pub raw: Value,
    /// SHA-256 of the body.
    pub content_hash: [u8; 32],
    /// The keyed hash of both parties, if the channel knows it.
    pub pair: Option<[u8; 32]>,
}

/// What is known under a number of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownIncident {
    /// Our id.
    pub id: IncidentId,
    /// SHA-256 of the body that came first.
    pub content_hash: [u8; 32],
    /// The case it became.
    pub case: Option<CaseId>,
    /// When it was received.
    pub received_at: Timestamp,
}

/// Keeps an incident, unless its number is known; then what is known is returned. Waits for a
/// transaction that is just keeping it.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn add(
    conn: &mut PgConnection,
    incident: &Incident,
) -> Result<Option<KnownIncident>, RegistryError> {
    let done = sqlx::query(
        "insert into incident (id, channel, external_no, received_at, reported_at, region_code, is_dispute, list,
             situation_code, raw, content_hash, party_pair_hash, call_kind)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict (channel, external_no) do nothing",
    )
    .bind(incident.id.0)
    .bind(&incident.channel)
    .bind(&incident.external_no)
    .bind(Ts(incident.received_at))
    .bind(Ts(incident.reported_at))
    .bind(incident.region.as_str())
    .bind(incident.call.is_none())
    .bind(to_word(&incident.list)?)
    .bind(incident.situation.as_str())
    .bind(Json(&incident.raw))
    .bind(&incident.content_hash[..])
    .bind(incident.pair.as_ref().map(|pair| &pair[..]))
    .bind(incident.call.map(CallKind::code))
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 1 {
        return Ok(None);
    }
    lookup(conn, &incident.channel, &incident.external_no).await
}

/// Looks up what is known under a number of a channel.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn lookup(
    conn: &mut PgConnection,
    channel: &str,
    external_no: &str,
) -> Result<Option<KnownIncident>, RegistryError> {
    let row: Option<(Uuid, Vec<u8>, Option<Uuid>, Ts)> = sqlx::query_as(
        "select id, content_hash, case_id, received_at from incident where channel = $1 and external_no = $2",
    )
    .bind(channel)
    .bind(external_no)
    .fetch_optional(conn)
    .await?;
    row.map(|(id, content, case, received_at)| {
        let ChangeHash(content_hash) = hash(&content, "incident", "content_hash")?;
        Ok(KnownIncident {
            id: IncidentId(id),
            content_hash,
            case: case.map(CaseId),
            received_at: received_at.0,
        })
    })
    .transpose()
}

/// Says which case an incident became.
///
/// # Errors
/// Postgres failed.
pub async fn set_case(
    conn: &mut PgConnection,
    incident: IncidentId,
    case: CaseId,
) -> Result<(), RegistryError> {
    sqlx::query("update incident set case_id = $2 where id = $1")
        .bind(incident.0)
        .bind(case.0)
        .run(conn)
        .await
}
