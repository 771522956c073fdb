//! What it costs a phone to write one more entry into a case that has grown, in time of the
//! processor.

use hejie_case::{
    document::Origin,
    edit::NewEntry,
    ids::{Actor, CaseId, DeviceId, OrgId, UserId},
    record::{NoteHead, NoteKind},
    role::Role,
};
use hejie_device::{
    encryption::{KeyStore, KeyStoreError, MasterKey},
    engine::{Engine, Enrolment},
    entropy::{Entropy, NoEntropy},
    store::SqliteStore,
};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::{error::Error, io, path::Path, time::Duration};

/// The entries of which the cost is measured, from this one on.
const SIZES: [usize; 3] = [100, 1_000, 5_000];
/// So many of them.
const ROUNDS: usize = 50;
/// The last size may cost so many times the first.
const LIMIT: u32 = 2;

/// A phone on a real store.
struct Phone {
    engine: Engine<SqliteStore>,
    case: CaseId,
    now: Timestamp,
}

pub fn measure(_: &Path) -> Result<Value, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let mut phone = Phone::new(&folder.path().join("phone.db"))?;
    let (mut written, mut medians) = (0, Vec::new());
    for size in SIZES {
        while written < size - 1 {
            phone.write()?;
            written += 1;
        }
        let mut took = Vec::with_capacity(ROUNDS);
        for _ in 0..ROUNDS {
            let before = processor_time()?;
            phone.write()?;
            took.push(processor_time()?.saturating_sub(before));
            written += 1;
        }
        took.sort_unstable();
        medians.push(took[took.len() / 2]);
    }
    let micros: Vec<u128> = medians.iter().map(Duration::as_micros).collect();
    let ratio = medians[medians.len() - 1].as_secs_f64() / medians[0].as_secs_f64();
    Ok(json!({
        "entries": SIZES,
        "median_us": micros,
        "rounds": ROUNDS,
        "last_to_first": ratio,
        "limit": LIMIT,
    }))
}

impl Phone {
    fn new(path: &Path) -> Result<Self, Box<dyn Error>> {
        let now: Timestamp = "2026-03-02T01:00:00Z".parse()?;
        let mut engine = Engine::open(SqliteStore::open(path)?, &FixedKey, Box::new(Counted(1)))?;
        let id = |n| uuid::Uuid::from_u128(n);
        let enrolment = Enrolment {
            device: DeviceId(id(1)),
            actor: Actor([1; 16]),
            user: UserId(id(2)),
            role: Role::Mediator,
            org: OrgId(id(3)),
        };
        engine.enrol(enrolment, now)?;
        let case = engine.create_case(Origin::default(), now)?.case;
        Ok(Self { engine, case, now })
    }

    fn write(&mut self) -> Result<(), Box<dyn Error>> {
        let head = NoteHead {
            kind: NoteKind::Scene,
            at: self.now,
        };
        let text = "甲乙双方因楼道堆放杂物发生争执，经劝说同意三日内自行清理。";
        let note = NewEntry::Note(head, text.into());
        self.engine.add(self.case, note, self.now)?;
        Ok(())
    }
}

/// How long the processor has worked for this thread.
fn processor_time() -> io::Result<Duration> {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the clock writes into the one value that it is given.
    if unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) } != 0 {
        return Err(io::Error::last_os_error());
    }
    let seconds = Duration::from_secs(time.tv_sec.unsigned_abs());
    Ok(seconds + Duration::from_nanos(time.tv_nsec.unsigned_abs()))
}

struct FixedKey;

impl KeyStore for FixedKey {
    fn load(&self) -> Result<Option<MasterKey>, KeyStoreError> {
        Ok(Some(MasterKey::new([7; 32])))
    }

    fn save(&self, _: &MasterKey) -> Result<(), KeyStoreError> {
        Ok(())
    }
}

/// Bytes that never repeat and need not be random.
struct Counted(u64);

impl Entropy for Counted {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        for chunk in bytes.chunks_mut(8) {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            chunk.copy_from_slice(&mixed.to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}
