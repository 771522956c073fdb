//! What a person decides where a phone proved facts of before a restore and somebody decided on the case since: one of both stands, the
//! other is kept beside it.

use super::{Settling, SettlingError, joint::Verdict};
use hejie_case::{
    ids::{CaseId, UserId},
    rule::Refusal,
};
use hejie_registry::{
    audit,
    case::{
        self,
        recovery::{self, Signed},
    },
    log, pool,
};

/// Which of two states of a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// What a phone proved takes the place of what the registry says.
    Proved,
    /// What the registry says stays.
    Present,
}

impl Settling {
    /// Decides on what a phone proved of a case; the desk decided on version `base` of the facts.
    ///
    /// # Errors
    /// See [`SettlingError`]; a refusal is an answer.
    pub async fn decide_claim(
        &self,
        case: CaseId,
        base: u64,
        choice: Choice,
        by: UserId,
        record: &audit::Act<'_>,
    ) -> Result<Verdict<()>, SettlingError> {
        let now = self.0.clock.now();
        let mut tx = pool::begin(&self.0.pool).await?;
        log::lock_case(&mut tx, case).await?;
        let stored = case::lookup(&mut tx, case)
            .await?
            .ok_or(SettlingError::UnknownCase)?;
        if stored.facts.version != base {
            return Err(SettlingError::Moved);
        }
        let Some(claim) = recovery::lookup_claim(&mut tx, case).await? else {
            let zh = "本案没有待核对的恢复内容，可能已由他人处理，请刷新后再看。";
            return Ok(Err(Refusal::new("nothing_to_recover", zh)));
        };
        let is_taken = choice == Choice::Proved;
        recovery::set_claims_decided(&mut tx, &claim, by, is_taken, now).await?;
        if is_taken {
            recovery::keep_replaced(&mut tx, &stored.facts, by, now).await?;
            let signed = Signed {
                epoch: claim.epoch,
                version: claim.facts.version,
            };
            let moves = self.put_facts(&mut tx, claim.facts, base, signed).await?;
            recovery::set_decided(&mut tx, case).await?;
            log::touch_case(&mut tx, case, &moves, now).await?;
        }
        audit::add(&mut tx, record).await?;
        pool::commit(tx).await?;
        self.0.outbox.ring();
        self.nudge(case);
        Ok(Ok(()))
    }
}
