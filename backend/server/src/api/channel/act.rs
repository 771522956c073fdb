//! `POST /api/v1/exchange/acts`: what happened at a channel's side of a case that it was told of:
//! the police accept (R116), a push is acknowledged (R107), the court has decided (LW14).

use super::signed::{SignedBody, SignedHeaders, audit_line};
use crate::{
    channel::Receivers,
    problem::{self, Json, Problem},
    reconcile::{Decider, DeciderAdmission, ReconcilerError},
    state::AppState,
};
use axum::extract::State;
use hejie_case::{act::ChannelAct, ids::CaseId, reason::Reason, role::Author, rule::Motion};
use hejie_registry::{
    audit::{self, AuditEvent},
    case,
    identity::{channel::Channel, org},
    pool::{self, PgConnection, PgPool},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What a channel reports.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ChannelActRequest {
    /// The case, as the message named it.
    case_id: Uuid,
    /// What happened: `"police_accept"`, `{"ack_push": {"target": "one_stop_centre"}}`,
    /// `{"decide_confirmation": {"result": "confirmed"}}`.
    act: ChannelAct,
}

/// What the channel gets for it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelActReceipt {
    /// The case.
    case_id: Uuid,
    /// Its number.
    #[schema(example = "990101-2026-000123")]
    case_no: String,
}

/// Takes what a channel reports of a case. The same again is answered alike.
#[utoipa::path(post, path = "/api/v1/exchange/acts", tag = "channel", request_body = ChannelActRequest,
    params(SignedHeaders),
    responses((status = 200, description = "It stands", body = ChannelActReceipt)))]
pub async fn report_act(
    State(state): State<AppState>,
    signed: SignedBody,
) -> Result<Json<ChannelActReceipt>, Problem> {
    let SignedBody { channel, body } = signed;
    let ChannelActRequest { case_id, act } = problem::of_json(&body)?;
    let case = CaseId(case_id);
    let mut conn = pool::acquire(&state.pool).await?;
    let case_no = number_for(&mut conn, &channel, case).await?;
    may_report(&mut conn, &channel, state.reconciler.receivers(), &act).await?;
    drop(conn);
    let now = state.clock.now();
    let record = audit_line(&channel, act.code(), case, now);
    let motion = Motion::online(act, Author::of_channel(channel.org), now);
    let by = Decider {
        admission: DeciderAdmission::Channel(channel.id),
        record: &record,
    };
    let answers = state.reconciler.report(case, &[motion], by).await;
    let refusal = answers.map_err(not_put_out)?.into_iter().flatten().next();
    if let Some(reason) = refusal {
        stands_already(&state.pool, &record, &act, reason).await?;
    }
    Ok(Json(ChannelActReceipt { case_id, case_no }))
}

/// The number of a case in the channel's territory; elsewhere there is none for it.
async fn number_for(
    conn: &mut PgConnection,
    channel: &Channel,
    case: CaseId,
) -> Result<String, Problem> {
    let line = case::lookup_line(conn, case).await?;
    let line = line.filter(|line| channel.reports_about(&line.region));
    Ok(line.ok_or(Problem::NotFound)?.case_no.to_string())
}

async fn may_report(
    conn: &mut PgConnection,
    channel: &Channel,
    receivers: &Receivers,
    act: &ChannelAct,
) -> Result<(), Problem> {
    let org = org::lookup(conn, channel.org).await?;
    let may = org.is_some_and(|org| receivers.may_report(&channel.name, org.kind, act));
    may.then_some(()).ok_or(Problem::NotAllowed)
}

/// A refusal is none where what is reported stands already; any other leaves its line in the audit
/// log.
async fn stands_already(
    pool: &PgPool,
    record: &AuditEvent<'_>,
    act: &ChannelAct,
    reason: Reason,
) -> Result<(), Problem> {
    let mut tx = pool::begin(pool).await?;
    let case = record.case.ok_or(Problem::NotFound)?;
    let stored = case::lookup(&mut tx, case).await?;
    if act.stands(&stored.ok_or(Problem::NotFound)?.facts) {
        return Ok(());
    }
    let refused = AuditEvent {
        ok: false,
        ..record.clone()
    };
    audit::add(&mut tx, &refused).await?;
    pool::commit(tx).await?;
    Err(Problem::Refused(reason))
}

/// A channel that was put out of service meanwhile signs for nothing.
fn not_put_out(error: ReconcilerError) -> Problem {
    match error {
        ReconcilerError::PutOut(_) => Problem::BadSignature,
        other => other.into(),
    }
}
