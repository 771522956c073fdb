//! Random schedules of three phones and an office, lines cut and phones killed at random: in the
//! end all hold the same, and every word that was written is in a text, or in a refusal that its
//! author can read. The words are kept beside the engine. The seed is fixed; `PROPTEST_RNG_SEED`
//! and `PROPTEST_CASES` look further.

use crate::{
    office::{FOR_ALL, Office, refused_as},
    phone::{Phone, enrolment, noon},
};
use hejie_case::{
    conflict::{DetectInput, conflicts},
    ids::{CaseId, EntryId},
};
use hejie_device::engine::{EngineError, Intent, Readiness};
use proptest::{prelude::*, test_runner::RngSeed};

#[derive(Debug, Clone)]
enum Step {
    Note(usize),
    Rewrite(usize, usize),
    Exchange(usize),
    LoseAnswer(usize),
    LoseRequest(usize),
    WriteDuringExchange(usize),
    Die(usize),
    Refuse(usize, usize),
    RefuseAll(usize),
    Retry(usize, usize),
    EnrolAnew(usize),
    RestoreServer(usize),
    TakeOut(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let phone = 0..3usize;
    prop_oneof![
        4 => phone.clone().prop_map(Step::Note),
        4 => (phone.clone(), 0..8usize).prop_map(|(p, n)| Step::Rewrite(p, n)),
        5 => phone.clone().prop_map(Step::Exchange),
        1 => phone.clone().prop_map(Step::LoseAnswer),
        1 => phone.clone().prop_map(Step::LoseRequest),
        2 => phone.clone().prop_map(Step::WriteDuringExchange),
        1 => phone.clone().prop_map(Step::Die),
        2 => (phone.clone(), 0..4usize).prop_map(|(p, n)| Step::Refuse(p, n)),
        1 => phone.clone().prop_map(Step::RefuseAll),
        4 => (phone.clone(), 0..3usize).prop_map(|(p, n)| Step::Retry(p, n)),
        1 => phone.prop_map(Step::EnrolAnew),
        1 => (0..6usize).prop_map(Step::RestoreServer),
        1 => (0..6usize).prop_map(Step::TakeOut),
    ]
}

struct World {
    office: Office,
    phones: Vec<Phone>,
    case: CaseId,
    written: Vec<EntryId>,
    /// Sentences that stand nowhere else, each written once by somebody; they begin and end alike.
    words: Vec<String>,
    /// The last actor that a phone got anew.
    actors: u8,
    has_gone_back: bool,
}

/// No phone has this actor; those that come after it are given anew.
const FIRST_ANEW: u8 = 0x50;

impl World {
    fn new() -> Self {
        let mut office = Office::new(noon());
        let mut phones: Vec<Phone> = (1..=3).map(Phone::new).collect();
        let case = phones[0].begin_case("随机的一案");
        phones
            .iter_mut()
            .for_each(|phone| phone.exchange(&mut office));
        Self {
            office,
            phones,
            case,
            written: Vec::new(),
            words: Vec::new(),
            actors: FIRST_ANEW,
            has_gone_back: false,
        }
    }

    fn word(&mut self) -> String {
        let word = format!("甲说{:03}事。", self.words.len());
        self.words.push(word.clone());
        word
    }

    fn run(&mut self, step: &Step) {
        let case = self.case;
        let writes = matches!(
            step,
            Step::Note(_) | Step::Rewrite(..) | Step::WriteDuringExchange(_)
        );
        let word = if writes { self.word() } else { String::new() };
        let office = &mut self.office;
        match *step {
            Step::Note(p) => self
                .written
                .push(self.phones[p].note(case, &format!("记。{word}录。"))),
            Step::Rewrite(p, n) => {
                let view = self.phones[p].view(case);
                let note = view.notes.iter().nth(n % view.notes.len().max(1));
                if let Some((id, note)) = note {
                    let sentences: Vec<&str> = note.value.text.split_inclusive('。').collect();
                    let (before, after) = sentences.split_at(n % (sentences.len() + 1));
                    let text = [before, &[word.as_str()], after].concat().concat();
                    self.phones[p].rewrite(case, *id, &text);
                } else {
                    self.words.pop();
                }
            }
            Step::Exchange(p) => self.phones[p].exchange(office),
            Step::LoseAnswer(p) => {
                let up = self.phones[p].begin().unwrap();
                office.answer(&up);
                self.phones[p].engine.exchange_failed();
            }
            Step::LoseRequest(p) => {
                self.phones[p].begin().unwrap();
                self.phones[p].engine.exchange_failed();
            }
            Step::WriteDuringExchange(p) => {
                let up = self.phones[p].begin().unwrap();
                self.written
                    .push(self.phones[p].note(case, &format!("其。{word}间。")));
                let down = office.answer(&up);
                self.phones[p]
                    .engine
                    .take_answer(down.encoding, &down.bytes, noon())
                    .unwrap();
            }
            Step::Die(p) => self.phones[p].die(),
            Step::Refuse(p, n) => {
                let mut ahead = n + 1;
                office.judge = Box::new(move |_, _| {
                    ahead = ahead.saturating_sub(1);
                    (ahead == 0).then(|| refused_as("not_allowed", None))
                });
                self.phones[p].exchange(office);
                office.judge = Box::new(|_, _| None);
            }
            Step::RefuseAll(p) => {
                office.judge = Box::new(|_, _| Some(refused_as(FOR_ALL, None)));
                self.phones[p].exchange(office);
                office.judge = Box::new(|_, _| None);
            }
            Step::Retry(p, n) => self.retry(p, n),
            // What a phone wrote under an earlier actor it does not offer to a server that was
            // restored.
            Step::EnrolAnew(_) if self.has_gone_back => {}
            Step::EnrolAnew(p) => {
                self.actors += 1;
                let anew = enrolment(self.phones[p].device().0.as_bytes()[0], self.actors);
                self.phones[p].engine.enrol(anew, noon()).unwrap();
            }
            // The office takes out in place and cannot go back to before that, as a database would.
            Step::RestoreServer(_) if office.has_taken_out() || self.actors > FIRST_ANEW => {}
            Step::RestoreServer(back) => {
                self.has_gone_back = true;
                let point = office.log_len().saturating_sub(back).max(1);
                office.restore(point);
            }
            Step::TakeOut(n) => {
                if let Some(bad) = office.later_changes(case).get(n) {
                    office.quarantine(case, &refused_as("unmergeable", Some(*bad)));
                }
            }
        }
    }

    /// What no longer fits stays refused.
    fn retry(&mut self, p: usize, n: usize) {
        let engine = &mut self.phones[p].engine;
        let refusals = engine.refusals().unwrap();
        let edits = refusals
            .iter()
            .filter(|one| matches!(one.intent, Intent::Edit { .. }));
        if let Some(refusal) = edits.cycle().nth(n) {
            let tried = engine.retry(self.case, refusal.number, noon());
            assert!(
                matches!(tried, Ok(_) | Err(EngineError::Edit(_))),
                "{tried:?}"
            );
        }
    }

    fn settle(&mut self) {
        for _ in 0..4 {
            for phone in &mut self.phones {
                phone.exchange(&mut self.office);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, rng_seed: RngSeed::Fixed(20260302), ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_all_hold_the_same_in_the_end_and_nothing_is_lost(steps in prop::collection::vec(step(), 1..40)) {
        let mut world = World::new();
        for step in &steps {
            world.run(step);
            // As the server does after each request: what was merged is looked through.
            if let Some(room) = world.office.rooms.get(&world.case) {
                drop(conflicts(&room.doc, &DetectInput::default()));
            }
        }
        world.settle();
        let first = world.phones[0].view(world.case);
        for phone in &world.phones {
            prop_assert_eq!(&phone.view(world.case), &first);
            prop_assert_eq!(phone.engine.status().readiness, Readiness::UpToDate);
        }
        prop_assert_eq!(&world.office.rooms[&world.case].doc.view().unwrap(), &first);
        let refused: Vec<String> = world
            .phones
            .iter()
            .flat_map(|phone| phone.engine.refusals().unwrap())
            .map(|refusal| content(&refusal.intent))
            .collect();
        for id in &world.written {
            let kept = first.notes.contains_key(id) || refused.iter().any(|intent| intent.contains(&id.to_string()));
            prop_assert!(kept, "{} is nowhere", id);
        }
        let texts: String = first.notes.values().map(|note| note.value.text.as_str()).collect();
        for word in &world.words {
            let kept = texts.contains(word) || refused.iter().any(|intent| intent.contains(word));
            prop_assert!(kept, "{} is nowhere", word);
            // A phone whose answer was lost and that is enrolled anew does not know what the server
            // has under its earlier actor.
            let is_twice = texts.matches(word).count() > 1 && world.actors == FIRST_ANEW;
            prop_assert!(!is_twice, "{} is there twice", word);
        }
    }
}

/// The content of refused work as text: a change of which only the bytes are left holds its keys in
/// plain.
fn content(intent: &Intent) -> String {
    match intent {
        Intent::Bytes { bytes, .. } => String::from_utf8_lossy(bytes).into_owned(),
        intent => serde_json::to_string(intent).unwrap(),
    }
}
