//! Originals of evidence, from the phone to whoever may see them: cut off, gone on with, checked,
//! waited for (M17).

mod begun_anew;

use crate::{
    phone::Phone,
    scene::{Scene, facts},
};
use axum::{
    body::Body,
    http::{Method, Request},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use harness::{Answer, Calls, TestServer};
use hejie_case::{ids::EntryId, record::EvidenceKind, view::ConflictKind};
use hejie_device::engine::{EngineError, NewEvidence, OutgoingFile, PART_BYTES, Whereabouts};
use hejie_registry::{case, pool};
use hejie_server::{files, state::Settings};
use hejie_wire::limits;
use jiff::SignedDuration;

/// An operator who lets larger originals in, or smaller ones only, changes one setting.
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_takes_originals_as_large_as_the_server_says_and_the_server_takes_these() {
    let most = 1 << 20;
    let settings = Settings {
        file_limit_bytes: most,
        ..Settings::default()
    };
    let server = TestServer::with(settings, harness::database::url()).await;
    let scene = Scene::on(server).await;
    let mut phone = scene.mediator().await;
    assert_eq!(phone.engine.file_bytes(), most);
    let whole = vec![7; usize::try_from(most).unwrap() + 1];
    let refused = phone.try_photo(&scene, &whole).unwrap_err();
    assert!(matches!(&refused, EngineError::NotPossible(why) if why.code == "file_too_large"));
    phone.try_photo(&scene, &whole[1..]).unwrap();
    come_back(&scene, &mut phone).await;
    let file = phone.engine.outgoing_files().unwrap().remove(0);
    let larger = begin(&phone.agent, &file, most + 1).await;
    assert_eq!(larger.outcome(), (413, "too_large"));
    send_all(&mut phone, &file).await;
    let there = begin(&phone.agent, &file, most + 1).await;
    assert_eq!(
        there.outcome(),
        (409, "upload_differs"),
        "it is not refused for its size"
    );
    let usual = Scene::set().await.mediator().await;
    assert_eq!(usual.engine.file_bytes(), limits::FILE_BYTES);
}

/// A phone with a piece of evidence that the server knows of, and whose original it does not have.
pub(crate) async fn evidence_known(scene: &Scene) -> (Phone, EntryId, OutgoingFile) {
    let mut phone = scene.mediator().await;
    let (case, now) = (scene.case, phone.now());
    phone.engine.sign_for(case, now).unwrap();
    let evidence = phone.takes_photo(scene);
    come_back(scene, &mut phone).await;
    let file = phone.engine.outgoing_files().unwrap().remove(0);
    (phone, evidence, file)
}

pub(crate) async fn come_back(scene: &Scene, phone: &mut Phone) {
    phone.sync().await;
    scene.server.reconcile().await;
    phone.sync().await;
}

pub(crate) fn bytes() -> Vec<u8> {
    (0..PART_BYTES * 5 / 2)
        .map(|i| (i / 7 % 251) as u8)
        .collect()
}

impl Phone {
    pub(crate) fn takes_photo(&mut self, scene: &Scene) -> EntryId {
        self.try_photo(scene, &bytes()).unwrap()
    }

    fn try_photo(&mut self, scene: &Scene, original: &[u8]) -> Result<EntryId, EngineError> {
        let now = self.now();
        let photo = NewEvidence {
            kind: EvidenceKind::Photo,
            mime: "image/jpeg".into(),
            taken_at: now,
            place: None,
            origin: "现场拍摄".into(),
            caption: "门锁".into(),
        };
        self.engine.add_evidence(scene.case, photo, original, now)
    }

    /// Begins an upload, or goes on with it; the answer says from where.
    pub(crate) async fn begins(&self, file: &OutgoingFile) -> Answer {
        begin(&self.agent, file, file.size).await
    }

    /// Sends the part that is due.
    async fn sends(&self, file: &OutgoingFile, from: u64) -> Answer {
        let part = self.engine.file_part(file, from).unwrap();
        send(&self.agent, file, from, part).await
    }
}

async fn begin(agent: &impl Calls, file: &OutgoingFile, size: u64) -> Answer {
    let name = BASE64_STANDARD.encode(file.hash.to_string());
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("/api/v1/cases/{}/files", file.case))
        .header("tus-resumable", "1.0.0")
        .header("upload-length", size)
        .header("upload-metadata", format!("sha256 {name}"));
    agent.send(request.body(Body::empty()).unwrap()).await
}

async fn send(agent: &impl Calls, file: &OutgoingFile, from: u64, part: Vec<u8>) -> Answer {
    agent.send(part_request(file, from, part)).await
}

/// The request that brings a part.
pub(crate) fn part_request(file: &OutgoingFile, from: u64, part: Vec<u8>) -> Request<Body> {
    let request = Request::builder()
        .method(Method::PATCH)
        .uri(format!("/api/v1/cases/{}/files/{}", file.case, file.hash))
        .header("tus-resumable", "1.0.0")
        .header("upload-offset", from)
        .header("content-type", "application/offset+octet-stream");
    request.body(Body::from(part)).unwrap()
}

async fn head(agent: &impl Calls, file: &OutgoingFile) -> Answer {
    let request = Request::builder()
        .method(Method::HEAD)
        .uri(format!("/api/v1/cases/{}/files/{}", file.case, file.hash))
        .header("tus-resumable", "1.0.0");
    agent.send(request.body(Body::empty()).unwrap()).await
}

fn offset(answer: &Answer) -> u64 {
    let offset = answer.headers.get("upload-offset").expect("an offset");
    offset.to_str().unwrap().parse().unwrap()
}

/// Sends all of a file, and keeps the receipt.
pub(crate) async fn send_all(phone: &mut Phone, file: &OutgoingFile) {
    let mut answer = phone.begins(file).await;
    while offset(&answer) < file.size {
        answer = phone.sends(file, offset(&answer)).await;
        assert_eq!(answer.status, 204, "{}", answer.json);
    }
    let received = answer.headers["hejie-received-at"].to_str().unwrap();
    let received = received.parse().unwrap();
    phone.engine.file_received(file, received).unwrap();
}

/// Shows M17, R016, PP12.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_waits_for_the_original_of_its_evidence_until_it_has_come_whole() {
    let scene = Scene::set().await;
    let (mut phone, evidence, file) = evidence_known(&scene).await;
    let known = facts(&scene.server, scene.case).await;
    assert!(known.missing_files.contains(&evidence));
    assert!(
        known
            .open_conflicts()
            .any(|c| c.kind == ConflictKind::FileMissing)
    );
    let begun = phone.begins(&file).await;
    assert_eq!((begun.status, offset(&begun)), (201, 0));
    let location = begun.headers["location"].to_str().unwrap();
    assert!(location.ends_with(&format!("/files/{}", file.hash)));
    assert_eq!(phone.sends(&file, 0).await.status, 204);
    scene.server.reconcile().await;
    assert!(
        facts(&scene.server, scene.case)
            .await
            .missing_files
            .contains(&evidence)
    );

    // The phone dies, and goes on where it was cut off.
    let again = phone.begins(&file).await;
    assert_eq!(offset(&again), PART_BYTES as u64);
    send_all(&mut phone, &file).await;
    let mut conn = pool::acquire(&scene.server.state.pool).await.unwrap();
    let waiting = case::list_unreconciled(&mut conn, scene.server.now(), 1000).await;
    assert!(
        waiting.unwrap().contains(&scene.case),
        "a server that starts now would know"
    );
    drop(conn);
    scene.server.reconcile().await;
    phone.sync().await;
    let shown = phone.engine.case(scene.case, phone.now()).unwrap();
    let shown = shown.facts.unwrap();
    assert!(shown.missing_files.is_empty());
    assert!(
        !shown
            .open_conflicts()
            .any(|c| c.kind == ConflictKind::FileMissing)
    );
    let known = phone.engine.files(scene.case).unwrap().remove(0);
    assert!(matches!(known.whereabouts, Whereabouts::Received(_)));
    let rows = "select count(*) from case_file where case_id = $1";
    assert_eq!(scene.count(rows).await, 1);
    let rows = "select count(*) from file_upload where case_id = $1";
    assert_eq!(scene.count(rows).await, 0);
    // Whoever asks again, from whichever phone, is told that it is there.
    assert_eq!(offset(&phone.begins(&file).await), file.size);
    assert_eq!(offset(&head(&phone.agent, &file).await), file.size);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_belongs_to_its_phone_and_goes_on_only_where_it_stands() {
    let scene = Scene::set().await;
    let (phone, _, file) = evidence_known(&scene).await;
    phone.begins(&file).await;
    phone.sends(&file, 0).await;
    let stands = PART_BYTES as u64;
    for wrong in [0, stands + 1] {
        let answer = send(&phone.agent, &file, wrong, vec![7; 9]).await;
        assert_eq!(answer.outcome(), (409, "upload_offset"));
    }
    let too_much = vec![7; PART_BYTES * 2];
    let answer = send(&phone.agent, &file, stands, too_much).await;
    assert_eq!(answer.outcome(), (409, "upload_offset"));
    assert_eq!(offset(&head(&phone.agent, &file).await), stands);
    let worker = scene.grid_worker().await;
    assert_eq!(head(&worker.agent, &file).await.status, 404);
    assert_eq!(offset(&worker.begins(&file).await), 0);
    let stranger = Phone::enrol(&scene.server, &scene.county.second_mediator).await;
    let answer = begin(&stranger.agent, &file, file.size).await;
    assert_eq!(answer.outcome(), (409, "not_a_member"));
    let browser = scene.county.mediator(&scene.server).await;
    let answer = begin(&browser, &file, file.size).await;
    assert_eq!(answer.outcome(), (403, "not_allowed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_not_the_file_of_the_evidence_are_not_kept() {
    let scene = Scene::set().await;
    let (mut phone, evidence, file) = evidence_known(&scene).await;
    let answer = begin(&phone.agent, &file, file.size + 1).await;
    assert_eq!(answer.outcome(), (409, "upload_differs"));
    phone.begins(&file).await;
    phone.sends(&file, 0).await;
    let rest = vec![0; usize::try_from(file.size).unwrap() - PART_BYTES];
    let answer = send(&phone.agent, &file, PART_BYTES as u64, rest).await;
    assert_eq!(answer.outcome(), (409, "upload_differs"));
    scene.server.reconcile().await;
    let path = format!("/api/v1/cases/{}/evidence/{evidence}/file", scene.case);
    let read = phone.agent.get(&path).await;
    assert_eq!(read.outcome(), (409, "file_not_arrived"));
    // The right ones begin anew.
    assert_eq!(offset(&phone.begins(&file).await), 0);
    send_all(&mut phone, &file).await;
    assert_eq!(phone.agent.get(&path).await.bytes, bytes());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_comes_in_that_no_evidence_names_or_that_is_said_wrongly() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    phone.takes_photo(&scene);
    let mut file = phone.engine.outgoing_files().unwrap().remove(0);
    let early = phone.begins(&file).await;
    assert_eq!(early.outcome(), (409, "evidence_unknown"));
    let huge = begin(&phone.agent, &file, 65 << 20).await;
    assert_eq!(huge.outcome(), (413, "too_large"));
    let bare = Request::builder()
        .method(Method::POST)
        .uri(format!("/api/v1/cases/{}/files", scene.case));
    let bare = phone.agent.send(bare.body(Body::empty()).unwrap()).await;
    assert_eq!(bare.outcome(), (412, "upload_version"));
    let options = Request::builder()
        .method(Method::OPTIONS)
        .uri(format!("/api/v1/cases/{}/files", scene.case));
    let told = phone.agent.send(options.body(Body::empty()).unwrap()).await;
    assert_eq!(told.status, 204);
    assert_eq!(told.headers["tus-version"], "1.0.0");
    assert_eq!(told.headers["tus-max-size"], "67108864");
    file.case = hejie_case::ids::CaseId(uuid::Uuid::from_bytes([9; 16]));
    assert_eq!(phone.begins(&file).await.status, 404);
}

/// Shows R016.
#[tokio::test(flavor = "multi_thread")]
async fn an_original_is_shown_to_whom_it_may_be_and_every_look_leaves_a_line() {
    let scene = Scene::set().await;
    let (mut phone, evidence, file) = evidence_known(&scene).await;
    send_all(&mut phone, &file).await;
    let path = format!("/api/v1/cases/{}/evidence/{evidence}/file", scene.case);
    let own = phone.agent.get(&path).await;
    assert_eq!((own.status, &own.bytes[..]), (200, &bytes()[..]));
    assert_eq!(own.headers["content-type"], "image/jpeg");
    assert_eq!(own.headers["content-disposition"], "attachment");
    let office = scene.county.judicial_officer(&scene.server).await;
    assert_eq!(office.get(&path).await.bytes, bytes());
    let supervisor = scene.county.supervisor(&scene.server).await;
    assert_eq!(supervisor.get(&path).await.outcome(), (403, "not_allowed"));
    let stranger = Phone::enrol(&scene.server, &scene.county.second_mediator).await;
    assert_eq!(stranger.agent.get(&path).await.status, 404);
    let looks = "select count(*) from audit_log where case_id = $1 and action = 'read_file'";
    assert_eq!(scene.count(looks).await, 3);
    let sent = "select count(*) from audit_log where case_id = $1 and action = 'add_file'";
    assert_eq!(scene.count(sent).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_nobody_goes_on_with_is_given_up_after_a_week() {
    let scene = Scene::on(TestServer::alone().await).await;
    let (phone, _, file) = evidence_known(&scene).await;
    phone.begins(&file).await;
    phone.sends(&file, 0).await;
    let rows = "select count(*) from file_upload where case_id = $1";
    for (days, left) in [(6, 1), (2, 0)] {
        scene.server.advance(SignedDuration::from_hours(24 * days));
        files::expire(
            &scene.server.state.pool,
            &scene.server.state.files,
            scene.server.now(),
        )
        .await
        .unwrap();
        assert_eq!(scene.count(rows).await, left);
    }
}
