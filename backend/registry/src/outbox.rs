//! Messages to channels. They are written in the transaction that causes them and sent after its commit, at least once, under the key
//! of what they tell: the same is never written twice.

mod backlog;

pub use backlog::{Backlog, list_backlog};

use crate::{error::RegistryError, time::Ts};
use hejie_case::ids::{CaseId, RegionCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::{FromRow, PgConnection, types::Json};
use uuid::Uuid;

/// The result of a case, for the channel that reported it (R126).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback<'a> {
    /// The case.
    pub case: CaseId,
    /// The channel's own number.
    pub external_no: &'a str,
    /// What the channel is told.
    pub text: &'a str,
}

/// A message of the outbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Its id: the idempotency key.
    pub id: Uuid,
    /// To whom.
    pub channel: String,
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

/// Adds the result of a case.
///
/// # Errors
/// Postgres failed.
pub async fn add_feedback(
    conn: &mut PgConnection,
    key: Uuid,
    channel: &str,
    feedback: &Feedback<'_>,
    now: Timestamp,
) -> Result<(), RegistryError> {
    let payload = json!({
        "kind": "feedback",
        "external_no": feedback.external_no,
        "case_id": feedback.case,
        "text": feedback.text,
        "closed_at": now,
    });
    let message = Draft {
        key,
        channel,
        kind: "feedback",
        case: feedback.case,
        external_no: feedback.external_no,
        payload,
    };
    insert(conn, &message, now).await
}

/// Adds a danger that the police must take over at once (E23).
///
/// # Errors
/// Postgres failed.
pub async fn add_police_order(
    conn: &mut PgConnection,
    key: Uuid,
    channel: &str,
    case: CaseId,
    text: &str,
    now: Timestamp,
) -> Result<(), RegistryError> {
    let payload =
        json!({ "kind": "police_order", "case_id": case, "text": text, "reported_at": now });
    let message = Draft {
        key,
        channel,
        kind: "police_order",
        case,
        external_no: "",
        payload,
    };
    insert(conn, &message, now).await
}

/// Adds one of the three pushes (R107), if its receiver has a channel; otherwise it waits to be acknowledged at a desk.
///
/// # Errors
/// Postgres failed.
pub async fn add_push(
    conn: &mut PgConnection,
    key: Uuid,
    channel: &str,
    case: CaseId,
    now: Timestamp,
) -> Result<(), RegistryError> {
    let reached: bool = sqlx::query_scalar(
        "select exists (select 1 from channel where name = $1 and webhook_url is not null)",
    )
    .bind(channel)
    .fetch_one(&mut *conn)
    .await?;
    if !reached {
        return Ok(());
    }
    let payload = json!({ "kind": "push", "case_id": case, "pushed_at": now });
    let message = Draft {
        key,
        channel,
        kind: "push",
        case,
        external_no: "",
        payload,
    };
    insert(conn, &message, now).await
}

struct Draft<'a> {
    /// The same for the same effect: a second one is not written.
    key: Uuid,
    channel: &'a str,
    kind: &'a str,
    case: CaseId,
    external_no: &'a str,
    payload: Value,
}

async fn insert(
    conn: &mut PgConnection,
    message: &Draft<'_>,
    now: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query(
        "insert into outbox (id, channel, kind, case_id, external_no, payload, created_at, next_at)
         values ($7, $2, $6, $1, $3, $4, $5, $5) on conflict (id) do nothing",
    )
    .bind(message.case.0)
    .bind(message.channel)
    .bind(message.external_no)
    .bind(Json(&message.payload))
    .bind(Ts(now))
    .bind(message.kind)
    .bind(message.key)
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes the messages that are due, and puts their next attempt off so that no other server sends them meanwhile.
///
/// # Errors
/// Postgres failed, or a row cannot be read.
pub async fn take_due(
    conn: &mut PgConnection,
    now: Timestamp,
    put_off_until: Timestamp,
    limit: u32,
) -> Result<Vec<Message>, RegistryError> {
    let rows: Vec<MessageRow> = sqlx::query_as(
        "update outbox set attempts = attempts + 1, next_at = $2
         where id in (select id from outbox where delivered_at is null and next_at <= $1
                      order by next_at limit $3 for update skip locked)
         returning id, channel, case_id, external_no, payload, created_at, attempts, next_at, delivered_at, last_error",
    )
    .bind(Ts(now))
    .bind(Ts(put_off_until))
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Message::try_from).collect()
}

/// Marks a message as taken by its channel.
///
/// # Errors
/// Postgres failed.
pub async fn set_delivered(
    conn: &mut PgConnection,
    id: Uuid,
    now: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query("update outbox set delivered_at = $2, last_error = null where id = $1")
        .bind(id)
        .bind(Ts(now))
        .execute(conn)
        .await?;
    Ok(())
}

/// Says when a message that was not taken is tried again, and what went wrong.
///
/// # Errors
/// Postgres failed.
pub async fn set_failed(
    conn: &mut PgConnection,
    id: Uuid,
    next_at: Timestamp,
    error: &str,
) -> Result<(), RegistryError> {
    sqlx::query(
        "update outbox set next_at = $2, last_error = $3 where id = $1 and delivered_at is null",
    )
    .bind(id)
    .bind(Ts(next_at))
    .bind(error)
    .execute(conn)
    .await?;
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

/// Lists messages to the channels of a region: those that failed first, then those that wait, then the latest that were taken.
///
/// # Errors
/// Postgres failed, or a row cannot be read.
pub async fn list_in_region(
    conn: &mut PgConnection,
    region: &RegionCode,
    limit: u32,
) -> Result<Vec<Message>, RegistryError> {
    let rows: Vec<MessageRow> = sqlx::query_as(
        "select m.id, m.channel, m.case_id, m.external_no, m.payload, m.created_at, m.attempts, m.next_at, m.delivered_at,
                m.last_error
         from outbox m join channel c on c.name = m.channel join org o on o.id = c.org_id
         where o.region_code like $1 || '%'
         order by m.delivered_at is not null, m.last_error is null, m.created_at desc limit $2",
    )
    .bind(region.as_str())
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Message::try_from).collect()
}

#[derive(FromRow)]
struct MessageRow {
    id: Uuid,
    channel: String,
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
