//! A danger in what a phone out of service hands in.

use super::Gone;
use crate::{effects::connect, phone::Phone, scene::Scene};
use harness::{Calls, Figures, TestServer};
use hejie_registry::pool;
use hejie_server::identity::account;
use jiff::SignedDuration;
use serde_json::{Value, json};

/// Where a desk reads which dangers are left to it.
const OPEN: &str = "/api/v1/quarantine/dangers";

impl Gone {
    /// The account is opened, the phone enrolled again, and its work sent.
    async fn come_back(&mut self) {
        self.is_let_in_again().await;
        self.phone.sync().await;
        self.scene.server.reconcile().await;
    }

    /// The account is open and the phone enrolled anew, and it has not exchanged yet.
    pub(super) async fn is_let_in_again(&mut self) {
        let (server, person) = (&self.scene.server, &self.scene.county.mediator);
        let state = &server.state;
        let mut tx = pool::begin(&state.pool).await.unwrap();
        account::open(&state.marks, &mut tx, person.id, server.now())
            .await
            .unwrap();
        pool::commit(tx).await.unwrap();
        self.phone.enrol_again(server, person).await;
        self.token = self.phone.refresh_token.clone();
    }
}

/// Shows E23. Anybody whose phone is out of service may invent as many as a deposit holds.
#[tokio::test]
async fn however_many_dangers_one_phone_deposits_that_of_another_is_listed() {
    let mut gone = Gone::on(Scene::on(TestServer::alone().await).await).await;
    let case = gone.scene.case;
    gone.phone.reports(case, "一方持刀。");
    gone.close_account().await;
    assert_eq!(gone.hand_in().await.status, 200);
    let (server, county) = (&gone.scene.server, &gone.scene.county);
    let supervisor = county.supervisor(server).await;
    let other = Phone::enrol(server, &county.second_mediator).await;
    let invented = "insert into danger (case_id, hash, user_id, device_id, noted_at)
        select case_id, sha256(n::text::bytea), user_id, $1, noted_at - interval '1 hour'
        from danger, generate_series(1, 250) as n";
    sqlx::query(invented)
        .bind(other.device().0)
        .execute(&server.state.pool)
        .await
        .unwrap();
    let open = supervisor.get(OPEN).await.json;
    assert_eq!(open["count"], 251);
    let items = open["items"].as_array().unwrap();
    assert_eq!(items.len(), 200);
    let devices = items.iter().map(|one| &one["device_id"]);
    let of_each: Vec<&Value> = devices.take(2).collect();
    assert_eq!(
        of_each,
        [&json!(other.device()), &json!(gone.phone.device())]
    );
}

/// Shows E23.
#[tokio::test]
async fn a_danger_in_a_deposit_is_for_a_desk_to_call_about_and_tells_110_nothing_by_itself() {
    let figures = Figures::watch();
    let mut gone = Gone::on(Scene::on(TestServer::alone().await).await).await;
    let police = connect(&gone.scene.server, &gone.scene.county, "110").await;
    let case = gone.scene.case;
    gone.phone.reports(case, "一方持刀。");
    gone.close_account().await;
    assert_eq!(gone.hand_in().await.status, 200);
    let server = &gone.scene.server;
    server.send_due().await;
    assert_eq!(police.calls().len(), 0, "anybody could invent any number");

    let supervisor = gone.scene.county.supervisor(server).await;
    let rows = gone.quarantine(&supervisor).await;
    let flagged: Vec<&Value> = rows.iter().filter(|one| one["danger"] == "no").collect();
    assert_eq!((rows.len(), flagged.len()), (3, 1));
    let open = supervisor.get(OPEN).await.json["items"].clone();
    assert_eq!(open.as_array().unwrap().len(), 1);
    assert_eq!(open[0]["hash"], flagged[0]["hash"]);
    server.state.reconciler.sweep().await.unwrap();
    let untold = || figures.value("hejie_dangers_untold", "");
    assert_eq!(untold(), Some(1.0));

    let hash = open[0]["hash"].as_str().unwrap();
    let read = supervisor
        .get(&format!("/api/v1/quarantine/{case}/{hash}"))
        .await;
    assert!(
        read.json.to_string().contains("一方持刀。"),
        "{}",
        read.json
    );
    let answer = format!("/api/v1/quarantine/{case}/{hash}/answer-danger");
    let elsewhere = server.county().await.supervisor(server).await;
    assert_eq!(elsewhere.get(OPEN).await.json["items"], json!([]));
    assert_eq!(elsewhere.post(&answer, json!({})).await.status, 404);
    let colleague = gone.scene.county.second_mediator(server).await;
    assert_eq!(colleague.post(&answer, json!({})).await.status, 403);
    assert_eq!(supervisor.post(&answer, json!({})).await.status, 204);
    assert_eq!(supervisor.post(&answer, json!({})).await.status, 404);
    assert_eq!(supervisor.get(OPEN).await.json["items"], json!([]));
    server.state.reconciler.sweep().await.unwrap();
    assert_eq!(untold(), Some(0.0));
    let rows = gone.quarantine(&supervisor).await;
    assert!(rows.iter().any(|one| one["danger"] == "called"), "{rows:?}");
    let line = "select count(*) from audit_log where case_id = $1 and action = 'answer_danger'";
    assert_eq!(gone.scene.count(line).await, 1);
}

#[tokio::test]
async fn a_deposited_danger_is_open_no_more_when_the_phone_is_back_and_110_was_told_of_it() {
    let mut gone = Gone::on(Scene::on(TestServer::alone().await).await).await;
    let police = connect(&gone.scene.server, &gone.scene.county, "110").await;
    gone.phone.reports(gone.scene.case, "一方持刀。");
    gone.close_account().await;
    assert_eq!(gone.hand_in().await.status, 200);
    gone.come_back().await;
    gone.scene.server.send_due().await;
    assert_eq!(police.texts(), ["一方持刀。"]);
    let supervisor = gone.scene.county.supervisor(&gone.scene.server).await;
    assert_eq!(
        supervisor.get(OPEN).await.json["items"],
        json!([]),
        "110 has it"
    );
}

#[tokio::test]
async fn what_was_deposited_is_listed_no_more_when_its_words_are_in_the_case() {
    let mut gone = Gone::on(Scene::on(TestServer::alone().await).await).await;
    gone.close_account().await;
    assert_eq!(gone.hand_in().await.status, 200);
    gone.come_back().await;
    assert_eq!(gone.phone.notes(gone.scene.case).len(), 2);
    let supervisor = gone.scene.county.supervisor(&gone.scene.server).await;
    let list = supervisor.get("/api/v1/quarantine").await.json;
    assert_eq!(list["items"], json!([]), "both notes are in the case");
}

/// Out of service once more before the phone had exchanged: the same work lies there twice.
#[tokio::test]
async fn what_was_deposited_twice_is_listed_no_more_when_its_words_are_in_the_case() {
    let mut gone = Gone::on(Scene::on(TestServer::alone().await).await).await;
    for _ in 0..2 {
        gone.close_account().await;
        assert_eq!(gone.hand_in().await.status, 200);
        gone.scene.server.advance(SignedDuration::from_secs(1));
        gone.is_let_in_again().await;
    }
    let supervisor = gone.scene.county.supervisor(&gone.scene.server).await;
    let list = supervisor.get("/api/v1/quarantine").await.json;
    assert_eq!(list["items"].as_array().unwrap().len(), 4);
    gone.phone.sync().await;
    gone.scene.server.reconcile().await;
    assert_eq!(gone.phone.notes(gone.scene.case).len(), 2);
    let list = supervisor.get("/api/v1/quarantine").await.json;
    assert_eq!(list["items"], json!([]), "both notes are in the case");
}
