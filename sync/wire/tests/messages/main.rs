//! Messages become bytes and come back, and peers of other releases understand each other.

#![allow(
    clippy::unwrap_used,
    reason = "in a test an unwrap is an assertion, in its helpers too"
)]

mod refused;
mod samples;

use hejie_case::{
    ids::{CaseId, DeviceId},
    reason::Explain,
};
use hejie_wire::{
    codec::{Body, Encoding, decode_down, decode_up, encode_down, encode_up},
    digest::Digest,
    limits,
    message::{CaseUp, Down, Holdings, Up},
};
use samples::{case, full_down, full_up, quiet_down, quiet_up};
use serde::{Deserialize, Serialize, de::IgnoredAny};
use std::collections::{BTreeMap, BTreeSet};

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
fn many_holdings_are_named_part_by_part_without_a_gap() {
    let held = |n| (case(n), Digest([1; 16]).short());
    let all: Vec<_> = (1..=45_000).map(held).collect();
    let (mut parts, mut after) = (Vec::new(), None);
    while parts.len() < 4 {
        let behind = all.iter().filter(|(case, _)| Some(*case) > after);
        let part = Holdings::part(after, behind.copied());
        assert!(part.held.len() <= limits::HOLDINGS_PER_UP);
        after = part.through;
        parts.push(part);
        if after.is_none() {
            break;
        }
    }
    assert_eq!(parts.len(), 3);
    assert!(parts.iter().flat_map(|part| &part.held).eq(&all));
    for two in parts.windows(2) {
        assert_eq!(two[0].through, two[1].after);
    }
    let exactly = all[..limits::HOLDINGS_PER_UP].iter().copied();
    assert_eq!(Holdings::part(None, exactly).through, None);
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

/// Shows PP11.
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
    assert_eq!(up.cases, [CaseUp::new(case(1), vec![])]);
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

/// Shows PP11.
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
            token: None,
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
    assert_eq!(specified("clock"), fields(&up.clock.unwrap()));
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
    assert_eq!(specified("destroyed"), fields(&down.destroyed[0]));
    assert_eq!(specified("report-receipt"), fields(&down.receipts[0]));
    let (claiming, claimed) = (up.claims.unwrap(), down.claims.unwrap());
    assert_eq!(specified("claims-up"), fields(&claiming));
    assert_eq!(specified("claim"), fields(&claiming.claims[0]));
    assert_eq!(specified("claims-down"), fields(&claimed));
    assert_eq!(specified("claim-answer"), fields(&claimed.answers[1]));
    let list = claimed.list.unwrap();
    assert_eq!(specified("claimable"), fields(&list));
    assert_eq!(specified("claimable-case"), fields(&list.cases[0]));
}

/// The keys of a map in `exchange.cddl`.
fn specified(rule: &str) -> BTreeSet<String> {
    let text = include_str!("../../exchange.cddl");
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
