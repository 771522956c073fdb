//! What channels report of cases that they were told of.

use crate::{
    effects::on_duty,
    phone::Phone,
    scene::{Scene, facts},
};
use harness::{Calls, TestServer};
use hejie_case::{act, facts::DeadlineKind, record::Ask};
use hejie_registry::identity::org::OrgKind;
use serde_json::{Value, json};

/// Shows E02b, R116.
#[tokio::test(flavor = "multi_thread")]
async fn the_police_accept_a_danger_through_their_channel_and_only_they_do() {
    let server = TestServer::alone().await;
    let scene = Scene::on(server).await;
    let (server, county, case) = (&scene.server, &scene.county, scene.case.to_string());
    let police = county.connect(server, "110", OrgKind::Desk).await;
    let early = police.report(&case, json!("police_accept")).await;
    assert_eq!(early.outcome(), (409, "police_not_asked"));
    let mut phone = scene.mediator().await;
    danger(&mut phone, &scene).await;
    let other = county.channel(server);
    let answer = other.report(&case, json!("police_accept")).await;
    assert_eq!(answer.outcome(), (403, "not_allowed"));
    for _ in 0..2 {
        let answer = police.report(&case, json!("police_accept")).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
        assert_eq!(answer.json["case_id"], json!(case));
    }
    let known = facts(server, scene.case).await;
    let mut clocks = known.deadlines.iter();
    let clock = clocks.find(|clock| clock.kind == DeadlineKind::PoliceAccept);
    assert!(clock.unwrap().met_at.is_some());
    let line = known.trail.iter().find(|line| line.event == "E02b");
    assert_eq!(line.unwrap().by.unwrap().org, police.org());
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

async fn danger(phone: &mut Phone, scene: &Scene) {
    let what = "一方扬言持械。".into();
    let ask = Ask::Danger(act::ReportDanger { what });
    let now = phone.now();
    phone.engine.ask(scene.case, ask, now).unwrap();
    phone.sync().await;
    scene.server.reconcile().await;
}
