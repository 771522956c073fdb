//! What the server attested of a case: verified when it comes, kept beside the case, given on as a
//! proof (docs/adr/0012).
//!
//! Kept is the newest that fits what the phone holds. One that cannot be verified never costs the
//! case anything: it is asked for anew, and shown as a problem of the case where that did not help.

use super::{
    Engine, EngineError, heal, history, read,
    row::{self, AttestedRow, Attesters, CaseRow},
};
use crate::{
    encryption::{RowChange, RowOwner},
    store::{Store, Table},
};
use hejie_case::{
    document::CaseDoc,
    ids::{CaseId, ChangeHash},
    reason::Reason,
};
use hejie_wire::{
    attest::{
        Actors, Attestation, AttestationError, AttesterVoucher, CaseProof, KeyId, Statement,
        UnverifiedStatement,
    },
    limits,
    message::CaseDown,
};
use serde_bytes::ByteBuf;

/// What became of an attestation that came with an answer.
enum Verified {
    /// It is believed.
    Good(Statement, Actors),
    /// Its key, or an actor of it, is not known here.
    Unknown,
    /// It is not what the server signs of this case.
    Bad(&'static str),
}

/// A case as it stands once the answer is kept.
pub(super) struct AnsweredCase<'a> {
    pub doc: Option<&'a CaseDoc>,
    pub down: &'a CaseDown,
    /// It had been asked for.
    pub asked: bool,
}

impl<S: Store> Engine<S> {
    /// What proves a case to whoever knows the server's root key; none while there is nothing
    /// attested that the phone still holds whole.
    ///
    /// # Errors
    /// [`EngineError::UnknownCase`], or when the store fails.
    pub fn proof(&self, case: CaseId) -> Result<Option<CaseProof>, EngineError> {
        self.held(case)?;
        let Some(kept) = row::read_attested(&self.store, case)? else {
            return Ok(None);
        };
        let Ok(UnverifiedStatement { statement, key, .. }) = kept.head.attestation.read() else {
            return Ok(None);
        };
        let facts = match kept.facts {
            Some(facts) => Some(facts),
            None => self.saved_facts(case)?,
        };
        let facts = facts.filter(|facts| statement.names_facts(facts));
        let document = read::document(&self.store, case)?
            .filter(|_| statement.names_heads(&kept.head.heads))
            .map(|doc| at_heads(&doc, &kept.head.heads))
            .transpose()?
            .flatten();
        let (Some(voucher), Some(facts), Some(document)) = (self.voucher(key)?, facts, document)
        else {
            return Ok(None);
        };
        Ok(Some(CaseProof {
            attestation: kept.head.attestation,
            voucher,
            actors: kept.head.actors,
            facts: ByteBuf::from(facts),
            heads: kept.head.heads,
            document: ByteBuf::from(document),
        }))
    }

    /// Keeps the voucher of an answer, if the root key of the enrolment signed it.
    /// Where it is the first one although cases are held, those before it were lost: what they
    /// stood behind is attested anew.
    pub(super) fn take_attester(
        &mut self,
        voucher: Option<&AttesterVoucher>,
    ) -> Result<(), EngineError> {
        let (Some(voucher), Some(root)) = (voucher, self.root()?) else {
            return Ok(());
        };
        let mut known = self.attesters(&root)?;
        // One that the root did not sign leaves its attestations unverified, which the cases show.
        if known.vouchers.contains(voucher) || voucher.check(&root).is_err() {
            return Ok(());
        }
        let orphaned = match known.vouchers.is_empty() {
            true => self.attested_by_others(voucher.key().id())?,
            false => Vec::new(),
        };
        known.vouchers.push(voucher.clone());
        let mut changes = vec![row::put(row::ATTESTERS, &known)?];
        for held in &orphaned {
            changes.push(row::put_case_row(held)?);
        }
        self.commit(changes)?;
        orphaned.into_iter().for_each(|held| self.keep(held));
        Ok(())
    }

    /// The cases that another key attested, to be attested anew.
    fn attested_by_others(&self, key: KeyId) -> Result<Vec<CaseRow>, EngineError> {
        let mut orphaned = Vec::new();
        for held in self.held.values().filter(|held| held.is_shared()) {
            if self.attester_of(held.case)?.is_some_and(|by| by != key) {
                orphaned.push(CaseRow {
                    unattested: true,
                    ..held.clone()
                });
            }
        }
        Ok(orphaned)
    }

    /// The key by which what is kept of a case was attested.
    fn attester_of(&self, case: CaseId) -> Result<Option<KeyId>, EngineError> {
        let kept = row::read_attested(&self.store, case)?;
        Ok(kept.and_then(|kept| Some(kept.head.attestation.read().ok()?.key)))
    }

    /// Whether what is kept of a case proves nothing only because the voucher of its key is gone.
    pub(super) fn lacks_voucher(&self, case: CaseId) -> Result<bool, EngineError> {
        match self.attester_of(case)? {
            Some(key) => Ok(self.voucher(key)?.is_none()),
            None => Ok(false),
        }
    }

    /// Cases to be attested anew, as many as a request may ask for, and each once in an exchange:
    /// the last attestation could not be verified, or none is kept of what the server decided; any
    /// one where no key is known, so that one is vouched for.
    pub(super) fn unattested(&self) -> Result<Vec<CaseId>, EngineError> {
        let Some(root) = self.root()? else {
            return Ok(Vec::new());
        };
        let lacks = |held: &CaseRow| {
            !held.prove && held.facts_version > 0 && !self.keeps_attestation(held.case)
        };
        let shared = || self.held.values().filter(|held| held.is_shared());
        let is_new = |held: &&CaseRow| !self.asked.contains(&held.case);
        let wanting = shared()
            .filter(is_new)
            .filter(|held| held.unattested || lacks(held));
        let wanting = wanting.map(|held| held.case);
        let mut wanting: Vec<CaseId> = wanting.take(limits::ATTEST_PER_UP).collect();
        let begins = wanting.is_empty() && self.asked.is_empty();
        if begins && self.attesters(&root)?.vouchers.is_empty() {
            let decided = shared().find(|held| held.facts_version > 0);
            wanting.extend(decided.map(|held| held.case));
        }
        Ok(wanting)
    }

    pub(super) fn keeps_attestation(&self, case: CaseId) -> bool {
        let kept = self.store.numbers(Table::Attestation, RowOwner::Case(case));
        !kept.is_empty()
    }

    /// Looks at the attestation of an answer, and gives the rows that the commit of the case takes
    /// along.
    pub(super) fn attested(
        &self,
        held: &mut CaseRow,
        standing: &AnsweredCase<'_>,
    ) -> Result<Vec<RowChange>, EngineError> {
        let (case, down) = (held.case, standing.down);
        let Some(root) = self.root()?.filter(|_| held.gone.is_none()) else {
            return Ok(Vec::new());
        };
        let before = row::read_attested(&self.store, case)?;
        let saved = self.saved_facts(case)?;
        if held.prove {
            // What proves the case stays until the server has dealt with it.
            return older(case, before, down, saved);
        }
        let facts = down.facts.as_deref().or(saved.as_ref());
        let verified = match &down.attestation {
            Some(attestation) => {
                let known = before.as_ref().map(|row| &row.head.actors);
                Some(self.verified(&root, attestation, known, standing)?)
            }
            None => None,
        };
        held.note(verified.as_ref(), standing.asked);
        if let (Some(Verified::Good(statement, actors)), Some(attestation)) =
            (verified, &down.attestation)
        {
            let names_ours = facts.is_some_and(|facts| statement.names_facts(facts));
            if statement.facts_version == held.facts_version && !names_ours {
                held.show(OTHER_FACTS);
            }
            let fits = names_ours && statement.names_heads(&held.server_heads);
            if fits && is_newer(before.as_ref(), &statement, &held.server_heads, standing) {
                let kept = AttestedRow::new(attestation.clone(), actors, held.server_heads.clone());
                return Ok(vec![row::put_attested(case, &kept)?]);
            }
        }
        older(case, before, down, saved)
    }

    fn verified(
        &self,
        root: &str,
        attestation: &Attestation,
        known: Option<&Actors>,
        standing: &AnsweredCase<'_>,
    ) -> Result<Verified, EngineError> {
        let Ok(claim) = attestation.read() else {
            return Ok(Verified::Bad(UNREADABLE));
        };
        if claim.statement.case != standing.down.case {
            return Ok(Verified::Bad(OTHER_CASE));
        }
        let voucher = self.attesters(root)?.find(claim.key);
        let Some(voucher) = voucher else {
            return Ok(Verified::Unknown);
        };
        let statement = match attestation.believe(claim, &voucher.key()) {
            Ok(statement) => statement,
            Err(AttestationError::OtherKey(_)) => return Ok(Verified::Unknown),
            Err(_) => return Ok(Verified::Bad(FORGED)),
        };
        let sent = &standing.down.actors;
        let joined = known.map_or_else(|| sent.clone(), |known| known.with(sent));
        let fitting = [joined, sent.clone()]
            .into_iter()
            .find(|actors| actors.hash() == statement.actors);
        Ok(match fitting {
            Some(actors) => Verified::Good(statement, actors),
            None => Verified::Unknown,
        })
    }

    fn saved_facts(&self, case: CaseId) -> Result<Option<Vec<u8>>, EngineError> {
        let saved = self.store.get(row::of_case(Table::Facts, case, 0))?;
        Ok(saved.map(|facts| facts.to_vec()))
    }

    /// The root key that the phone was enrolled under.
    fn root(&self) -> Result<Option<String>, EngineError> {
        Ok(self.known_key()?.map(|known| known.voucher.root))
    }

    /// The keys that this root key vouches for; those of another root are forgotten.
    fn attesters(&self, root: &str) -> Result<Attesters, EngineError> {
        let known: Option<Attesters> = heal::read_own(&self.store, row::ATTESTERS)?;
        Ok(known
            .filter(|known| known.root == root)
            .unwrap_or_else(|| Attesters {
                root: root.to_owned(),
                vouchers: Vec::new(),
            }))
    }

    fn voucher(&self, key: KeyId) -> Result<Option<AttesterVoucher>, EngineError> {
        match self.root()? {
            Some(root) => Ok(self.attesters(&root)?.find(key)),
            None => Ok(None),
        }
    }
}

const UNREADABLE: &str = "attestation_unreadable";
const OTHER_CASE: &str = "attestation_of_other_case";
const FORGED: &str = "attestation_forged";
const OTHER_FACTS: &str = "attestation_of_other_facts";
const UNKNOWN: &str = "attestation_unknown";

fn not_believed(code: &str) -> Reason {
    Reason::new(
        code,
        "服务器对本案的签名未通过验证，案卷内容不受影响；请报告管理员核查。",
    )
}

impl CaseRow {
    /// Notes whether the case must be attested anew, and shows what asking did not help.
    fn note(&mut self, verified: Option<&Verified>, asked: bool) {
        let problem = match verified {
            None if asked => Some(UNKNOWN),
            None => return,
            Some(Verified::Good(..)) => None,
            Some(Verified::Unknown) => asked.then_some(UNKNOWN),
            Some(Verified::Bad(code)) => Some(*code),
        };
        self.unattested = !matches!(verified, Some(Verified::Good(..)));
        if let Some(code) = problem {
            self.show(code);
        }
    }

    /// Shows a problem, unless there is a graver one.
    fn show(&mut self, code: &str) {
        self.problem.get_or_insert_with(|| not_believed(code));
    }
}

impl Attesters {
    fn find(self, key: KeyId) -> Option<AttesterVoucher> {
        self.vouchers
            .into_iter()
            .find(|voucher| voucher.key().id() == key)
    }
}

/// The one that was kept stays; the facts that it names move beside it before newer ones take their
/// place.
fn older(
    case: CaseId,
    before: Option<AttestedRow>,
    down: &CaseDown,
    saved: Option<Vec<u8>>,
) -> Result<Vec<RowChange>, EngineError> {
    match before {
        Some(kept) if kept.facts.is_none() && down.facts.is_some() => {
            let kept = AttestedRow {
                facts: saved,
                ..kept
            };
            Ok(vec![row::put_attested(case, &kept)?])
        }
        _ => Ok(Vec::new()),
    }
}

/// Whether a statement takes the place of the one that was kept: a later epoch or version does; of
/// equal ones the one with more history does, or any where what was kept cannot be proved any more.
fn is_newer(
    before: Option<&AttestedRow>,
    statement: &Statement,
    heads: &[ChangeHash],
    standing: &AnsweredCase<'_>,
) -> bool {
    let Some(before) = before else {
        return true;
    };
    let Ok(UnverifiedStatement {
        statement: kept, ..
    }) = before.head.attestation.read()
    else {
        return true;
    };
    if kept.order() != statement.order() {
        return kept.order() < statement.order();
    }
    let down = standing.down;
    let only_grew = down.snapshot.is_none() && down.heads.is_none() && down.refused.is_empty();
    let Some(doc) = standing.doc.filter(|_| !only_grew) else {
        return true;
    };
    if !before.head.heads.iter().all(|head| doc.contains(head)) {
        return true;
    }
    history::all(doc).is_ok_and(|all| {
        let beyond = history::beyond(&all, heads);
        let mut kept = before.head.heads.iter();
        kept.all(|head| !beyond.contains(head))
    })
}

/// The document at some heads, saved; none if it does not hold them.
fn at_heads(doc: &CaseDoc, heads: &[ChangeHash]) -> Result<Option<Vec<u8>>, EngineError> {
    let Ok(all) = history::all(doc) else {
        return Ok(None);
    };
    let beyond = history::beyond(&all, heads);
    let within = all
        .into_iter()
        .filter(|change| !beyond.contains(&change.hash));
    let within: Vec<Vec<u8>> = within.map(|change| change.bytes).collect();
    let mut doc = CaseDoc::from_log(&within)?;
    let mut found = doc.heads();
    found.sort_unstable();
    Ok((found == heads).then(|| doc.save()))
}
