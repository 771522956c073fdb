//! Originals and sealed identities that a phone had not sent when it was taken out of service:
//! handed in, bounded, and shown to a desk.

mod bounds;

use crate::{phone::Phone, scene::Scene};
use axum::{
    body::Body,
    http::{Method, Request, header},
};
use harness::{Answer, Calls, TestServer};
use hejie_case::{
    ids::{CaseId, EntryId, FileHash},
    record::EvidenceKind,
};
use hejie_device::engine::{DepositItem, NewEvidence};
use hejie_registry::{file::UploadKey, pool};
use hejie_server::{files, identity::account};
use hejie_wire::limits;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const PICTURE: &[u8] = b"jpeg of a broken lock";

/// The mediator's phone with a picture that was never sent; the account is closed.
struct Gone {
    scene: Scene,
    phone: Phone,
    evidence: EntryId,
}

impl Gone {
    async fn set(original: &[u8]) -> Self {
        Self::on(Scene::set().await, original).await
    }

    async fn on(scene: Scene, original: &[u8]) -> Self {
        let mut phone = scene.mediator().await;
        let now = phone.now();
        let photo = NewEvidence {
            kind: EvidenceKind::Photo,
            mime: "image/jpeg".into(),
            taken_at: now,
            place: None,
            origin: "现场拍摄".into(),
            caption: "门锁".into(),
        };
        let evidence = phone.engine.add_evidence(scene.case, photo, original, now);
        let gone = Self {
            evidence: evidence.unwrap(),
            scene,
            phone,
        };
        gone.close().await;
        gone
    }

    async fn close(&self) {
        let server = &self.scene.server;
        let mut tx = pool::begin(&server.state.pool).await.unwrap();
        let user = self.scene.county.mediator.id;
        account::close(&server.state.marks, &mut tx, user, server.now())
            .await
            .unwrap();
        pool::commit(tx).await.unwrap();
    }

    fn item(&self) -> Option<DepositItem> {
        self.phone.engine.deposit_items().unwrap().pop()
    }

    /// Hands in what is left of an item, as the client does.
    async fn hand_in(&mut self, item: &DepositItem, mut sent: u64) {
        while sent < item.size {
            let part = self.phone.engine.deposit_part(item, sent).unwrap();
            let answer = self.send(item, sent, part).await;
            assert_eq!(answer.status, 200, "{}", answer.json);
            let received = answer.json["received"].as_u64().unwrap();
            assert!(received > sent, "{}", answer.json);
            sent = received;
        }
        self.phone.engine.take_deposited_item(item).unwrap();
    }

    async fn send(&self, item: &DepositItem, offset: u64, part: Vec<u8>) -> Answer {
        let named = Named {
            case: item.case,
            entry: item.entry,
            kind: item.kind(),
            hash: item.hash,
            size: item.size,
        };
        let token = &self.phone.refresh_token;
        send(&self.scene.server, token, &named, offset, part).await
    }

    /// What of it stands in the quarantine.
    async fn listed(&self, who: &impl Calls) -> Vec<Value> {
        let list = who.get("/api/v1/quarantine").await;
        assert_eq!(list.status, 200, "{}", list.json);
        let all = list.json["items"].as_array().unwrap().iter();
        let device = json!(self.phone.device());
        all.filter(|one| one["device_id"] == device && one["kind"] != "change")
            .cloned()
            .collect()
    }
}

/// A file as a request names it.
struct Named {
    case: CaseId,
    entry: EntryId,
    kind: &'static str,
    hash: FileHash,
    size: u64,
}

impl Named {
    fn of(bytes: &[u8], case: CaseId) -> Self {
        Self {
            case,
            entry: EntryId(case.0),
            kind: "original",
            hash: FileHash(Sha256::digest(bytes).into()),
            size: bytes.len() as u64,
        }
    }
}

async fn send(
    server: &TestServer,
    token: &str,
    named: &Named,
    offset: u64,
    part: Vec<u8>,
) -> Answer {
    let Named {
        case,
        entry,
        kind,
        hash,
        size,
    } = named;
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!(
            "/sync/v1/deposit/files?case_id={case}&entry_id={entry}&kind={kind}&sha256={hash}&size={size}&offset={offset}"
        ))
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/octet-stream")
        .body(Body::from(part))
        .unwrap();
    server.anonymous().send(request).await
}

#[tokio::test]
async fn an_original_that_was_never_sent_is_handed_in_and_a_desk_downloads_it() {
    let original: Vec<u8> = (0..300_000_u32).map(|n| n.to_le_bytes()[1]).collect();
    let mut gone = Gone::set(&original).await;
    let item = gone.item().unwrap();
    let half = gone.phone.engine.deposit_part(&item, 0).unwrap();
    assert!(half.len() < original.len());
    gone.send(&item, 0, half).await;
    let supervisor = gone.scene.county.supervisor(&gone.scene.server).await;
    let on_its_way = gone.listed(&supervisor).await;
    assert_eq!(on_its_way[0]["code"], "deposit_incomplete");
    let path = format!("/api/v1/quarantine/{}/files/{}", gone.scene.case, item.hash);
    assert_eq!(supervisor.get(&path).await.status, 404);

    let behind = gone.phone.engine.deposit_part(&item, 0).unwrap();
    let again = gone.send(&item, 0, behind.clone()).await;
    assert_eq!(
        again.json["received"],
        behind.len(),
        "an answer that was lost says where it stands"
    );
    gone.hand_in(&item, behind.len() as u64).await;
    assert_eq!(gone.item(), None, "each goes up once");
    assert_eq!(
        gone.phone.engine.status().files,
        1,
        "it is still on the phone"
    );

    let listed = gone.listed(&supervisor).await;
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (&listed[0]["kind"], &listed[0]["code"]),
        (&json!("original"), &json!("deposited"))
    );
    let bytes = supervisor.get(&path).await;
    assert_eq!((bytes.status, &bytes.bytes[..]), (200, &original[..]));
    let lines =
        "select count(*) from audit_log where case_id = $1 and action = 'read_deposited_file'";
    assert_eq!(gone.scene.count(lines).await, 1);

    let elsewhere = gone.scene.server.county().await;
    let stranger = elsewhere.supervisor(&gone.scene.server).await;
    assert_eq!(stranger.get(&path).await.status, 404);
    assert!(gone.listed(&stranger).await.is_empty());
    let second = gone.scene.county.second_mediator(&gone.scene.server).await;
    assert_eq!(second.get(&path).await.status, 403);
    let arrived = "select count(*) from case_file where case_id = $1";
    assert_eq!(
        gone.scene.count(arrived).await,
        0,
        "it is no part of the case"
    );
}

#[tokio::test]
async fn a_sealed_identity_is_kept_as_it_was_sealed_and_nobody_opens_it_there() {
    let mut gone = Gone::set(PICTURE).await;
    let identity = Named {
        kind: "identity",
        ..Named::of(
            b"{\"key_id\":\"k\",\"sealed\":\"c2VhbGVk\"}",
            gone.scene.case,
        )
    };
    let bytes = b"{\"key_id\":\"k\",\"sealed\":\"c2VhbGVk\"}".to_vec();
    let token = gone.phone.refresh_token.clone();
    let kept = send(&gone.scene.server, &token, &identity, 0, bytes).await;
    assert_eq!(kept.json["received"], identity.size, "{}", kept.json);
    let supervisor = gone.scene.county.supervisor(&gone.scene.server).await;
    let listed = gone.listed(&supervisor).await;
    assert_eq!(listed[0]["kind"], "identity");
    let path = format!(
        "/api/v1/quarantine/{}/files/{}",
        gone.scene.case, identity.hash
    );
    assert_eq!(supervisor.get(&path).await.status, 404);
    let large = Named {
        size: limits::DEPOSIT_IDENTITY_BYTES + 1,
        ..identity
    };
    let refused = send(&gone.scene.server, &token, &large, 0, vec![0]).await;
    assert_eq!(refused.status, 413);
    let item = gone.item().unwrap();
    gone.hand_in(&item, 0).await;
    assert_eq!(gone.listed(&supervisor).await.len(), 2);
}

#[tokio::test]
async fn the_answer_is_the_same_whether_there_is_such_a_case_and_a_phone_in_service_deposits_nothing()
 {
    let gone = Gone::set(PICTURE).await;
    let nothing: CaseId = "00000000-0000-7000-8000-0000000000ab".parse().unwrap();
    let other = gone.scene.another_case("A-2").await;
    let mut answers = Vec::new();
    for case in [gone.scene.case, other, nothing] {
        let named = Named::of(PICTURE, case);
        let token = &gone.phone.refresh_token;
        answers.push(send(&gone.scene.server, token, &named, 0, PICTURE.to_vec()).await);
    }
    for answer in &answers {
        assert_eq!((answer.status, &answer.json), (200, &answers[0].json));
    }
    let supervisor = gone.scene.county.supervisor(&gone.scene.server).await;
    assert_eq!(gone.listed(&supervisor).await.len(), 3);

    let live = Phone::enrol(&gone.scene.server, &gone.scene.county.second_mediator).await;
    let named = Named::of(PICTURE, gone.scene.case);
    let refused = send(
        &gone.scene.server,
        &live.refresh_token,
        &named,
        0,
        PICTURE.to_vec(),
    )
    .await;
    assert_eq!(refused.outcome(), (409, "still_in_service"));
    let unknown = send(&gone.scene.server, "invented", &named, 0, PICTURE.to_vec()).await;
    assert_eq!(unknown.outcome(), (401, "refresh_invalid"));
}

#[tokio::test]
async fn bytes_that_are_not_what_they_were_said_to_be_are_not_kept() {
    let gone = Gone::set(PICTURE).await;
    let named = Named::of(PICTURE, gone.scene.case);
    let other = vec![0; PICTURE.len()];
    let token = &gone.phone.refresh_token;
    let answer = send(&gone.scene.server, token, &named, 0, other).await;
    assert_eq!(answer.json["code"], "upload_differs", "{}", answer.json);
    let again = send(&gone.scene.server, token, &named, 0, PICTURE.to_vec()).await;
    assert_eq!(
        again.json["received"], named.size,
        "the right ones are kept all the same"
    );
}

#[tokio::test]
async fn a_deposited_original_of_which_the_store_lost_a_part_begins_anew_and_is_kept() {
    let original: Vec<u8> = (0..300_000_u32).map(|n| n.to_le_bytes()[1]).collect();
    let mut gone = Gone::set(&original).await;
    let item = gone.item().unwrap();
    let key = UploadKey {
        case: item.case,
        hash: item.hash,
        device: gone.phone.device(),
    };
    let (mut sent, mut answers) = (0, Vec::new());
    while sent < item.size {
        let store = &gone.scene.server.state.files;
        store.drop_parts(key).await.unwrap();
        let part = gone.phone.engine.deposit_part(&item, sent).unwrap();
        let begins = sent;
        sent += part.len() as u64;
        answers.push(gone.send(&item, begins, part).await);
    }
    let last = answers.last().unwrap();
    assert_eq!(last.json, json!({ "received": 0, "full": false }));
    gone.hand_in(&item, 0).await;
    let supervisor = gone.scene.county.supervisor(&gone.scene.server).await;
    assert_eq!(gone.listed(&supervisor).await[0]["code"], "deposited");
}

#[tokio::test]
async fn a_phone_deposits_so_many_bytes_a_day_and_the_rest_on_the_next() {
    let gone = Gone::set(PICTURE).await;
    let server = &gone.scene.server;
    let fill = "insert into deposit_file (case_id, sha256, device_id, user_id, entry_id, kind, size, begun_at, touched_at)
        values ($1, sha256('x'), $2, $3, $1, 'original', $4, $5, $5)";
    sqlx::query(fill)
        .bind(gone.scene.case.0)
        .bind(gone.phone.device().0)
        .bind(gone.scene.county.mediator.id.0)
        .bind(i64::try_from(limits::DEPOSIT_FILE_BYTES_A_DAY).unwrap())
        .bind(hejie_registry::time::Ts(server.now()))
        .execute(&server.state.pool)
        .await
        .unwrap();
    let named = Named::of(PICTURE, gone.scene.case);
    let token = &gone.phone.refresh_token;
    let full = send(server, token, &named, 0, PICTURE.to_vec()).await;
    assert_eq!((full.status, &full.json["full"]), (200, &json!(true)));
    server.advance(jiff::SignedDuration::from_hours(25));
    let next = send(server, token, &named, 0, PICTURE.to_vec()).await;
    assert_eq!(next.json, json!({ "received": named.size, "full": false }));
    assert_eq!(gone.item().unwrap().entry, gone.evidence);
}

#[tokio::test]
async fn a_deposit_that_nobody_goes_on_with_is_given_up_after_a_week_and_one_that_arrived_stays() {
    let scene = Scene::on(TestServer::alone().await).await;
    let original: Vec<u8> = (0..300_000_u32).map(|n| n.to_le_bytes()[1]).collect();
    let gone = Gone::on(scene, &original).await;
    let item = gone.item().unwrap();
    let token = gone.phone.refresh_token.clone();
    let whole = Named::of(PICTURE, gone.scene.case);
    let server = &gone.scene.server;
    send(server, &token, &whole, 0, PICTURE.to_vec()).await;
    let half = gone.phone.engine.deposit_part(&item, 0).unwrap();
    gone.send(&item, 0, half.clone()).await;
    server.advance(jiff::SignedDuration::from_hours(24 * 6));
    let second = gone
        .phone
        .engine
        .deposit_part(&item, half.len() as u64)
        .unwrap();
    gone.send(&item, half.len() as u64, second).await;
    let rows = "select count(*) from deposit_file where case_id = $1";
    for (days, left) in [(6, 2), (2, 1)] {
        server.advance(jiff::SignedDuration::from_hours(24 * days));
        files::expire(&server.state.pool, &server.state.files, server.now())
            .await
            .unwrap();
        assert_eq!(gone.scene.count(rows).await, left);
    }
    let supervisor = gone.scene.county.supervisor(server).await;
    assert_eq!(gone.listed(&supervisor).await[0]["code"], "deposited");
    let again = gone.send(&item, 0, half.clone()).await;
    assert_eq!(again.json["received"], half.len(), "it begins anew");
}
