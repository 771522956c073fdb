//! A phone in the hands of somebody of a county: the engine itself, on a disk in memory, over the
//! server's routes.

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use harness::{Answer, Calls, Person, TestServer, client::Mediator};
use hejie_case::{
    document::CaseDoc,
    edit::{Edit, NewEntry, TextTarget},
    ids::{CaseId, DeviceId, EntryId},
    record::{NoteHead, NoteKind, RiskFactor, RiskObservation},
    role::Role,
};
use hejie_device::{
    encryption::{EncryptedStore, KeyStore, KeyStoreError, MasterKey, RowChange, RowName},
    engine::{Engine, EngineError, Enrolment, OutgoingIdentity},
    entropy::{Entropy, NoEntropy},
    store::{EncryptedRow, Key, MemoryStore, Range, Store, StoreError, Table, Write},
    uptime::Uptime,
};
use hejie_server::clock::Clock;
use hejie_wire::{
    batch::DeviceKey,
    codec::{self, Body as Message, Encoding},
    message::{CONTENT_TYPE, Down, Up},
    sealed::Voucher,
};
use jiff::Timestamp;
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

/// Where the exchange lies.
pub const PATH: &str = "/sync/v1/exchange";

/// A phone.
pub struct Phone {
    /// The engine.
    pub engine: Engine<Disk>,
    /// The store, which survives the engine.
    pub disk: Disk,
    /// The key store.
    pocket: Arc<Pocket>,
    /// The client with the token of the device.
    pub agent: Mediator,
    /// The refresh token of the device.
    pub refresh_token: String,
    /// Bytes of the bodies of the last run, up and down, and how many requests it took.
    pub traffic: Traffic,
    now: Timestamp,
    seed: u64,
}

/// What a run of exchanges cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Requests.
    pub requests: usize,
    /// Bytes of all bodies.
    pub bytes: usize,
}

/// More requests than the largest of scenes needs, at some 16 KiB each.
const REQUESTS: usize = 1_000;

impl Phone {
    /// A new phone of a person, enrolled over the API.
    pub async fn enrol(server: &TestServer, person: &Person) -> Self {
        let seed = u64::from_be_bytes(server.state.entropy.bytes());
        let (disk, pocket) = (Disk::default(), Arc::new(Pocket::default()));
        let mut engine = Engine::open(disk.clone(), &*pocket, Box::new(Seeded(seed))).unwrap();
        let key = engine.new_device_key().unwrap();
        let (enrolment, voucher, agent, refresh_token) = enrol(server, person, key).await;
        engine
            .enrol_with(enrolment, Some(voucher), server.now())
            .unwrap();
        engine.set_uptime(Box::new(Running(server.state.clock.clone())));
        Self {
            engine,
            disk,
            pocket,
            agent,
            refresh_token,
            traffic: Traffic::default(),
            now: server.now(),
            seed,
        }
    }

    /// Enrols the phone anew, as one must that was set back to an earlier day.
    pub async fn enrol_again(&mut self, server: &TestServer, person: &Person) {
        let key = self.engine.new_device_key().unwrap();
        let (enrolment, voucher, agent, refresh_token) = enrol(server, person, key).await;
        self.refresh_token = refresh_token;
        self.engine
            .enrol_with(enrolment, Some(voucher), server.now())
            .unwrap();
        self.agent = agent;
    }

    /// Gets a new access token, as every few minutes.
    pub async fn refresh(&mut self) {
        let body = json!({ "refresh_token": self.refresh_token });
        let answer = self.agent.post("/api/v1/session/refresh", body).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
        self.agent = Mediator(self.agent.0.with_token(answer.text("/access_token")));
        self.refresh_token = answer.text("/refresh_token").to_owned();
    }

    /// Becomes a client that writes whatever it likes: the phone's own look at the role is passed
    /// by.
    pub fn look_at_no_role(&mut self) {
        let enrolment = Enrolment {
            role: Role::Mediator,
            ..self.engine.enrolment().unwrap().clone()
        };
        self.engine.enrol(enrolment, self.now).unwrap();
    }

    /// Dies, and wakes up with a row that another release wrote.
    pub fn put_on_disk(&mut self, name: RowName, value: &Value) {
        self.seed += 1;
        let seeded = Box::new(Seeded(self.seed << 24));
        let mut store = EncryptedStore::open(self.disk.clone(), &*self.pocket, seeded).unwrap();
        let row = RowChange::Put(name, value.to_string().into_bytes());
        store.commit(vec![row]).unwrap();
        self.wake_up_with(self.disk.copy());
    }

    /// Dies and wakes up with another content of its disk.
    pub fn wake_up_with(&mut self, store: MemoryStore) {
        self.seed += 1;
        self.disk = Disk::of(store);
        let seeded = Box::new(Seeded(self.seed << 20));
        self.engine = Engine::open(self.disk.clone(), &*self.pocket, seeded).unwrap();
    }

    /// Its device.
    pub fn device(&self) -> DeviceId {
        self.engine.enrolment().unwrap().device
    }

    /// Sends the next request and returns the answer without taking it.
    pub async fn ask(&mut self) -> Answer {
        let up = self.engine.begin_exchange(self.now).unwrap();
        self.pass(up).await
    }

    /// Sends a request that was begun, and returns the answer without taking it.
    pub async fn pass(&mut self, up: Message) -> Answer {
        self.traffic.requests += 1;
        self.traffic.bytes += up.bytes.len();
        let answer = self.agent.send(exchange(up)).await;
        self.traffic.bytes += answer.bytes.len();
        answer
    }

    /// Sends a message that a test made by hand, signed with the phone's key.
    pub async fn send(&self, up: &Up) -> Answer {
        let mut up = up.clone();
        self.engine.sign(&mut up).unwrap();
        send(&self.agent, &up).await
    }

    /// Hears what the server has, as a phone does first that was enrolled anew; of its own it sends
    /// dangers alone.
    pub async fn hear(&mut self) {
        let answer = self.ask().await;
        self.take(&answer);
    }

    /// Takes an answer; tells whether another exchange follows at once.
    pub fn take(&mut self, answer: &Answer) -> bool {
        self.try_take(answer).unwrap()
    }

    /// Takes an answer that may be none to this phone's request.
    pub fn try_take(&mut self, answer: &Answer) -> Result<bool, EngineError> {
        assert_eq!(answer.status, 200, "{}", answer.json);
        let (encoding, bytes) = (encoding(answer), &answer.bytes);
        let outcome = self.engine.take_answer(encoding, bytes, self.now)?;
        Ok(outcome.again)
    }

    /// Exchanges until nothing is left to do at once.
    pub async fn sync(&mut self) -> Traffic {
        self.traffic = Traffic::default();
        for _ in 0..REQUESTS {
            let answer = self.ask().await;
            if !self.take(&answer) {
                return self.traffic;
            }
        }
        panic!("the exchange does not come to an end");
    }

    /// Sends every sealed identity that waits once, and keeps what the server says; returns the
    /// answers.
    pub async fn deliver(&mut self) -> Vec<Answer> {
        let mut answers = Vec::new();
        for sent in self.engine.outgoing_identities().unwrap() {
            let answer = self.agent.post(&path_of(&sent), body_of(&sent)).await;
            if answer.status == 200 {
                let at = answer.text("/received_at").parse().unwrap();
                self.engine.identity_received(&sent, at).unwrap();
            }
            answers.push(answer);
        }
        answers
    }

    /// The time on the phone.
    pub fn set_clock(&mut self, now: Timestamp) {
        self.now = now;
    }

    /// The time on the phone.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Writes a note.
    pub fn note(&mut self, case: CaseId, text: &str) -> EntryId {
        let head = NoteHead {
            kind: NoteKind::Scene,
            at: self.now,
        };
        self.engine
            .add(case, NewEntry::Note(head, text.into()), self.now)
            .unwrap()
    }

    /// Writes down what was observed of risk, which everybody holds who works on the case.
    pub fn observe(&mut self, case: CaseId, why: &str) -> EntryId {
        let observed = RiskObservation {
            factor: RiskFactor::Gathering(3),
            at: self.now,
            why: why.into(),
        };
        self.engine
            .add(case, NewEntry::Risk(observed), self.now)
            .unwrap()
    }

    /// All that stands in the store, decrypted with the phone's key; documents change by change,
    /// since they are saved deflated.
    pub fn decrypted(&self) -> Vec<u8> {
        let seeded = Box::new(Seeded(self.seed << 28));
        let store =
            EncryptedStore::open(Disk::of(self.disk.copy()), &*self.pocket, seeded).unwrap();
        let mut all = Vec::new();
        for table in Table::ALL {
            for (_, row) in store.scan(table, None).unwrap() {
                all.extend_from_slice(&row);
                if table == Table::Document {
                    all.extend(changes_of(&row));
                }
            }
        }
        all
    }

    /// Replaces the text of a note.
    pub fn rewrite(&mut self, case: CaseId, id: EntryId, text: &str) {
        let edit = Edit::Text {
            target: TextTarget::Note { id },
            content: text.into(),
        };
        self.engine.edit(case, edit, self.now).unwrap();
    }

    /// Whether the phone holds this note.
    pub fn has_note(&self, case: CaseId, id: EntryId) -> bool {
        let view = self.engine.case(case, self.now).unwrap().view;
        view.notes.contains_key(&id)
    }

    /// The texts of all notes.
    pub fn notes(&self, case: CaseId) -> Vec<String> {
        let view = self.engine.case(case, self.now).unwrap().view;
        view.notes
            .values()
            .map(|note| note.value.text.clone())
            .collect()
    }

    /// The heads and the facts' version that the phone shows.
    pub fn state(&self, case: CaseId) -> (Vec<hejie_case::ids::ChangeHash>, Option<u64>) {
        let file = self.engine.case(case, self.now).unwrap();
        (file.view.heads, file.facts.map(|facts| facts.version))
    }
}

/// Where a sealed identity goes.
pub fn path_of(sent: &OutgoingIdentity) -> String {
    format!(
        "/api/v1/cases/{}/parties/{}/identity",
        sent.case, sent.party
    )
}

/// What goes there.
pub fn body_of(sent: &OutgoingIdentity) -> Value {
    json!({
        "key_id": sent.sealed.key_id,
        "sealed": sent.sealed.ciphertext,
        "captured_at": sent.captured_at,
    })
}

/// The changes of a saved document, as they are.
pub fn changes_of(saved: &[u8]) -> Vec<u8> {
    let changes = CaseDoc::load(saved).unwrap().changes_since(&[]);
    changes
        .into_iter()
        .flat_map(|change| change.bytes)
        .collect()
}

/// The request of an exchange.
pub fn exchange(up: Message) -> Request<Body> {
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(PATH)
        .header(header::CONTENT_TYPE, CONTENT_TYPE)
        .header(header::CONTENT_LENGTH, up.bytes.len())
        .header(header::ACCEPT_ENCODING, "zstd");
    if up.encoding == Encoding::Zstd {
        request = request.header(header::CONTENT_ENCODING, "zstd");
    }
    request.body(Body::from(up.bytes)).unwrap()
}

/// Sends a message that a test made by hand.
pub async fn send(agent: &impl Calls, up: &Up) -> Answer {
    agent
        .send(exchange(codec::encode_up(up, Encoding::Zstd).unwrap()))
        .await
}

/// Reads an answer that a test wants to see itself.
pub fn read(answer: &Answer) -> Down {
    assert_eq!(answer.status, 200, "{}", answer.json);
    codec::decode_down(encoding(answer), &answer.bytes).unwrap()
}

fn encoding(answer: &Answer) -> Encoding {
    let name = answer.headers.get(header::CONTENT_ENCODING);
    Encoding::from_header(name.and_then(|name| name.to_str().ok())).unwrap()
}

async fn enrol(
    server: &TestServer,
    person: &Person,
    key: DeviceKey,
) -> (Enrolment, Voucher, Mediator, String) {
    let signed = server.anonymous().0.with_token(&person.token(server).await);
    let answer = Mediator(signed.clone())
        .post(
            "/api/v1/devices",
            json!({ "name": "工作手机", "public_key": key }),
        )
        .await;
    assert_eq!(answer.status, 201, "{}", answer.json);
    let enrolment = Enrolment {
        device: answer.text("/device_id").parse().unwrap(),
        actor: answer.text("/actor").parse().unwrap(),
        user: person.id,
        role: person.role,
        org: person.org,
    };
    let voucher = serde_json::from_value(answer.json["sealing_key"].clone()).unwrap();
    (
        enrolment,
        voucher,
        Mediator(signed.with_token(answer.text("/access_token"))),
        answer.text("/refresh_token").to_owned(),
    )
}

/// A store that survives the engine.
#[derive(Clone, Default)]
pub struct Disk(Arc<Mutex<MemoryStore>>);

impl Disk {
    /// A disk with this on it.
    fn of(store: MemoryStore) -> Self {
        Self(Arc::new(Mutex::new(store)))
    }

    /// What a backup holds.
    pub fn copy(&self) -> MemoryStore {
        self.0.lock().clone()
    }
}

impl Store for Disk {
    fn get(&self, table: Table, key: Key) -> Result<Option<EncryptedRow>, StoreError> {
        self.0.lock().get(table, key)
    }
    fn scan(&self, table: Table, range: Range) -> Result<Vec<(Key, EncryptedRow)>, StoreError> {
        self.0.lock().scan(table, range)
    }
    fn versions(&self) -> Result<Vec<(Table, Key, u64)>, StoreError> {
        self.0.lock().versions()
    }
    fn commit(&mut self, batch: Vec<Write>) -> Result<(), StoreError> {
        self.0.lock().commit(batch)
    }
}

/// A key store that keeps its key in memory.
#[derive(Default)]
struct Pocket(Mutex<Option<MasterKey>>);

impl KeyStore for Pocket {
    fn load(&self) -> Result<Option<MasterKey>, KeyStoreError> {
        Ok(self.0.lock().clone())
    }
    fn save(&self, key: &MasterKey) -> Result<(), KeyStoreError> {
        *self.0.lock() = Some(key.clone());
        Ok(())
    }
}

/// Randomness that follows from a seed (splitmix64).
struct Seeded(u64);

impl Entropy for Seeded {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        for chunk in bytes.chunks_mut(8) {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

/// Runs as long as the one clock of the scene.
struct Running(Clock);

impl Uptime for Running {
    fn read(&self) -> Option<Duration> {
        let since = self.0.now().as_duration();
        Duration::try_from(since).ok()
    }
}
