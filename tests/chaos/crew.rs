//! People with phones who write at random, each piece noted in the ledger before it is written.

use crate::{
    ledger::{Kind, Ledger},
    people::PASSWORD,
    phones::Phone,
    words::{Command, Done, Look, Shown},
};
use hejie_case::ids::{CaseId, EntryId};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::{collections::BTreeMap, path::Path};

/// Where the cases happen.
const REGION: &str = "990101001";
/// Pieces of evidence on which the draft of a case may rely, at first.
const EVIDENCE: usize = 3;

/// Phones, and what is known of them outside of the product.
pub struct Crew {
    pub phones: Vec<Phone>,
    /// What each phone showed last.
    pub seen: Vec<BTreeMap<CaseId, Shown>>,
    pub ledger: Ledger,
    pub rng: StdRng,
}

/// The seed of a run, which is printed: `HEJIE_SEED`, or another one each time.
pub fn seed() -> u64 {
    let given = std::env::var("HEJIE_SEED");
    let seed = given
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(|| u64::from(std::process::id()));
    println!("HEJIE_SEED={seed}");
    seed
}

impl Crew {
    /// So many phones that are not enrolled yet.
    pub fn new(phones: usize, data: &Path, address: &str, seed: u64) -> Self {
        let phone = |at| Phone::new(data.join(format!("phone-{at}")), address.to_owned());
        Self {
            phones: (0..phones).map(phone).collect(),
            seen: vec![BTreeMap::new(); phones],
            ledger: Ledger::default(),
            rng: StdRng::seed_from_u64(seed),
        }
    }

    pub fn enrol(&mut self, at: usize, login: &str) {
        let (login, password) = (login.into(), PASSWORD.into());
        self.phones[at]
            .ask(&Command::Enrol { login, password })
            .unwrap();
    }

    /// Exchanges and looks; a line or a server that is down is what this is for.
    pub fn exchange(&mut self, at: usize) -> bool {
        let done = self.phones[at].ask(&Command::Exchange).is_ok();
        done && self.look(at).is_ok()
    }

    /// Exchanges until it was done once.
    pub fn exchange_surely(&mut self, at: usize) {
        let done = (0..100).any(|_| self.exchange(at));
        assert!(done, "phone {at} never exchanges");
    }

    /// Exchanges until nothing of the phone waits.
    pub fn send_all(&mut self, at: usize) {
        let is_sent = |seen: Look| seen.waiting == 0;
        let done = (0..100).any(|_| self.exchange(at) && self.look(at).is_ok_and(is_sent));
        assert!(done, "phone {at} never sends all");
    }

    pub fn look(&mut self, at: usize) -> Result<Look, String> {
        let seen = self.phones[at].look()?;
        self.ledger.saw_refused(at, &seen.refusals);
        self.seen[at] = seen.cases.clone();
        Ok(seen)
    }

    /// What was refused is written once more; it may be refused again.
    pub fn retry(&mut self, at: usize) {
        self.try_again(at, false);
    }

    /// The same, without what is refused for good in front of it.
    pub fn retry_rest(&mut self, at: usize) {
        self.try_again(at, true);
    }

    fn try_again(&mut self, at: usize, rest: bool) {
        // Another refusal may have come since.
        self.look(at).ok();
        if let Ok(again) = self.phones[at].ask(&Command::Retry { rest }) {
            let again: Vec<_> = serde_json::from_value(again).unwrap();
            self.ledger.retried(at, &again);
        }
    }

    pub fn begin_case(&mut self, at: usize) -> Option<CaseId> {
        let region = REGION.into();
        let done = self.write(at, None, Kind::Begin, |summary| Command::Begin {
            region,
            summary,
        })?;
        self.seen[at].insert(done.case, Shown::default());
        Some(done.case)
    }

    /// A draft of an agreement, with evidence on which it may rely.
    pub fn draft(&mut self, at: usize, case: CaseId) {
        self.phones[at].write(&Command::Draft { case }).unwrap();
        for _ in 0..EVIDENCE {
            self.add_evidence(at, case);
        }
    }

    pub fn write_note(&mut self, at: usize, case: CaseId) {
        self.write(at, Some(case), Kind::Note, |word| note(case, &word));
    }

    pub fn write_risk(&mut self, at: usize, case: CaseId) {
        self.write(at, Some(case), Kind::Risk, |text| Command::Risk {
            case,
            text,
        });
    }

    pub fn add_party(&mut self, at: usize, case: CaseId) {
        self.write(at, Some(case), Kind::Party, |word| Command::Party {
            case,
            name: format!("*{word}"),
        });
    }

    pub fn add_evidence(&mut self, at: usize, case: CaseId) {
        let sha256 = format!("{:064x}", self.rng.random::<u128>());
        self.write(at, Some(case), Kind::Evidence, |caption| {
            Command::Evidence {
                case,
                caption,
                sha256,
            }
        });
    }

    /// Inserts into one of the earliest notes, into which everybody writes.
    pub fn insert(&mut self, at: usize, case: CaseId) {
        let notes = self.seen[at]
            .get(&case)
            .map_or(0, |shown| shown.notes.len());
        if notes > 0 {
            let one = self.rng.random_range(0..notes.min(3));
            self.insert_into(at, case, self.seen[at][&case].notes[one]);
        }
    }

    /// Two people insert into a note that both know.
    pub fn insert_beside(&mut self, one: usize, other: usize, case: CaseId) {
        let notes = |at: usize| self.seen[at].get(&case).map(|shown| &shown.notes[..]);
        let there = notes(other).unwrap_or_default();
        let shared = notes(one).unwrap_or_default().iter();
        let shared = shared.take(3).find(|note| there.contains(note)).copied();
        if let Some(note) = shared {
            self.insert_into(one, case, note);
            self.insert_into(other, case, note);
        }
    }

    fn insert_into(&mut self, at: usize, case: CaseId, note: EntryId) {
        let place = self.rng.random_range(0..1_000);
        self.write(at, Some(case), Kind::Insert, |word| Command::Insert {
            case,
            note,
            words: format!("{word}。"),
            at: place,
        });
    }

    /// Two people say, neither knowing of the other, that a draft relies on the same piece of
    /// evidence: the server takes that once. Behind it both write into the same note. The second
    /// has that acknowledged before the first is refused what stands in front of his or hers.
    pub fn clash(&mut self, first: usize, second: usize, case: CaseId) {
        let seen = |at: usize| self.seen[at].get(&case).cloned().unwrap_or_default();
        let (one, other) = (seen(first), seen(second));
        let pair = one.uncited.iter().find(|pair| other.uncited.contains(pair));
        let note = one.notes.iter().find(|note| other.notes.contains(note));
        let (Some((draft, evidence)), Some(note)) = (pair.copied(), note.copied()) else {
            return;
        };
        let cite = Command::Cite {
            case,
            draft,
            evidence,
        };
        // Whoever has heard of the other meanwhile is told so by the phone.
        let cited = [second, first].map(|at| self.phones[at].write(&cite).is_ok());
        self.insert_into(second, case, note);
        self.exchange(second);
        self.insert_into(first, case, note);
        if cited == [true, true] {
            self.exchange(first);
        }
    }

    pub fn write(
        &mut self,
        at: usize,
        case: Option<CaseId>,
        kind: Kind,
        say: impl FnOnce(String) -> Command,
    ) -> Option<Done> {
        let (place, word) = self.ledger.note(at, case, kind);
        // What the phone does not take was not written.
        let done = self.phones[at].write(&say(word)).ok()?;
        self.ledger.returned(place, done);
        Some(done)
    }

    pub fn some_case(&mut self, at: usize) -> Option<CaseId> {
        let cases: Vec<CaseId> = self.seen[at].keys().copied().collect();
        let pick = self.rng.random_range(0..cases.len().max(1));
        cases.get(pick).copied()
    }

    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.rng.random_range(0..all.len())]
    }

    /// Two different ones.
    pub fn two_of(&mut self, all: &[usize]) -> (usize, usize) {
        let first = self.rng.random_range(0..all.len());
        let step = self.rng.random_range(1..all.len());
        (all[first], all[(first + step) % all.len()])
    }
}

/// A note that says one word.
pub fn note(case: CaseId, word: &str) -> Command {
    let text = format!("{word}。");
    Command::Note { case, text }
}
