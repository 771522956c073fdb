//! What the owner of a phone that is out of service reads of what was handed in.

use crate::{
    engine::{Engine, Reason, delivery::Deliveries},
    store::Store,
};
use hejie_case::ids::{CaseId, ChangeHash, EntryId};
use hejie_wire::code;
use std::collections::BTreeSet;

/// How much was handed in since the phone is out of service, and how much was not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deposited {
    /// Changes that were handed in.
    pub changes: u64,
    /// Sealed identities that were.
    pub identities: u64,
    /// Originals of evidence that were.
    pub originals: u64,
    /// Changes, identities and originals that the server has in no way yet.
    pub left: u64,
    /// The same in words, and what to do.
    pub reason: Reason,
}

impl<S: Store> Engine<S> {
    /// How much was handed in; none while nothing was, or when the phone is in service.
    pub(in crate::engine) fn deposited(&self) -> Option<Deposited> {
        let entries: BTreeSet<(CaseId, EntryId)> = self
            .handed_in
            .items
            .iter()
            .map(|(case, entry, _)| (*case, *entry))
            .collect();
        let waiting: u64 = self.held.values().map(|held| u64::from(held.waiting)).sum();
        let changes = self.handed_in.changes.len() as u64;
        let (identities, identities_left) = shares(&self.secrets, &entries);
        let (originals, originals_left) = shares(&self.files, &entries);
        if changes + identities + originals == 0 {
            return None;
        }
        let left = waiting.saturating_sub(changes) + identities_left + originals_left;
        Some(Deposited {
            changes,
            identities,
            originals,
            left,
            reason: Reason::new(code::DEPOSITED, zh([changes, identities, originals], left)),
        })
    }

    /// What the author reads of an unsent change that was handed in.
    pub(in crate::engine) fn told_of_deposit(&self, change: &ChangeHash) -> Option<Reason> {
        self.handed_in.changes.get(change).map(|_| {
            Reason::new(
                code::DEPOSITED,
                "本机停用后，此项内容已交服务器隔离保存，未并入案件，请联系矛调中心核对；内容仍留在本机。",
            )
        })
    }
}

/// Of what the server does not have, how much was handed in and how much was not.
fn shares(pieces: &Deliveries, handed_in: &BTreeSet<(CaseId, EntryId)>) -> (u64, u64) {
    let all = pieces.waiting.len() + pieces.refused.len();
    let pieces = pieces.waiting.iter().chain(&pieces.refused);
    let done = pieces.filter(|piece| handed_in.contains(piece)).count();
    (done as u64, (all - done) as u64)
}

fn zh([changes, identities, originals]: [u64; 3], left: u64) -> String {
    let done = format!(
        "本机已停用：未上传的修改{changes}项、身份信息{identities}份、原件{originals}份已交服务器隔离保存，未并入案件，内容仍留在本机。"
    );
    match left {
        0 => format!("{done}没有遗漏，请联系矛调中心核对。"),
        left => {
            format!("{done}还有{left}项没有交出，请联网后再次同步；仍未交出的，请联系矛调中心。")
        }
    }
}
