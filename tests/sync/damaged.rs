//! What a phone holds of a case is damaged, and the registry was set back or does not know the
//! person as a member: the phone names the case all the same, and is told what becomes of it.

use crate::{
    phone::Phone,
    recover::{Backup, all_exchange, is_known},
    scene::Scene,
};
use harness::{Person, TestServer};
use hejie_device::{
    engine::{Readiness, Standing},
    store::{Range, Store, Table, Write},
};

/// Damages the ledger of a phone's store, so that no row of it can be trusted to be the newest.
fn damage(phone: &mut Phone) {
    let mut disk = phone.disk.copy();
    let own = disk.scan(Table::Own, Range::All).unwrap().into_iter();
    let mut ledger = own.filter(|(key, _)| key.group == [0; 16]);
    let (key, mut row) = ledger.next().unwrap();
    row.sealed[30] ^= 1;
    let put = Write::Put(Table::Own, key, row);
    disk.commit(vec![put]).unwrap();
    phone.wake_up_with(disk);
    assert!(phone.engine.status().damaged > 0);
}

/// Takes what the server signed off a phone.
fn take_attestations(phone: &mut Phone) {
    let mut disk = phone.disk.copy();
    let signed = disk.scan(Table::Attestation, Range::All).unwrap();
    let gone = signed
        .into_iter()
        .map(|(key, _)| Write::Delete(Table::Attestation, key));
    disk.commit(gone.collect()).unwrap();
    phone.wake_up_with(disk);
}

/// Ends a membership without a word in the feed, as a backup of before it began does.
async fn lose_member(scene: &Scene, person: &Person) {
    let pool = &scene.server.state.pool;
    let of_case = "delete from case_member where case_id = $1 and user_id = $2";
    let of_case = sqlx::query(of_case).bind(scene.case.0).bind(person.id.0);
    of_case.execute(pool).await.unwrap();
    // The scene has one case of this person's.
    let head = "update feed_head set digest = decode(repeat('00', 16), 'hex') where user_id = $1";
    let head = sqlx::query(head).bind(person.id.0);
    head.execute(pool).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_case_of_somebody_who_is_no_member_any_more_leaves_and_its_unsent_work_is_kept() {
    for is_signed in [true, false] {
        let scene = Scene::set().await;
        let mut phone = scene.colleague().await;
        phone.note(scene.case, "已经上传的。");
        all_exchange(&scene, &mut [&mut phone]).await;
        phone.note(scene.case, "没有上传的。");
        if !is_signed {
            take_attestations(&mut phone);
        }
        damage(&mut phone);
        lose_member(&scene, &scene.county.second_mediator).await;
        all_exchange(&scene, &mut [&mut phone]).await;
        let status = phone.engine.status();
        assert_eq!((status.damaged, status.waiting), (0, 0), "{is_signed}");
        assert_eq!(phone.engine.cases()[0].standing, Standing::Left);
        assert_eq!(phone.engine.refusals().unwrap().len(), 1, "{is_signed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_case_that_a_restored_registry_does_not_know_is_proved_all_the_same() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut phone = scene.mediator().await;
    let backup = Backup::of(&scene.server).await;
    let late = scene.another_case("A-2").await;
    phone.note(scene.case, "备份之后写的。");
    all_exchange(&scene, &mut [&mut phone]).await;
    phone.note(late, "没有上传的。");
    damage(&mut phone);
    backup.restore(&scene.server).await;
    all_exchange(&scene, &mut [&mut phone]).await;
    assert!(is_known(&scene.server, late).await);
    let status = phone.engine.status();
    assert_eq!((status.damaged, status.waiting), (0, 0));
    assert_eq!(status.readiness, Readiness::UpToDate);
    assert_eq!(phone.notes(late), ["没有上传的。"]);
    assert_eq!(phone.notes(scene.case), ["备份之后写的。"]);
}
