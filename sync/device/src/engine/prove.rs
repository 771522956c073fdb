//! A registry that was set back to a backup: what it lost and once signed, this phone proves, so
//! that it comes back under the names of those who wrote it (docs/adr/0014).
//!
//! Until the server has dealt with the proof, the phone keeps what it holds of the case and the
//! attestation that proves it; then it follows the server again.

mod schedule;

pub(super) use schedule::Proving;

use super::{
    Engine, EngineError, Reason,
    row::{self, CaseRow},
    verdict::says,
};
use crate::store::Store;
use hejie_case::{
    document::CaseDoc,
    ids::{CaseId, ChangeHash},
};
use hejie_wire::{
    attest::CaseProof,
    chunk::admit,
    code, limits,
    message::{CaseDown, Down},
};
use schedule::NextRun;
use std::collections::BTreeSet;

/// What is said of a case that the registry does not know as this person's.
const CASE_TOO_LARGE: &str = "case_too_large";
/// What is said of one that cannot be shown to the registry either.
const UNPROVABLE: &str = "case_unprovable";

impl<S: Store> Engine<S> {
    /// Whether the server, by what it answers of a case, knows less than it signed once. `saved` is
    /// the document as the phone holds it. Where less of the case is the person's from now on, what
    /// the answer brings is no measure of what the server has, and a registry that was set back
    /// since it signed for the case is shown it first: nobody else may have what would leave.
    pub(super) fn must_prove(
        &self,
        held: &CaseRow,
        saved: Option<&CaseDoc>,
        down: &CaseDown,
        narrows: bool,
    ) -> Result<bool, EngineError> {
        if held.prove {
            return Ok(true);
        }
        if !narrows && down.heads.is_none() && down.facts.is_none() && down.attestation.is_none() {
            return Ok(false);
        }
        let Some(kept) = row::read_attested(&self.store, held.case)? else {
            return Ok(false);
        };
        let Ok(claim) = kept.head.attestation.read() else {
            return Ok(false);
        };
        let signed = claim.statement;
        let version = down.facts.as_ref().and_then(|facts| row::version_of(facts));
        let version = version.unwrap_or(held.facts_version);
        let facts = down.facts.as_ref();
        let is_other = signed.facts_version == version
            && facts.is_some_and(|facts| !signed.names_facts(facts));
        let heads = down.heads.as_deref();
        Ok(if signed.epoch < self.epoch {
            // Facts of a later epoch do not follow on those of an earlier one, however far the feed
            // has gone.
            let is_same = signed.facts_version == version && !is_other;
            let is_known = heads.is_some_and(|heads| is_same && signed.names_heads(heads));
            held.proved_in < self.epoch && !is_known
        } else if narrows {
            !self.shown.contains(&held.case) && signed.facts_version > version
        } else {
            // A server that signed it in this epoch or a later one has not noticed that it was set
            // back.
            let is_ahead = signed.facts_version > version || is_other;
            let is_missing = || heads.is_some() && is_missing(&kept.head.heads, saved, down);
            !self.shown.contains(&held.case) && (is_ahead || is_missing())
        })
    }

    /// Notes what the answer says of proofs, before its cases are kept.
    pub(super) fn take_proved(&mut self, down: &Down) -> Result<(), EngineError> {
        if down.epoch != self.epoch {
            // A registry that was set back once more has lost what it was shown before.
            self.forget_shown();
        }
        self.epoch = down.epoch;
        self.shown.extend(&down.proved);
        for case in &down.proved {
            self.note_proof(*case, |held| {
                held.prove = false;
                held.problem.take_if(|why| why.code == UNPROVABLE);
            })?;
        }
        for case in &down.prove {
            if self.let_phantom_go(*case)? {
                continue;
            }
            // What the server did not believe is not shown again before the next exchange.
            let was_shown = self.shown.contains(case);
            self.note_proof(*case, |held| {
                held.prove = !was_shown;
                let before = held.problem.take();
                let is_explained = before
                    .as_ref()
                    .is_some_and(|why| why.code == CASE_TOO_LARGE);
                let anew = (was_shown && !is_explained).then(unprovable);
                held.problem = anew.or(before);
            })?;
        }
        Ok(())
    }

    /// The answer without what it says of cases that this phone proves first: a registry that was
    /// set back does not know who joined a case since, tells that person's phone to let go of it,
    /// and refuses what waits there. Both are put off until the proof was dealt with.
    pub(super) fn put_off_until_proved(&mut self, mut down: Down) -> Result<Down, EngineError> {
        let forgets = down.forget.iter();
        let mut denied: Vec<(CaseId, bool)> = forgets
            .map(|forget| (forget.case, forget.reason.code == code::NOT_YOURS))
            .collect();
        let refuses = |case: &&CaseDown| says(case, code::UNKNOWN_CASE);
        denied.extend(
            down.cases
                .iter()
                .filter(refuses)
                .map(|down| (down.case, true)),
        );
        let mut put_off = BTreeSet::new();
        for (case, is_denied) in denied {
            if is_denied && self.tells(case, CASE_TOO_LARGE) {
                put_off.insert(case);
            } else if self.proves_first(case, is_denied)? {
                self.note_proof(case, |held| held.prove = true)?;
                put_off.insert(case);
            } else if is_denied && self.stays_unproved(case) {
                self.note_proof(case, |held| held.problem = Some(unprovable()))?;
                put_off.insert(case);
            }
        }
        down.forget.retain(|forget| !put_off.contains(&forget.case));
        let cases = down.cases.iter_mut();
        for case in cases.filter(|down| put_off.contains(&down.case)) {
            let unknown = case
                .refused
                .iter_mut()
                .filter(|no| no.reason.code == code::UNKNOWN_CASE);
            unknown.for_each(|no| no.passing = true);
        }
        Ok(down)
    }

    /// Whether the server may say so because it lost what it signed. Of a case that it signed in
    /// this epoch only where it does not know the case as this person's at all, which it says of no
    /// case that was reassigned.
    fn proves_first(&self, case: CaseId, is_denied: bool) -> Result<bool, EngineError> {
        let held = self.held.get(&case).filter(|held| held.is_listed());
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

    /// Whether nothing proves a case that is not known as this person's any more: its person reads
    /// that it stays on the phone. The facts that came with it say that it was this person's.
    fn stays_unproved(&self, case: CaseId) -> bool {
        let held = self.held.get(&case).filter(|held| held.is_shared());
        let is_ours = held.is_some_and(|held| held.facts_version > 0 && !self.is_phantom(held));
        is_ours && (self.tells(case, UNPROVABLE) || !self.keeps_attestation(case))
    }

    /// Whether this is said of a case that the phone holds.
    fn tells(&self, case: CaseId, code: &str) -> bool {
        let held = self.held.get(&case).filter(|held| held.is_listed());
        let problem = held.and_then(|held| held.problem.as_ref());
        problem.is_some_and(|why| why.code == code)
    }

    /// The proofs that a request takes along. A case that cannot be proved is kept, and says so.
    ///
    /// On a line that did not carry them they go behind everything else, in requests without
    /// changes, and a large one always does: what a bad line or the server does not take of them
    /// stops nothing that was written.
    /// One of which only the voucher of a key is gone waits for that once: `attest` asks for it.
    pub(super) fn proofs(
        &mut self,
        attest: &mut Vec<CaseId>,
    ) -> Result<Vec<CaseProof>, EngineError> {
        let goes_alone = self.proving.goes_alone();
        let goes = |held: &&CaseRow| self.proving.large.contains(&held.case) == goes_alone;
        let wanted = self.held.values().filter(wants_proof).filter(goes);
        let wanted: Vec<CaseId> = wanted.map(|held| held.case).collect();
        let (mut proofs, mut bytes) = (Vec::new(), 0);
        for case in wanted {
            let proof = match self.proof(case) {
                Err(error) if error.is_damage() => {
                    self.doubt(case, error);
                    self.give_up_proof(case, unprovable())?;
                    continue;
                }
                proof => proof?,
            };
            let Some(proof) = proof else {
                self.wait_or_give_up(case, attest)?;
                continue;
            };
            if proof.len() > limits::LARGE_UP_BYTES - limits::UP_BYTES {
                self.give_up_proof(case, too_large())?;
                continue;
            }
            if goes_alone {
                return Ok(vec![proof]);
            }
            if proof.len() > limits::PROOF_BYTES {
                self.proving.large.insert(case);
                continue;
            }
            bytes += proof.len();
            let is_full = bytes > self.proving.load.bytes() && !proofs.is_empty();
            if is_full || proofs.len() == limits::PROOFS_PER_UP {
                break;
            }
            proofs.push(proof);
        }
        Ok(proofs)
    }

    /// What cannot be shown now: where only the voucher of its key is gone it waits for that once.
    fn wait_or_give_up(
        &mut self,
        case: CaseId,
        attest: &mut Vec<CaseId>,
    ) -> Result<(), EngineError> {
        if self.lacks_voucher(case)? && self.proving.waiting.insert(case) {
            attest.retain(|other| *other != case);
            attest.truncate(limits::ATTEST_PER_UP - 1);
            attest.push(case);
            return Ok(());
        }
        self.give_up_proof(case, unprovable())
    }

    /// Whether another run should follow, whose last request held so many proofs: without changes
    /// where proofs wait and none was sent or some got on, large ones when no other waits; with
    /// changes where they may have waited for a proof.
    pub(super) fn has_more_to_prove(&mut self, sent: usize, down: &Down) -> bool {
        let was = std::mem::take(&mut self.proving.next);
        let got_on = !down.proved.is_empty();
        if got_on {
            self.proving.load.line_carried();
        }
        let is_large = |held: &CaseRow| self.proving.large.contains(&held.case);
        let waits = |large| {
            let mut wanted = self.held.values().filter(wants_proof);
            wanted.any(|held| is_large(held) == large)
        };
        let again = got_on || (sent == 0 && was == NextRun::Everything);
        if again && waits(false) {
            if self.proving.load.is_behind() {
                self.proving.next = NextRun::Behind;
            }
            return true;
        }
        if waits(true) && (was != NextRun::LargeProof || got_on) {
            self.proving.next = NextRun::LargeProof;
            return true;
        }
        // Changes that the server put off until the proof had come.
        let waited = was != NextRun::Everything && got_on;
        waited && self.held.values().any(|held| held.waiting > 0)
    }

    /// Of what was shown or asked for, or could not be, nothing is known any more in the next
    /// exchange, and in another epoch.
    pub(super) fn forget_shown(&mut self) {
        self.shown.clear();
        self.asked.clear();
        self.proving.waiting.clear();
    }

    /// What cannot be shown waits for people; the case says so.
    fn give_up_proof(&mut self, case: CaseId, why: Reason) -> Result<(), EngineError> {
        self.shown.insert(case);
        self.note_proof(case, |held| {
            held.prove = false;
            held.problem = Some(why);
        })
    }

    fn note_proof(
        &mut self,
        case: CaseId,
        note: impl FnOnce(&mut CaseRow),
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
        self.commit(vec![row::put_case_row(&held)?])?;
        self.keep(held);
        Ok(())
    }
}

fn wants_proof(held: &&CaseRow) -> bool {
    held.prove && held.gone.is_none()
}

/// Whether a case waits for people, because it could not be shown to a registry that does not know
/// it.
pub(super) fn is_unshown(why: &Reason) -> bool {
    [UNPROVABLE, CASE_TOO_LARGE].contains(&why.code.as_str())
}

fn too_large() -> Reason {
    Reason::new(
        CASE_TOO_LARGE,
        "服务器恢复自较早的备份，尚不认识本案，而本案内容过大，无法由本机补传；内容仍完整保存在本机，请联系管理员。",
    )
}

/// Whether a server lacks heads that it signed, and that the phone can show. What it refused it
/// has.
fn is_missing(signed: &[ChangeHash], saved: Option<&CaseDoc>, down: &CaseDown) -> bool {
    let is_held = |doc: &&CaseDoc| signed.iter().all(|head| doc.contains(head));
    if saved.filter(is_held).is_none() {
        return false;
    }
    let Some(Ok(theirs)) = down.snapshot.as_ref().map(|bytes| CaseDoc::load(bytes)) else {
        return false;
    };
    let sent = down.changes.iter().filter_map(|bytes| admit(bytes).ok());
    let refused = down.refused.iter().filter_map(|no| no.change);
    let had: BTreeSet<ChangeHash> = sent.map(|change| change.hash).chain(refused).collect();
    let mut signed = signed.iter();
    signed.any(|head| !theirs.contains(head) && !had.contains(head))
}

fn unprovable() -> Reason {
    Reason::new(
        UNPROVABLE,
        "服务器恢复自较早的备份，尚不认识本案，本机也没有可用的服务器签名；内容仍完整保存在本机，请联系管理员。",
    )
}
