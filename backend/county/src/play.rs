//! One case, played: a server that reconciles it, phones that hold it and write into it, and a
//! clock that moves.

mod agreement;
mod phone;
mod played;
mod write;

pub(crate) use agreement::{Agreed, Promise};
pub(crate) use phone::DemoPhone;
pub(crate) use played::{Halt, Result};
pub use played::{LoggedChange, PhoneOwner, PlayError, Played};
pub(crate) use write::{DemoVisit, notice};

use crate::{chance::Chance, place::DemoPerson, sample::Sample};
use hejie_case::{
    act::{self, Act, DeskAct},
    document::{CaseDoc, RawChange},
    facts::{Duty, Facts, Level, OrgFact, Status},
    ids::{Actor, FileHash},
    policy::Policy,
    reason::Reason,
    reconcile::{
        Effect, OpenedCase, Opening, ReceivedChange, ReconcileInput, ReconcileOutput, members,
        open, reconcile_loaded,
    },
    rights::index_of,
    role::Author,
    rule::{DeviceSeen, Motion},
};
use jiff::{Timestamp, ToSpan};
use std::collections::{BTreeMap, BTreeSet};

/// How often at most time alone changes a case between two acts of people.
const MOMENTS: usize = 40;

/// A case that is being played.
#[derive(Debug)]
pub(crate) struct Play {
    /// The server's time.
    pub(crate) now: Timestamp,
    /// The phones that hold the case.
    pub(crate) phones: Vec<DemoPhone>,
    doc: CaseDoc,
    settled: ReconcileOutput,
    settled_at: Timestamp,
    first: RawChange,
    log: Vec<LoggedChange>,
    told: Vec<(Timestamp, Effect)>,
    heard: Vec<DeviceSeen>,
    authors: Vec<(Actor, Author)>,
    until: Timestamp,
    repeat_calls: u32,
    policy: Policy,
    chance: Chance,
    orgs: Vec<OrgFact>,
    files: BTreeSet<FileHash>,
    identities: BTreeMap<String, String>,
    aside: Vec<(LoggedChange, Reason)>,
    hottest: Level,
}

impl Play {
    /// Opens the case on the server.
    pub(crate) fn open(
        opening: &Opening,
        until: Timestamp,
        chance: Chance,
    ) -> Result<Self, PlayError> {
        let OpenedCase { first, settled, .. } = open(opening)?;
        Ok(Self {
            now: opening.now,
            phones: Vec::new(),
            doc: CaseDoc::load(&settled.snapshot)?,
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
            files: Sample::all().map(Sample::hash).into(),
            identities: BTreeMap::new(),
            aside: Vec::new(),
            hottest: Level::Blue,
        })
    }

    /// Ends the play.
    pub(crate) fn finish(mut self) -> Result<Played, PlayError> {
        match self.pass_to_the_end() {
            Ok(()) | Err(Halt::Curtain) => {}
            Err(Halt::Failed(error)) => return Err(error),
        }
        Ok(Played {
            first: self.first,
            log: self.log,
            objects: index_of(&self.doc)?,
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

    /// The highest colour that the case ever had.
    pub(crate) fn hottest(&self) -> Level {
        self.hottest
    }

    /// The case as it was settled last.
    #[must_use]
    pub(crate) fn settled(&self) -> &ReconcileOutput {
        &self.settled
    }

    /// Lets minutes pass.
    pub(crate) fn wait(&mut self, minutes: i64) -> Result {
        self.wait_until(later(self.now, minutes * 60))
    }

    /// Lets time pass until then; nothing happens if that is over.
    pub(crate) fn wait_until(&mut self, at: Timestamp) -> Result {
        self.pass(at.min(self.until))?;
        self.now = self.now.max(at);
        if self.now >= self.until {
            return Err(Halt::Curtain);
        }
        Ok(())
    }

    /// What comes about by itself until then and moves the case: a suspension or a wait that ends.
    /// Clocks that merely run out are looked at with whatever comes next, because looking at every
    /// rung of every clock would take ten times as long.
    fn pass(&mut self, until: Timestamp) -> Result {
        for _ in 0..MOMENTS {
            let status = self.settled.facts.stage.status();
            let moves = matches!(status, Status::Suspended | Status::PendingClose);
            let Some(next) = self.next_moment(until).filter(|_| moves) else {
                break;
            };
            self.now = self.now.max(next);
            self.reconcile(Vec::new(), Vec::new())?;
        }
        Ok(())
    }

    fn pass_to_the_end(&mut self) -> Result {
        self.pass(self.until)?;
        if self.next_moment(self.until).is_some() {
            self.now = self.until;
            self.reconcile(Vec::new(), Vec::new())?;
        }
        Ok(())
    }

    fn next_moment(&self, until: Timestamp) -> Option<Timestamp> {
        let next = self.settled.next_moment;
        next.filter(|at| *at > self.settled_at && *at <= until)
    }

    /// Gives the case to somebody's phone, whose clock is off by so many seconds; returns its place
    /// among the phones.
    pub(crate) fn hand_to(&mut self, person: &DemoPerson, skew: i64) -> Result<usize> {
        self.know(person);
        let (doc, version) = (self.doc.clone(), self.settled.facts.version);
        let phone = DemoPhone::new(person, doc, version, skew)?;
        self.phones.push(phone);
        self.authors.push((person.actor, person.author));
        Ok(self.phones.len() - 1)
    }

    /// A phone comes back: what it wrote is settled, and it takes what the server has.
    pub(crate) fn sync(&mut self, phone: usize) -> Result {
        let now = self.now;
        let sender = self.phones[phone].sender();
        let changes: Vec<ReceivedChange> = self.phones[phone].take_outbox(now);
        self.heard.retain(|seen| seen.user != sender.author.user);
        self.heard.push(DeviceSeen {
            user: sender.author.user,
            exchanged_at: now,
        });
        let logged = |change: &ReceivedChange| LoggedChange {
            change: change.clone(),
            by: sender,
        };
        self.log.extend(changes.iter().map(logged));
        self.reconcile(changes, Vec::new())?;
        let ReconcileOutput { heads, facts, .. } = &self.settled;
        self.phones[phone].take(&self.doc, heads, facts.version)?;
        Ok(())
    }

    /// Somebody at a desk acts; the answer is why not, if it was refused.
    pub(crate) fn try_act(&mut self, by: Author, act: impl Into<Act>) -> Result<Option<Reason>> {
        let motion = Motion::online(act, by, self.now);
        self.reconcile(Vec::new(), vec![motion])?;
        Ok(self.settled.answers.pop().flatten())
    }

    /// Somebody at a desk acts several times at once; what is not granted is passed over.
    pub(crate) fn try_all(&mut self, by: Author, acts: Vec<DeskAct>) -> Result {
        let now = self.now;
        let motion = |act: DeskAct| Motion::online(act, by, now);
        self.reconcile(Vec::new(), acts.into_iter().map(motion).collect())
    }

    /// Somebody at a desk acts, and is granted it.
    pub(crate) fn act(&mut self, by: Author, act: impl Into<Act>) -> Result {
        match self.try_act(by, act)? {
            None => Ok(()),
            Some(reason) => Err(Halt::Failed(PlayError::Refused(reason))),
        }
    }

    /// Somebody joins the case.
    pub(crate) fn assign(&mut self, by: Author, to: &DemoPerson, duty: Duty) -> Result {
        self.know(to);
        self.act(
            by,
            DeskAct::Assign(act::Assign {
                target: to.author,
                duty,
            }),
        )
    }

    /// A desk offers the case to somebody.
    pub(crate) fn dispatch(&mut self, by: Author, to: &DemoPerson) -> Result {
        self.know(to);
        let (target, expected) = (to.author, "就地化解，按期反馈。".into());
        self.act(by, DeskAct::Dispatch(act::Dispatch { target, expected }))
    }

    /// The server knows the organisation of whoever works on the case.
    fn know(&mut self, person: &DemoPerson) {
        if !self.orgs.iter().any(|org| org.id == person.fact.id) {
            self.orgs.push(person.fact.clone());
        }
    }

    /// Two references to sealed identities are of one person, as the server knows by a keyed hash.
    pub(crate) fn are_one(&mut self, references: [&str; 2]) {
        let hash = String::from("demo-keyed-hash");
        self.identities
            .extend(references.map(|r| (r.to_owned(), hash.clone())));
    }

    /// The server puts what a phone wrote aside, and tells its author why.
    pub(crate) fn put_aside(&mut self, phone: usize, why: &Reason) {
        let (now, by) = (self.now, self.phones[phone].sender());
        for change in self.phones[phone].take_outbox(now) {
            self.aside.push((LoggedChange { change, by }, why.clone()));
        }
    }

    pub(crate) fn chance(&mut self) -> &mut Chance {
        &mut self.chance
    }

    fn reconcile(&mut self, changes: Vec<ReceivedChange>, motions: Vec<Motion>) -> Result {
        let input = ReconcileInput {
            snapshot: std::mem::take(&mut self.settled.snapshot),
            changes,
            facts: self.settled.facts.clone(),
            first_version: 0,
            authors: self.authors.clone(),
            motions,
            devices: self.devices(),
            departed: Vec::new(),
            unknown_orgs: Vec::new(),
            routes: Vec::new(),
            repeat_calls: self.repeat_calls,
            orgs: self.orgs.clone(),
            names: std::collections::BTreeMap::new(),
            files: self.files.clone(),
            identities: self.identities.clone(),
            // In the invented county somebody has asked everybody who they are.
            identified: self.doc.view()?.parties.into_keys().collect(),
            policy: self.policy.clone(),
            now: self.now,
        };
        let settled = reconcile_loaded(&mut self.doc, &input)?;
        if let Some(bad) = settled.unmerged.first() {
            let reason = bad.reason.clone();
            return Err(Halt::Failed(PlayError::Refused(reason)));
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
