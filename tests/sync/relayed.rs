//! What a phone holds of others and nothing proves, after the registry was set back: kept aside
//! under the name of whoever hands it in, until its author's own phone brings it. A proof that does
//! not hold brings nothing in.

use crate::{
    attest::{proof, trusted},
    effects::connect,
    phone::{Phone, read, send},
    recover::{Backup, all_exchange, is_known},
    scene::{Scene, facts},
};
use harness::{Calls, Person, TestServer};
use hejie_case::{
    act,
    document::{CaseDoc, Origin},
    ids::{Actor, CaseId, ChangeHash},
    record::Ask,
    role::Role,
    view::Meta,
};
use hejie_device::engine::{EngineError, Readiness};
use hejie_registry::pool;
use hejie_server::{
    reconcile::Refold,
    secrets::{ring::KeyKind, rotation::retire},
};
use hejie_wire::{
    attest::{ActorRow, Attestation, AttesterSecret, CaseProof},
    codec::{self, Encoding},
    digest::Digest,
    message::{CaseUp, PROTOCOL, Up},
};
use jiff::{SignedDuration, Timestamp};
use serde_bytes::ByteBuf;
use serde_json::json;

/// A case of which the mediator's phone holds a note of the grid worker that no attestation covers,
/// on a registry that lost it.
pub struct Lost {
    pub scene: Scene,
    pub mediator: Phone,
    pub grid: Phone,
    pub backup: Backup,
}

impl Lost {
    pub async fn set() -> Self {
        let scene = Scene::on(TestServer::alone().await).await;
        let (mut mediator, mut grid) = (scene.mediator().await, scene.colleague().await);
        all_exchange(&scene, &mut [&mut mediator, &mut grid]).await;
        let backup = Backup::of(&scene.server).await;
        grid.note(scene.case, "备份之后，网格员写的。");
        grid.sync().await;
        scene.server.reconcile().await;
        sync_unattested(&mut mediator).await;
        assert_eq!(mediator.notes(scene.case).len(), 1);
        backup.restore(&scene.server).await;
        Self {
            scene,
            mediator,
            grid,
            backup,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_of_a_colleague_that_nothing_proves_go_to_quarantine_under_who_hands_them_in() {
    let Lost {
        scene,
        mut mediator,
        mut grid,
        ..
    } = Lost::set().await;
    for _ in 0..2 {
        all_exchange(&scene, &mut [&mut mediator]).await;
        let kept = claims(&scene).await;
        let by = (Some(scene.county.mediator.id.0), mediator.device().0);
        assert_eq!(kept, [(by.0, Some(by.1))], "once, and by whom");
        assert!(mediator.notes(scene.case).is_empty(), "they do not count");
        let log = scene
            .server
            .state
            .reconciler
            .refold(scene.case, Refold::Verify);
        let log = log.await.unwrap();
        let of_log = (log.unsigned, log.accounted.relayed);
        assert_eq!(of_log, (0, 1), "accounted for, and no finding");
        assert_eq!(mediator.engine.status().readiness, Readiness::UpToDate);
        assert_eq!(mediator.state(scene.case), scene.state().await);
    }
    let desk = scene.county.dispatcher(&scene.server).await;
    let listed = desk.get("/api/v1/quarantine").await.json["items"].clone();
    assert_eq!(listed[0]["code"], "relayed_unproved");
    assert!(listed[0]["zh"].as_str().unwrap().contains("作者"));
    // Its author's phone confirms it.
    all_exchange(&scene, &mut [&mut grid, &mut mediator]).await;
    assert_eq!(mediator.notes(scene.case), ["备份之后，网格员写的。"]);
    assert!(claims(&scene).await.is_empty());
    let author = scene.count_of(&scene.county.second_mediator).await;
    assert_eq!(author, 1, "under the name of its author");
}

/// Shows E23.
#[tokio::test(flavor = "multi_thread")]
async fn a_danger_that_a_colleague_relays_unproved_is_for_a_desk_until_its_author_confirms_it() {
    let scene = Scene::on(TestServer::alone().await).await;
    let police = connect(&scene.server, &scene.county, "110").await;
    let (mut mediator, mut grid) = (scene.mediator().await, scene.colleague().await);
    all_exchange(&scene, &mut [&mut mediator, &mut grid]).await;
    let backup = Backup::of(&scene.server).await;
    let what = "一方持刀。".into();
    let now = grid.now();
    grid.engine
        .ask(scene.case, Ask::Danger(act::ReportDanger { what }), now)
        .unwrap();
    grid.sync().await;
    scene.server.reconcile().await;
    sync_unattested(&mut mediator).await;
    backup.restore(&scene.server).await;

    all_exchange(&scene, &mut [&mut mediator]).await;
    assert_eq!(claims(&scene).await.len(), 1);
    scene.server.send_due().await;
    assert_eq!(police.calls().len(), 0);
    let desk = scene.county.dispatcher(&scene.server).await;
    let open = || desk.get("/api/v1/quarantine/dangers");
    assert_eq!(
        open().await.json["items"][0]["user_id"],
        json!(scene.county.mediator.id)
    );
    all_exchange(&scene, &mut [&mut grid]).await;
    assert_eq!(open().await.json["items"], json!([]));
    scene.server.send_due().await;
    assert_eq!(police.texts(), ["一方持刀。"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_relayed_is_relayed_again_where_the_registry_is_set_back_once_more() {
    let Lost {
        scene,
        mut mediator,
        mut grid,
        backup,
    } = Lost::set().await;
    all_exchange(&scene, &mut [&mut mediator]).await;
    assert_eq!(claims(&scene).await.len(), 1);
    backup.restore(&scene.server).await;
    assert!(claims(&scene).await.is_empty());
    all_exchange(&scene, &mut [&mut mediator]).await;
    assert_eq!(claims(&scene).await.len(), 1);
    assert_eq!(mediator.engine.status().readiness, Readiness::UpToDate);
    all_exchange(&scene, &mut [&mut grid, &mut mediator]).await;
    assert_eq!(mediator.notes(scene.case), ["备份之后，网格员写的。"]);
    assert!(claims(&scene).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn own_words_that_were_written_on_a_claim_are_kept_and_stop_nothing() {
    let Lost {
        scene,
        mut mediator,
        ..
    } = Lost::set().await;
    let now = mediator.now();
    let on = mediator.engine.case(scene.case, now).unwrap().view;
    let grids = *on.notes.keys().next().unwrap();
    mediator.rewrite(scene.case, grids, "备份之后，网格员写的。调解员补的。");
    mediator.note(scene.case, "调解员另写的。");
    all_exchange(&scene, &mut [&mut mediator]).await;
    assert_eq!(mediator.notes(scene.case), ["调解员另写的。"]);
    let refused = mediator.engine.refusals().unwrap();
    assert_eq!(refused.len(), 1, "{refused:?}");
    let whole = serde_json::to_string(&refused[0].intent).unwrap();
    assert!(whole.contains("调解员补的。"), "{whole}");
    assert_eq!(mediator.engine.status().readiness, Readiness::UpToDate);
    assert_eq!(claims(&scene).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_no_member_is_not_told_by_relaying_whether_a_case_exists() {
    let Lost { scene, .. } = Lost::set().await;
    let stranger = scene.county.hire(&scene.server, Role::Mediator).await;
    let stranger = Phone::enrol(&scene.server, &stranger).await;
    let nowhere = CaseId(uuid::Uuid::from_u128(7));
    let mut told = Vec::new();
    for case in [scene.case, nowhere] {
        let up = Up {
            relayed: vec![relayed(case, vec![change(1, 50)])],
            ..empty(&stranger)
        };
        let down = read(&send(&stranger.agent, &up).await);
        told.push((down.relayed, down.cases, down.forget, down.prove));
        scene.server.advance(SignedDuration::from_secs(1));
    }
    assert_eq!(told[0], told[1]);
    assert!(claims(&scene).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_that_does_not_hold_brings_nothing_in_and_the_words_go_the_way_of_claims() {
    let scene = Scene::on(TestServer::alone().await).await;
    let (mut mediator, mut grid) = (scene.mediator().await, scene.colleague().await);
    all_exchange(&scene, &mut [&mut mediator, &mut grid]).await;
    let backup = Backup::of(&scene.server).await;
    let late = scene.another_case("A-2").await;
    grid.note(scene.case, "备份之后，网格员写的。");
    all_exchange(&scene, &mut [&mut grid, &mut mediator]).await;
    let (known, unknown) = (proof(&mediator, scene.case), proof(&mediator, late));
    let words = known.check(&trusted(&scene)).unwrap().changes;
    backup.restore(&scene.server).await;
    let before = (scene.state().await, facts(&scene.server, scene.case).await);
    let retired = retire_attester(&scene).await;
    assert_eq!(known.voucher.key().id().to_string(), retired);
    mediator
        .enrol_again(&scene.server, &scene.county.mediator)
        .await;
    for (what, bent) in [("known", known), ("unknown", unknown)]
        .into_iter()
        .flat_map(bent)
    {
        let case = bent.attestation.read().map(|claim| claim.statement.case);
        let up = Up {
            proofs: vec![bent],
            ..empty(&mediator)
        };
        let down = read(&send(&mediator.agent, &up).await);
        assert_eq!(down.proved, [case.unwrap()], "{what}: dealt with");
        let now = (scene.state().await, facts(&scene.server, scene.case).await);
        assert_eq!(now, before, "{what}");
        assert!(!is_known(&scene.server, late).await, "{what}");
        scene.server.advance(SignedDuration::from_secs(1));
    }
    // The phone itself shows what it holds; nobody believes the retired key, and what it holds of
    // others is kept aside.
    all_exchange(&scene, &mut [&mut mediator]).await;
    assert!(!is_known(&scene.server, late).await);
    let of_grid: Vec<ChangeHash> = words
        .iter()
        .filter(|change| change.device == Some(grid.device()))
        .map(|change| change.hash)
        .collect();
    assert_eq!((of_grid.len(), claims(&scene).await.len()), (1, 1));
    let file = mediator.engine.case(late, mediator.now());
    assert!(
        !matches!(file, Err(EngineError::Left(_))),
        "nobody says that it is not theirs"
    );
}

/// The proof itself, whose key was retired since, and what a liar makes of it.
fn bent((what, proof): (&'static str, CaseProof)) -> Vec<(String, CaseProof)> {
    let statement = proof.attestation.read().unwrap().statement;
    let other = AttesterSecret::from_seed(&[42; 32]);
    let by_another = CaseProof {
        attestation: Attestation::sign(&statement, &other),
        ..proof.clone()
    };
    let facts = String::from_utf8(proof.facts.to_vec()).unwrap();
    let other_facts = CaseProof {
        facts: ByteBuf::from(facts.replace("\"version\":", "\"version\": ").into_bytes()),
        ..proof.clone()
    };
    let liar = |row: &ActorRow| ActorRow {
        user: uuid::Uuid::from_u128(98).into(),
        ..row.clone()
    };
    let swapped = CaseProof {
        actors: proof.actors.rows().map(liar).collect(),
        ..proof.clone()
    };
    [
        ("signed by another key", by_another),
        ("other facts", other_facts),
        ("swapped actors", swapped),
        ("a retired key", proof),
    ]
    .map(|(how, proof)| (format!("{what}, {how}"), proof))
    .into()
}

/// Rotates and retires the attestation key; returns the name of the old one.
pub async fn retire_attester(scene: &Scene) -> String {
    let state = &scene.server.state;
    let old = state.ring.ring().unwrap().attester_voucher().unwrap();
    let now = scene.server.now();
    state
        .ring
        .update(|ring| Ok(ring.add(KeyKind::Attestation, &state.entropy, now)))
        .unwrap();
    scene.server.advance(SignedDuration::from_mins(11));
    let id = old.key().id().to_string();
    let mut conn = pool::acquire(&state.pool).await.unwrap();
    retire(&mut conn, &state.ring, &id, scene.server.now())
        .await
        .unwrap();
    id
}

/// Exchanges over a line that strips attestations.
pub async fn sync_unattested(phone: &mut Phone) {
    loop {
        let mut down = read(&phone.ask().await);
        down.cases
            .iter_mut()
            .for_each(|case| case.attestation = None);
        let body = codec::encode_down(&down, Encoding::Zstd).unwrap();
        let now = phone.now();
        let outcome = phone.engine.take_answer(body.encoding, &body.bytes, now);
        if !outcome.unwrap().again {
            return;
        }
    }
}

/// Who handed in each of the changes that are kept aside.
pub async fn claims(scene: &Scene) -> Vec<(Option<uuid::Uuid>, Option<uuid::Uuid>)> {
    sqlx::query_as("select user_id, device_id from case_change where state = 'quarantined' and reason_code = 'relayed_unproved'")
        .fetch_all(&scene.server.state.pool)
        .await
        .unwrap()
}

impl Scene {
    /// How many changes of a person count in the case.
    pub async fn count_of(&self, person: &Person) -> i64 {
        sqlx::query_scalar("select count(*) from case_change where case_id = $1 and user_id = $2 and state = 'merged'")
            .bind(self.case.0)
            .bind(person.id.0)
            .fetch_one(&self.server.state.pool)
            .await
            .unwrap()
    }
}

pub fn relayed(case: CaseId, changes: Vec<Vec<u8>>) -> CaseUp {
    let changes = changes.into_iter().map(ByteBuf::from).collect();
    CaseUp::new(case, changes)
}

pub fn empty(phone: &Phone) -> Up {
    Up {
        v: PROTOCOL,
        device: phone.device(),
        token: None,
        cursor: None,
        digest: Digest::EMPTY,
        cases: Vec::new(),
        more: false,
        clock: None,
        holdings: None,
        attest: Vec::new(),
        proofs: Vec::new(),
        relayed: Vec::new(),
        claims: None,
        limit_bytes: 256 << 10,
    }
}

/// A change by some actor, of about so many bytes.
pub fn change(n: u32, bytes: usize) -> Vec<u8> {
    let meta = Meta {
        schema: 1,
        case_id: CaseId(uuid::Uuid::from_u128(n.into())),
        created_by_device: None,
        created_at: Timestamp::UNIX_EPOCH,
        catalogue_version: 1,
    };
    let origin = Origin {
        summary: "字".repeat(bytes / 3),
        ..Origin::default()
    };
    let mut actor = [9; 16];
    actor[..4].copy_from_slice(&n.to_be_bytes());
    let at = Timestamp::UNIX_EPOCH;
    let (_, written) = CaseDoc::create(Actor(actor), &meta, &origin, at).unwrap();
    written.bytes
}
