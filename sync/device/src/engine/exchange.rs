//! The exchange as the phone sees it: one request out, one answer in, each case of the answer kept
//! in one commit.
//!
//! A run goes round and round: make a request, keep the answer. It ends when nothing is left to
//! send or read and both sides hold the same, or when it cannot go on. It may be dropped at any
//! moment: what waits is in the outbox, how far the phone has read is in the cursor, and the server
//! knows changes by their hashes, so that a request sent twice does nothing twice.
//!
//! - At most one piece of changes ([`limits::CHUNK_BYTES`]) is unacknowledged at a time, so that a
//!   cut line costs no more.
//! - A change stays waiting until it is accepted or refused by name. Of a case of which the server
//!   puts off, or does not mention, what was sent, nothing more goes up before the next run: no run
//!   asks the same thing twice, and none gives up for good.
//! - If the digests differ at the end, or a case is damaged, the run names its holdings once, part
//!   by part, and the server answers for the cases that differ.

mod request;

use super::{Engine, EngineError, row};
use crate::store::Store;
use hejie_case::ids::CaseId;
use hejie_wire::{
    claim::CaseClaim,
    codec::{self, Body, Encoding},
    limits,
    message::{Down, PROTOCOL, Up},
};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// The least that an answer is asked to hold on a bad line.
const LEAST_BYTES: u32 = limits::CHUNK_BYTES as u32;

/// What came of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeOutcome {
    /// Begin another exchange at once: there is more to send, to read or to heal.
    pub again: bool,
    /// Cases that moved.
    pub moved: Vec<CaseId>,
}

/// A run of requests and answers. Lost in a crash without harm.
#[derive(Debug)]
pub(super) struct ExchangeRun {
    /// The request that was handed out and is not answered.
    request: Option<Up>,
    /// Cases to be attested anew, until they are asked for.
    attest: Vec<CaseId>,
    /// Cases of which nothing more goes up in this run.
    put_off: BTreeSet<CaseId>,
    repair: Repair,
    /// Claims that are to be sent in this run.
    pub(super) claims: Vec<CaseClaim>,
    /// The list of what may be claimed is to be asked for.
    pub(super) asks_list: bool,
    /// The server did not take what was relayed: it is shown again in the next run.
    relays_put_off: bool,
}

/// Where the naming of holdings stands.
#[derive(Debug, PartialEq, Eq)]
enum Repair {
    NotNeeded,
    /// The next part begins behind this case.
    From(Option<CaseId>),
    Done,
}

impl Repair {
    /// Whether no holdings are to be named any more in this run, as both sides differ or not.
    fn is_over(&self, differs: bool) -> bool {
        match self {
            Self::NotNeeded => !differs,
            Self::From(_) => false,
            Self::Done => true,
        }
    }
}

impl<S: Store> Engine<S> {
    /// Makes a request: what waits, as much as one piece may hold, and what the phone believes to
    /// hold. A run whose last request was never answered is begun anew.
    ///
    /// # Errors
    /// [`EngineError::NotEnrolled`], or when the store fails.
    pub fn begin_exchange(&mut self, now: Timestamp) -> Result<Body, EngineError> {
        self.look_at_doubts()?;
        let mut run = match self.run.take() {
            Some(run) if run.request.is_none() => run,
            _ => self.new_run()?,
        };
        let request = self.next_request(&mut run, now);
        let request = request.inspect_err(|error| self.doubt_all(error))?;
        let body = codec::encode_up(&request, best_encoding())?;
        run.request = Some(request);
        self.run = Some(run);
        Ok(body)
    }

    /// Takes the answer to the last request: every case in one commit, the cursor last. Of an
    /// answer to another request, which a line may bring twice, too late or to the wrong phone,
    /// nothing is taken.
    ///
    /// # Errors
    /// [`EngineError`] when the answer does not read or the store fails; what was kept by then
    /// stays, and the next exchange brings the rest.
    pub fn take_answer(
        &mut self,
        encoding: Encoding,
        bytes: &[u8],
        now: Timestamp,
    ) -> Result<ExchangeOutcome, EngineError> {
        let down = codec::decode_down(encoding, bytes)?;
        if down.v != PROTOCOL {
            return Err(EngineError::Protocol(down.v));
        }
        let asked = self.run.as_ref().and_then(|run| run.request.as_ref());
        if down.token != asked.ok_or(EngineError::NoRequest)?.token {
            return Err(EngineError::OtherAnswer);
        }
        let mut run = self.run.take().ok_or(EngineError::NoRequest)?;
        let request = run.request.take().ok_or(EngineError::NoRequest)?;
        self.asked.extend(&request.attest);
        self.serves_again()?;
        let kept = self.take_attester(down.voucher.as_ref());
        kept.inspect_err(|error| self.doubt_all(error))?;
        self.take_proved(&down)?;
        let down = self.put_off_until_proved(down);
        let down = down.inspect_err(|error| self.doubt_all(error))?;
        self.take_relayed(&down, &request)?;
        // Before cases are forgotten: what the server lost stays with the phone that has it.
        self.take_backed_up(&down)?;
        self.take_claims(&down, &request)?;
        self.note_receipts(&down)?;
        run.put_off.extend(request.cases.iter().map(|up| up.case));
        let mut moved = Vec::new();
        for case in &down.cases {
            let goes_on = self.take_case(case, &request, now);
            if goes_on.inspect_err(|error| self.doubt_all(error))? {
                run.put_off.remove(&case.case);
            }
            if self.held.contains_key(&case.case) {
                moved.push(case.case);
            }
        }
        for forget in &down.forget {
            if self.take_forget(forget, now)? {
                run.put_off.remove(&forget.case);
            }
            moved.push(forget.case);
        }
        for receipt in &down.receipts {
            if self.take_receipt(receipt, now)? {
                run.put_off.remove(&receipt.case);
            }
            moved.push(receipt.case);
        }
        self.take_briefs(&down)?;
        let again = self.finish(run, &request, &down, now)?;
        Ok(ExchangeOutcome { again, moved })
    }

    /// Ends a run whose answer never came: the next one asks for less, since the line may not carry
    /// as much, and begins with what was written. Tells whether only proofs and words of others
    /// were lost, and everything else has been sent.
    pub fn exchange_failed(&mut self) -> bool {
        let request = self.run.take().and_then(|run| run.request);
        let brought = |what: fn(&Up) -> bool| request.as_ref().is_some_and(what);
        let proofs = brought(|request| !request.proofs.is_empty());
        let relayed = brought(|request| !request.relayed.is_empty());
        self.proving.line_failed(proofs);
        if relayed {
            self.relaying.line_failed();
        }
        self.forget_shown();
        self.limit = (self.limit / 2).max(LEAST_BYTES);
        (proofs || relayed) && brought(|request| request.cases.is_empty())
    }

    /// A run that has not begun. Of what waits nothing goes up in a run that is for proofs.
    fn new_run(&self) -> Result<ExchangeRun, EngineError> {
        let attest = self.unattested()?;
        let put_off = match self.proving.brings_changes() {
            true => BTreeSet::new(),
            false => self.waiting_cases().collect(),
        };
        Ok(ExchangeRun {
            request: None,
            attest,
            put_off,
            repair: Repair::NotNeeded,
            claims: self.claims_of_run(),
            asks_list: self.claims_cases(),
            relays_put_off: false,
        })
    }

    /// Keeps the cursor, and says whether another request follows.
    fn finish(
        &mut self,
        mut run: ExchangeRun,
        request: &Up,
        down: &Down,
        now: Timestamp,
    ) -> Result<bool, EngineError> {
        let mut progress = self.progress.clone();
        progress.cursor = Some(down.cursor.clone());
        progress.clock_ahead = down.server_time.as_second() - now.as_second();
        progress.epoch = down.epoch;
        progress.file_bytes = down.file_bytes;
        progress.heard = self.heard(down.server_time);
        let has_heard = !down.more && run.repair.is_over(self.differs(down));
        if has_heard {
            self.heard_first()?;
        }
        let goes_on = self.goes_on(&mut run, down);
        if !goes_on {
            progress.differs = self.differs(down);
            let is_complete = !progress.differs && self.waiting_cases().next().is_none();
            progress.complete_at = is_complete.then_some(now).or(progress.complete_at);
            let wider = self.limit.saturating_mul(2);
            self.limit = wider.min(limits::DEFAULT_LIMIT_BYTES);
        }
        self.commit(vec![row::put(row::PROGRESS, &progress)?])?;
        self.progress = progress;
        // What could not be verified, or is gone, is asked for at once, and when that did not help
        // in the next exchange.
        let asks = !self.unattested()?.is_empty();
        let had_turn = self.proving.lets_behind();
        let proves = !goes_on && self.has_more_to_prove(request.proofs.len(), down);
        run.relays_put_off |= !request.relayed.is_empty() && down.relayed.is_empty();
        let relays = !goes_on && self.relays_go_on(&run, request, had_turn);
        self.run = goes_on.then_some(run);
        let again = goes_on || asks || proves || relays;
        if !again {
            self.forget_shown();
        }
        Ok(again)
    }

    pub(super) fn waiting_cases(&self) -> impl Iterator<Item = CaseId> {
        let waiting = self.held.values().filter(|held| held.waiting > 0);
        waiting.map(|held| held.case)
    }

    /// Whether the run sends another request: more is to be read or sent, or the two sides differ
    /// and holdings are to be named.
    fn goes_on(&self, run: &mut ExchangeRun, down: &Down) -> bool {
        let sends = self.held.values().any(|held| self.sends(run, held));
        if sends || down.more || !run.claims.is_empty() || matches!(run.repair, Repair::From(_)) {
            return true;
        }
        let heals = run.repair == Repair::NotNeeded && self.differs(down);
        if heals {
            run.repair = Repair::From(None);
        }
        heals
    }

    /// Whether the two sides differ, or something is damaged here, which the server may not count
    /// either.
    fn differs(&self, down: &Down) -> bool {
        down.digest != self.digest || self.held.values().any(|held| held.damaged)
    }

    /// Whether another run should follow for words of others, now that one has ended in which what
    /// goes behind changes had its turn or had not.
    fn relays_go_on(&mut self, run: &ExchangeRun, request: &Up, had_turn: bool) -> bool {
        let got_on = !request.relayed.is_empty();
        if got_on {
            self.relaying.line_carried();
        }
        if run.relays_put_off || !self.has_to_relay() {
            return false;
        }
        if self.relaying.is_behind() {
            if had_turn && !got_on {
                return false;
            }
            self.proving.let_behind();
        }
        true
    }
}

pub(super) fn best_encoding() -> Encoding {
    if cfg!(feature = "native") {
        Encoding::Zstd
    } else {
        Encoding::Identity
    }
}
