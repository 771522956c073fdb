//! What the outside is told by the very first reconciliation of a case: nothing that a case asks of
//! the world may wait for its second one. `table` holds every way in which a case comes to be, to
//! another round or into another case to every kind of message.

mod merged;
mod police;
mod table;
mod unsaid;

use crate::scene::{Scene, author};
use harness::{County, Person, TestServer, receiver::Receiver};
use hejie_case::{
    act,
    document::Origin,
    ids::UserId,
    record::{Ask, IntakeField, Place},
};
use hejie_registry::{
    case::duty,
    identity::channel::{self, Channel},
    pool,
};
use hejie_server::channel::sender::OutboxSender;
use jiff::SignedDuration;
use serde_json::json;
use std::time::Duration;

/// Shows E23, R052.
#[tokio::test(flavor = "multi_thread")]
async fn a_danger_in_a_case_begun_offline_reaches_110_at_the_first_exchange() {
    let scene = Scene::on(TestServer::alone().await).await;
    let police = connect(&scene.server, &scene.county, "110").await;
    let mut phone = scene.mediator().await;
    let now = phone.now();
    let case = phone
        .engine
        .create_case(origin(&scene.county), now)
        .unwrap()
        .case;
    let what = "一方持刀。".into();
    let entry = phone
        .engine
        .ask(case, Ask::Danger(act::ReportDanger { what }), now)
        .unwrap();
    phone.sync().await;
    scene.server.send_due().await;
    let told = police.bodies();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["kind"], "police_order");
    assert_eq!(told[0]["case_id"], json!(case));
    assert_eq!(told[0]["text"], "一方持刀。");
    phone.sync().await;
    scene.server.reconcile().await;
    scene.server.send_due().await;
    assert_eq!(police.bodies().len(), 1, "told once, {entry}");
}

/// Shows E23. Nobody looks at the outbox here, and time stands still: the commit rings.
#[tokio::test(flavor = "multi_thread")]
async fn a_danger_goes_out_with_the_commit_and_waits_for_no_look() {
    let scene = Scene::on(TestServer::alone().await).await;
    let police = connect(&scene.server, &scene.county, "110").await;
    let mut phone = scene.mediator().await;
    let sender = OutboxSender::new(scene.server.state.sender_parts()).unwrap();
    let each_is_told = async {
        // The first may go out with the look at the start.
        for told in 1..=3 {
            scene.server.advance(SignedDuration::from_secs(2));
            let now = phone.now();
            let begun = phone.engine.create_case(origin(&scene.county), now);
            let (case, what) = (begun.unwrap().case, "一方持刀。".into());
            phone
                .engine
                .ask(case, Ask::Danger(act::ReportDanger { what }), now)
                .unwrap();
            phone.sync().await;
            while police.calls().len() < told {
                tokio::task::yield_now().await;
            }
        }
    };
    let all = tokio::time::timeout(Duration::from_secs(60), each_is_told);
    tokio::select! {
        () = sender.run() => panic!("it runs for ever"),
        ended = all => ended.expect("the bell rings"),
    }
}

/// Shows R107.
#[tokio::test(flavor = "multi_thread")]
async fn the_three_pushes_of_a_case_that_an_order_opens_go_out_with_it() {
    let server = TestServer::pushing().await;
    let county = server.county().await;
    let mut receivers = Vec::new();
    for name in ["plac", "centre", "territory"] {
        receivers.push(connect(&server, &county, name).await);
    }
    on_duty(&server, &county, &county.mediator).await;
    let answer = county.channel(&server).order(&county.order("A-1")).await;
    assert_eq!(answer.status, 201, "{}", answer.json);
    server.send_due().await;
    for receiver in &receivers {
        let told = receiver.bodies();
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0]["kind"], "push");
        assert_eq!(told[0]["case_id"], answer.json["case_id"]);
    }
}

/// The intake of a case that can be registered.
pub fn origin(county: &County) -> Origin {
    let place = Place {
        region: county.township(),
        address: "新港小区3幢".into(),
        position: None,
    };
    Origin {
        fields: vec![
            IntakeField::Situation("N03-05".parse().unwrap()),
            IntakeField::Place(place),
        ],
        summary: "邻里争执。".into(),
        ..Origin::default()
    }
}

/// Connects a channel of this name to a receiver that takes everything.
pub async fn connect(server: &TestServer, county: &County, name: &str) -> Receiver {
    let receiver = Receiver::refusing(0).await;
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let (now, entropy) = (server.now(), &server.state.entropy);
    let new = Channel {
        id: UserId::new(now, entropy.bytes()).0,
        name: name.to_owned(),
        title_zh: "对接单位".to_owned(),
        org: county.centre,
        region: county.region.clone(),
        secret: entropy.bytes::<32>().to_vec(),
        webhook_url: None,
        active: true,
    };
    channel::add(&mut conn, &new, now).await.unwrap();
    channel::set_webhook(&mut conn, new.id, Some(&receiver.url()))
        .await
        .unwrap();
    receiver
}

/// Lets somebody be on duty for a day.
pub async fn on_duty(server: &TestServer, county: &County, person: &Person) {
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let (from, until) = (server.now(), server.now() + SignedDuration::from_hours(24));
    duty::add_shift(&mut conn, &author(person), &county.township(), from, until)
        .await
        .unwrap();
}
