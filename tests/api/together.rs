//! What several bodies do about one case: invitations, sittings of its table, letters; and the
//! figures of all of it.

use crate::desk::{Desk, offers, target, target_of};
use harness::{Answer, Calls, Person, TestServer, client::Signed};
use hejie_case::role::Role;
use hejie_registry::identity::org::OrgKind;
use jiff::SignedDuration;
use serde_json::{Value, json};

const SITTING: &str = "0199a0b0-0000-7000-8000-000000000001";
const TASK: &str = "0199a0b0-0000-7000-8000-000000000002";

/// Somebody signs in, anew where time has passed.
async fn signed(desk: &Desk, person: &Person) -> Signed {
    let token = person.token(&desk.server).await;
    Signed(desk.server.anonymous().0.with_token(&token))
}

async fn reads(desk: &Desk, who: &impl Calls) -> Answer {
    who.get(&format!("/api/v1/cases/{}", desk.case)).await
}

/// What of the case is withheld from somebody.
fn withheld(detail: &Value) -> Vec<&str> {
    let all = detail["withheld"].as_array().unwrap().iter();
    all.map(|said| said["class"].as_str().unwrap()).collect()
}

async fn time_passes(desk: &Desk, days: i64) {
    desk.server.advance(SignedDuration::from_hours(24 * days));
    desk.server.state.reconciler.sweep().await.unwrap();
    desk.server.reconcile().await;
}

/// The figures of the present month, as the supervisor reads them.
async fn figures(desk: &Desk) -> Value {
    let supervisor = desk.county.supervisor(&desk.server).await;
    let answer = supervisor.get("/api/v1/figures/cooperation").await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    answer.json
}

/// Shows R003, P14.
#[tokio::test(flavor = "multi_thread")]
async fn a_department_is_invited_answers_reads_less_than_a_handler_and_leaves_with_its_term() {
    let desk = Desk::on(TestServer::alone().await).await;
    desk.on_scene().await;
    let lead = desk.county.mediator(&desk.server).await;
    let mut offices = Vec::new();
    for office in [
        "和安县住房和城乡建设局",
        "和安县自然资源和规划局",
        "和安县水利局",
    ] {
        offices.push(desk.county.official(&desk.server, office).await);
    }
    let [guest, absent, colleague] = &offices[..] else {
        panic!("three offices");
    };
    let housing = signed(&desk, guest).await;
    assert_eq!(reads(&desk, &housing).await.status, 404);
    let listed = lead.get("/api/v1/people?duty=guest").await;
    let people = listed.json.as_array().unwrap();
    assert!(people.iter().any(|one| one["user_id"] == json!(guest.id)));
    for who in [guest, absent] {
        let invitation = json!({
            "target": target(who), "expected": "说明备案情况。", "until": "2026-03-06",
        });
        desk.done(&lead, "invite", invitation).await;
    }
    let listed = housing.get("/api/v1/cases").await;
    assert_eq!(listed.json["items"].as_array().unwrap().len(), 1);
    let brief = reads(&desk, &housing).await.json;
    assert!(withheld(&brief).contains(&"statements"), "{brief}");
    assert!(offers(&brief, "R003b"));

    desk.server.advance(SignedDuration::from_hours(2));
    let (housing, planning) = (signed(&desk, guest).await, signed(&desk, absent).await);
    let comes = json!({ "accepts": true });
    desk.done(&housing, "answer_invitation", comes).await;
    let not = json!({ "accepts": false, "answer": "不属本局职责。" });
    desk.done(&planning, "answer_invitation", not).await;
    assert_eq!(
        reads(&desk, &planning).await.status,
        404,
        "it does not come"
    );

    let dispatcher = desk.county.dispatcher(&desk.server).await;
    let joins = json!({ "target": target(colleague), "duty": "co" });
    desk.done(&dispatcher, "assign", joins).await;
    let handler = signed(&desk, colleague).await;
    let invited = reads(&desk, &housing).await.json;
    let member = reads(&desk, &handler).await.json;
    assert!(!withheld(&invited).contains(&"statements"));
    for class in ["drafts", "risk", "visits", "flags"] {
        assert!(withheld(&invited).contains(&class), "{class}");
        assert!(!withheld(&member).contains(&class), "{class}");
    }
    let known = figures(&desk).await;
    assert_eq!(known["invitations"], json!({ "of": 2, "done": 2 }));
    assert_eq!(known["answer_seconds"], 7200);

    time_passes(&desk, 6).await;
    let detail = desk.detail().await;
    let mut assigned = detail["assignments"].as_array().unwrap().iter();
    let own = assigned.find(|a| a["org_name"] == "和安县住房和城乡建设局");
    assert!(own.unwrap()["to"].is_string(), "the term is over");
    time_passes(&desk, 8).await;
    let housing = signed(&desk, guest).await;
    assert_eq!(reads(&desk, &housing).await.status, 404);
}

/// The case is on the table of the three parties.
async fn at_the_table(desk: &Desk) {
    desk.on_scene().await;
    let supervisor = desk.county.supervisor(&desk.server).await;
    let red = json!({ "level": "red", "why": "多名工人聚集讨薪。" });
    desk.done(&supervisor, "override_colour", red).await;
    let mut members = Vec::new();
    for role in [Role::PoliceDesk, Role::HotlineDesk] {
        members.push(target_of(&desk.somebody(role).await).await);
    }
    desk.done(&supervisor, "open_joint", json!({ "members": members }))
        .await;
}

/// Shows R119.
#[tokio::test(flavor = "multi_thread")]
async fn a_sitting_is_on_record_with_agenda_members_decision_and_tasks_that_are_done_one_by_one() {
    let desk = Desk::set().await;
    let supervisor = desk.county.supervisor(&desk.server).await;
    let record = json!({
        "consultation": SITTING,
        "held_on": "2026-03-02",
        "agenda": "讨薪聚集的处置。",
        "members": ["和安县公安局", "12345热线", "矛调中心"],
        "decision": "先行垫付，限期核算。",
        "tasks": { TASK: { "what": "核对工资表。", "owner_org": "新栖镇调委会", "due": "2026-03-04" } },
    });
    desk.on_scene().await;
    let early = desk.act(&supervisor, "record_consultation", record.clone());
    assert_eq!(early.await.outcome(), (409, "not_joint_yet"));
    let desk = Desk::set().await;
    let supervisor = desk.county.supervisor(&desk.server).await;
    at_the_table(&desk).await;
    for (field, value, code) in [
        ("agenda", json!(" "), "consultation_empty"),
        ("members", json!(["矛调中心"]), "members_missing"),
        ("held_on", json!("2026-03-03"), "held_out_of_round"),
        ("held_on", json!("2026-03-01"), "held_out_of_round"),
        (
            "tasks",
            json!({ TASK: { "what": "核对。", "owner_org": "并无此局", "due": "2026-03-04" } }),
            "owner_unknown",
        ),
    ] {
        let mut lacking = record.clone();
        lacking[field] = value;
        let answer = desk.act(&supervisor, "record_consultation", lacking).await;
        assert_eq!(answer.outcome(), (409, code), "{}", answer.json);
    }
    desk.done(&supervisor, "record_consultation", record.clone())
        .await;
    let twice = desk.act(&supervisor, "record_consultation", record).await;
    assert_eq!(twice.outcome(), (409, "consultation_known"));
    let done = json!({ "consultation": SITTING, "task": TASK, "result": "核对完毕，共四万元。" });
    let mediator = desk.county.mediator(&desk.server).await;
    desk.done(&mediator, "finish_task", done.clone()).await;
    let again = desk.act(&supervisor, "finish_task", done).await;
    assert_eq!(again.outcome(), (409, "task_not_open"));
    let detail = desk.detail().await;
    let sitting = &detail["together"]["consultations"][0];
    assert_eq!(sitting["decision"], "先行垫付，限期核算。");
    assert_eq!(sitting["tasks"][0]["result"], "核对完毕，共四万元。");
    let known = figures(&desk).await;
    assert_eq!(known["consultations"], 1);
    assert_eq!(known["tasks"], json!({ "of": 1, "done": 1 }));
    assert_eq!(
        known["consulted"],
        json!({ "of": 0, "done": 0 }),
        "it is open"
    );
}

fn letter(mode: &str, no: &str) -> Value {
    json!({
        "mode": mode,
        "body": "administration",
        "body_name": "和安县市场监督管理局",
        "letter_no": no,
        "letter_on": "2026-03-01",
    })
}

/// Shows R069.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_engaged_by_a_letter_in_one_of_three_ways_and_counted_by_it() {
    let desk = Desk::set().await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    for (no, mode) in [("1", "entrusted"), ("2", "joint"), ("3", "invited")] {
        desk.done(&dispatcher, "engage", letter(mode, no)).await;
    }
    let changed = |field: &str, value: &str| {
        let mut letter = letter("entrusted", "4");
        letter[field] = value.into();
        letter
    };
    for (says, code) in [
        (letter("joint", "1"), "letter_known"),
        (changed("mode", "delegated"), "only_courts_delegate"),
        (changed("letter_no", " "), "letter_incomplete"),
        (changed("letter_on", "2026-03-03"), "letter_in_future"),
        (changed("body", "labour_arbitration"), "not_labour"),
    ] {
        let answer = desk.act(&dispatcher, "engage", says).await;
        assert_eq!(answer.outcome(), (409, code), "{}", answer.json);
    }
    let detail = desk.detail().await;
    let letters = detail["together"]["engagements"].as_array().unwrap();
    let modes: Vec<_> = letters.iter().map(|one| &one["mode_zh"]).collect();
    assert_eq!(modes, ["委托", "联合", "邀请"]);
    let known = figures(&desk).await;
    let counted = known["engaged"].as_array().unwrap().iter();
    let counted: Vec<_> = counted.map(|one| (&one["mode"], &one["cases"])).collect();
    let one = json!(1);
    for mode in ["entrusted", "joint", "invited"] {
        assert!(counted.contains(&(&json!(mode), &one)), "{mode}");
    }
}

/// Shows R066, LW04.
#[tokio::test(flavor = "multi_thread")]
async fn a_court_entrusts_a_case_by_its_letter_and_reads_it() {
    let desk = Desk::set().await;
    let (server, county) = (&desk.server, &desk.county);
    let name = format!("court-{}", county.region);
    let office = (OrgKind::Court, "和安县人民法院");
    let court = county.connect_office(server, &name, office).await;
    let judge = county.newcomer_at(server, Role::Court, court.org()).await;
    let mut order = county.order("FY-1");
    order["letter"] = json!({
        "mode": "delegated", "body": "court", "letter_no": "（2026）和法委字第7号", "letter_on": "2026-03-01",
    });
    let mut by_another = order.clone();
    by_another["external_no"] = "B-1".into();
    let refused = county.channel(server).order(&by_another).await;
    assert_eq!(refused.outcome(), (422, "invalid"), "it is no court");
    let first = court.order(&order).await;
    assert_eq!(first.status, 201, "{}", first.json);
    let case = first.text("/case_id").to_owned();
    let again = court.order(&order).await;
    assert_eq!((again.status, again.text("/case_id")), (200, case.as_str()));
    let detail = judge.get(&format!("/api/v1/cases/{case}")).await;
    assert_eq!(detail.status, 200, "{}", detail.json);
    let letters = detail.json["together"]["engagements"].as_array().unwrap();
    assert_eq!(letters.len(), 1, "once");
    assert_eq!(letters[0]["body_name"], "和安县人民法院");
    assert_eq!(letters[0]["letter_no"], "（2026）和法委字第7号");
    let listed = judge.get("/api/v1/cases").await;
    let items = listed.json["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "not those of others");
    assert_eq!(items[0]["id"], json!(case));
    let progress = court.asks_progress("FY-1").await;
    assert_eq!(progress.status, 200, "{}", progress.json);
}

/// Shows R070, LW17.
#[tokio::test(flavor = "multi_thread")]
async fn labour_arbitration_refers_a_dispute_for_fifteen_days_and_takes_it_back() {
    let desk = Desk::on(TestServer::alone().await).await;
    let (server, county) = (&desk.server, &desk.county);
    let name = format!("labour_arbitration-{}", county.region);
    let office = (OrgKind::Department, "和安县劳动人事争议仲裁委员会");
    let channel = county.connect_office(server, &name, office).await;
    let mut order = county.order("LD-1");
    order["letter"] = json!({
        "mode": "entrusted", "body": "labour_arbitration", "letter_no": "和劳仲委字〔2026〕3号",
        "letter_on": "2026-03-01",
    });
    let other = channel.order(&order).await;
    assert_eq!(other.outcome(), (422, "invalid"), "it is about a fee");
    order["situation"] = "N06-01".into();
    let answer = channel.order(&order).await;
    assert_eq!(answer.status, 201, "{}", answer.json);
    let desk = Desk {
        case: answer.text("/case_id").parse().unwrap(),
        ..desk
    };
    let detail = desk.detail().await;
    let mut clocks = detail["deadlines"].as_array().unwrap().iter();
    let legal = clocks.find(|clock| clock["kind"] == "legal").unwrap();
    // From the receipt, before anybody has accepted it: 24:00 of the fifteenth day.
    assert_eq!(legal["due_at"], "2026-03-17T16:00:00Z");
    let known = figures(&desk).await;
    let referred = json!({
        "mode": "entrusted", "mode_zh": "委托", "body": "labour_arbitration",
        "body_zh": "劳动人事争议仲裁委员会", "cases": 1,
    });
    assert_eq!(known["engaged"], json!([referred]));
    time_passes(&desk, 16).await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    let notice = json!({ "means": "in_person", "at": desk.server.now() });
    let back = json!({
        "to": "labour_arbitration", "receiver": "和安县劳动人事争议仲裁委员会", "receipt": "收-3", "notice": notice,
    });
    assert_eq!(desk.done(&dispatcher, "transfer", back).await, "closed");
}

/// Shows R070.
#[tokio::test(flavor = "multi_thread")]
async fn labour_arbitration_takes_labour_disputes_alone() {
    let desk = Desk::set().await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    let notice = json!({ "means": "in_person", "at": desk.server.now() });
    let transfer = json!({
        "to": "labour_arbitration", "receiver": "仲裁委", "receipt": "收-3", "notice": notice,
    });
    let answer = desk.act(&dispatcher, "transfer", transfer).await;
    assert_eq!(answer.outcome(), (409, "not_labour"));
}

/// Shows R107.
#[tokio::test(flavor = "multi_thread")]
async fn the_figures_count_pushes_that_are_due_and_acknowledged_in_the_area_alone() {
    let desk = Desk::set().await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    desk.done(&dispatcher, "dispatch", desk.offer()).await;
    let push = json!({ "target": "one_stop_centre" });
    desk.done(&dispatcher, "ack_push", push).await;
    assert_eq!(
        figures(&desk).await["pushes"],
        json!({ "of": 3, "done": 1 })
    );
    let elsewhere = desk.server.county().await;
    let other = elsewhere.supervisor(&desk.server).await;
    let none = other.get("/api/v1/figures/cooperation").await;
    assert_eq!(none.json["pushes"], json!({ "of": 0, "done": 0 }));
    let path = "/api/v1/figures/cooperation?from=2026-02-01&to=2026-02-28";
    let before = dispatcher.get(path).await;
    assert_eq!(before.json["pushes"], json!({ "of": 0, "done": 0 }));
    let turned = "/api/v1/figures/cooperation?from=2026-03-02&to=2026-03-01";
    assert_eq!(dispatcher.get(turned).await.status, 422);
    let mediator = desk.county.mediator(&desk.server).await;
    let answer = mediator.get("/api/v1/figures/cooperation").await;
    assert_eq!(answer.status, 403);
}

/// Shows R003.
#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_names_a_guest_a_term_and_a_matter_and_is_answered_with_a_reason() {
    let desk = Desk::set().await;
    desk.on_scene().await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    let person = desk.county.official(&desk.server, "和安县司法局").await;
    let guest = signed(&desk, &person).await;
    let invitation = |until: &str| json!({ "target": target(&person), "expected": "说明备案情况。", "until": until });
    let far = desk.act(&dispatcher, "invite", invitation("2026-07-01"));
    assert_eq!(far.await.outcome(), (409, "term_out_of_range"));
    let mut stranger = invitation("2026-03-06");
    stranger["target"] = target(&desk.county.second_mediator);
    let answer = desk.act(&dispatcher, "invite", stranger).await;
    assert_eq!(answer.outcome(), (422, "invalid"), "he is no guest");
    for _ in 0..20 {
        desk.done(&dispatcher, "invite", invitation("2026-03-06"))
            .await;
        let twice = desk.act(&dispatcher, "invite", invitation("2026-03-06"));
        assert_eq!(twice.await.outcome(), (409, "already_invited"));
        let silent = json!({ "accepts": false });
        let answer = desk.act(&guest, "answer_invitation", silent).await;
        assert_eq!(answer.outcome(), (409, "answer_empty"));
        let not = json!({ "accepts": false, "answer": "不属本局职责。" });
        desk.done(&guest, "answer_invitation", not).await;
    }
    let more = desk.act(&dispatcher, "invite", invitation("2026-03-06"));
    assert_eq!(more.await.outcome(), (409, "too_many_invitations"));
}

/// Shows R119.
#[tokio::test(flavor = "multi_thread")]
async fn sittings_and_their_tasks_have_bounds_and_a_task_is_somebodys() {
    let desk = Desk::set().await;
    let supervisor = desk.county.supervisor(&desk.server).await;
    at_the_table(&desk).await;
    let id = |n: usize| format!("0199a0b0-0000-7000-8000-{n:012}");
    let task = |owner: &str| json!({ "what": "核对。", "owner_org": owner, "due": "2026-03-04" });
    let record = |n: usize, tasks: Value| {
        json!({
            "consultation": id(n), "held_on": "2026-03-02", "agenda": "讨薪。",
            "members": ["和安县公安局", "矛调中心"], "decision": "先行垫付。", "tasks": tasks,
        })
    };
    let many: serde_json::Map<String, Value> =
        (0..21).map(|n| (id(n), task("新栖镇调委会"))).collect();
    for (tasks, code) in [
        (json!(many), "too_many_tasks"),
        (json!({ TASK: task(" ") }), "task_unowned"),
    ] {
        let answer = desk.act(&supervisor, "record_consultation", record(1, tasks));
        assert_eq!(answer.await.outcome(), (409, code));
    }
    for n in 0..20 {
        let tasks = json!({ TASK: task("新栖镇调委会") });
        desk.done(&supervisor, "record_consultation", record(n, tasks))
            .await;
    }
    let more = desk.act(&supervisor, "record_consultation", record(20, json!({})));
    assert_eq!(more.await.outcome(), (409, "too_many_consultations"));
    let empty = json!({ "consultation": id(0), "task": TASK, "result": " " });
    let answer = desk.act(&supervisor, "finish_task", empty).await;
    assert_eq!(answer.outcome(), (409, "result_empty"));
}

/// Shows R069.
#[tokio::test(flavor = "multi_thread")]
async fn a_round_holds_twenty_letters() {
    let desk = Desk::set().await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    for n in 0..20 {
        let says = letter("joint", &n.to_string());
        desk.done(&dispatcher, "engage", says).await;
    }
    let more = desk.act(&dispatcher, "engage", letter("joint", "20")).await;
    assert_eq!(more.outcome(), (409, "too_many_letters"));
}
