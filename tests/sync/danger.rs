//! Nobody's danger vanishes (E23, ADR 0016): whatever becomes of the change that reports it, 110 is
//! told and its author reads so, or a desk is told to call.

mod begun;
mod called;

use crate::{
    batch::unsigned,
    effects::{connect, origin},
    hostile::up,
    phone::{Phone, read},
    recover::{Backup, all_exchange},
    scene::{Scene, act, facts},
};
use harness::{Calls, Person, TestServer, receiver::Receiver};
use hejie_case::{
    act::{self, DeskAct},
    document::Origin,
    edit::{Edit, NewEntry},
    facts::Retention,
    ids::CaseId,
    record::Ask,
};
use jiff::SignedDuration;
use serde_json::{Value, json};

/// A county whose 110 listens, and one case.
struct Watch {
    scene: Scene,
    police: Receiver,
}

impl Watch {
    async fn set() -> Self {
        let scene = Scene::on(TestServer::alone().await).await;
        let police = connect(&scene.server, &scene.county, "110").await;
        Self { scene, police }
    }

    async fn execute(&self, statement: &'static str) {
        let pool = &self.scene.server.state.pool;
        sqlx::query(statement).execute(pool).await.unwrap();
    }

    /// Nothing that is stored of any case reads.
    async fn damage_all(&self) {
        self.execute("update case_doc set snapshot = '\\x00'").await;
        self.execute("update case_change set bytes = '\\x00'").await;
    }

    /// A case of the list of the police, which the catalogue closes at once.
    async fn closed_case(&self, number: &str) -> CaseId {
        let mut order = self.scene.county.order(number);
        order["situation"] = "P01-01".into();
        let channel = self.scene.county.channel(&self.scene.server);
        let answer = channel.order(&order).await;
        answer.text("/case_id").parse().unwrap()
    }

    /// What 110 was told that begins with these words; nothing is settled for it.
    async fn told(&self, what: &str) -> Vec<String> {
        self.scene.server.send_due().await;
        let mut texts = self.police.texts();
        texts.retain(|text| text.starts_with(what));
        texts
    }

    /// What lies in quarantine, as a desk sees it.
    async fn quarantine(&self) -> Vec<Value> {
        let desk = self.scene.county.dispatcher(&self.scene.server).await;
        let list = desk.get("/api/v1/quarantine").await;
        list.json["items"].as_array().unwrap().clone()
    }

    async fn open_dangers(&self) -> Value {
        let desk = self.scene.county.dispatcher(&self.scene.server).await;
        desk.get("/api/v1/quarantine/dangers").await.json["items"].clone()
    }
}

impl Phone {
    pub(crate) fn reports(&mut self, case: CaseId, what: &str) {
        let (what, now) = (what.into(), self.now());
        self.engine
            .ask(case, Ask::Danger(act::ReportDanger { what }), now)
            .unwrap();
    }

    /// What its person reads about the work that was refused.
    fn reads(&self) -> Vec<(String, bool)> {
        let refused = self.engine.refusals().unwrap().into_iter();
        refused
            .map(|one| (one.reason.code, one.reason.zh.contains("已告知公安")))
            .collect()
    }
}

fn mediator(scene: &Scene) -> &Person {
    &scene.county.mediator
}

#[tokio::test(flavor = "multi_thread")]
async fn a_danger_is_told_with_its_acknowledgement_though_its_case_is_parked_and_never_settled() {
    let watch = Watch::set().await;
    let scene = &watch.scene;
    let mut phone = scene.mediator().await;
    watch
        .execute("create table kept as select case_id, hash, bytes from case_change")
        .await;
    watch.damage_all().await;
    phone.reports(scene.case, "一方持刀。");
    phone.sync().await;
    assert_eq!(watch.told("一方持刀。").await, ["一方持刀。"]);
    scene.server.reconcile().await;
    let parked = "select count(*) from case_doc where case_id = $1 and parked_reason is not null";
    assert_eq!(scene.count(parked).await, 1);
    assert_eq!(facts(&scene.server, scene.case).await.holds, []);

    watch
        .execute("update case_change c set bytes = k.bytes from kept k where (k.case_id, k.hash) = (c.case_id, c.hash)")
        .await;
    watch
        .execute("update case_doc set parked_reason = null")
        .await;
    scene.server.state.reconciler.nudge(scene.case);
    scene.server.reconcile().await;
    assert_eq!(facts(&scene.server, scene.case).await.holds.len(), 1);
    assert_eq!(watch.told("一方持刀。").await.len(), 1, "told once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_danger_that_the_registry_does_not_take_is_told_and_its_author_reads_so() {
    let watch = Watch::set().await;
    let scene = &watch.scene;
    watch
        .execute("alter table case_request add constraint not_odd check (payload::text not like '%古怪%')")
        .await;
    let mut phone = scene.mediator().await;
    phone.reports(scene.case, "古怪的险情。");
    phone.sync().await;
    scene.server.reconcile().await;
    phone.sync().await;
    assert_eq!(phone.reads(), [("unstorable".into(), true)]);
    assert_eq!(watch.told("古怪的险情。").await.len(), 1);
    assert_eq!(watch.quarantine().await[0]["danger"], "told");
    assert_eq!(watch.open_dangers().await, json!([]));
}

/// Shows M19.
#[tokio::test(flavor = "multi_thread")]
async fn a_former_member_whose_danger_was_written_in_time_is_heard_like_a_member() {
    let watch = Watch::set().await;
    let scene = &watch.scene;
    let mut phone = scene.mediator().await;
    phone.reports(scene.case, "一方持刀。");
    scene.server.advance(SignedDuration::from_mins(1));
    scene.forget(scene.case, mediator(scene)).await;
    phone.sync().await;
    assert_eq!(phone.reads(), []);
    assert_eq!(watch.told("一方").await, ["一方持刀。"]);
    scene.server.reconcile().await;
    assert_eq!(facts(&scene.server, scene.case).await.holds.len(), 1);
    assert_eq!(watch.told("一方").await.len(), 1, "told once");
}

/// Shows M19.
#[tokio::test(flavor = "multi_thread")]
async fn a_danger_of_a_former_member_is_told_as_unverified_with_who_reports_it() {
    let watch = Watch::set().await;
    let scene = &watch.scene;
    let mut phone = scene.mediator().await;
    scene.forget(scene.case, mediator(scene)).await;
    scene.server.advance(SignedDuration::from_mins(1));
    phone.set_clock(scene.server.now());
    phone.note(scene.case, "之后写下的。");
    phone.reports(scene.case, "一方持刀。");
    phone.sync().await;
    let late = "no_longer_yours".to_owned();
    assert_eq!(phone.reads(), [(late.clone(), true), (late, true)]);
    let told = watch.told("一方持刀。").await;
    assert_eq!(told.len(), 1);
    for words in ["不再承办", "未经核实", "报告人："] {
        assert!(told[0].contains(words), "{told:?}");
    }
    let rows = watch.quarantine().await;
    let flags: Vec<&Value> = rows.iter().map(|row| &row["danger"]).collect();
    assert_eq!(flags.iter().filter(|flag| flag.is_null()).count(), 1);
    assert!(flags.contains(&&json!("told")), "{flags:?}");
    let unsigned = unsigned(scene, scene.case).await;
    assert_eq!(unsigned, 0, "what is kept aside is signed, too");
}

/// Shows E31.
#[tokio::test(flavor = "multi_thread")]
async fn a_danger_in_a_closed_case_is_told_and_in_a_filed_one_as_unverified() {
    let watch = Watch::set().await;
    let scene = &watch.scene;
    let (closed, filed) = (
        watch.closed_case("B-1").await,
        watch.closed_case("B-2").await,
    );
    let grid_worker = &scene.county.grid_worker;
    for case in [closed, filed] {
        scene.grant(case, grid_worker).await;
    }
    let mut phone = Phone::enrol(&scene.server, grid_worker).await;
    phone.sync().await;
    phone.reports(closed, "结案后持刀。");
    phone.reports(filed, "归档后持刀。");
    let (retention, officer) = (Retention::Short, &scene.county.judicial_officer);
    let refused = act(
        scene,
        officer,
        filed,
        DeskAct::Archive(act::Archive { retention }),
    )
    .await;
    assert_eq!(refused, None);
    phone.sync().await;
    assert_eq!(watch.told("结案后持刀").await, ["结案后持刀。"]);
    assert_eq!(phone.reads(), [("archived".into(), true)]);
    let told = watch.told("归档后持刀").await;
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("本案已归档") && told[0].contains("未经核实"));
    scene.server.reconcile().await;
    assert_eq!(facts(&scene.server, closed).await.holds.len(), 1);
    assert_eq!(
        watch
            .told("")
            .await
            .iter()
            .filter(|text| text.contains("持刀"))
            .count(),
        2
    );
}

/// Shows E01.
#[tokio::test(flavor = "multi_thread")]
async fn a_danger_in_a_case_of_which_nothing_else_is_said_yet_is_told_at_once_and_once() {
    let watch = Watch::set().await;
    let scene = &watch.scene;
    let mut phone = scene.mediator().await;
    let begun = phone.engine.create_case(Origin::default(), phone.now());
    let case = begun.unwrap().case;
    phone.reports(case, "一方持刀。");
    phone.sync().await;
    let told = watch.told("一方持刀。").await;
    assert_eq!(told.len(), 1, "{told:?}");
    phone.sync().await;
    for field in origin(&scene.county).fields {
        phone
            .engine
            .edit(case, Edit::Intake { field }, phone.now())
            .unwrap();
    }
    phone.sync().await;
    scene.server.reconcile().await;
    assert_eq!(facts(&scene.server, case).await.holds.len(), 1);
    assert_eq!(watch.told("一方持刀。").await.len(), 1, "told once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_danger_behind_a_change_that_is_refused_is_told_although_it_is_refused_with_it() {
    let watch = Watch::set().await;
    let scene = &watch.scene;
    let mut phone = scene.grid_worker().await;
    phone.look_at_no_role();
    let plan = NewEntry::Plan("一案一策。".into());
    phone.engine.add(scene.case, plan, phone.now()).unwrap();
    phone.reports(scene.case, "一方持刀。");
    phone.sync().await;
    let told = watch.told("一方持刀。").await;
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("未并入案卷"), "{told:?}");
    let codes: Vec<String> = phone.reads().into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, ["role_may_not"]);
    phone.sync().await;
    scene.server.reconcile().await;
    assert_eq!(watch.told("一方持刀。").await.len(), 1, "told once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_to_a_case_tells_110_nothing_about_it() {
    let watch = Watch::set().await;
    let scene = &watch.scene;
    let mut phone = Phone::enrol(&scene.server, &scene.county.second_mediator).await;
    let begun = phone.engine.create_case(Origin::default(), phone.now());
    let own = begun.unwrap().case;
    phone.reports(own, "一方持刀。");
    let mut up = up(&mut phone);
    assert_eq!(up.cases[0].case, own);
    up.cases[0].case = scene.case;
    let answer = read(&phone.send(&up).await);
    assert_eq!(answer.cases[0].refused[0].reason.code, "unknown_case");
    assert_eq!(watch.told("一方").await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_alarm_of_a_refused_danger_does_not_say_that_110_was_not_told_where_it_was() {
    let watch = Watch::set().await;
    let scene = &watch.scene;
    let filed = watch.closed_case("B-2").await;
    let grid_worker = &scene.county.grid_worker;
    scene.grant(filed, grid_worker).await;
    let mut phone = Phone::enrol(&scene.server, grid_worker).await;
    phone.sync().await;
    phone.reports(filed, "归档后持刀。");
    let (retention, officer) = (Retention::Short, &scene.county.judicial_officer);
    let refused = act(
        scene,
        officer,
        filed,
        DeskAct::Archive(act::Archive { retention }),
    )
    .await;
    assert_eq!(refused, None);
    phone.sync().await;
    assert_eq!(phone.reads(), [("archived".into(), true)], "已告知公安");
    assert_eq!(phone.engine.status().alarm, None);
}

/// Its order went out with the acknowledgement.
#[tokio::test(flavor = "multi_thread")]
async fn the_alarm_of_an_acknowledged_danger_ends_though_its_case_is_parked() {
    let watch = Watch::set().await;
    let scene = &watch.scene;
    let mut phone = scene.mediator().await;
    watch.damage_all().await;
    phone.reports(scene.case, "一方持刀。");
    phone.sync().await;
    assert_eq!(watch.told("一方持刀。").await, ["一方持刀。"]);
    scene.server.reconcile().await;
    phone.sync().await;
    assert_eq!(phone.engine.status().alarm, None);
}

/// The registry was set back to before it, its author's phone is gone, and the case cannot be
/// settled.
#[tokio::test(flavor = "multi_thread")]
async fn a_danger_that_a_colleague_proves_is_told_though_its_case_is_never_settled() {
    let watch = Watch::set().await;
    let scene = &watch.scene;
    let (mut mediator, mut grid) = (scene.mediator().await, scene.grid_worker().await);
    all_exchange(scene, &mut [&mut mediator, &mut grid]).await;
    watch.execute("update deadline set kind = 'nonsense'").await;
    let backup = Backup::of(&scene.server).await;
    grid.reports(scene.case, "一方持刀。");
    all_exchange(scene, &mut [&mut grid, &mut mediator]).await;
    drop(grid);
    backup.restore(&scene.server).await;
    let orders = "select count(*) from outbox where case_id = $1 and kind = 'police_order'";
    assert_eq!(scene.count(orders).await, 0, "its order had not left");
    all_exchange(scene, &mut [&mut mediator]).await;
    let unsettled =
        "select count(*) from case_change where case_id = $1 and state = 'acknowledged'";
    assert_eq!(scene.count(unsettled).await, 1);
    assert_eq!(facts(&scene.server, scene.case).await.holds, []);
    assert_eq!(watch.told("一方持刀。").await, ["一方持刀。"]);
}
