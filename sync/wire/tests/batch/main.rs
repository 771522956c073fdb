//! A phone's signature stands for one list of changes of one case, and for nothing else.

#![allow(
    clippy::unwrap_used,
    reason = "in a test an unwrap is an assertion, in its helpers too"
)]

use hejie_case::{
    document::CaseDoc,
    ids::{CaseId, ChangeHash, DeviceId},
};
use hejie_wire::{
    batch::{Batch, BatchSignature, DeviceKey, DeviceSecret, NoKey},
    chunk,
    message::CaseUp,
};
use proptest::prelude::*;
use serde_bytes::ByteBuf;
use sha2::{Digest, Sha256};
use uuid::Uuid;

fn secret() -> DeviceSecret {
    DeviceSecret::from_seed(&[7; 32])
}

fn batch(changes: &[u8]) -> Batch {
    Batch {
        case: CaseId(Uuid::from_u128(1)),
        device: DeviceId(Uuid::from_u128(2)),
        changes: changes.iter().map(|n| ChangeHash([*n; 32])).collect(),
    }
}

fn stands(batch: &Batch, signature: &BatchSignature) -> bool {
    secret().public().verifies(batch, signature)
}

#[test]
fn a_batch_stands_under_its_phones_key_and_under_no_other() {
    let signature = secret().sign(&batch(&[1, 2]));
    assert!(stands(&batch(&[1, 2]), &signature));
    let other = DeviceSecret::from_seed(&[8; 32]).public();
    assert!(!other.verifies(&batch(&[1, 2]), &signature));
}

#[test]
fn a_signature_holds_for_no_other_list_no_other_case_and_no_other_phone() {
    let signed = batch(&[1, 2]);
    let signature = secret().sign(&signed);
    for changes in [&[][..], &[1], &[2, 1], &[1, 2, 3], &[1, 1, 2], &[1, 3]] {
        assert!(!stands(&batch(changes), &signature), "{changes:?}");
    }
    let elsewhere = Batch {
        case: CaseId(Uuid::from_u128(9)),
        ..signed.clone()
    };
    let another = Batch {
        device: DeviceId(Uuid::from_u128(9)),
        ..signed.clone()
    };
    let exchanged = Batch {
        case: CaseId(signed.device.0),
        device: DeviceId(signed.case.0),
        ..signed
    };
    for other in [elsewhere, another, exchanged] {
        assert!(!stands(&other, &signature), "{other:?}");
    }
}

/// What is signed, byte for byte, as other languages would make it after exchange.cddl.
#[test]
fn the_signed_bytes_are_what_the_specification_says() {
    let batch = batch(&[1, 2]);
    let mut bytes = b"hejie-batch-1\0".to_vec();
    bytes.extend(1_u128.to_be_bytes());
    bytes.extend(2_u128.to_be_bytes());
    bytes.extend([0, 0, 0, 0, 0, 0, 0, 2]);
    bytes.extend([1; 32]);
    bytes.extend([2; 32]);
    let by_hand =
        ed25519_dalek::Signer::sign(&ed25519_dalek::SigningKey::from_bytes(&[7; 32]), &bytes);
    assert_eq!(secret().sign(&batch).0, by_hand.to_bytes());
}

#[test]
fn a_change_is_named_by_its_hash_and_what_is_no_change_by_the_hash_of_its_bytes() {
    let (genesis, broken) = (CaseDoc::genesis().bytes, vec![1, 2, 3]);
    let sent = CaseUp::new(
        CaseId(Uuid::from_u128(1)),
        vec![
            ByteBuf::from(genesis.clone()),
            ByteBuf::from(broken.clone()),
        ],
    );
    let of_bytes = ChangeHash(Sha256::digest(&broken).into());
    assert_eq!(
        sent.batch(DeviceId(Uuid::from_u128(2))).changes,
        [chunk::parse(&genesis).unwrap().hash, of_bytes]
    );
}

#[test]
fn a_key_from_outside_is_a_point_that_is_not_weak_and_reads_as_it_was_written() {
    let key = secret().public();
    assert_eq!(key.to_string().parse(), Ok(key));
    assert_eq!(DeviceKey::try_from(&key.bytes()[..]), Ok(key));
    let mut identity = [0; 32];
    identity[0] = 1;
    for weak in [[0; 32], identity] {
        assert_eq!(hex::encode(weak).parse::<DeviceKey>(), Err(NoKey));
        let stored = DeviceKey::try_from(&weak[..]).unwrap();
        assert!(!stored.verifies(&batch(&[1]), &BatchSignature([0; 64])));
    }
    assert_eq!(DeviceKey::try_from(&key.bytes()[..31]), Err(NoKey));
    assert_eq!("not a key".parse::<DeviceKey>(), Err(NoKey));
    let again = DeviceSecret::from_seed(&secret().seed());
    assert_eq!(again.public(), key);
    assert_eq!(format!("{again:?}"), "DeviceSecret(…)");
}

proptest! {
    #[test]
    fn no_flipped_bit_of_a_signature_stands(at in 0..64_usize, bit in 0..8_u8, changes in prop::collection::vec(any::<u8>(), 0..20)) {
        let batch = batch(&changes);
        let mut signature = secret().sign(&batch);
        prop_assert!(stands(&batch, &signature));
        signature.0[at] ^= 1 << bit;
        prop_assert!(!stands(&batch, &signature));
    }

    #[test]
    fn no_changed_byte_of_a_list_stands(at in 0..64_usize, bit in 0..8_u8) {
        let signed = batch(&[1, 2]);
        let signature = secret().sign(&signed);
        let mut altered = signed;
        altered.changes[at / 32].0[at % 32] ^= 1 << bit;
        prop_assert!(!stands(&altered, &signature));
    }
}
