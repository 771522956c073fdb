//! Messages to channels. They are written in the transaction that causes them and sent after its
//! commit, at least once, under the key of what they tell: the same is never written twice.

mod backlog;
mod lane;

pub use backlog::{Backlog, list_backlog};
pub use lane::{
    Depth, LaneReach, depths, leave_lane, list_lanes, next_message, set_delivered, set_failed,
    take_lane, wake,
};

use crate::{error::RegistryError, statement::SqlCommand, time::Ts, word::from_word};
use hejie_case::ids::{CaseId, RegionCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::{FromRow, PgConnection, types::Json};
use uuid::Uuid;

/// What a message tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// A danger that the police take over at once (E23).
    PoliceOrder,
    /// The result of a case (R126).
    Feedback,
    /// One of the three pushes (R107).
    Push,
    /// An application for judicial confirmation (E32b).
    Confirmation,
}

impl MessageKind {
    /// The word in the table.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::PoliceOrder => "police_order",
            Self::Feedback => "feedback",
            Self::Push => "push",
            Self::Confirmation => "confirmation",
        }
    }
}

/// A message of the outbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Its id: the idempotency key.
    pub id: Uuid,
    /// To whom.
    pub channel: String,
    /// What it tells.
    pub kind: MessageKind,
    /// The case it is about.
    pub case: CaseId,
    /// The channel's own number.
    pub external_no: String,
    /// The message.
    pub payload: Value,
    /// When it was caused.
    pub created_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next.
    pub next_at: Timestamp,
    /// When the channel took it.
    pub delivered_at: Option<Timestamp>,
    /// What went wrong the last time.
    pub last_error: Option<String>,
}

/// A message to be sent. What it says to its channel is the server's business: here it is JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMessage<'a> {
    /// The same for the same effect: a second one is not written.
    pub key: Uuid,
    /// To whom. It waits, and is seen to wait, if there is no such channel, or it is out of service
    /// or has no address yet.
    pub channel: &'a str,
    /// What it tells.
    pub kind: MessageKind,
    /// The case it is about.
    pub case: CaseId,
    /// The channel's own number; empty where there is none.
    pub external_no: &'a str,
    /// The message.
    pub payload: Value,
    /// When it was caused.
    pub at: Timestamp,
}

/// Adds a message. A police order ends the pause of a channel that did not answer.
///
/// # Errors
/// Postgres failed.
pub async fn add(conn: &mut PgConnection, message: &NewMessage<'_>) -> Result<(), RegistryError> {
    sqlx::query(
        "insert into outbox (id, channel, kind, case_id, external_no, payload, created_at, next_at)
         values ($7, $2, $6, $1, $3, $4, $5, $5) on conflict (id) do nothing",
    )
    .bind(message.case.0)
    .bind(message.channel)
    .bind(message.external_no)
    .bind(Json(&message.payload))
    .bind(Ts(message.at))
    .bind(message.kind.word())
    .bind(message.key)
    .execute(&mut *conn)
    .await?;
    if message.kind == MessageKind::PoliceOrder {
        lane::end_pause(conn, message.channel).await?;
    }
    Ok(())
}

/// When the next message is due, if one waits.
///
/// # Errors
/// Postgres failed.
pub async fn next_due(conn: &mut PgConnection) -> Result<Option<Timestamp>, RegistryError> {
    let at: Option<Ts> =
        sqlx::query_scalar("select min(next_at) from outbox where delivered_at is null")
            .fetch_one(conn)
            .await?;
    Ok(at.map(|ts| ts.0))
}

/// Lists messages to the channels of a region, and to any channel about its cases: those that
/// failed first, then those that wait, then the latest that were taken. What no channel and no case
/// tells the region of is everybody's.
///
/// # Errors
/// Postgres failed.
pub async fn list_in_region(
    conn: &mut PgConnection,
    region: &RegionCode,
    limit: u32,
) -> Result<Vec<Message>, RegistryError> {
    sqlx::query(
        "select m.id, m.channel, m.kind, m.case_id, m.external_no, m.payload, m.created_at, m.attempts, m.next_at, m.delivered_at,
                m.last_error
         from outbox m left join channel c on c.name = m.channel left join org o on o.id = c.org_id
              left join case_reg r on r.case_id = m.case_id
         where o.region_code like $1 || '%' or r.region_code like $1 || '%' or (o.id is null and r.case_id is null)
         order by m.delivered_at is not null, m.last_error is null, m.created_at desc limit $2",
    )
    .bind(region.as_str())
    .bind(i64::from(limit))
    .legible::<MessageRow, _>(conn)
    .await
}

#[derive(FromRow)]
struct MessageRow {
    id: Uuid,
    channel: String,
    kind: String,
    case_id: Uuid,
    external_no: String,
    payload: Json<Value>,
    created_at: Ts,
    attempts: i32,
    next_at: Ts,
    delivered_at: Option<Ts>,
    last_error: Option<String>,
}

impl TryFrom<MessageRow> for Message {
    type Error = RegistryError;
    fn try_from(row: MessageRow) -> Result<Self, RegistryError> {
        Ok(Self {
            id: row.id,
            channel: row.channel,
            kind: from_word(&row.kind, "outbox", "kind")?,
            case: CaseId(row.case_id),
            external_no: row.external_no,
            payload: row.payload.0,
            created_at: row.created_at.0,
            attempts: u32::try_from(row.attempts)
                .map_err(RegistryError::in_column("outbox", "attempts"))?,
            next_at: row.next_at.0,
            delivered_at: row.delivered_at.map(|ts| ts.0),
            last_error: row.last_error,
        })
    }
}
