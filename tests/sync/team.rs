//! Those who work on one case after the other: the mediator who leads it, a colleague and a grid
//! worker, each with a phone; and the desks behind them, over the API.
//!
//! One server does for all cases of a scene. What is written on a phone stays there until it
//! [comes back](Team::come_back), in whichever order.

mod deeds;
mod desk;

pub(crate) use deeds::{Drafted, somebody, terms};
pub(crate) use desk::{as_author, code_of, item};

use crate::{
    phone::{Disk, Phone},
    scene::{Scene, author, facts},
};
use harness::{Person, client::Signed};
use hejie_case::{
    edit::{Edit, NewEntry},
    facts::{Facts, Status},
    ids::{CaseId, EntryId},
    record::Ask,
    role::Role,
    view::CaseView,
};
use hejie_device::engine::Engine;
use hejie_registry::{case::duty, pool};
use jiff::{SignedDuration, Timestamp};

/// The phone of the mediator to whom cases are offered.
pub(crate) const LEAD: usize = 0;
/// The phone of a second mediator, who works on the case as well.
pub(crate) const COLLEAGUE: usize = 1;
/// The phone of a grid worker, who visits.
pub(crate) const VISITOR: usize = 2;

/// Both orders in which the lead and another phone may come back.
pub(crate) fn orders(other: usize) -> [[usize; 2]; 2] {
    [[LEAD, other], [other, LEAD]]
}

/// The people, their phones, and the case on which they work.
pub(crate) struct Team {
    pub(crate) scene: Scene,
    pub(crate) phones: Vec<Phone>,
    /// Who was hired for a desk.
    hired: Vec<(Role, Person)>,
    /// Who is signed in at a desk, and since when.
    desks: Vec<(Role, Timestamp, Signed)>,
    cases: u32,
}

impl Team {
    /// Three people with their phones, in a county of their own.
    pub(crate) async fn meet() -> Self {
        Self::in_scene(Scene::set().await).await
    }

    /// As [`Self::meet`], in a scene that was set otherwise.
    pub(crate) async fn in_scene(scene: Scene) -> Self {
        let county = &scene.county;
        let mut phones = Vec::new();
        for person in [
            &county.mediator,
            &county.second_mediator,
            &county.grid_worker,
        ] {
            phones.push(Phone::enrol(&scene.server, person).await);
        }
        Self {
            scene,
            phones,
            hired: Vec::new(),
            desks: Vec::new(),
            cases: 0,
        }
    }

    /// 110 reports a case of this situation, which is offered to the lead; the dispatcher sends the
    /// colleague and the grid worker along. All three phones hold it.
    pub(crate) async fn take_up(&mut self, situation: &str) {
        self.reported(situation, 2).await;
        for (person, duty) in [
            (self.scene.county.second_mediator.clone(), "co"),
            (self.scene.county.grid_worker.clone(), "visit"),
        ] {
            self.joins(&person, duty).await;
        }
        self.everybody_syncs().await;
    }

    /// 110 reports a dispute of so many people, which is offered to the lead.
    pub(crate) async fn reported(&mut self, situation: &str, persons: u32) {
        self.cases += 1;
        self.be_on_duty().await;
        let county = &self.scene.county;
        let mut order = county.order(&format!("T-{}", self.cases));
        order["situation"] = situation.into();
        order["persons"] = persons.into();
        order["received_at"] = self.scene.server.now().to_string().into();
        let answer = county.channel(&self.scene.server).order(&order).await;
        assert_eq!(answer.status, 201, "{}", answer.json);
        self.scene.case = answer.text("/case_id").parse().unwrap();
        self.phones[LEAD].sync().await;
    }

    async fn be_on_duty(&self) {
        let (server, county) = (&self.scene.server, &self.scene.county);
        let (from, until) = (server.now(), server.now() + SignedDuration::from_hours(24));
        let mut conn = pool::acquire(&server.state.pool).await.unwrap();
        let who = author(&county.mediator);
        duty::add_shift(&mut conn, &who, &county.township(), from, until)
            .await
            .unwrap();
    }

    /// The case.
    pub(crate) fn case(&self) -> CaseId {
        self.scene.case
    }

    /// A second passes, on the server and on every phone.
    pub(crate) fn tick(&mut self) -> Timestamp {
        self.scene.server.advance(SignedDuration::from_secs(1));
        let now = self.scene.server.now();
        for phone in &mut self.phones {
            phone.set_clock(now);
        }
        now
    }

    /// So many days pass; every phone has a new access token then.
    pub(crate) async fn days_pass(&mut self, days: i64) {
        let by = SignedDuration::from_hours(24 * days);
        self.scene.server.advance(by);
        for phone in &mut self.phones {
            phone.refresh().await;
        }
        self.tick();
    }

    /// A phone in the hand, a moment later.
    pub(crate) fn on(&mut self, phone: usize) -> (&mut Engine<Disk>, CaseId, Timestamp) {
        let (now, case) = (self.tick(), self.case());
        (&mut self.phones[phone].engine, case, now)
    }

    /// Adds an entry on a phone, which need not have signal.
    pub(crate) fn add(&mut self, phone: usize, entry: NewEntry) -> EntryId {
        let (engine, case, now) = self.on(phone);
        engine.add(case, entry, now).unwrap()
    }

    /// Writes an edit on a phone.
    pub(crate) fn edit(&mut self, phone: usize, edit: Edit) {
        let (engine, case, now) = self.on(phone);
        engine.edit(case, edit, now).unwrap();
    }

    /// Asks for something on a phone.
    pub(crate) fn ask(&mut self, phone: usize, ask: Ask) -> EntryId {
        let (engine, case, now) = self.on(phone);
        engine.ask(case, ask, now).unwrap()
    }

    /// A phone comes into the net, and what it wrote is ruled on.
    pub(crate) async fn sync(&mut self, phone: usize) {
        self.tick();
        self.phones[phone].sync().await;
        self.scene.server.reconcile().await;
        self.phones[phone].sync().await;
    }

    /// Two phones come back in this order; in the end all phones hold what the server has.
    pub(crate) async fn come_back(&mut self, order: [usize; 2]) {
        for phone in order {
            self.sync(phone).await;
        }
        self.everybody_syncs().await;
    }

    /// All phones come into the net once more, and hold the same as the server.
    pub(crate) async fn everybody_syncs(&mut self) {
        self.tick();
        for phone in &mut self.phones {
            phone.sync().await;
        }
        let case = self.case();
        for phone in &self.phones {
            let file = phone.engine.case(case, phone.now()).unwrap();
            let held = self.scene.state_within(file.view.extent).await;
            assert_eq!(phone.state(case), held, "document and facts");
        }
    }

    /// What a phone shows of the document.
    pub(crate) fn view(&self, phone: usize) -> CaseView {
        let phone = &self.phones[phone];
        phone.engine.case(self.case(), phone.now()).unwrap().view
    }

    /// What the registry keeps of the case.
    pub(crate) async fn facts(&self) -> Facts {
        facts(&self.scene.server, self.case()).await
    }

    /// How the case stands.
    pub(crate) async fn status(&self) -> Status {
        self.facts().await.stage.status()
    }
}
