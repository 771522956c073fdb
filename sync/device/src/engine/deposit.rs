//! What a phone that is out of service still hands in: its unsent work, as it is, for people to
//! look at.
//!
//! Nothing leaves the outbox by it: handed in is not acknowledged. The phone notes which changes
//! were handed in, so that each goes up once and its author reads where it is. Should the owner
//! enrol the phone again, the work is written anew and sent like any other.

mod item;
mod summary;

pub use item::DepositItem;
pub use summary::Deposited;

use super::{
    Engine, EngineError,
    exchange::best_encoding,
    row::{self, CaseRow, Outgoing},
};
use crate::{encryption::RowChange, store::Store};
use hejie_case::ids::{CaseId, ChangeHash, EntryId, FileHash};
use hejie_wire::{
    codec::{self, Body},
    digest::Digest,
    message::{CaseUp, PROTOCOL, Up},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use std::collections::{BTreeMap, BTreeSet};

/// What was handed in, and when.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct HandedIn {
    changes: BTreeMap<ChangeHash, Timestamp>,
    /// Originals and sealed identities.
    #[serde(default)]
    items: BTreeSet<(CaseId, EntryId, FileHash)>,
}

/// A part of the unsent work, to be handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepositPart {
    /// The request.
    pub body: Body,
    /// The changes in it.
    pub changes: BTreeSet<ChangeHash>,
}

impl<S: Store> Engine<S> {
    /// The next part of what was not handed in yet; none when there is nothing. Changes in `skip`
    /// are left out: the server does not take them.
    ///
    /// # Errors
    /// [`EngineError::NotEnrolled`], or when the store fails.
    pub fn begin_deposit(
        &self,
        skip: &BTreeSet<ChangeHash>,
    ) -> Result<Option<DepositPart>, EngineError> {
        let handed_in = &self.handed_in.changes;
        let is_new = |one: &Outgoing| {
            !handed_in.contains_key(&one.head.hash) && !skip.contains(&one.head.hash)
        };
        let narrow = |_: &CaseRow, unsent: &mut Vec<Outgoing>| unsent.retain(is_new);
        let (mut cases, mut changes) = (Vec::new(), BTreeSet::new());
        for (case, of_case) in self.piece(|held| held.waiting > 0, narrow)? {
            changes.extend(of_case.iter().map(|one| one.head.hash));
            let bytes = of_case.into_iter().map(|one| ByteBuf::from(one.bytes));
            cases.push(CaseUp::new(case, bytes.collect()));
        }
        if changes.is_empty() {
            return Ok(None);
        }
        let mut up = self.deposit(cases)?;
        self.sign(&mut up)?;
        let body = codec::encode_up(&up, best_encoding())?;
        Ok(Some(DepositPart { body, changes }))
    }

    /// Notes what the server has kept.
    ///
    /// # Errors
    /// When the store fails.
    pub fn take_deposited(
        &mut self,
        kept: &BTreeSet<ChangeHash>,
        now: Timestamp,
    ) -> Result<(), EngineError> {
        let mut handed_in = self.handed_in.clone();
        let mut unsent = BTreeSet::new();
        for held in self.held.values().filter(|held| held.waiting > 0) {
            let rows = self.readable_outgoing(held.case)?;
            unsent.extend(rows.iter().map(|one| one.head.hash));
        }
        for hash in kept {
            handed_in.changes.entry(*hash).or_insert(now);
        }
        // What was acknowledged or written anew since needs no note any more.
        handed_in.changes.retain(|hash, _| unsent.contains(hash));
        self.keep_handed_in(handed_in)
    }

    /// A phone that the server answers is in service again: what it still holds is sent like any
    /// other.
    pub(super) fn serves_again(&mut self) -> Result<(), EngineError> {
        if self.handed_in == HandedIn::default() {
            return Ok(());
        }
        let mut rows = self.marked_handed_in(|_| true)?;
        rows.push(RowChange::Delete(row::HANDED_IN));
        self.commit(rows)?;
        self.handed_in = HandedIn::default();
        Ok(())
    }

    /// The unsent changes of these cases that were handed in, with that noted at each: it may be
    /// written again much later.
    pub(super) fn marked_handed_in(
        &self,
        of: impl Fn(&CaseRow) -> bool,
    ) -> Result<Vec<RowChange>, EngineError> {
        let mut rows = Vec::new();
        for held in self
            .held
            .values()
            .filter(|held| held.waiting > 0 && of(held))
        {
            let before = self.readable_outgoing(held.case)?;
            let mut marked = before.clone();
            self.mark_handed_in(&mut marked);
            let noted = marked.iter().zip(&before).filter(|(now, then)| now != then);
            for (one, _) in noted {
                rows.push(row::put_outgoing(held.case, one)?);
            }
        }
        Ok(rows)
    }

    /// Notes at unsent changes, before they are written again, that the server has them in a
    /// deposit: it learns with the new ones that these came in.
    pub(super) fn mark_handed_in(&self, unsent: &mut [Outgoing]) {
        for one in unsent {
            let hash = one.head.hash;
            let is_noted = one.head.handed_in.contains(&hash);
            if self.handed_in.changes.contains_key(&hash) && !is_noted {
                one.head.handed_in.push(hash);
            }
        }
    }

    fn keep_handed_in(&mut self, handed_in: HandedIn) -> Result<(), EngineError> {
        self.commit(vec![row::put(row::HANDED_IN, &handed_in)?])?;
        self.handed_in = handed_in;
        Ok(())
    }

    /// A message that holds changes and asks for nothing.
    fn deposit(&self, cases: Vec<CaseUp>) -> Result<Up, EngineError> {
        Ok(Up {
            v: PROTOCOL,
            device: self.owner()?.device,
            token: None,
            cursor: None,
            digest: Digest::EMPTY,
            cases,
            more: false,
            clock: None,
            holdings: None,
            attest: Vec::new(),
            proofs: Vec::new(),
            relayed: Vec::new(),
            claims: None,
            limit_bytes: 0,
        })
    }
}
