//! What becomes of the keys of a ring.

use super::*;

fn noon() -> Timestamp {
    "2026-03-02T04:00:00Z".parse().unwrap()
}

#[test]
fn a_new_key_is_the_current_one_and_the_old_one_stays_until_it_is_taken_out() {
    let entropy = RandomSource::seeded(1);
    let mut ring = Ring::generate(&entropy, noon());
    for kind in KeyKind::ALL {
        let old = ring.current(kind).unwrap().id.clone();
        let new = ring.add(kind, &entropy, noon());
        assert_eq!(ring.current(kind).unwrap().id, new);
        assert_eq!(ring.kind_of(&old), Some(kind));
        assert!(matches!(
            ring.remove(kind, &new),
            Err(RingFault::Current { .. })
        ));
        ring.remove(kind, &old).unwrap();
        assert!(matches!(
            ring.find(kind, &old),
            Err(RingFault::UnknownKey { .. })
        ));
    }
}

#[test]
fn an_attestation_key_that_was_taken_out_is_named_as_retired() {
    let entropy = RandomSource::seeded(1);
    let mut ring = Ring::generate(&entropy, noon());
    let old = ring.attester().unwrap().public();
    ring.add(KeyKind::Attestation, &entropy, noon());
    let new = ring.attester().unwrap().public();
    assert_ne!(old, new);
    let trusted = ring.trusted();
    let voucher = ring.attester_voucher().unwrap();
    assert_eq!(voucher.check(&trusted.root).unwrap(), new);
    assert_eq!((trusted.own.len(), trusted.retired.len()), (2, 0));
    let id = old.id().to_string();
    ring.remove(KeyKind::Attestation, &id).unwrap();
    let trusted = ring.trusted();
    assert_eq!(trusted.own, [*new.public()]);
    assert_eq!(trusted.retired, [id]);
}

#[test]
fn a_ring_is_written_down_and_read_again_and_never_printed() {
    let ring = Ring::generate(&RandomSource::seeded(1), noon());
    let text = serde_json::to_string(&ring).unwrap();
    let read: Ring = serde_json::from_str(&text).unwrap();
    let read = read.checked().unwrap();
    assert_eq!(read.voucher().unwrap(), ring.voucher().unwrap());
    let secret = hex::encode(ring.current(KeyKind::Master).unwrap().secret.bytes());
    assert!(text.contains(&secret));
    assert!(!format!("{ring:?}").contains(&secret));
    let hollow = text.replace("\"version\":1", "\"version\":2");
    let hollow: Ring = serde_json::from_str(&hollow).unwrap();
    assert_eq!(hollow.checked().unwrap_err(), RingFault::Malformed);
}
