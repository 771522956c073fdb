//! A registry that is set back to a backup while people are at work: what was registered, written,
//! closed and enrolled since must come back from the phones, under the names of its authors, with
//! the numbers that it had.

mod work;

use crate::{
    course::TRIES,
    crew::{Crew, seed},
    ledger::{Kind, Tally},
    moment,
    people::Desk,
    registry,
    server::Server,
    words::{Command, Refused},
};
use hejie_case::ids::CaseId;
use hejie_server::clock::Stopwatch;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use uuid::Uuid;

/// Who takes part, and under which name a desk knows them. The sixth enrols after the backup, the
/// seventh has not even an account by then.
const PEOPLE: [(&str, &str); 7] = [
    ("tiaojie1", "调解员 陆安平"),
    ("tiaojie2", "调解员 温和"),
    ("minjing1", "民警 高远"),
    ("wangge2", "网格员 方圆"),
    ("wangge1", "网格员 叶青"),
    ("tiaojie3", "调解员 石敏"),
    ("tiaojie9", "调解员 新安"),
];
/// Those that are enrolled when the backup is made.
const EARLY: [usize; 5] = [0, 1, 2, 3, 4];
/// Whose phones never come back.
const GONE: [usize; 2] = [3, 4];
/// Who enrols after the backup.
const ENROLLED_LATE: usize = 5;
/// Who gets an account after the backup.
const FOUNDED_LATE: usize = 6;
/// Who begins the ten cases.
const BEGUN_BY: [usize; 10] = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2];
/// In which of the ten cases the first two mediators both work, on a draft; none of them is closed.
const DRAFTED: [usize; 3] = [1, 4, 6];
/// Of each kind, so many pieces stand in their entries after any run.
const LEAST: [(Kind, usize); 7] = [
    (Kind::Begin, 15),
    (Kind::Note, 20),
    (Kind::Insert, 20),
    (Kind::Risk, 1),
    (Kind::Party, 1),
    (Kind::Evidence, 9),
    (Kind::Request, 3),
];
const PATIENCE: Duration = Duration::from_secs(60);

/// The course of such a run.
pub struct Restored {
    server: Server,
    crew: Crew,
    cases: Vec<CaseId>,
    before: Before,
}

/// What the registry said before it was set back.
#[derive(Default)]
struct Before {
    numbers: BTreeMap<Uuid, String>,
    outbox: BTreeMap<Uuid, String>,
    writers: BTreeMap<(Uuid, Option<Uuid>), i64>,
    status: BTreeMap<CaseId, Value>,
}

impl Restored {
    /// Five phones and ten cases, each with two helpers, and words of all of them.
    pub fn begin() -> Self {
        let seed = seed();
        let server = Server::found();
        let crew = Crew::new(PEOPLE.len(), &server.data(), &server.address(), seed);
        let mut course = Self {
            server,
            crew,
            cases: Vec::new(),
            before: Before::default(),
        };
        EARLY.iter().for_each(|at| course.enrol(*at));
        for by in BEGUN_BY {
            course.begin_case(by);
        }
        for at in DRAFTED {
            let (by, case) = (BEGUN_BY[at], course.cases[at]);
            course.crew.draft(by, case);
            course.crew.write_note(by, case);
        }
        course.all_exchange(&EARLY);
        for (at, case) in course.cases.clone().into_iter().enumerate() {
            let (first, second) = course.crew.two_of(&EARLY);
            course.let_in(case, &[first, second]);
            if DRAFTED.contains(&at) {
                course.let_in(case, &[0, 1]);
            }
        }
        course.all_exchange(&EARLY);
        course.work(&EARLY, 30);
        course.all_exchange(&EARLY);
        course
    }

    /// A copy of the database is made; nobody tells the phones.
    pub fn back_up(&mut self) {
        self.server.back_up();
    }

    /// What happens after the backup: cases, words, helpers, a danger, two closings, and two people
    /// who are new.
    pub fn go_on(&mut self) {
        let late: Vec<CaseId> = [0, 1, 1].iter().map(|by| self.begin_case(*by)).collect();
        self.all_exchange(&EARLY);
        self.let_in(late[0], &[3]);
        self.let_in(late[1], &[2, 4]);
        self.let_in(late[2], &[3, 4]);
        self.let_in(self.cases[5], &[2, 3]);
        self.enrol(ENROLLED_LATE);
        let (login, name) = PEOPLE[FOUNDED_LATE];
        self.server
            .add_mediator(login, name, "新港街道人民调解委员会");
        self.enrol(FOUNDED_LATE);
        self.let_in(self.cases[1], &[ENROLLED_LATE, FOUNDED_LATE]);
        self.let_in(late[1], &[ENROLLED_LATE]);
        let all: Vec<usize> = (0..PEOPLE.len()).collect();
        self.all_exchange(&all);
        self.work(&all, 60);
        self.close(0, self.cases[0]);
        self.close(1, late[1]);
        self.danger(0, self.cases[2]);
        self.work(&all, 20);
        self.come_to_rest(&all);
        self.note_before();
    }

    /// The server is killed and its database is set back, while the phones hold words that they
    /// have not sent.
    pub fn set_back(&mut self) {
        let back: Vec<usize> = self.coming_back();
        for _ in 0..6 {
            let at = self.crew.one_of(&back);
            self.write_note(at);
        }
        GONE.iter().chain([&FOUNDED_LATE]).for_each(|at| {
            self.crew.phones[*at].kill();
        });
        self.server.set_back();
    }

    /// The phones that are left exchange. The one that the registry has never heard of is enrolled
    /// again.
    pub fn come_back(&mut self) {
        // The registry has never heard of it, and tells it so.
        self.crew.exchange(ENROLLED_LATE);
        self.enrol(ENROLLED_LATE);
        let back = self.coming_back();
        self.come_to_rest(&back);
        for by in [0, 1] {
            self.begin_case(by);
        }
        self.work(&back, 20);
        self.come_to_rest(&back);
        // Words inside of words that were refused come in when nothing in front of them is refused
        // any more.
        for _ in 0..TRIES {
            for at in &back {
                self.crew.retry_rest(*at);
            }
            self.come_to_rest(&back);
        }
    }

    /// Looks for every word, number, effect and author.
    pub fn end(&mut self) {
        let desk = Desk::sign_in(&self.server.address(), "fenliu");
        let details: BTreeMap<CaseId, Value> = self
            .cases
            .iter()
            .map(|case| (*case, desk.case(*case)))
            .collect();
        let refusals: Vec<Vec<Refused>> = (0..PEOPLE.len())
            .map(|at| self.crew.look(at).unwrap().refusals)
            .collect();
        let (tally, faults) = self.crew.ledger.look(&details, &refusals, &self.cases);
        let quarantined = registry::quarantined(&self.server.data());
        let claims = desk.claims();
        println!(
            "{} edits returned, {} faults, {} cases, {} effects, {} open claims, quarantined: {quarantined:?}, {tally:?}",
            self.crew.ledger.count(),
            faults.len(),
            self.cases.len(),
            self.before.outbox.len(),
            claims.as_array().map_or(0, Vec::len),
        );
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert!(faults.is_empty(), "{}", told.join("\n"));
        assert_refusals(&tally, &refusals);
        self.assert_numbers();
        let outbox = registry::outbox(&self.server.data());
        assert_eq!(outbox, self.before.outbox, "effects under their own keys");
        self.assert_writers();
        for (case, status) in &self.before.status {
            assert_eq!(&details[case]["summary"]["status"], status, "{case}");
        }
        // No desk has decided on anything since.
        assert_eq!(claims, Value::Array(Vec::new()));
        self.crew.phones.iter_mut().for_each(|phone| {
            phone.kill();
        });
        self.server.stop();
        self.server.run(&["refold", "--verify"]);
    }

    fn assert_numbers(&self) {
        let numbers = registry::numbers(&self.server.data());
        for (case, number) in &self.before.numbers {
            assert_eq!(numbers.get(case), Some(number), "{case}");
        }
        let distinct: BTreeSet<&String> = numbers.values().collect();
        assert_eq!(distinct.len(), numbers.len(), "a number was given twice");
        assert_eq!(numbers.len(), self.cases.len());
    }

    /// Each author has at least as many changes as before: whatever came back stands under the name
    /// of who wrote it.
    fn assert_writers(&self) {
        let writers = registry::writers(&self.server.data());
        for (whose, changes) in &self.before.writers {
            let now = writers.get(whose).copied().unwrap_or_default();
            assert!(now >= *changes, "{whose:?}: {changes} before, {now} now");
        }
    }

    fn note_before(&mut self) {
        let (data, desk) = (
            self.server.data(),
            Desk::sign_in(&self.server.address(), "fenliu"),
        );
        let status = |case: &CaseId| (*case, desk.case(*case)["summary"]["status"].clone());
        self.before = Before {
            numbers: registry::numbers(&data),
            outbox: registry::outbox(&data),
            writers: registry::writers(&data),
            status: self.cases.iter().map(status).collect(),
        };
        assert_eq!(self.before.numbers.len(), self.cases.len());
        assert!(!self.before.outbox.is_empty(), "there is a danger at least");
        let closed = self.before.status.values().filter(|at| **at == "closed");
        assert_eq!(closed.count(), 2, "{:?}", self.before.status);
    }

    fn coming_back(&self) -> Vec<usize> {
        (0..PEOPLE.len())
            .filter(|at| !GONE.contains(at) && *at != FOUNDED_LATE)
            .collect()
    }

    fn enrol(&mut self, at: usize) {
        self.crew.enrol(at, PEOPLE[at].0);
    }

    fn begin_case(&mut self, by: usize) -> CaseId {
        let case = self.crew.begin_case(by).expect("a case begins");
        self.cases.push(case);
        case
    }

    /// The desk lets people into a case that are not there yet.
    fn let_in(&mut self, case: CaseId, whom: &[usize]) {
        let desk = Desk::sign_in(&self.server.address(), "fenliu");
        let people = desk.people();
        for at in whom {
            let helper = &people[PEOPLE[*at].1];
            if !desk.has(case, helper) {
                desk.add(case, helper);
            }
        }
    }

    fn all_exchange(&mut self, whom: &[usize]) {
        for _ in 0..2 {
            for at in whom {
                self.crew.exchange(*at);
            }
        }
    }

    /// Exchanges until each of these phones holds what the registry holds, twice in a row.
    fn come_to_rest(&mut self, whom: &[usize]) {
        let began = Stopwatch::start();
        let mut calm = 0;
        while calm < 2 {
            let mut waiting = Vec::new();
            for at in whom {
                let done = self.crew.phones[*at].ask(&Command::Exchange);
                let seen = self.crew.look(*at).unwrap();
                if done.is_err() || !seen.is_up_to_date {
                    waiting.push((*at, format!("{done:?} {seen:?}")));
                }
            }
            calm = if waiting.is_empty() { calm + 1 } else { 0 };
            assert!(began.elapsed() < PATIENCE, "never at rest: {waiting:#?}");
            moment::pass(Duration::from_millis(200));
        }
    }
}

/// What was refused is the same fact twice, and keeps no word; in front of words that everybody
/// shares it came about.
fn assert_refusals(tally: &Tally, refusals: &[Vec<Refused>]) {
    for (kind, least) in LEAST {
        let there = tally.there.get(&kind).copied().unwrap_or_default();
        assert!(there >= least, "{there} of {kind:?}: {tally:?}");
    }
    let mut codes = refusals.iter().flatten().map(|one| one.code.as_str());
    assert!(codes.all(|code| code == "entry_exists"), "{refusals:?}");
    assert!(tally.kept.is_empty(), "{tally:?}");
    let refused = tally.refused.get("entry_exists").copied();
    assert!(refused.unwrap_or_default() >= 2, "{tally:?}");
}
