//! The course of a run: people write at random, things are killed or broken, everything comes back,
//! and every word is looked for.

use crate::{
    crew::{Crew, note, seed},
    ledger::{Kind, Tally},
    line::Line,
    moment,
    people::Desk,
    server::Server,
    words::{Command, Done, Refused},
};
use hejie_case::ids::CaseId;
use hejie_server::clock::Stopwatch;
use rand::RngExt;
use serde_json::Value;
use std::{collections::BTreeMap, time::Duration};

/// Who takes part, and under which name a desk knows them.
const PEOPLE: [(&str, &str); 5] = [
    ("tiaojie1", "调解员 陆安平"),
    ("tiaojie2", "调解员 温和"),
    ("minjing1", "民警 高远"),
    ("wangge2", "网格员 方圆"),
    ("wangge1", "网格员 叶青"),
];
/// A grid worker who is a mediator, too, and works on the shared cases as one: that role ends now
/// and then, and comes back.
const LENT: usize = 4;
/// For whom he or she mediates.
const LENT_TO: [&str; 4] = ["--org", "新港街道人民调解委员会", "--role", "mediator"];
/// The mediators of the shared cases, who write drafts.
const MEDIATORS: [usize; 3] = [0, 1, LENT];
/// How often the role ends in a run.
const LEAVES: usize = 3;

/// How often people try again at the end: words inside of words inside of words.
pub const TRIES: usize = 3;
/// Who begins the shared cases.
const BEGUN_BY: [usize; 4] = [0, 0, 1, 1];
/// How long everything may take to come back.
const PATIENCE: Duration = Duration::from_secs(120);
/// A claim of time counts seconds: what is written after this much time claims a later one.
const SECOND: Duration = Duration::from_millis(1_100);
/// Of each kind, so many pieces stand in their entries after any run.
const LEAST: [(Kind, usize); 6] = [
    (Kind::Begin, 4),
    (Kind::Note, 30),
    (Kind::Insert, 40),
    (Kind::Risk, 3),
    (Kind::Party, 3),
    (Kind::Evidence, 12),
];

/// A run.
pub struct Course {
    server: Server,
    line: Line,
    crew: Crew,
    /// The cases on which all work.
    cases: Vec<CaseId>,
}

impl Course {
    /// Founds a county, enrols five phones, and lets two of them begin two cases each on which all
    /// work.
    pub fn begin() -> Self {
        let seed = seed();
        let server = Server::found();
        let line = Line::to(server.port, seed);
        let address = format!("http://127.0.0.1:{}", line.port);
        let mut crew = Crew::new(PEOPLE.len(), &server.data(), &address, seed);
        for (at, (login, _)) in PEOPLE.iter().enumerate() {
            crew.enrol(at, login);
        }
        let cases = Vec::new();
        let mut course = Self {
            server,
            line,
            crew,
            cases,
        };
        // The phone is enrolled in the other role: that one stays, and the phone with it.
        course.lent_role("grant");
        course.share();
        course
    }

    fn share(&mut self) {
        for at in BEGUN_BY {
            let case = self.crew.begin_case(at).expect("a case begins");
            self.crew.draft(at, case);
            self.crew.write_note(at, case);
            self.cases.push(case);
        }
        for at in [0, 1] {
            self.crew.exchange_surely(at);
        }
        let desk = Desk::sign_in(&self.server.address(), "fenliu");
        let people = desk.people();
        for case in &self.cases {
            for (_, name) in PEOPLE {
                if !desk.has(*case, &people[name]) {
                    desk.add(*case, &people[name]);
                }
            }
        }
        for at in 0..PEOPLE.len() {
            self.crew.exchange_surely(at);
        }
    }

    /// Lets people write while phones and server are killed, so often.
    pub fn kill(&mut self, kills: usize) {
        // A bit that flips is refused for now; what is refused for good comes of what people do.
        self.line.break_of_1000(100);
        let (mut killed, mut left) = (0, 0);
        while killed < kills {
            if killed * LEAVES >= left * kills {
                self.leave();
                left += 1;
            }
            let at = self.someone();
            self.act(at);
            match self.crew.rng.random_range(0..100) {
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
        let mut left = 0;
        while self.line.broken() < broken {
            if self.line.broken() * LEAVES >= left * broken {
                self.leave();
                left += 1;
            }
            let at = self.someone();
            self.act(at);
            self.crew.exchange(at);
        }
        self.line.break_of_1000(0);
    }

    /// Brings everything back and looks for every word.
    pub fn end(&mut self) {
        let refusals = self.come_to_rest();
        let desk = Desk::sign_in(&self.server.address(), "fenliu");
        let known = self.crew.seen.iter().flat_map(BTreeMap::keys);
        let details: BTreeMap<CaseId, Value> = known
            .chain(&self.cases)
            .map(|case| (*case, desk.case(*case)))
            .collect();
        let (tally, faults) = self.crew.ledger.look(&details, &refusals, &self.cases);
        let count = self.crew.ledger.count();
        println!("{count} edits returned, {} faults, {tally:?}", faults.len());
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert!(faults.is_empty(), "{}", told.join("\n"));
        assert_did_enough(&tally);
        // What kept pieces of work out has passed, and their authors tried again; the same fact
        // twice stays refused.
        let codes = refusals.iter().flatten().map(|one| one.code.as_str());
        assert!(
            codes.clone().all(|code| code == "entry_exists"),
            "{refusals:?}"
        );
        assert!(tally.kept.is_empty(), "{tally:?}");
        self.crew.phones.iter_mut().for_each(|phone| {
            phone.kill();
        });
        self.server.stop();
        self.server.run(&["refold", "--verify"]);
    }

    fn someone(&mut self) -> usize {
        self.crew.rng.random_range(0..PEOPLE.len())
    }

    /// One random thing that a person does.
    fn act(&mut self, at: usize) {
        let what = self.crew.rng.random_range(0..100);
        let Some(case) = self.crew.some_case(at) else {
            self.crew.exchange(at);
            return;
        };
        match what {
            0..28 => self.crew.write_note(at, case),
            28..58 => self.crew.insert(at, case),
            58..63 => self.crew.write_risk(at, case),
            63..69 => self.crew.add_party(at, case),
            69..72 => self.crew.add_evidence(at, case),
            72..74 => drop(self.crew.begin_case(at)),
            74..79 => self.clash(),
            79..82 => self.crew.retry(at),
            _ => drop(self.crew.exchange(at)),
        }
    }

    fn clash(&mut self) {
        let case = self.crew.one_of(&self.cases);
        let (first, second) = self.crew.two_of(&MEDIATORS);
        self.crew.clash(first, second, case);
    }

    /// A role ends while its holder works on and knows nothing of it: all of it is refused. The
    /// role comes back, and so do the cases; what was refused is written once more, into notes that
    /// others have gone on with.
    fn leave(&mut self) {
        self.crew.send_all(LENT);
        self.lent_role("revoke-role");
        moment::pass(SECOND);
        for case in self.cases.clone() {
            let other = self.crew.one_of(&[0, 1, 2, 3]);
            for _ in 0..3 {
                self.crew.insert_beside(LENT, other, case);
            }
            self.crew.write_note(LENT, case);
            self.crew.exchange_surely(other);
        }
        self.crew.exchange_surely(LENT);
        self.lent_role("grant");
        self.crew.exchange_surely(LENT);
        self.crew.retry(LENT);
    }

    fn lent_role(&self, how: &str) {
        let (login, _) = PEOPLE[LENT];
        let command = [&["account", how, login], &LENT_TO[..]].concat();
        self.server.run(&command);
    }

    /// Kills a phone in the middle of an exchange or of an edit.
    fn kill_phone(&mut self, at: usize) {
        let exchanges = self.crew.rng.random_range(0..3) > 0;
        let wait = Duration::from_micros(self.crew.rng.random_range(0..40_000));
        if exchanges {
            self.crew.phones[at].tell(&Command::Exchange).ok();
            moment::pass(wait);
            self.crew.phones[at].kill();
            return;
        }
        let Some(case) = self.crew.some_case(at) else {
            return;
        };
        let (place, word) = self.crew.ledger.note(at, Some(case), Kind::Note);
        self.crew.phones[at].tell(&note(case, &word)).ok();
        moment::pass(wait / 4);
        let heard = self.crew.phones[at].kill();
        let mut done = heard.iter().filter_map(|answer| answer.get("ok"));
        let done = done.find_map(|ok| serde_json::from_value::<Done>(ok.clone()).ok());
        if let Some(done) = done {
            self.crew.ledger.returned(place, done);
        }
    }

    /// Kills the server in the middle of an exchange; people write on meanwhile.
    fn kill_server(&mut self, at: usize) {
        self.crew.phones[at].tell(&Command::Exchange).ok();
        let wait = Duration::from_micros(self.crew.rng.random_range(0..60_000));
        moment::pass(wait);
        self.server.kill();
        self.crew.phones[at].hear().ok();
        for _ in 0..5 {
            let at = self.someone();
            self.act(at);
        }
        self.server.start();
    }

    /// Exchanges until every phone is up to date, tries again what was refused, and exchanges
    /// again; then what was written inside of words that were refused, which comes in when nothing
    /// in front of it is refused any more. Returns what is refused then.
    fn come_to_rest(&mut self) -> Vec<Vec<Refused>> {
        self.quiet();
        for at in 0..PEOPLE.len() {
            self.crew.retry(at);
        }
        let mut refusals = self.quiet();
        for _ in 0..TRIES {
            if refusals
                .iter()
                .flatten()
                .all(|one| one.code == "entry_exists")
            {
                break;
            }
            for at in 0..PEOPLE.len() {
                self.crew.retry_rest(at);
            }
            refusals = self.quiet();
        }
        refusals
    }

    fn quiet(&mut self) -> Vec<Vec<Refused>> {
        let began = Stopwatch::start();
        loop {
            let (mut waiting, mut refusals) = (Vec::new(), Vec::new());
            for at in 0..PEOPLE.len() {
                let exchanged = self.crew.phones[at].ask(&Command::Exchange);
                match (exchanged, self.crew.look(at)) {
                    (Ok(_), Ok(seen)) if seen.is_up_to_date => refusals.push(seen.refusals),
                    other => waiting.push((at, format!("{other:?}"))),
                }
            }
            if waiting.is_empty() {
                return refusals;
            }
            assert!(began.elapsed() < PATIENCE, "never at rest: {waiting:#?}");
            moment::pass(Duration::from_millis(100));
        }
    }
}

/// Without refusals in front of words in shared texts, and without words that come back after a
/// refusal, the worst faults stay unseen.
fn assert_did_enough(tally: &Tally) {
    for (kind, least) in LEAST {
        let there = tally.there.get(&kind).copied().unwrap_or_default();
        assert!(there >= least, "{there} of {kind:?}: {tally:?}");
    }
    let refused = |code: &str| tally.refused.get(code).copied().unwrap_or_default();
    assert!(refused("entry_exists") >= 3, "{tally:?}");
    assert!(refused("no_longer_yours") >= 2 * LEAVES, "{tally:?}");
    for kind in [Kind::Note, Kind::Insert] {
        let retried = tally.retried.get(&kind).copied().unwrap_or_default();
        assert!(retried >= LEAVES, "{retried} of {kind:?}: {tally:?}");
    }
}
