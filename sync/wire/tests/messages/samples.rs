//! One small and one full message of either kind.

use hejie_case::{
    ids::{Actor, CaseId, ChangeHash, ClaimId, DeviceId, EntryId, OrgId, UserId},
    reason::Reason,
    record::Anchor,
};
use hejie_wire::{
    attest::{ActorRow, Attestation, AttesterVoucher, CaseProof},
    batch::BatchSignature,
    claim::{CaseClaim, ClaimAnswer, ClaimableCase, ClaimableList, ClaimsDown, ClaimsUp, ListMark},
    digest::{Digest, case_digest},
    limits,
    message::{
        CaseDown, CaseUp, Cursor, Destroyed, Down, Forget, Holdings, PROTOCOL, Refused,
        ReportReceipt, RequestToken, Up, WrittenAgain,
    },
};
use jiff::Timestamp;
use serde_bytes::ByteBuf;
use uuid::Uuid;

pub(crate) fn case(n: u128) -> CaseId {
    CaseId(Uuid::from_u128(n))
}

pub(crate) fn quiet_up() -> Up {
    Up {
        v: PROTOCOL,
        device: DeviceId(Uuid::from_u128(u128::MAX / 3)),
        token: Some(RequestToken([0xef; 8])),
        cursor: Some(Cursor(vec![0xab; 24])),
        digest: Digest([0xcd; 16]),
        cases: Vec::new(),
        more: false,
        clock: None,
        holdings: None,
        attest: Vec::new(),
        proofs: Vec::new(),
        relayed: Vec::new(),
        claims: None,
        limit_bytes: limits::DEFAULT_LIMIT_BYTES,
    }
}

pub(crate) fn full_up() -> Up {
    let digest = case_digest(case(1), None, &[]).short();
    Up {
        cases: vec![CaseUp {
            case: case(1),
            changes: vec![ByteBuf::from(vec![1; 300]), ByteBuf::from(vec![2; 10])],
            signature: Some(BatchSignature([9; 64])),
            deposited: vec![WrittenAgain {
                change: ChangeHash([3; 32]),
                deposited: ChangeHash([4; 32]),
            }],
        }],
        more: true,
        clock: Some(Anchor {
            age_s: 7_200,
            drift_s: -2,
        }),
        holdings: Some(Holdings {
            after: Some(case(1)),
            through: None,
            held: vec![(case(2), digest), (case(3), digest)],
        }),
        attest: vec![case(4)],
        proofs: vec![CaseProof {
            attestation: Attestation(vec![6; 190]),
            voucher: voucher(),
            actors: std::iter::once(actor_row()).collect(),
            facts: ByteBuf::from(br#"{"version":3}"#.to_vec()),
            heads: vec![ChangeHash([4; 32])],
            document: ByteBuf::from(vec![3; 5_000]),
        }],
        relayed: vec![CaseUp::new(case(6), vec![ByteBuf::from(vec![4; 200])])],
        claims: Some(claims_up()),
        ..quiet_up()
    }
}

pub(crate) fn quiet_down() -> Down {
    Down {
        v: PROTOCOL,
        token: Some(RequestToken([0xef; 8])),
        server_time: Timestamp::constant(1_790_000_000, 123_000_000),
        cursor: Cursor(vec![0xab; 24]),
        digest: Digest([0xcd; 16]),
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
        claims: None,
        receipts: Vec::new(),
    }
}

pub(crate) fn full_down() -> Down {
    let refused = Refused {
        change: Some(ChangeHash([2; 32])),
        reason: Reason::new("not_a_member", "您已不在该案件中"),
        passing: true,
        told: true,
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
        brief: Some(ByteBuf::from(br#"{"pair":[]}"#.to_vec())),
        heads: Some(vec![ChangeHash([5; 32])]),
        attestation: Some(Attestation(vec![6; 190])),
        work_alone: true,
        actors: std::iter::once(actor_row()).collect(),
        ..CaseDown::new(case(1))
    };
    Down {
        more: true,
        cases: vec![whole, CaseDown::new(case(2))],
        forget: vec![Forget {
            case: case(3),
            reason: Reason::new("left", "案件已移交"),
        }],
        voucher: Some(voucher()),
        epoch: 2,
        prove: vec![case(5)],
        proved: vec![case(4)],
        relayed: vec![case(6)],
        backed_up: Some(Timestamp::constant(1_789_990_000, 0)),
        destroyed: vec![Destroyed {
            case: case(1),
            party: EntryId(Uuid::from_u128(13)),
        }],
        file_bytes: Some(128 << 20),
        claims: Some(claims_down()),
        receipts: vec![ReportReceipt {
            case: case(7),
            case_no: "990101-2026-000007".parse().unwrap(),
            public_code: "2A3B4C5D6F".parse().unwrap(),
            received_at: Timestamp::constant(1_789_980_000, 0),
        }],
        ..quiet_down()
    }
}

fn claims_up() -> ClaimsUp {
    ClaimsUp {
        list: Some(ListMark([7; 8])),
        claims: vec![CaseClaim {
            id: ClaimId(Uuid::from_u128(14)),
            case: case(7),
        }],
    }
}

fn claims_down() -> ClaimsDown {
    let answer = |n, refused| ClaimAnswer {
        id: ClaimId(Uuid::from_u128(n)),
        refused,
    };
    let taken = Reason::new("claim_taken", "该纠纷已由新栖司法所王*承办。");
    ClaimsDown {
        answers: vec![answer(14, None), answer(15, Some(taken))],
        list: Some(ClaimableList {
            cases: vec![ClaimableCase {
                case: case(8),
                situation: "N02-02".parse().unwrap(),
                region: "990101001".parse().unwrap(),
                registered_at: Timestamp::constant(1_789_990_000, 0),
                parties: 2,
                office: "司法所".into(),
            }],
            more: true,
        }),
    }
}

fn voucher() -> AttesterVoucher {
    AttesterVoucher {
        public: [7; 32],
        made_at: Timestamp::constant(1_790_000_000, 0),
        signature: [8; 64],
    }
}

fn actor_row() -> ActorRow {
    ActorRow {
        actor: Actor([9; 16]),
        device: DeviceId(Uuid::from_u128(10)),
        user: UserId(Uuid::from_u128(11)),
        role: "mediator".into(),
        org: OrgId(Uuid::from_u128(12)),
    }
}
