//! The gate lets everything pass that Automerge writes for documents like ours, and nothing that
//! kills it.

#![allow(
    clippy::unwrap_used,
    reason = "in a test an unwrap is an assertion, in its helpers too"
)]

mod alloc;
mod cases;
mod corpus;
mod mutants;

use corpus::{Doc, documents};
use hejie_case::reason::Explain;
use hejie_wire::{
    chunk::{self, admit},
    limits,
};
use mutants::{body, seal, uleb};
use rand::{Rng, SeedableRng, rngs::StdRng};

#[test]
fn every_change_of_real_documents_passes_and_is_read_rightly() {
    let mut seen = 0;
    for doc in documents() {
        for change in &doc.changes {
            let admitted = admit(change.raw_bytes())
                .unwrap_or_else(|e| panic!("{e} ({}) in {change:?}", e.code()));
            let header = &admitted.header;
            assert_eq!(admitted.hash.0, change.hash().0);
            assert_eq!(admitted.bytes, change.raw_bytes());
            assert_eq!(header.actor.0, change.actor_id().to_bytes());
            assert_eq!(
                (header.seq, header.start_op, header.max_op),
                (change.seq(), change.start_op().get(), change.max_op())
            );
            assert_eq!(
                (header.ops, header.time),
                (change.len() as u64, change.timestamp())
            );
            assert!(
                header
                    .deps
                    .iter()
                    .map(|d| d.0)
                    .eq(change.deps().iter().map(|d| d.0))
            );
            assert!(
                header
                    .others
                    .iter()
                    .all(|a| a.0 != change.actor_id().to_bytes())
            );
            seen += 1;
        }
    }
    assert!(seen > 300, "only {seen} changes in the corpus");
}

#[test]
fn a_change_is_the_same_whether_it_comes_raw_or_deflated() {
    let mut deflated = 0;
    for Doc { changes, .. } in documents() {
        for mut change in changes {
            let packed = change.bytes().into_owned();
            let admitted = admit(&packed).unwrap();
            assert_eq!(admitted.bytes, change.raw_bytes());
            assert_eq!(admitted.hash.0, change.hash().0);
            deflated += usize::from(packed[8] == 2);
        }
    }
    assert!(
        deflated > 10,
        "only {deflated} deflated changes in the corpus"
    );
}

#[test]
fn what_is_no_single_change_is_refused_by_its_type() {
    let doc = documents().remove(0);
    assert_eq!(code(&doc.saved), "change_kind");
    let body = body(doc.changes[0].raw_bytes());
    for kind in [0, 3, 4, 255] {
        assert_eq!(code(&seal(kind, &body)), "change_kind");
    }
    assert_eq!(code(b"once upon a time"), "change_kind");
}

#[test]
fn a_change_cut_at_any_byte_or_followed_by_another_is_refused() {
    let doc = documents().remove(0);
    for change in &doc.changes {
        let bytes = change.raw_bytes();
        for end in 0..bytes.len() {
            assert_eq!(code(&bytes[..end]), "change_cut_off");
        }
    }
    let two = [doc.changes[0].raw_bytes(), doc.changes[1].raw_bytes()].concat();
    assert_eq!(code(&two), "change_left_over");
}

#[test]
fn one_changed_bit_breaks_the_checksum() {
    let mut bytes = documents().remove(0).changes[0].raw_bytes().to_vec();
    *bytes.last_mut().unwrap() ^= 1;
    assert_eq!(code(&bytes), "change_checksum");
    bytes[5] ^= 1;
    assert_eq!(code(&bytes), "change_checksum");
}

#[test]
fn a_deflate_bomb_is_stopped_while_it_inflates() {
    for size in [limits::INFLATED_FREE_BYTES + 1, 8 << 20] {
        let mut packer =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut packer, &vec![0; size]).unwrap();
        let bomb = seal(2, &packer.finish().unwrap());
        let (result, allocated) = alloc::measure(|| admit(&bomb).map_err(|e| e.code()));
        assert_eq!(result.unwrap_err(), "change_too_large");
        assert!(allocated < 4 << 20, "{allocated} bytes");
    }
}

#[test]
fn a_change_above_the_limit_is_refused_unread() {
    assert_eq!(
        code(&seal(1, &vec![0; limits::CHANGE_BYTES])),
        "change_too_large"
    );
}

#[test]
fn a_change_that_was_inflated_is_small_enough_to_be_passed_on_raw() {
    let envelope = 12;
    let largest = chunk::parse(&deflated(limits::CHANGE_BYTES - envelope)).unwrap();
    assert_eq!(largest.bytes.len(), limits::CHANGE_BYTES);
    assert_eq!(chunk::parse(&largest.bytes).unwrap(), largest);
    assert_eq!(
        code(&deflated(limits::CHANGE_BYTES - envelope + 1)),
        "change_too_large"
    );
}

/// A deflated chunk whose body has so many bytes, half of which do not compress.
fn deflated(len: usize) -> Vec<u8> {
    let mut body = vec![0; len];
    StdRng::seed_from_u64(1).fill_bytes(&mut body[..len / 2]);
    let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packer, &body).unwrap();
    seal(2, &packer.finish().unwrap())
}

#[test]
fn an_actor_must_have_sixteen_bytes() {
    for len in [0, 1, 15, 17, 64] {
        let body = [
            &[0, len][..],
            &vec![7; usize::from(len)],
            &[1, 1, 0, 0, 0, 0],
        ]
        .concat();
        assert_eq!(code(&seal(1, &body)), "change_actor");
    }
}

#[test]
fn numbers_that_break_counting_are_refused() {
    for (seq, start_op) in [
        (0, 1),
        (1, 0),
        (1 << 32, 1),
        (1, 1 << 32),
        (1, u64::from(u32::MAX)),
        (u64::MAX, u64::MAX),
    ] {
        let body = [
            &[0, 16][..],
            &[7; 16],
            &uleb(seq),
            &uleb(start_op),
            &[0, 0, 0, 0],
        ]
        .concat();
        assert_eq!(code(&seal(1, &body)), "change_counter");
    }
}

#[test]
fn a_change_without_operations_is_refused() {
    let body = [&[0, 16][..], &[7; 16], &[1, 1, 0, 0, 0, 0]].concat();
    assert_eq!(code(&seal(1, &body)), "change_operations");
}

#[test]
fn runs_that_claim_millions_of_operations_are_refused_cheaply() {
    let millions = [0x80, 0x80, 0x80, 0x80, 0x04];
    let action = [&millions[..], &[1]].concat();
    let table = [&[1, 0x42][..], &uleb(action.len() as u64)].concat();
    let body = [&[0, 16][..], &[7; 16], &[1, 1, 0, 0, 0], &table, &action].concat();
    assert_eq!(code(&seal(1, &body)), "change_rows");

    let key = [&millions[..], &[1, b'k']].concat();
    let zeroes = [&millions[..], &[0]].concat();
    let columns: [(u64, &[u8]); 5] = [
        (0x15, &key),
        (0x34, &uleb(1 << 30)),
        (0x42, &action),
        (0x56, &zeroes),
        (0x70, &zeroes),
    ];
    let table: Vec<u8> = columns
        .iter()
        .flat_map(|(id, data)| [uleb(*id), uleb(data.len() as u64)].concat())
        .collect();
    let data: Vec<u8> = columns.iter().flat_map(|(_, data)| data.to_vec()).collect();
    let body = [&[0, 16][..], &[7; 16], &[1, 1, 0, 0, 0, 5], &table, &data].concat();
    let (result, allocated) = alloc::measure(|| code(&seal(1, &body)));
    assert_eq!(result, "change_operations");
    assert!(allocated < 4_096, "{allocated} bytes");
}

#[test]
fn rich_text_marks_are_not_part_of_case_documents() {
    let change = corpus::change_with_a_mark();
    assert_eq!(code(change.raw_bytes()), "change_columns");
}

fn code(bytes: &[u8]) -> &'static str {
    admit(bytes).map_or_else(|e| e.code(), |_| "admitted")
}
