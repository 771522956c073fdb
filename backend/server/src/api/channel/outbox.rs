//! `GET /api/v1/outbox`: what we owe the channels, what fails first.

use crate::{
    access::Caller,
    problem::{Json, Problem},
    state::AppState,
};
use axum::extract::State;
use hejie_registry::{
    outbox::{self, Message},
    pool,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// How many messages a list shows.
const SHOWN: u32 = 200;

/// A message to a channel.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutboxView {
    /// Its idempotency key.
    id: Uuid,
    /// To whom.
    channel: String,
    /// The case it is about.
    case_id: Uuid,
    /// The channel's own number.
    external_no: String,
    /// How it stands.
    state: MessageState,
    /// When it was caused.
    created_at: Timestamp,
    /// How often it was tried.
    attempts: u32,
    /// When it is tried next.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_at: Option<Timestamp>,
    /// When the channel took it.
    #[serde(skip_serializing_if = "Option::is_none")]
    delivered_at: Option<Timestamp>,
    /// What went wrong the last time.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
}

/// How a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeliveryState)]
pub enum MessageState {
    /// It has not been tried, or is just being tried.
    Waiting,
    /// It was tried and not taken; it will be tried again.
    Failing,
    /// The channel took it.
    Delivered,
}

/// Lists messages to the channels of the jurisdiction: those that fail, then those that wait, then
/// those that were taken.
#[utoipa::path(get, path = "/api/v1/outbox", tag = "channel", responses((status = 200, body = [OutboxView])))]
pub async fn list_outbox(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<Vec<OutboxView>>, Problem> {
    let mut conn = pool::acquire(&state.pool).await?;
    let messages = outbox::list_in_region(&mut conn, &caller.region, SHOWN).await?;
    Ok(Json(messages.into_iter().map(OutboxView::from).collect()))
}

impl From<Message> for OutboxView {
    fn from(message: Message) -> Self {
        let state = match (message.delivered_at, &message.last_error) {
            (Some(_), _) => MessageState::Delivered,
            (None, Some(_)) => MessageState::Failing,
            (None, None) => MessageState::Waiting,
        };
        Self {
            id: message.id,
            channel: message.channel,
            case_id: message.case.0,
            external_no: message.external_no,
            state,
            created_at: message.created_at,
            attempts: message.attempts,
            next_at: message.delivered_at.is_none().then_some(message.next_at),
            delivered_at: message.delivered_at,
            last_error: message.last_error,
        }
    }
}
