//! Who stepped back from a case stays off it when the registry is set back: that is kept beside the
//! marks with the settling that put it into the facts, and said once more by the rule in every case
//! that comes out of the backup, or back from a phone, without it
//! (docs/adr/0014-recovery-from-phones.md#a-recusal-that-was-taken-back).
//!
//! Only what was said of the case itself is kept. What another case brought is kept there, and
//! comes and goes with that one.

use super::{Reconciler, ReconcilerParts};
use crate::{
    mark::{MarkError, RecusedElsewhere, SetBack},
    telemetry::whole,
};
use hejie_case::{
    act::{Brings, ServerAct, TakeOn},
    facts::{Bars, Recusal},
    ids::CaseId,
    role::Author,
    rule::Motion,
};
use hejie_registry::{identity::revocation::Revocation, pool::PgConnection};

impl Reconciler {
    /// Looks at the marks, and lets everybody who stepped back from a case stay off it. Call it
    /// before anything is served, and now and then.
    ///
    /// # Errors
    /// When a mark or the registry cannot be read or written.
    pub async fn look_at_marks(&self) -> Result<Option<SetBack>, MarkError> {
        let found = self.0.marks.check(&self.0.pool, self.0.clock.now()).await?;
        self.recuse_again(|_| true).await?;
        Ok(found)
    }

    /// As [`Self::look_at_marks`], for a case that a phone brought back.
    pub(super) async fn recuse_again_in(&self, case: CaseId) {
        if let Err(error) = self.recuse_again(|of| of == case).await {
            tracing::error!(
                case.id = %case,
                error.chain = %whole(&error),
                "who stepped back from a case that came back is not known before the next look"
            );
        }
    }

    /// A case that cannot be settled now is looked at again, and keeps no other one back.
    async fn recuse_again(&self, is_meant: impl Fn(CaseId) -> bool) -> Result<(), MarkError> {
        let lost = self.0.marks.list_recusals_lost(&self.0.pool).await?;
        for one in lost.into_iter().filter(|one| is_meant(one.case)) {
            let now = self.0.clock.now();
            let motion = Motion::by_rule(ServerAct::TakeOn(stepped_back(one)), now);
            match self.reconcile(one.case, &[motion]).await {
                Ok(_) => {
                    let (marks, pool) = (&self.0.marks, &self.0.pool);
                    marks.note_recused_again(pool, one, now).await?;
                }
                Err(error) => tracing::error!(
                    case.id = %one.case,
                    error.chain = %whole(&error),
                    "somebody stepped back from a case before the registry was set back, and it cannot be said again yet"
                ),
            }
        }
        Ok(())
    }
}

/// Keeps beside the marks who stepped back from a case by this settling, in its transaction, after
/// all else that it writes. Where that cannot be written the settling stands all the same: it may
/// hold a danger.
pub(super) async fn note(
    parts: &ReconcilerParts,
    tx: &mut PgConnection,
    case: CaseId,
    [before, after]: [&[Recusal]; 2],
) {
    let own = after.iter().filter(|recusal| recusal.from.is_none());
    let news = own.filter(|recusal| !before.contains(recusal));
    let revocation = |recusal: &Recusal| Revocation::Case {
        case,
        user: recusal.user,
        ground: recusal.ground,
        at: recusal.at,
    };
    let revocations: Vec<Revocation> = news.map(revocation).collect();
    if revocations.is_empty() {
        return;
    }
    let noted = parts
        .marks
        .note_revoked(tx, &revocations, parts.clock.now());
    if let Err(error) = noted.await {
        tracing::error!(
            case.id = %case,
            error.chain = %whole(&error),
            "who stepped back from a case is not kept beside the marks: a restore would take it back"
        );
    }
}

fn stepped_back(one: RecusedElsewhere) -> TakeOn {
    let recusal = Recusal {
        user: one.user,
        ground: one.ground,
        party: None,
        by: Author::SYSTEM,
        at: one.at,
        from: None,
    };
    let bars = Bars {
        recused: vec![recusal],
        ..Bars::default()
    };
    TakeOn {
        from: one.case,
        brings: Brings {
            bars,
            ..Brings::default()
        },
    }
}
