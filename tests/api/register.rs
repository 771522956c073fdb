//! Cases that a counter registers (R077).

use harness::{Calls, TestServer};
use hejie_case::{ids::CaseId, role::Role};
use hejie_registry::{case, case::duty, pool};
use jiff::SignedDuration;
use serde_json::{Value, json};

const KEY: &str = "01912345-0000-7000-8000-0000000000aa";

fn slip(region: impl serde::Serialize) -> Value {
    json!({
        "key": KEY,
        "channel": "walk_in",
        "region": region,
        "address": "新栖街某小区3号楼",
        "summary": "来访人与邻居因噪音发生争执，电话13900001234。",
        "situation": "N02-02",
        "persons": 2,
    })
}

/// Shows R077, E01, E02, R005.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_to_the_counter_gets_a_number_a_code_and_whoever_is_on_duty() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let who = hejie_case::role::Author {
        user: county.mediator.id,
        role: county.mediator.role,
        org: county.mediator.org,
    };
    let until = server.now() + SignedDuration::from_hours(8);
    duty::add_shift(&mut conn, &who, &county.township(), server.now(), until)
        .await
        .unwrap();
    let dispatcher = county.dispatcher(&server).await;
    for (n, channel) in ["walk_in", "letter", "phone"].into_iter().enumerate() {
        let mut slip = slip(county.township());
        slip["channel"] = channel.into();
        slip["key"] = format!("01912345-0000-7000-8000-0000000000b{n}").into();
        let answer = dispatcher.post("/api/v1/cases", slip).await;
        assert_eq!(answer.status, 201, "{}", answer.json);
        let number = format!("{}-2026-{:06}", county.region, n + 1);
        assert_eq!(answer.text("/case_no"), number);
        assert_eq!(answer.text("/public_code").len(), 10);
        let id = answer.text("/case_id").parse().unwrap();
        let stored = case::lookup(&mut conn, id).await.unwrap().unwrap();
        assert_eq!(stored.facts.source.channel, channel);
        assert_eq!(stored.facts.source.external_no, None, "nobody is owed it");
        assert_eq!(stored.facts.offered().unwrap().user, who.user);
        assert!(!stored.view.intake.summary.contains("13900001234"));
    }
}

/// Shows R077.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_slip_sent_again_is_the_same_case_and_another_under_its_key_is_refused() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let desk = county.newcomer(&server, Role::PoliceDesk).await;
    let slip = slip(county.township());
    let first = desk.post("/api/v1/cases", slip.clone()).await;
    server.advance(SignedDuration::from_mins(3));
    let again = desk.post("/api/v1/cases", slip.clone()).await;
    assert_eq!((first.status, again.status), (201, 200), "{}", first.json);
    assert_eq!(again.json, first.json);
    let mut other = slip.clone();
    other["persons"] = 5.into();
    let refused = desk.post("/api/v1/cases", other).await;
    assert_eq!(refused.outcome(), (409, "order_differs"));
    let sentence = refused.text("/title");
    assert!(sentence.contains("登记表"), "{sentence}");
    let dispatcher = county.dispatcher(&server).await;
    let elsewhere = dispatcher.post("/api/v1/cases", slip).await;
    assert_eq!(elsewhere.status, 201, "another counter, another case");
    assert_ne!(elsewhere.json, first.json);
}

/// Shows R077.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_registers_and_nobody_outside_of_the_own_county() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let other = server.county().await;
    for role in [Role::Mediator, Role::JudicialOffice, Role::Analyst] {
        let somebody = county.newcomer(&server, role).await;
        let answer = somebody
            .post("/api/v1/cases", slip(county.township()))
            .await;
        assert_eq!(answer.outcome(), (403, "not_allowed"));
    }
    let stranger = other.dispatcher(&server).await;
    let answer = stranger
        .post("/api/v1/cases", slip(county.township()))
        .await;
    assert_eq!(answer.outcome(), (404, "not_found"));
    let dispatcher = county.dispatcher(&server).await;
    let mut unknown = slip(county.township());
    unknown["situation"] = "N15-88".into();
    let answer = dispatcher.post("/api/v1/cases", unknown).await;
    assert_eq!(answer.outcome(), (422, "unknown_situation"));
}

/// Shows R077, P15, P20.
#[tokio::test(flavor = "multi_thread")]
async fn a_number_on_a_slip_is_kept_nowhere_and_whoever_registered_it_stands_in_the_log() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let dispatcher = county.dispatcher(&server).await;
    let mut slip = slip(county.township());
    slip["address"] = "新栖街某小区3号楼，联系13900005678".into();
    let answer = dispatcher.post("/api/v1/cases", slip).await;
    assert_eq!(answer.status, 201, "{}", answer.json);
    let case: CaseId = answer.text("/case_id").parse().unwrap();
    let kept = "select i.raw::text || d.view::text || d.facts::text from incident i
        join case_doc d on d.case_id = i.case_id where d.case_id = $1";
    let kept = sqlx::query_scalar::<_, String>(kept).bind(case.0);
    let kept = kept.fetch_one(&server.state.pool).await.unwrap();
    assert!(kept.contains("噪音"), "{kept}");
    for number in ["13900001234", "13900005678"] {
        assert!(!kept.contains(number), "{kept}");
    }
    let lines = "select count(*) from audit_log where case_id = $1 and user_id = $2
        and action = 'create_case' and ok";
    let lines = sqlx::query_scalar::<_, i64>(lines).bind(case.0);
    let lines = lines.bind(county.dispatcher.id.0);
    assert_eq!(lines.fetch_one(&server.state.pool).await.unwrap(), 1);
}

/// Shows R077.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_registered_that_has_not_happened_yet_or_happened_before_2000() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let dispatcher = county.dispatcher(&server).await;
    let ahead = (server.now() + SignedDuration::from_mins(6)).to_string();
    for at in ["1999-12-31T23:59:59Z", &ahead] {
        let mut slip = slip(county.township());
        slip["occurred_at"] = at.into();
        let answer = dispatcher.post("/api/v1/cases", slip).await;
        assert_eq!(answer.outcome(), (422, "invalid"), "{at}");
        let field = answer.text("/detail");
        assert!(field.starts_with("occurred_at:"), "{field}");
    }
}
