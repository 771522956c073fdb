//! Who stepped back from which case: a revocation of one person from one case
//! (docs/adr/0014-recovery-from-phones.md#a-recusal-that-was-taken-back). It is carried out in the
//! facts of the case, by whoever settles cases.

use super::{MarkError, Marks, record::MarkRecord, revoked};
use hejie_case::{
    facts::RecusalGround,
    ids::{CaseId, UserId},
};
use hejie_registry::{
    case::recovery,
    identity::revocation::Revocation,
    mark,
    pool::{self, PgPool},
};
use jiff::Timestamp;

/// Somebody who must not handle a case, as the marks know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecusedElsewhere {
    /// The case.
    pub case: CaseId,
    /// Who.
    pub user: UserId,
    /// Why.
    pub ground: RecusalGround,
    /// When it was said.
    pub at: Timestamp,
}

impl Marks {
    /// Who stepped back from a case that the registry has and that does not say so.
    ///
    /// # Errors
    /// When a place or the registry cannot be read.
    pub async fn list_recusals_lost(
        &self,
        pool: &PgPool,
    ) -> Result<Vec<RecusedElsewhere>, MarkError> {
        let mut conn = pool::acquire(pool).await?;
        let place = (mark::registry(&mut conn).await?, MarkRecord::Revoked);
        let names = self.list_records(place).await?;
        let kept = names.iter().filter_map(|name| recused(name));
        let kept: Vec<RecusedElsewhere> = kept.collect();
        let named: Vec<_> = kept.iter().map(|one| (one.case, one.user)).collect();
        let mut lost = recovery::list_recusals_lost(&mut conn, &named).await?;
        // Of several words on one person the first one found is enough.
        let is_lost = |one: &RecusedElsewhere| {
            let of = (one.case, one.user);
            let found = lost.iter().position(|lost| *lost == of);
            found.map(|place| lost.swap_remove(place)).is_some()
        };
        Ok(kept.into_iter().filter(is_lost).collect())
    }

    /// Leaves the line in the audit log that somebody was kept from a case once more.
    ///
    /// # Errors
    /// The registry failed.
    pub async fn note_recused_again(
        &self,
        pool: &PgPool,
        one: RecusedElsewhere,
        now: Timestamp,
    ) -> Result<(), MarkError> {
        let mut tx = pool::begin(pool).await?;
        let RecusedElsewhere {
            case,
            user,
            ground,
            at,
        } = one;
        let again = Revocation::Case {
            case,
            user,
            ground,
            at,
        };
        revoked::note_in_audit_log(&mut tx, &again, now).await?;
        Ok(pool::commit(tx).await?)
    }
}

fn recused(name: &str) -> Option<RecusedElsewhere> {
    match revoked::revocation_of(name)? {
        Revocation::Case {
            case,
            user,
            ground,
            at,
        } => Some(RecusedElsewhere {
            case,
            user,
            ground,
            at,
        }),
        _ => None,
    }
}
