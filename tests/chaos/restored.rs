//! A registry that is set back to a backup while people are at work: what was registered, written, closed and enrolled since must
//! come back from the phones, under the names of its authors, with the numbers that it had.

mod work;

use crate::{
    ledger::Ledger,
    moment,
    people::{Desk, PASSWORD},
    phones::Phone,
    registry,
    server::Server,
    words::Command,
};
use hejie_server::clock::Stopwatch;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use uuid::Uuid;

/// Who takes part, and under which name a desk knows them. The sixth enrols after the backup, the seventh has not even an account by
/// then.
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
const REGION: &str = "990101001";
const PATIENCE: Duration = Duration::from_secs(60);

/// The course of such a run.
pub struct Restored {
    server: Server,
    phones: Vec<Phone>,
    seen: Vec<BTreeMap<String, Vec<String>>>,
    cases: Vec<String>,
    ledger: Ledger,
    rng: StdRng,
    before: Before,
}

/// What the registry said before it was set back.
#[derive(Default)]
struct Before {
    numbers: BTreeMap<Uuid, String>,
    outbox: BTreeMap<Uuid, String>,
    writers: BTreeMap<(Uuid, Option<Uuid>), i64>,
    status: BTreeMap<String, Value>,
}

impl Restored {
    /// Five phones and ten cases, each with two helpers, and words of all of them.
    pub fn begin() -> Self {
        let seed = std::env::var("HEJIE_SEED")
            .ok()
            .and_then(|seed| seed.parse().ok())
            .unwrap_or_else(|| u64::from(std::process::id()));
        println!("HEJIE_SEED={seed}");
        let server = Server::found();
        let phone = |at| Phone::new(server.data().join(format!("phone-{at}")), server.address());
        let phones = (0..PEOPLE.len()).map(phone).collect();
        let mut course = Self {
            server,
            phones,
            seen: vec![BTreeMap::new(); PEOPLE.len()],
            cases: Vec::new(),
            ledger: Ledger::default(),
            rng: StdRng::seed_from_u64(seed),
            before: Before::default(),
        };
        EARLY.iter().for_each(|at| course.enrol(*at));
        for by in BEGUN_BY {
            course.begin_case(by);
        }
        EARLY.iter().for_each(|at| course.exchange(*at));
        for case in course.cases.clone() {
            let first = course.rng.random_range(0..EARLY.len());
            let second = course.rng.random_range(0..EARLY.len());
            course.let_in(&case, &[first, second]);
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

    /// What happens after the backup: cases, words, helpers, a danger, two closings, and two people who are new.
    pub fn go_on(&mut self) {
        let late: Vec<String> = [0, 1, 1].iter().map(|by| self.begin_case(*by)).collect();
        self.all_exchange(&EARLY);
        self.let_in(&late[0], &[3]);
        self.let_in(&late[1], &[2, 4]);
        self.let_in(&late[2], &[3, 4]);
        let old = self.cases[5].clone();
        self.let_in(&old, &[2, 3]);
        self.enrol(ENROLLED_LATE);
        let (login, name) = PEOPLE[FOUNDED_LATE];
        self.server
            .add_mediator(login, name, "新港街道人民调解委员会");
        self.enrol(FOUNDED_LATE);
        let shared = self.cases[1].clone();
        self.let_in(&shared, &[ENROLLED_LATE, FOUNDED_LATE]);
        self.let_in(&late[1], &[ENROLLED_LATE]);
        let all: Vec<usize> = (0..PEOPLE.len()).collect();
        self.all_exchange(&all);
        self.work(&all, 60);
        self.close(0, &self.cases[0].clone());
        self.close(1, &late[1]);
        self.danger(0, &self.cases[2].clone());
        self.work(&all, 20);
        self.come_to_rest(&all);
        self.note_before();
    }

    /// The server is killed and its database is set back, while the phones hold words that they have not sent.
    pub fn set_back(&mut self) {
        let back: Vec<usize> = self.coming_back();
        for _ in 0..6 {
            let at = back[self.rng.random_range(0..back.len())];
            self.write_note(at);
        }
        GONE.iter().chain([&FOUNDED_LATE]).for_each(|at| {
            self.phones[*at].kill();
        });
        self.server.set_back();
    }

    /// The phones that are left exchange. The one that the registry has never heard of is enrolled again.
    pub fn come_back(&mut self) {
        self.exchange(ENROLLED_LATE);
        self.enrol(ENROLLED_LATE);
        let back = self.coming_back();
        self.come_to_rest(&back);
        for by in [0, 1] {
            self.begin_case(by);
        }
        self.work(&back, 20);
        self.come_to_rest(&back);
    }

    /// Looks for every word, number, effect and author.
    pub fn end(&mut self) {
        let desk = Desk::sign_in(&self.server.address(), "fenliu");
        let details: BTreeMap<String, Value> = self
            .cases
            .iter()
            .map(|case| (case.clone(), desk.case(case)))
            .collect();
        let refusals: Vec<String> = (0..PEOPLE.len()).map(|at| self.refusals(at)).collect();
        let faults = self.ledger.faults(&details, &refusals);
        let quarantined = registry::quarantined(&self.server.data());
        let claims = desk.claims();
        println!(
            "{} edits returned, {} faults, {} cases, {} effects, {} open claims, quarantined: {quarantined:?}",
            self.ledger.count(),
            faults.len(),
            self.cases.len(),
            self.before.outbox.len(),
            claims.as_array().map_or(0, Vec::len),
        );
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert!(faults.is_empty(), "{}", told.join("\n"));
        self.assert_numbers();
        let outbox = registry::outbox(&self.server.data());
        assert_eq!(outbox, self.before.outbox, "effects under their own keys");
        self.assert_writers();
        for (case, status) in &self.before.status {
            assert_eq!(&details[case]["summary"]["status"], status, "{case}");
        }
        // No desk has decided on anything since.
        assert_eq!(claims, Value::Array(Vec::new()));
        self.phones.iter_mut().for_each(|phone| {
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

    /// Each author has at least as many changes as before: whatever came back stands under the name of who wrote it.
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
        let status = |case: &String| (case.clone(), desk.case(case)["summary"]["status"].clone());
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
        let (login, password) = (PEOPLE[at].0.into(), PASSWORD.into());
        let command = Command::Enrol {
            login,
            password,
            lies: false,
        };
        self.phones[at].ask(&command).unwrap();
    }

    fn begin_case(&mut self, by: usize) -> String {
        let (place, summary) = self.ledger.note(by, None, "begin");
        let region = REGION.into();
        let begun = self.phones[by].ask(&Command::Begin { region, summary });
        let case = begun.unwrap()["case"].as_str().unwrap().to_owned();
        self.ledger.returned(place);
        self.seen[by].insert(case.clone(), Vec::new());
        self.cases.push(case.clone());
        case
    }

    /// The desk lets people into a case that are not there yet.
    fn let_in(&mut self, case: &str, whom: &[usize]) {
        let desk = Desk::sign_in(&self.server.address(), "fenliu");
        let people = desk.people();
        for at in whom {
            let user = &people[PEOPLE[*at].1];
            if !desk.case(case)["assignments"].to_string().contains(user) {
                desk.add(case, user);
            }
        }
    }

    fn exchange(&mut self, at: usize) {
        // A phone that the registry does not know is told so; it is enrolled anew then.
        if self.phones[at].ask(&Command::Exchange).is_ok() {
            self.look(at);
        }
    }

    fn all_exchange(&mut self, whom: &[usize]) {
        for _ in 0..2 {
            whom.iter().for_each(|at| self.exchange(*at));
        }
    }

    fn look(&mut self, at: usize) -> Value {
        let seen = self.phones[at].ask(&Command::Look).unwrap();
        self.seen[at] = serde_json::from_value(seen["cases"].clone()).unwrap();
        seen
    }

    fn refusals(&mut self, at: usize) -> String {
        self.phones[at].ask(&Command::Look).unwrap()["refusals"].to_string()
    }

    /// Exchanges until each of these phones holds what the registry holds, twice in a row.
    fn come_to_rest(&mut self, whom: &[usize]) {
        let began = Stopwatch::start();
        let mut calm = 0;
        while calm < 2 {
            let mut waiting = Vec::new();
            for at in whom {
                let done = self.phones[*at].ask(&Command::Exchange);
                let seen = self.look(*at);
                if done.is_err() || seen["is_up_to_date"] != true {
                    waiting.push((*at, format!("{done:?} {seen}")));
                }
            }
            calm = if waiting.is_empty() { calm + 1 } else { 0 };
            assert!(began.elapsed() < PATIENCE, "never at rest: {waiting:#?}");
            moment::pass(Duration::from_millis(200));
        }
    }
}
