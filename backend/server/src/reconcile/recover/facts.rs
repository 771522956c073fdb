//! Which facts of a case stand after a restore: those that were proved, or those of the registry
//! until a person has decided.
//!
//! Of two states the later (epoch, version) stands, as long as nothing that people decided is lost
//! by it. Whatever stands in one of both alone is for a person to weigh: nothing is dropped because
//! its number is lower.

use super::{RestoredCase, signed};
use crate::{
    membership::changed_members,
    reconcile::{Reconciler, ReconcilerError, apply::tell},
};
use hejie_case::facts::{Facts, first_version};
use hejie_registry::{
    case::{
        self,
        recovery::{self, SignedVersion},
    },
    danger::call,
    epoch,
    error::RegistryError,
    feed::Move,
    pool::PgConnection,
};

impl Reconciler {
    /// Takes proved facts, or keeps them for a person where somebody decided otherwise; returns
    /// what moved by it.
    pub(super) async fn take_facts(
        &self,
        tx: &mut PgConnection,
        proved: &RestoredCase,
        facts: Facts,
    ) -> Result<Vec<Move>, ReconcilerError> {
        let (case, now) = (facts.case_id, self.0.clock.now());
        let signed = signed(&proved.attested.statement);
        let (Some(grounds), Some(stored)) = (
            recovery::grounds(tx, case).await?,
            case::lookup(tx, case).await?,
        ) else {
            return Ok(Vec::new());
        };
        // What a phone proved that holds the work alone lacks the words of what is confidential.
        let whole = stored.facts.with_words_of(&facts);
        if whole != stored.facts {
            return self.put_facts(tx, whole, grounds.version, signed).await;
        }
        let brings_none = stands_in(&facts, &stored.facts);
        let is_weighed = is_weighed(tx, &facts, signed.epoch).await?;
        if is_weighed || (brings_none && grounds.come_from(signed)) {
            return Ok(Vec::new());
        }
        if brings_none && signed.version <= grounds.version {
            recovery::note_restored(tx, case, signed).await?;
            return Ok(Vec::new());
        }
        let replaces_none = stands_in(&stored.facts, &facts);
        let is_later = grounds.decided_epoch < signed.epoch;
        if is_later && !replaces_none {
            let (before, epoch) = (&stored.facts, grounds.decided_epoch);
            recovery::add_claim(tx, before, epoch, proved.by.device, now).await?;
        } else if !(replaces_none && grounds.decided_epoch <= signed.epoch) {
            if !brings_none {
                recovery::add_claim(tx, &facts, signed.epoch, proved.by.device, now).await?;
            }
            return Ok(Vec::new());
        }
        let moves = self.put_facts(tx, facts, grounds.version, signed).await?;
        if !brings_none {
            recovery::note_decided_in(tx, case, signed.epoch).await?;
        }
        Ok(moves)
    }

    /// Puts proved facts in the place of those of the registry, and tells the outside what follows;
    /// returns what moved by it.
    pub(in crate::reconcile) async fn put_facts(
        &self,
        tx: &mut PgConnection,
        facts: Facts,
        version: u64,
        signed: SignedVersion,
    ) -> Result<Vec<Move>, ReconcilerError> {
        let (case, now) = (facts.case_id, self.0.clock.now());
        let stored = case::lookup(tx, case)
            .await?
            .ok_or(ReconcilerError::UnknownCase)?;
        let first = first_version(epoch::current(tx).await?);
        let facts = Facts {
            version: (version.max(facts.version) + 1).max(first),
            case_no: stored.facts.case_no.clone(),
            public_code: stored.facts.public_code.clone(),
            ..facts
        };
        recovery::set_recovered(tx, &facts, signed).await?;
        let effects = hejie_case::reconcile::effects_between(&stored.facts, &facts);
        tell(tx, &self.0.receivers, case, &effects, now).await?;
        call::follow(tx, &facts).await?;
        let mut moves = vec![Move::Facts];
        moves.extend(changed_members(tx, &facts, now).await?);
        Ok(moves)
    }
}

/// Whether everything that people decided in one state stands in the other as well. What is decided
/// leaves a line in the trail, to which lines are only ever added.
pub(in crate::reconcile) fn stands_in(one: &Facts, other: &Facts) -> bool {
    let mut decided = one.trail.iter().filter(|line| line.by.is_some());
    decided.all(|line| other.trail.contains(line))
}

/// Whether a person has weighed everything that people decided in facts that were signed in an
/// epoch. A number does not tell: two lives of a registry that nobody told apart gave it to two
/// states.
pub(super) async fn is_weighed(
    conn: &mut PgConnection,
    facts: &Facts,
    epoch: u64,
) -> Result<bool, RegistryError> {
    let decided = recovery::list_decided(conn, facts.case_id, epoch).await?;
    Ok(decided.iter().any(|weighed| stands_in(facts, weighed)))
}
