//! Messages become bytes and come back; peers of other releases understand each other; bad bytes are refused with a reason.

#![allow(
    clippy::unwrap_used,
    reason = "in a test an unwrap is an assertion, in its helpers too"
)]

use hejie_case::ids::{CaseId, ChangeHash, DeviceId};
use hejie_wire::{
    codec::{Body, BodyError, Encoding, decode_down, decode_up, encode_down, encode_up},
    digest::{Digest, case_digest},
    limits,
    message::{CaseDown, CaseUp, Cursor, Down, Forget, Holdings, PROTOCOL, Refused, Up},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::IgnoredAny};
use serde_bytes::ByteBuf;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

fn case(n: u128) -> CaseId {
    CaseId(Uuid::from_u128(n))
}

fn quiet_up() -> Up {
    Up {
        v: PROTOCOL,
        device: DeviceId(Uuid::from_u128(u128::MAX / 3)),
        cursor: Some(Cursor(vec![0xab; 24])),
        digest: Digest([0xcd; 16]),
        cases: Vec::new(),
        holdings: None,
        limit_bytes: limits::DEFAULT_LIMIT_BYTES,
    }
}

fn full_up() -> Up {
    let digest = case_digest(case(1), 1, &[]).short();
    Up {
        cases: vec![CaseUp {
            case: case(1),
            changes: vec![ByteBuf::from(vec![1; 300]), ByteBuf::from(vec![2; 10])],
        }],
        holdings: Some(Holdings {
            after: Some(case(1)),
            through: None,
            held: vec![(case(2), digest), (case(3), digest)],
        }),
        ..quiet_up()
    }
}

fn quiet_down() -> Down {
    Down {
        v: PROTOCOL,
        server_time: Timestamp::constant(1_790_000_000, 123_000_000),
        cursor: Cursor(vec![0xab; 24]),
        digest: Digest([0xcd; 16]),
        more: false,
        cases: Vec::new(),
        forget: Vec::new(),
    }
}

fn full_down() -> Down {
    let refused = Refused {
        change: Some(ChangeHash([2; 32])),
        code: "not_a_member".into(),
        zh: "您已不在该案件中".into(),
        passing: true,
    };
    let whole = CaseDown {
        accepted: vec![ChangeHash([1; 32])],
        refused: vec![
            refused.clone(),
            Refused {
                change: None,
                passing: false,
                ..refused
            },
        ],
        snapshot: Some(ByteBuf::from(vec![3; 5_000])),
        changes: vec![ByteBuf::from(vec![4; 100])],
        facts: Some(ByteBuf::from(br#"{"version":3}"#.to_vec())),
        heads: Some(vec![ChangeHash([5; 32])]),
        ..CaseDown::new(case(1))
    };
    Down {
        more: true,
        cases: vec![whole, CaseDown::new(case(2))],
        forget: vec![Forget {
            case: case(3),
            code: "left".into(),
            zh: "案件已移交".into(),
        }],
        ..quiet_down()
    }
}

#[test]
fn every_message_survives_the_way_there_and_back() {
    for encoding in [Encoding::Identity, Encoding::Zstd] {
        for up in [quiet_up(), full_up()] {
            let Body { encoding, bytes } = encode_up(&up, encoding).unwrap();
            assert_eq!(decode_up(encoding, &bytes).unwrap(), up);
        }
        for down in [quiet_down(), full_down()] {
            let Body { encoding, bytes } = encode_down(&down, encoding).unwrap();
            assert_eq!(decode_down(encoding, &bytes).unwrap(), down);
        }
    }
}

#[test]
fn an_exchange_in_which_nothing_happened_is_tiny() {
    let (up, down) = (
        encode_up(&quiet_up(), Encoding::Zstd).unwrap().bytes.len(),
        encode_down(&quiet_down(), Encoding::Zstd)
            .unwrap()
            .bytes
            .len(),
    );
    assert!(up < 100 && down < 100, "up {up} bytes, down {down} bytes");
}

#[test]
fn the_content_encoding_is_read_from_its_header() {
    assert_eq!(Encoding::from_header(None).unwrap(), Encoding::Identity);
    assert_eq!(Encoding::from_header(Some("zstd")).unwrap(), Encoding::Zstd);
    assert_eq!(
        Encoding::from_header(Some("gzip")).unwrap_err().code(),
        "body_encoding"
    );
}

#[derive(Serialize)]
struct NewerUp {
    v: u16,
    x: Vec<Vec<u8>>,
    d: DeviceId,
    y: NewerPart,
    s: Vec<NewerCaseUp>,
}

#[derive(Serialize)]
struct NewerCaseUp {
    i: CaseId,
    priority: Option<f64>,
}

#[derive(Serialize)]
enum NewerPart {
    Nested {
        deep: Vec<NewerPart>,
        text: &'static str,
    },
}

#[test]
fn fields_of_a_newer_phone_are_ignored_and_missing_ones_defaulted() {
    let part = NewerPart::Nested {
        deep: vec![NewerPart::Nested {
            deep: vec![],
            text: "",
        }],
        text: "新",
    };
    let newer = NewerUp {
        v: 3,
        x: vec![vec![1, 2]],
        d: quiet_up().device,
        y: part,
        s: vec![NewerCaseUp {
            i: case(1),
            priority: Some(0.5),
        }],
    };
    let up = decode_up(Encoding::Identity, &minicbor_serde::to_vec(&newer).unwrap()).unwrap();
    assert_eq!(
        (up.v, up.device, up.cursor, up.digest),
        (3, quiet_up().device, None, Digest::EMPTY)
    );
    assert_eq!(
        up.cases,
        [CaseUp {
            case: case(1),
            changes: vec![]
        }]
    );
    assert_eq!(up.limit_bytes, limits::DEFAULT_LIMIT_BYTES);
}

#[derive(Deserialize)]
struct OlderDown {
    #[serde(with = "serde_bytes")]
    c: Vec<u8>,
}

#[derive(Serialize)]
struct LeastDown {
    v: u16,
    t: i64,
    #[serde(with = "serde_bytes")]
    c: Vec<u8>,
}

#[test]
fn an_older_phone_reads_what_it_knows_of_an_answer_and_a_newer_one_does_without_the_rest() {
    let bytes = encode_down(&full_down(), Encoding::Identity).unwrap().bytes;
    assert_eq!(
        minicbor_serde::from_slice::<OlderDown>(&bytes).unwrap().c,
        full_down().cursor.0
    );
    let least = LeastDown {
        v: 1,
        t: 1_790_000_000_123,
        c: vec![0xab; 24],
    };
    let down = decode_down(Encoding::Identity, &minicbor_serde::to_vec(&least).unwrap()).unwrap();
    assert_eq!(
        down,
        Down {
            digest: Digest::EMPTY,
            ..quiet_down()
        }
    );
}

#[test]
fn a_null_where_a_field_is_optional_means_that_it_is_absent() {
    let bytes = minicbor_serde::to_vec(BTreeMap::from([("c", None::<u8>)])).unwrap();
    let mut whole = encode_up(
        &Up {
            cursor: None,
            ..quiet_up()
        },
        Encoding::Identity,
    )
    .unwrap()
    .bytes;
    whole[0] += 1;
    whole.extend_from_slice(&bytes[1..]);
    assert_eq!(decode_up(Encoding::Identity, &whole).unwrap().cursor, None);
}

#[test]
fn the_specification_names_exactly_the_fields_of_the_messages() {
    let (up, down) = (full_up(), full_down());
    assert_eq!(specified("up"), fields(&up));
    assert_eq!(specified("case-up"), fields(&up.cases[0]));
    let through = Some(case(3));
    assert_eq!(
        specified("holdings"),
        fields(&Holdings {
            through,
            ..up.holdings.unwrap()
        })
    );
    assert_eq!(specified("down"), fields(&down));
    assert_eq!(specified("case-down"), fields(&down.cases[0]));
    assert_eq!(specified("refused"), fields(&down.cases[0].refused[0]));
    assert_eq!(specified("forget"), fields(&down.forget[0]));
}

/// The keys of a map in `exchange.cddl`.
fn specified(rule: &str) -> BTreeSet<String> {
    let text = include_str!("../exchange.cddl");
    let lines = text
        .lines()
        .skip_while(|line| *line != format!("{rule} = {{"))
        .skip(1);
    let entries = lines
        .take_while(|line| *line != "}")
        .filter_map(|line| line.split_once(": "));
    entries
        .map(|(key, _)| key.trim_start_matches([' ', '?']).to_owned())
        .collect()
}

/// The keys of a message as it stands on the wire.
fn fields<T: Serialize>(message: &T) -> BTreeSet<String> {
    let bytes = minicbor_serde::to_vec(message).unwrap();
    minicbor_serde::from_slice::<BTreeMap<String, IgnoredAny>>(&bytes)
        .unwrap()
        .into_keys()
        .collect()
}

#[test]
fn holdings_out_of_order_or_cut_off_are_refused() {
    let digest = case_digest(case(1), 1, &[]).short();
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
    let bytes = vec![0; limits::UP_BYTES + 1];
    assert!(matches!(
        decode_up(Encoding::Identity, &bytes),
        Err(BodyError::TooLarge {
            limit: limits::UP_BYTES
        })
    ));
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
        cases: vec![CaseUp {
            case: case(1),
            changes,
        }],
        ..quiet_up()
    };
    let bytes = encode_up(&up, Encoding::Identity).unwrap().bytes;
    assert_eq!(
        decode_up(Encoding::Identity, &bytes).unwrap_err().code(),
        "body_shape"
    );
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
