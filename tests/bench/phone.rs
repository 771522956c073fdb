//! A phone that counts what it sends and receives.

use crate::{county::County, program::now};
use hejie_case::{
    document::Origin,
    edit::NewEntry,
    ids::CaseId,
    record::{NoteHead, NoteKind},
};
use hejie_device::{
    encryption::{KeyStore, KeyStoreError, MasterKey},
    engine::{Engine, Enrolment},
    entropy::{Entropy, NoEntropy},
    http::{Link, LinkError},
    store::MemoryStore,
};
use hejie_wire::{
    codec::{self, Body},
    message::Up,
};
use jiff::Timestamp;
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::{
    error::Error,
    thread,
    time::{Duration, Instant},
};

/// What a phone is told that comes too often.
const OWN_BRAKE: &str = "too_many_exchanges";

/// How often a request is sent again in one exchange before the line counts as dead.
const MOST_AGAIN: u32 = 20;

/// A phone with its line.
pub struct Phone {
    engine: Engine<MemoryStore>,
    link: Link,
    token: String,
    refresh: String,
    began: (Timestamp, Instant),
}

/// What exchanges cost, bodies only.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    pub requests: u32,
    pub up: usize,
    pub down: usize,
    pub took: Duration,
    /// Requests that were answered by a refusal which passes, or not at all, and were sent again.
    pub again: u32,
}

struct Seeded(StdRng);

impl Entropy for Seeded {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        self.0.fill_bytes(bytes);
        Ok(())
    }
}

/// Of each person another: two phones with the same draws give two cases one name.
fn seed_of(login: &str) -> u64 {
    let bytes = login.bytes().map(u64::from);
    bytes.fold(1, |seed, byte| seed.wrapping_mul(31).wrapping_add(byte))
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
        let password = county.password(login).ok_or("no such account")?;
        Self::sign_in(&county.base(), login, password)
    }

    /// Enrols a phone of an account of a server.
    pub fn sign_in(base: &str, login: &str, password: &str) -> Result<Self, Box<dyn Error>> {
        let link = Link::new(base);
        let session = link.sign_in(login, password, None)?;
        let mut engine = Engine::open(
            MemoryStore::default(),
            &FixedKey,
            Box::new(Seeded(StdRng::seed_from_u64(seed_of(login)))),
        )?;
        let key = engine.new_device_key()?;
        let enrolled = link.enrol(&session.tokens.access_token, "bench", key)?;
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
            refresh: enrolled.tokens.refresh_token,
            began,
        })
    }

    /// Exchanges until nothing is left to do.
    pub fn exchange(&mut self) -> Result<Cost, Box<dyn Error>> {
        let (mut cost, mut began) = (Cost::default(), now());
        loop {
            let at = self.now();
            let request = self.engine.begin_exchange(at)?;
            let answer = self.ask(&request, &mut began, &mut cost.again)?;
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

    /// Gets a new access token, which holds for some minutes.
    pub fn renew(&mut self) -> Result<(), Box<dyn Error>> {
        let tokens = self.link.refresh(&self.refresh)?;
        (self.token, self.refresh) = (tokens.access_token, tokens.refresh_token);
        Ok(())
    }

    /// Begins a case.
    pub fn begin_case(&mut self, origin: Origin) -> Result<CaseId, Box<dyn Error>> {
        let at = self.now();
        Ok(self.engine.create_case(origin, at)?.case)
    }

    /// The next request, which nobody answers.
    pub fn request(&mut self) -> Result<Up, Box<dyn Error>> {
        let at = self.now();
        let body = self.engine.begin_exchange(at)?;
        Ok(codec::decode_up(body.encoding, &body.bytes)?)
    }

    /// Signs a request that was made of it by hand.
    pub fn sign(&self, up: &mut Up) -> Result<(), Box<dyn Error>> {
        Ok(self.engine.sign(up)?)
    }

    /// The token that the phone shows.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Sends a request, until there is an answer. The rate limit of one phone may hold it up; that
    /// wait is not what an exchange costs. Whatever else is in the way, is.
    fn ask(
        &self,
        request: &Body,
        began: &mut Instant,
        again: &mut u32,
    ) -> Result<Body, Box<dyn Error>> {
        loop {
            match self.link.exchange(&self.token, request) {
                Err(LinkError::Busy {
                    retry_after,
                    reason,
                }) => {
                    thread::sleep(retry_after);
                    if reason.code == OWN_BRAKE {
                        *began = now();
                    } else {
                        *again += 1;
                    }
                }
                Err(LinkError::Line { .. }) if *again < MOST_AGAIN => {
                    *again += 1;
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
