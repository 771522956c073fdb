//! What is the police's reaches them whoever reported it and whatever channel it is said to come
//! from.

use super::{
    connect, origin,
    table::{OF_THE_POLICE, World, case_of, told},
};
use crate::{
    phone::Phone,
    recover::{Backup, all_exchange, outbox},
    scene::{Scene, act, facts},
};
use harness::TestServer;
use hejie_case::{
    act::{self, DeskAct},
    facts::Status,
    ids::CaseId,
    record::{Ask, IntakeField},
};
use hejie_registry::{identity::channel, pool};
use hejie_server::channel::Receivers;
use serde_json::{Value, json};

/// Shows E02, R128.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_police_reported_by_an_order_of_their_own_is_answered_to_them_and_not_ordered_back()
 {
    let scene = Scene::on(TestServer::alone().await).await;
    let police = connect(&scene.server, &scene.county, "110").await;
    let mut order = scene.county.order("P-1");
    order["situation"] = OF_THE_POLICE.into();
    let mut conn = pool::acquire(&scene.server.state.pool).await.unwrap();
    let account = channel::find_by_name(&mut conn, "110").await.unwrap();
    let desk = scene.county.channel_of(&scene.server, account.unwrap());
    let case = case_of(&desk.order(&order).await);
    scene.server.send_due().await;
    let bodies = police.bodies();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    assert_eq!(bodies[0]["kind"], "feedback");
    // What a phone notes about an incident of theirs is no order of theirs.
    let mut phone = Phone::enrol(&scene.server, &scene.county.second_mediator).await;
    let mut slip = origin(&scene.county);
    slip.channel = Some("110".into());
    slip.external_no = Some("S-1".into());
    slip.fields[0] = IntakeField::Situation(OF_THE_POLICE.parse().unwrap());
    let noted = phone.engine.create_case(slip, phone.now()).unwrap().case;
    phone.sync().await;
    scene.server.send_due().await;
    let kinds = |case: CaseId| -> Vec<Value> {
        let of_case = police
            .bodies()
            .into_iter()
            .filter(|b| b["case_id"] == json!(case));
        of_case.map(|b| b["kind"].clone()).collect()
    };
    assert_eq!(kinds(noted), ["police_order", "feedback"]);
    assert_eq!(kinds(case), ["feedback"]);
}

/// Shows E02, R126.
#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_a_phone_invents_is_owed_nothing_and_the_police_hear_of_the_case_all_the_same()
 {
    let world = World::set().await;
    let (server, county) = (&world.scene.server, &world.scene.county);
    let mut phone = Phone::enrol(server, &county.second_mediator).await;
    let mut slip = origin(county);
    slip.channel = Some("nowhere-7".into());
    slip.external_no = Some("S-1".into());
    slip.fields[0] = IntakeField::Situation(OF_THE_POLICE.parse().unwrap());
    let case = phone.engine.create_case(slip, phone.now()).unwrap().case;
    phone.sync().await;
    let source = facts(server, case).await.source;
    assert_eq!(
        (source.channel.as_str(), source.external_no),
        ("nowhere-7", None)
    );
    assert_eq!(world.told(case).await, told(1, 0, 0));
    let waiting = "select count(*) from outbox where delivered_at is null";
    assert_eq!(world.scene.count(waiting).await, 0);
}

/// Shows E23, LW06.
#[tokio::test(flavor = "multi_thread")]
async fn a_danger_that_a_desk_reports_is_told_with_its_decision_of_a_closed_case_too() {
    let world = World::set().await;
    let case = world.scene.case;
    let danger = || json!({ "what": "来电称一方持刀返回。" });
    world.decide(case, "danger", danger()).await;
    assert_eq!(world.told(case).await, told(1, 3, 0));
    assert!(facts(&world.scene.server, case).await.is_held());
    world.decide(case, "danger", danger()).await;
    assert_eq!(world.told(case).await, told(2, 3, 0));
    let closed = world
        .order("P-1", |o| o["situation"] = OF_THE_POLICE.into())
        .await;
    world.decide(closed, "danger", danger()).await;
    assert_eq!(world.told(closed).await, told(2, 0, 1));
}

/// Shows E23, E24.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_was_handed_to_the_police_comes_back_with_the_messages_that_it_caused() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut phone = scene.mediator().await;
    let backup = Backup::of(&scene.server).await;
    let began = phone.engine.create_case(origin(&scene.county), phone.now());
    let case = began.unwrap().case;
    all_exchange(&scene, &mut [&mut phone]).await;
    let what = "一方持刀。".into();
    let danger = Ask::Danger(act::ReportDanger { what });
    phone.engine.ask(case, danger, phone.now()).unwrap();
    all_exchange(&scene, &mut [&mut phone]).await;
    let transfer = DeskAct::Transfer(act::Transfer {
        to: hejie_case::record::Receiver::Police,
        receiver: "新港派出所".into(),
        receipt: "收-8".into(),
        notice: Some(act::NoticeGiven::in_person(scene.server.now())),
    });
    let desk = &scene.county.dispatcher;
    assert_eq!(act(&scene, desk, case, transfer).await, None);
    all_exchange(&scene, &mut [&mut phone]).await;
    let told = outbox(&scene.server).await;
    assert_eq!(told.len(), 2, "{told:?}");
    backup.restore(&scene.server).await;
    all_exchange(&scene, &mut [&mut phone]).await;
    let status = facts(&scene.server, case).await.stage.status();
    assert_eq!(status, Status::Closed);
    assert_eq!(outbox(&scene.server).await, told);
}

/// Shows E23, E24, R128. A channel that happens to be called 110 hears of neither.
#[tokio::test(flavor = "multi_thread")]
async fn a_danger_and_a_walk_in_that_is_handed_over_go_to_the_police_channel_that_the_county_named()
{
    let server = TestServer::telling(Receivers {
        police: "hean-command".into(),
        ..Receivers::default()
    });
    let scene = Scene::on(server.await).await;
    let police = connect(&scene.server, &scene.county, "hean-command").await;
    let other = connect(&scene.server, &scene.county, "110").await;
    let mut phone = scene.mediator().await;
    let now = phone.now();
    // Two people at the counter, whom no channel sent.
    let walk_in = phone.engine.create_case(origin(&scene.county), now);
    let walk_in = walk_in.unwrap().case;
    phone.sync().await;
    assert_eq!(
        facts(&scene.server, walk_in).await.source.channel,
        "walk_in"
    );
    let transfer = DeskAct::Transfer(act::Transfer {
        to: hejie_case::record::Receiver::Police,
        receiver: "新港派出所".into(),
        receipt: "收-9".into(),
        notice: Some(act::NoticeGiven::in_person(scene.server.now())),
    });
    let desk = &scene.county.dispatcher;
    assert_eq!(act(&scene, desk, walk_in, transfer).await, None);
    let what = "一方持刀。".into();
    let danger = Ask::Danger(act::ReportDanger { what });
    phone.engine.ask(scene.case, danger, now).unwrap();
    phone.sync().await;
    scene.server.reconcile().await;
    scene.server.send_due().await;
    let mut told: Vec<_> = (police.bodies().into_iter())
        .map(|body| (body["kind"].clone(), body["case_id"].clone()))
        .collect();
    told.sort_by_key(|(_, case)| *case != json!(walk_in));
    let order = json!("police_order");
    assert_eq!(
        told,
        [(order.clone(), json!(walk_in)), (order, json!(scene.case))]
    );
    assert_eq!(other.bodies(), Vec::<Value>::new());
    let waiting = "select count(*) from outbox where delivered_at is null and $1::uuid is not null";
    assert_eq!(scene.count(waiting).await, 0);
}
