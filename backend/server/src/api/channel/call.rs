//! Calls that are no disputes (R103): kept once for each number of the channel, so that what share
//! of all calls was diverted can be said. No case comes of them.

use super::signed::audit_line;
use crate::{problem::Problem, state::App};
use axum::http::StatusCode;
use hejie_case::{catalogue::CallKind, ids::IncidentId};
use hejie_registry::{
    audit,
    identity::channel::{self, Channel},
    incident::{self, Incident},
    pool,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What the channel gets for an order about a call that is no dispute.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallReceipt {
    /// The incident.
    incident_id: Uuid,
    /// What kind of call it is.
    kind: CallKind,
    /// When the order was received first.
    received_at: Timestamp,
}

impl CallReceipt {
    fn of(incident: IncidentId, kind: CallKind, received_at: Timestamp) -> Self {
        Self {
            incident_id: incident.0,
            kind,
            received_at,
        }
    }
}

/// Keeps a call. The same order again is answered with the same receipt.
pub(super) async fn keep(
    state: &App,
    channel: &Channel,
    call: &Incident,
    kind: CallKind,
) -> Result<(StatusCode, CallReceipt), Problem> {
    let mut tx = pool::begin(&state.pool).await?;
    // One that was put out of service meanwhile signs for nothing.
    if !channel::hold(&mut tx, channel.id).await? {
        return Err(Problem::BadSignature);
    }
    if let Some(known) = incident::add(&mut tx, call).await? {
        if known.content_hash != call.content_hash {
            return Err(Problem::OrderDiffers);
        }
        let receipt = CallReceipt::of(known.id, kind, known.received_at);
        return Ok((StatusCode::OK, receipt));
    }
    let line = audit_line(channel, "create_order", None, call.received_at);
    audit::add(&mut tx, &line).await?;
    pool::commit(tx).await?;
    let receipt = CallReceipt::of(call.id, kind, call.received_at);
    Ok((StatusCode::CREATED, receipt))
}
