//! Identities and statements that only the server may open: what the phone keeps of them, and for
//! how long.

use crate::{
    office::Office,
    phone::{Disk, Fault, Phone, noon},
};
use hejie_case::{
    document::Origin,
    edit::NewEntry,
    identity::{Identity, Warning},
    ids::{CaseId, EntryId},
    record::{IntakeField, Party, Side, StatementHead},
};
use hejie_device::{
    engine::{EngineError, OutgoingIdentity, Reason, Whereabouts},
    store::{Range, Store, Table},
};
use hejie_wire::sealed::{RootSecret, SealedFor, SealingSecret, Voucher};
use jiff::SignedDuration;

/// The server's side of the keys.
pub(crate) struct Keys {
    pub(crate) root: RootSecret,
    pub(crate) sealing: SealingSecret,
}

impl Keys {
    pub(crate) fn new(n: u8) -> Self {
        Self {
            root: RootSecret::from_seed(&[n; 32]),
            sealing: SealingSecret::from_seed([n; 32]),
        }
    }

    pub(crate) fn voucher(&self) -> Voucher {
        self.root.vouch(&self.sealing.public(), noon())
    }

    /// Opens what a phone sent.
    pub(crate) fn open(&self, sent: &OutgoingIdentity) -> Identity {
        let (case, party) = (sent.case, sent.party);
        let text = self
            .sealing
            .open_text(SealedFor::Identity { case, party }, &sent.sealed)
            .unwrap();
        serde_json::from_str(&text).unwrap()
    }
}

pub(crate) fn zhang() -> Identity {
    Identity {
        name: "张小明".into(),
        id_number: Some("990101199003070011".into()),
        telephone: Some("13900000001".into()),
        address: None,
        guardian: None,
        vulnerable: Vec::new(),
    }
}

pub(crate) fn masked_party(is_minor: bool) -> NewEntry {
    NewEntry::Party(Party {
        is_minor,
        ..Party::person(Side::A, "某*")
    })
}

/// A phone that knows the server's key, with a case and a party.
fn scene() -> (Keys, Phone, CaseId, EntryId) {
    let (keys, mut phone) = (Keys::new(7), Phone::new(1));
    phone
        .engine
        .learn_sealing_key(keys.voucher(), noon())
        .unwrap();
    let case = phone.begin_case("租户与中介因服务费争执");
    let party = phone.engine.add(case, masked_party(false), noon()).unwrap();
    (keys, phone, case, party)
}

fn name_in_document(phone: &Phone, case: CaseId, party: EntryId) -> String {
    phone.view(case).parties[&party]
        .value
        .party
        .name_masked
        .clone()
}

/// Bytes of the sealed rows of identities on the disk.
pub(crate) fn bytes_on_disk(disk: &Disk) -> usize {
    let rows = disk.scan(Table::Secret, Range::All).unwrap();
    rows.iter().map(|(_, row)| row.sealed.len()).sum()
}

/// Shows P06.
#[test]
fn after_receipt_and_backup_only_the_mask_stays_on_the_phone() {
    let (keys, mut phone, case, party) = scene();
    let mut office = Office::new(noon());
    phone.exchange(&mut office);
    let captured = phone
        .engine
        .add_party_identity(case, party, &zhang(), noon())
        .unwrap();
    assert_eq!(captured.masked.name, "张*明");
    assert_eq!(captured.warnings, [Warning::CheckDigit]);
    assert_eq!(name_in_document(&phone, case, party), "张*明");
    let before = phone.engine.status().waiting;
    phone.die();
    assert_eq!(phone.engine.status().waiting, before);
    let sent = phone.engine.outgoing_identities().unwrap().remove(0);
    assert_eq!(keys.open(&sent), zhang());
    let sealed = bytes_on_disk(&phone.disk);
    phone.engine.identity_received(&sent, noon()).unwrap();
    assert_eq!(phone.engine.status().waiting, before - 1);
    office.backed_up = Some(noon() + SignedDuration::from_secs(1));
    phone.exchange(&mut office);
    assert!(
        bytes_on_disk(&phone.disk) + 150 < sealed,
        "the sealed bytes are gone"
    );
    phone.die();
    assert!(phone.engine.outgoing_identities().unwrap().is_empty());
    let known = phone.engine.identities(case).unwrap().remove(0);
    assert_eq!(known.whereabouts, Whereabouts::Received(noon()));
    assert_eq!(known.masked.telephone.as_deref(), Some("139****0001"));
}

#[test]
fn a_phone_that_dies_anywhere_between_capture_and_receipt_loses_nothing_and_halves_nothing() {
    for n in 0..4 {
        for fault in [Fault::Before(n), Fault::After(n)] {
            let (keys, mut phone, case, party) = scene();
            phone.disk.fail(Some(fault));
            let captured = phone
                .engine
                .add_party_identity(case, party, &zhang(), noon())
                .is_ok();
            let sent = phone.engine.outgoing_identities().unwrap();
            let received = sent
                .first()
                .is_some_and(|sent| phone.engine.identity_received(sent, noon()).is_ok());
            phone.die();
            let kept = phone.engine.identities(case).unwrap();
            let is_masked = name_in_document(&phone, case, party) == "张*明";
            assert_eq!(!kept.is_empty(), is_masked, "{fault:?}: one step, or none");
            assert!(
                !captured || !kept.is_empty(),
                "{fault:?}: promised and lost"
            );
            if received {
                assert_eq!(kept[0].whereabouts, Whereabouts::Received(noon()));
            } else if let Some(waiting) = phone.engine.outgoing_identities().unwrap().first() {
                assert_eq!(keys.open(waiting), zhang());
            }
        }
    }
}

#[test]
fn a_capture_made_while_the_first_is_on_its_way_goes_on_waiting() {
    let (keys, mut phone, case, party) = scene();
    let mut capture = |name: &str| {
        let identity = Identity {
            name: name.into(),
            id_number: None,
            telephone: None,
            address: None,
            guardian: None,
            vulnerable: Vec::new(),
        };
        phone
            .engine
            .add_party_identity(case, party, &identity, noon())
            .unwrap();
        phone.engine.outgoing_identities().unwrap().remove(0)
    };
    let first = capture("张小名");
    let second = capture("张小明");
    phone.engine.identity_received(&first, noon()).unwrap();
    let waiting = phone.engine.outgoing_identities().unwrap();
    assert_eq!(waiting, std::slice::from_ref(&second));
    assert_eq!(keys.open(&second).name, "张小明");
}

#[test]
fn what_the_server_does_not_take_is_shown_until_it_is_dismissed() {
    let (_, mut phone, case, party) = scene();
    phone
        .engine
        .add_party_identity(case, party, &zhang(), noon())
        .unwrap();
    let sent = phone.engine.outgoing_identities().unwrap().remove(0);
    let reason = Reason {
        code: "not_a_member".into(),
        zh: "您不再负责本案。".into(),
    };
    phone
        .engine
        .identity_refused(&sent, reason.clone())
        .unwrap();
    phone.die();
    assert_eq!(phone.engine.status().refused, 1);
    let refused = phone.engine.refused_identities().unwrap().remove(0);
    assert_eq!(refused.whereabouts, Whereabouts::Refused(reason));
    phone.engine.dismiss_identity(case, party).unwrap();
    assert_eq!(phone.engine.status().refused, 0);
    assert!(phone.engine.identities(case).unwrap().is_empty());
}

#[test]
fn a_case_that_leaves_takes_its_masks_along_and_lets_what_waits_be_sent() {
    let (_, mut phone, case, party) = scene();
    let other = phone.engine.add(case, masked_party(false), noon()).unwrap();
    let mut office = Office::new(noon());
    for party in [party, other] {
        phone
            .engine
            .add_party_identity(case, party, &zhang(), noon())
            .unwrap();
    }
    phone.exchange(&mut office);
    let sent = phone.engine.outgoing_identities().unwrap();
    phone.engine.identity_received(&sent[0], noon()).unwrap();
    office.take_away(phone.device(), case);
    phone.exchange(&mut office);
    let left = phone.engine.identities(case).unwrap();
    assert_eq!((left.len(), left[0].party), (1, sent[1].party));
    phone.engine.identity_received(&sent[1], noon()).unwrap();
    assert!(phone.engine.identities(case).unwrap().is_empty());
}

#[test]
fn without_a_key_or_with_a_stranger_s_nothing_is_captured() {
    let mut phone = Phone::new(1);
    let case = phone.begin_case("尚未联网");
    let party = phone.engine.add(case, masked_party(false), noon()).unwrap();
    let refused = phone
        .engine
        .add_party_identity(case, party, &zhang(), noon());
    assert_eq!(code(refused.unwrap_err()), "no_sealing_key");
    assert_eq!(name_in_document(&phone, case, party), "某*");

    let (server, stranger) = (Keys::new(7), Keys::new(8));
    assert!(phone.engine.wants_sealing_key(noon()).unwrap());
    phone
        .engine
        .learn_sealing_key(server.voucher(), noon())
        .unwrap();
    assert!(!phone.engine.wants_sealing_key(noon()).unwrap());
    let refused = phone.engine.learn_sealing_key(stranger.voucher(), noon());
    assert_eq!(code(refused.unwrap_err()), "server_key_changed");
    let forged = Voucher {
        root: server.root.public(),
        ..stranger.voucher()
    };
    let refused = phone.engine.learn_sealing_key(forged, noon());
    assert_eq!(code(refused.unwrap_err()), "server_key_forged");
    let nobody = EntryId(case.0);
    let refused = phone
        .engine
        .add_party_identity(case, nobody, &zhang(), noon());
    assert_eq!(code(refused.unwrap_err()), "unknown_party");
}

/// Shows D03.
#[test]
fn statements_of_a_family_case_are_sealed_and_can_be_replaced_but_not_read() {
    let (keys, mut phone, _, _) = scene();
    let origin = Origin {
        fields: vec![IntakeField::Situation("N01-01".parse().unwrap())],
        ..Origin::default()
    };
    let case = phone.engine.create_case(origin, noon()).unwrap().case;
    let party = phone.engine.add(case, masked_party(false), noon()).unwrap();
    let head = StatementHead {
        party,
        taken_at: noon(),
        supplement_to: None,
    };
    let id = phone
        .engine
        .add_statement(case, head, "他昨晚动了手。", noon())
        .unwrap();
    phone
        .engine
        .edit_statement(case, id, "他昨晚酒后动了手。", noon())
        .unwrap();
    let statement = phone.view(case).statements[&id].value.clone();
    assert_eq!(statement.text, "");
    let what = SealedFor::Statement {
        case,
        statement: id,
    };
    let opened = keys.sealing.open_text(what, &statement.sealed.unwrap());
    assert_eq!(*opened.unwrap(), "他昨晚酒后动了手。");
}

#[test]
fn statements_of_other_cases_stay_plain() {
    let (_, mut phone, case, party) = scene();
    let head = StatementHead {
        party,
        taken_at: noon(),
        supplement_to: None,
    };
    let id = phone
        .engine
        .add_statement(case, head, "押金没有退。", noon())
        .unwrap();
    phone
        .engine
        .edit_statement(case, id, "押金至今没有退。", noon())
        .unwrap();
    let statement = phone.view(case).statements[&id].value.clone();
    assert_eq!(statement.text, "押金至今没有退。");
    assert_eq!(statement.sealed, None);
}

fn code(error: EngineError) -> String {
    match error {
        EngineError::NotPossible(reason) => reason.code,
        other => panic!("{other:?}"),
    }
}
