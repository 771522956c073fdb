//! What the server attests of cases: phones verify and keep it, and prove their cases with it.

use crate::{
    hostile::up,
    phone::{Phone, read},
    scene::Scene,
};
use harness::Answer;
use hejie_case::{
    ids::{CaseId, ChangeHash},
    reason::Reason,
};
use hejie_registry::{log, log::quarantine::quarantine, pool};
use hejie_server::{
    secrets::{ring::KeyKind, rotation::retire},
    worker::Prove,
};
use hejie_wire::{
    attest::{
        ActorRow, Actors, Attestation, AttesterSecret, CaseProof, ProofError, Statement, Trusted,
    },
    codec::{self, Encoding},
    message::{CaseDown, Down, Up},
    sealed::RootSecret,
};
use jiff::SignedDuration;

#[tokio::test(flavor = "multi_thread")]
async fn after_the_work_of_two_phones_each_proves_the_case_as_the_server_has_it() {
    let scene = Scene::set().await;
    let (mut mediator, mut grid) = (scene.mediator().await, scene.colleague().await);
    mediator.note(scene.case, "双方到场。");
    grid.note(scene.case, "门前有积水。");
    mediator.sync().await;
    grid.sync().await;
    mediator.sync().await;
    let trusted = trusted(&scene);
    let (heads, version) = scene.state().await;
    let county = scene.county.township().to_string()[..6].to_owned();
    for phone in [&mediator, &grid] {
        let attested = proof(phone, scene.case).check(&trusted).unwrap();
        assert!(attested.statement.names_heads(&heads));
        assert_eq!(Some(attested.statement.facts_version), version);
        assert_eq!(attested.statement.county.to_string(), county);
        let by = |device| {
            let of = attested.changes.iter();
            of.filter(|change| change.device == Some(device)).count()
        };
        assert_eq!((by(mediator.device()), by(grid.device())), (1, 1));
        let of_server = attested.changes.iter().filter(|c| c.device.is_none());
        assert_eq!(of_server.count(), 1, "the server began the case");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_stands_for_what_was_acknowledged_and_not_for_what_waits() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    phone.note(scene.case, "已上传。");
    phone.sync().await;
    let before = proof(&phone, scene.case).check(&trusted(&scene)).unwrap();
    phone.note(scene.case, "尚未上传。");
    let after = proof(&phone, scene.case).check(&trusted(&scene)).unwrap();
    assert_eq!(before, after);
    phone.wake_up_with(phone.disk.copy());
    let awake = proof(&phone, scene.case).check(&trusted(&scene)).unwrap();
    assert_eq!(before, awake);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_takes_a_proof_apart_and_refuses_one_of_another_server() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    phone.note(scene.case, "双方到场。");
    phone.sync().await;
    let prove = |trusted| Prove {
        proof: proof(&phone, scene.case),
        trusted,
    };
    let workers = &scene.server.state.workers;
    let attested = workers
        .prove(prove(trusted(&scene)))
        .await
        .unwrap()
        .unwrap();
    assert!(attested.statement.names_heads(&scene.state().await.0));
    let other = Trusted {
        root: RootSecret::from_seed(&[7; 32]).public(),
        own: Vec::new(),
        retired: Vec::new(),
    };
    let refusal = workers.prove(prove(other)).await.unwrap().unwrap_err();
    assert_eq!(refusal.code, "attestation_key_unknown");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_is_heard_of_within_the_sync_and_a_retired_one_proves_nothing() {
    let scene = Scene::on(harness::TestServer::alone().await).await;
    let mut phone = scene.mediator().await;
    let old = proof(&phone, scene.case);
    let state = &scene.server.state;
    state
        .ring
        .update(|ring| Ok(ring.add(KeyKind::Attestation, &state.entropy, scene.server.now())))
        .unwrap();
    phone.note(scene.case, "换了密钥以后。");
    let requests = phone.sync().await.requests;
    assert_eq!(requests, 2, "the second asks for the voucher");
    let new = proof(&phone, scene.case);
    assert_ne!(new.voucher, old.voucher);
    new.check(&trusted(&scene)).unwrap();
    old.check(&trusted(&scene)).unwrap();
    assert_eq!(problem(&phone, scene.case), None);
    phone.note(scene.case, "再写一条。");
    assert_eq!(phone.sync().await.requests, 1);
    scene.server.advance(SignedDuration::from_mins(11));
    let id = old.voucher.key().id().to_string();
    let mut conn = pool::acquire(&state.pool).await.unwrap();
    retire(&mut conn, &state.ring, &id, scene.server.now())
        .await
        .unwrap();
    assert!(matches!(
        old.check(&trusted(&scene)),
        Err(ProofError::Retired(_))
    ));
    proof(&phone, scene.case).check(&trusted(&scene)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_attestation_is_shown_loses_nothing_and_is_healed() {
    let forged = |down: &mut CaseDown, _: &Scene| {
        let bytes = &mut down.attestation.as_mut().unwrap().0;
        *bytes.last_mut().unwrap() ^= 1;
    };
    shown_and_healed(&forged, "attestation_forged").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attestation_of_another_case_is_shown_loses_nothing_and_is_healed() {
    let replayed = |down: &mut CaseDown, scene: &Scene| {
        let statement = down.attestation.as_ref().unwrap().read().unwrap().statement;
        let elsewhere = Statement {
            case: CaseId(uuid::Uuid::from_u128(99)),
            ..statement
        };
        let attester = scene.server.state.ring.ring().unwrap().attester().unwrap();
        down.attestation = Some(Attestation::sign(&elsewhere, &attester));
    };
    shown_and_healed(&replayed, "attestation_of_other_case").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attestation_by_the_key_of_a_device_is_never_believed() {
    let signed = |down: &mut CaseDown, _: &Scene| {
        let statement = down.attestation.as_ref().unwrap().read().unwrap().statement;
        let of_device = AttesterSecret::from_seed(&[42; 32]);
        down.attestation = Some(Attestation::sign(&statement, &of_device));
    };
    let (scene, phone) = tampered(&signed).await;
    assert_eq!(problem(&phone, scene.case), None, "it is asked for first");
    healed(scene, phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_actors_that_was_swapped_is_asked_for_anew() {
    let swapped = |down: &mut CaseDown, _: &Scene| {
        let liar = |row: &ActorRow| ActorRow {
            user: uuid::Uuid::from_u128(98).into(),
            ..row.clone()
        };
        let rows: Actors = down.actors.rows().map(liar).collect();
        assert!(!rows.is_empty(), "the phone hears of its own first change");
        down.actors = rows;
    };
    let (scene, phone) = tampered(&swapped).await;
    healed(scene, phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_pins_another_root_shows_that_no_case_is_attested_and_works_on() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    let voucher = RootSecret::from_seed(&[7; 32]).vouch(
        &hejie_wire::sealed::SealingSecret::from_seed([8; 32]).public(),
        scene.server.now(),
    );
    let enrolment = phone.engine.enrolment().unwrap().clone();
    let now = phone.now();
    phone
        .engine
        .enrol_with(enrolment, Some(voucher), now)
        .unwrap();
    phone.note(scene.case, "根密钥不同。");
    assert_eq!(
        phone.sync().await.requests,
        1,
        "asks with the first, and not for ever"
    );
    let shown = problem(&phone, scene.case);
    assert_eq!(shown.as_deref(), Some("attestation_unknown"));
    assert_eq!(phone.engine.proof(scene.case).unwrap(), None);
    assert_eq!(phone.state(scene.case), scene.state().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_attestation_never_takes_the_place_of_a_newer_one() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    let older = proof(&phone, scene.case).attestation;
    phone.note(scene.case, "之后写下的。");
    phone.sync().await;
    let newer = proof(&phone, scene.case);
    let mut down = quiet(&scene, &mut phone).await;
    down.cases = vec![CaseDown {
        attestation: Some(older),
        ..CaseDown::new(scene.case)
    }];
    give(&mut phone, &down);
    assert_eq!(proof(&phone, scene.case), newer);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_whose_change_was_refused_after_all_is_proved_as_it_stands_then() {
    let scene = Scene::set().await;
    let (mut mediator, mut grid) = (scene.mediator().await, scene.colleague().await);
    mediator.note(scene.case, "留下的。");
    mediator.sync().await;
    grid.note(scene.case, "后来被退回的。");
    grid.sync().await;
    mediator.sync().await;
    let bad = last_change(&scene, &grid).await;
    take_out(&scene, bad).await;
    for phone in [&mut grid, &mut mediator] {
        phone.sync().await;
        let attested = proof(phone, scene.case).check(&trusted(&scene)).unwrap();
        assert!(attested.statement.names_heads(&scene.state().await.0));
        assert_eq!(problem(phone, scene.case), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_an_answer_brings_in_part_is_attested_with_the_last_of_it() {
    let scene = Scene::set().await;
    let (mut mediator, mut grid) = (scene.mediator().await, scene.colleague().await);
    for n in 0..20_u32 {
        let word = |m: u32| char::from_u32(0x4e00 + (n * 7_919 + m * 104_729) % 20_000).unwrap();
        grid.note(scene.case, &(0..200).map(word).collect::<String>());
    }
    grid.sync().await;
    let asked = Up {
        limit_bytes: 4 << 10,
        ..up(&mut mediator)
    };
    let answer = mediator.send(&asked).await;
    let down = read(&answer);
    assert!(down.more);
    let part = down.cases.iter().find(|one| one.case == scene.case);
    let part = part.unwrap();
    assert!((1..20).contains(&part.changes.len()));
    assert_eq!(part.attestation, None);
    mediator.take(&answer);
    mediator.sync().await;
    let attested = proof(&mediator, scene.case).check(&trusted(&scene));
    let heads = scene.state().await.0;
    assert!(attested.unwrap().statement.names_heads(&heads));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_moves_costs_at_most_250_bytes_more_for_its_attestation() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    phone.note(scene.case, "第一条。");
    phone.sync().await;
    phone.note(scene.case, "第二条。");
    let answer = phone.ask().await;
    let down = read(&answer);
    let mut without = down.clone();
    without.cases[0].attestation = None;
    let size = |down: &Down| {
        codec::encode_down(down, Encoding::Zstd)
            .unwrap()
            .bytes
            .len()
    };
    let cost = size(&down) - size(&without);
    println!("an attestation costs {cost} bytes");
    assert!(cost <= 250, "{cost}");
    assert!(down.cases[0].actors.is_empty(), "the phone knows its actor");
    phone.take(&answer);
}

/// An answer is tampered with on its way: the case shows it, keeps its words, and the next exchange
/// brings a good one.
async fn shown_and_healed(tamper: &dyn Fn(&mut CaseDown, &Scene), code: &str) {
    let (scene, phone) = tampered(tamper).await;
    assert_eq!(problem(&phone, scene.case).as_deref(), Some(code));
    healed(scene, phone).await;
}

async fn tampered(tamper: &dyn Fn(&mut CaseDown, &Scene)) -> (Scene, Phone) {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    let before = proof(&phone, scene.case);
    phone.note(scene.case, "一字不少。");
    let answer = phone.ask().await;
    let mut down = read(&answer);
    let of_case = down.cases.iter_mut().find(|one| one.case == scene.case);
    tamper(of_case.unwrap(), &scene);
    give(&mut phone, &down);
    assert_eq!(phone.notes(scene.case), ["一字不少。"]);
    assert_eq!(
        phone.engine.status().waiting,
        0,
        "the work was acknowledged"
    );
    assert_eq!(proof(&phone, scene.case), before, "the older one stays");
    (scene, phone)
}

async fn healed(scene: Scene, mut phone: Phone) {
    phone.sync().await;
    assert_eq!(problem(&phone, scene.case), None);
    let attested = proof(&phone, scene.case).check(&trusted(&scene)).unwrap();
    assert!(attested.statement.names_heads(&scene.state().await.0));
    assert_eq!(phone.sync().await.requests, 1, "nothing is left to ask");
}

/// An answer in which nothing moved.
async fn quiet(scene: &Scene, phone: &mut Phone) -> Down {
    let answer: Answer = phone.ask().await;
    let down = read(&answer);
    assert!(down.cases.iter().all(|one| one.case != scene.case));
    down
}

fn give(phone: &mut Phone, down: &Down) {
    let body = codec::encode_down(down, Encoding::Zstd).unwrap();
    let now = phone.now();
    phone
        .engine
        .take_answer(body.encoding, &body.bytes, now)
        .unwrap();
}

/// Takes a change out of the case that had been acknowledged.
pub async fn take_out(scene: &Scene, bad: ChangeHash) {
    let why = Reason {
        code: "unmergeable".into(),
        zh: "无法并入。".into(),
    };
    let mut tx = pool::begin(&scene.server.state.pool).await.unwrap();
    log::lock_case(&mut tx, scene.case).await.unwrap().unwrap();
    let moves = quarantine(&mut tx, scene.case, &[bad], &why).await.unwrap();
    log::touch_case(&mut tx, scene.case, &moves, scene.server.now())
        .await
        .unwrap();
    pool::commit(tx).await.unwrap();
}

/// The last change of a phone that the log has.
pub async fn last_change(scene: &Scene, phone: &Phone) -> ChangeHash {
    let hash: Vec<u8> = sqlx::query_scalar(
        "select hash from case_change where case_id = $1 and phone_of(actor) = $2 order by position desc limit 1",
    )
    .bind(scene.case.0)
    .bind(phone.engine.enrolment().unwrap().actor.0.to_vec())
    .fetch_one(&scene.server.state.pool)
    .await
    .unwrap();
    hash[..].try_into().unwrap()
}

/// What a phone proves a case with.
pub fn proof(phone: &Phone, case: CaseId) -> CaseProof {
    phone.engine.proof(case).unwrap().unwrap()
}

/// Whose attestations the server believes.
pub fn trusted(scene: &Scene) -> Trusted {
    scene.server.state.ring.ring().unwrap().trusted()
}

/// What a phone shows to be wrong with a case.
pub fn problem(phone: &Phone, case: CaseId) -> Option<String> {
    let cases = phone.engine.cases();
    let summary = cases.into_iter().find(|one| one.case == case).unwrap();
    summary.reason.map(|reason| reason.code)
}
