//! What channels report of cases that they were told of.

use crate::{
    effects::{connect, on_duty},
    kin::assert_folded,
    phone::Phone,
    scene::{self, Scene, author, facts},
};
use harness::{Calls, TestServer, receiver::Call};
use hejie_case::{
    act::{self, DeskAct},
    facts::{DeadlineKind, PushTarget},
    ids::CaseId,
    record::{Ask, Receiver},
    role::Role,
};
use hejie_registry::identity::org::OrgKind;
use hejie_server::reconcile::JointDecision;
use jiff::SignedDuration;
use serde_json::{Value, json};
use uuid::Uuid;

/// Shows E02b, R116.
#[tokio::test(flavor = "multi_thread")]
async fn the_police_accept_a_danger_through_their_channel_and_only_they_do() {
    let server = TestServer::alone().await;
    let scene = Scene::on(server).await;
    let (server, county, case) = (&scene.server, &scene.county, scene.case.to_string());
    let police = county.connect(server, "110", OrgKind::Desk).await;
    let early = police.report(&case, accepting(Uuid::nil())).await;
    assert_eq!(early.outcome(), (409, "police_not_asked"));
    let mut phone = scene.mediator().await;
    danger(&mut phone, &scene, scene.case).await;
    let order = orders(server, scene.case).await[0];
    let other = county.channel(server);
    let answer = other.report(&case, accepting(order)).await;
    assert_eq!(answer.outcome(), (403, "not_allowed"));
    for _ in 0..3 {
        let answer = police.report(&case, accepting(order)).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
        assert_eq!(answer.json["case_id"], json!(case));
        server.advance(SignedDuration::from_mins(20));
    }
    let known = facts(server, scene.case).await;
    let mut clocks = known.deadlines.iter();
    let clock = clocks.find(|clock| clock.kind == DeadlineKind::PoliceAccept);
    assert!(clock.unwrap().met_at.is_some());
    let lines: Vec<_> = known.trail.iter().filter(|l| l.event == "E02b").collect();
    let [line] = lines[..] else {
        panic!("{lines:?}");
    };
    assert_eq!(line.by.unwrap().org, police.org());
}

/// Without the field that is misspelt something else would be reported.
#[tokio::test(flavor = "multi_thread")]
async fn a_report_with_a_field_that_there_is_not_is_refused_by_the_name_of_the_field() {
    let server = TestServer::alone().await;
    let scene = Scene::on(server).await;
    let (server, county, case) = (&scene.server, &scene.county, scene.case.to_string());
    let police = county.connect(server, "110", OrgKind::Desk).await;
    for (act, field) in [
        (
            json!({ "police_accept": { "ordre": Uuid::nil() } }),
            "ordre",
        ),
        (
            json!({ "ack_push": { "target": "one_stop_centre", "pushed": Uuid::nil() } }),
            "pushed",
        ),
        (
            json!({ "decide_confirmation": { "result": "confirmed", "agrement_no": "A-1" } }),
            "agrement_no",
        ),
    ] {
        let answer = police.report(&case, act).await;
        assert_eq!(answer.outcome(), (422, "invalid"));
        assert!(answer.text("/detail").contains(field), "{}", answer.json);
    }
    let mut order = county.order("P-1");
    order["repeats"] = "A-1".into();
    let answer = police.order(&order).await;
    assert_eq!(answer.outcome(), (422, "invalid"));
    assert!(
        answer.text("/detail").contains("repeats"),
        "{}",
        answer.json
    );
}

/// Shows E02b, E23, R116. A second danger may have come in while the answer was on its way.
#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_is_sent_again_accepts_no_danger_of_which_the_police_did_not_hear() {
    let scene = Scene::on(TestServer::alone().await).await;
    let (server, county, case) = (&scene.server, &scene.county, scene.case.to_string());
    let police = county.connect(server, "110", OrgKind::Desk).await;
    let mut phone = scene.mediator().await;
    danger(&mut phone, &scene, scene.case).await;
    let order = orders(server, scene.case).await[0];
    let answer = police.report(&case, accepting(order)).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    danger(&mut phone, &scene, scene.case).await;
    for seconds in [0, 1] {
        server.advance(SignedDuration::from_secs(seconds));
        let answer = police.report(&case, accepting(order)).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
        assert_eq!(waiting(server, scene.case).await, 1);
    }
    let unnamed = police.report(&case, json!({ "police_accept": {} })).await;
    assert_eq!(unnamed.outcome(), (409, "order_not_named"));
    let sentence = unnamed.text("/title");
    assert!(sentence.contains("order"), "{sentence}");
}

/// Shows E02b, R116, R128.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_police_reported_themselves_they_accept_without_a_message_of_ours() {
    let server = TestServer::alone().await;
    let county = server.county().await;
    let police = county.connect(&server, "110", OrgKind::Desk).await;
    let mut order = county.order("P-1");
    order["situation"] = "P01-01".into();
    let case = police.order(&order).await.text("/case_id").to_owned();
    let id = case.parse().unwrap();
    assert_eq!(waiting(&server, id).await, 1);
    for _ in 0..2 {
        let answer = police.report(&case, json!({ "police_accept": {} })).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
        assert_eq!(waiting(&server, id).await, 0);
        server.advance(SignedDuration::from_secs(1));
    }
}

/// Shows E02b, E30, E30c, R116.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_police_report_of_a_merged_case_counts_where_that_goes_on_and_when_it_comes_back()
{
    let scene = Scene::on(TestServer::alone().await).await;
    let (server, into) = (&scene.server, scene.case);
    let police = scene.county.connect(server, "110", OrgKind::Desk).await;
    let from = scene.another_case("A-2").await;
    let mut phone = scene.mediator().await;
    danger(&mut phone, &scene, from).await;
    let order = orders(server, from).await[0];
    let decision = JointDecision {
        base: None,
        by: author(&scene.county.dispatcher),
        why: "同一起纠纷。",
        desk: None,
    };
    let reconciler = &server.state.reconciler;
    let merged = reconciler.merge(from, into, decision).await.unwrap();
    assert_eq!(merged, Ok(()));
    assert_eq!(
        (waiting(server, from).await, waiting(server, into).await),
        (0, 1)
    );
    for _ in 0..2 {
        let answer = police.report(&from.to_string(), accepting(order)).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
        assert_eq!(answer.json["case_id"], json!(from));
        assert_eq!(waiting(server, into).await, 0);
        server.advance(SignedDuration::from_secs(1));
    }
    let parted = reconciler.unmerge(from, decision).await.unwrap();
    assert_eq!(parted, Ok(()));
    assert_eq!(waiting(server, from).await, 0, "they have accepted it");
    assert_folded(server, from).await;
    assert_folded(server, into).await;
}

/// Shows E03b, R107.
#[tokio::test(flavor = "multi_thread")]
async fn each_push_is_acknowledged_by_the_channel_that_it_went_to() {
    let server = TestServer::pushing().await;
    let county = server.county().await;
    let channels = [
        county.connect(&server, "plac", OrgKind::Desk).await,
        county.connect(&server, "centre", OrgKind::Desk).await,
        county.connect(&server, "territory", OrgKind::Desk).await,
    ];
    on_duty(&server, &county, &county.mediator).await;
    let order = county.channel(&server).order(&county.order("A-1")).await;
    let case = order.text("/case_id");
    let targets = ["party_gov_plac", "one_stop_centre", "territory_dept"].map(push);
    for (channel, target) in channels.iter().zip(&targets) {
        for other in targets.iter().filter(|other| *other != target) {
            let answer = channel.report(case, other.clone()).await;
            assert_eq!(answer.outcome(), (403, "not_allowed"));
        }
        for _ in 0..2 {
            let answer = channel.report(case, target.clone()).await;
            assert_eq!(answer.status, 200, "{}", answer.json);
        }
    }
    let known = facts(&server, case.parse().unwrap()).await;
    assert_eq!(known.round.pushes.len(), 3);
    assert!(
        known
            .round
            .pushes
            .iter()
            .all(|push| push.acked_at.is_some())
    );
}

/// Shows R107. A department without a channel of its own has the one that the county named.
#[tokio::test(flavor = "multi_thread")]
async fn the_push_to_a_department_goes_to_its_own_channel_and_is_acknowledged_there_alone() {
    let server = TestServer::pushing().await;
    let county = server.county().await;
    on_duty(&server, &county, &county.mediator).await;
    let all = county.connect(&server, "territory", OrgKind::Desk).await;
    let office = (OrgKind::Department, "和安县市场监督管理局");
    let market = county.connect_office(&server, "market", office).await;
    let office = (OrgKind::Department, "和安县水利局");
    let water = county.connect_office(&server, "water", office).await;
    let source = county.channel(&server);
    let mut housing = county.order("A-2");
    housing["situation"] = "N08-02".into();
    for (order, receiver) in [(county.order("A-1"), &market), (housing, &all)] {
        let answer = source.order(&order).await;
        let case = answer.text("/case_id");
        for channel in [&all, &market, &water] {
            let answer = channel.report(case, push("territory_dept")).await;
            let may = channel.name() == receiver.name();
            assert_eq!(
                answer.status,
                if may { 200 } else { 403 },
                "{}",
                answer.json
            );
        }
        let known = facts(&server, case.parse().unwrap()).await;
        assert!(known.round.pushes[2].acked_at.is_some());
    }
}

/// Shows R107. What reached a channel late is acknowledged by the key under which it came.
#[tokio::test(flavor = "multi_thread")]
async fn a_push_that_nobody_acknowledged_is_sent_again_by_the_sweep_and_by_a_desk() {
    let scene = Scene::on(TestServer::pushing().await).await;
    let (server, county, case) = (&scene.server, &scene.county, scene.case);
    let receiver = connect(server, county, "centre").await;
    let keys = async || {
        server.send_due().await;
        let calls = receiver.calls();
        let keys = calls.iter().map(Call::key);
        keys.map(str::to_owned).collect::<Vec<String>>()
    };
    assert_eq!(keys().await.len(), 1);
    server.advance(SignedDuration::from_hours(24));
    for _ in 0..2 {
        server.state.reconciler.sweep().await.unwrap();
        server.reconcile().await;
    }
    assert_eq!(keys().await.len(), 2);
    let target = PushTarget::OneStopCentre;
    let again = DeskAct::ResendPush(act::ResendPush { target });
    let refused = scene::act(&scene, &county.dispatcher, case, again).await;
    assert_eq!(refused, None);
    let told = keys().await;
    let of = |resent| target.key(case, 1, resent).to_string();
    assert_eq!(told, [of(0), of(1), of(2)]);
    assert_eq!(receiver.bodies()[2]["target"], "one_stop_centre");
    let centre = county.channel_named(server, "centre").await;
    let named = json!({ "ack_push": { "target": "one_stop_centre", "push": told[1] } });
    let answer = centre.report(&case.to_string(), named).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    let known = facts(server, case).await;
    assert!(known.round.pushes[1].acked_at.is_some());
}

/// Shows E03b, E29b, R107.
#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledgement_that_is_sent_again_is_none_of_the_push_of_the_next_round() {
    let scene = Scene::on(TestServer::pushing().await).await;
    let (server, county, case) = (&scene.server, &scene.county, scene.case);
    let channel = county.connect(server, "plac", OrgKind::Desk).await;
    let target = PushTarget::PartyGovPlac;
    let key = target.key(case, 1, 0);
    let unnamed = push("party_gov_plac");
    let named = json!({ "ack_push": { "target": "party_gov_plac", "push": key } });
    let answer = channel.report(&case.to_string(), unnamed.clone()).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    next_round(&scene).await;
    let is_acked = async || {
        let known = facts(server, case).await;
        let mut pushes = known.round.pushes.into_iter();
        let push = pushes.find(|push| push.target == target).unwrap();
        push.acked_at.is_some()
    };
    // The very same bytes; then the first push by its name, signed anew.
    for (act, seconds) in [(&unnamed, 0), (&named, 1)] {
        server.advance(SignedDuration::from_secs(seconds));
        let answer = channel.report(&case.to_string(), act.clone()).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
        assert!(!is_acked().await);
    }
    let answer = channel.report(&case.to_string(), unnamed).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    assert!(is_acked().await);
}

/// Shows E03b, R107. The push was acknowledged at a desk, so that nothing was left to be decided
/// when the channel said so too.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_channel_said_when_it_stood_already_says_nothing_of_the_next_round_either() {
    let scene = Scene::on(TestServer::pushing().await).await;
    let (server, county, case) = (&scene.server, &scene.county, scene.case);
    let channel = county.connect(server, "plac", OrgKind::Desk).await;
    let target = PushTarget::PartyGovPlac;
    let by_desk = DeskAct::AckPush(act::AckPush { target, push: None });
    let leader = county.hire(server, Role::Leader).await;
    assert_eq!(scene::act(&scene, &leader, case, by_desk).await, None);
    let said = push("party_gov_plac");
    for _ in 0..2 {
        let answer = channel.report(&case.to_string(), said.clone()).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
    }
    next_round(&scene).await;
    // The very same bytes.
    let answer = channel.report(&case.to_string(), said).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    let known = facts(server, case).await;
    let mut pushes = known.round.pushes.iter();
    let push = pushes.find(|push| push.target == target).unwrap();
    assert_eq!(push.acked_at, None);
}

/// Shows P15.
#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_is_refused_leaves_its_line_in_the_audit_log_as_one_that_stands_does() {
    let scene = Scene::on(TestServer::alone().await).await;
    let (server, county, case) = (&scene.server, &scene.county, scene.case.to_string());
    let police = county.connect(server, "110", OrgKind::Desk).await;
    let early = police.report(&case, accepting(Uuid::nil())).await;
    assert_eq!(early.outcome(), (409, "police_not_asked"));
    let mut phone = scene.mediator().await;
    danger(&mut phone, &scene, scene.case).await;
    let order = orders(server, scene.case).await[0];
    let answer = police.report(&case, accepting(order)).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    let lines = "select object, ok from audit_log
        where case_id = $1 and action = 'police_accept' order by seq";
    let lines: Vec<(String, bool)> = sqlx::query_as(lines)
        .bind(scene.case.0)
        .fetch_all(&server.state.pool)
        .await
        .unwrap();
    assert_eq!(lines, [("110".into(), false), ("110".into(), true)]);
}

/// The case is transferred, reopened and offered again.
async fn next_round(scene: &Scene) {
    let (case, county) = (scene.case, &scene.county);
    let transfer = DeskAct::Transfer(act::Transfer {
        to: Receiver::Department,
        receiver: "县住建局".into(),
        receipt: "收-7".into(),
        notice: Some(act::NoticeGiven::in_person(scene.server.now())),
    });
    let why = "原处理有误。".into();
    let situation = "N03-05".parse().unwrap();
    let offer = act::Dispatch {
        target: author(&county.mediator),
        expected: "再次到场。".into(),
    };
    for (by, decided) in [
        (&county.dispatcher, transfer),
        (&county.supervisor, DeskAct::Reopen(act::Reopen { why })),
        (
            &county.dispatcher,
            DeskAct::Triage(act::Triage { situation }),
        ),
        (&county.dispatcher, DeskAct::Dispatch(offer)),
    ] {
        assert_eq!(scene::act(scene, by, case, decided).await, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_reports_of_no_case_elsewhere_and_signs_for_what_it_says() {
    let server = TestServer::pushing().await;
    let scene = Scene::on(server).await;
    let (server, case) = (&scene.server, scene.case.to_string());
    let elsewhere = server.county().await;
    let channel = elsewhere.connect(server, "plac", OrgKind::Desk).await;
    let answer = channel.report(&case, push("party_gov_plac")).await;
    assert_eq!(answer.outcome(), (404, "not_found"));
    let unknown = "00000000-0000-7000-8000-000000000000";
    let answer = channel.report(unknown, push("party_gov_plac")).await;
    assert_eq!(answer.outcome(), (404, "not_found"));
    let body = json!({ "case_id": case, "act": push("party_gov_plac") });
    let answer = channel.post("/api/v1/exchange/acts", body).await;
    assert_eq!(answer.outcome(), (401, "bad_signature"));
    let answer = channel.report(&case, json!("close")).await;
    assert_eq!(answer.outcome(), (422, "invalid"));
}

fn push(target: &str) -> Value {
    json!({ "ack_push": { "target": target } })
}

fn accepting(order: Uuid) -> Value {
    json!({ "police_accept": { "order": order } })
}

/// The keys of the orders of a case, as the police get them.
async fn orders(server: &TestServer, case: CaseId) -> Vec<Uuid> {
    let known = facts(server, case).await;
    let orders = known.orders();
    orders
        .map(|(order, earlier)| order.key(case, earlier))
        .collect()
}

/// How many orders of the police wait in a case.
async fn waiting(server: &TestServer, case: CaseId) -> usize {
    let known = facts(server, case).await;
    let clocks = known.deadlines.iter();
    let clocks = clocks.filter(|clock| clock.kind == DeadlineKind::PoliceAccept);
    clocks.filter(|clock| clock.is_running()).count()
}

async fn danger(phone: &mut Phone, scene: &Scene, case: CaseId) {
    let what = "一方扬言持械。".into();
    let ask = Ask::Danger(act::ReportDanger { what });
    let now = phone.now();
    phone.engine.ask(case, ask, now).unwrap();
    phone.sync().await;
    scene.server.reconcile().await;
}
