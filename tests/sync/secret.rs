//! Who parties really are: sealed on a phone, locked on the server, read for a purpose, recognised
//! without being known, destroyed.

mod delivered;
mod destroyed;
mod masked;
mod purpose;
mod repeated;
mod rotated;
mod vulnerable;

use crate::{phone::Phone, scene::Scene};
use harness::{Answer, Calls, TestServer};
use hejie_case::{
    edit::NewEntry,
    identity::Identity,
    ids::{CaseId, EntryId},
    record::{Party, Side},
};
use hejie_registry::secret::{self, StoredSecret};
use jiff::SignedDuration;
use serde_json::json;

/// An invented person: name, ID number with a wrong check digit, telephone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Somebody {
    name: &'static str,
    id: Option<&'static str>,
    telephone: Option<&'static str>,
}

pub(crate) const ZHANG: Somebody = Somebody {
    name: "张小明",
    id: Some("990101199003070011"),
    telephone: Some("13900000001"),
};
pub(crate) const LI: Somebody = Somebody {
    name: "李大方",
    id: Some("990101198805120023"),
    telephone: Some("13900000002"),
};

impl Somebody {
    pub(crate) fn identity(self) -> Identity {
        Identity {
            name: self.name.into(),
            id_number: self.id.map(Into::into),
            telephone: self.telephone.map(Into::into),
            address: Some("二单元601室".into()),
            guardian: None,
            vulnerable: Vec::new(),
        }
    }
}

/// The mediator's phone, after the mediator signed for the case.
pub(crate) async fn handler(scene: &Scene) -> Phone {
    let mut phone = scene.mediator().await;
    sign_for(scene, &mut phone, scene.case).await;
    phone
}

async fn sign_for(scene: &Scene, phone: &mut Phone, case: CaseId) {
    let now = phone.now();
    phone.engine.sign_for(case, now).unwrap();
    phone.sync().await;
    scene.server.reconcile().await;
    phone.sync().await;
}

/// Adds a party to a case, masked.
fn party(phone: &mut Phone, case: CaseId, side: Side, is_minor: bool) -> EntryId {
    let party = Party {
        is_minor,
        ..Party::person(side, "某*")
    };
    // A moment later than the one before, so that the entries are in the order in which they were
    // written.
    let now = phone.now() + SignedDuration::from_millis(1);
    phone.set_clock(now);
    phone.engine.add(case, NewEntry::Party(party), now).unwrap()
}

/// Adds a party, captures who it is, and brings both to the server.
pub(crate) async fn known_party(
    scene: &Scene,
    phone: &mut Phone,
    case: CaseId,
    side: Side,
    who: Somebody,
) -> EntryId {
    let party = party(phone, case, side, false);
    let now = phone.now();
    phone
        .engine
        .add_party_identity(case, party, &who.identity(), now)
        .unwrap();
    bring(scene, phone).await;
    party
}

/// Exchanges, reconciles, and delivers what is sealed.
pub(crate) async fn bring(scene: &Scene, phone: &mut Phone) {
    phone.sync().await;
    scene.server.reconcile().await;
    for answer in phone.deliver().await {
        assert_eq!(answer.status, 200, "{}", answer.json);
    }
    scene.server.reconcile().await;
}

/// Asks for an identity for a purpose.
pub(crate) async fn read(who: &impl Calls, case: CaseId, party: EntryId, words: &str) -> Answer {
    who.post(
        &path_of_reading(case, party),
        json!({ "purpose": "contact", "words": words }),
    )
    .await
}

/// Where it is asked for.
pub(crate) fn path_of_reading(case: CaseId, party: EntryId) -> String {
    format!("/api/v1/cases/{case}/parties/{party}/identity/reading")
}

/// The row as it is stored.
async fn stored(server: &TestServer, case: CaseId, party: EntryId) -> StoredSecret {
    let mut conn = hejie_registry::pool::acquire(&server.state.pool)
        .await
        .unwrap();
    secret::lookup(&mut conn, case, party)
        .await
        .unwrap()
        .unwrap()
}
