//! A registry that was set back to a backup: what it lost and once signed, this phone proves, so that it comes back under the names of
//! those who wrote it (docs/adr/0014).
//!
//! Until the server has dealt with the proof, the phone keeps what it holds of the case and the attestation that proves it; then it
//! follows the server again.

use super::{
    Engine, EngineError, Reason,
    row::{self, Held},
};
use crate::store::Store;
use hejie_case::ids::CaseId;
use hejie_wire::{
    attest::CaseProof,
    limits,
    message::{CaseDown, Down},
};
use std::collections::BTreeSet;

/// What is said of a case that the registry does not know as this person's.
const NOT_YOURS: &str = "not_yours";
const UNKNOWN_CASE: &str = "unknown_case";

impl<S: Store> Engine<S> {
    /// Whether the server, by what it answers of a case, knows less than it signed once.
    pub(super) fn must_prove(&self, held: &Held, down: &CaseDown) -> Result<bool, EngineError> {
        let Some(heads) = &down.heads else {
            return Ok(held.prove);
        };
        if held.prove {
            return Ok(true);
        }
        let Some(kept) = row::read_attested(&self.store, held.case)? else {
            return Ok(false);
        };
        let Ok(claim) = kept.head.attestation.read() else {
            return Ok(false);
        };
        let signed = claim.statement;
        let version = down.facts.as_ref().and_then(|facts| row::version_of(facts));
        let is_ahead = signed.facts_version > version.unwrap_or(held.facts_version);
        Ok(if signed.epoch < self.epoch {
            held.proved_in < self.epoch && (is_ahead || !signed.names_heads(heads))
        } else {
            // A server that signed it in this epoch or a later one has not noticed that it was set back.
            is_ahead && !self.shown.contains(&held.case)
        })
    }

    /// Notes what the answer says of proofs, before its cases are kept.
    pub(super) fn take_proved(&mut self, down: &Down) -> Result<(), EngineError> {
        self.epoch = down.epoch;
        self.shown.extend(&down.proved);
        for case in &down.proved {
            self.note_proof(*case, |held| held.prove = false)?;
        }
        for case in &down.prove {
            if self.let_phantom_go(*case)? {
                continue;
            }
            // What the server did not believe is not shown again before the next exchange.
            let was_shown = self.shown.contains(case);
            self.note_proof(*case, |held| {
                held.prove = !was_shown;
                held.problem = was_shown.then(unprovable).or(held.problem.take());
            })?;
        }
        Ok(())
    }

    /// The answer without what it says of cases that this phone proves first: a registry that was set back does not know who joined a case
    /// since, tells that person's phone to let go of it, and refuses what waits there. Both are put off until the proof was dealt with.
    pub(super) fn put_off_until_proved(&mut self, mut down: Down) -> Result<Down, EngineError> {
        let forgets = down.forget.iter();
        let mut denied: Vec<(CaseId, bool)> = forgets
            .map(|forget| (forget.case, forget.code == NOT_YOURS))
            .collect();
        let refuses = |case: &&CaseDown| case.refused.iter().any(|no| no.code == UNKNOWN_CASE);
        denied.extend(
            down.cases
                .iter()
                .filter(refuses)
                .map(|down| (down.case, true)),
        );
        let mut put_off = BTreeSet::new();
        for (case, is_denied) in denied {
            if self.proves_first(case, is_denied)? {
                self.note_proof(case, |held| held.prove = true)?;
                put_off.insert(case);
            }
        }
        down.forget.retain(|forget| !put_off.contains(&forget.case));
        let cases = down.cases.iter_mut();
        for case in cases.filter(|down| put_off.contains(&down.case)) {
            let unknown = case.refused.iter_mut().filter(|no| no.code == UNKNOWN_CASE);
            unknown.for_each(|no| no.passing = true);
        }
        Ok(down)
    }

    /// Whether the server may say so because it lost what it signed. Of a case that it signed in this epoch only where it does not know
    /// the case as this person's at all, which it says of no case that was reassigned.
    fn proves_first(&self, case: CaseId, is_denied: bool) -> Result<bool, EngineError> {
        let held = self.held.get(&case).filter(|held| held.is_shared());
        let Some(held) = held.filter(|_| !self.shown.contains(&case)) else {
            return Ok(false);
        };
        let Some(kept) = row::read_attested(&self.store, case)? else {
            return Ok(false);
        };
        Ok(match kept.head.attestation.read() {
            Ok(claim) if claim.statement.epoch < self.epoch => held.proved_in < self.epoch,
            Ok(_) => is_denied,
            Err(_) => false,
        })
    }

    /// The proofs that the next request takes along. A case that cannot be proved is kept, and says so.
    pub(super) fn proofs(&mut self) -> Result<Vec<CaseProof>, EngineError> {
        let wanted = self.held.values().filter(|held| held.prove);
        let wanted: Vec<CaseId> = wanted.map(|held| held.case).collect();
        let (mut proofs, mut bytes) = (Vec::new(), 0);
        for case in wanted {
            let Some(proof) = self.proof(case)? else {
                self.shown.insert(case);
                self.note_proof(case, |held| {
                    held.prove = false;
                    held.problem = Some(unprovable());
                })?;
                continue;
            };
            bytes += proof.document.len() + proof.facts.len();
            let is_full = bytes > limits::PROOF_BYTES && !proofs.is_empty();
            if is_full || proofs.len() == limits::PROOFS_PER_UP {
                break;
            }
            proofs.push(proof);
        }
        Ok(proofs)
    }

    /// Whether another request should follow for proofs: some wait, and the last request brought none or got on.
    pub(super) fn has_more_to_prove(&self, sent: usize, down: &Down) -> bool {
        let waits = self.held.values().any(|held| held.prove);
        waits && (sent == 0 || !down.proved.is_empty())
    }

    fn note_proof(
        &mut self,
        case: CaseId,
        note: impl FnOnce(&mut Held),
    ) -> Result<(), EngineError> {
        let epoch = self.epoch;
        let Some(mut held) = self.held.get(&case).cloned() else {
            return Ok(());
        };
        if held.gone.is_some() {
            return Ok(());
        }
        note(&mut held);
        if !held.prove {
            held.proved_in = epoch;
        }
        self.commit(vec![row::put_held(&held)?])?;
        self.keep(held);
        Ok(())
    }
}

fn unprovable() -> Reason {
    Reason::new(
        "case_unprovable",
        "服务器恢复自较早的备份，尚不认识本案，本机也没有可用的服务器签名；内容仍完整保存在本机，请联系管理员。",
    )
}
