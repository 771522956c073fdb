//! Proofs that phones show after the registry was set back: believed because this server signed
//! them (docs/adr/0014).
//!
//! A proof costs one check of a signature before anything else is done about it, and no right is
//! asked of who shows it: the server believes itself alone.

use super::Exchange;
use crate::{
    access::PhoneCaller,
    identity,
    problem::Problem,
    reconcile::{ReconcilerError, RestoredCase},
    telemetry::whole,
    worker::Prove,
};
use hejie_case::{ids::CaseId, reason::Explain};
use hejie_registry::{audit, danger::Reporter, pool};
use hejie_wire::attest::{CaseProof, Statement};

/// Takes the proofs of a request; returns the cases that were dealt with, whatever came of it.
///
/// # Errors
/// When Postgres or the workers are away; what was committed by then stays, and the phone shows the
/// rest again.
pub(super) async fn take(
    state: &Exchange,
    phone: &PhoneCaller,
    proofs: &[CaseProof],
) -> Result<Vec<CaseId>, Problem> {
    let mut dealt_with = Vec::with_capacity(proofs.len());
    for proof in proofs {
        let Ok(claim) = proof.attestation.read() else {
            continue;
        };
        let trusted = state.ring.ring()?.trusted();
        let is_dealt_with = match proof.verify(&trusted) {
            Ok(statement) => believe(state, phone, proof, &statement).await?,
            Err(error) => {
                tracing::warn!(case.id = %claim.statement.case, device.id = %phone.device.id, reason = error.code(), "a proof is not believed");
                true
            }
        };
        if is_dealt_with {
            dealt_with.push(claim.statement.case);
        }
    }
    Ok(dealt_with)
}

/// Brings back what the registry lacks of what it signed; tells whether the phone need not show it
/// again.
async fn believe(
    state: &Exchange,
    phone: &PhoneCaller,
    proof: &CaseProof,
    statement: &Statement,
) -> Result<bool, Problem> {
    let case = statement.case;
    if !state.reconciler.lacks(statement, proof).await? {
        return Ok(true);
    }
    let prove = Prove {
        proof: proof.clone(),
        trusted: state.ring.ring()?.trusted(),
    };
    let attested = match state.workers.prove(prove).await {
        Ok(Ok(attested)) => attested,
        Ok(Err(refusal)) => {
            tracing::warn!(case.id = %case, reason = refusal.code, "a proof does not hold");
            return Ok(true);
        }
        Err(error) if error.blames_job() => {
            tracing::warn!(case.id = %case, reason = error.code(), "a proof brings workers down");
            return Ok(true);
        }
        Err(error) => return Err(Problem::WorkersAway(std::sync::Arc::new(error))),
    };
    let proved = RestoredCase {
        attested,
        actors: proof.actors.clone(),
        by: Reporter {
            user: phone.caller.user,
            device: phone.device.id,
        },
        session: phone.caller.session,
    };
    let came_back = match state.reconciler.recover(&proved).await {
        Ok(()) => true,
        Err(ReconcilerError::Contended) => {
            tracing::warn!(case.id = %case, "a proved case moves too much to be brought back now");
            return Ok(false);
        }
        Err(error) if error.is_of_case() => {
            tracing::error!(case.id = %case, error.chain = %whole(&error), "a proved case could not be recovered");
            false
        }
        Err(error) => return Err(error.into()),
    };
    note(state, phone, case, came_back).await?;
    Ok(true)
}

async fn note(
    state: &Exchange,
    phone: &PhoneCaller,
    case: CaseId,
    came_back: bool,
) -> Result<(), Problem> {
    let now = state.clock.now();
    let act = audit::AuditEvent {
        case: Some(case),
        ok: came_back,
        ..phone.caller.act(now, "exchange.recover_case")
    };
    let tx = pool::begin(&state.pool).await?;
    identity::commit_for(&phone.caller, tx, &[act], now).await
}
