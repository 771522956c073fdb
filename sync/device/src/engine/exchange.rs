//! The exchange as the phone sees it: one request out, one answer in, each case of the answer kept in one commit.
//!
//! Nothing of a request needs to survive a crash: what waits is in the outbox, and the server knows changes by their hashes, so
//! that a request sent twice does nothing twice.

use super::{
    Engine, EngineError, Reason,
    row::{self, Held, Outgoing},
    share,
    verdict::TOO_MUCH_AT_ONCE,
};
use crate::{entropy::draw, store::Store};
use hejie_case::ids::CaseId;
use hejie_wire::{
    codec::{self, Body, Encoding},
    digest::ShortDigest,
    exchange::{Effect, End, Event, Session, Start, Waiting},
    limits,
    message::{Down, PROTOCOL, RequestToken, Up},
};
use jiff::Timestamp;
use std::ops::Bound;

/// The least that an answer is asked to hold on a bad line.
const LEAST_BYTES: u32 = limits::CHUNK_BYTES as u32;

/// What came of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Begin another exchange at once: there is more to send, to read or to heal.
    pub again: bool,
    /// Cases that moved.
    pub moved: Vec<CaseId>,
}

/// A run of exchanges: the machine of hejie-wire, and what it waits for. Lost in a crash without harm.
#[derive(Debug)]
pub(super) struct Run {
    session: Session,
    /// The request that was made last.
    request: Box<Up>,
    /// Whether the request was handed out, so that its answer may come.
    handed_out: bool,
    /// It asked for cases to be attested anew.
    asked: bool,
    /// The server did not take what was relayed: it is shown again in the next run.
    relays_put_off: bool,
}

impl<S: Store> Engine<S> {
    /// Makes a request: what waits, as much as one piece may hold, and what the phone believes to hold. A run whose last request
    /// was never answered is begun anew.
    ///
    /// # Errors
    /// [`EngineError::NotEnrolled`], or when the store fails.
    pub fn begin_exchange(&mut self, now: Timestamp) -> Result<Body, EngineError> {
        self.look_at_doubts()?;
        let run = match self.run.take() {
            Some(run) if !run.handed_out => run,
            _ => self
                .new_run(now)
                .inspect_err(|error| self.doubt_all(error))?,
        };
        let mut run = run;
        run.request.proofs = match self.proving.goes_along() || run.request.cases.is_empty() {
            true => self.proofs().inspect_err(|error| self.doubt_all(error))?,
            false => Vec::new(),
        };
        run.request.relayed = match self.relays_go_along(&run) {
            true => self.relayed().inspect_err(|error| self.doubt_all(error))?,
            false => Vec::new(),
        };
        run.request.more |= self.keeps_back();
        run.request.token = Some(RequestToken(draw(self.store.entropy())?));
        self.sign(&mut run.request)?;
        let body = codec::encode_up(&run.request, best_encoding())?;
        self.run = Some(Run {
            handed_out: true,
            ..run
        });
        Ok(body)
    }

    /// Takes the answer to the last request: every case in one commit, the cursor last. Of an answer to another request, which a line may
    /// bring twice, too late or to the wrong phone, nothing is taken.
    ///
    /// # Errors
    /// [`EngineError`] when the answer does not read or the store fails; what was kept by then stays, and the next exchange
    /// brings the rest.
    pub fn take_answer(
        &mut self,
        encoding: Encoding,
        bytes: &[u8],
        now: Timestamp,
    ) -> Result<Outcome, EngineError> {
        let down = codec::decode_down(encoding, bytes)?;
        if down.v != PROTOCOL {
            return Err(EngineError::Protocol(down.v));
        }
        let asked = self.run.as_ref().filter(|run| run.handed_out);
        let asked = asked.ok_or(EngineError::NoRequest)?;
        if down.token != asked.request.token {
            return Err(EngineError::OtherAnswer);
        }
        let mut run = self.run.take().ok_or(EngineError::NoRequest)?;
        self.serves_again()?;
        self.take_attester(down.voucher.as_ref())?;
        self.take_proved(&down)?;
        let down = self.put_off_until_proved(down)?;
        run.session.handle(Event::Answered(Box::new(down.clone())));
        self.take_relayed(&down, &run.request)?;
        // Before cases are forgotten: what the server lost stays with the phone that has it.
        self.take_backed_up(&down)?;
        let mut moved = Vec::new();
        for case in &down.cases {
            let taken = self.take_case(case, &run.request, now);
            if let Some(rewrote) = taken.inspect_err(|error| self.doubt_all(error))? {
                run.session.handle(rewrote);
            }
            if self.held.contains_key(&case.case) {
                moved.push(case.case);
            }
        }
        for forget in &down.forget {
            self.take_forget(forget)?;
            moved.push(forget.case);
        }
        let again = self.finish(run, &down, now)?;
        Ok(Outcome { again, moved })
    }

    /// Ends a run whose answer never came: the next one asks for less, since the line may not carry as much, and begins with what was
    /// written. Tells whether only proofs and words of others were lost, and everything else has been sent.
    pub fn exchange_failed(&mut self) -> bool {
        let run = self.run.take();
        let request = run.map(|run| run.request);
        let brought = |what: fn(&Up) -> bool| request.as_ref().is_some_and(|request| what(request));
        let proofs = brought(|request| !request.proofs.is_empty());
        let relayed = brought(|request| !request.relayed.is_empty());
        self.proving.line_failed(proofs);
        if relayed {
            self.relaying.line_failed();
        }
        self.shown.clear();
        self.limit = (self.limit / 2).max(LEAST_BYTES);
        (proofs || relayed) && brought(|request| request.cases.is_empty())
    }

    /// Tells the machine of a change that was written while a run goes on.
    pub(super) fn announce(&mut self, case: CaseId, outgoing: &[Outgoing]) {
        if let Some(run) = &mut self.run {
            for one in outgoing {
                run.session.handle(Event::Wrote(waiting(case, one)));
            }
        }
    }

    fn new_run(&self, now: Timestamp) -> Result<Run, EngineError> {
        let mut all = Vec::new();
        // What is damaged is fetched first, so that its unsent work goes up on sound ground.
        let sends = self.proving.brings_changes();
        let waiting_cases = self.waiting_in_turn().into_iter();
        for held in waiting_cases.filter(|held| sends && !held.damaged) {
            let rows = row::read_outgoing(&self.store, held.case)?;
            all.extend(rows.iter().map(|one| waiting(held.case, one)));
        }
        let mut session = Session::new(Start {
            device: self.owner()?.device,
            cursor: self.progress.cursor.clone(),
            digest: self.digest,
            waiting: all,
            clock: self.anchor(now),
            attest: self.unattested(),
            limit_bytes: self.limit,
        });
        match session.handle(Event::Begun) {
            Some(Effect::Send(request)) => Ok(Run {
                session,
                asked: !request.attest.is_empty(),
                request,
                handed_out: false,
                relays_put_off: false,
            }),
            _ => Err(EngineError::NoRequest),
        }
    }

    /// The cases of which something waits, in the order in which they go up.
    pub(super) fn waiting_in_turn(&self) -> Vec<&Held> {
        let waiting = self.held.values().filter(|held| held.waiting > 0);
        let mut waiting: Vec<&Held> = waiting.collect();
        waiting.sort_by_key(|held| turn(held));
        waiting
    }

    /// Keeps the cursor, and says whether the run goes on.
    fn finish(&mut self, mut run: Run, down: &Down, now: Timestamp) -> Result<bool, EngineError> {
        let mut progress = self.progress.clone();
        progress.cursor = Some(down.cursor.clone());
        progress.clock_ahead = down.server_time.as_second() - now.as_second();
        progress.epoch = down.epoch;
        progress.file_bytes = down.file_bytes;
        progress.heard = self.heard(down.server_time);
        let mut effect = run.session.handle(Event::Kept(self.digest));
        if let Some(Effect::List(after)) = effect {
            effect = run.session.handle(Event::Listed(self.holdings(after)));
        }
        if let Some(Effect::End(end)) = &effect {
            progress.differs = matches!(end, End::Differs);
            progress.complete_at = if *end == End::UpToDate {
                Some(now)
            } else {
                progress.complete_at
            };
            self.limit = self
                .limit
                .saturating_mul(2)
                .min(limits::DEFAULT_LIMIT_BYTES);
        }
        self.commit(vec![row::put(row::PROGRESS, &progress)?])?;
        self.progress = progress;
        // What could not be verified is asked for at once, and when that did not help in the next run.
        let asks = !run.asked && self.held.values().any(|held| held.unattested);
        let has_ended = !matches!(effect, Some(Effect::Send(_)));
        let had_turn = self.proving.lets_behind();
        let proves = has_ended && self.has_more_to_prove(run.request.proofs.len(), down);
        run.relays_put_off |= !run.request.relayed.is_empty() && down.relayed.is_empty();
        let relays = has_ended && self.relays_go_on(&run, had_turn);
        self.run = match effect {
            Some(Effect::Send(request)) => Some(Run {
                request,
                handed_out: false,
                ..run
            }),
            _ => None,
        };
        let again = self.run.is_some() || asks || proves || relays;
        if !again {
            self.shown.clear();
        }
        Ok(again)
    }

    /// Whether a request brings words of others: on a line that did not carry them only one without changes, and none beside a large proof.
    fn relays_go_along(&self, run: &Run) -> bool {
        let is_their_turn = !self.relaying.is_behind() || run.request.cases.is_empty();
        !run.relays_put_off && is_their_turn && !self.proving.goes_alone()
    }

    /// Whether another run should follow for words of others, now that one has ended in which what goes behind changes had its turn or had
    /// not.
    fn relays_go_on(&mut self, run: &Run, had_turn: bool) -> bool {
        let got_on = !run.request.relayed.is_empty();
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

    /// Whether something that was written does not go up with this run: the phone has not said everything, and no closing may pass by it.
    fn keeps_back(&self) -> bool {
        let sends = self.proving.brings_changes();
        let mut waiting = self.held.values().filter(|held| held.waiting > 0);
        waiting.any(|held| held.damaged || !sends)
    }

    /// The holdings behind a case, one more than a request may name.
    fn holdings(&self, after: Option<CaseId>) -> Vec<(CaseId, ShortDigest)> {
        let first = after.map_or(Bound::Unbounded, Bound::Excluded);
        let shared = self
            .held
            .range((first, Bound::Unbounded))
            .filter(|(_, held)| held.is_shared());
        shared
            .take(limits::HOLDINGS_PER_UP + 1)
            .map(|(case, held)| (*case, share(held).short()))
            .collect()
    }
}

/// When a case has its turn: what may hold a danger first, and last what the server puts off each time that it comes, so that it stands
/// before nothing that would be taken.
fn turn(held: &Held) -> u8 {
    let is_put_off = |why: &Reason| why.code != TOO_MUCH_AT_ONCE;
    match &held.problem {
        _ if held.card.danger => 0,
        Some(why) if is_put_off(why) => 2,
        _ => 1,
    }
}

pub(super) fn waiting(case: CaseId, one: &Outgoing) -> Waiting {
    Waiting {
        case,
        hash: one.head.hash,
        bytes: one.bytes.clone(),
        deposited: one.head.handed_in.clone(),
    }
}

pub(super) fn best_encoding() -> Encoding {
    if cfg!(feature = "native") {
        Encoding::Zstd
    } else {
        Encoding::Identity
    }
}
