//! Calls that are no disputes, what channels reported as a list, and how far the case of a number
//! is.

use crate::{desk::Desk, outbox::owe};
use harness::{Calls, County, TestServer, receiver::Receiver};
use hejie_case::role::Role;
use hejie_registry::identity::org::OrgKind;
use jiff::SignedDuration;
use serde_json::{Value, json};

/// An order about somebody who asks for help.
fn lost_dog(county: &County, external_no: &str) -> Value {
    let mut order = county.order(external_no);
    order["is_dispute"] = false.into();
    order["kind"] = "help".into();
    order["summary"] = "走失宠物犬，请求帮助寻找。".into();
    order.as_object_mut().unwrap().remove("situation");
    order
}

async fn incidents(desk: &impl Calls, query: &str) -> Value {
    let answer = desk.get(&format!("/api/v1/incidents{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    answer.json
}

fn numbers(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().unwrap().iter();
    let numbers = items.map(|item| item["external_no"].as_str().unwrap());
    numbers.collect()
}

/// Shows R103.
#[tokio::test]
async fn a_call_that_is_no_dispute_is_kept_once_for_each_number_and_becomes_no_case() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let channel = county.channel(&server);
    let first = channel.order(&lost_dog(&county, "B-1")).await;
    assert_eq!(first.status, 201, "{}", first.json);
    assert_eq!(first.text("/kind"), "help");
    assert_eq!(first.json.get("case_id"), None);
    server.advance(SignedDuration::from_mins(3));
    let again = channel.order(&lost_dog(&county, "B-1")).await;
    assert_eq!((again.status, again.json), (200, first.json));
    let as_dispute = channel.order(&county.order("B-1")).await;
    assert_eq!(as_dispute.outcome(), (409, "order_differs"));
    let supervisor = county.supervisor(&server).await;
    let cases = supervisor.get("/api/v1/cases").await;
    assert_eq!(cases.json["items"], json!([]));
}

#[tokio::test]
async fn what_kind_of_call_it_is_is_said_of_those_that_are_no_disputes_and_of_no_other() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let channel = county.channel(&server);
    let mut without = lost_dog(&county, "B-1");
    without.as_object_mut().unwrap().remove("kind");
    let mut both = county.order("B-2");
    both["kind"] = "help".into();
    let mut unknown = lost_dog(&county, "B-3");
    unknown["kind"] = "nonsense".into();
    for order in [without, both, unknown] {
        let refused = channel.order(&order).await;
        assert_eq!(refused.outcome(), (422, "invalid"), "{order}");
        assert!(refused.text("/detail").starts_with("kind"), "{order}");
    }
}

/// Shows R103.
#[tokio::test]
async fn desks_see_what_came_in_their_area_and_how_much_of_it_are_disputes() {
    let server = TestServer::start().await;
    let (county, other) = (server.county().await, server.county().await);
    let channel = county.channel(&server);
    other.channel(&server).order(&other.order("X-1")).await;
    let dispute = channel.order(&county.order("A-1")).await;
    for (number, kind) in [("B-1", "help"), ("B-2", "criminal"), ("B-3", "help")] {
        server.advance(SignedDuration::from_mins(1));
        let mut call = lost_dog(&county, number);
        call["kind"] = kind.into();
        assert_eq!(channel.order(&call).await.status, 201);
    }
    let desk = county.newcomer(&server, Role::PoliceDesk).await;
    let all = incidents(&desk, "").await;
    assert_eq!(numbers(&all), ["B-3", "B-2", "B-1", "A-1"]);
    assert_eq!(
        all["counts"],
        json!({ "all": 4, "non_police": 3, "disputes": 1, "non_police_disputes": 1,
            "open": 1, "open_since": all["items"][3]["received_at"] })
    );
    assert_eq!(all["items"][0]["kind_zh"], "群众求助");
    assert_eq!(all["items"][0]["case_id"], Value::Null);
    assert_eq!(all["items"][1]["is_police"], true);
    assert_eq!(all["items"][3]["case_no"], dispute.text("/case_no"));
    assert!(!all.to_string().contains("走失"), "nobody's words");
    let helped = incidents(&desk, "?kind=help&limit=1").await;
    assert_eq!(
        (numbers(&helped), &helped["counts"]["all"]),
        (vec!["B-3"], &json!(2))
    );
    let next = helped["next"].as_str().unwrap();
    let rest = incidents(&desk, &format!("?kind=help&limit=1&after={next}")).await;
    assert_eq!(numbers(&rest), ["B-1"]);
    let disputes = incidents(&desk, "?is_dispute=true").await;
    assert_eq!(numbers(&disputes), ["A-1"]);
    let mediator = county.mediator(&server).await;
    let answer = mediator.get("/api/v1/incidents").await;
    assert_eq!(answer.outcome(), (403, "not_allowed"));
}

/// Shows R103. One dispute was called about from two towns.
#[tokio::test(flavor = "multi_thread")]
async fn a_desk_of_a_town_lists_the_calls_of_the_town_and_names_no_case_of_another() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let channel = county.channel(&server);
    let mut elsewhere = county.order("A-1");
    elsewhere["region"] = format!("{}002", county.region).into();
    let case = channel.order(&elsewhere).await;
    assert_eq!(case.status, 201, "{}", case.json);
    server.advance(SignedDuration::from_mins(1));
    let mut here = county.order("A-2");
    here["repeat_of"] = "A-1".into();
    let again = channel.order(&here).await;
    assert_eq!(again.json["case_id"], case.json["case_id"]);
    let station = county.station;
    let town = county.newcomer_at(&server, Role::PoliceDesk, station).await;
    let listed = incidents(&town, "").await;
    assert_eq!(
        (numbers(&listed), &listed["counts"]["all"]),
        (vec!["A-2"], &json!(1))
    );
    let call = &listed["items"][0];
    assert_eq!(
        (&call["case_id"], &call["case_no"]),
        (&Value::Null, &Value::Null)
    );
    let of_county = county.newcomer(&server, Role::PoliceDesk).await;
    let listed = incidents(&of_county, "").await;
    assert_eq!(numbers(&listed), ["A-2", "A-1"]);
    assert_eq!(listed["items"][0]["case_id"], case.json["case_id"]);
}

/// Shows R036, R125.
#[tokio::test(flavor = "multi_thread")]
async fn a_channel_reads_how_far_the_case_of_its_own_number_is_and_of_no_other() {
    let desk = Desk::set().await;
    let (server, county) = (&desk.server, &desk.county);
    let channel = county.channel(server);
    let before = channel.asks_progress("A-1").await;
    assert_eq!(before.status, 200, "{}", before.json);
    assert_eq!(before.text("/case/status"), "pending_dispatch");
    desk.on_scene().await;
    let after = channel.asks_progress("A-1").await;
    assert_eq!(after.text("/case/status"), "on_scene");
    assert_eq!(after.text("/case/handled_by"), "新栖镇调委会");
    let said = after.json.to_string();
    assert!(!said.contains("中介") && !said.contains("调解丙"), "{said}");
    channel.order(&lost_dog(county, "B-1")).await;
    let call = channel.asks_progress("B-1").await;
    assert_eq!((call.status, &call.json["case"]), (200, &Value::Null));
    let name = format!("12345-{}", county.region);
    let other = county.connect(server, &name, OrgKind::Desk).await;
    for (who, number) in [(&channel, "A-9"), (&other, "A-1")] {
        let answer = who.asks_progress(number).await;
        assert_eq!(answer.outcome(), (404, "not_found"));
    }
}

/// Shows E24b.
#[tokio::test(flavor = "multi_thread")]
async fn the_police_report_the_number_of_a_criminal_case_and_it_stands_in_the_case() {
    let desk = Desk::on(TestServer::alone().await).await;
    let (server, county, case) = (&desk.server, &desk.county, desk.case.to_string());
    let police = county.connect(server, "110", OrgKind::Desk).await;
    let act = |no: &str| json!({ "report_crime": { "criminal_no": no } });
    let other = county
        .channel(server)
        .report(&case, act("刑字〔2026〕1号"))
        .await;
    assert_eq!(other.outcome(), (403, "not_allowed"));
    for _ in 0..2 {
        let answer = police.report(&case, act(" 刑字〔2026〕1号 ")).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
        server.advance(SignedDuration::from_secs(1));
    }
    let detail = desk.detail().await;
    assert_eq!(detail["facts"]["criminal_nos"], json!(["刑字〔2026〕1号"]));
    let trail = detail["trail"].as_array().unwrap().iter();
    let lines: Vec<_> = trail.filter(|line| line["event"] == "E24b").collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0]["words"], "刑字〔2026〕1号");
    assert_eq!(
        detail["summary"]["status"], "pending_dispatch",
        "it goes on"
    );
    let empty = police.report(&case, act(" ")).await;
    assert_eq!(empty.outcome(), (409, "criminal_no_missing"));
    for number in 2..=20 {
        let no = format!("刑字〔2026〕{number}号");
        let answer = police.report(&case, act(&no)).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
    }
    let full = police.report(&case, act("刑字〔2026〕21号")).await;
    assert_eq!(full.outcome(), (409, "criminal_cases_full"));
    let long = police.report(&case, act(&"9".repeat(65))).await;
    assert_eq!(long.outcome(), (422, "invalid"));
}

/// Shows R008, R052, R101. A loop is closed when the channel took the result, not when the case
/// ends; a call that is no dispute is owed none.
#[tokio::test]
async fn an_incident_is_open_until_its_channel_has_taken_the_result_under_its_own_number() {
    let server = TestServer::alone().await;
    let county = server.county().await;
    let channel = county.channel(&server);
    for order in [
        county.order("A-1"),
        county.order("A-2"),
        lost_dog(&county, "B-1"),
    ] {
        let answer = channel.order(&order).await;
        assert_eq!(answer.status, 201, "{}", answer.json);
        server.advance(SignedDuration::from_mins(1));
    }
    let supervisor = county.supervisor(&server).await;
    let open = incidents(&supervisor, "?is_open=true").await;
    assert_eq!(numbers(&open), ["A-2", "A-1"]);
    assert_eq!(open["items"][0]["answered_at"], Value::Null);
    let since = open["items"][1]["received_at"].clone();
    let receiver = Receiver::refusing(1).await;
    owe(&server, &county, Some(&receiver.url())).await;
    server.send_due().await;
    let still = incidents(&supervisor, "").await;
    assert_eq!(
        still["counts"]["open"], 2,
        "a result on its way closes nothing"
    );
    assert_eq!(still["counts"]["open_since"], since);
    server.advance(SignedDuration::from_mins(1));
    server.send_due().await;
    let closed = incidents(&supervisor, "?is_open=false").await;
    assert_eq!(numbers(&closed), ["B-1", "A-1"]);
    assert_eq!(closed["items"][1]["answered_at"], json!(server.now()));
    let after = incidents(&supervisor, "").await;
    assert_eq!(after["counts"]["open"], 1);
    assert_ne!(after["counts"]["open_since"], since);
}

/// Shows R103, P15, P20.
#[tokio::test]
async fn a_call_that_is_no_dispute_leaves_one_line_in_the_log_and_nobodys_number_or_name() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let channel = county.channel(&server);
    let mut call = lost_dog(&county, "B-1");
    call["summary"] = "走失宠物犬，请联系13900001234。".into();
    call["caller_masked"] = "王小明 13900001234".into();
    for status in [201, 200] {
        assert_eq!(channel.order(&call).await.status, status);
    }
    let pool = &server.state.pool;
    let kept = "select raw::text from incident where region_code = $1";
    let kept = sqlx::query_scalar::<_, String>(kept).bind(county.township().as_str().to_owned());
    let kept = kept.fetch_one(pool).await.unwrap();
    assert!(kept.contains("走失"), "{kept}");
    assert!(
        !kept.contains("13900001234") && !kept.contains("王小明"),
        "{kept}"
    );
    let lines = "select count(*) from audit_log l join channel c on c.name = l.object
        where l.action = 'create_order' and l.case_id is null and l.ok and c.org_id = $1";
    let lines = sqlx::query_scalar::<_, i64>(lines).bind(channel.org().0);
    assert_eq!(lines.fetch_one(pool).await.unwrap(), 1);
}

/// Shows R103.
#[tokio::test]
async fn incidents_are_listed_and_counted_between_two_moments_and_of_one_channel() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let channel = county.channel(&server);
    channel.order(&lost_dog(&county, "B-1")).await;
    server.advance(SignedDuration::from_hours(24 * 31));
    let desk = county.newcomer(&server, Role::PoliceDesk).await;
    let lately = incidents(&desk, "").await;
    assert_eq!(numbers(&lately), Vec::<&str>::new(), "30 days back");
    let second = server.now();
    channel.order(&lost_dog(&county, "B-2")).await;
    server.advance(SignedDuration::from_mins(1));
    let third = server.now();
    let name = format!("12345-{}", county.region);
    let hotline = county.connect(&server, &name, OrgKind::Desk).await;
    hotline.order(&lost_dog(&county, "H-1")).await;
    let of_hotline = format!("channel={name}");
    for (query, listed) in [
        (format!("from={second}"), vec!["H-1", "B-2"]),
        (format!("from={second}&until={third}"), vec!["B-2"]),
        (
            format!("from=2020-01-01T00:00:00Z&until={second}"),
            vec!["B-1"],
        ),
        (of_hotline, vec!["H-1"]),
    ] {
        let page = incidents(&desk, &format!("?{query}")).await;
        assert_eq!(numbers(&page), listed, "{query}");
        assert_eq!(page["counts"]["all"], listed.len(), "{query}");
    }
}
