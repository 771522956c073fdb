//! What desks decide: who is turned away from each act, and why.

use crate::desk::{Desk, target};
use harness::Calls;
use hejie_case::role::Role;
use serde_json::{Value, json};

const NOTHING: &str = "00000000-0000-7000-8000-000000000000";

/// Every act with a body that lacks nothing, and a role that may try it.
fn every_act(desk: &Desk) -> Vec<(String, Value, Role)> {
    use Role::{Dispatcher, JudicialOffice, Mediator, PoliceDesk, Supervisor};
    let why = || json!({ "why": "已核实。" });
    let person = target(&desk.county.mediator);
    let acts: Vec<(String, Value, Role)> = vec![
        (
            "triage".into(),
            json!({ "situation": "N08-02" }),
            Dispatcher,
        ),
        (
            "reclassify".into(),
            json!({ "situation": "N06-01", "why": "系拖欠工资。" }),
            Supervisor,
        ),
        (
            "danger".into(),
            json!({ "what": "一方持刀返回。" }),
            Dispatcher,
        ),
        ("dispatch".into(), desk.offer(), Dispatcher),
        ("handover".into(), json!({ "target": person }), Supervisor),
        ("return".into(), json!({ "reason": "非本辖区。" }), Mediator),
        (
            "transfer".into(),
            json!({ "to": "police", "receiver": "新栖派出所", "receipt": "S-1", "notice": { "means": "in_person", "at": desk.server.now() } }),
            Dispatcher,
        ),
        (
            "ack_push".into(),
            json!({ "target": "one_stop_centre" }),
            Dispatcher,
        ),
        (
            "resend_push".into(),
            json!({ "target": "one_stop_centre" }),
            Dispatcher,
        ),
        (
            "invite".into(),
            json!({ "target": target(&desk.county.judicial_officer), "expected": "说明政策。", "until": "2026-03-09" }),
            Dispatcher,
        ),
        (
            "answer_invitation".into(),
            json!({ "accepts": true }),
            JudicialOffice,
        ),
        (
            "engage".into(),
            json!({ "mode": "joint", "body": "administration", "body_name": "县市场监管局", "letter_no": "1",
                    "letter_on": "2040-01-01" }),
            Dispatcher,
        ),
        (
            "record_consultation".into(),
            json!({ "consultation": NOTHING, "held_on": "2026-03-02", "agenda": "讨薪。",
                    "members": ["公安局", "矛调中心"], "decision": "先行垫付。" }),
            Supervisor,
        ),
        (
            "finish_task".into(),
            json!({ "consultation": NOTHING, "task": NOTHING, "result": "已办结。" }),
            Dispatcher,
        ),
        ("police_accept".into(), json!({}), PoliceDesk),
        (
            "call_police".into(),
            json!({ "called": "110指挥中心", "called_at": "2026-03-02T01:00:00Z" }),
            Dispatcher,
        ),
        (
            "report_violence".into(),
            json!({ "what": "孩子手臂有新伤。" }),
            JudicialOffice,
        ),
        (
            "record_warning".into(),
            json!({ "warning_no": "东公家告〔2026〕7号", "issued_on": "2026-03-01" }),
            PoliceDesk,
        ),
        ("open_joint".into(), json!({ "members": [] }), Supervisor),
        ("write_plan".into(), a_plan(), Dispatcher),
        (
            "check_joint".into(),
            json!({ "result": "各步骤按期推进。" }),
            Supervisor,
        ),
        ("end_joint".into(), json!({ "plan": NOTHING }), Supervisor),
        ("release".into(), why(), PoliceDesk),
        (
            "close".into(),
            json!({ "outcome": "reconciled" }),
            Dispatcher,
        ),
        ("send_back".into(), why(), JudicialOffice),
        (
            "waive_file".into(),
            json!({ "evidence": NOTHING, "why": "已核实。" }),
            Supervisor,
        ),
        ("reopen".into(), why(), Supervisor),
        (
            "archive".into(),
            json!({ "retention": "long" }),
            JudicialOffice,
        ),
        (
            format!("requests/{NOTHING}/decision"),
            json!({ "grant": true }),
            Supervisor,
        ),
        (
            "rule_conflict".into(),
            json!({ "conflict": NOTHING, "choice": 0, "why": "已核实。" }),
            Supervisor,
        ),
        (
            "note_seised".into(),
            json!({ "body": "court", "body_name": "和安县人民法院", "docket_no": "（2026）民初1号",
                    "accepted_on": "2040-01-01" }),
            Dispatcher,
        ),
        (
            "end_seised".into(),
            json!({ "body_name": "和安县人民法院", "docket_no": "（2026）民初1号",
                    "ended_on": "2026-03-01", "why": "撤诉。" }),
            JudicialOffice,
        ),
        (
            "recuse_handler".into(),
            json!({ "handler": desk.county.mediator.id, "ground": "relative", "why": "近亲属。" }),
            Supervisor,
        ),
        (
            "waive_visit".into(),
            json!({ "n": 1, "why": "已核实。" }),
            Supervisor,
        ),
        (
            "supervise".into(),
            json!({ "what": "请补充证据。" }),
            Supervisor,
        ),
        (
            "override_colour".into(),
            json!({ "level": "red", "why": "已核实。" }),
            Supervisor,
        ),
        (
            "merge".into(),
            json!({ "into": NOTHING, "why": "同一纠纷。" }),
            Supervisor,
        ),
        ("unmerge".into(), why(), Supervisor),
        (
            "split".into(),
            json!({ "situation": "N08-02", "summary": "另一起纠纷。", "address": "新栖街", "why": "两起纠纷。" }),
            Supervisor,
        ),
        ("send_confirmation".into(), json!({}), JudicialOffice),
        (
            "decide_confirmation".into(),
            json!({ "result": "confirmed" }),
            JudicialOffice,
        ),
    ];
    acts
}

fn a_plan() -> Value {
    let step = json!({ "what": "当面协商。", "owner_org": "司法所", "due": "2026-06-01" });
    json!({ "plan": NOTHING, "plan_text": "分步化解。", "steps": { NOTHING: step } })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_on_an_old_version_does_nothing_and_says_so() {
    let desk = Desk::set().await;
    let before = desk.version().await;
    for (act, says, role) in every_act(&desk) {
        let (path, body) = desk.request(&act, says, before + 7);
        let answer = desk.somebody(role).await.post(&path, body).await;
        assert_eq!(answer.outcome(), (409, "stale"), "{act}");
    }
    assert_eq!(desk.version().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_whose_role_decides_nothing_is_turned_away() {
    let desk = Desk::set().await;
    let grid_worker = desk.county.grid_worker(&desk.server).await;
    for (path, body, _) in every_act(&desk) {
        let answer = desk.act(&grid_worker, &path, body).await;
        assert_eq!(answer.outcome(), (403, "not_allowed"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_of_another_county_is_not_there() {
    let desk = Desk::set().await;
    let other = desk.server.county().await;
    let stranger = other.supervisor(&desk.server).await;
    for (path, body, role) in every_act(&desk) {
        // Whom an act names is looked for in the stranger's own county, and is not found there
        // either.
        if role == Role::Supervisor && path != "handover" {
            let answer = desk.act(&stranger, &path, body).await;
            assert_eq!(answer.outcome(), (404, "not_found"), "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_rules_refuse_comes_back_with_their_code_and_sentence() {
    let desk = Desk::set().await;
    for (path, code) in [
        ("return", "wrong_stage"),
        ("ack_push", "push_not_waiting"),
        ("resend_push", "push_not_waiting"),
        ("answer_invitation", "not_yours"),
        ("engage", "letter_in_future"),
        ("record_consultation", "not_joint_yet"),
        ("finish_task", "task_not_open"),
        ("police_accept", "police_not_asked"),
        ("call_police", "call_not_owed"),
        ("open_joint", "nobody_answers"),
        ("write_plan", "wrong_stage"),
        ("check_joint", "wrong_stage"),
        ("end_joint", "wrong_stage"),
        ("release", "not_held"),
        ("close", "wrong_stage"),
        ("send_back", "wrong_stage"),
        ("reopen", "wrong_stage"),
        ("archive", "wrong_stage"),
        ("note_seised", "seised_in_future"),
        ("end_seised", "not_seised"),
        ("recuse_handler", "wrong_stage"),
        ("waive_visit", "visit_not_due"),
        ("send_confirmation", "confirmation_not_prepared"),
        ("unmerge", "not_merged"),
        ("decide_confirmation", "confirmation_not_sent"),
        ("waive_file", "file_not_missing"),
        (&format!("requests/{NOTHING}/decision"), "nothing_referred"),
        ("rule_conflict", "unknown_conflict"),
    ] {
        let mut acts = every_act(&desk).into_iter();
        let (_, body, role) = acts.find(|(known, ..)| known == path).unwrap();
        let answer = desk.act(&desk.somebody(role).await, path, body).await;
        assert_eq!(answer.outcome(), (409, code), "{path}");
        assert!(answer.text("/title").ends_with('。'), "{}", answer.json);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_the_rules_do_not_know_is_named() {
    let desk = Desk::set().await;
    let supervisor = desk.county.supervisor(&desk.server).await;
    let body = json!({ "level": "purple", "why": "已核实。" });
    let answer = desk.act(&supervisor, "override_colour", body).await;
    assert_eq!(answer.outcome(), (422, "invalid"));
    assert!(answer.text("/detail").contains("level"), "{}", answer.json);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_and_a_refused_one_both_leave_their_line_in_the_audit_log() {
    let desk = Desk::set().await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    desk.act(&dispatcher, "send_back", json!({ "why": "试。" }))
        .await;
    desk.done(&dispatcher, "dispatch", desk.offer()).await;
    let lines: Vec<(String, bool)> = sqlx::query_as(
        "select action, ok from audit_log where case_id = $1 and user_id = $2 order by seq",
    )
    .bind(desk.case.0)
    .bind(desk.county.dispatcher.id.0)
    .fetch_all(&desk.server.state.pool)
    .await
    .unwrap();
    let expected = [("send_back", false), ("dispatch", true)];
    assert_eq!(lines, expected.map(|(act, ok)| (act.to_owned(), ok)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_that_names_a_crowd_is_turned_away_before_anybody_is_looked_up() {
    let desk = Desk::set().await;
    let supervisor = desk.county.supervisor(&desk.server).await;
    let crowd = vec![target(&desk.county.mediator); 21];
    let answer = desk
        .act(&supervisor, "open_joint", json!({ "members": crowd }))
        .await;
    assert_eq!(answer.outcome(), (422, "invalid"));
    assert!(answer.text("/detail").contains("二十人"), "{}", answer.json);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_of_an_act_that_is_too_long_is_refused_with_its_field_and_its_limit() {
    let desk = Desk::set().await;
    let supervisor = desk.county.supervisor(&desk.server).await;
    let body = json!({ "level": "red", "why": "长".repeat(501) });
    let answer = desk.act(&supervisor, "override_colour", body).await;
    assert_eq!(answer.outcome(), (422, "invalid"));
    let detail = answer.text("/detail");
    assert!(detail.starts_with("act.why: "), "{detail}");
    assert!(detail.contains("500"), "{detail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_in_the_place_of_the_name_of_an_act_is_not_given_back_whole() {
    let desk = Desk::set().await;
    let supervisor = desk.county.supervisor(&desk.server).await;
    for act in [
        json!("长".repeat(20_000)),
        json!({ "长".repeat(20_000): {} }),
    ] {
        let path = format!("/api/v1/cases/{}/acts", desk.case);
        let body = json!({ "act": act, "base_version": desk.version().await });
        let answer = supervisor.post(&path, body).await;
        assert_eq!(answer.outcome(), (422, "invalid"));
        let detail = answer.text("/detail");
        assert!(detail.starts_with("act: "), "{detail}");
        assert!(detail.chars().count() < 2_000, "{}", detail.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_there_is_not_is_refused_by_its_name_and_nothing_is_done() {
    let desk = Desk::set().await;
    let before = desk.version().await;
    let supervisor = desk.county.supervisor(&desk.server).await;
    let misspelt = json!({ "level": "red", "why": "已核实。", "untill": "2026-12-05T00:00:00Z" });
    let answer = desk.act(&supervisor, "override_colour", misspelt).await;
    assert_eq!(answer.outcome(), (422, "invalid"));
    assert!(answer.text("/detail").contains("untill"), "{}", answer.json);
    assert_eq!(desk.version().await, before);
}
