//! What the server signs of a case is believed by whoever knows its root key, and nothing else is.

#![allow(
    clippy::unwrap_used,
    reason = "in a test an unwrap is an assertion, in its helpers too"
)]

mod office;

use hejie_case::ids::{Actor, CaseId, ChangeHash, UserId};
use hejie_wire::{
    attest::{
        ActorRow, Actors, Attestation, AttestationError, AttesterSecret, ProofError, Statement,
    },
    sealed::{RootSecret, VoucherError},
};
use office::{Office, noon};
use proptest::prelude::*;
use uuid::Uuid;

#[test]
fn a_proof_gives_back_every_change_with_phone_and_person() {
    let office = Office::new(1);
    let proof = office.proof();
    let attested = proof.check(&office.trusted()).unwrap();
    assert_eq!(attested.changes.len(), 2);
    let row = office.row();
    for change in &attested.changes {
        assert_eq!(
            (change.device, change.user),
            (Some(row.device), Some(row.user))
        );
    }
    assert_eq!(attested.statement, office.statement());
    assert_eq!(attested.facts, proof.facts);
}

#[test]
fn a_key_of_a_lost_ring_is_believed_through_its_voucher_and_one_of_the_ring_without() {
    let office = Office::new(1);
    let proof = office.proof();
    let mut trusted = office.trusted();
    proof.verify(&trusted).unwrap();
    trusted.own.clear();
    proof.verify(&trusted).unwrap();
    trusted.root = RootSecret::from_seed(&[77; 32]).public();
    assert!(matches!(
        proof.verify(&trusted),
        Err(ProofError::Voucher(VoucherError::Forged))
    ));
}

#[test]
fn a_retired_key_is_believed_no_more_whoever_vouches_for_it() {
    let office = Office::new(1);
    let mut trusted = office.trusted();
    trusted.own.clear();
    trusted
        .retired
        .push(office.attester().public().id().to_string());
    assert!(matches!(
        office.proof().check(&trusted),
        Err(ProofError::Retired(_))
    ));
}

#[test]
fn every_flipped_bit_of_an_attestation_is_noticed() {
    let office = Office::new(1);
    let (key, good) = (office.attester().public(), office.proof().attestation);
    good.verify(&key).unwrap();
    for at in 0..good.0.len() * 8 {
        let mut bytes = good.0.clone();
        bytes[at / 8] ^= 1 << (at % 8);
        assert!(Attestation(bytes).verify(&key).is_err(), "bit {at}");
    }
    for len in 0..good.0.len() {
        assert!(Attestation(good.0[..len].to_vec()).read().is_err());
    }
    let longer = [&good.0[..], &[0]].concat();
    assert!(matches!(
        Attestation(longer).read(),
        Err(AttestationError::Malformed)
    ));
}

#[test]
fn a_signature_of_a_device_or_another_server_is_none_of_this_server() {
    let (office, other) = (Office::new(1), Office::new(2));
    let attestation = Attestation::sign(&office.statement(), &other.attester());
    assert!(matches!(
        attestation.verify(&office.attester().public()),
        Err(AttestationError::OtherKey(_))
    ));
    let mut proof = office.proof();
    proof.attestation = attestation;
    proof.voucher = other.voucher();
    assert!(matches!(
        proof.check(&office.trusted()),
        Err(ProofError::Voucher(_))
    ));
    // The key's name is forged as well: the signature is not.
    let mut named = proof.attestation.0;
    let at = named.len() - 72;
    named[at..at + 8].copy_from_slice(&office.attester().public().id().0);
    assert!(matches!(
        Attestation(named).verify(&office.attester().public()),
        Err(AttestationError::Forged)
    ));
}

#[test]
fn an_attestation_proves_no_other_case_document_facts_or_actors() {
    let office = Office::new(1);
    let trusted = office.trusted();
    let refused = |change: &dyn Fn(&mut hejie_wire::attest::CaseProof)| {
        let mut proof = office.proof();
        change(&mut proof);
        proof.check(&trusted).unwrap_err()
    };
    let elsewhere = Statement {
        case: CaseId(Uuid::from_u128(99)),
        ..office.statement()
    };
    let of_other = Attestation::sign(&elsewhere, &office.attester());
    assert!(matches!(
        refused(&|proof| proof.attestation = of_other.clone()),
        ProofError::OtherCase
    ));
    assert!(matches!(
        refused(&|proof| proof.facts = b"{\"version\":4}".to_vec().into()),
        ProofError::Facts
    ));
    let swapped: Actors = [ActorRow {
        user: UserId(Uuid::from_u128(98)),
        ..office.row()
    }]
    .into_iter()
    .collect();
    assert!(matches!(
        refused(&|proof| proof.actors = swapped.clone()),
        ProofError::Actors
    ));
    assert!(matches!(
        refused(&|proof| proof.heads.push(ChangeHash([9; 32]))),
        ProofError::Heads
    ));
    let earlier = office.earlier_document();
    assert!(matches!(
        refused(&|proof| proof.document = earlier.clone().into()),
        ProofError::Heads
    ));
    assert!(matches!(
        refused(&|proof| proof.document = vec![1, 2, 3].into()),
        ProofError::Document(_)
    ));
}

#[test]
fn a_voucher_is_believed_of_its_own_root_and_for_its_own_key() {
    let root = RootSecret::from_seed(&[1; 32]);
    let key = AttesterSecret::from_seed(&[2; 32]).public();
    let voucher = root.vouch_attester(&key, noon());
    assert_eq!(voucher.check(&root.public()).unwrap(), key);
    let other = RootSecret::from_seed(&[3; 32]).public();
    voucher.check(&other).unwrap_err();
    voucher.check("no key").unwrap_err();
    let mut swapped = voucher.clone();
    swapped.public = *AttesterSecret::from_seed(&[4; 32]).public().public();
    swapped.check(&root.public()).unwrap_err();
    let read: hejie_wire::attest::AttesterVoucher =
        serde_json::from_str(&serde_json::to_string(&voucher).unwrap()).unwrap();
    assert_eq!(read, voucher);
}

#[test]
fn an_attestation_takes_less_than_250_bytes_however_many_heads_there_are() {
    let office = Office::new(1);
    let with = |heads: u8, epoch, facts_version| {
        let heads: Vec<ChangeHash> = (0..heads).map(|n| ChangeHash([n; 32])).collect();
        let statement = Statement {
            heads: Statement::hash_of_heads(&heads),
            epoch,
            facts_version,
            ..office.statement()
        };
        on_the_wire(&Attestation::sign(&statement, &office.attester()))
    };
    assert_eq!([1, 2, 3, 10].map(|heads| with(heads, 1, 3)), [192; 4]);
    assert_eq!(
        [1, 2, 3, 10].map(|heads| with(heads, 300, 20_000)),
        [195; 4]
    );
    assert_eq!(with(10, u64::MAX, u64::MAX), 210);
}

#[test]
fn the_hash_of_heads_depends_on_each_of_them_and_on_no_order() {
    let (a, b) = (ChangeHash([3; 32]), ChangeHash([4; 32]));
    let both = Statement::hash_of_heads(&[b, a]);
    assert_eq!(both, Statement::hash_of_heads(&[a, b, a]));
    assert_eq!(
        hex::encode(both),
        "df740548950b57218890da51e66a0eaed55cfb7b6111ffe90bdd0f3bb421f0ab"
    );
    for fewer in [&[][..], &[a], &[b]] {
        assert_ne!(both, Statement::hash_of_heads(fewer));
    }
}

fn on_the_wire(attestation: &Attestation) -> usize {
    minicbor_serde::to_vec(attestation).unwrap().len()
}

#[test]
fn the_form_of_an_attestation_never_changes_between_releases() {
    let statement = Statement {
        county: 990_101,
        epoch: 1,
        case: CaseId(Uuid::from_u128(5)),
        facts_version: 300,
        facts: [1; 32],
        actors: [2; 32],
        heads: [3; 32],
    };
    let attestation = Attestation::sign(&statement, &AttesterSecret::from_seed(&[9; 32]));
    let expected = format!(
        "020f1b9501{:032x}ac02{}{}{}{}",
        5,
        "01".repeat(32),
        "02".repeat(32),
        "03".repeat(32),
        AttesterSecret::from_seed(&[9; 32]).public().id(),
    );
    let text = hex::encode(&attestation.0);
    assert_eq!(text[..text.len() - 128], expected);
}

proptest! {
    #[test]
    fn what_is_signed_is_read_back(
        county in 0..1_000_000_u32,
        epoch: u64,
        case: u128,
        version: u64,
        heads: [u8; 32],
    ) {
        let statement = Statement {
            county,
            epoch,
            case: CaseId(Uuid::from_u128(case)),
            facts_version: version,
            facts: [3; 32],
            actors: [4; 32],
            heads,
        };
        let secret = AttesterSecret::from_seed(&[5; 32]);
        let attestation = Attestation::sign(&statement, &secret);
        prop_assert_eq!(attestation.verify(&secret.public()).unwrap(), statement);
    }

    #[test]
    fn bytes_from_anywhere_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut bytes = bytes;
        if let Some(first) = bytes.first_mut() {
            *first = 2;
        }
        if Attestation(bytes.clone()).read().is_ok() {
            prop_assert!(bytes.len() <= 208);
        }
    }

    #[test]
    fn the_hash_of_actors_depends_on_every_field_and_on_no_order(seed: u8) {
        let row = |n: u8| ActorRow { actor: Actor([n; 16]), ..Office::new(1).row() };
        let (a, b) = (row(seed), row(seed.wrapping_add(1)));
        let there: Actors = [a.clone(), b.clone()].into_iter().collect();
        let back: Actors = [b, a.clone(), a.clone()].into_iter().collect();
        prop_assert_eq!(there.hash(), back.hash());
        let one = Actors::from_iter([a.clone()]).hash();
        let other = ActorRow { role: format!("{}s", a.role), ..a };
        prop_assert_ne!(one, Actors::from_iter([other]).hash());
    }
}
