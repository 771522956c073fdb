//! What an answer says about the phone's own changes, and which refusals are final.

use super::row::Outgoing;
use hejie_case::{document::CaseDoc, ids::ChangeHash, reason::Reason};
use hejie_wire::{
    code,
    message::{CaseDown, Refused},
};
use serde_bytes::ByteBuf;
use std::collections::BTreeSet;

/// What the answer says about the phone's own changes.
pub(super) struct Verdicts {
    pub accepted: Vec<Outgoing>,
    pub refused: Vec<(Outgoing, Reason)>,
    pub kept: Vec<Outgoing>,
    /// Work that the server has under an actor of before, with the change by which it has it.
    pub had: Vec<(ChangeHash, ChangeHash)>,
    /// Refused for good, whether still in the outbox or acknowledged earlier.
    condemned: BTreeSet<ChangeHash>,
    pub problem: Option<Reason>,
}

impl Verdicts {
    pub(super) fn of(
        outgoing: Vec<Outgoing>,
        down: &CaseDown,
        there: &BTreeSet<ChangeHash>,
        sent: &[&ByteBuf],
    ) -> Self {
        let (accepted, waiting): (Vec<_>, Vec<_>) = outgoing
            .into_iter()
            .partition(|o| there.contains(&o.head.hash));
        let (had, waiting) = had_formerly(waiting, there);
        let (mut refused, mut kept) = (Vec::new(), Vec::new());
        for one in waiting {
            match verdict(&one, down, sent) {
                // What follows a refused change of the same author falls with it, and is written
                // again without it; so is what follows a change that the server had already.
                Some(no) if no.change.is_none() || (refused.is_empty() && had.is_empty()) => {
                    refused.push((one, no.reason.clone()));
                }
                _ => kept.push(one),
            }
        }
        let condemned = down
            .refused
            .iter()
            .filter(|no| is_final(no, down))
            .filter_map(|no| no.change)
            .collect();
        let passing = down.refused.iter().find(|no| !is_final(no, down));
        let problem = passing.map(|no| no.reason.clone());
        Self {
            accepted,
            refused,
            kept,
            had,
            condemned,
            problem,
        }
    }

    /// Changes that were acknowledged once and refused when they were merged.
    pub(super) fn lost(&self, doc: &CaseDoc) -> BTreeSet<ChangeHash> {
        let waiting: BTreeSet<ChangeHash> = self.unacknowledged().collect();
        self.condemned
            .difference(&waiting)
            .filter(|hash| doc.contains(hash))
            .copied()
            .collect()
    }

    pub(super) fn unacknowledged(&self) -> impl Iterator<Item = ChangeHash> {
        self.kept
            .iter()
            .chain(self.refused.iter().map(|(one, _)| one))
            .map(|one| one.head.hash)
            .chain(self.had.iter().map(|(again, _)| *again))
    }
}

/// The work that the server has by a change under an actor of before, and what else waits.
fn had_formerly(
    waiting: Vec<Outgoing>,
    there: &BTreeSet<ChangeHash>,
) -> (Vec<(ChangeHash, ChangeHash)>, Vec<Outgoing>) {
    let (mut had, mut others) = (Vec::new(), Vec::new());
    for one in waiting {
        match one.head.formerly.iter().find(|hash| there.contains(hash)) {
            Some(former) => had.push((one.head.hash, *former)),
            None => others.push(one),
        }
    }
    (had, others)
}

/// The refusal for good that concerns a change, if there is one.
fn verdict<'a>(one: &Outgoing, down: &'a CaseDown, sent: &[&ByteBuf]) -> Option<&'a Refused> {
    down.refused
        .iter()
        .filter(|no| is_final(no, down))
        .find(|no| match no.change {
            Some(hash) => hash == one.head.hash,
            None => sent.iter().any(|sent| **sent == one.bytes),
        })
}

/// Whether a refusal concerns the content of the change, and will not pass. What builds on
/// something refused is written again without it, as soon as the phone knows what that is; a phone
/// that was set back waits until it is enrolled anew, and what stands behind with it.
pub(super) fn is_final(no: &Refused, down: &CaseDown) -> bool {
    let waits = match no.reason.code.as_str() {
        code::NUMBER_USED | code::DEPENDS_ON_REFUSED => true,
        code::FOLLOWS_REFUSED => says(down, code::NUMBER_USED),
        _ => false,
    };
    !no.passing && !waits
}

/// Whether an answer refuses anything of a case with this code.
pub(super) fn says(down: &CaseDown, code: &str) -> bool {
    down.refused.iter().any(|no| no.reason.code == code)
}
