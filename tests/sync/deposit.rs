//! A phone that is out of service hands in what it had not sent, and learns nothing by it.

mod bounds;
mod came_in;
mod danger;
mod ended;

use crate::{
    phone::{Disk, Phone},
    scene::{Scene, author},
};
use axum::{
    body::Body,
    http::{Method, Request, header},
};
use harness::{Answer, Calls, Person, TestServer, county::PASSWORD};
use hejie_case::{document::Origin, ids::CaseId, record::IntakeField};
use hejie_device::engine::{DepositPart, Engine};
use hejie_registry::{deposit, log::batch, pool};
use hejie_server::identity::account;
use hejie_wire::{
    codec::{self, Encoding},
    limits,
    message::{CONTENT_TYPE, CaseUp, PROTOCOL, Up},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A phone of the mediator that holds the case and two notes that it has not sent; its refresh
/// token.
struct Gone {
    scene: Scene,
    phone: Phone,
    token: String,
}

impl Gone {
    async fn set() -> Self {
        Self::on(Scene::set().await).await
    }

    async fn on(scene: Scene) -> Self {
        let (mut phone, token) = enrol(&scene.server, &scene.county.mediator).await;
        phone.sync().await;
        phone.note(scene.case, "停用前写下的第一条。");
        phone.note(scene.case, "停用前写下的第二条。");
        Self {
            scene,
            phone,
            token,
        }
    }

    async fn close_account(&self) {
        let mut tx = pool::begin(&self.scene.server.state.pool).await.unwrap();
        let user = self.scene.county.mediator.id;
        account::close(
            &self.scene.server.state.marks,
            &mut tx,
            user,
            self.scene.server.now(),
        )
        .await
        .unwrap();
        pool::commit(tx).await.unwrap();
    }

    /// Hands in all that waits, as the client does; returns the last answer.
    async fn hand_in(&mut self) -> Answer {
        let part = part(&self.phone.engine).expect("something waits");
        let answer = self.send(&part.body.bytes, part.body.encoding).await;
        if answer.status == 200 {
            let kept: BTreeSet<_> = serde_json::from_value(answer.json["kept"].clone()).unwrap();
            self.phone
                .engine
                .take_deposited(&kept, self.phone.now())
                .unwrap();
        }
        answer
    }

    async fn send(&self, bytes: &[u8], encoding: Encoding) -> Answer {
        send(&self.scene.server, &self.token, bytes, encoding).await
    }

    async fn send_up(&self, cases: Vec<CaseUp>) -> Answer {
        let mut up = Up {
            v: PROTOCOL,
            device: self.phone.device(),
            token: None,
            cursor: None,
            digest: hejie_wire::digest::Digest::EMPTY,
            cases,
            more: false,
            clock: None,
            holdings: None,
            attest: Vec::new(),
            proofs: Vec::new(),
            relayed: Vec::new(),
            claims: None,
            limit_bytes: 0,
        };
        self.phone.engine.sign(&mut up).unwrap();
        let body = codec::encode_up(&up, Encoding::Identity).unwrap();
        self.send(&body.bytes, Encoding::Identity).await
    }

    async fn quarantine(&self, who: &impl Calls) -> Vec<Value> {
        let list = who.get("/api/v1/quarantine").await;
        assert_eq!(list.status, 200, "{}", list.json);
        let all = list.json["items"].as_array().unwrap();
        let own = all.iter().filter(|one| {
            one["device_id"] == json!(self.phone.device()) && one["code"] == "deposited"
        });
        own.cloned().collect()
    }
}

fn part(engine: &Engine<Disk>) -> Option<DepositPart> {
    engine.begin_deposit(&BTreeSet::new()).unwrap()
}

async fn send(server: &TestServer, token: &str, bytes: &[u8], encoding: Encoding) -> Answer {
    let request = Request::builder()
        .method(Method::POST)
        .uri("/sync/v1/deposit")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, CONTENT_TYPE)
        .header(header::CONTENT_ENCODING, encoding.name())
        .body(Body::from(bytes.to_vec()))
        .unwrap();
    server.anonymous().send(request).await
}

async fn enrol(server: &TestServer, person: &Person) -> (Phone, String) {
    let phone = Phone::enrol(server, person).await;
    let token = phone.refresh_token.clone();
    (phone, token)
}

#[tokio::test]
async fn what_a_closed_account_had_not_sent_is_kept_for_its_county_and_stays_on_the_phone() {
    let mut gone = Gone::set().await;
    gone.close_account().await;
    let refused = gone.phone.ask().await;
    assert_eq!(refused.outcome(), (401, "account_closed"));
    gone.phone.engine.exchange_failed();
    let answer = gone.hand_in().await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    assert_eq!(answer.json["kept"].as_array().unwrap().len(), 2);
    assert_eq!(answer.json["full"], false);
    assert_eq!(part(&gone.phone.engine), None, "each goes up once");

    let supervisor = gone.scene.county.supervisor(&gone.scene.server).await;
    let kept = gone.quarantine(&supervisor).await;
    assert_eq!(kept.len(), 2);
    assert_eq!(kept[0]["case_id"], json!(gone.scene.case));
    assert_eq!(kept[0]["user_id"], json!(gone.scene.county.mediator.id));
    let unsent = gone.phone.engine.unsent(gone.scene.case).unwrap();
    assert_eq!(unsent.len(), 2, "nothing is thrown away");
    for work in unsent {
        assert!(work.deposited.unwrap().zh.contains("隔离保存"));
    }
    gone.scene.server.reconcile().await;
    let logged = "select count(*) from case_change where case_id = $1 and user_id is not null";
    assert_eq!(
        gone.scene.count(logged).await,
        0,
        "nothing of it is the case's"
    );
}

const SIGNED: &str = "select count(*) from case_batch where case_id = $1";

#[tokio::test]
async fn a_deposit_is_signed_and_what_was_altered_on_the_way_is_not_kept() {
    let mut gone = Gone::set().await;
    gone.close_account().await;
    let part = part(&gone.phone.engine).unwrap();
    let mut up = codec::decode_up(part.body.encoding, &part.body.bytes).unwrap();
    up.cases[0].changes.truncate(1);
    let altered = codec::encode_up(&up, Encoding::Identity).unwrap();
    let answer = gone.send(&altered.bytes, altered.encoding).await;
    assert_eq!(answer.json["kept"], json!([]));
    assert_eq!(answer.json["refused"], json!(1));
    assert_eq!(gone.scene.count(SIGNED).await, 0);
    let answer = gone.hand_in().await;
    assert_eq!(answer.json["kept"].as_array().unwrap().len(), 2);
    let mut conn = pool::acquire(&gone.scene.server.state.pool).await.unwrap();
    let kept = batch::list_batches(&mut conn, gone.scene.case)
        .await
        .unwrap();
    assert_eq!(kept.len(), 1);
    assert!(kept[0].stands());
    assert_eq!(kept[0].signed.batch.changes.len(), 2);
}

#[tokio::test]
async fn an_answer_that_was_lost_counts_once_and_costs_no_room() {
    let mut gone = Gone::set().await;
    gone.close_account().await;
    let part = part(&gone.phone.engine).unwrap();
    let first = gone.send(&part.body.bytes, part.body.encoding).await;
    let again = gone.hand_in().await;
    assert_eq!(first.json, again.json);
    let mut tx = pool::begin(&gone.scene.server.state.pool).await.unwrap();
    let extent = deposit::extent(&mut tx, gone.phone.device()).await.unwrap();
    assert_eq!(extent.changes, 2);
}

#[tokio::test]
async fn the_answer_says_nothing_of_whether_there_is_such_a_case() {
    let gone = Gone::set().await;
    gone.close_account().await;
    let change = unsent_change(&gone);
    let nothing: CaseId = "00000000-0000-7000-8000-0000000000aa".parse().unwrap();
    let other = gone.scene.another_case("A-2").await;
    let mut answers = Vec::new();
    for case in [gone.scene.case, other, nothing] {
        let changes = vec![change.clone()];
        answers.push(gone.send_up(vec![CaseUp::new(case, changes)]).await);
    }
    for answer in &answers {
        assert_eq!(answer.status, 200, "{}", answer.json);
        assert_eq!(answer.json, answers[0].json);
    }
    let supervisor = gone.scene.county.supervisor(&gone.scene.server).await;
    let shown = gone.quarantine(&supervisor).await;
    assert_eq!(shown.len(), 3, "the county sees what nobody knows, too");
    let elsewhere = gone.scene.server.county().await;
    let stranger = elsewhere.supervisor(&gone.scene.server).await;
    assert_eq!(gone.quarantine(&stranger).await, Vec::<Value>::new());
}

/// The first of the two notes, as it would be sent.
fn unsent_change(gone: &Gone) -> serde_bytes::ByteBuf {
    let part = part(&gone.phone.engine).unwrap();
    let up = codec::decode_up(part.body.encoding, &part.body.bytes).unwrap();
    up.cases[0].changes[0].clone()
}

#[tokio::test]
async fn a_phone_in_service_deposits_nothing_and_neither_does_anybody_without_its_token() {
    let mut gone = Gone::set().await;
    let live = gone.hand_in().await;
    assert_eq!(live.outcome(), (409, "still_in_service"));
    gone.close_account().await;
    let part = part(&gone.phone.engine).unwrap();
    let server = &gone.scene.server;
    for token in [
        "invented",
        gone.phone.agent.agent().token.as_deref().unwrap(),
    ] {
        let answer = send(server, token, &part.body.bytes, part.body.encoding).await;
        assert_eq!(answer.outcome(), (401, "refresh_invalid"));
    }
    let other = enrol(server, &gone.scene.county.second_mediator).await.1;
    let answer = send(server, &other, &part.body.bytes, part.body.encoding).await;
    assert_eq!(answer.outcome(), (409, "still_in_service"));
}

#[tokio::test]
async fn what_another_actor_wrote_or_nobody_can_read_is_not_kept_and_stops_nothing() {
    let gone = Gone::set().await;
    gone.close_account().await;
    let (mut foreign, _) = enrol(&gone.scene.server, &gone.scene.county.second_mediator).await;
    let case = foreign
        .engine
        .create_case(Origin::default(), foreign.now())
        .unwrap()
        .case;
    let field = IntakeField::Situation("N02-02".parse().unwrap());
    foreign
        .engine
        .edit(
            case,
            hejie_case::edit::Edit::Intake { field },
            foreign.now(),
        )
        .unwrap();
    let of_foreign = part(&foreign.engine).unwrap();
    let up = codec::decode_up(of_foreign.body.encoding, &of_foreign.body.bytes).unwrap();
    let mut changes = up.cases[0].changes.clone();
    let foreign_count = changes.len();
    changes.push(serde_bytes::ByteBuf::from(vec![1, 2, 3]));
    changes.push(unsent_change(&gone));
    let case = gone.scene.case;
    let answer = gone.send_up(vec![CaseUp::new(case, changes)]).await;
    assert_eq!(answer.json["kept"].as_array().unwrap().len(), 1);
    assert_eq!(answer.json["refused"], json!(foreign_count + 1));
}

#[tokio::test]
async fn a_phone_deposits_so_much_and_no_more_and_what_does_not_fit_stays_on_it() {
    let mut gone = Gone::set().await;
    gone.close_account().await;
    let fill = "insert into deposit (case_id, hash, device_id, user_id, bytes, received_at)
        select $1, sha256(n::text::bytea), $2, $3, '\\x00', now() from generate_series(1, $4) as n";
    sqlx::query(fill)
        .bind(gone.scene.case.0)
        .bind(gone.phone.device().0)
        .bind(gone.scene.county.mediator.id.0)
        .bind(i64::try_from(limits::DEPOSIT_CHANGES).unwrap() - 1)
        .execute(&gone.scene.server.state.pool)
        .await
        .unwrap();
    let answer = gone.hand_in().await;
    assert_eq!(answer.json["kept"].as_array().unwrap().len(), 1);
    assert_eq!(answer.json["full"], true);
    let unsent = gone.phone.engine.unsent(gone.scene.case).unwrap();
    let waiting = unsent.iter().filter(|work| work.deposited.is_none());
    assert_eq!(waiting.count(), 1);
}

#[tokio::test]
async fn a_revoked_phone_that_is_enrolled_again_sends_its_work_like_any_other() {
    let mut gone = Gone::set().await;
    let path = format!("/api/v1/devices/{}", gone.phone.device());
    let mediator = gone.scene.county.mediator(&gone.scene.server).await;
    assert_eq!(mediator.delete(&path).await.status, 204);
    assert_eq!(gone.phone.ask().await.outcome(), (401, "device_revoked"));
    gone.phone.engine.exchange_failed();
    assert_eq!(gone.hand_in().await.status, 200);
    let person = gone.scene.county.mediator.clone();
    gone.phone.enrol_again(&gone.scene.server, &person).await;
    gone.phone.sync().await;
    assert_eq!(gone.phone.engine.status().waiting, 0);
    let logged = "select count(*) from case_change where case_id = $1 and user_id is not null";
    assert_eq!(gone.scene.count(logged).await, 2);
}

/// Whoever has another role meanwhile does not write as what he or she was.
#[tokio::test]
async fn a_role_that_ended_writes_nothing_more_though_its_owner_signs_in_with_another() {
    let gone = Gone::set().await;
    let (server, person) = (&gone.scene.server, &gone.scene.county.mediator);
    let now = server.now() + jiff::SignedDuration::from_secs(1);
    server.advance(jiff::SignedDuration::from_secs(1));
    let mut tx = pool::begin(&server.state.pool).await.unwrap();
    let grid = gone.scene.county.grid;
    hejie_registry::identity::grant::add(
        &mut tx,
        person.id,
        hejie_case::role::Role::GridWorker,
        grid,
        now,
    )
    .await
    .unwrap();
    account::end_role(&server.state.marks, &mut tx, &author(person), now)
        .await
        .unwrap();
    pool::commit(tx).await.unwrap();
    hejie_server::reconcile::follow(&server.state.pool, &server.state.clock, person.id)
        .await
        .unwrap();
    assert_eq!(
        person.sign_in(server, PASSWORD).await.text("/user/role"),
        "grid_worker"
    );
    let (mut phone, _) = enrol(server, person).await;
    phone.sync().await;
    assert!(
        phone.engine.cases().is_empty(),
        "the mediator's cases are not the grid worker's"
    );
}
