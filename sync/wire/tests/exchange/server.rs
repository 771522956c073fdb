//! A server of forty lines that knows changes by hash and nothing else, and a line that loses messages.

use hejie_case::ids::{CaseId, ChangeHash};
use hejie_wire::{
    codec::{Encoding, decode_down, decode_up, encode_down, encode_up},
    digest::{Digest, case_digest},
    message::{CaseDown, Cursor, Down, PROTOCOL, Up},
};
use jiff::Timestamp;
use serde_bytes::ByteBuf;
use std::collections::BTreeMap;

/// In these tests a change is a row of equal bytes, and its hash is made of the first of them and the length.
pub(crate) fn hash_of(change: &[u8]) -> ChangeHash {
    let mut hash = [change[0]; 32];
    hash[..2].copy_from_slice(&(change.len() as u16).to_be_bytes());
    ChangeHash(hash)
}

pub(crate) fn bytes_of(hash: ChangeHash) -> Vec<u8> {
    vec![hash.0[31]; usize::from(u16::from_be_bytes([hash.0[0], hash.0[1]]))]
}

/// A snapshot is the hashes one after the other.
pub(crate) fn hashes_in(snapshot: &[u8]) -> Vec<ChangeHash> {
    snapshot
        .chunks(32)
        .map(|hash| ChangeHash::try_from(hash).unwrap())
        .collect()
}

pub(crate) fn digest_of(case: CaseId, hashes: &[ChangeHash]) -> Digest {
    case_digest(case, None, hashes)
}

#[derive(Default, Clone)]
pub(crate) struct Server {
    pub(crate) cases: BTreeMap<CaseId, Vec<ChangeHash>>,
    log: Vec<(CaseId, ChangeHash)>,
}

impl Server {
    pub(crate) fn quiet(&self) -> Down {
        Down {
            v: PROTOCOL,
            token: None,
            server_time: Timestamp::UNIX_EPOCH,
            cursor: Cursor((self.log.len() as u64).to_be_bytes().to_vec()),
            digest: self
                .cases
                .iter()
                .map(|(case, hashes)| digest_of(*case, hashes))
                .collect(),
            more: false,
            cases: Vec::new(),
            forget: Vec::new(),
            voucher: None,
            epoch: 1,
            prove: Vec::new(),
            proved: Vec::new(),
            relayed: Vec::new(),
            backed_up: None,
            destroyed: Vec::new(),
            file_bytes: None,
        }
    }

    fn answer(&mut self, up: &Up) -> Down {
        let mut cases = BTreeMap::<CaseId, CaseDown>::new();
        for sent in &up.cases {
            let hashes = sent.changes.iter().map(|c| hash_of(c)).collect::<Vec<_>>();
            hashes.iter().for_each(|hash| self.accept(sent.case, *hash));
            cases
                .entry(sent.case)
                .or_insert_with(|| CaseDown::new(sent.case))
                .accepted
                .extend(hashes);
        }
        // A cursor from a later day than the server's own is read as its end.
        let from = up.cursor.as_ref().map_or(0, |c| {
            u64::from_be_bytes(c.0[..].try_into().unwrap()) as usize
        });
        for (case, hash) in self.log.iter().skip(from) {
            let down = cases.entry(*case).or_insert_with(|| CaseDown::new(*case));
            if !down.accepted.contains(hash) {
                down.changes.push(ByteBuf::from(bytes_of(*hash)));
            }
        }
        if let Some(holdings) = &up.holdings {
            let held: BTreeMap<_, _> = holdings.held.iter().copied().collect();
            let known = self
                .cases
                .keys()
                .chain(held.keys())
                .copied()
                .collect::<std::collections::BTreeSet<_>>();
            for case in known {
                let hashes = self.cases.get(&case).cloned().unwrap_or_default();
                if held.get(&case) != Some(&digest_of(case, &hashes).short()) {
                    let down = cases.entry(case).or_insert_with(|| CaseDown::new(case));
                    down.snapshot = Some(ByteBuf::from(
                        hashes.iter().flat_map(|h| h.0).collect::<Vec<_>>(),
                    ));
                    down.heads = Some(hashes);
                }
            }
        }
        Down {
            cases: cases.into_values().collect(),
            ..self.quiet()
        }
    }

    fn accept(&mut self, case: CaseId, hash: ChangeHash) {
        let hashes = self.cases.entry(case).or_default();
        if !hashes.contains(&hash) {
            hashes.push(hash);
            hashes.sort_unstable();
            self.log.push((case, hash));
        }
    }
}

/// A line that loses messages, either way by turns.
pub(crate) struct Trouble {
    every: u32,
    count: u32,
}

impl Trouble {
    pub(crate) fn none() -> Self {
        Self::every(u32::MAX)
    }

    pub(crate) fn every(every: u32) -> Self {
        Self { every, count: 0 }
    }

    /// Carries a request there and the answer back, as bytes.
    pub(crate) fn carry(&mut self, up: &Up, server: &mut Server) -> Option<Down> {
        let request = self.pass(encode_up(up, Encoding::Zstd).unwrap())?;
        let down = server.answer(&decode_up(request.encoding, &request.bytes).unwrap());
        let answer = self.pass(encode_down(&down, Encoding::Zstd).unwrap())?;
        Some(decode_down(answer.encoding, &answer.bytes).unwrap())
    }

    fn pass<T>(&mut self, message: T) -> Option<T> {
        self.count += 1;
        (!self.count.is_multiple_of(self.every)).then_some(message)
    }
}
