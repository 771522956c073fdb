//! A phone that lost who it belongs to: enrolled again, it sends its own work as its own.

use crate::{batch::unsigned, effects::origin, phone::Phone, scene::Scene};
use harness::{Person, TestServer};
use hejie_case::{ids::CaseId, role::Role};
use hejie_device::{
    engine::Readiness,
    store::{Key, MemoryStore, Range, Store, Table, Write},
};

type Place = (Table, Key);

/// One page of the phone's file holds both rows of the enrolment, and perhaps one more; or
/// everything that is the phone's own.
#[tokio::test(flavor = "multi_thread")]
async fn unsent_work_of_a_phone_that_lost_its_enrolment_is_nobody_elses() {
    let scene = Scene::on(TestServer::alone().await).await;
    let others = Page::of(&scene).await.others().len();
    assert!(others >= 9, "{others}");
    for lost in std::iter::once(None).chain((0..others).map(Some)) {
        let mut page = Page::of(&scene).await;
        let mut rows = page.enrolment();
        rows.extend(lost.map(|n| page.others().remove(n)));
        page.loses_and_comes_back(&scene, rows).await;
    }
    let page = Page::of(&scene).await;
    let rows = page.own();
    page.loses_and_comes_back(&scene, rows).await;
}

/// A phone with a note that the server has and one that it has not, and a case that it has not.
struct Page {
    person: Person,
    phone: Phone,
    sent: CaseId,
    begun: CaseId,
}

impl Page {
    async fn of(scene: &Scene) -> Self {
        let person = scene.county.hire(&scene.server, Role::Mediator).await;
        let mut phone = Phone::enrol(&scene.server, &person).await;
        let now = phone.now();
        let sent = phone.engine.create_case(origin(&scene.county), now);
        let sent = sent.unwrap().case;
        phone.note(sent, "已送达。");
        phone.sync().await;
        scene.server.reconcile().await;
        phone.sync().await;
        phone.note(sent, "未发送。");
        let begun = phone.engine.create_case(origin(&scene.county), now);
        let begun = begun.unwrap().case;
        phone.note(begun, "未发送。");
        Self {
            person,
            phone,
            sent,
            begun,
        }
    }

    /// The rows of the phone itself.
    fn own(&self) -> Vec<Place> {
        all_of(&self.phone.disk.copy(), Table::Own)
    }

    /// All other rows.
    fn others(&self) -> Vec<Place> {
        let disk = self.phone.disk.copy();
        let tables = Table::ALL.into_iter();
        let tables = tables.filter(|table| *table != Table::Own);
        tables.flat_map(|table| all_of(&disk, table)).collect()
    }

    /// The two rows of the enrolment: those without which the phone is nobody's, and otherwise as
    /// it was.
    fn enrolment(&mut self) -> Vec<Place> {
        let whole = self.phone.disk.copy();
        let own = self.own();
        let pairs = (0..own.len()).flat_map(|n| (0..n).map(move |m| (m, n)));
        for (m, n) in pairs {
            let pair = vec![own[m], own[n]];
            self.phone.wake_up_with(without(&whole, &pair));
            let status = self.phone.engine.status();
            let is_nobodys = status.readiness == Readiness::NotEnrolled;
            self.phone.wake_up_with(whole.clone());
            if is_nobodys && status.complete_at.is_some() {
                return pair;
            }
        }
        panic!("no two rows say whose phone it is");
    }

    async fn loses_and_comes_back(self, scene: &Scene, rows: Vec<Place>) {
        let Self {
            person,
            mut phone,
            sent,
            begun,
        } = self;
        let what = format!("{rows:?}");
        let is_whole = !rows.iter().any(|(table, _)| *table != Table::Own);
        phone.wake_up_with(without(&phone.disk.copy(), &rows));
        assert_eq!(phone.engine.status().readiness, Readiness::NotEnrolled);
        phone.enrol_again(&scene.server, &person).await;
        for _ in 0..2 {
            phone.sync().await;
            scene.server.reconcile().await;
        }
        phone.sync().await;
        let aside = "select count(*) from case_change where state = 'quarantined' and $1 = $1";
        assert_eq!(scene.count(aside).await, 0, "{what}");
        for (case, notes) in [(sent, 2), (begun, 1)] {
            let Ok(file) = phone.engine.case(case, phone.now()) else {
                assert!(!is_whole, "{what}");
                continue;
            };
            let read = phone.notes(case);
            assert!(read.len() <= notes, "{what}: {read:?}");
            assert!(!is_whole || read.len() == notes, "{what}: {read:?}");
            assert!(file.facts.is_some(), "{what}: it is registered");
            assert_eq!(unsigned(scene, case).await, 0, "{what}");
        }
        assert_eq!(phone.engine.status().waiting, 0, "{what}");
    }
}

fn all_of(disk: &MemoryStore, table: Table) -> Vec<Place> {
    let rows = disk.scan(table, Range::All).unwrap().into_iter();
    rows.map(|(key, _)| (table, key)).collect()
}

fn without(disk: &MemoryStore, rows: &[Place]) -> MemoryStore {
    let mut disk = disk.clone();
    let gone = rows.iter().map(|(table, key)| Write::Delete(*table, *key));
    disk.commit(gone.collect()).unwrap();
    disk
}
