//! What a person decides where a phone proved facts of before a restore and somebody decided on the
//! case since: one of both stands, the other is kept beside it.

use super::{
    Decider, Reconciler, ReconcilerError, joint::JointResult, people::is_let_in, recover::stands_in,
};
use hejie_case::{
    ids::{CaseId, UserId},
    reason::Reason,
};
use hejie_registry::{
    audit,
    case::{
        self,
        recovery::{self, RecoveryClaim, SignedVersion},
    },
    log, pool,
};

/// What a person decided on, having been shown both states of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecoveryDecision {
    /// The version of the facts that the registry said.
    pub base: u64,
    /// SHA-256 of the facts that a phone proved: what another phone showed since was not looked at.
    pub proved: [u8; 32],
    /// Which stands.
    pub choice: RecoveryChoice,
    /// Who decided.
    pub by: UserId,
}

/// Which of two states of a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecoveryChoice {
    /// What a phone proved takes the place of what the registry says.
    Proved,
    /// What the registry says stays.
    Present,
}

impl Reconciler {
    /// Decides on what a phone proved of a case, and on what it has come out of. Whatever else was
    /// proved waits.
    ///
    /// # Errors
    /// See [`ReconcilerError`]; a refusal is an answer.
    pub async fn decide_claim(
        &self,
        case: CaseId,
        chosen: RecoveryDecision,
        desk: Decider<'_>,
    ) -> Result<JointResult<()>, ReconcilerError> {
        let (now, by) = (self.0.clock.now(), chosen.by);
        let mut tx = pool::begin(&self.0.pool).await?;
        log::lock_case(&mut tx, case).await?;
        is_let_in(&mut tx, Some(desk), now).await?;
        let stored = case::lookup(&mut tx, case)
            .await?
            .ok_or(ReconcilerError::UnknownCase)?;
        if stored.facts.version != chosen.base {
            return Err(ReconcilerError::Moved);
        }
        let mut waiting = recovery::list_waiting(&mut tx, case).await?;
        let named = |claim: &RecoveryClaim| claim.hash == chosen.proved;
        let Some(claim) = waiting.extract_if(.., |claim| named(claim)).next() else {
            let zh = "本案没有待核对的恢复内容，可能已由他人处理，请刷新后再看。";
            return Ok(Err(Reason::new("nothing_to_recover", zh)));
        };
        let is_taken = chosen.choice == RecoveryChoice::Proved;
        recovery::set_claim_decided(&mut tx, &claim, by, is_taken, now).await?;
        let comes_out =
            |one: &&RecoveryClaim| one.epoch == claim.epoch && stands_in(&one.facts, &claim.facts);
        for one in waiting.iter().filter(comes_out) {
            recovery::set_claim_decided(&mut tx, one, by, false, now).await?;
        }
        if is_taken {
            recovery::keep_replaced(&mut tx, &stored.facts, by, now).await?;
            let signed = SignedVersion {
                epoch: claim.epoch,
                version: claim.facts.version,
            };
            let moves = self
                .put_facts(&mut tx, claim.facts, chosen.base, signed)
                .await?;
            recovery::set_decided(&mut tx, case).await?;
            log::touch_case(&mut tx, case, &moves, now).await?;
        }
        audit::add(&mut tx, desk.record).await?;
        pool::commit(tx).await?;
        self.0.outbox.ring();
        self.nudge(case);
        Ok(Ok(()))
    }
}
