//! Whether the registry lacks what it signed, and what a registry does that did not notice that it
//! was set back.

use super::{
    facts::{is_weighed, stands_in},
    signed,
};
use crate::{
    reconcile::{Reconciler, ReconcilerError},
    telemetry::whole,
};
use hejie_case::facts::Facts;
use hejie_registry::{
    case::{
        self,
        recovery::{self, SignedHistory},
    },
    log,
    mark::{self, MarkedRegistry, RegistryMark},
    pool::{self, PgConnection},
};
use hejie_wire::attest::{CaseProof, Statement};

/// How far beyond the last number that is known the counter is set when nothing else tells how many
/// were given.
const NUMBERS_UNKNOWN: u64 = 1_000;

impl Reconciler {
    /// Whether this registry knows less of a case than it signed. One that signed it in the present
    /// epoch was set back and did not notice: the epoch moves now.
    ///
    /// # Errors
    /// Postgres failed.
    pub async fn lacks(
        &self,
        statement: &Statement,
        proof: &CaseProof,
    ) -> Result<bool, ReconcilerError> {
        let mut conn = pool::acquire(&self.0.pool).await?;
        let epoch = hejie_registry::epoch::current(&mut conn).await?;
        let lacks = match recovery::grounds(&mut conn, statement.case).await? {
            None => true,
            Some(_) if lacks_words(&mut conn, proof, statement).await? => true,
            Some(grounds) if statement.epoch < epoch => {
                !grounds.come_from(signed(statement))
                    || lacks_rulings(&mut conn, proof, statement).await?
            }
            Some(grounds) => is_ahead(statement, &grounds, epoch),
        };
        if lacks && statement.epoch >= epoch {
            drop(conn);
            self.move_epoch(statement).await?;
        }
        Ok(lacks)
    }

    /// Nothing told before that the registry was set back.
    async fn move_epoch(&self, statement: &Statement) -> Result<(), ReconcilerError> {
        let mut tx = pool::begin(&self.0.pool).await?;
        mark::lock(&mut tx).await?;
        let known = mark::read(&mut tx).await?;
        if known.mark.epoch <= statement.epoch {
            let beyond = self.beyond(known, statement.epoch).await;
            let epoch = mark::move_epoch(&mut tx, &beyond, self.0.clock.now()).await?;
            tracing::warn!(
                epoch,
                "a phone shows what this registry signed and does not know: it was set back, and a new epoch begins"
            );
        }
        pool::commit(tx).await?;
        Ok(())
    }

    /// Behind what the new epoch begins: numbers go on right behind the last one that the marks
    /// saw; where these do not tell how many were given, well beyond those that are known.
    async fn beyond(&self, known: MarkedRegistry, signed_in: u64) -> RegistryMark {
        match self.0.marks.ahead_of(&known).await {
            Ok(Some(seen)) if seen.epoch >= signed_in => return seen,
            Ok(_) => {}
            Err(error) => {
                tracing::error!(error.chain = %whole(&error), "the marks cannot be read");
            }
        }
        let numbers = known.mark.numbers.into_iter();
        RegistryMark {
            epoch: signed_in,
            position: 0,
            numbers: numbers
                .map(|(series, last)| (series, last + NUMBERS_UNKNOWN))
                .collect(),
        }
    }
}

/// Whether a registry of this epoch said of a case, in it or in a later one, what it does not say.
fn is_ahead(statement: &Statement, grounds: &SignedHistory, epoch: u64) -> bool {
    statement.epoch > epoch
        || statement.facts_version > grounds.version
        || (statement.facts_version == grounds.version && !grounds.are_signed_as(&statement.facts))
}

/// Whether the log lacks a head that was signed, whatever the facts say: words were lost.
async fn lacks_words(
    conn: &mut PgConnection,
    proof: &CaseProof,
    statement: &Statement,
) -> Result<bool, ReconcilerError> {
    let lacking = log::lacking(conn, statement.case, &proof.heads).await?;
    Ok(!lacking.is_empty())
}

/// Whether something that people decided in the facts that were signed stands neither in the case
/// nor among what a person decided on. A registry that noticed late gave versions a second time, so
/// that these alone do not tell.
async fn lacks_rulings(
    conn: &mut PgConnection,
    proof: &CaseProof,
    statement: &Statement,
) -> Result<bool, ReconcilerError> {
    let (Ok(proved), Some(stored)) = (
        serde_json::from_slice::<Facts>(&proof.facts),
        case::lookup(conn, statement.case).await?,
    ) else {
        return Ok(false);
    };
    Ok(!stands_in(&proved, &stored.facts) && !is_weighed(conn, &proved, statement.epoch).await?)
}
