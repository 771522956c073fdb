//! What each author saw returned, and where it is looked for afterwards.

use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// One piece of writing.
#[derive(Debug, Clone)]
struct Written {
    /// The word that it carries, which no other piece has.
    word: String,
    /// The phone.
    phone: usize,
    /// The case; none where it begins one.
    case: Option<String>,
    /// What kind of writing.
    kind: &'static str,
    /// The call that wrote it has returned.
    returned: bool,
}

/// Everything that was written.
#[derive(Debug, Default)]
pub struct Ledger {
    written: Vec<Written>,
}

/// What is wrong with one word.
pub struct Fault {
    written: Written,
    what: &'static str,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Written {
            word,
            phone,
            case,
            kind,
            ..
        } = &self.written;
        let case = case.as_deref().unwrap_or("a case of its own");
        write!(
            f,
            "{}: {word}, {kind} of phone {phone} in {case}",
            self.what
        )
    }
}

impl Ledger {
    /// Notes a piece before it is written; returns its place and its word.
    pub fn note(
        &mut self,
        phone: usize,
        case: Option<&str>,
        kind: &'static str,
    ) -> (usize, String) {
        let at = self.written.len();
        let word = format!("甲{phone}乙{at:05}丙");
        self.written.push(Written {
            word: word.clone(),
            phone,
            case: case.map(str::to_owned),
            kind,
            returned: false,
        });
        (at, word)
    }

    /// The call that wrote a piece has returned.
    pub fn returned(&mut self, at: usize) {
        self.written[at].returned = true;
    }

    /// How many pieces returned.
    pub fn count(&self) -> usize {
        self.written.iter().filter(|one| one.returned).count()
    }

    /// Looks for every word: in the entries of all cases, and in the refusals of its author's phone.
    pub fn faults(&self, cases: &BTreeMap<String, Value>, refusals: &[String]) -> Vec<Fault> {
        let entries: BTreeMap<&str, String> = cases
            .iter()
            .map(|(case, detail)| (case.as_str(), entries_of(detail)))
            .collect();
        let mut faults = Vec::new();
        for written in &self.written {
            let times = |entries: &String| entries.matches(&written.word).count();
            let found: usize = entries.values().map(times).sum();
            // Where it begins one, nobody knew the case before.
            let home = written.case.as_deref().and_then(|case| entries.get(case));
            let at_home = home.map_or(found, times);
            let refused = refusals[written.phone].contains(&written.word);
            let what = match (found, refused) {
                (0, false) if written.returned => "missing",
                (2.., _) => "twice",
                (1, _) if at_home == 0 => "in another case",
                _ => continue,
            };
            faults.push(Fault {
                written: written.clone(),
                what,
            });
        }
        faults
    }
}

/// The parts of a case in which words count: each stands in one of them.
const PARTS: [&str; 5] = ["intake", "notes", "risks", "parties", "requests"];

fn entries_of(detail: &Value) -> String {
    let parts: BTreeSet<String> = PARTS.iter().map(|part| detail[part].to_string()).collect();
    parts.into_iter().collect()
}
