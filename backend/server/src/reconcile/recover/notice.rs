//! Whether the registry lacks what it signed, and what a registry does that did not notice that it
//! was set back.

use super::{
    facts::{is_weighed, stands_in},
    signed,
};
use crate::reconcile::{Reconciler, ReconcilerError};
use hejie_case::facts::Facts;
use hejie_registry::{
    case::{
        self,
        recovery::{self, SignedHistory},
    },
    log, mark,
    pool::{self, PgConnection},
};
use hejie_wire::attest::{CaseProof, Statement};

/// How far beyond the last number that a proof shows the counter is set when nothing else tells how
/// many were given.
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
            self.move_epoch(&mut conn, statement).await?;
        }
        Ok(lacks)
    }

    /// Nothing told that the registry was set back, or by how much: numbers go on well beyond what
    /// the proof shows.
    async fn move_epoch(
        &self,
        conn: &mut PgConnection,
        statement: &Statement,
    ) -> Result<(), ReconcilerError> {
        let known = mark::read(conn).await?.mark;
        let numbers = known.numbers.into_iter();
        let beyond = mark::RegistryMark {
            epoch: statement.epoch,
            position: 0,
            numbers: numbers
                .map(|(series, last)| (series, last + NUMBERS_UNKNOWN))
                .collect(),
        };
        let mut tx = pool::begin(&self.0.pool).await?;
        mark::lock(&mut tx).await?;
        if hejie_registry::epoch::current(&mut tx).await? <= statement.epoch {
            let epoch = mark::move_epoch(&mut tx, &beyond, self.0.clock.now()).await?;
            tracing::warn!(
                epoch,
                "a phone shows what this registry signed and does not know: it was set back, and a new epoch begins"
            );
        }
        pool::commit(tx).await?;
        Ok(())
    }
}

/// Whether a registry of this epoch said of a case, in it or in a later one, what it does not say.
fn is_ahead(statement: &Statement, grounds: &SignedHistory, epoch: u64) -> bool {
    statement.epoch > epoch
        || statement.facts_version > grounds.version
        || (statement.facts_version == grounds.version && statement.facts != grounds.facts)
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
