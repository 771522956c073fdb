//! What people write before and after the backup, each piece noted in the ledger.

use super::Restored;
use crate::words::Command;
use hejie_case::ids::{CaseId, EntryId};
use rand::RngExt;

impl Restored {
    /// So many random pieces of work, with an exchange now and then.
    pub(super) fn work(&mut self, whom: &[usize], pieces: usize) {
        for _ in 0..pieces {
            let at = whom[self.rng.random_range(0..whom.len())];
            match self.rng.random_range(0..10) {
                0..3 => self.write_note(at),
                3..6 => self.insert(at),
                6 => self.write(at, "risk", |case, text| Command::Risk { case, text }),
                7 => self.write(at, "party", |case, word| Command::Party {
                    case,
                    name: format!("*{word}"),
                }),
                _ => self.exchange(at),
            }
        }
    }

    pub(super) fn write_note(&mut self, at: usize) {
        self.write(at, "note", |case, word| Command::Note {
            case,
            text: format!("{word}。"),
        });
    }

    fn insert(&mut self, at: usize) {
        let noted: Vec<(String, String)> = self.seen[at]
            .iter()
            .filter_map(|(case, notes)| Some((case.clone(), notes.first()?.clone())))
            .collect();
        if noted.is_empty() {
            return;
        }
        let (case, note) = noted[self.rng.random_range(0..noted.len())].clone();
        let note: EntryId = note.parse().unwrap();
        let place = self.rng.random_range(0..1_000);
        self.write_in(at, &case, "insert", |case, word| Command::Insert {
            case,
            note,
            words: format!("{word}。"),
            at: place,
        });
    }

    fn write(&mut self, at: usize, kind: &'static str, say: impl Fn(CaseId, String) -> Command) {
        let cases: Vec<String> = self.seen[at].keys().cloned().collect();
        if !cases.is_empty() {
            let case = &cases[self.rng.random_range(0..cases.len())];
            self.write_in(at, case, kind, say);
        }
    }

    fn write_in(
        &mut self,
        at: usize,
        case: &str,
        kind: &'static str,
        say: impl Fn(CaseId, String) -> Command,
    ) {
        let (place, word) = self.ledger.note(at, Some(case), kind);
        // A case that is closed takes no more words: the phone says so, and nothing was written.
        if self.phones[at]
            .ask(&say(case.parse().unwrap(), word))
            .is_ok()
        {
            self.ledger.returned(place);
        }
    }

    /// Signs, arrives and asks to close; the registry rules on it when the helpers have been heard.
    pub(super) fn close(&mut self, at: usize, case: &str) {
        let id: CaseId = case.parse().unwrap();
        self.phones[at].ask(&Command::SignFor { case: id }).ok();
        self.phones[at].ask(&Command::Arrive { case: id }).unwrap();
        self.write_in(at, case, "close", |case, word| Command::Close {
            case,
            feedback: format!("双方已自行和解，{word}。"),
        });
        self.exchange(at);
    }

    pub(super) fn danger(&mut self, at: usize, case: &str) {
        self.write_in(at, case, "danger", |case, word| Command::Danger {
            case,
            what: format!("持械威胁，{word}。"),
        });
        self.exchange(at);
    }
}
