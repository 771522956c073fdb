//! `GET /api/v1/outbox/backlog`: how much each channel is owed and since when; loud where a danger
//! has not reached the police.

use crate::{
    access::Caller,
    channel,
    clock::age,
    problem::{Json, Problem},
    state::AppState,
};
use axum::extract::State;
use hejie_registry::{
    outbox::{self, Backlog},
    pool,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// The kind of message on which somebody's safety depends.
const POLICE_ORDER: &str = "police_order";

/// How much of a kind a channel is owed.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BacklogView {
    /// To whom.
    channel: String,
    /// What the messages tell: `police_order`, `feedback` or `push`.
    kind: String,
    /// How many wait.
    waiting: u64,
    /// When the oldest of them was caused.
    oldest_at: Timestamp,
    /// False when there is no such channel, or it is out of service or has no address: nothing of
    /// this goes out before somebody sets it up.
    is_connected: bool,
    /// What went wrong with the oldest that was tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
    /// A danger has not reached the police: somebody must call them.
    is_alarming: bool,
}

/// Sums up what waits for the channels of the jurisdiction, and for any channel about its cases,
/// police orders first.
#[utoipa::path(get, path = "/api/v1/outbox/backlog", tag = "channel", responses((status = 200, body = [BacklogView])))]
pub async fn list_backlog(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<Vec<BacklogView>>, Problem> {
    let mut conn = pool::acquire(&state.pool).await?;
    let backlog = outbox::list_backlog(&mut conn, &caller.region).await?;
    let now = state.clock.now();
    Ok(Json(backlog.into_iter().map(|b| view(b, now)).collect()))
}

fn view(backlog: Backlog, now: Timestamp) -> BacklogView {
    let is_stuck = !backlog.is_connected
        || backlog.last_error.is_some()
        || age(backlog.oldest_at, now) >= channel::PATIENCE;
    BacklogView {
        is_alarming: backlog.kind == POLICE_ORDER && is_stuck,
        channel: backlog.channel,
        kind: backlog.kind,
        waiting: backlog.waiting,
        oldest_at: backlog.oldest_at,
        is_connected: backlog.is_connected,
        last_error: backlog.last_error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn owed(kind: &str, seconds: i64) -> Backlog {
        Backlog {
            channel: "110".into(),
            kind: kind.into(),
            waiting: 1,
            oldest_at: NOW - SignedDuration::from_secs(seconds),
            is_connected: true,
            last_error: None,
        }
    }

    #[test]
    fn a_danger_is_alarming_when_it_is_late_or_failed_or_has_nowhere_to_go_and_a_result_never_is() {
        let is_alarming = |backlog| view(backlog, NOW).is_alarming;
        assert!(!is_alarming(owed(POLICE_ORDER, 59)));
        assert!(is_alarming(owed(POLICE_ORDER, 60)));
        // Its clock was put right since.
        assert!(!is_alarming(owed(POLICE_ORDER, -5)));
        assert!(is_alarming(owed(POLICE_ORDER, -3600)));
        let last_error = Some("not_reached".to_owned());
        assert!(is_alarming(Backlog {
            last_error,
            ..owed(POLICE_ORDER, 1)
        }));
        assert!(is_alarming(Backlog {
            is_connected: false,
            ..owed(POLICE_ORDER, 1)
        }));
        assert!(!is_alarming(owed("feedback", 100_000)));
    }
}
