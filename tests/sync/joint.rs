//! A joint handling through the faces of those who sit at the table: the lead's phone, and the
//! desks over the API.

use crate::{
    phone::Phone,
    scene::{Scene, facts},
};
use harness::{
    Answer, Calls, Person,
    client::{Dispatcher, Signed},
    decided,
};
use hejie_case::{
    act,
    edit::{Edit, NewEntry},
    facts::{DeadlineKind, Difficulty, Facts, Status},
    ids::EntryId,
    record::{Ask, Cents, IntakeField, PlanStep},
    role::Role,
};
use jiff::SignedDuration;
use serde_json::{Value, json};

/// A case that the police, the hotline and the centre have taken up, with the phone of its lead.
struct Table {
    scene: Scene,
    lead: Phone,
    hotline: Person,
}

impl Table {
    /// The lead enters how much is in dispute, which makes the case a matter for the table.
    async fn set() -> Self {
        let scene = Scene::set().await;
        let mut lead = scene.mediator().await;
        let (case, now) = (scene.case, lead.now());
        lead.engine.sign_for(case, now).unwrap();
        let field = IntakeField::Amount(Cents(12_000_000));
        lead.engine.edit(case, Edit::Intake { field }, now).unwrap();
        let hotline = scene.county.hire(&scene.server, Role::HotlineDesk).await;
        let mut table = Self {
            scene,
            lead,
            hotline,
        };
        table.exchange().await;
        assert_eq!(table.facts().await.difficulty, Difficulty::Complex);
        let police = table
            .scene
            .county
            .hire(&table.scene.server, Role::PoliceDesk);
        let members = json!({ "members": [told(&police.await), told(&table.hotline)] });
        let opened = table.dispatched("open_joint", members).await;
        assert_eq!(opened.text("/status"), "joint_handling", "{}", opened.json);
        table.exchange().await;
        table
    }

    /// The lead comes into the net, and what the phone wrote is ruled on.
    async fn exchange(&mut self) {
        self.lead.sync().await;
        self.scene.server.reconcile().await;
        self.lead.sync().await;
    }

    async fn facts(&self) -> Facts {
        facts(&self.scene.server, self.scene.case).await
    }

    async fn dispatcher(&self) -> Dispatcher {
        self.scene.county.dispatcher(&self.scene.server).await
    }

    async fn at_the_hotline(&self) -> Signed {
        let token = self.hotline.token(&self.scene.server).await;
        Signed(self.scene.server.anonymous().0.with_token(&token))
    }

    async fn dispatched(&self, act: &str, says: Value) -> Answer {
        self.act(&self.dispatcher().await, act, says).await
    }

    async fn act(&self, by: &impl Calls, act: &str, says: Value) -> Answer {
        let path = format!("/api/v1/cases/{}/acts", self.scene.case);
        let body = decided(act, says, self.facts().await.version);
        by.post(&path, body).await
    }

    fn fresh(&mut self) -> EntryId {
        let now = self.lead.now();
        self.lead.engine.new_entry_id(now).unwrap()
    }

    /// A plan of the lead with one step, written on the phone.
    fn plan_on_the_phone(&mut self) -> EntryId {
        self.plan_for("新栖镇调委会", "2026-06-01")
    }

    /// As [`Self::plan_on_the_phone`], whose step an organisation is to do until a day.
    fn plan_for(&mut self, owner: &str, due: &str) -> EntryId {
        let (case, now) = (self.scene.case, self.lead.now());
        let text = "先核数，后付款。".into();
        let engine = &mut self.lead.engine;
        let plan = engine.add(case, NewEntry::Plan(text), now).unwrap();
        let (step, value) = (
            self.fresh(),
            PlanStep {
                what: "核对考勤和欠款。".into(),
                owner_org: owner.into(),
                due: due.parse().unwrap(),
            },
        );
        let step = Edit::AddStep { plan, step, value };
        self.lead.engine.edit(case, step, now).unwrap();
        plan
    }
}

/// Shows E22, E22b, E22c, E22d, R023, R117.
#[tokio::test(flavor = "multi_thread")]
async fn a_joint_handling_opens_is_planned_from_phone_and_desk_is_checked_each_week_and_ends() {
    let mut table = Table::set().await;
    let of_phone = table.plan_on_the_phone();
    table.exchange().await;
    let of_desk = table.fresh();
    let first = table.fresh();
    let plan = |owner: &str| {
        let step = json!({ "what": "监督第一笔付款。", "owner_org": owner, "due": "2026-06-03" });
        json!({ "plan": of_desk, "plan_text": "三方盯付款。", "steps": { first.to_string(): step } })
    };
    let hotline = table.at_the_hotline().await;
    for owner in ["派出所", "和安县矛调中心"] {
        let written = table.act(&hotline, "write_plan", plan(owner)).await;
        assert_eq!(written.status, 200, "{}", written.json);
    }

    table.exchange().await;
    let case = table.scene.case;
    let file = table.lead.engine.case(case, table.lead.now()).unwrap();
    let known = file.facts.unwrap();
    assert_eq!(known.names[&table.hotline.id], "新同事");
    let shown = &known.round.plans[&of_desk];
    assert_eq!(shown.steps[&first].owner_org, "和安县矛调中心");
    let path = format!("/api/v1/cases/{case}");
    let plans = table.dispatcher().await.get(&path).await.json["plans"].clone();
    let known: Vec<_> = [of_phone, of_desk].iter().map(|id| json!(id)).collect();
    let told: Vec<_> = plans.as_array().unwrap().iter().map(|p| &p["id"]).collect();
    assert_eq!(told, known.iter().collect::<Vec<_>>());

    for by_desk in [false, true] {
        let before = checks(&table.facts().await);
        assert_eq!(before, [None], "this week nobody has looked yet");
        let result = String::from("考勤已核对，第一笔待付。");
        if by_desk {
            let checked = table.dispatched("check_joint", json!({ "result": result }));
            assert_eq!(checked.await.status, 200);
        } else {
            let now = table.lead.now();
            let check = Ask::CheckJoint(act::CheckJoint { result });
            table.lead.engine.ask(case, check, now).unwrap();
            table.exchange().await;
        }
        assert!(
            checks(&table.facts().await)[0].is_some(),
            "by desk: {by_desk}"
        );
        table
            .scene
            .server
            .advance(SignedDuration::from_hours(8 * 24));
        let settled = table
            .scene
            .server
            .state
            .reconciler
            .reconcile(case, &[])
            .await;
        settled.unwrap();
    }

    let ended = table
        .dispatched("end_joint", json!({ "plan": of_desk }))
        .await;
    assert_eq!(ended.text("/status"), "signed_for", "{}", ended.json);
    let stands = table.facts().await.stage.status();
    assert_eq!(stands, Status::SignedFor, "where it stood");
    let steps = "select count(*) from plan_step where case_id = $1";
    assert_eq!(table.scene.count(steps).await, 2);
}

/// Shows R136.
#[tokio::test(flavor = "multi_thread")]
async fn a_joint_case_that_nobody_at_the_table_moves_for_two_days_is_named_and_no_other() {
    for moved in [false, true] {
        let mut table = Table::set().await;
        if moved {
            table.plan_on_the_phone();
            table.exchange().await;
        }
        let server = &table.scene.server;
        server.advance(SignedDuration::from_hours(49));
        let settled = server.state.reconciler.reconcile(table.scene.case, &[]);
        settled.await.unwrap();
        let known = table.facts().await;
        let mut items = known.supervision.iter();
        let named = items.any(|item| item.clock.kind == DeadlineKind::JointMove);
        assert_eq!(named, !moved);
    }
}

/// Shows E22c, E22d.
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_says_who_does_what_and_that_of_a_phone_is_not_written_over_at_a_desk() {
    let mut table = Table::set().await;
    let of_phone = table.plan_on_the_phone();
    table.exchange().await;
    let step = |owner: &str| json!({ "what": "核对。", "owner_org": owner, "due": "2026-06-03" });
    let many: serde_json::Map<String, Value> = (0..21)
        .map(|_| (table.fresh().to_string(), step("司法所")))
        .collect();
    let unowned = json!({ table.fresh().to_string(): step(" ") });
    let unknown = json!({ table.fresh().to_string(): step("新栖镇人社所") });
    let mut past = step("新栖司法所");
    past["due"] = json!("2026-03-01");
    let past = json!({ table.fresh().to_string(): past });
    let fresh = table.fresh();
    let plan = |plan: EntryId, text: &str, steps: Value| json!({ "plan": plan, "plan_text": text, "steps": steps });
    for (act, says, code) in [
        ("write_plan", plan(fresh, " ", json!({})), "plan_empty"),
        ("write_plan", plan(fresh, "分步。", unowned), "step_unowned"),
        (
            "write_plan",
            plan(fresh, "分步。", unknown),
            "owner_unknown",
        ),
        ("write_plan", plan(fresh, "分步。", past), "step_past"),
        (
            "write_plan",
            plan(fresh, "分步。", json!(many)),
            "too_many_steps",
        ),
        (
            "write_plan",
            plan(of_phone, "分步。", json!({})),
            "plan_of_phone",
        ),
        ("check_joint", json!({ "result": " " }), "check_empty"),
        ("end_joint", json!({ "plan": fresh }), "plan_missing"),
    ] {
        let answer = table.dispatched(act, says).await;
        assert_eq!(answer.outcome(), (409, code), "{act}");
    }
    let stranger = table
        .scene
        .county
        .second_mediator(&table.scene.server)
        .await;
    let says = plan(fresh, "分步。", json!({}));
    let answer = table.act(&stranger, "write_plan", says).await;
    assert_eq!(answer.outcome(), (404, "not_found"));
}

/// Shows E22b, R023.
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_of_a_phone_stands_only_where_somebody_there_is_can_still_do_it() {
    let mut table = Table::set().await;
    let nobodys = table.plan_for("新栖镇人社所", "2026-06-01");
    let past = table.plan_for("新栖司法所", "2026-03-01");
    let whole = table.plan_for("司法所", "2026-03-02");
    table.exchange().await;
    for (plan, outcome) in [
        (nobodys, (409, "owner_unknown")),
        (past, (409, "step_past")),
        (whole, (200, "")),
    ] {
        let answer = table.dispatched("end_joint", json!({ "plan": plan })).await;
        assert_eq!(answer.outcome(), outcome, "{}", answer.json);
    }
}

/// Shows E22c.
#[tokio::test(flavor = "multi_thread")]
async fn desks_write_three_plans_for_a_table_and_a_fourth_only_over_one_of_them() {
    let mut table = Table::set().await;
    let plan = |plan: EntryId| json!({ "plan": plan, "plan_text": "分步。", "steps": {} });
    let first = table.fresh();
    for plan_id in [first, table.fresh(), table.fresh()] {
        let written = table.dispatched("write_plan", plan(plan_id)).await;
        assert_eq!(written.status, 200, "{}", written.json);
    }
    let fourth = plan(table.fresh());
    let answer = table.dispatched("write_plan", fourth).await;
    assert_eq!(answer.outcome(), (409, "too_many_plans"));
    let again = table.dispatched("write_plan", plan(first)).await;
    assert_eq!(again.status, 200, "{}", again.json);
}

/// When the look at the case was made, of each week's clock that is kept.
fn checks(facts: &Facts) -> Vec<Option<jiff::Timestamp>> {
    let clocks = facts.deadlines.iter();
    let checks = clocks.filter(|clock| clock.kind == DeadlineKind::JointCheck);
    checks.map(|clock| clock.met_at).collect()
}

/// A person as an act names people.
fn told(person: &Person) -> Value {
    json!({ "user": person.id, "role": person.role, "org": person.org })
}
