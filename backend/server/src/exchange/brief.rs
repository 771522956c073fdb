//! Briefs (R139): whoever was offered a case and has not reached the scene gets with it what is
//! known of the pair, of the place, and of danger. Each leaves a line in the audit log before it
//! goes out.

use super::Exchange;
use crate::{access::PhoneCaller, identity, problem::Problem};
use hejie_case::ids::CaseId;
use hejie_registry::{audit::AuditEvent, case::brief, pool};
use hejie_wire::message::{CaseDown, Down};
use serde_bytes::ByteBuf;

/// Puts briefs beside the cases of an answer that moved.
///
/// # Errors
/// When the person was put out, or Postgres is away.
pub(super) async fn add(
    state: &Exchange,
    phone: &PhoneCaller,
    mut down: Down,
) -> Result<Down, Problem> {
    let moved = down.cases.iter().filter(|case| has_moved(case));
    let moved: Vec<CaseId> = moved.map(|case| case.case).collect();
    if moved.is_empty() {
        return Ok(down);
    }
    let mut tx = pool::begin(&state.pool).await?;
    let awaited = brief::list_awaited(&mut tx, &phone.caller.author(), &moved).await?;
    if awaited.is_empty() {
        return Ok(down);
    }
    let now = state.clock.now();
    let mut lines = Vec::new();
    for case in &mut down.cases {
        if awaited.contains(&case.case) {
            let told = brief::read(&mut tx, case.case, now).await?;
            let told = serde_json::to_vec(&told).map_err(Problem::internal)?;
            case.brief = Some(ByteBuf::from(told));
            lines.push(AuditEvent {
                case: Some(case.case),
                ..phone.caller.act(now, brief::READ)
            });
        }
    }
    identity::commit_for(&phone.caller, tx, &lines, now).await?;
    Ok(down)
}

fn has_moved(case: &CaseDown) -> bool {
    case.facts.is_some() || case.snapshot.is_some()
}
