//! Damaged changes with repaired lengths and checksums, as an attacker would send them.

use crate::{alloc::measure, corpus::documents};
use automerge::Change;
use hejie_case::reason::Explain;
use hejie_wire::chunk::{Admitted, admit};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use sha2::{Digest, Sha256};
use std::panic::catch_unwind;

const MUTANTS: usize = 60_000;

#[test]
fn no_mutant_panics_the_lint_or_gets_past_it_to_kill_automerge() {
    let bodies = bodies();
    let mut rng = StdRng::seed_from_u64(20_261_122);
    let mut fates = Fates::default();
    for n in 0..MUTANTS {
        let mut body = bodies.choose(&mut rng).unwrap().clone();
        mutate(&mut body, bodies.choose(&mut rng).unwrap(), &mut rng);
        fates.count(&seal(1, &body), n);
    }
    assert!(fates.admitted > 500, "{fates:?}");
    assert!(fates.refused > MUTANTS / 2, "{fates:?}");
    assert_eq!(
        (fates.read, fates.panicked),
        (fates.admitted, 0),
        "{fates:?}"
    );
    assert!(fates.canonical > fates.admitted * 9 / 10, "{fates:?}");
}

#[derive(Debug, Default)]
struct Fates {
    refused: usize,
    admitted: usize,
    /// Admitted, and read by Automerge.
    read: usize,
    /// Admitted, read, and written again as they were: what the next gate asks for.
    canonical: usize,
    panicked: usize,
}

impl Fates {
    fn count(&mut self, bytes: &[u8], n: usize) {
        let (verdict, allocated) = measure(|| admit(bytes).map_err(|e| e.code()));
        assert!(
            allocated <= 4 * bytes.len() + 512,
            "mutant {n} of {} bytes made the gate allocate {allocated}",
            bytes.len()
        );
        match verdict {
            Ok(admitted) => self.admit(&admitted, n),
            Err(_) => self.refused += 1,
        }
    }

    fn admit(&mut self, admitted: &Admitted, n: usize) {
        self.admitted += 1;
        let raw = admitted.bytes.clone();
        let (verdict, allocated) = measure(|| {
            catch_unwind(|| {
                Change::from_bytes(raw).map(|c| (c.hash(), Change::from(c.decode()).hash()))
            })
        });
        assert!(
            allocated < 32 << 20,
            "mutant {n} made automerge allocate {allocated}"
        );
        match verdict {
            Ok(Ok((hash, again))) => {
                self.read += 1;
                self.canonical += usize::from(hash == again);
                assert_eq!(hash.0, admitted.hash.0);
            }
            Ok(Err(_)) => {}
            Err(_) => self.panicked += 1,
        }
    }
}

fn bodies() -> Vec<Vec<u8>> {
    let changes = documents().into_iter().flat_map(|doc| doc.changes);
    changes.map(|change| body(change.raw_bytes())).collect()
}

/// What stands behind the envelope of a chunk: magic, checksum, type and length.
pub(crate) fn body(raw: &[u8]) -> Vec<u8> {
    let length = raw[9..].iter().take_while(|byte| **byte >= 0x80);
    raw[9 + length.count() + 1..].to_vec()
}

/// Wraps a body into a chunk of type `kind` with a right length and checksum.
pub(crate) fn seal(kind: u8, body: &[u8]) -> Vec<u8> {
    let content = if kind == 2 {
        inflate(body)
    } else {
        body.to_vec()
    };
    let sealed = [
        &[if kind == 2 { 1 } else { kind }][..],
        &uleb(content.len() as u64),
        &content,
    ]
    .concat();
    let checksum = &Sha256::digest(&sealed)[..4];
    [
        &[0x85, 0x6f, 0x4a, 0x83],
        checksum,
        &[kind],
        &uleb(body.len() as u64),
        body,
    ]
    .concat()
}

/// A number as unsigned LEB128.
pub(crate) fn uleb(mut n: u64) -> Vec<u8> {
    let mut bytes = vec![];
    while n >= 0x80 {
        bytes.push(n as u8 & 0x7f | 0x80);
        n >>= 7;
    }
    bytes.push(n as u8);
    bytes
}

fn inflate(deflated: &[u8]) -> Vec<u8> {
    let mut content = vec![];
    std::io::Read::read_to_end(
        &mut flate2::read::DeflateDecoder::new(deflated),
        &mut content,
    )
    .unwrap();
    content
}

fn mutate(body: &mut Vec<u8>, other: &[u8], rng: &mut StdRng) {
    const BYTES: [u8; 12] = [
        0, 1, 2, 0x3f, 0x40, 0x7e, 0x7f, 0x80, 0x81, 0xc0, 0xfe, 0xff,
    ];
    const NUMBERS: [u64; 10] = [
        u64::MAX,
        u64::MAX >> 1,
        1 << 63,
        1 << 32,
        (1 << 32) - 1,
        1 << 31,
        1 << 20,
        0xffff,
        128,
        127,
    ];
    for _ in 0..rng.random_range(1..=3) {
        if body.is_empty() {
            body.push(0);
        }
        let len = body.len();
        let at = rng.random_range(0..len);
        let end = (at + rng.random_range(1..40)).min(len);
        match rng.random_range(0..11) {
            0 | 1 => body[at] ^= 1 << rng.random_range(0..8),
            2 => body[at] = *BYTES.choose(rng).unwrap(),
            3 => drop(body.splice(at..=at, uleb(*NUMBERS.choose(rng).unwrap()))),
            4 => drop(body.drain(at..end.min(at + 8))),
            5 => {
                let part = body[at..end].to_vec();
                let to = rng.random_range(0..=len);
                body.splice(to..to, part);
            }
            6 => body.truncate(at + 1),
            7 => body[at] = body[at].wrapping_add(1),
            8 => body[at] = body[at].wrapping_sub(1),
            9 => body.swap(at, rng.random_range(0..len)),
            _ => {
                let from = rng.random_range(0..other.len());
                let to = (from + rng.random_range(1..60)).min(other.len());
                body.splice(at..at, other[from..to].iter().copied());
            }
        }
    }
}
