//! The ledger: what the rows of a store should be.

use super::{associated, key::Subkeys};
use crate::store::{Key, Range, Table};
use std::collections::BTreeMap;

/// What the rows should be: their versions, the number of commits, of edits ever written, and the
/// sum over all.
#[derive(Debug, Clone, Default)]
pub(super) struct Ledger {
    pub(super) commits: u64,
    pub(super) written: u64,
    pub(super) sum: [u8; 32],
    pub(super) versions: BTreeMap<(Table, Key), u64>,
}

impl Ledger {
    pub(super) fn set(&mut self, keys: &Subkeys, at: (Table, Key), version: Option<u64>) {
        let before = match version {
            Some(version) => self.versions.insert(at, version),
            None => self.versions.remove(&at),
        };
        for version in [before, version].into_iter().flatten() {
            let mark = keys.mark(&associated(at.0, at.1, version));
            self.sum
                .iter_mut()
                .zip(mark)
                .for_each(|(sum, byte)| *sum ^= byte);
        }
    }

    pub(super) fn count(&self, table: Table, range: Range) -> usize {
        self.keys(table, range).count()
    }

    pub(super) fn keys(&self, table: Table, range: Range) -> impl Iterator<Item = Key> {
        let at = |group, number| (table, Key { group, number });
        let (first, last) = match range {
            Range::All => ([0; 16], [0xff; 16]),
            Range::Group(group) => (group, group),
        };
        let rows = self.versions.range(at(first, 0)..=at(last, u64::MAX));
        rows.map(|((_, key), _)| *key)
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let counts = [self.commits.to_be_bytes(), self.written.to_be_bytes()];
        [counts.as_flattened(), &self.sum].concat()
    }

    /// Edits that the server has not acknowledged.
    pub(super) fn unsent(&self) -> u64 {
        self.count(Table::Outgoing, Range::All) as u64
    }
}
