//! What people write before and after the backup, each piece noted in the ledger.

use super::{DRAFTED, Restored};
use crate::{ledger::Kind, words::Command};
use hejie_case::ids::CaseId;
use rand::RngExt;

impl Restored {
    /// So many random pieces of work, with an exchange now and then. In front of some words that
    /// everybody shares stands what the server refuses, and what was refused is tried again.
    pub(super) fn work(&mut self, whom: &[usize], pieces: usize) {
        for piece in 0..pieces {
            let at = self.crew.one_of(whom);
            if piece % 10 == 0 {
                self.clash();
            }
            let Some(case) = self.crew.some_case(at) else {
                continue;
            };
            match self.crew.rng.random_range(0..21) {
                0..6 => self.write_note(at),
                6..12 => self.crew.insert(at, case),
                12..14 => self.crew.write_risk(at, case),
                14..16 => self.crew.add_party(at, case),
                16 => self.crew.retry(at),
                _ => drop(self.crew.exchange(at)),
            }
        }
    }

    pub(super) fn write_note(&mut self, at: usize) {
        if let Some(case) = self.crew.some_case(at) {
            self.crew.write_note(at, case);
        }
    }

    fn clash(&mut self) {
        let case = self.cases[self.crew.one_of(&DRAFTED)];
        let (first, second) = self.crew.two_of(&[0, 1]);
        self.crew.clash(first, second, case);
    }

    /// Signs, arrives and asks to close; the registry rules on it when the helpers have been heard.
    pub(super) fn close(&mut self, at: usize, case: CaseId) {
        self.crew.phones[at].ask(&Command::SignFor { case }).ok();
        let arrived = self.crew.phones[at].ask(&Command::Arrive { case });
        arrived.unwrap();
        self.crew
            .write(at, Some(case), Kind::Request, |word| Command::Close {
                case,
                feedback: format!("双方已自行和解，{word}。"),
            });
        self.crew.exchange(at);
    }

    pub(super) fn danger(&mut self, at: usize, case: CaseId) {
        self.crew
            .write(at, Some(case), Kind::Request, |word| Command::Danger {
                case,
                what: format!("持械威胁，{word}。"),
            });
        self.crew.exchange(at);
    }
}
