//! The course of a run: people write at random, things are killed or broken, everything comes back, and every word is looked for.

use crate::{
    ledger::Ledger,
    line::Line,
    moment,
    people::{Desk, PASSWORD},
    phones::Phone,
    server::Server,
    words::Command,
};
use hejie_case::ids::{CaseId, EntryId};
use hejie_server::clock::Stopwatch;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::Value;
use std::{collections::BTreeMap, time::Duration};

/// Who takes part, and under which name a desk knows them. The last believes to be a mediator and writes what its role may not.
const PEOPLE: [(&str, &str); 5] = [
    ("tiaojie1", "调解员 陆安平"),
    ("tiaojie2", "调解员 温和"),
    ("minjing1", "民警 高远"),
    ("wangge2", "网格员 方圆"),
    ("wangge1", "网格员 叶青"),
];
/// The phone that lies.
const LIAR: usize = 4;
/// Where the cases happen.
const REGION: &str = "990101001";
/// How long everything may take to come back.
const PATIENCE: Duration = Duration::from_secs(120);

/// A run.
pub struct Course {
    server: Server,
    line: Line,
    phones: Vec<Phone>,
    /// What each phone showed last: cases with the ids of their notes.
    seen: Vec<BTreeMap<String, Vec<String>>>,
    cases: Vec<String>,
    ledger: Ledger,
    rng: StdRng,
    refused: usize,
}

impl Course {
    /// Founds a county, enrols five phones, and lets two of them begin two cases each on which all work.
    pub fn begin() -> Self {
        let seed = std::env::var("HEJIE_SEED")
            .ok()
            .and_then(|seed| seed.parse().ok());
        let seed = seed.unwrap_or_else(|| u64::from(std::process::id()));
        println!("HEJIE_SEED={seed}");
        let server = Server::found();
        let line = Line::to(server.port, seed);
        let address = format!("http://127.0.0.1:{}", line.port);
        let phones = (0..PEOPLE.len())
            .map(|at| Phone::new(server.data().join(format!("phone-{at}")), address.clone()))
            .collect();
        let mut course = Self {
            server,
            line,
            phones,
            seen: vec![BTreeMap::new(); PEOPLE.len()],
            cases: Vec::new(),
            ledger: Ledger::default(),
            rng: StdRng::seed_from_u64(seed),
            refused: 0,
        };
        course.enrol();
        course.share();
        course
    }

    fn enrol(&mut self) {
        for (at, (login, _)) in PEOPLE.iter().enumerate() {
            let command = Command::Enrol {
                login: (*login).into(),
                password: PASSWORD.into(),
                lies: at == LIAR,
            };
            self.phones[at].ask(&command).unwrap();
        }
    }

    fn share(&mut self) {
        for at in [0, 0, 1, 1] {
            let case = self.begin_case(at).expect("a case begins");
            self.cases.push(case);
        }
        for at in [0, 1] {
            self.phones[at].ask(&Command::Exchange).unwrap();
        }
        let desk = Desk::sign_in(&self.server.address(), "fenliu");
        let people = desk.people();
        for case in &self.cases {
            for (_, name) in PEOPLE {
                let here = desk.case(case)["assignments"].to_string();
                if !here.contains(&people[name]) {
                    desk.add(case, &people[name]);
                }
            }
        }
        for at in 0..PEOPLE.len() {
            self.phones[at].ask(&Command::Exchange).unwrap();
            self.look(at);
        }
    }

    /// Lets people write while phones and server are killed, so often.
    pub fn kill(&mut self, kills: usize) {
        // Without refusals in the mix the worst faults stay unseen: the liar's words are refused for good, a bit that flips for now.
        self.line.break_of_1000(100);
        let mut killed = 0;
        while killed < kills {
            let at = self.rng.random_range(0..self.phones.len());
            self.act(at);
            match self.rng.random_range(0..100) {
                0..20 => {
                    self.kill_phone(at);
                    killed += 1;
                }
                20..24 => {
                    self.kill_server(at);
                    killed += 1;
                }
                _ => {}
            }
        }
        self.line.break_of_1000(0);
    }

    /// Lets people write over a line that breaks, until so many requests were broken.
    pub fn break_requests(&mut self, broken: usize) {
        self.line.break_of_1000(400);
        while self.line.broken() < broken {
            let at = self.rng.random_range(0..self.phones.len());
            self.act(at);
            self.exchange(at);
        }
        self.line.break_of_1000(0);
    }

    /// Brings everything back and looks for every word.
    pub fn end(&mut self) {
        self.come_to_rest();
        let desk = Desk::sign_in(&self.server.address(), "fenliu");
        let refusals: Vec<String> = (0..self.phones.len())
            .map(|at| self.phones[at].ask(&Command::Look).unwrap()["refusals"].to_string())
            .collect();
        let mut details: BTreeMap<String, Value> = BTreeMap::new();
        for case in self.seen.iter().flat_map(BTreeMap::keys).chain(&self.cases) {
            details
                .entry(case.clone())
                .or_insert_with(|| desk.case(case));
        }
        let faults = self.ledger.faults(&details, &refusals);
        println!(
            "{} edits returned, {} refused on the way, {} faults",
            self.ledger.count(),
            self.refused,
            faults.len()
        );
        assert!(self.ledger.count() > 0, "nothing was written");
        // Without refusals in the mix the worst faults stay unseen.
        assert!(self.refused > 0, "nothing was refused on the way");
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert!(faults.is_empty(), "{}", told.join("\n"));
        self.phones.iter_mut().for_each(|phone| {
            phone.kill();
        });
        self.server.stop();
        self.server.run(&["refold", "--verify"]);
    }

    /// One random thing that a person does.
    fn act(&mut self, at: usize) {
        if at == LIAR && self.rng.random_range(0..100) < 10 {
            return self.lie();
        }
        match self.rng.random_range(0..100) {
            0..30 => self.write_note(at),
            30..65 => self.insert(at),
            65..72 => self.write_risk(at),
            72..78 => self.add_party(at),
            78..80 => {
                self.begin_case(at);
            }
            80..83 => {
                // What was refused may be refused again.
                self.phones[at].ask(&Command::Retry).ok();
            }
            _ => self.exchange(at),
        }
    }

    /// The liar begins a case, in which no facts say yet what its role is, and writes there what is for mediators alone.
    fn lie(&mut self) {
        if let Some(case) = self.begin_case(LIAR) {
            self.add_party_to(LIAR, &case);
        }
    }

    fn exchange(&mut self, at: usize) {
        // A line or a server that is down is what this is for.
        if self.phones[at].ask(&Command::Exchange).is_ok() {
            self.look(at);
        }
    }

    fn look(&mut self, at: usize) {
        let Ok(seen) = self.phones[at].ask(&Command::Look) else {
            return;
        };
        self.refused += seen["refusals"].as_array().map_or(0, Vec::len);
        self.seen[at] = serde_json::from_value(seen["cases"].clone()).unwrap();
    }

    fn begin_case(&mut self, at: usize) -> Option<String> {
        let (place, word) = self.ledger.note(at, None, "begin");
        let answer = self.phones[at].ask(&Command::Begin {
            region: REGION.into(),
            summary: word,
        });
        let case = answer.ok()?["case"].as_str()?.to_owned();
        self.ledger.returned(place);
        self.seen[at].insert(case.clone(), Vec::new());
        Some(case)
    }

    fn write_note(&mut self, at: usize) {
        let Some(case) = self.some_case(at) else {
            return;
        };
        let (place, word) = self.ledger.note(at, Some(&case), "note");
        let text = format!("{word}。");
        self.write(
            at,
            place,
            &Command::Note {
                case: id(&case),
                text,
            },
        );
    }

    fn write_risk(&mut self, at: usize) {
        let Some(case) = self.some_case(at) else {
            return;
        };
        let (place, text) = self.ledger.note(at, Some(&case), "risk");
        self.write(
            at,
            place,
            &Command::Risk {
                case: id(&case),
                text,
            },
        );
    }

    fn add_party(&mut self, at: usize) {
        let Some(case) = self.some_case(at) else {
            return;
        };
        self.add_party_to(at, &case);
    }

    fn add_party_to(&mut self, at: usize, case: &str) {
        let (place, word) = self.ledger.note(at, Some(case), "party");
        let name = format!("*{word}");
        self.write(
            at,
            place,
            &Command::Party {
                case: id(case),
                name,
            },
        );
    }

    fn insert(&mut self, at: usize) {
        let Some(case) = self.some_case(at) else {
            return;
        };
        let notes = &self.seen[at][&case];
        if notes.is_empty() {
            return;
        }
        // The earliest notes are the ones that everybody writes into.
        let note = &notes[self.rng.random_range(0..notes.len().min(3))];
        let note: EntryId = note.parse().unwrap();
        let (place, word) = self.ledger.note(at, Some(&case), "insert");
        let command = Command::Insert {
            case: id(&case),
            note,
            words: format!("{word}。"),
            at: self.rng.random_range(0..1_000),
        };
        self.write(at, place, &command);
    }

    fn write(&mut self, at: usize, place: usize, command: &Command) {
        let returned = self.phones[at].ask(command);
        if returned.is_ok() {
            self.ledger.returned(place);
        }
    }

    fn some_case(&mut self, at: usize) -> Option<String> {
        let cases: Vec<&String> = self.seen[at].keys().collect();
        let pick = self.rng.random_range(0..cases.len().max(1));
        cases.get(pick).map(|case| (*case).clone())
    }

    /// Kills a phone in the middle of an exchange or of an edit.
    fn kill_phone(&mut self, at: usize) {
        let exchanges = self.rng.random_range(0..3) > 0;
        let wait = Duration::from_micros(self.rng.random_range(0..40_000));
        if exchanges {
            self.phones[at].tell(&Command::Exchange).ok();
            moment::pass(wait);
            self.phones[at].kill();
            return;
        }
        let Some(case) = self.some_case(at) else {
            return;
        };
        let (place, word) = self.ledger.note(at, Some(&case), "note");
        let text = format!("{word}。");
        self.phones[at]
            .tell(&Command::Note {
                case: id(&case),
                text,
            })
            .ok();
        moment::pass(wait / 4);
        let heard = self.phones[at].kill();
        if heard
            .iter()
            .any(|answer| answer.get("ok").is_some_and(|ok| ok["entry"].is_string()))
        {
            self.ledger.returned(place);
        }
    }

    /// Kills the server in the middle of an exchange; people write on meanwhile.
    fn kill_server(&mut self, at: usize) {
        self.phones[at].tell(&Command::Exchange).ok();
        let wait = Duration::from_micros(self.rng.random_range(0..60_000));
        moment::pass(wait);
        self.server.kill();
        self.phones[at].hear().ok();
        for _ in 0..5 {
            let at = self.rng.random_range(0..self.phones.len());
            self.act(at);
        }
        self.server.start();
    }

    /// Exchanges until every phone is up to date.
    fn come_to_rest(&mut self) {
        let began = Stopwatch::start();
        loop {
            let mut waiting = Vec::new();
            for at in 0..self.phones.len() {
                let exchanged = self.phones[at].ask(&Command::Exchange);
                let seen = self.phones[at].ask(&Command::Look);
                match (exchanged, seen) {
                    (Ok(_), Ok(seen)) if seen["is_up_to_date"] == true => {
                        self.seen[at] = serde_json::from_value(seen["cases"].clone()).unwrap();
                    }
                    other => waiting.push((at, format!("{other:?}"))),
                }
            }
            if waiting.is_empty() {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "never at rest: {waiting:#?}");
            moment::pass(Duration::from_millis(100));
        }
    }
}

fn id(case: &str) -> CaseId {
    case.parse().unwrap()
}
