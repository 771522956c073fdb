//! What was captured after the backup stays on phones until a backup is reported, and comes back
//! when the registry was set back.

use crate::{
    evidence::{bytes, come_back, send_all},
    phone::Phone,
    recover::{Backup, all_exchange, is_known},
    scene::{Scene, facts},
    secret::{ZHANG, bring, handler, known_party, read},
};
use harness::{Calls, TestServer};
use hejie_case::{
    ids::{CaseId, EntryId},
    record::Side,
    role::Role,
};
use hejie_device::engine::OutgoingFile;
use hejie_registry::{
    backup::{self, Backup as Reported},
    pool,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// A photograph that the server received.
async fn photographed(scene: &Scene, phone: &mut Phone) -> (EntryId, OutgoingFile) {
    let evidence = phone.takes_photo(scene);
    come_back(scene, phone).await;
    let file = phone.engine.outgoing_files().unwrap().remove(0);
    send_all(phone, &file).await;
    come_back(scene, phone).await;
    (evidence, file)
}

async fn report(scene: &Scene, began_at: Timestamp) {
    let mut conn = pool::acquire(&scene.server.state.pool).await.unwrap();
    let reported_at = scene.server.now();
    let made = Reported {
        began_at,
        reported_at,
    };
    backup::report(&mut conn, &made).await.unwrap();
}

/// What the console is told.
async fn told(scene: &Scene) -> Value {
    let desk = scene.county.supervisor(&scene.server).await;
    let answer = desk.get("/api/v1/backup").await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    answer.json
}

/// Originals and identities that a phone keeps, and what waits there.
fn kept(phone: &Phone) -> (u64, u64, u64) {
    let kept = phone.engine.kept_for_backup();
    (kept.files, kept.identities, phone.engine.status().waiting)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_original_sent_after_the_backup_comes_back_although_the_server_lost_row_and_bytes() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut phone = handler(&scene).await;
    let backup = Backup::of(&scene.server).await;
    let (evidence, file) = photographed(&scene, &mut phone).await;
    assert_eq!(kept(&phone), (1, 0, 0));
    scene.server.advance(SignedDuration::from_mins(1));
    backup.restore(&scene.server).await;
    scene.server.state.files.remove(file.hash).await.unwrap();
    all_exchange(&scene, &mut [&mut phone]).await;
    let known = facts(&scene.server, scene.case).await;
    assert!(known.missing_files.contains(&evidence));
    let lost = told(&scene).await["lost"].clone();
    let case = scene.case.to_string();
    assert_eq!(
        (&lost[0]["case_id"], &lost[0]["originals"]),
        (&json!(case), &json!(1))
    );
    assert_eq!(kept(&phone), (0, 0, 1));
    let again = phone.engine.outgoing_files().unwrap().remove(0);
    send_all(&mut phone, &again).await;
    all_exchange(&scene, &mut [&mut phone]).await;
    let known = facts(&scene.server, scene.case).await;
    assert!(known.missing_files.is_empty());
    let path = format!("/api/v1/cases/{case}/evidence/{evidence}/file");
    assert_eq!(phone.agent.get(&path).await.bytes, bytes());
    let rows = "select count(*) from case_file where case_id = $1";
    assert_eq!(scene.count(rows).await, 1);
    assert_eq!(kept(&phone), (1, 0, 0), "until the next backup");
    assert_eq!(told(&scene).await["lost"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_original_whose_bytes_alone_were_lost_is_taken_again_and_one_that_is_there_is_not() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut phone = handler(&scene).await;
    let (_, there) = photographed(&scene, &mut phone).await;
    let backup = Backup::of(&scene.server).await;
    let rows = "select count(*) from audit_log where case_id = $1 and action = 'add_file'";
    for (is_lost, sent) in [(false, 1), (true, 2)] {
        if is_lost {
            scene.server.state.files.remove(there.hash).await.unwrap();
        }
        // Without something that happened since, a backup is no earlier state.
        scene.another_case(&format!("A-{}", sent + 1)).await;
        all_exchange(&scene, &mut [&mut phone]).await;
        backup.restore(&scene.server).await;
        all_exchange(&scene, &mut [&mut phone]).await;
        assert_eq!(kept(&phone), (0, 0, 1));
        let again = phone.engine.outgoing_files().unwrap().remove(0);
        send_all(&mut phone, &again).await;
        assert_eq!(kept(&phone), (1, 0, 0));
        assert_eq!(scene.count(rows).await, sent);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_delivered_after_the_backup_comes_back_from_the_sealed_bytes_and_nothing_doubles()
 {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut phone = handler(&scene).await;
    let backup = Backup::of(&scene.server).await;
    let zhang = known_party(&scene, &mut phone, scene.case, Side::A, ZHANG).await;
    assert_eq!(kept(&phone), (0, 1, 0));
    scene.server.advance(SignedDuration::from_mins(1));
    backup.restore(&scene.server).await;
    all_exchange(&scene, &mut [&mut phone]).await;
    assert_eq!(told(&scene).await["lost"][0]["identities"], json!(1));
    let missing = read(&phone.agent, scene.case, zhang, "约定调解时间").await;
    assert_eq!(missing.outcome(), (409, "identity_missing"));
    bring(&scene, &mut phone).await;
    let answer = read(&phone.agent, scene.case, zhang, "约定调解时间").await;
    assert_eq!(answer.text("/name"), "张小明");
    assert_eq!(kept(&phone), (0, 1, 0));
    assert!(phone.deliver().await.is_empty(), "it is offered once");
    let rows = "select count(*) from party_secret where case_id = $1";
    assert_eq!(scene.count(rows).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reported_backup_frees_the_phone_of_what_was_received_well_before_it_began() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut phone = handler(&scene).await;
    known_party(&scene, &mut phone, scene.case, Side::A, ZHANG).await;
    let (_, file) = photographed(&scene, &mut phone).await;
    let before = told(&scene).await;
    assert_eq!(before["began_at"], Value::Null);
    let one = json!({ "originals": 1, "identities": 1, "bytes": file.size });
    assert_eq!(before["kept"], one);
    let until = before["kept_until"].as_str().unwrap().parse::<Timestamp>();
    let until = until.unwrap().duration_since(scene.server.now());
    assert_eq!(until, SignedDuration::from_hours(24 * 14));
    // A receipt has its time before it is committed: what is so new may be missing in a backup that
    // begins now.
    report(&scene, scene.server.now()).await;
    phone.sync().await;
    assert_eq!(kept(&phone), (1, 1, 0));
    scene.server.advance(SignedDuration::from_mins(6));
    report(&scene, scene.server.now()).await;
    phone.sync().await;
    assert_eq!(kept(&phone), (0, 0, 0));
    let after = told(&scene).await;
    assert_eq!(after["kept"]["originals"], json!(0));
    assert_eq!(after["alone"]["originals"], json!(0));
}

/// Shows P09.
#[tokio::test(flavor = "multi_thread")]
async fn an_identity_that_was_destroyed_by_order_leaves_the_phones_that_still_keep_it() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut phone = handler(&scene).await;
    let zhang = known_party(&scene, &mut phone, scene.case, Side::A, ZHANG).await;
    destroy(&scene, scene.case, zhang).await;
    assert_eq!(kept(&phone), (0, 1, 0));
    phone.sync().await;
    assert_eq!(kept(&phone), (0, 0, 0));
}

/// Shows P09. Backup and phone both still hold it, and neither heard of the order.
#[tokio::test(flavor = "multi_thread")]
async fn an_identity_that_was_destroyed_after_the_backup_comes_back_from_nowhere() {
    for is_in_the_backup in [true, false] {
        let scene = Scene::on(TestServer::alone().await).await;
        let mut phone = handler(&scene).await;
        let mut backup = Backup::of(&scene.server).await;
        let zhang = known_party(&scene, &mut phone, scene.case, Side::A, ZHANG).await;
        if is_in_the_backup {
            all_exchange(&scene, &mut [&mut phone]).await;
            backup = backup.anew(&scene.server).await;
            scene.another_case("A-2").await;
        }
        destroy(&scene, scene.case, zhang).await;
        assert_eq!(kept(&phone), (0, 1, 0), "the phone did not hear of it");
        scene.server.advance(SignedDuration::from_mins(1));
        backup.restore(&scene.server).await;
        let content =
            "select count(*) from party_secret where case_id = $1 and ciphertext is not null";
        assert_eq!(scene.count(content).await, 0, "before a phone comes");
        all_exchange(&scene, &mut [&mut phone]).await;
        for answer in phone.deliver().await {
            assert_eq!(answer.outcome(), (409, "identity_destroyed"));
        }
        let answer = read(&phone.agent, scene.case, zhang, "约定调解时间").await;
        assert_eq!(answer.outcome(), (409, "identity_destroyed"));
        assert_eq!(scene.count(content).await, 0);
        let order = "select count(*) from party_secret where case_id = $1 and order_no = '和矛调〔2026〕12号'";
        assert_eq!(scene.count(order).await, 1, "who ordered it is known again");
        assert_eq!(
            told(&scene).await["lost"],
            json!([]),
            "nobody is asked for it"
        );
        all_exchange(&scene, &mut [&mut phone]).await;
        assert_eq!(kept(&phone).1, 0, "in the backup: {is_in_the_backup}");
    }
}

/// The case was registered after the backup: the order finds nothing to destroy until a phone has
/// proved the case.
#[tokio::test(flavor = "multi_thread")]
async fn an_identity_that_was_destroyed_is_not_taken_from_the_phone_that_brings_its_case_back() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut phone = handler(&scene).await;
    let backup = Backup::of(&scene.server).await;
    let late = scene.another_case("A-2").await;
    all_exchange(&scene, &mut [&mut phone]).await;
    let now = phone.now();
    phone.engine.sign_for(late, now).unwrap();
    all_exchange(&scene, &mut [&mut phone]).await;
    let zhang = known_party(&scene, &mut phone, late, Side::A, ZHANG).await;
    all_exchange(&scene, &mut [&mut phone]).await;
    destroy(&scene, late, zhang).await;
    assert_eq!(kept(&phone), (0, 1, 0), "the phone did not hear of it");
    scene.server.advance(SignedDuration::from_mins(1));
    backup.restore(&scene.server).await;
    all_exchange(&scene, &mut [&mut phone]).await;
    assert!(is_known(&scene.server, late).await);

    let answers = phone.deliver().await;
    assert_eq!(answers.len(), 1, "it is offered");
    assert_eq!(answers[0].outcome(), (409, "identity_destroyed"));
    let answer = read(&phone.agent, late, zhang, "约定调解时间").await;
    assert_eq!(answer.outcome(), (409, "identity_destroyed"));
    let content =
        "select count(*) from party_secret where ciphertext is not null and case_id <> $1";
    assert_eq!(scene.count(content).await, 0);
}

/// Destroys an identity by order of a leader.
async fn destroy(scene: &Scene, case: CaseId, party: EntryId) {
    let supervisor = scene.county.supervisor(&scene.server).await;
    let leader = scene.county.newcomer(&scene.server, Role::Leader).await;
    let by = leader.get("/api/v1/me").await.text("/id").to_owned();
    let path = format!("/api/v1/cases/{case}/parties/{party}/identity/destruction");
    let order =
        json!({ "ordered_by": by, "order_no": "和矛调〔2026〕12号", "reason": "当事人申请删除" });
    assert_eq!(supervisor.post(&path, order).await.status, 204);
}
