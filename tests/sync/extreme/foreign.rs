//! A foreign client that writes anything anywhere: what it is not told about is settled, and no
//! case is held up by it.

use super::{
    forgery::{Forger, Forgery, forgeries},
    sample, settled,
    values::Dice,
};
use crate::{
    full_text::snapshot,
    hostile::up,
    phone::{Phone, read},
    scene::Scene,
};
use automerge::{Change, ExpandedChange};
use harness::Calls;
use hejie_case::{edit::Edit, ids::CaseId};
use hejie_device::engine::Readiness;
use hejie_wire::message::{CaseDown, CaseUp, Up};
use jiff::SignedDuration;
use serde_bytes::ByteBuf;

/// So many cases are written into by one request.
const CASES: usize = 12;

/// So many requests are sent with one access token, a second apart.
const OF_A_TOKEN: usize = 400;

/// So much is tried of each edit.
const OF_AN_EDIT: usize = 12;

/// Nothing of this may be said of a value: it means that no check was made for it.
const UNCHECKED: [&str; 4] = [
    "harmful_change",
    "unstorable",
    "case_unreadable",
    "quarantine_full",
];

#[tokio::test(flavor = "multi_thread")]
async fn whatever_another_client_writes_anywhere_is_settled_or_it_is_told() {
    let mut dice = Dice::cast();
    let mut world = World::new().await;
    let tries = world.tries(&mut dice);
    for (n, chunk) in tries.chunks(CASES).enumerate() {
        if n % OF_A_TOKEN == 0 {
            world.phone.refresh().await;
        }
        world
            .send(chunk, &format!("seed {} round {n}", dice.seed))
            .await;
    }
    let (taken, told) = (world.taken, world.told);
    println!("{taken} taken, {told} told");
    assert!(taken > 20 && told > 200, "{taken} taken, {told} told");
    world.scene.server.reconcile().await;
    world.end_well().await;
}

/// What is tried at one operation of what an edit writes.
struct Try {
    edit: Edit,
    at: usize,
    forgery: Forgery,
}

struct World {
    scene: Scene,
    phone: Phone,
    template: Up,
    cases: Vec<(CaseId, sample::Ids, Forger)>,
    taken: usize,
    told: usize,
}

impl World {
    async fn new() -> Self {
        let scene = Scene::set().await;
        let mut ids = vec![scene.case];
        for n in 1..CASES {
            ids.push(scene.another_case(&format!("F-{n}")).await);
        }
        let mut phone = scene.mediator().await;
        let furnished: Vec<sample::Ids> = ids
            .iter()
            .map(|case| sample::furnish(&mut phone, *case))
            .collect();
        phone.sync().await;
        scene.server.reconcile().await;
        let actor = phone.engine.enrolment().unwrap().actor;
        let mut cases = Vec::new();
        for (case, ids) in ids.into_iter().zip(furnished) {
            let snapshot = snapshot(&scene, case).await;
            cases.push((case, ids, Forger::new(&snapshot, actor)));
        }
        let template = up(&mut phone);
        Self {
            scene,
            phone,
            template,
            cases,
            taken: 0,
            told: 0,
        }
    }

    /// Something of every field of every edit.
    fn tries(&self, dice: &mut Dice) -> Vec<Try> {
        let (_, ids, forger) = &self.cases[0];
        let now = self.scene.server.now();
        let (mut tries, mut unwritten) = (Vec::new(), Vec::new());
        for edit in sample::edits(ids) {
            let written = forger.written(&sample::fresh(edit.clone()), now);
            let Some(written) = written else {
                unwritten.push(edit);
                continue;
            };
            let all = forgeries(&written);
            let some = dice.some(all, OF_AN_EDIT).into_iter();
            tries.extend(some.map(|(at, forgery)| Try {
                edit: edit.clone(),
                at,
                forgery,
            }));
        }
        assert_eq!(unwritten, [], "these say nothing new");
        let all = tries.len();
        dice.some(tries, all)
    }

    /// Writes each into a case of its own, and sends them all at once.
    async fn send(&mut self, tries: &[Try], which: &str) {
        let now = self.scene.server.now();
        let mut message = Up {
            limit_bytes: 1,
            ..self.template.clone()
        };
        let mut sent: Vec<(usize, Change, &Try)> = Vec::new();
        for (n, one) in tries.iter().enumerate() {
            let (case, ids, forger) = &self.cases[n];
            let edit = sample::fresh(into_case(&self.cases[0].1, ids, &one.edit));
            let written: ExpandedChange = forger.written(&edit, now).unwrap();
            let change = Forger::forge(written, one.at, &one.forgery);
            let bytes = ByteBuf::from(change.raw_bytes().to_vec());
            message.cases.push(CaseUp::new(*case, vec![bytes]));
            sent.push((n, change, one));
        }
        let down = read(&self.phone.send(&message).await);
        self.scene.server.advance(SignedDuration::from_secs(1));
        for (n, change, one) in sent {
            let what = format!("{which}: {:?} of {:?}", shown(&one.forgery), one.edit);
            let case = self.cases[n].0;
            let said = down.cases.iter().find(|said| said.case == case);
            self.hear(n, &change, said.unwrap_or_else(|| panic!("{what}")), &what);
        }
    }

    fn hear(&mut self, n: usize, change: &Change, said: &CaseDown, what: &str) {
        if said.accepted.iter().any(|hash| hash.0 == change.hash().0) {
            self.cases[n].2.accepted(change);
            self.taken += 1;
            return;
        }
        let [refused] = said.refused.as_slice() else {
            panic!("{what}: {:?}", said.refused);
        };
        assert!(!refused.passing, "{what}: {}", refused.reason.code);
        assert!(
            !UNCHECKED.contains(&refused.reason.code.as_str()),
            "{what}: {}",
            refused.reason.code
        );
        assert!(
            refused.reason.zh.ends_with('。'),
            "{what}: {}",
            refused.reason.zh
        );
        self.told += 1;
    }

    /// Every case is settled and is read by a desk and by another phone, and its mediator can go
    /// on.
    async fn end_well(self) {
        let Self { scene, cases, .. } = self;
        let desk = scene.county.supervisor(&scene.server).await;
        for (case, ..) in &cases {
            settled(&scene, *case).await;
            let detail = desk.get(&format!("/api/v1/cases/{case}")).await;
            assert_eq!(detail.status, 200, "{}", detail.json);
            scene.grant(*case, &scene.county.second_mediator).await;
        }
        let mut phone = Phone::enrol(&scene.server, &scene.county.second_mediator).await;
        phone.sync().await;
        assert_eq!(phone.engine.status().readiness, Readiness::UpToDate);
        for (case, ..) in &cases {
            phone.note(*case, "之后照常记录。");
        }
        phone.sync().await;
        assert_eq!(phone.engine.status().waiting, 0);
        assert_eq!(phone.engine.refusals().unwrap(), []);
        scene.server.reconcile().await;
        for (case, ..) in cases {
            settled(&scene, case).await;
        }
    }
}

/// The edit with the entries of another case.
fn into_case(from: &sample::Ids, to: &sample::Ids, edit: &Edit) -> Edit {
    let mut text = serde_json::to_string(edit).unwrap();
    for (from, to) in from.all().into_iter().zip(to.all()) {
        text = text.replace(&from.to_string(), &to.to_string());
    }
    serde_json::from_str(&text).unwrap()
}

/// A forgery as far as one reads it.
fn shown(forgery: &Forgery) -> String {
    let whole = format!("{forgery:?}");
    whole.chars().take(200).collect()
}
