//! A case that is larger than a request after a restore: it comes back, and stops no other.

use crate::{
    phone::Phone,
    recover::{Backup, all_exchange, is_known},
    scene::Scene,
};
use harness::{TestServer, county::PASSWORD};
use hejie_case::part::Extent;
use hejie_case::{
    act,
    edit::NewEntry,
    identity::Identity,
    ids::{CaseId, DeviceId, EntryId, UserId},
    record::{Ask, Party, SealedText, Side, StatementHead},
};
use hejie_device::{
    client::Client,
    encryption::{KeyStore, KeyStoreError, MasterKey},
    entropy::{Entropy, NoEntropy},
};
use hejie_registry::sync::VisibleCases;
use hejie_server::exchange::limits::ExchangeOwner;
use hejie_wire::limits;
use jiff::Timestamp;
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// Enough that no compression brings it below what a request may hold.
pub const OBSERVATIONS: u64 = 60;
/// What a slow line carries of one request.
const SLOW: usize = 100 << 10;
/// Enough that a proof goes alone.
const OVER_HALF_A_MIB: u64 = 25;

#[tokio::test(flavor = "multi_thread")]
async fn a_case_larger_than_a_request_comes_back_after_a_restore_and_stops_no_other() {
    let scene = Scene::on(TestServer::pushing().await).await;
    let mut mediator = scene.mediator().await;
    let backup = Backup::of(&scene.server).await;
    let large = scene.another_case("A-2").await;
    let small = scene.another_case("A-3").await;
    all_exchange(&scene, &mut [&mut mediator]).await;
    grow(&scene, &mut mediator, large, OBSERVATIONS).await;
    mediator.note(small, "小案的话。");
    all_exchange(&scene, &mut [&mut mediator]).await;
    backup.restore(&scene.server).await;
    danger(&mut mediator, small);
    // The line carries no large request, and what fits into small ones goes all the same.
    for _ in 0..3 {
        exchange_within(limits::UP_BYTES, &mut mediator).await;
        scene.server.reconcile().await;
    }
    assert!(is_known(&scene.server, small).await);
    assert!(!is_known(&scene.server, large).await);
    let orders = "select count(*) from outbox where kind = 'police_order' and $1 is not null";
    assert_eq!(scene.count(orders).await, 1);
    // A better line carries it.
    all_exchange(&scene, &mut [&mut mediator]).await;
    assert!(is_known(&scene.server, large).await);
    let written = "select count(*) from case_change where case_id = $1 and state = 'merged'";
    let came_back = Scene {
        case: large,
        ..scene
    };
    assert!(came_back.count(written).await > i64::try_from(OBSERVATIONS).unwrap());
    assert_eq!(mediator.state(large), came_back.state().await);
}

/// A line that breaks where more than so much goes up at once.
pub async fn exchange_within(most: usize, phone: &mut Phone) {
    for _ in 0..40 {
        let body = phone.engine.begin_exchange(phone.now()).unwrap();
        if body.bytes.len() > most {
            phone.engine.exchange_failed();
            return;
        }
        let answer = phone.pass(body).await;
        if !phone.take(&answer) {
            return;
        }
    }
    panic!("the exchange does not come to an end");
}

/// What somebody stated, sealed: it does not compress.
pub fn observe(phone: &mut Phone, case: CaseId, seed: u64) {
    let at = phone.now();
    phone
        .engine
        .add(case, sealed(seed, 15_000, at), at)
        .unwrap();
}

fn sealed(seed: u64, characters: usize, at: Timestamp) -> NewEntry {
    let head = StatementHead {
        party: EntryId(uuid::Uuid::from_u128(1)),
        taken_at: at,
        supplement_to: None,
    };
    let body = SealedText {
        key_id: "k".into(),
        ciphertext: noise(seed, characters),
    };
    NewEntry::Statement(head, body.into())
}

/// Makes a case large by as many observations, and brings them to the server as they come.
pub async fn grow(scene: &Scene, mediator: &mut Phone, case: CaseId, observations: u64) {
    for seed in 1..=observations {
        observe(mediator, case, seed);
        if seed % 20 == 0 {
            all_exchange(scene, &mut [mediator]).await;
        }
    }
}

pub fn danger(phone: &mut Phone, case: CaseId) {
    let (what, now) = ("一方持刀。".into(), phone.now());
    phone
        .engine
        .ask(case, Ask::Danger(act::ReportDanger { what }), now)
        .unwrap();
}

/// Words of the large case fill the first request, and the server puts them off until the proof has
/// come.
#[tokio::test(flavor = "multi_thread")]
async fn a_large_proof_goes_behind_a_danger_that_waits_behind_words_of_its_own_case() {
    let scene = Scene::on(TestServer::pushing().await).await;
    let mut mediator = scene.mediator().await;
    let backup = Backup::of(&scene.server).await;
    let large = scene.another_case("A-2").await;
    all_exchange(&scene, &mut [&mut mediator]).await;
    grow(&scene, &mut mediator, large, OVER_HALF_A_MIB).await;
    backup.restore(&scene.server).await;
    scene.server.advance(jiff::SignedDuration::from_secs(1));
    let late = scene.another_case("A-9").await;
    assert!(large < late);
    exchange_within(SLOW, &mut mediator).await;
    observe(&mut mediator, large, 99);
    danger(&mut mediator, late);
    for _ in 0..5 {
        exchange_within(SLOW, &mut mediator).await;
        scene.server.reconcile().await;
    }
    let orders = "select count(*) from outbox where kind = 'police_order' and $1 is not null";
    assert_eq!(
        scene.count(orders).await,
        1,
        "the danger waits for no large proof"
    );
}

/// As large as what a phone may prove.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_of_many_megabytes_goes_to_a_phone() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut mediator = scene.mediator().await;
    let mut doc = {
        let mut tx = hejie_registry::pool::begin(&scene.server.state.pool)
            .await
            .unwrap();
        let whole = VisibleCases::from([(scene.case, Extent::Whole)]);
        let whole = hejie_registry::sync::list_whole(&mut tx, &whole)
            .await
            .unwrap();
        hejie_case::document::CaseDoc::load(&whole[0].snapshot).unwrap()
    };
    let actor = mediator.engine.enrolment().unwrap().actor;
    for seed in 1..=300 {
        let at = mediator.now();
        let id = mediator.engine.new_entry_id(at).unwrap();
        let entry = sealed(seed, 19_000, at);
        doc.edit(actor, at, &hejie_case::edit::Edit::Add { id, entry })
            .unwrap();
    }
    let bytes = doc.save();
    assert!(bytes.len() > limits::LARGE_UP_BYTES / 3, "{}", bytes.len());
    sqlx::query("update case_doc set snapshot = $2 where case_id = $1")
        .bind(scene.case.0)
        .bind(&bytes)
        .execute(&scene.server.state.pool)
        .await
        .unwrap();
    let mut second = Phone::enrol(&scene.server, &scene.county.mediator).await;
    let answer = second.ask().await;
    assert_eq!(answer.status, 200, "{}", answer.json);
}

/// Legal words that do not compress: a generator of pseudo-random characters.
fn noise(seed: u64, count: usize) -> String {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        char::from_u32(0x4E00 + u32::try_from((state >> 33) % 20_000).unwrap()).unwrap()
    };
    (0..count).map(|_| next()).collect()
}

/// Each exchange ends with a large proof that the line does not carry.
#[tokio::test(flavor = "multi_thread")]
async fn identities_are_delivered_though_the_line_carries_no_large_proof() {
    let scene = Scene::on(TestServer::alone().await).await;
    let address = narrow(scene.server.listen().await).await;
    identities_arrive(&scene, address, OVER_HALF_A_MIB).await;
}

/// Each exchange ends with a large proof, and others have all the places for such ones.
#[tokio::test(flavor = "multi_thread")]
async fn identities_are_delivered_though_the_server_has_no_place_for_a_large_proof() {
    let scene = Scene::on(TestServer::alone().await).await;
    let address = scene.server.listen().await;
    let others = (1..).map(|n| ExchangeOwner {
        phone: DeviceId(uuid::Uuid::from_u128(n)),
        user: UserId(uuid::Uuid::from_u128(n)),
        address: None,
    });
    let limits = &scene.server.state.exchange.limits;
    let admitted = others.take(64).map(|whose| limits.admit(whose).unwrap());
    let admitted: Vec<_> = admitted.collect();
    let places = admitted.iter().map_while(|one| one.spool_place().ok());
    let places: Vec<_> = places.collect();
    assert!(places.len() < admitted.len());
    identities_arrive(&scene, address, OBSERVATIONS).await;
}

/// A phone whose large case was lost with a restore delivers an identity that it captured since.
async fn identities_arrive(scene: &Scene, address: SocketAddr, observations: u64) {
    let folder = tempfile::tempdir().unwrap();
    let client = Client::open(
        folder.path(),
        &format!("http://{address}"),
        &Pocket::default(),
        Box::new(Counting(7)),
    )
    .unwrap();
    let clock = scene.server.state.clock.clone();
    let now = || clock.now();
    let exchange = || tokio::task::block_in_place(|| client.exchange(&now));
    let login = &scene.county.mediator.login;
    tokio::task::block_in_place(|| client.sign_in_and_enrol((login, PASSWORD), None, "手机", &now))
        .unwrap();
    exchange().unwrap();
    let backup = Backup::of(&scene.server).await;
    let large = scene.another_case("A-2").await;
    exchange().unwrap();
    for seed in 1..=observations {
        let at = now();
        let entry = sealed(seed, 15_000, at);
        client.engine().add(large, entry, at).unwrap();
        if seed % 20 == 0 {
            exchange().unwrap();
            scene.server.reconcile().await;
            exchange().unwrap();
        }
    }
    backup.restore(&scene.server).await;
    let party = client
        .engine()
        .add(
            scene.case,
            NewEntry::Party(Party::person(Side::A, "某*")),
            now(),
        )
        .unwrap();
    let identity = Identity {
        name: "张小明".into(),
        id_number: None,
        telephone: None,
        address: None,
        guardian: None,
        vulnerable: Vec::new(),
    };
    client
        .engine()
        .add_party_identity(scene.case, party, &identity, now())
        .unwrap();
    let mut ends = Vec::new();
    for _ in 0..4 {
        ends.push(
            exchange()
                .map(|done| done.identities)
                .map_err(|error| error.to_string()),
        );
        scene.server.reconcile().await;
    }
    let query = "select count(*) from party_secret where case_id = $1";
    assert_eq!(scene.count(query).await, 1, "{ends:?}");
}

/// A line to a server that breaks where more than an ordinary request goes up at once.
async fn narrow(server: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            tokio::spawn(async move {
                let far = TcpStream::connect(server).await.unwrap();
                let (mut from_near, mut to_near) = near.into_split();
                let (mut from_far, mut to_far) = far.into_split();
                let sent = Arc::new(AtomicUsize::new(0));
                let answered = sent.clone();
                let up = async move {
                    let mut part = vec![0; 64 << 10];
                    while let Ok(n @ 1..) = from_near.read(&mut part).await {
                        if sent.fetch_add(n, Relaxed) + n > 200 << 10
                            || to_far.write_all(&part[..n]).await.is_err()
                        {
                            return;
                        }
                    }
                };
                let down = async move {
                    let mut part = vec![0; 64 << 10];
                    while let Ok(n @ 1..) = from_far.read(&mut part).await {
                        answered.store(0, Relaxed);
                        if to_near.write_all(&part[..n]).await.is_err() {
                            return;
                        }
                    }
                };
                tokio::select! { () = up => {} () = down => {} }
            });
        }
    });
    address
}

/// A key store that keeps its key in memory.
#[derive(Default)]
pub struct Pocket(parking_lot::Mutex<Option<MasterKey>>);

impl KeyStore for Pocket {
    fn load(&self) -> Result<Option<MasterKey>, KeyStoreError> {
        Ok(self.0.lock().clone())
    }
    fn save(&self, key: &MasterKey) -> Result<(), KeyStoreError> {
        *self.0.lock() = Some(key.clone());
        Ok(())
    }
}

/// Randomness that counts.
pub struct Counting(pub u64);

impl Entropy for Counting {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        for byte in bytes {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            *byte = (self.0 >> 40) as u8;
        }
        Ok(())
    }
}

/// None of them is a large one, and together they are more than the line carries within the time
/// that the server gives a request.
#[tokio::test(flavor = "multi_thread")]
async fn a_danger_leaves_though_the_line_carries_no_proofs() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut mediator = scene.mediator().await;
    let backup = Backup::of(&scene.server).await;
    for number in ["A-2", "A-3", "A-4"] {
        let case = scene.another_case(number).await;
        all_exchange(&scene, &mut [&mut mediator]).await;
        for seed in 1..=6 {
            observe(&mut mediator, case, seed);
        }
        all_exchange(&scene, &mut [&mut mediator]).await;
    }
    backup.restore(&scene.server).await;
    exchange_within(SLOW, &mut mediator).await;
    // Some hours later.
    danger(&mut mediator, scene.case);
    for _ in 0..5 {
        exchange_within(SLOW, &mut mediator).await;
        scene.server.reconcile().await;
    }
    let orders = "select count(*) from outbox where kind = 'police_order' and $1 is not null";
    assert_eq!(scene.count(orders).await, 1);
}
