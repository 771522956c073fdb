//! Whatever refuses a body names the field and says in Chinese what is wrong with it, and what
//! could not be kept of a danger sends people to the telephone.

use crate::desk::Desk;
use harness::{Answer, Calls, TestServer};
use hejie_case::role::Role;
use serde_json::{Value, json};
use sqlx::Executor;

/// Neither the reader nor a check speaks to whoever typed it in its own tongue.
fn assert_said(answer: &Answer, field: &str) {
    let detail = answer.text("/detail");
    assert_eq!(answer.outcome(), (422, "invalid"), "{field}: {detail}");
    for line in detail.lines() {
        let (path, zh) = line
            .split_once(": ")
            .unwrap_or_else(|| panic!("{field}: {detail}"));
        assert!(zh.chars().any(|c| c > '\u{4e00}'), "{path}: {zh}");
        for english in ["expected", "invalid", "missing", "length", "than"] {
            assert!(!zh.contains(english), "{path}: {zh}");
        }
    }
    assert!(
        detail.starts_with(&format!("{field}:")),
        "{field}: {detail}"
    );
}

#[tokio::test]
async fn an_order_that_is_refused_is_refused_in_chinese_with_its_field_whoever_refuses_it() {
    let server = TestServer::start().await;
    let county = server.county().await;
    for (field, value) in [
        ("external_no", json!("")),
        ("external_no", json!(" \u{3000}")),
        ("external_no", json!("A\n1")),
        ("external_no", json!("A\t1")),
        ("external_no", json!("A\u{1}1")),
        ("external_no", json!("长".repeat(65))),
        ("external_no", json!(1)),
        ("repeat_of", json!("\n")),
        ("received_at", json!("1900-01-01T00:00:00Z")),
        ("received_at", json!("2099-01-01T00:00:00Z")),
        ("received_at", json!("昨天")),
        ("region", json!("99")),
        ("region", json!("110101001")),
        ("address", json!("\u{3000}")),
        ("summary", json!("")),
        ("summary", json!("长".repeat(2001))),
        ("situation", json!("长".repeat(17))),
        ("is_dispute", json!("yes")),
        ("kind", json!("robbery")),
        ("kind", json!("other")),
        ("persons", json!(-1)),
        ("persons", json!(20_000_000)),
        ("party_pair_hash", json!("ab")),
        ("surname", json!("王")),
    ] {
        let mut order = county.order("A-1");
        order[field] = value;
        assert_said(&county.channel(&server).order(&order).await, field);
    }
    let mut order = county.order("A-1");
    order.as_object_mut().unwrap().remove("region");
    assert_said(&county.channel(&server).order(&order).await, "region");
    let mut order = county.order("A-1");
    order["situation"] = json!("N99-99");
    let answer = county.channel(&server).order(&order).await;
    assert_eq!(answer.status, 422);
    assert!(
        answer.text("/detail").starts_with("situation: 目录"),
        "{}",
        answer.json
    );
}

/// Its values would be taken for the fields, in the order in which these are declared.
#[tokio::test]
async fn a_body_that_is_a_list_is_no_body() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let order = county.order("A-1");
    let list = json!([
        order["external_no"],
        order["received_at"],
        "",
        order["region"],
        "街",
        "事",
        "N03-05",
        true
    ]);
    assert_said(&county.channel(&server).order(&list).await, "body");
    let session = json!(["wang.tj", "password"]);
    assert_said(
        &server.anonymous().post("/api/v1/session", session).await,
        "body",
    );
}

#[tokio::test]
async fn a_desk_reads_which_field_of_an_act_is_wrong_and_why() {
    let desk = Desk::set().await;
    let dispatcher = desk.somebody(Role::Dispatcher).await;
    for (act, says, field) in [
        ("triage", json!({}), "act.triage.situation"),
        (
            "triage",
            json!({ "situation": "N8" }),
            "act.triage.situation",
        ),
        ("supervise", json!({ "what": 3 }), "act.supervise.what"),
        (
            "call_police",
            json!({ "called": "110指挥中心", "called_at": "1900-01-01T00:00:00Z" }),
            "act.call_police.called_at",
        ),
        (
            "call_police",
            json!({ "called": "110指挥中心", "called_at": "2099-01-01T00:00:00Z" }),
            "act.call_police.called_at",
        ),
    ] {
        let answer = desk.act(&dispatcher, act, says).await;
        let detail = answer.text("/detail");
        assert_eq!(answer.outcome(), (422, "invalid"), "{act}: {detail}");
        assert!(detail.starts_with("act"), "{field}: {detail}");
        assert!(!detail.contains("expected"), "{detail}");
        assert!(detail.chars().any(|c| c > '\u{4e00}'), "{detail}");
    }
}

/// A counter types the year of a birthday.
#[tokio::test]
async fn a_counter_registers_nothing_that_broke_out_in_a_year_to_come() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let dispatcher = county.dispatcher(&server).await;
    let slip = |at: &str| -> Value {
        json!({
            "key": "01912345-0000-7000-8000-0000000000cc",
            "channel": "walk_in",
            "region": county.township(),
            "address": "新栖街某小区3号楼",
            "summary": "来访人与邻居因噪音发生争执。",
            "situation": "N02-02",
            "occurred_at": at,
        })
    };
    for at in ["1900-01-01T00:00:00Z", "2099-01-01T00:00:00Z"] {
        let answer = dispatcher.post("/api/v1/cases", slip(at)).await;
        assert_said(&answer, "occurred_at");
    }
    let answer = dispatcher
        .post("/api/v1/cases", slip("2008-05-01T00:00:00Z"))
        .await;
    assert_eq!(answer.status, 201, "{}", answer.json);
}

/// As a database says it whose disk is full.
///
/// Shows E23.
#[tokio::test(flavor = "multi_thread")]
async fn a_danger_that_cannot_be_kept_sends_the_desk_to_the_telephone_and_so_does_any_failure() {
    let desk = Desk::on(TestServer::alone().await).await;
    let dispatcher = desk.somebody(Role::Dispatcher).await;
    let full = "create function full_disk() returns trigger language plpgsql as
             $$ begin raise 'could not extend file' using errcode = '53100'; end $$;
         create trigger full_disk before insert on audit_log for each row execute function full_disk()";
    desk.server.state.pool.execute(full).await.unwrap();
    let danger = json!({ "what": "一方持刀返回。" });
    let answer = desk.act(&dispatcher, "danger", danger).await;
    assert_eq!(answer.outcome(), (503, "database_away"));
    let title = answer.text("/title");
    assert!(
        title.contains("险情未能登记") && title.contains("立即拨打110"),
        "{title}"
    );
    let triage = json!({ "situation": "N08-02" });
    let answer = desk.act(&dispatcher, "triage", triage).await;
    assert_eq!(answer.status, 503);
    let order = desk.county.order("A-2");
    let ordered = desk.county.channel(&desk.server).order(&order).await;
    assert_eq!(ordered.status, 503);
    for answer in [answer, ordered] {
        assert!(
            answer.text("/title").contains("立即拨打110"),
            "{}",
            answer.json
        );
    }
}
