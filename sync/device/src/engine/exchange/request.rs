//! Making a request: the next piece of what waits, what goes along with it, and what the phone
//! believes to hold.

use super::{ExchangeRun, Repair};
use crate::{
    engine::{
        Engine, EngineError, Reason,
        former::until_heard,
        row::{self, CaseRow, Outgoing},
        share,
    },
    entropy::draw,
    store::Store,
};
use hejie_case::ids::CaseId;
use hejie_wire::{
    code, limits,
    message::{CaseUp, Holdings, PROTOCOL, RequestToken, Up, WrittenAgain},
};
use jiff::Timestamp;
use serde_bytes::ByteBuf;
use std::ops::Bound;

impl ExchangeRun {
    /// Whether the run may send of the case. What is damaged is fetched first, so that its unsent
    /// work goes up on sound ground.
    fn may_send(&self, held: &CaseRow) -> bool {
        held.waiting > 0 && !held.damaged && !self.put_off.contains(&held.case)
    }
}

impl<S: Store> Engine<S> {
    /// Whether something of the case goes up in this run. What was written again under another
    /// actor waits until the phone has heard what the server took under the one of before; a danger
    /// waits for nothing.
    pub(super) fn sends(&self, run: &ExchangeRun, held: &CaseRow) -> bool {
        run.may_send(held) && (!held.hears_first || self.waits_with_danger(held.case))
    }

    /// The next request of a run.
    pub(super) fn next_request(
        &mut self,
        run: &mut ExchangeRun,
        now: Timestamp,
    ) -> Result<Up, EngineError> {
        let device = self.owner()?.device;
        let piece = self.piece(|held| self.sends(run, held), until_heard)?;
        let cases: Vec<CaseUp> = piece.into_iter().map(case_up).collect();
        if cases.is_empty() {
            // So that the run comes to its end whatever the row of a case says of its outbox.
            let idle = self.held.values().filter(|held| self.sends(run, held));
            let idle: Vec<CaseId> = idle.map(|held| held.case).collect();
            run.put_off.extend(idle);
        }
        let proofs = match self.proving.goes_along() || cases.is_empty() {
            true => self.proofs(&mut run.attest)?,
            false => Vec::new(),
        };
        let relayed = match self.relays_go_along(run, &cases) {
            true => self.relayed()?,
            false => Vec::new(),
        };
        let mut request = Up {
            v: PROTOCOL,
            device,
            token: Some(RequestToken(draw(self.store.entropy())?)),
            cursor: self.progress.cursor.clone(),
            digest: self.digest,
            more: self.keeps_back(&cases),
            clock: self.anchor(now).filter(|_| !cases.is_empty()),
            cases,
            holdings: self.holdings(run),
            attest: std::mem::take(&mut run.attest),
            proofs,
            relayed,
            claims: self.next_claims(run),
            limit_bytes: self.limit,
        };
        self.sign(&mut request)?;
        Ok(request)
    }

    /// The next unsent changes that fit into one piece, by case and in the order written, without
    /// those that `narrow` takes out; one that is larger goes alone.
    pub(in crate::engine) fn piece(
        &self,
        goes: impl Fn(&CaseRow) -> bool,
        narrow: impl Fn(&CaseRow, &mut Vec<Outgoing>),
    ) -> Result<Vec<(CaseId, Vec<Outgoing>)>, EngineError> {
        let (mut piece, mut bytes) = (Vec::new(), 0);
        for held in self.waiting_in_turn().filter(|held| goes(held)) {
            let mut fits = self.readable_outgoing(held.case)?;
            narrow(held, &mut fits);
            let fit = fits.iter().take_while(|one| {
                let is_first = bytes == 0;
                bytes += one.bytes.len();
                is_first || bytes <= limits::CHUNK_BYTES
            });
            let fit = fit.count();
            fits.truncate(fit);
            if !fits.is_empty() {
                piece.push((held.case, fits));
            }
            if bytes > limits::CHUNK_BYTES {
                break;
            }
        }
        Ok(piece)
    }

    /// What of a case waits; nothing of one whose outbox does not read, which is looked at before
    /// the next request and keeps no other case back.
    pub(in crate::engine) fn readable_outgoing(
        &self,
        case: CaseId,
    ) -> Result<Vec<Outgoing>, EngineError> {
        match row::read_outgoing(&self.store, case) {
            Err(error) if error.is_damage() => {
                self.doubt(case, error);
                Ok(Vec::new())
            }
            read => read,
        }
    }

    /// The cases of which something waits, in the order in which they go up.
    fn waiting_in_turn(&self) -> impl Iterator<Item = &CaseRow> {
        let waiting = self.held.values().filter(|held| held.waiting > 0);
        let mut waiting: Vec<&CaseRow> = waiting.collect();
        waiting.sort_by_key(|held| turn(held));
        waiting.into_iter()
    }

    /// Whether a request leaves something that was written behind: the phone has not said
    /// everything, and no closing may pass by it.
    fn keeps_back(&self, cases: &[CaseUp]) -> bool {
        let sent: usize = cases.iter().map(|up| up.changes.len()).sum();
        let waiting = self.held.values().map(|held| u64::from(held.waiting));
        waiting.sum::<u64>() > sent as u64
    }

    /// Whether a request brings words of others: on a line that did not carry them only one without
    /// changes, and none beside a large proof.
    fn relays_go_along(&self, run: &ExchangeRun, cases: &[CaseUp]) -> bool {
        let is_their_turn = !self.relaying.is_behind() || cases.is_empty();
        !run.relays_put_off && is_their_turn && !self.proving.goes_alone()
    }

    /// The next part of the holdings, while the run names them.
    fn holdings(&self, run: &mut ExchangeRun) -> Option<Holdings> {
        let Repair::From(after) = run.repair else {
            return None;
        };
        let behind = after.map_or(Bound::Unbounded, Bound::Excluded);
        let held = self.held.range((behind, Bound::Unbounded));
        // What is damaged has the digest of nothing: it is sent whole, or said to be nobody's here.
        let listed = held.filter(|(_, held)| held.is_listed());
        let part = Holdings::part(
            after,
            listed.map(|(case, held)| (*case, share(held).short())),
        );
        run.repair = match part.through {
            Some(last) => Repair::From(Some(last)),
            None => Repair::Done,
        };
        Some(part)
    }
}

/// When a case has its turn: what may hold a danger first, and last what the server puts off each
/// time that it comes, so that it stands before nothing that would be taken.
fn turn(held: &CaseRow) -> u8 {
    let is_put_off = |why: &Reason| why.code != code::TOO_MUCH_AT_ONCE;
    match &held.problem {
        _ if held.card.danger => 0,
        Some(why) if is_put_off(why) => 2,
        _ => 1,
    }
}

fn case_up((case, changes): (CaseId, Vec<Outgoing>)) -> CaseUp {
    let again = |one: &Outgoing| {
        let (change, deposited) = (one.head.hash, one.head.handed_in.clone());
        // The server sees for itself that what was handed in comes as it was.
        let others = deposited.into_iter().filter(move |of| *of != change);
        others.map(move |deposited| WrittenAgain { change, deposited })
    };
    let deposited = changes.iter().flat_map(again).collect();
    let changes = changes.into_iter().map(|one| ByteBuf::from(one.bytes));
    CaseUp {
        deposited,
        ..CaseUp::new(case, changes.collect())
    }
}
