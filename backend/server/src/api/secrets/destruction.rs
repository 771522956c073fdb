//! `POST /api/v1/cases/{id}/parties/{party}/identity/destruction`: destroys an identity for ever,
//! by order of a named person (P09, D06). Who carries the order out did not give it.

use crate::{
    access::Caller,
    identity,
    problem::{Json, Path, Problem},
    state::{App, AppState},
    telemetry::whole,
};
use axum::{extract::State, http::StatusCode};
use garde::Validate;
use hejie_case::{
    ids::{CaseId, EntryId, UserId},
    role::Role,
};
use hejie_registry::{
    audit::AuditEvent,
    case,
    identity::grant,
    pool::{self, PgConnection},
    secret::{self, Destruction, destroyed::lookup_destroyed, repeat},
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The order.
#[derive(Deserialize, Validate, ToSchema)]
pub struct DestructionOrder {
    /// Who ordered it: a leader or supervisor of the jurisdiction, not the caller.
    #[garde(skip)]
    ordered_by: Uuid,
    /// The number of the written order.
    #[garde(length(chars, min = 4, max = 60))]
    #[schema(example = "和矛调〔2026〕12号")]
    order_no: String,
    /// Why, in words.
    #[garde(length(chars, min = 4, max = 500))]
    reason: String,
}

/// Destroys the full identity of a party. Nothing brings it back.
#[utoipa::path(post, path = "/api/v1/cases/{id}/parties/{party}/identity/destruction", tag = "secrets",
    params(("id" = Uuid, Path, description = "The case"), ("party" = Uuid, Path, description = "The party")),
    request_body = DestructionOrder, responses((status = 204)))]
pub async fn destroy_identity(
    State(state): State<AppState>,
    caller: Caller,
    Path((id, party)): Path<(Uuid, Uuid)>,
    Json(order): Json<DestructionOrder>,
) -> Result<StatusCode, Problem> {
    let (case, party) = (CaseId::from(id), EntryId::from(party));
    let mut tx = pool::begin(&state.pool).await?;
    let line = case::lookup_line(&mut tx, case)
        .await?
        .ok_or(Problem::NotFound)?;
    caller.in_jurisdiction(&line.region)?;
    orders(&state, &mut tx, &caller, order.ordered_by.into()).await?;
    let now = state.clock.now();
    let destruction = Destruction {
        at: now,
        by: caller.user,
        ordered_by: order.ordered_by.into(),
        order_no: &order.order_no,
        reason: &order.reason,
    };
    if !secret::destroy(&mut tx, case, party, &destruction).await? {
        return Err(Problem::refused(
            "identity_missing",
            "该当事人没有可销毁的身份信息，可能从未登记或已经销毁。",
        ));
    }
    repeat::note_pair(&mut tx, case).await?;
    // Before the order is kept beside the database, where no rollback reaches it.
    identity::hold(&mut tx, &caller, now).await?;
    let (object, purpose) = (
        party.to_string(),
        format!("{}: {}", order.order_no, order.reason),
    );
    let entry = AuditEvent {
        object: Some(&object),
        case: Some(case),
        purpose: Some(&purpose),
        ..caller.act(now, "destroy_identity")
    };
    keep_order(&state, &mut tx, case, party).await?;
    identity::commit_for(&caller, tx, &[entry], now).await?;
    sweep_out(&state).await;
    Ok(StatusCode::NO_CONTENT)
}

/// The order outlives the database: a backup from before it still holds what it destroys.
async fn keep_order(
    state: &App,
    conn: &mut PgConnection,
    case: CaseId,
    party: EntryId,
) -> Result<(), Problem> {
    if let Some(left) = lookup_destroyed(conn, case, party).await? {
        state.marks.note_destroyed(conn, &left).await?;
    }
    Ok(())
}

/// Somebody else who may give such an order.
async fn orders(
    state: &App,
    conn: &mut PgConnection,
    caller: &Caller,
    by: UserId,
) -> Result<(), Problem> {
    let grants = grant::list_current(conn, by, state.clock.now()).await?;
    let fits = grants.iter().any(|grant| {
        matches!(grant.role, Role::Leader | Role::Supervisor)
            && caller.in_jurisdiction(&grant.region).is_ok()
    });
    if fits && by != caller.user {
        Ok(())
    } else {
        Err(Problem::invalid("ordered_by: 须为本辖区另一位领导或督导员"))
    }
}

/// The identity is destroyed already; this only hurries what Postgres does by itself before long.
async fn sweep_out(state: &App) {
    let swept = async {
        let mut conn = pool::acquire(&state.pool).await?;
        secret::sweep_out(&mut conn).await
    };
    if let Err(error) = swept.await {
        tracing::warn!(error.chain = %whole(&error), "the pages of a destroyed identity are not swept out yet");
    }
}
