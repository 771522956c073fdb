//! A phone in the hands of a test.

use crate::{
    office::Office,
    seed::{Pocket, Seeded},
};
use hejie_case::{
    document::Origin,
    edit::{Edit, NewEntry, TextTarget},
    ids::{Actor, CaseId, DeviceId, EntryId, OrgId, UserId},
    record::{NoteHead, NoteKind},
    role::Role,
    view::CaseView,
};
use hejie_device::{
    engine::{Engine, EngineError, Enrolment, ExchangeOutcome},
    store::{EncryptedRow, Key, MemoryStore, Range, Store, StoreError, Table, Write},
};
use hejie_wire::codec::Body;
use jiff::Timestamp;
use std::sync::{Arc, Mutex};

/// A store that survives the phone, and that can be told to fail.
#[derive(Clone, Default)]
pub(crate) struct Disk(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    store: MemoryStore,
    fault: Option<Fault>,
    has_failed: bool,
}

/// Which commit fails, counted from now, and whether it had been written by then. So does each one
/// after it, until the disk is sound again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Before(usize),
    After(usize),
}

impl Disk {
    /// What is on it now.
    pub(crate) fn copy(&self) -> MemoryStore {
        self.0.lock().unwrap().store.clone()
    }

    /// Puts a copy back in the place of what is on it.
    pub(crate) fn put_back(&self, copy: MemoryStore) {
        self.0.lock().unwrap().store = copy;
    }

    pub(crate) fn fail(&self, fault: Option<Fault>) {
        let mut inner = self.0.lock().unwrap();
        inner.fault = fault;
        inner.has_failed = false;
    }

    /// Whether a commit failed since the last fault was set.
    pub(crate) fn has_failed(&self) -> bool {
        self.0.lock().unwrap().has_failed
    }
}

impl Store for Disk {
    fn get(&self, table: Table, key: Key) -> Result<Option<EncryptedRow>, StoreError> {
        self.0.lock().unwrap().store.get(table, key)
    }
    fn scan(&self, table: Table, range: Range) -> Result<Vec<(Key, EncryptedRow)>, StoreError> {
        self.0.lock().unwrap().store.scan(table, range)
    }
    fn versions(&self) -> Result<Vec<(Table, Key, u64)>, StoreError> {
        self.0.lock().unwrap().store.versions()
    }
    fn commit(&mut self, batch: Vec<Write>) -> Result<(), StoreError> {
        let mut inner = self.0.lock().unwrap();
        let Inner {
            store,
            fault,
            has_failed,
        } = &mut *inner;
        match fault {
            Some(Fault::Before(0)) => {
                *has_failed = true;
                return Err(StoreError::Full);
            }
            Some(Fault::After(0)) => {
                store.commit(batch)?;
                *fault = Some(Fault::Before(0));
                *has_failed = true;
                return Err(StoreError::Full);
            }
            Some(Fault::Before(n) | Fault::After(n)) => *n -= 1,
            None => {}
        }
        store.commit(batch)
    }
}

pub(crate) struct Phone {
    pub(crate) disk: Disk,
    pub(crate) pocket: Arc<Pocket>,
    seed: u64,
    pub(crate) engine: Engine<Disk>,
    pub(crate) now: Timestamp,
}

pub(crate) fn noon() -> Timestamp {
    "2026-03-02T04:00:00Z".parse().unwrap()
}

pub(crate) fn enrolment(n: u8, actor: u8) -> Enrolment {
    Enrolment {
        device: DeviceId(uuid::Uuid::from_bytes([n; 16])),
        actor: Actor([actor; 16]),
        user: UserId(uuid::Uuid::from_bytes([n; 16])),
        role: Role::Mediator,
        org: OrgId(uuid::Uuid::from_bytes([1; 16])),
    }
}

impl Phone {
    pub(crate) fn new(n: u8) -> Self {
        let (disk, pocket, seed) = (
            Disk::default(),
            Arc::new(Pocket::default()),
            u64::from(n) << 32,
        );
        let mut engine = Engine::open(disk.clone(), &*pocket, Box::new(Seeded(seed))).unwrap();
        engine.enrol(enrolment(n, n), noon()).unwrap();
        Self {
            disk,
            pocket,
            seed,
            engine,
            now: noon(),
        }
    }

    pub(crate) fn device(&self) -> DeviceId {
        self.engine.enrolment().unwrap().device
    }

    /// Dies and wakes up again, with nothing but its disk.
    pub(crate) fn die(&mut self) {
        self.disk.fail(None);
        self.seed += 1 << 16;
        self.engine = Engine::open(
            self.disk.clone(),
            &*self.pocket,
            Box::new(Seeded(self.seed)),
        )
        .unwrap();
    }

    pub(crate) fn begin_case(&mut self, summary: &str) -> CaseId {
        let origin = Origin {
            summary: summary.into(),
            ..Origin::default()
        };
        self.engine.create_case(origin, self.now).unwrap().case
    }

    pub(crate) fn note(&mut self, case: CaseId, text: &str) -> EntryId {
        self.engine
            .add(case, note(self.now, text), self.now)
            .unwrap()
    }

    pub(crate) fn rewrite(&mut self, case: CaseId, id: EntryId, text: &str) {
        let edit = Edit::Text {
            target: TextTarget::Note { id },
            content: text.into(),
        };
        self.engine.edit(case, edit, self.now).unwrap();
    }

    pub(crate) fn view(&self, case: CaseId) -> CaseView {
        self.engine.case(case, self.now).unwrap().view
    }

    /// The texts of all notes, in the order of their characters: that of entries written at one
    /// moment follows from chance.
    pub(crate) fn notes(&self, case: CaseId) -> Vec<String> {
        let notes = self.view(case).notes.into_values();
        let mut texts: Vec<String> = notes.map(|note| note.value.text).collect();
        texts.sort_unstable();
        texts
    }

    pub(crate) fn begin(&mut self) -> Result<Body, EngineError> {
        self.engine.begin_exchange(self.now)
    }

    pub(crate) fn exchange_once(&mut self, office: &mut Office) -> ExchangeOutcome {
        let up = self.engine.begin_exchange(self.now).unwrap();
        let down = office.answer(&up);
        self.engine
            .take_answer(down.encoding, &down.bytes, self.now)
            .unwrap()
    }

    /// Exchanges until nothing is left to do at once.
    pub(crate) fn exchange(&mut self, office: &mut Office) {
        for _ in 0..50 {
            if !self.exchange_once(office).again {
                return;
            }
        }
        panic!("the exchange does not come to an end");
    }
}

pub(crate) fn note(now: Timestamp, text: &str) -> NewEntry {
    NewEntry::Note(
        NoteHead {
            kind: NoteKind::Scene,
            at: now,
        },
        text.into(),
    )
}

/// A case that two phones and the office hold.
pub(crate) fn one_case_on_two_phones() -> (Office, Phone, Phone, CaseId) {
    let (mut office, mut a, mut b) = (Office::new(noon()), Phone::new(1), Phone::new(2));
    let case = a.begin_case("古塘夫妻争吵，曾有前次出警");
    a.exchange(&mut office);
    b.exchange(&mut office);
    (office, a, b, case)
}
