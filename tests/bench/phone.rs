//! A phone that counts what it sends and receives.

use crate::{county::County, program::now};
use hejie_case::{
    edit::NewEntry,
    ids::CaseId,
    record::{NoteHead, NoteKind},
};
use hejie_device::{
    engine::{Engine, Enrolment},
    entropy::{Entropy, NoEntropy},
    http::{Link, LinkError},
    seal::{KeyStore, KeyStoreError, MasterKey},
    store::MemoryStore,
};
use hejie_wire::codec::Body;
use jiff::Timestamp;
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::{
    error::Error,
    thread,
    time::{Duration, Instant},
};

/// A phone with its line.
pub struct Phone {
    engine: Engine<MemoryStore>,
    link: Link,
    token: String,
    began: (Timestamp, Instant),
}

/// What exchanges cost, bodies only.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    pub requests: u32,
    pub up: usize,
    pub down: usize,
    pub took: Duration,
}

struct Seeded(StdRng);

impl Entropy for Seeded {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        self.0.fill_bytes(bytes);
        Ok(())
    }
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

impl Phone {
    /// Enrols a phone of a demonstration account.
    pub fn enrol(county: &County, login: &str) -> Result<Self, Box<dyn Error>> {
        let link = Link::new(&county.base());
        let session = link.sign_in(login, county.password(login).ok_or("no such account")?)?;
        let enrolled = link.enrol(&session.tokens.access_token, "bench")?;
        let mut engine = Engine::open(
            MemoryStore::default(),
            &FixedKey,
            Box::new(Seeded(StdRng::seed_from_u64(1))),
        )?;
        let began = (time_now(), now());
        let person = session.user;
        engine.enrol(
            Enrolment {
                device: enrolled.device_id,
                actor: enrolled.actor,
                user: person.id,
                role: person.role,
                org: person.org_id,
            },
            began.0,
        )?;
        Ok(Self {
            engine,
            link,
            token: enrolled.tokens.access_token,
            began,
        })
    }

    /// Exchanges until nothing is left to do.
    pub fn exchange(&mut self) -> Result<Cost, Box<dyn Error>> {
        let (mut cost, mut began) = (Cost::default(), now());
        loop {
            let at = self.now();
            let request = self.engine.begin_exchange(at)?;
            let answer = self.ask(&request, &mut began)?;
            cost.requests += 1;
            cost.up += request.bytes.len();
            cost.down += answer.bytes.len();
            let at = self.now();
            if !self
                .engine
                .take_answer(answer.encoding, &answer.bytes, at)?
                .again
            {
                cost.took = began.elapsed();
                return Ok(cost);
            }
        }
    }

    /// Sends a request. The brake on one phone may hold it up; that wait is not what an exchange costs.
    fn ask(&self, request: &Body, began: &mut Instant) -> Result<Body, Box<dyn Error>> {
        loop {
            match self.link.exchange(&self.token, request) {
                Err(LinkError::Busy { retry_after, .. }) => {
                    thread::sleep(retry_after);
                    *began = now();
                }
                answer => return Ok(answer?),
            }
        }
    }

    /// Writes a note of some fifty characters into a case.
    pub fn note(&mut self, case: CaseId, text: &str) -> Result<(), Box<dyn Error>> {
        let at = self.now();
        self.engine.add(
            case,
            NewEntry::Note(
                NoteHead {
                    kind: NoteKind::Scene,
                    at,
                },
                text.into(),
            ),
            at,
        )?;
        Ok(())
    }

    pub fn cases(&self) -> Vec<CaseId> {
        self.engine
            .cases()
            .into_iter()
            .map(|case| case.case)
            .collect()
    }

    fn now(&self) -> Timestamp {
        let passed = jiff::SignedDuration::try_from(self.began.1.elapsed()).unwrap_or_default();
        self.began
            .0
            .saturating_add(passed)
            .unwrap_or(Timestamp::MAX)
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "a phone of a real server has the real time"
)]
fn time_now() -> Timestamp {
    Timestamp::now()
}
