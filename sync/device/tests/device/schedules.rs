//! Random schedules of three phones and an office, lines cut and phones killed at random: in the end all hold the same, and
//! every note that was written is there. The seed is fixed; `PROPTEST_RNG_SEED` and `PROPTEST_CASES` look further.

use crate::{
    office::{Office, refused_as},
    phone::{Phone, noon},
};
use hejie_case::ids::{CaseId, EntryId};
use hejie_device::engine::{Intent, Readiness};
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
    RefuseNext(usize),
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
        1 => phone.prop_map(Step::RefuseNext),
        1 => (0..6usize).prop_map(Step::RestoreServer),
        1 => (0..6usize).prop_map(Step::TakeOut),
    ]
}

struct World {
    office: Office,
    phones: Vec<Phone>,
    case: CaseId,
    written: Vec<EntryId>,
}

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
        }
    }

    fn run(&mut self, step: &Step) {
        let (case, office) = (self.case, &mut self.office);
        match *step {
            Step::Note(p) => self.written.push(self.phones[p].note(case, "记录")),
            Step::Rewrite(p, n) => {
                let view = self.phones[p].view(case);
                if let Some((id, note)) = view.notes.iter().nth(n) {
                    let text = format!("{}补{p}", note.value.text);
                    self.phones[p].rewrite(case, *id, &text);
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
                self.written.push(self.phones[p].note(case, "其间"));
                let down = office.answer(&up);
                self.phones[p]
                    .engine
                    .take_answer(down.encoding, &down.bytes, noon())
                    .unwrap();
            }
            Step::Die(p) => self.phones[p].die(),
            Step::RefuseNext(p) => {
                let mut armed = true;
                office.judge = Box::new(move |_, _| {
                    std::mem::take(&mut armed).then(|| refused_as("not_allowed", None))
                });
                self.phones[p].exchange(office);
                office.judge = Box::new(|_, _| None);
            }
            // The office takes out in place and cannot go back to before that, as a database would.
            Step::RestoreServer(_) if office.has_taken_out() => {}
            Step::RestoreServer(back) => {
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
    }
}

/// The content of refused work as text: a change of which only the bytes are left holds its keys in plain.
fn content(intent: &Intent) -> String {
    match intent {
        Intent::Bytes { bytes } => String::from_utf8_lossy(bytes).into_owned(),
        intent => serde_json::to_string(intent).unwrap(),
    }
}
