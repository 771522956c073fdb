//! Whoever is put out while what they send is still on its way is served nothing and writes
//! nothing: neither when the body came late, nor in the moment in which it is written or read.

use crate::{
    evidence::{evidence_known, part_request},
    hostile::up,
    phone::{Phone, exchange, send},
    recover::{Backup, all_exchange, is_known},
    relayed::{Lost, claims},
    scene::Scene,
    secret::{ZHANG, handler, known_party, path_of_reading},
};
use axum::{
    body::Body,
    http::{Method, Request},
};
use harness::{Answer, Calls, SlowRequest, TestServer, client};
use hejie_case::{
    document::Origin,
    record::{IntakeField, Place, Side},
    role::Author,
};
use hejie_device::engine::PART_BYTES;
use hejie_registry::{
    identity::session::{self, EndReason},
    pool::{self, PgConnection, Transaction},
};
use hejie_server::identity::account;
use hejie_wire::{
    codec::{self, Encoding},
    message::Up,
};
use jiff::SignedDuration;
use serde_json::json;

const WRITTEN: &str = "select count(*) from case_change where case_id = $1";

/// In what ways somebody is put out.
#[derive(Debug, Clone, Copy)]
enum WayOut {
    PhoneRevoked,
    AccountClosed,
    RoleEnded,
    SignedOut,
    PasswordReplaced,
}

impl WayOut {
    const ALL: [Self; 5] = [
        Self::PhoneRevoked,
        Self::AccountClosed,
        Self::RoleEnded,
        Self::SignedOut,
        Self::PasswordReplaced,
    ];

    /// What is said to whoever comes in all the same.
    fn code(self) -> &'static str {
        match self {
            Self::PhoneRevoked => "device_revoked",
            Self::AccountClosed => "account_closed",
            Self::RoleEnded => "role_ended",
            Self::SignedOut => "session_over",
            Self::PasswordReplaced => "password_changed",
        }
    }

    /// Puts the owner of a phone out, in a transaction that goes on.
    async fn take_in(self, server: &TestServer, phone: &Phone, conn: &mut PgConnection) {
        let (marks, now) = (&server.state.marks, server.now());
        let owner = phone.engine.enrolment().unwrap();
        let user = owner.user;
        match self {
            Self::PhoneRevoked => {
                let revoked = account::revoke_device(marks, conn, phone.device(), now).await;
                assert!(revoked.unwrap());
            }
            Self::AccountClosed => account::close(marks, conn, user, now).await.unwrap(),
            Self::RoleEnded => {
                let who = Author {
                    user,
                    role: owner.role,
                    org: owner.org,
                };
                account::end_role(marks, conn, &who, now).await.unwrap();
            }
            Self::SignedOut => session::end_of_user(conn, user, EndReason::SignedOut, now)
                .await
                .unwrap(),
            Self::PasswordReplaced => account::replace_password(marks, conn, user, "another", now)
                .await
                .unwrap(),
        }
    }

    /// Puts the owner of a phone out.
    async fn take(self, server: &TestServer, phone: &Phone) {
        let mut tx = pool::begin(&server.state.pool).await.unwrap();
        self.take_in(server, phone, &mut tx).await;
        pool::commit(tx).await.unwrap();
    }
}

/// What is answered to a request whose second half comes when its author was put out.
async fn late(server: &TestServer, phone: &Phone, way: WayOut, request: Request<Body>) -> Answer {
    let line = SlowRequest::begin(&phone.agent, request).await;
    way.take(server, phone).await;
    line.end().await
}

/// What is answered to a request that runs while a transaction puts its author out: it waits, and
/// the transaction is committed then.
async fn meanwhile(
    server: &TestServer,
    phone: &Phone,
    way: WayOut,
    request: Request<Body>,
) -> Answer {
    let mut tx = pool::begin(&server.state.pool).await.unwrap();
    way.take_in(server, phone, &mut tx).await;
    before_commit(server, tx, phone.agent.send(request)).await
}

async fn before_commit(
    server: &TestServer,
    tx: Transaction,
    asked: impl Future<Output = Answer>,
) -> Answer {
    let mut asked = std::pin::pin!(asked);
    loop {
        tokio::select! {
            answer = &mut asked => panic!("it waits for nobody: {} {}", answer.status, answer.json),
            waiting = waiting(server) => if waiting > 0 { break },
        }
    }
    pool::commit(tx).await.unwrap();
    asked.await
}

async fn waiting(server: &TestServer) -> i64 {
    let query = "select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'";
    let counted = sqlx::query_scalar(query).fetch_one(&server.state.pool);
    counted.await.unwrap()
}

/// A server, a phone with a note that is not sent, and a second in which nothing happens.
async fn with_a_note() -> (Scene, Phone) {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut phone = scene.mediator().await;
    phone.note(scene.case, "停用之后才送到的。");
    scene.server.advance(SignedDuration::from_secs(1));
    (scene, phone)
}

fn next_exchange(phone: &mut Phone) -> Request<Body> {
    let now = phone.now();
    exchange(phone.engine.begin_exchange(now).unwrap())
}

/// Exchanges until the next request brings what the registry asked for.
async fn until(phone: &mut Phone, brings: impl Fn(&Up) -> bool) -> Request<Body> {
    for _ in 0..10 {
        let next = up(phone);
        if brings(&next) {
            return exchange(codec::encode_up(&next, Encoding::Zstd).unwrap());
        }
        let answer = send(&phone.agent, &next).await;
        phone.take(&answer);
    }
    panic!("nothing is asked for");
}

#[tokio::test(flavor = "multi_thread")]
async fn words_of_somebody_who_is_put_out_while_they_are_on_their_way_are_not_merged() {
    for way in WayOut::ALL {
        let (scene, mut phone) = with_a_note().await;
        let before = scene.count(WRITTEN).await;
        let request = next_exchange(&mut phone);
        let answer = late(&scene.server, &phone, way, request).await;
        assert_eq!(answer.outcome(), (401, way.code()));
        assert_eq!(scene.count(WRITTEN).await, before, "{way:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_of_somebody_who_is_put_out_in_the_moment_of_writing_are_not_merged() {
    for way in WayOut::ALL {
        let (scene, mut phone) = with_a_note().await;
        let before = scene.count(WRITTEN).await;
        let request = next_exchange(&mut phone);
        let answer = meanwhile(&scene.server, &phone, way, request).await;
        assert_eq!(answer.outcome(), (401, way.code()));
        assert_eq!(scene.count(WRITTEN).await, before, "{way:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_wrote_after_losing_a_case_is_not_kept_aside_when_they_are_put_out_meanwhile()
{
    for way in WayOut::ALL {
        let scene = Scene::on(TestServer::alone().await).await;
        let mut phone = scene.mediator().await;
        scene.forget(scene.case, &scene.county.mediator).await;
        scene.server.advance(SignedDuration::from_mins(1));
        phone.set_clock(scene.server.now());
        phone.note(scene.case, "不再承办之后写的。");
        let before = scene.count(WRITTEN).await;
        let request = next_exchange(&mut phone);
        let answer = meanwhile(&scene.server, &phone, way, request).await;
        assert_eq!(answer.outcome(), (401, way.code()));
        assert_eq!(scene.count(WRITTEN).await, before, "{way:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_is_revoked_while_it_asks_what_is_new_is_told_nothing() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut phone = Phone::enrol(&scene.server, &scene.county.mediator).await;
    let request = next_exchange(&mut phone);
    let answer = late(&scene.server, &phone, WayOut::PhoneRevoked, request).await;
    assert_eq!(answer.outcome(), (401, "device_revoked"));
    let mut phone = Phone::enrol(&scene.server, &scene.county.mediator).await;
    let request = next_exchange(&mut phone);
    // It waits where it is noted that the phone was heard, behind the second look.
    let answer = meanwhile(&scene.server, &phone, WayOut::PhoneRevoked, request).await;
    assert_eq!(answer.outcome(), (401, "device_revoked"));
    let heard = "select count(*) from device where id = $1 and last_seen_at is not null";
    let heard: i64 = sqlx::query_scalar(heard)
        .bind(phone.device().0)
        .fetch_one(&scene.server.state.pool)
        .await
        .unwrap();
    assert_eq!(heard, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_begun_by_somebody_who_is_put_out_meanwhile_is_not_registered() {
    for way in WayOut::ALL {
        let scene = Scene::on(TestServer::alone().await).await;
        let mut phone = scene.mediator().await;
        scene.server.advance(SignedDuration::from_secs(1));
        let begun = phone.engine.create_case(intake(&scene), phone.now());
        let case = begun.unwrap().case;
        let request = next_exchange(&mut phone);
        let answer = meanwhile(&scene.server, &phone, way, request).await;
        assert_eq!(answer.outcome(), (401, way.code()));
        assert!(!is_known(&scene.server, case).await, "{way:?}");
    }
}

fn intake(scene: &Scene) -> Origin {
    let place = Place {
        region: scene.county.township(),
        address: "和安街道小区".into(),
        position: None,
    };
    Origin {
        fields: vec![
            IntakeField::Situation("N08-02".parse().unwrap()),
            IntakeField::Place(place),
        ],
        summary: "楼上漏水，双方争执。".into(),
        ..Origin::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_of_others_that_somebody_relays_who_is_put_out_meanwhile_are_not_kept() {
    for way in WayOut::ALL {
        let Lost {
            scene,
            mut mediator,
            ..
        } = Lost::set().await;
        scene.server.advance(SignedDuration::from_secs(1));
        let request = until(&mut mediator, |up| !up.relayed.is_empty()).await;
        let answer = meanwhile(&scene.server, &mediator, way, request).await;
        assert_eq!(answer.outcome(), (401, way.code()));
        assert!(claims(&scene).await.is_empty(), "{way:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_proves_who_is_put_out_meanwhile_does_not_come_back() {
    for way in WayOut::ALL {
        let scene = Scene::on(TestServer::alone().await).await;
        let mut mediator = scene.mediator().await;
        let backup = Backup::of(&scene.server).await;
        let lost = scene.another_case("A-2").await;
        all_exchange(&scene, &mut [&mut mediator]).await;
        backup.restore(&scene.server).await;
        scene.server.advance(SignedDuration::from_secs(1));
        let request = until(&mut mediator, |up| !up.proofs.is_empty()).await;
        let answer = meanwhile(&scene.server, &mediator, way, request).await;
        assert_eq!(answer.outcome(), (401, way.code()));
        assert!(!is_known(&scene.server, lost).await, "{way:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_an_original_that_comes_when_its_sender_was_put_out_is_not_kept() {
    const RECEIVED: &str = "select received::bigint from file_upload where case_id = $1";
    for way in WayOut::ALL {
        let scene = Scene::on(TestServer::alone().await).await;
        let (phone, _, file) = evidence_known(&scene).await;
        scene.server.advance(SignedDuration::from_secs(1));
        assert_eq!(phone.begins(&file).await.status, 201);
        let part = phone.engine.file_part(&file, 0).unwrap();
        assert_eq!(part.len(), PART_BYTES);
        let request = || part_request(&file, 0, part.clone());
        let server = &scene.server;
        let answer = match way {
            WayOut::SignedOut => meanwhile(server, &phone, way, request()).await,
            _ => late(server, &phone, way, request()).await,
        };
        assert_eq!(answer.outcome(), (401, way.code()));
        assert_eq!(scene.count(RECEIVED).await, 0, "{way:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_who_is_put_out_while_asking_reads_who_a_party_is() {
    for way in WayOut::ALL {
        let scene = Scene::on(TestServer::alone().await).await;
        let mut phone = handler(&scene).await;
        let party = known_party(&scene, &mut phone, scene.case, Side::A, ZHANG).await;
        scene.server.advance(SignedDuration::from_secs(1));
        let words = json!({ "purpose": "contact", "words": "约定上午调解时间" }).to_string();
        let path = path_of_reading(scene.case, party);
        let request = || client::request(Method::POST, &path, Body::from(words.clone()));
        let known = phone.agent.send(request()).await;
        assert_eq!(known.status, 200, "{}", known.json);
        let server = &scene.server;
        let answer = match way {
            WayOut::SignedOut => meanwhile(server, &phone, way, request()).await,
            _ => late(server, &phone, way, request()).await,
        };
        assert_eq!(answer.outcome(), (401, way.code()));
        assert_eq!(answer.json["name"], json!(null));
        let readings =
            "select count(*) from audit_log where case_id = $1 and action = 'read_identity'";
        assert_eq!(scene.count(readings).await, 1, "{way:?}");
    }
}

/// Once for everything that is asked in JSON: what is asked is not even looked at.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_in_json_by_somebody_who_is_put_out_meanwhile_is_turned_away() {
    for way in WayOut::ALL {
        let scene = Scene::on(TestServer::alone().await).await;
        let phone = Phone::enrol(&scene.server, &scene.county.dispatcher).await;
        scene.server.advance(SignedDuration::from_secs(1));
        let asked = Body::from(r#"{"what":"is no route"}"#);
        let request = client::request(Method::PUT, "/api/v1/routing/N04-03", asked);
        let answer = late(&scene.server, &phone, way, request).await;
        assert_eq!(answer.outcome(), (401, way.code()));
    }
}
