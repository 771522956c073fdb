//! One case, played: a server that settles it, phones that hold it and write into it, and a clock that moves.

mod agreement;
mod phone;
mod write;

pub(crate) use agreement::Agreed;
pub(crate) use phone::Phone;
pub(crate) use write::{Found, Promise, notice};

use crate::{chance::Chance, place::Person};
use hejie_case::{
    deadline::Policy,
    document::{CaseDoc, DocError, EditError, Written},
    facts::{Duty, Facts, Level, OrgFact},
    ids::{Actor, EntryId},
    rights::{ObjectEntry, RightsError, index_of},
    role::Author,
    rule::{Act, DeviceSeen, Motion, Refusal, Target},
    settle::{
        Effect, Opened, Opening, Received, Settle, SettleError, Settled, members, open, settle,
    },
};
use jiff::{Timestamp, ToSpan};
use std::collections::{BTreeMap, BTreeSet};

/// How often at most time alone changes a case between two acts of people.
const MOMENTS: usize = 400;

/// A case as it was played until the curtain fell, with everything that a registry keeps of it.
#[derive(Debug)]
pub struct Played {
    /// The first change, by the server.
    pub first: Written,
    /// All further changes in the order in which the server received them.
    pub log: Vec<Logged>,
    /// Where the objects of the document hang.
    pub objects: Vec<ObjectEntry>,
    /// The case as it was settled last.
    pub settled: Settled,
    /// When it was settled last.
    pub settled_at: Timestamp,
    /// The highest colour that it ever had.
    pub hottest: Level,
    /// What the outside was told, and when.
    pub told: Vec<(Timestamp, Effect)>,
    /// What was put aside, with a code and a sentence for its author.
    pub aside: Vec<(Logged, &'static str, &'static str)>,
}

/// A change as the server received it.
#[derive(Debug, Clone)]
pub struct Logged {
    /// Its name and its bytes.
    pub written: Written,
    /// By whose phone.
    pub by: Sender,
    /// When.
    pub received_at: Timestamp,
}

/// Whose phone it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sender {
    /// The person.
    pub author: Author,
    /// The actor.
    pub actor: Actor,
    /// The phone.
    pub device: hejie_case::ids::DeviceId,
}

/// Why a play ends before its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Halt {
    /// The day came until which the county is told. No failure.
    #[error("the curtain fell")]
    Curtain,
    /// The case does not go as it was written.
    #[error("the case cannot be played")]
    Failed(#[from] PlayError),
}

/// Why a case cannot be played.
#[derive(Debug, thiserror::Error)]
pub enum PlayError {
    /// A phone could not write what it was to write.
    #[error("an edit does not fit the document")]
    Edit(#[from] EditError),
    /// The case could not be settled.
    #[error("the case cannot be settled")]
    Settle(#[from] SettleError),
    /// A document cannot be read back.
    #[error("the document cannot be read")]
    Document(#[from] DocError),
    /// The objects of the document cannot be indexed.
    #[error("the objects of the document cannot be indexed")]
    Index(#[from] RightsError),
    /// What a desk or a phone wanted was refused although the case was written so that it is granted.
    #[error("{code}: {zh}")]
    Refused {
        /// The code of the refusal.
        code: String,
        /// Its sentence.
        zh: String,
    },
}

impl From<EditError> for Halt {
    fn from(error: EditError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<SettleError> for Halt {
    fn from(error: SettleError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<DocError> for Halt {
    fn from(error: DocError) -> Self {
        Self::Failed(error.into())
    }
}

/// A case that is being played.
#[derive(Debug)]
pub(crate) struct Play {
    /// The server's time.
    pub(crate) now: Timestamp,
    /// The phones that hold the case.
    pub(crate) phones: Vec<Phone>,
    settled: Settled,
    settled_at: Timestamp,
    first: Written,
    log: Vec<Logged>,
    told: Vec<(Timestamp, Effect)>,
    heard: Vec<DeviceSeen>,
    authors: Vec<(Actor, Author)>,
    until: Timestamp,
    repeat_calls: u32,
    policy: Policy,
    chance: Chance,
    orgs: Vec<OrgFact>,
    missing_files: BTreeSet<EntryId>,
    identities: BTreeMap<String, String>,
    aside: Vec<(Logged, &'static str, &'static str)>,
    hottest: Level,
}

impl Play {
    /// Opens the case on the server.
    pub(crate) fn open(
        opening: &Opening,
        until: Timestamp,
        chance: Chance,
    ) -> Result<Self, PlayError> {
        let Opened { first, settled, .. } = open(opening)?;
        Ok(Self {
            now: opening.now,
            phones: Vec::new(),
            settled,
            settled_at: opening.now,
            first,
            log: Vec::new(),
            told: Vec::new(),
            heard: Vec::new(),
            authors: Vec::new(),
            until,
            repeat_calls: opening.repeat_calls,
            policy: opening.policy.clone(),
            chance,
            orgs: opening.orgs.clone(),
            missing_files: BTreeSet::new(),
            identities: BTreeMap::new(),
            aside: Vec::new(),
            hottest: Level::Blue,
        })
    }

    /// Ends the play.
    pub(crate) fn finish(mut self) -> Result<Played, PlayError> {
        match self.pass(self.until) {
            Ok(()) | Err(Halt::Curtain) => {}
            Err(Halt::Failed(error)) => return Err(error),
        }
        let doc = CaseDoc::load(&self.settled.snapshot)?;
        Ok(Played {
            first: self.first,
            log: self.log,
            objects: index_of(&doc)?,
            settled: self.settled,
            settled_at: self.settled_at,
            told: self.told,
            aside: self.aside,
            hottest: self.hottest,
        })
    }

    /// The facts as they stand.
    #[must_use]
    pub(crate) fn facts(&self) -> &Facts {
        &self.settled.facts
    }

    /// The case as it was settled last.
    #[must_use]
    pub(crate) fn settled(&self) -> &Settled {
        &self.settled
    }

    /// Lets minutes pass.
    pub(crate) fn wait(&mut self, minutes: i64) -> Result<(), Halt> {
        self.wait_until(later(self.now, minutes * 60))
    }

    /// Lets time pass until then; nothing happens if that is over.
    pub(crate) fn wait_until(&mut self, at: Timestamp) -> Result<(), Halt> {
        self.pass(at.min(self.until))?;
        self.now = self.now.max(at);
        if self.now >= self.until {
            return Err(Halt::Curtain);
        }
        Ok(())
    }

    /// What comes about by itself until then: clocks that run out, the ladder, waits that end.
    fn pass(&mut self, until: Timestamp) -> Result<(), Halt> {
        for _ in 0..MOMENTS {
            let next = self.settled.next_moment;
            let Some(next) = next.filter(|at| *at > self.settled_at && *at <= until) else {
                break;
            };
            self.now = self.now.max(next);
            self.settle(Vec::new(), Vec::new())?;
        }
        Ok(())
    }

    /// Gives the case to somebody's phone, whose clock is off by so many seconds; returns its place among the phones.
    pub(crate) fn hand_to(&mut self, person: &Person, skew: i64) -> Result<usize, Halt> {
        self.know(person);
        let doc = CaseDoc::load(&self.settled.snapshot)?;
        self.phones
            .push(Phone::new(person, doc, self.settled.facts.version, skew));
        self.authors.push((person.actor, person.author));
        Ok(self.phones.len() - 1)
    }

    /// A phone comes back: what it wrote is settled, and it takes what the server has.
    pub(crate) fn sync(&mut self, phone: usize) -> Result<(), Halt> {
        let now = self.now;
        let sender = self.phones[phone].sender();
        let changes: Vec<Received> = self.phones[phone].take_outbox(now);
        self.heard.retain(|seen| seen.user != sender.author.user);
        self.heard.push(DeviceSeen {
            user: sender.author.user,
            exchanged_at: now,
        });
        self.log.extend(changes.iter().map(|change| Logged {
            written: Written {
                hash: change.hash,
                bytes: change.bytes.clone(),
            },
            by: sender,
            received_at: now,
        }));
        self.settle(changes, Vec::new())?;
        let Settled {
            snapshot,
            heads,
            facts,
            ..
        } = &self.settled;
        self.phones[phone].take(snapshot, heads, facts.version)?;
        Ok(())
    }

    /// Somebody at a desk acts; the answer is why not, if it was refused.
    pub(crate) fn try_act(&mut self, by: Author, act: Act) -> Result<Option<Refusal>, Halt> {
        let motion = Motion {
            entry: None,
            act,
            by,
            claimed_at: None,
            received_at: self.now,
        };
        self.settle(Vec::new(), vec![motion])?;
        Ok(self.settled.answers.pop().flatten())
    }

    /// Somebody at a desk acts, and is granted it.
    pub(crate) fn act(&mut self, by: Author, act: Act) -> Result<(), Halt> {
        match self.try_act(by, act)? {
            None => Ok(()),
            Some(Refusal { code, zh, .. }) => Err(Halt::Failed(PlayError::Refused { code, zh })),
        }
    }

    /// Somebody joins the case.
    pub(crate) fn assign(&mut self, by: Author, to: &Person, duty: Duty) -> Result<(), Halt> {
        self.know(to);
        self.act(by, Act::Assign(Target { to: to.author }, duty))
    }

    /// A desk offers the case to somebody.
    pub(crate) fn dispatch(&mut self, by: Author, to: &Person) -> Result<(), Halt> {
        self.know(to);
        let (target, expected) = (Target { to: to.author }, "就地化解，按期反馈。".into());
        self.act(by, Act::Dispatch { target, expected })
    }

    /// The server knows the organisation of whoever works on the case.
    fn know(&mut self, person: &Person) {
        if !self.orgs.iter().any(|org| org.id == person.fact.id) {
            self.orgs.push(person.fact.clone());
        }
    }

    /// The file of a piece of evidence has not arrived.
    pub(crate) fn miss_file(&mut self, evidence: EntryId) {
        self.missing_files.insert(evidence);
    }

    /// Two references to sealed identities are of one person, as the server knows by a keyed hash.
    pub(crate) fn are_one(&mut self, references: [&str; 2]) {
        let hash = String::from("demo-keyed-hash");
        self.identities
            .extend(references.map(|r| (r.to_owned(), hash.clone())));
    }

    /// The server puts what a phone wrote aside, and tells its author why.
    pub(crate) fn put_aside(&mut self, phone: usize, code: &'static str, zh: &'static str) {
        let (now, by) = (self.now, self.phones[phone].sender());
        for change in self.phones[phone].take_outbox(now) {
            let written = Written {
                hash: change.hash,
                bytes: change.bytes,
            };
            self.aside.push((
                Logged {
                    written,
                    by,
                    received_at: now,
                },
                code,
                zh,
            ));
        }
    }

    pub(crate) fn chance(&mut self) -> &mut Chance {
        &mut self.chance
    }

    fn settle(&mut self, changes: Vec<Received>, motions: Vec<Motion>) -> Result<(), Halt> {
        let settled = settle(&Settle {
            snapshot: std::mem::take(&mut self.settled.snapshot),
            changes,
            facts: self.settled.facts.clone(),
            authors: self.authors.clone(),
            motions,
            devices: self.devices(),
            repeat_calls: self.repeat_calls,
            orgs: self.orgs.clone(),
            missing_files: self.missing_files.clone(),
            identities: self.identities.clone(),
            policy: self.policy.clone(),
            now: self.now,
        })?;
        if let Some(bad) = settled.unmerged.first() {
            let (code, zh) = (bad.code.clone(), bad.zh.clone());
            return Err(Halt::Failed(PlayError::Refused { code, zh }));
        }
        self.told.extend(
            settled
                .effects
                .iter()
                .map(|effect| (self.now, effect.clone())),
        );
        self.hottest = self.hottest.max(settled.facts.colour.level);
        self.settled = settled;
        self.settled_at = self.now;
        Ok(())
    }

    /// The server knows of the phones of members only.
    fn devices(&self) -> Vec<DeviceSeen> {
        let members = members(&self.settled.facts);
        let is_member = |seen: &&DeviceSeen| members.iter().any(|m| m.user == seen.user);
        self.heard.iter().filter(is_member).copied().collect()
    }
}

/// A time so many seconds later.
pub(crate) fn later(at: Timestamp, seconds: i64) -> Timestamp {
    at.checked_add(seconds.seconds()).unwrap_or(Timestamp::MAX)
}
