//! What waits to be sent, as one session sees it.

use crate::{
    limits,
    message::{CaseUp, WrittenAgain},
};
use hejie_case::ids::{CaseId, ChangeHash};
use serde_bytes::ByteBuf;
use std::collections::BTreeSet;

/// A change that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The case.
    pub case: CaseId,
    /// The hash of the change.
    pub hash: ChangeHash,
    /// The change as a chunk.
    pub bytes: Vec<u8>,
    /// The changes that were deposited of the same work.
    pub deposited: Vec<ChangeHash>,
}

impl Waiting {
    fn again(&self) -> impl Iterator<Item = WrittenAgain> {
        let deposited = self.deposited.iter().copied();
        deposited.map(|deposited| WrittenAgain {
            change: self.hash,
            deposited,
        })
    }
}

/// All that waits, in the order written, and what of it is on its way.
#[derive(Debug)]
pub(super) struct Outbox {
    waiting: Vec<Waiting>,
    on_its_way: BTreeSet<ChangeHash>,
    put_off: BTreeSet<CaseId>,
}

impl Outbox {
    pub(super) fn new(waiting: Vec<Waiting>) -> Self {
        Self {
            waiting,
            on_its_way: BTreeSet::new(),
            put_off: BTreeSet::new(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(super) fn is_sendable(&self) -> bool {
        self.waiting
            .iter()
            .any(|one| !self.put_off.contains(&one.case))
    }

    pub(super) fn add(&mut self, one: Waiting) {
        self.waiting.push(one);
    }

    /// What was made anew is another thing than what was put off, and may go at once.
    pub(super) fn replace(&mut self, case: CaseId, with: Vec<Waiting>) {
        self.put_off.remove(&case);
        self.waiting.retain(|one| one.case != case);
        self.waiting.extend(with);
    }

    /// The next changes within one piece; one that is larger goes alone.
    pub(super) fn next_piece(&mut self) -> Vec<CaseUp> {
        let mut piece: Vec<CaseUp> = Vec::new();
        let mut room = limits::CHUNK_BYTES;
        for one in self
            .waiting
            .iter()
            .filter(|one| !self.put_off.contains(&one.case))
        {
            if one.bytes.len() > room && !piece.is_empty() {
                break;
            }
            room = room.saturating_sub(one.bytes.len());
            self.on_its_way.insert(one.hash);
            let bytes = ByteBuf::from(one.bytes.clone());
            let at = piece.iter().position(|up| up.case == one.case);
            let at = at.unwrap_or(piece.len());
            if at == piece.len() {
                piece.push(CaseUp::new(one.case, Vec::new()));
            }
            piece[at].changes.push(bytes);
            piece[at].deposited.extend(one.again());
        }
        piece
    }

    /// Whether something waits that is not on its way.
    pub(super) fn holds_more(&self) -> bool {
        let sent = |one: &Waiting| self.on_its_way.contains(&one.hash);
        !self.waiting.iter().all(sent)
    }

    pub(super) fn accepted(&mut self, case: CaseId, hashes: &[ChangeHash]) {
        self.waiting
            .retain(|one| one.case != case || !hashes.contains(&one.hash));
    }

    /// A change refused for good takes all that was written behind it in its case along, whose numbers build on it.
    pub(super) fn refused(&mut self, case: CaseId, change: Option<ChangeHash>) {
        let refused = |one: &Waiting| match change {
            Some(hash) => one.hash == hash,
            None => self.on_its_way.contains(&one.hash),
        };
        let first = self
            .waiting
            .iter()
            .position(|one| one.case == case && refused(one));
        if let Some(first) = first {
            let mut at = 0;
            self.waiting.retain(|one| {
                at += 1;
                one.case != case || at <= first
            });
        }
    }

    pub(super) fn put_off(&mut self, case: CaseId) {
        self.put_off.insert(case);
    }

    /// What was sent and is still waiting after the answer will not be sent again in this session.
    pub(super) fn put_off_unanswered(&mut self) {
        let sent = self
            .waiting
            .iter()
            .filter(|one| self.on_its_way.contains(&one.hash));
        self.put_off.extend(sent.map(|one| one.case));
        self.on_its_way.clear();
    }
}
