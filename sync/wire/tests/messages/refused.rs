//! Bodies that are cut, too large, too many, too clever, or noise.

use crate::samples::{case, full_down, full_up, quiet_up};
use hejie_case::reason::Explain;
use hejie_wire::{
    codec::{BodyError, Encoding, decode_down, decode_up, encode_down, encode_up},
    digest::{Digest, case_digest},
    limits,
    message::{CaseUp, Cursor, Holdings, Up},
};
use serde_bytes::ByteBuf;

#[test]
fn holdings_out_of_order_or_cut_off_are_refused() {
    let digest = case_digest(case(1), None, &[]).short();
    for held in [
        vec![(case(2), digest), (case(1), digest)],
        vec![(case(1), digest), (case(1), digest)],
    ] {
        let up = Up {
            holdings: Some(Holdings {
                held,
                ..Holdings::default()
            }),
            ..quiet_up()
        };
        let bytes = encode_up(&up, Encoding::Identity).unwrap().bytes;
        assert_eq!(
            decode_up(Encoding::Identity, &bytes).unwrap_err().code(),
            "body_message"
        );
    }
}

#[test]
fn a_body_cut_at_any_byte_is_refused() {
    let bytes = encode_up(&full_up(), Encoding::Identity).unwrap().bytes;
    for end in 0..bytes.len() {
        assert_eq!(
            decode_up(Encoding::Identity, &bytes[..end])
                .unwrap_err()
                .code(),
            "body_shape",
            "cut at {end}"
        );
    }
    let packed = encode_down(&full_down(), Encoding::Zstd).unwrap();
    assert_eq!(packed.encoding, Encoding::Zstd);
    for end in 0..packed.bytes.len() {
        assert!(
            decode_down(Encoding::Zstd, &packed.bytes[..end]).is_err(),
            "cut at {end}"
        );
    }
}

#[test]
fn a_body_over_its_limit_is_refused_before_it_is_read() {
    let bytes = vec![0; limits::LARGE_UP_BYTES + 1];
    assert!(matches!(
        decode_up(Encoding::Identity, &bytes),
        Err(BodyError::TooLarge {
            limit: limits::LARGE_UP_BYTES
        })
    ));
}

#[test]
fn only_one_proof_makes_a_request_large() {
    const TOO_LARGE: BodyError = BodyError::TooLarge {
        limit: limits::UP_BYTES,
    };
    let mut up = full_up();
    up.proofs.truncate(1);
    up.proofs[0].document = ByteBuf::from(noise(2 << 20));
    let body = encode_up(&up, Encoding::Zstd).unwrap();
    assert_eq!(body.encoding, Encoding::Identity);
    assert_eq!(decode_up(body.encoding, &body.bytes).unwrap(), up);
    let code = |up: &Up| encode_up(up, Encoding::Identity).unwrap_err().code();
    let mut two = up.clone();
    two.proofs.push(up.proofs[0].clone());
    assert_eq!(code(&two), TOO_LARGE.code());
    let mut beside = up;
    beside.relayed = vec![CaseUp::new(
        case(1),
        vec![ByteBuf::from(noise(limits::UP_BYTES))],
    )];
    assert_eq!(code(&beside), TOO_LARGE.code());
    // What another client sends in spite of it is refused when it is read.
    let sent = minicbor_serde::to_vec(&beside).unwrap();
    let refused = decode_up(Encoding::Identity, &sent).unwrap_err();
    assert_eq!(refused.code(), TOO_LARGE.code());
}

/// Bytes that do not compress.
fn noise(count: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 56) as u8
    };
    (0..count).map(|_| next()).collect()
}

#[test]
fn a_decompression_bomb_is_stopped_at_the_limit() {
    let bomb = zstd::bulk::compress(&vec![0; 100 << 20], 1).unwrap();
    assert!(bomb.len() < limits::UP_BYTES);
    assert!(matches!(
        decode_up(Encoding::Zstd, &bomb),
        Err(BodyError::TooLarge {
            limit: limits::UP_RAW_BYTES
        })
    ));
}

#[test]
fn a_frame_that_asks_for_a_huge_window_is_refused() {
    let mut packer = zstd::bulk::Compressor::new(1).unwrap();
    packer
        .set_parameter(zstd::zstd_safe::CParameter::WindowLog(27))
        .unwrap();
    packer
        .set_parameter(zstd::zstd_safe::CParameter::ContentSizeFlag(false))
        .unwrap();
    let mut frame = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
    frame.window_log(27).unwrap();
    std::io::Write::write_all(&mut frame, &[7; 100]).unwrap();
    let frame = frame.finish().unwrap();
    assert_eq!(
        decode_up(Encoding::Zstd, &frame).unwrap_err().code(),
        "body_compression"
    );
}

#[test]
fn a_message_full_of_claims_does_not_make_the_decoder_reserve_memory() {
    let mut claims = vec![0xa1, 0x61, b's', 0x9a, 0x00, 0xff, 0xff, 0xff];
    claims.resize(200, 0xa0);
    assert_eq!(
        decode_up(Encoding::Identity, &claims).unwrap_err().code(),
        "body_shape"
    );
}

#[test]
fn a_message_with_too_many_items_is_refused() {
    let changes = vec![ByteBuf::new(); limits::MESSAGE_ITEMS];
    let up = Up {
        cases: vec![CaseUp::new(case(1), changes)],
        ..quiet_up()
    };
    let bytes = encode_up(&up, Encoding::Identity).unwrap().bytes;
    assert_eq!(
        decode_up(Encoding::Identity, &bytes).unwrap_err().code(),
        "body_shape"
    );
}

#[test]
fn a_request_with_more_than_its_share_is_refused() {
    let many = |n: usize| (0..n as u128).map(case);
    let no_changes = |case| CaseUp::new(case, vec![]);
    let digest = Digest::EMPTY.short();
    let held = many(limits::HOLDINGS_PER_UP + 1)
        .map(|case| (case, digest))
        .collect();
    let greedy = [
        Up {
            cases: many(limits::CASES_PER_UP + 1).map(no_changes).collect(),
            ..quiet_up()
        },
        Up {
            cases: vec![CaseUp {
                changes: vec![ByteBuf::new(); limits::CHANGES_PER_CASE + 1],
                ..no_changes(case(1))
            }],
            ..quiet_up()
        },
        Up {
            holdings: Some(Holdings {
                held,
                ..Holdings::default()
            }),
            ..quiet_up()
        },
        Up {
            cursor: Some(Cursor(vec![0; limits::CURSOR_BYTES + 1])),
            ..quiet_up()
        },
    ];
    for up in greedy {
        let bytes = encode_up(&up, Encoding::Identity).unwrap().bytes;
        assert_eq!(
            decode_up(Encoding::Identity, &bytes).unwrap_err().code(),
            "body_too_many"
        );
    }
}

mod random {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn random_bytes_never_become_a_message_by_accident(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            for encoding in [Encoding::Identity, Encoding::Zstd] {
                prop_assert!(decode_up(encoding, &bytes).is_err());
                prop_assert!(decode_down(encoding, &bytes).is_err());
            }
        }

        #[test]
        fn a_damaged_message_is_read_or_refused_but_never_fatal(
            at in any::<proptest::sample::Index>(), byte in any::<u8>(), cut in any::<proptest::sample::Index>(),
        ) {
            let mut up = encode_up(&full_up(), Encoding::Identity).unwrap().bytes;
            let end = up.len() - cut.index(3);
            let at = at.index(up.len());
            up[at] = byte;
            if let Err(error) = decode_up(Encoding::Identity, &up[..end]) {
                prop_assert!(error.code().starts_with("body_") && !error.zh().is_empty());
            }
            let mut down = encode_down(&full_down(), Encoding::Zstd).unwrap().bytes;
            let at = at % down.len();
            down[at] = byte;
            let _ = decode_down(Encoding::Zstd, &down);
        }
    }
}
