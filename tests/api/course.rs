//! What desks decide: each act in the course of a case.

use crate::desk::{Desk, offers, target, target_of};
use harness::Calls;
use hejie_case::{
    act,
    record::{Ask, Receiver},
    role::Role,
};
use jiff::SignedDuration;
use serde_json::{Value, json};

const NOTHING: &str = "00000000-0000-7000-8000-000000000000";

/// Shows E03, E03b, R090, R107.
#[tokio::test(flavor = "multi_thread")]
async fn a_dispatch_says_what_is_expected_and_goes_out_in_three_pushes_that_are_acknowledged() {
    let desk = Desk::set().await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    let mut offer = desk.offer();
    offer["expected"] = json!("");
    let answer = desk.act(&dispatcher, "dispatch", offer).await;
    assert_eq!(answer.outcome(), (409, "expectation_missing"));
    assert_eq!(
        desk.done(&dispatcher, "dispatch", desk.offer()).await,
        "dispatched"
    );
    let detail = desk.detail_of(&dispatcher).await;
    assert_eq!(detail["assignments"][0]["expected"], "当日联系双方。");
    assert_eq!(detail["assignments"][0]["org_name"], "新栖镇调委会");
    assert_eq!(detail["facts"]["pushes"].as_array().unwrap().len(), 3);
    assert!(offers(&detail, "E03b"));
    let supervisor = desk.county.supervisor(&desk.server).await;
    let push = |target: &str| json!({ "target": target });
    for target in ["party_gov_plac", "territory_dept"] {
        let answer = desk.act(&dispatcher, "ack_push", push(target)).await;
        assert_eq!(answer.outcome(), (409, "push_of_another"), "{target}");
    }
    desk.done(&dispatcher, "ack_push", push("one_stop_centre"))
        .await;
    desk.done(&supervisor, "ack_push", push("party_gov_plac"))
        .await;
    let detail = desk.detail_of(&dispatcher).await;
    let pushes = &detail["facts"]["pushes"];
    assert!(pushes[0]["acked_at"].is_string() && pushes[1]["acked_at"].is_string());
    assert_eq!(pushes[2]["department"], "住房和城乡建设局");
    assert_eq!(pushes[2]["acked_at"], json!(null));
    assert!(!offers(&detail, "E03b"), "what is left is another's");
}

/// Shows R014, R107. What is sent again goes to whoever is responsible by then.
#[tokio::test(flavor = "multi_thread")]
async fn a_push_goes_to_the_department_that_the_county_itself_makes_responsible() {
    let desk = Desk::set().await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    let lead_by = async |department: &str, base: u32| {
        let route = json!({
            "lead": department, "co": [], "mechanism": null, "reason": "本县归口调整", "base_version": base,
        });
        let answer = dispatcher.put("/api/v1/routing/N08-02", route).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
    };
    let department = async || {
        let detail = desk.detail_of(&dispatcher).await;
        detail["facts"]["pushes"][2]["department"].clone()
    };
    lead_by("市场监督管理局", 0).await;
    desk.done(&dispatcher, "dispatch", desk.offer()).await;
    assert_eq!(department().await, "市场监督管理局");
    lead_by("商务局", 1).await;
    let again = json!({ "target": "territory_dept" });
    desk.done(&dispatcher, "resend_push", again).await;
    assert_eq!(department().await, "商务局");
}

/// Shows E06, R109.
#[tokio::test(flavor = "multi_thread")]
async fn after_the_second_return_the_county_dispatches() {
    let desk = Desk::set().await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    let mediator = desk.county.mediator(&desk.server).await;
    let reason = json!({ "reason": "当事人不在本辖区。" });
    for _ in 0..2 {
        desk.done(&dispatcher, "dispatch", desk.offer()).await;
        assert!(offers(&desk.detail_of(&mediator).await, "E06"));
        let back = desk.done(&mediator, "return", reason.clone()).await;
        assert_eq!(back, "pending_dispatch");
    }
    assert!(!offers(&desk.detail_of(&dispatcher).await, "E03"));
    let answer = desk.act(&dispatcher, "dispatch", desk.offer()).await;
    assert_eq!(answer.outcome(), (409, "county_decides"));
    let detail = desk.detail().await;
    assert_eq!(detail["facts"]["returns"], 2);
    assert!(offers(&detail, "E03"));
}

/// Shows R019, R027.
#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_joins_and_another_lead_is_offered_the_case() {
    let desk = Desk::set().await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    desk.on_scene().await;
    let second = target(&desk.county.second_mediator);
    let grid = target(&desk.county.grid_worker);
    let visit = json!({ "target": grid, "duty": "visit" });
    desk.done(&dispatcher, "assign", visit.clone()).await;
    let again = desk.act(&dispatcher, "assign", visit).await;
    assert_eq!(again.outcome(), (409, "already_assigned"));
    let to = json!({ "target": second });
    desk.done(&dispatcher, "handover", to.clone()).await;
    let again = desk.act(&dispatcher, "handover", to).await;
    assert_eq!(again.outcome(), (409, "offer_open"));
    let cannot = json!({ "target": grid });
    let answer = desk.act(&dispatcher, "handover", cannot).await;
    assert_eq!(answer.outcome(), (422, "invalid"));
    assert!(!offers(&desk.detail().await, "R027"));
}

/// Shows E24.
#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_that_the_handler_asks_for_waits_for_the_desk_which_denies_it_or_carries_it_out()
{
    let desk = Desk::set().await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    desk.on_scene().await;
    let ask = || {
        Ask::TransferOut(act::TransferOut {
            to: Receiver::Department,
            why: "属行政裁决事项。".into(),
        })
    };
    let (first, _) = desk.ask(&desk.county.mediator, ask()).await;
    let detail = desk.detail_of(&dispatcher).await;
    let waiting = &detail["facts"]["referred"][0];
    assert_eq!(waiting["event"], "E24");
    assert_eq!(waiting["decided_by"], json!(["dispatcher", "supervisor"]));
    assert_eq!(waiting["may_decide"], true);
    let mediator = desk.county.mediator(&desk.server).await;
    let theirs = desk.detail_of(&mediator).await;
    assert_eq!(theirs["facts"]["referred"][0]["may_decide"], false);
    let path = format!("requests/{first}/decision");
    let unexplained = json!({ "grant": false });
    let answer = desk.act(&dispatcher, &path, unexplained).await;
    assert_eq!(answer.outcome(), (409, "reason_missing"));
    let denied = json!({ "grant": false, "why": "先行调解。" });
    desk.done(&dispatcher, &path, denied).await;
    let (second, _) = desk.ask(&desk.county.mediator, ask()).await;
    let path = format!("requests/{second}/decision");
    let answer = desk.act(&dispatcher, &path, json!({ "grant": true })).await;
    assert_eq!(answer.outcome(), (409, "receipt_missing"));
    let signed = json!({ "to": "department", "receiver": "住建局", "receipt": "Z-7", "notice": { "means": "in_person", "at": desk.server.now() } });
    assert_eq!(desk.done(&dispatcher, "transfer", signed).await, "closed");
    assert_eq!(last_words(&desk.detail().await), "住建局（签收编号：Z-7）");
}

/// What stands in the trail of what somebody at a desk wrote last.
fn last_words(detail: &Value) -> &str {
    let trail = detail["trail"].as_array().unwrap().iter();
    trail
        .filter_map(|line| line["words"].as_str())
        .next_back()
        .unwrap()
}

/// Shows E23, E23b, E02b.
#[tokio::test(flavor = "multi_thread")]
async fn a_danger_holds_the_case_until_the_police_desk_releases_it() {
    let desk = Desk::set().await;
    desk.on_scene().await;
    let what = "一方扬言持械。".into();
    desk.ask(
        &desk.county.mediator,
        Ask::Danger(act::ReportDanger { what }),
    )
    .await;
    desk.ask_to_close().await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    let held = desk.act(&dispatcher, "close", json!({ "outcome": "reconciled" }));
    assert_eq!(held.await.outcome(), (409, "held_for_danger"));
    let detail = desk.detail_of(&dispatcher).await;
    assert_eq!(detail["facts"]["hold"]["what"], "一方扬言持械。");
    assert!(!offers(&detail, "E23b") && !offers(&detail, "E27"));
    let police = desk.somebody(Role::PoliceDesk).await;
    assert!(offers(&desk.detail_of(&police).await, "E02b"));
    desk.done(&police, "police_accept", json!({})).await;
    let why = json!({ "why": "民警到场处置，器械已收缴。" });
    desk.done(&police, "release", why).await;
    let detail = desk.detail().await;
    assert!(detail["facts"]["hold"].is_null());
    assert_eq!(last_words(&detail), "民警到场处置，器械已收缴。");
    let in_registry = "select words from case_event where case_id = $1 and words is not null
        order by id desc limit 1";
    let in_registry = sqlx::query_scalar(in_registry).bind(desk.case.0);
    let in_registry: String = in_registry
        .fetch_one(&desk.server.state.pool)
        .await
        .unwrap();
    assert_eq!(in_registry, "民警到场处置，器械已收缴。");
}

/// Shows E27, E27b.
#[tokio::test(flavor = "multi_thread")]
async fn a_closing_is_sent_back_to_where_the_case_stood_and_granted_later() {
    let desk = Desk::set().await;
    desk.on_scene().await;
    desk.ask_to_close().await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    let detail = desk.detail_of(&dispatcher).await;
    assert!(offers(&detail, "E27") && offers(&detail, "E27b"));
    assert!(!offers(
        &desk
            .detail_of(&desk.county.mediator(&desk.server).await)
            .await,
        "E27"
    ));
    let other = desk.act(&dispatcher, "close", json!({ "outcome": "litigation" }));
    assert_eq!(other.await.outcome(), (409, "outcome_not_asked"));
    let why = json!({ "why": "请补充双方签字。" });
    assert_eq!(desk.done(&dispatcher, "send_back", why).await, "on_scene");
    assert_eq!(last_words(&desk.detail().await), "请补充双方签字。");
    desk.ask_to_close().await;
    let close = json!({ "outcome": "reconciled" });
    assert_eq!(desk.done(&dispatcher, "close", close).await, "closed");
}

/// Shows E21b, E29b, E31, E02.
#[tokio::test(flavor = "multi_thread")]
async fn a_closed_case_is_filed_when_its_visits_are_settled_or_reopened_before() {
    let desk = Desk::set().await;
    desk.closed().await;
    let officer = desk.county.judicial_officer(&desk.server).await;
    let detail = desk.detail_of(&officer).await;
    assert!(offers(&detail, "E31"), "a form says what is missing");
    let file = json!({ "retention": "long" });
    let open = desk.act(&officer, "archive", file.clone()).await;
    assert_eq!(open.outcome(), (409, "visits_open"));
    let supervisor = desk.county.supervisor(&desk.server).await;
    let why = json!({ "why": "又起争执。" });
    assert_eq!(desk.done(&supervisor, "reopen", why).await, "registered");
    let detail = desk.detail().await;
    assert_eq!(detail["facts"]["round"], 2);
    assert_eq!(detail["facts"]["past"][0]["outcome"], "reconciled");
    let again = json!({ "situation": "N08-02" });
    assert_eq!(
        desk.done(&desk.county.dispatcher(&desk.server).await, "triage", again)
            .await,
        "pending_dispatch"
    );
    desk.closed().await;
    let due = desk.detail().await["facts"]["visits"].clone();
    let standing = |visit: &&Value| visit["standing"] == "running";
    for visit in due.as_array().unwrap().iter().filter(standing) {
        let waived = json!({ "n": visit["n"], "why": "当事人已迁出。" });
        desk.done(&supervisor, "waive_visit", waived).await;
    }
    assert_eq!(desk.done(&officer, "archive", file).await, "archived");
    let detail = desk.detail().await;
    assert_eq!(detail["facts"]["dossier"]["retention"], "long");
    assert_eq!(
        detail["acts"],
        json!(["E03b", "E23", "E23d"]),
        "of a filed case nothing but a push is acknowledged, and danger and violence reported"
    );
}

/// Shows E22, R117.
#[tokio::test(flavor = "multi_thread")]
async fn three_parties_take_up_a_case_that_was_given_back_twice() {
    let desk = Desk::set().await;
    let supervisor = desk.county.supervisor(&desk.server).await;
    let mediator = desk.county.mediator(&desk.server).await;
    for _ in 0..2 {
        desk.done(&supervisor, "dispatch", desk.offer()).await;
        let reason = json!({ "reason": "当事人不在本辖区。" });
        desk.done(&mediator, "return", reason).await;
    }
    desk.done(&supervisor, "dispatch", desk.offer()).await;
    desk.sign_for().await;
    let alone = desk.act(&supervisor, "open_joint", json!({ "members": [] }));
    assert_eq!(alone.await.outcome(), (409, "three_parties_missing"));
    let mut members = Vec::new();
    for role in [Role::PoliceDesk, Role::HotlineDesk] {
        members.push(target_of(&desk.somebody(role).await).await);
    }
    let joint = json!({ "members": members });
    assert_eq!(
        desk.done(&supervisor, "open_joint", joint).await,
        "joint_handling"
    );
    let detail = desk.detail().await;
    assert!(
        offers(&detail, "E22b"),
        "the form says that the plan is missing"
    );
    let end = desk.act(&supervisor, "end_joint", json!({ "plan": NOTHING }));
    assert_eq!(end.await.outcome(), (409, "plan_missing"));
}

/// Shows R042.
#[tokio::test(flavor = "multi_thread")]
async fn a_colour_is_raised_by_a_dispatcher_and_lowered_by_the_supervisor_for_a_week() {
    let desk = Desk::set().await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    let raise = json!({ "level": "red", "why": "当事人情绪激动。" });
    desk.done(&dispatcher, "override_colour", raise).await;
    let detail = desk.detail().await;
    let set = &detail["facts"]["colour_override"];
    assert_eq!(
        (set["level"].as_str(), set["by_name"].as_str()),
        (Some("red"), Some("分流乙"))
    );
}

/// Shows R090.
#[tokio::test(flavor = "multi_thread")]
async fn who_could_take_a_case_is_listed_with_the_organisation_and_never_from_elsewhere() {
    let desk = Desk::set().await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    let township = desk.county.township();
    let path = format!("/api/v1/people?duty=first&region={township}");
    let answer = dispatcher.get(&path).await;
    let people = answer.json.as_array().unwrap();
    let ids: Vec<&Value> = people.iter().map(|one| &one["user_id"]).collect();
    assert!(ids.contains(&&json!(desk.county.mediator.id)));
    assert!(people.iter().all(|one| one["role"] == "mediator"));
    assert_eq!(people[0]["org_name"], "新栖镇调委会");
    assert_eq!(people[0]["on_duty"], false);
    let visitors = dispatcher.get("/api/v1/people?duty=visit").await;
    let grid = json!(desk.county.grid_worker.id);
    let mut listed = visitors.json.as_array().unwrap().iter();
    assert!(listed.any(|one| one["user_id"] == grid));
    let other = desk.server.county().await;
    let stranger = other.dispatcher(&desk.server).await;
    assert_eq!(stranger.get(&path).await.json, json!([]));
    let mediator = desk.county.mediator(&desk.server).await;
    assert_eq!(mediator.get(&path).await.outcome(), (403, "not_allowed"));
}

/// Shows R014, R035. The second hop: whose matter it is by the table of the county comes first.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_the_routing_table_names_for_a_situation_is_listed_first_for_it() {
    let desk = Desk::set().await;
    let official = desk.county.official(&desk.server, "和安县商务局").await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    let first = async || {
        let path = "/api/v1/people?duty=first&situation=N03-05";
        let listed = dispatcher.get(path).await;
        assert_eq!(listed.status, 200, "{}", listed.json);
        let one = &listed.json[0];
        (
            one["user_id"] == json!(official.id),
            one["is_routed"].clone(),
        )
    };
    assert_eq!(first().await, (false, json!(false)));
    let route = json!({ "lead": "商务局", "co": [], "mechanism": null, "reason": "本县归口调整", "base_version": 0 });
    let changed = dispatcher.put("/api/v1/routing/N03-05", route).await;
    assert_eq!(changed.status, 200, "{}", changed.json);
    assert_eq!(first().await, (true, json!(true)));
    let unknown = dispatcher
        .get("/api/v1/people?duty=first&situation=x")
        .await;
    assert_eq!(unknown.outcome(), (422, "invalid"));
}

/// Who is not listed is not taken either.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_given_to_nobody_of_another_county_and_to_nobody_whose_post_does_not_fit() {
    let desk = Desk::set().await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    let other = desk.server.county().await;
    for person in [&other.mediator, &desk.county.grid_worker] {
        let mut offer = desk.offer();
        offer["target"] = target(person);
        let answer = desk.act(&dispatcher, "dispatch", offer).await;
        assert_eq!(answer.outcome(), (422, "invalid"), "{}", answer.json);
        assert!(answer.text("/detail").starts_with("target"));
    }
    assert_eq!(desk.detail().await["summary"]["status"], "pending_dispatch");
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_are_told_as_they_stand_when_they_are_read() {
    let desk = Desk::set().await;
    let standing = |detail: &Value| {
        let mut clocks = detail["deadlines"].as_array().unwrap().iter();
        let clock = clocks.find(|clock| clock["kind"] == "dispatch").unwrap();
        clock["standing"].as_str().unwrap().to_owned()
    };
    let mut seen = Vec::new();
    for hours in [0, 19, 3, 3] {
        desk.server.advance(jiff::SignedDuration::from_hours(hours));
        seen.push(standing(&desk.detail().await));
    }
    assert_eq!(seen, ["running", "soon75", "soon90", "overdue"]);
}

/// Shows E30.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_goes_on_under_another_until_that_is_undone_and_a_part_becomes_its_own() {
    let desk = Desk::set().await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    let mut order = desk.county.order("A-2");
    order["situation"] = json!("N08-02");
    let answer = desk.county.channel(&desk.server).order(&order).await;
    let other = answer.text("/case_id").to_owned();
    let unknown = json!({ "into": NOTHING, "why": "同一纠纷。" });
    let answer = desk.act(&dispatcher, "merge", unknown).await;
    assert_eq!(answer.outcome(), (404, "not_found"));
    let merge = json!({ "into": other, "why": "同一纠纷。" });
    assert_eq!(desk.done(&dispatcher, "merge", merge).await, "closed");
    let detail = desk.detail_of(&dispatcher).await;
    let kin = &detail["facts"]["kin"];
    assert_eq!(kin["merged_into"]["id"], json!(other));
    assert!(kin["merged_into"]["case_no"].is_string());
    assert!(offers(&detail, "E30c") && !offers(&detail, "E30"));
    let why = json!({ "why": "并非同一纠纷。" });
    let back = desk.done(&dispatcher, "unmerge", why).await;
    assert_eq!(back, "pending_dispatch");
    let split = json!({ "situation": "N08-02", "summary": "另有押金纠纷。", "address": "新栖街", "why": "两起纠纷。" });
    desk.done(&dispatcher, "split", split).await;
    let kin = desk.detail().await["facts"]["kin"].clone();
    assert_eq!(kin["split_into"].as_array().unwrap().len(), 1);
}

/// Shows R025, R054.
#[tokio::test(flavor = "multi_thread")]
async fn a_supervisor_orders_something_until_a_day_and_the_handler_answers() {
    let desk = Desk::set().await;
    desk.on_scene().await;
    let supervisor = desk.county.supervisor(&desk.server).await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    let order = json!({ "what": "请补充居间合同。" });
    let rank = desk.act(&dispatcher, "supervise", order.clone()).await;
    assert_eq!(rank.outcome(), (403, "not_allowed"));
    let late = json!({ "what": "请补充居间合同。", "due_on": "2020-01-01" });
    let late = desk.act(&supervisor, "supervise", late).await;
    assert_eq!(late.outcome(), (409, "order_day_out_of_range"));
    desk.done(&supervisor, "supervise", order.clone()).await;
    let item = |detail: &Value| detail["facts"]["supervision"][0].clone();
    let mediator = desk.county.mediator(&desk.server).await;
    let detail = desk.detail_of(&mediator).await;
    let ordered = item(&detail);
    assert_eq!(ordered["zh"], order["what"]);
    assert!(ordered["due_at"].is_string() && ordered["ordered_by"].is_string());
    assert!(offers(&detail, "R054"));
    let said = json!({ "no": ordered["no"], "answer": "已补充，见证据三。" });
    desk.done(&mediator, "answer_item", said).await;
    assert_eq!(item(&desk.detail().await)["state"], "answered");
    for _ in 0..5 {
        desk.done(&supervisor, "supervise", order.clone()).await;
    }
    let sixth = desk.act(&supervisor, "supervise", order).await;
    assert_eq!(sixth.outcome(), (409, "too_many_orders"));
}

/// Shows R054, R091.
#[tokio::test(flavor = "multi_thread")]
async fn a_measure_of_supervision_is_answered_by_the_handler_and_a_severe_one_decided_by_the_supervisor()
 {
    let desk = Desk::set().await;
    desk.on_scene().await;
    desk.server.advance(SignedDuration::from_hours(24 * 60));
    // Only this case: the database is that of other scenes, too, and their clocks stand elsewhere.
    let settled = desk.server.state.reconciler.reconcile(desk.case, &[]).await;
    settled.unwrap();
    let detail = desk.detail().await;
    assert!(offers(&detail, "R091") && !offers(&detail, "R054"));
    let item = |state: &str| {
        let items = detail["facts"]["supervision"].as_array().unwrap();
        let found = items.iter().find(|item| item["state"] == state);
        found.unwrap()["no"].clone()
    };
    let (issued, proposed) = (item("issued"), item("proposed"));
    let mediator = desk.county.mediator(&desk.server).await;
    assert!(offers(&desk.detail_of(&mediator).await, "R054"));
    let said = json!({ "no": issued, "answer": "当事人外出，已约定周五调解。" });
    desk.done(&mediator, "answer_item", said.clone()).await;
    let again = desk.act(&mediator, "answer_item", said).await;
    assert_eq!(again.outcome(), (409, "item_not_waiting"));
    let supervisor = desk.county.supervisor(&desk.server).await;
    let unexplained = json!({ "no": proposed, "take": false });
    let unexplained = desk.act(&supervisor, "decide_item", unexplained).await;
    assert_eq!(unexplained.outcome(), (409, "reason_missing"));
    let dropped = json!({ "no": proposed, "take": false, "why": "逾期因当事人住院。" });
    desk.done(&supervisor, "decide_item", dropped).await;
    let detail = desk.detail().await;
    let states = detail["facts"]["supervision"].as_array().unwrap().iter();
    let states: Vec<_> = states.map(|item| item["state"].as_str().unwrap()).collect();
    assert!(states.contains(&"answered") && states.contains(&"dropped"));
}

/// Shows E11b, LW16.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_holds_twenty_matters_of_other_bodies_and_no_more() {
    let desk = Desk::set().await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    let noted = |n: usize| {
        json!({ "body": "court", "body_name": "和安县人民法院", "docket_no": format!("（2026）民初{n}号"),
            "accepted_on": "2026-02-01" })
    };
    for n in 1..=20 {
        desk.done(&dispatcher, "note_seised", noted(n)).await;
    }
    let more = desk.act(&dispatcher, "note_seised", noted(21)).await;
    assert_eq!(more.outcome(), (409, "seised_full"), "{}", more.json);
}
