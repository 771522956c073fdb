//! Dangers for which the police did not sign within their minutes: desks in service are to call
//! them (E23c), and where no case holds the danger, the call is kept here.

use crate::{
    access::Caller,
    identity,
    problem::{Json, Path, Problem, field::Limited},
    state::AppState,
};
use axum::{extract::State, http::StatusCode};
use hejie_case::{act::CallPolice, reason::Reason};
use hejie_registry::{
    audit::AuditEvent,
    danger::call::{self, CallMade, DueCall},
    pool,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

const LIMIT: u32 = 200;

/// A danger for which the police did not sign in time.
#[derive(Debug, Serialize, ToSchema)]
pub struct DangerCallView {
    /// The case that holds it, or under which it was sent; perhaps there is none.
    case_id: Uuid,
    /// The order to the police, by the key of its message.
    order_id: Uuid,
    /// Whether the case holds it: then the call is recorded there, by the act `call_police`.
    is_held: bool,
    /// What the police were told.
    text: Option<String>,
    /// When it was received.
    received_at: Timestamp,
}

/// Lists the dangers in the caller's jurisdiction for which the police did not sign in time and
/// about which nobody has called them, the oldest first; at most 200.
#[utoipa::path(get, path = "/api/v1/danger-calls", tag = "cases", responses((status = 200, body = [DangerCallView])))]
pub async fn list_danger_calls(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<Vec<DangerCallView>>, Problem> {
    let mut conn = pool::acquire(&state.pool).await?;
    let waiting = state.reconciler.calls_due();
    let due = call::list_due(&mut conn, Some(&caller.region), waiting, LIMIT).await?;
    Ok(Json(due.into_iter().map(DangerCallView::from).collect()))
}

/// Keeps that the police were called about a danger that no case holds, with whom and when.
#[utoipa::path(post, path = "/api/v1/danger-calls/{order_id}/answer", tag = "cases",
    params(("order_id" = Uuid, Path, description = "The order to the police")),
    request_body = CallPolice, responses((status = 204, description = "Kept")))]
pub async fn answer_danger_call(
    State(state): State<AppState>,
    caller: Caller,
    Path(order): Path<Uuid>,
    Json(Limited(made)): Json<Limited<CallPolice>>,
) -> Result<StatusCode, Problem> {
    let now = state.clock.now();
    let mut tx = pool::begin(&state.pool).await?;
    let waiting = call::lookup_waiting(&mut tx, &caller.region, order).await?;
    let waiting = waiting.ok_or(Problem::NotFound)?;
    if waiting.is_held {
        return Err(Problem::Refused(Reason::new(
            "call_in_case",
            "该险情已记入案件，请打开案件办理“电话报险”。",
        )));
    }
    made.check(waiting.received_at, now)
        .map_err(Problem::Refused)?;
    let call = CallMade {
        called: made.called.trim(),
        at: made.called_at,
        by: caller.user,
    };
    if !call::answer(&mut tx, order, call, now).await? {
        return Err(Problem::Stale);
    }
    let object = format!("danger_call:{order}");
    let line = AuditEvent {
        object: Some(&object),
        case: Some(waiting.case),
        ..caller.act(now, "answer_danger_call")
    };
    identity::commit_for(&caller, tx, &[line], now).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<DueCall> for DangerCallView {
    fn from(due: DueCall) -> Self {
        Self {
            case_id: due.case.0,
            order_id: due.order,
            is_held: due.is_held,
            text: due.text,
            received_at: due.received_at,
        }
    }
}
