//! What proves a case is gone from a phone, or never came to it: it comes again before it is
//! needed, and where it does not, the words stay where they are.

use crate::{
    phone::{Phone, read},
    recover::{Backup, all_exchange, is_known},
    relayed::sync_unattested,
    scene::Scene,
};
use harness::TestServer;
use hejie_case::ids::CaseId;
use hejie_device::{
    encryption::{RowName, RowOwner},
    engine::Readiness,
    store::{Range, Store, Table, Write},
};
use hejie_server::secrets::ring::KeyKind;
use serde_json::json;

/// A case that was registered after the backup, of which a phone has acknowledged words.
struct Late {
    scene: Scene,
    phone: Phone,
    backup: Backup,
    case: CaseId,
}

impl Late {
    async fn set() -> Self {
        let scene = Scene::on(TestServer::alone().await).await;
        let mut phone = scene.mediator().await;
        let backup = Backup::of(&scene.server).await;
        let case = scene.another_case("A-2").await;
        all_exchange(&scene, &mut [&mut phone]).await;
        phone.note(case, "备份之后写的。");
        all_exchange(&scene, &mut [&mut phone]).await;
        assert!(phone.engine.proof(case).unwrap().is_some());
        Self {
            scene,
            phone,
            backup,
            case,
        }
    }

    async fn restore(&self) {
        self.backup.restore(&self.scene.server).await;
        assert!(!is_known(&self.scene.server, self.case).await);
    }

    fn lose_vouchers(&mut self) {
        lose_vouchers(&mut self.phone);
        assert_eq!(self.phone.engine.proof(self.case).unwrap(), None);
    }

    async fn comes_back(mut self, what: &str) {
        all_exchange(&self.scene, &mut [&mut self.phone]).await;
        assert!(is_known(&self.scene.server, self.case).await, "{what}");
        assert_eq!(self.phone.notes(self.case), ["备份之后写的。"], "{what}");
        let readiness = self.phone.engine.status().readiness;
        assert_eq!(readiness, Readiness::UpToDate, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attestation_that_is_damaged_comes_again_before_a_restore_asks_for_it() {
    let mut late = Late::set().await;
    damage(&mut late.phone, Table::Attestation);
    assert_eq!(late.phone.engine.proof(late.case).unwrap(), None);
    late.phone.sync().await;
    assert!(late.phone.engine.proof(late.case).unwrap().is_some());
    assert_eq!(told(&late.phone, late.case), None);
    assert_eq!(late.phone.sync().await.requests, 1, "asked for once");
    late.restore().await;
    late.comes_back("what was damaged is fetched anew").await;
}

/// As one that another version of the phone wrote, or the server signed.
#[tokio::test(flavor = "multi_thread")]
async fn an_attestation_that_opens_and_does_not_read_comes_again_before_a_restore_asks_for_it() {
    for other in [
        json!({ "form": "another" }),
        json!({ "attestation": "09", "actors": [], "heads": [] }),
    ] {
        let mut late = Late::set().await;
        let name = RowName {
            table: Table::Attestation,
            owner: RowOwner::Case(late.case),
            number: 0,
        };
        late.phone.put_on_disk(name, &other);
        late.phone.sync().await;
        assert!(late.phone.engine.proof(late.case).unwrap().is_some());
        assert_eq!(told(&late.phone, late.case), None);
        assert_eq!(late.phone.sync().await.requests, 1, "asked for once");
        late.restore().await;
        late.comes_back("what does not read is fetched anew").await;
    }
}

/// Every attestation on the phone was signed by the key that is gone.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_voucher_makes_no_case_unprovable() {
    let mut before = Late::set().await;
    before.lose_vouchers();
    before.phone.sync().await;
    assert!(before.phone.engine.proof(before.case).unwrap().is_some());
    assert_eq!(before.phone.sync().await.requests, 1, "asked for once");
    before.restore().await;
    before.comes_back("lost and missed before a restore").await;

    let mut at_it = Late::set().await;
    at_it.lose_vouchers();
    at_it.restore().await;
    at_it.comes_back("missed after a restore").await;

    let mut asked = Late::set().await;
    asked.restore().await;
    loop {
        let answer = asked.phone.ask().await;
        assert!(asked.phone.take(&answer), "the proof is to be shown");
        if read(&answer).prove.contains(&asked.case) {
            break;
        }
    }
    asked.lose_vouchers();
    asked.phone.sync().await;
    assert!(
        is_known(&asked.scene.server, asked.case).await,
        "within one exchange"
    );
    asked
        .comes_back("missed when the proof is to be shown")
        .await;
}

/// The server has another key since, and vouches for that one alone.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_attested_by_a_key_whose_voucher_is_lost_is_attested_by_the_next_one() {
    let mut late = Late::set().await;
    add_key(&late.scene);
    late.lose_vouchers();
    // One is asked for to hear of the key, and then the others.
    late.phone.sync().await;
    for case in [late.scene.case, late.case] {
        assert!(late.phone.engine.proof(case).unwrap().is_some());
        assert_eq!(told(&late.phone, case), None);
    }
    assert_eq!(late.phone.sync().await.requests, 1, "asked for once");
    late.restore().await;
    late.comes_back("attested anew").await;
}

/// A registry that does not know the person attests nothing to them.
#[tokio::test(flavor = "multi_thread")]
async fn words_in_a_case_that_was_attested_by_a_key_whose_voucher_is_lost_stay_on_the_phone() {
    let scene = Scene::on(TestServer::alone().await).await;
    let person = &scene.county.second_mediator;
    let mut grid = Phone::enrol(&scene.server, person).await;
    grid.sync().await;
    let backup = Backup::of(&scene.server).await;
    scene.grant(scene.case, person).await;
    grid.sync().await;
    grid.note(scene.case, "备份之后写的。");
    all_exchange(&scene, &mut [&mut grid]).await;
    add_key(&scene);
    backup.restore(&scene.server).await;
    lose_vouchers(&mut grid);
    assert_stays_unprovable(&scene, &mut grid).await;
}

/// The line brought no attestation, and the registry knows the case, but not that it was given to
/// this person.
#[tokio::test(flavor = "multi_thread")]
async fn words_in_a_case_that_nothing_proves_stay_on_the_phone_of_whom_a_restored_registry_does_not_know()
 {
    let scene = Scene::on(TestServer::alone().await).await;
    let person = &scene.county.second_mediator;
    let mut grid = Phone::enrol(&scene.server, person).await;
    grid.sync().await;
    let backup = Backup::of(&scene.server).await;
    scene.grant(scene.case, person).await;
    sync_unattested(&mut grid).await;
    grid.note(scene.case, "备份之后写的。");
    sync_unattested(&mut grid).await;
    assert_eq!(grid.engine.status().waiting, 0);
    backup.restore(&scene.server).await;
    assert_stays_unprovable(&scene, &mut grid).await;
    // Whoever reads it there lets the person in again.
    scene.grant(scene.case, person).await;
    all_exchange(&scene, &mut [&mut grid]).await;
    assert_eq!(grid.notes(scene.case), ["备份之后写的。"]);
    assert_eq!(grid.state(scene.case), scene.state().await);
    assert_eq!(grid.engine.status().readiness, Readiness::UpToDate);
}

fn lose_vouchers(phone: &mut Phone) {
    let name = RowName {
        table: Table::Own,
        owner: RowOwner::Phone("attesters"),
        number: 0,
    };
    phone.put_on_disk(name, &json!(null));
}

/// Gives the server another key, by which it attests from now on.
fn add_key(scene: &Scene) {
    let (state, now) = (&scene.server.state, scene.server.now());
    let added = state
        .ring
        .update(|ring| Ok(ring.add(KeyKind::Attestation, &state.entropy, now)));
    added.unwrap();
}

/// Exchange after exchange the words stay, and their person reads why.
async fn assert_stays_unprovable(scene: &Scene, grid: &mut Phone) {
    for _ in 0..2 {
        all_exchange(scene, &mut [grid]).await;
        assert_eq!(grid.notes(scene.case), ["备份之后写的。"]);
        let told = told(grid, scene.case);
        assert_eq!(told.as_deref(), Some("case_unprovable"));
    }
}

/// What the phone says of a case.
fn told(phone: &Phone, case: CaseId) -> Option<String> {
    let cases = phone.engine.cases();
    let summary = cases.iter().find(|one| one.case == case).unwrap();
    summary.reason.as_ref().map(|reason| reason.code.clone())
}

/// Flips a bit in each row of a table, and wakes the phone up, which takes them out.
fn damage(phone: &mut Phone, table: Table) {
    let mut store = phone.disk.copy();
    let rows = store.scan(table, Range::All).unwrap();
    assert!(!rows.is_empty());
    let flipped = rows.into_iter().map(|(key, mut row)| {
        row.sealed[30] ^= 1;
        Write::Put(table, key, row)
    });
    let flipped = flipped.collect();
    store.commit(flipped).unwrap();
    phone.wake_up_with(store);
}
