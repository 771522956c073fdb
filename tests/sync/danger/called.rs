//! When the police do not sign for a danger within minutes, a person is told to call them, whatever
//! became of the change that reports it.

use super::{Watch, mediator};
use crate::{phone::Phone, scene::facts};
use harness::{Answer, Calls, Figures, TestServer};
use hejie_case::facts::DeadlineKind;
use hejie_registry::{identity::channel, pool};
use jiff::SignedDuration;
use serde_json::{Value, json};

const CALLS: &str = "/api/v1/danger-calls";

fn minutes(server: &TestServer, n: i64) {
    server.advance(SignedDuration::from_mins(n));
}

impl Watch {
    async fn calls(&self) -> Vec<Value> {
        let desk = self.scene.county.dispatcher(&self.scene.server).await;
        let list = desk.get(CALLS).await;
        list.json.as_array().unwrap().clone()
    }

    async fn answers(&self, order: &Value, called: &str, called_at: &str) -> Answer {
        let desk = self.scene.county.dispatcher(&self.scene.server).await;
        let path = format!("{CALLS}/{}/answer", order.as_str().unwrap());
        desk.post(&path, json!({ "called": called, "called_at": called_at }))
            .await
    }

    /// The police sign for an order, through their channel.
    async fn police_sign(&self, order: &Value) -> Answer {
        let mut conn = pool::acquire(&self.scene.server.state.pool).await.unwrap();
        let account = channel::find_by_name(&mut conn, "110").await.unwrap();
        let client = self
            .scene
            .county
            .channel_of(&self.scene.server, account.unwrap());
        let act = json!({ "police_accept": { "order": order } });
        client.report(&self.scene.case.to_string(), act).await
    }

    /// A danger that its case never holds, since the person has lost it.
    async fn unverified(&self) -> Phone {
        let scene = &self.scene;
        let mut phone = scene.mediator().await;
        scene.forget(scene.case, mediator(scene)).await;
        minutes(&scene.server, 1);
        phone.set_clock(scene.server.now());
        phone.reports(scene.case, "一方持刀。");
        phone.sync().await;
        phone
    }
}

/// Shows E23, LW06.
#[tokio::test(flavor = "multi_thread")]
async fn a_danger_that_is_never_settled_is_on_the_list_after_five_minutes_until_somebody_called() {
    let figures = Figures::watch();
    let watch = Watch::set().await;
    let (scene, server) = (&watch.scene, &watch.scene.server);
    let mut phone = scene.mediator().await;
    watch.damage_all().await;
    phone.reports(scene.case, "一方持刀。");
    phone.sync().await;
    minutes(server, 4);
    assert_eq!(watch.calls().await, Vec::<Value>::new(), "not yet");
    minutes(server, 1);
    let calls = watch.calls().await;
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0]["case_id"], json!(scene.case));
    assert_eq!(
        (&calls[0]["is_held"], &calls[0]["text"]),
        (&json!(false), &json!("一方持刀。"))
    );
    minutes(server, 2);
    server.state.reconciler.sweep().await.unwrap();
    let figure = |name: &str| figures.value(name, "");
    assert_eq!(figure("hejie_dangers_uncalled"), Some(1.0));
    assert_eq!(figure("hejie_dangers_uncalled_oldest_seconds"), Some(420.0));

    let (order, now) = (&calls[0]["order_id"], server.now().to_string());
    let nobody = watch.answers(order, " ", &now).await;
    assert_eq!(nobody.outcome(), (409, "called_missing"));
    let ahead = (server.now() + SignedDuration::from_mins(1)).to_string();
    let early = watch.answers(order, "110指挥中心", &ahead).await;
    assert_eq!(early.outcome(), (409, "called_at_wrong"));
    let done = watch.answers(order, "110指挥中心接警员", &now).await;
    assert_eq!(done.status, 204, "{}", done.json);
    assert_eq!(watch.calls().await, Vec::<Value>::new());
    let kept = "select count(*) from danger_call c join audit_log l on l.case_id = c.case_id
        where c.case_id = $1 and c.called = '110指挥中心接警员' and c.called_by = l.user_id and l.action = 'answer_danger_call'";
    assert_eq!(scene.count(kept).await, 1);
    server.state.reconciler.sweep().await.unwrap();
    assert_eq!(figure("hejie_dangers_uncalled"), Some(0.0));
}

/// Shows E23.
#[tokio::test(flavor = "multi_thread")]
async fn a_danger_that_is_settled_late_has_waited_since_its_receipt_and_is_answered_in_its_case() {
    let watch = Watch::set().await;
    let (scene, server) = (&watch.scene, &watch.scene.server);
    let mut phone = scene.mediator().await;
    phone.reports(scene.case, "一方持刀。");
    phone.sync().await;
    let received_at = server.now();
    minutes(server, 6);
    assert_eq!(
        watch.calls().await[0]["is_held"],
        false,
        "nobody settled it"
    );
    server.reconcile().await;
    let known = facts(server, scene.case).await;
    let mut clocks = known.deadlines.iter();
    let clock = clocks.find(|clock| clock.kind == DeadlineKind::DangerCall);
    assert_eq!(clock.unwrap().starts_at, received_at);
    let calls = watch.calls().await;
    assert_eq!((calls.len(), &calls[0]["is_held"]), (1, &json!(true)));
    let now = server.now().to_string();
    let elsewhere = watch
        .answers(&calls[0]["order_id"], "110指挥中心", &now)
        .await;
    assert_eq!(elsewhere.outcome(), (409, "call_in_case"));
    let desk = scene.county.dispatcher(server).await;
    let call = json!({ "call_police": { "called": "110指挥中心接警员", "called_at": now } });
    let path = format!("/api/v1/cases/{}/acts", scene.case);
    let body = json!({ "act": call, "base_version": known.version });
    let done = desk.post(&path, body).await;
    assert_eq!(done.status, 200, "{}", done.json);
    assert_eq!(watch.calls().await, Vec::<Value>::new());
}

/// Shows E23, E02b.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_signs_in_time_is_not_called_though_the_case_does_not_take_the_danger() {
    let watch = Watch::set().await;
    let _phone = watch.unverified().await;
    let order = "select order_id::text from danger_call where case_id = $1";
    let order: String = sqlx::query_scalar(order)
        .bind(watch.scene.case.0)
        .fetch_one(&watch.scene.server.state.pool)
        .await
        .unwrap();
    for _ in 0..2 {
        let signed = watch.police_sign(&json!(order)).await;
        assert_eq!(signed.status, 200, "{}", signed.json);
    }
    minutes(&watch.scene.server, 10);
    assert_eq!(watch.calls().await, Vec::<Value>::new());
    let lines = "select count(*) from audit_log
        where case_id = $1 and action = 'police_accept' and object = '110' and ok";
    assert!(watch.scene.count(lines).await > 0);
}

/// Shows E23, E02b. The danger came in a moment ago, and its case has not been settled with it.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_signs_before_the_case_holds_the_danger_has_signed_for_it_in_the_case() {
    let watch = Watch::set().await;
    let (scene, server) = (&watch.scene, &watch.scene.server);
    let mut phone = scene.mediator().await;
    phone.reports(scene.case, "一方持刀。");
    phone.sync().await;
    let order = "select order_id::text from danger_call where case_id = $1";
    let order: String = sqlx::query_scalar(order)
        .bind(scene.case.0)
        .fetch_one(&server.state.pool)
        .await
        .unwrap();
    let signed = watch.police_sign(&json!(order)).await;
    assert_eq!(signed.status, 200, "{}", signed.json);
    server.reconcile().await;
    let known = facts(server, scene.case).await;
    for kind in [DeadlineKind::PoliceAccept, DeadlineKind::DangerCall] {
        let clocks = known.deadlines.iter().filter(|clock| clock.kind == kind);
        let met: Vec<bool> = clocks.map(|clock| clock.met_at.is_some()).collect();
        assert_eq!(met, [true], "{kind:?}");
    }
    minutes(server, 10);
    assert_eq!(watch.calls().await, Vec::<Value>::new());
}

/// Shows E23.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_was_called_about_a_danger_before_it_came() {
    let watch = Watch::set().await;
    let _phone = watch.unverified().await;
    let server = &watch.scene.server;
    minutes(server, 6);
    let calls = watch.calls().await;
    let before = (server.now() - SignedDuration::from_mins(7)).to_string();
    let answer = watch
        .answers(&calls[0]["order_id"], "110指挥中心", &before)
        .await;
    assert_eq!(answer.outcome(), (409, "called_at_wrong"));
    assert_eq!(watch.calls().await.len(), 1);
}

/// Shows E23.
#[tokio::test(flavor = "multi_thread")]
async fn a_danger_that_the_case_does_not_take_is_called_in_by_its_county_and_by_no_other() {
    let watch = Watch::set().await;
    let _phone = watch.unverified().await;
    minutes(&watch.scene.server, 6);
    let calls = watch.calls().await;
    assert_eq!((calls.len(), &calls[0]["is_held"]), (1, &json!(false)));
    let other = watch.scene.server.county().await;
    let stranger = other.dispatcher(&watch.scene.server).await;
    assert_eq!(stranger.get(CALLS).await.json, json!([]));
    let path = format!("{CALLS}/{}/answer", calls[0]["order_id"].as_str().unwrap());
    let now = watch.scene.server.now().to_string();
    let body = json!({ "called": "110指挥中心", "called_at": now });
    assert_eq!(stranger.post(&path, body).await.status, 404);
    let mediator = watch.scene.county.mediator(&watch.scene.server).await;
    assert_eq!(mediator.get(CALLS).await.status, 403);
}

/// Shows E23, E23c. Held by its case, or by none.
#[tokio::test(flavor = "multi_thread")]
async fn a_danger_received_by_a_clock_that_was_ahead_rings_at_once_when_that_is_put_back() {
    for is_held in [true, false] {
        let figures = Figures::watch();
        let watch = Watch::set().await;
        let (scene, server) = (&watch.scene, &watch.scene.server);
        let (right, wrong) = (server.now(), SignedDuration::from_hours(3));
        server.hand.set(right + wrong);
        let mut phone = scene.mediator().await;
        if !is_held {
            watch.damage_all().await;
        }
        phone.reports(scene.case, "一方持刀。");
        phone.sync().await;
        server.reconcile().await;
        server.hand.set(right);
        let calls = watch.calls().await;
        assert_eq!(calls.len(), 1, "{is_held}");
        assert_eq!(calls[0]["is_held"], is_held);
        server.state.reconciler.sweep().await.unwrap();
        let waits = figures.value("hejie_dangers_uncalled_oldest_seconds", "");
        assert_eq!(waits, Some(wrong.as_secs_f64()), "as loud as it was wrong");

        minutes(server, 1);
        let (order, now) = (&calls[0]["order_id"], server.now().to_string());
        if is_held {
            let desk = scene.county.dispatcher(server).await;
            let page = format!("/api/v1/cases/{}", scene.case);
            let shown = desk.get(&page).await.json["acts"].to_string();
            assert!(shown.contains("E23c"), "the desk is offered it");
            let call = json!({ "call_police": { "called": "110接警员", "called_at": now } });
            let version = facts(server, scene.case).await.version;
            let says = json!({ "act": call, "base_version": version });
            let done = desk.post(&format!("{page}/acts"), says).await;
            assert_eq!(done.status, 200, "{}", done.json);
        } else {
            let done = watch.answers(order, "110接警员", &now).await;
            assert_eq!(done.status, 204, "{}", done.json);
        }
        assert_eq!(watch.calls().await, Vec::<Value>::new());
    }
}

/// Shows E23. Their keys come in any order.
#[tokio::test(flavor = "multi_thread")]
async fn of_dangers_that_wait_the_desk_reads_the_oldest_first() {
    let watch = Watch::set().await;
    let (scene, server) = (&watch.scene, &watch.scene.server);
    let mut phone = scene.mediator().await;
    let told: Vec<String> = (1..=5).map(|n| format!("第{n}次持刀。")).collect();
    for what in &told {
        phone.reports(scene.case, what);
        phone.sync().await;
        minutes(server, 1);
    }
    minutes(server, 5);
    let calls = watch.calls().await;
    let read: Vec<&str> = calls
        .iter()
        .map(|one| one["text"].as_str().unwrap())
        .collect();
    assert_eq!(read, told);
}
