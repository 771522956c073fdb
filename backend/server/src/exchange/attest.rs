//! What an answer attests: every case that moved, as the phone holds it once it has kept the answer
//! (docs/adr/0012).
//!
//! Everything is read in the snapshot of the answer. A case of which more lies behind the answer's
//! end is left out: the page that brings the last of it attests it.

use super::{admit::CaseAdmission, page::FeedPage};
use crate::secrets::ring::{Ring, RingFault};
use hejie_case::ids::{CaseId, ChangeHash, UserId};
use hejie_registry::{
    epoch,
    error::RegistryError,
    pool::PgConnection,
    sync::{
        self, VisibleCases,
        attest::{self, AttestationSubject, CaseActor},
    },
};
use hejie_wire::{
    attest::{ActorRow, Actors, Attestation, AttesterVoucher, Statement},
    message::Up,
};
use std::collections::{BTreeMap, BTreeSet};

/// What of an answer has to be known for it.
pub(super) struct AnswerScope<'a> {
    pub(super) user: UserId,
    pub(super) up: &'a Up,
    pub(super) taken: &'a [CaseAdmission],
    pub(super) page: &'a FeedPage,
    /// Cases that are sent whole.
    pub(super) whole: BTreeSet<CaseId>,
    /// Where the answer ends in the feed; none while the caseload is still being read.
    pub(super) read_to: Option<u64>,
}

/// What was read of the cases that are attested, and whom the phone must hear of.
#[derive(Debug, Default)]
pub(super) struct AttestationInputs {
    epoch: u64,
    grounds: Vec<(AttestationSubject, Actors)>,
    news: BTreeMap<CaseId, Actors>,
    wants_voucher: bool,
}

/// What goes into the answer.
#[derive(Debug, Default)]
pub(super) struct AnswerAttestations {
    pub(super) attestations: BTreeMap<CaseId, Attestation>,
    pub(super) actors: BTreeMap<CaseId, Actors>,
    pub(super) voucher: Option<AttesterVoucher>,
}

/// Reads what is to be attested.
pub(super) async fn gather(
    conn: &mut PgConnection,
    answered: &AnswerScope<'_>,
) -> Result<AttestationInputs, RegistryError> {
    let up = answered.up;
    let mut grounds = AttestationInputs {
        wants_voucher: up.cursor.is_none() || !up.attest.is_empty(),
        ..AttestationInputs::default()
    };
    let named = answered.named();
    if named.is_empty() {
        return Ok(grounds);
    }
    let visible = sync::list_visible(conn, answered.user, &named).await?;
    let actors = attest::list_actors(conn, &visible).await?;
    grounds.news = answered.news(&actors);
    let complete = answered.complete(conn, visible).await?;
    grounds.epoch = epoch::current(conn).await?;
    for ground in attest::list_subjects(conn, &complete).await? {
        let of_case = actors.iter().filter(|one| one.case == ground.case);
        let all = of_case.map(|one| one.row.clone()).collect();
        grounds.grounds.push((ground, all));
    }
    Ok(grounds)
}

impl AnswerScope<'_> {
    /// The cases that moved for this phone, or that it asks about.
    fn named(&self) -> Vec<CaseId> {
        let accepted = self.taken.iter().filter(|one| !one.accepted.is_empty());
        let named: BTreeSet<CaseId> = accepted
            .map(|one| one.case)
            .chain(self.page.touched.iter().copied())
            .chain(self.whole.iter().copied())
            .chain(self.up.attest.iter().copied())
            .collect();
        named.into_iter().collect()
    }

    /// A whole case is complete; any other one when nothing of it lies behind the end of the
    /// answer.
    async fn complete(
        &self,
        conn: &mut PgConnection,
        mut cases: VisibleCases,
    ) -> Result<VisibleCases, RegistryError> {
        let named: Vec<CaseId> = cases.keys().copied().collect();
        let moving = match self.read_to {
            Some(seq) => attest::list_moving(conn, self.user, seq, &named).await?,
            None => named.into_iter().collect(),
        };
        cases.retain(|case, _| self.whole.contains(case) || !moving.contains(case));
        Ok(cases)
    }

    /// The actors that are new to the phone: all of a case that comes whole or was asked for, else
    /// those whose first change comes, or was taken, now.
    fn news(&self, actors: &[CaseActor]) -> BTreeMap<CaseId, Actors> {
        let come = self.page.changes().into_iter();
        let taken = self.taken.iter().flat_map(|one| {
            let case = one.case;
            one.accepted.iter().map(move |hash| (case, *hash))
        });
        let first: BTreeSet<(CaseId, ChangeHash)> = come.chain(taken).collect();
        let is_new = |one: &&CaseActor| {
            self.whole.contains(&one.case)
                || self.up.attest.contains(&one.case)
                || first.contains(&(one.case, one.first))
        };
        let mut news: BTreeMap<CaseId, Vec<ActorRow>> = BTreeMap::new();
        for one in actors.iter().filter(is_new) {
            news.entry(one.case).or_default().push(one.row.clone());
        }
        news.into_iter()
            .map(|(case, rows)| (case, rows.into()))
            .collect()
    }
}

impl AttestationInputs {
    /// Signs.
    pub(super) fn sign(self, ring: &Ring) -> Result<AnswerAttestations, RingFault> {
        let (epoch, attester) = (self.epoch, ring.attester()?);
        let signed = |(ground, actors): (AttestationSubject, Actors)| {
            let case = ground.case;
            let statement = Statement {
                county: ground.county,
                epoch,
                case,
                facts_version: ground.facts_version,
                facts: ground.facts,
                actors: actors.hash(),
                heads: Statement::hash_of_heads(&ground.heads),
            };
            (case, Attestation::sign(&statement, &attester))
        };
        Ok(AnswerAttestations {
            attestations: self.grounds.into_iter().map(signed).collect(),
            actors: self.news,
            voucher: if self.wants_voucher {
                Some(ring.attester_voucher()?)
            } else {
                None
            },
        })
    }
}
