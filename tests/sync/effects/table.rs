//! Every way in which a case comes to be, or moves beside another, and every kind of message that
//! may follow from it.
//!
//! | way | police order: a danger | police order: a matter of the police | three pushes | feedback |
//! |---|---|---|---|---|
//! | order | none: an order holds no danger | unless the police sent the order | with the offer to whoever is on duty | when the catalogue closes it at once |
//! | phone | that was written before there was a line | always, whatever channel it names | none: whoever begins a case has it, and nobody is sent | if it bears the number of a channel of the county |
//! | split | that waits in the case that is split | of the part | of the part, which is offered like any other | none of the part: it has no number at a channel |
//! | repeat | that waits when the call comes | if the call reports one, unless the police sent it | again with the round that it opens, which is offered to whoever is on duty | under its own number at the end of its round |
//! | merge | that waits in either case; it holds the case that goes on | none: the case is nobody's yet | none: nobody is sent | of both, when the case that goes on ends |
//! | recovery | with the key that it had | with the key that it had | with the keys that they had | with the key that it had |
//!
//! A scene here, in `police` or in `merged` asserts the whole row, so that what is said to be
//! impossible is seen not to happen. Each way is walked by its public face.

use super::{connect, on_duty, origin};
use crate::{
    phone::Phone,
    scene::{Scene, author, facts},
};
use harness::{Answer, Calls, TestServer, client::Dispatcher, decided, receiver::Receiver};
use hejie_case::{
    act::{self, Act},
    facts::Status,
    ids::{CaseId, EntryId},
    record::{Ask, CloseKind, IntakeField},
    rule::Motion,
};
use hejie_registry::{identity::channel, pool};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A situation of the list of the police: the catalogue closes it at once.
pub(super) const OF_THE_POLICE: &str = "P01-01";

/// How many messages of each kind the outside got of a case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Told {
    police_orders: usize,
    pushes: usize,
    feedback: usize,
}

/// A county in which everybody who can be told has a channel, and somebody is on duty.
pub(super) struct World {
    pub(super) scene: Scene,
    dispatcher: Dispatcher,
    police: Receiver,
    pub(super) source: Receiver,
    pushes: [Receiver; 3],
}

impl World {
    /// Sets the scene: one case is reported and offered.
    pub(super) async fn set() -> Self {
        let server = TestServer::pushing().await;
        let county = server.county().await;
        let police = connect(&server, &county, "110").await;
        let pushes = [
            connect(&server, &county, "plac").await,
            connect(&server, &county, "centre").await,
            connect(&server, &county, "territory").await,
        ];
        let source = Receiver::refusing(0).await;
        let mut conn = pool::acquire(&server.state.pool).await.unwrap();
        channel::set_webhook(&mut conn, county.channel.id, Some(&source.url()))
            .await
            .unwrap();
        drop(conn);
        on_duty(&server, &county, &county.mediator).await;
        let order = county.channel(&server).order(&county.order("A-1")).await;
        let (case, dispatcher) = (case_of(&order), county.dispatcher(&server).await);
        Self {
            scene: Scene {
                server,
                county,
                case,
            },
            dispatcher,
            police,
            source,
            pushes,
        }
    }

    /// An order of the county's channel.
    pub(super) async fn order(&self, number: &str, change: impl FnOnce(&mut Value)) -> CaseId {
        let mut order = self.scene.county.order(number);
        change(&mut order);
        let channel = self.scene.county.channel(&self.scene.server);
        case_of(&channel.order(&order).await)
    }

    /// What the dispatcher decides over the API; what is about two cases has an address of its own.
    pub(super) async fn decide(&self, case: CaseId, act: &str, mut says: Value) -> Answer {
        let version = facts(&self.scene.server, case).await.version;
        let (path, body) = if ["merge", "unmerge", "split"].contains(&act) {
            says["base_version"] = json!(version);
            (act, says)
        } else {
            ("acts", decided(act, says, version))
        };
        let path = format!("/api/v1/cases/{case}/{path}");
        let answer = self.dispatcher.post(&path, body).await;
        assert_eq!(answer.status, 200, "{act}: {}", answer.json);
        answer
    }

    /// The mediator signs for the offer, arrives and asks to close a simple case, which is closed
    /// by rule.
    pub(super) async fn close(&self, case: CaseId) {
        let offered = facts(&self.scene.server, case).await;
        let assignment = offered.offered().unwrap().version;
        let (outcome, feedback) = (CloseKind::Reconciled, "双方已自行和解。".into());
        let (place, reason) = (None, None);
        for ask in [
            Ask::SignFor(act::SignFor { assignment }),
            Ask::Arrive(act::Arrive { place, reason }),
            Ask::AskClose(act::AskClose { outcome, feedback }),
        ] {
            self.ask(case, ask).await;
        }
        let closed = facts(&self.scene.server, case).await;
        assert_eq!(closed.stage.status(), Status::Closed);
    }

    /// What the mediator asks for from the field, which is granted.
    async fn ask(&self, case: CaseId, ask: Ask) {
        let (server, now) = (&self.scene.server, self.scene.server.now());
        let motion = Motion {
            entry: Some(EntryId::new(now, server.state.entropy.bytes())),
            act: Act::Ask(ask),
            by: author(&self.scene.county.mediator),
            claimed_at: Some(now),
            received_at: now,
        };
        let answers = server
            .state
            .reconciler
            .reconcile(case, &[motion])
            .await
            .unwrap();
        assert_eq!(answers.into_iter().flatten().next(), None);
    }

    /// A danger that the server acknowledged and has not settled yet.
    pub(super) async fn danger_waits(&self, case: CaseId) {
        let mut phone = self.scene.mediator().await;
        let what = "一方持刀。".into();
        let ask = Ask::Danger(act::ReportDanger { what });
        phone.engine.ask(case, ask, phone.now()).unwrap();
        phone.sync().await;
        assert_eq!(facts(&self.scene.server, case).await.holds, []);
    }

    /// What everybody got of a case, once all that is due was sent; no message bears the key of
    /// another.
    pub(super) async fn told(&self, case: CaseId) -> Told {
        self.scene.server.send_due().await;
        let mut told = Told::default();
        let everybody = [&self.police, &self.source].into_iter().chain(&self.pushes);
        let mut keys = BTreeSet::new();
        for call in everybody.flat_map(Receiver::calls) {
            let key = call.headers["idempotency-key"].to_str().unwrap().to_owned();
            assert!(keys.insert(key), "told twice: {:?}", call.body);
            let body: Value = serde_json::from_slice(&call.body).unwrap();
            if body["case_id"] != json!(case) {
                continue;
            }
            match body["kind"].as_str().unwrap() {
                "police_order" => told.police_orders += 1,
                "push" => told.pushes += 1,
                "feedback" => told.feedback += 1,
                other => panic!("the table has no column for {other}"),
            }
        }
        told
    }
}

pub(super) fn case_of(answer: &Answer) -> CaseId {
    assert_eq!(answer.status, 201, "{}", answer.json);
    answer.text("/case_id").parse().unwrap()
}

pub(super) fn told(police_orders: usize, pushes: usize, feedback: usize) -> Told {
    Told {
        police_orders,
        pushes,
        feedback,
    }
}

/// Shows R107, R126.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_tells_with_the_case_it_opens_whatever_follows_from_it() {
    let world = World::set().await;
    assert_eq!(world.told(world.scene.case).await, told(0, 3, 0));
    let closed = world
        .order("P-1", |o| o["situation"] = OF_THE_POLICE.into())
        .await;
    assert_eq!(world.told(closed).await, told(1, 0, 1));
}

/// Shows E23, R126.
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_tells_with_the_case_it_began_whatever_follows_from_it() {
    let world = World::set().await;
    let (server, county) = (&world.scene.server, &world.scene.county);
    let mut phone = Phone::enrol(server, &county.second_mediator).await;
    let now = phone.now();
    let dangerous = phone.engine.create_case(origin(county), now).unwrap().case;
    let what = "一方持刀。".into();
    phone
        .engine
        .ask(dangerous, Ask::Danger(act::ReportDanger { what }), now)
        .unwrap();
    let mut slip = origin(county);
    slip.channel = Some(county.channel.name.clone());
    slip.external_no = Some("S-1".into());
    slip.fields[0] = IntakeField::Situation(OF_THE_POLICE.parse().unwrap());
    let closed = phone.engine.create_case(slip, now).unwrap().case;
    phone.sync().await;
    assert_eq!(world.told(dangerous).await, told(1, 0, 0));
    assert_eq!(world.told(closed).await, told(1, 0, 1));
}

/// Shows E30, E23.
#[tokio::test(flavor = "multi_thread")]
async fn a_split_tells_of_the_part_and_of_what_waited_in_the_whole() {
    let world = World::set().await;
    let whole = world.scene.case;
    world.danger_waits(whole).await;
    let part = json!({
        "situation": "N02-02", "summary": "另有一起噪音纠纷。", "address": "新栖街某小区5号楼", "why": "两起纠纷。",
    });
    world.decide(whole, "split", part).await;
    let part = facts(&world.scene.server, whole).await.kin.split_into[0];
    assert_eq!(world.told(part).await, told(0, 3, 0));
    assert_eq!(world.told(whole).await, told(1, 3, 0));
    let violence = json!({
        "situation": OF_THE_POLICE, "summary": "另有一起伤害。", "address": "新栖街某小区5号楼", "why": "两起事。",
    });
    world.decide(whole, "split", violence).await;
    let part = facts(&world.scene.server, whole).await.kin.split_into[1];
    assert_eq!(world.told(part).await, told(1, 0, 0));
}

/// Shows E29, R040, R107, R126.
#[tokio::test(flavor = "multi_thread")]
async fn each_round_that_a_further_call_opens_is_told_of_anew() {
    let world = World::set().await;
    let case = world.scene.case;
    world.close(case).await;
    assert_eq!(world.told(case).await, told(0, 3, 1));
    let again = |order: &mut Value| order["repeat_of"] = "A-1".into();
    assert_eq!(world.order("A-2", again).await, case);
    assert_eq!(world.told(case).await, told(0, 6, 1));
    world.close(case).await;
    assert_eq!(world.told(case).await, told(0, 6, 2));
}

/// Shows E29, E23.
#[tokio::test(flavor = "multi_thread")]
async fn a_danger_that_waits_when_a_further_call_comes_is_told_with_the_call() {
    let world = World::set().await;
    let case = world.scene.case;
    world.danger_waits(case).await;
    let again = |order: &mut Value| order["repeat_of"] = "A-1".into();
    assert_eq!(world.order("A-2", again).await, case);
    assert_eq!(world.told(case).await, told(1, 3, 0));
    world.scene.server.reconcile().await;
    assert_eq!(world.told(case).await, told(1, 3, 0), "and only then");
    let worse = |order: &mut Value| {
        order["repeat_of"] = "A-1".into();
        order["situation"] = OF_THE_POLICE.into();
    };
    assert_eq!(world.order("A-3", worse).await, case);
    assert_eq!(world.told(case).await, told(2, 3, 0));
}

/// Shows E30, E23.
#[tokio::test(flavor = "multi_thread")]
async fn a_merge_tells_of_what_waited_in_either_case_and_sends_nobody() {
    for danger_in_source in [true, false] {
        let world = World::set().await;
        let into = world.scene.case;
        let from = world.order("A-2", |_| {}).await;
        let dangerous = if danger_in_source { from } else { into };
        world.danger_waits(dangerous).await;
        let merge = json!({ "into": into, "why": "同一起纠纷。" });
        world.decide(from, "merge", merge).await;
        let source = facts(&world.scene.server, from).await;
        assert_eq!(source.stage.status(), Status::Closed);
        let (of_source, of_target) = (world.told(from).await, world.told(into).await);
        let danger = usize::from(danger_in_source);
        assert_eq!(of_source, told(danger, 3, 0));
        assert_eq!(of_target, told(1 - danger, 3, 0));
        let held = facts(&world.scene.server, into).await;
        assert!(held.is_held(), "the danger holds the case that goes on");
    }
}
