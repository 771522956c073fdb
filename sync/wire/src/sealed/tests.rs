use super::*;

fn case(n: u8) -> CaseId {
    CaseId(uuid::Uuid::from_bytes([n; 16]))
}

fn entry(n: u8) -> EntryId {
    EntryId(uuid::Uuid::from_bytes([n; 16]))
}

fn identity(n: u8, party: u8) -> SealedFor {
    SealedFor::Identity {
        case: case(n),
        party: entry(party),
    }
}

/// Shows P11.
#[test]
fn what_was_sealed_opens_with_the_right_key_for_the_right_party_alone() {
    let (right, other) = (
        SealingSecret::from_seed([1; 32]),
        SealingSecret::from_seed([2; 32]),
    );
    let sealed = right
        .public()
        .seal(identity(1, 1), "张小明".as_bytes(), [7; 32])
        .unwrap();
    assert_eq!(sealed.key_id, right.public().id());
    let opened = right.open(identity(1, 1), &sealed.bytes).unwrap();
    assert_eq!(&opened[..], "张小明".as_bytes());
    let statement = SealedFor::Statement {
        case: case(1),
        statement: entry(1),
    };
    for elsewhere in [identity(1, 2), identity(2, 1), statement] {
        assert_eq!(
            right.open(elsewhere, &sealed.bytes).unwrap_err(),
            SealedError::Closed
        );
    }
    assert!(other.open(identity(1, 1), &sealed.bytes).is_err());
    let mut changed = sealed.bytes.clone();
    *changed.last_mut().unwrap() ^= 1;
    assert!(right.open(identity(1, 1), &changed).is_err());
    assert!(right.open(identity(1, 1), &sealed.bytes[..20]).is_err());
}

#[test]
fn sealed_bytes_are_as_long_as_said_and_tell_nothing() {
    let key = SealingSecret::from_seed([1; 32]).public();
    let plain = "张小明".as_bytes();
    let a = key.seal(identity(1, 1), plain, [7; 32]).unwrap();
    let b = key.seal(identity(1, 1), plain, [8; 32]).unwrap();
    assert_ne!(a.bytes, b.bytes);
    assert_eq!(a.bytes.len(), plain.len() + OVERHEAD_BYTES);
    let long = vec![0; PLAIN_BYTES + 1];
    assert_eq!(
        key.seal(identity(1, 1), &long, [7; 32]).unwrap_err(),
        SealedError::TooLong
    );
}

#[test]
fn a_statement_is_sealed_as_text_and_opened_as_text() {
    let secret = SealingSecret::from_seed([1; 32]);
    let what = SealedFor::Statement {
        case: case(1),
        statement: entry(9),
    };
    let sealed = secret
        .public()
        .seal_text(what, "他昨晚又动了手。", [3; 32])
        .unwrap();
    assert!(!sealed.ciphertext.contains('他'));
    assert_eq!(
        *secret.open_text(what, &sealed).unwrap(),
        "他昨晚又动了手。"
    );
    let broken = SealedText {
        ciphertext: "不是密文".into(),
        ..sealed
    };
    assert!(secret.open_text(what, &broken).is_err());
}

#[test]
fn a_key_is_believed_when_the_known_root_vouches_for_it() {
    let root = RootSecret::from_seed(&[5; 32]);
    let key = SealingSecret::from_seed([1; 32]).public();
    let at: jiff::Timestamp = "2026-03-02T01:00:00Z".parse().unwrap();
    let voucher = root.vouch(&key, at);
    assert_eq!(voucher.check(None).unwrap(), key);
    assert_eq!(voucher.check(Some(&root.public())).unwrap(), key);
    let stranger = RootSecret::from_seed(&[6; 32]);
    assert_eq!(
        stranger.vouch(&key, at).check(Some(&root.public())),
        Err(VoucherError::OtherRoot)
    );
    let swapped = Voucher {
        public: hex::encode(SealingSecret::from_seed([2; 32]).public().public()),
        ..voucher.clone()
    };
    assert_eq!(
        swapped.check(Some(&root.public())),
        Err(VoucherError::Forged)
    );
    let borrowed = Voucher {
        root: stranger.public(),
        ..voucher
    };
    assert_eq!(borrowed.check(None), Err(VoucherError::Forged));
}
