//! What parties say of the handling of their case, by its public code.

use crate::desk::Desk;
use harness::{Answer, Calls, TestServer, client::Anonymous};
use hejie_case::role::Role;
use hejie_registry::identity::org::OrgKind;
use jiff::SignedDuration;
use serde_json::{Value, json};

/// A case with its public code.
struct Rated {
    desk: Desk,
    code: String,
}

impl Rated {
    async fn set() -> Self {
        let desk = Desk::set().await;
        let code = desk.detail().await["summary"]["public_code"].clone();
        let code = code.as_str().unwrap().to_owned();
        Self { desk, code }
    }

    async fn says(&self, rating: u8, words: &str) -> Answer {
        rate(
            &self.desk,
            &self.code,
            json!({ "rating": rating, "words": words }),
        )
        .await
    }
}

async fn rate(desk: &Desk, code: &str, body: Value) -> Answer {
    let path = format!("/api/v1/public/cases/{code}/satisfaction");
    desk.server.anonymous().post(&path, body).await
}

/// Shows D07.
#[tokio::test(flavor = "multi_thread")]
async fn a_party_says_how_a_closed_case_was_handled_and_those_desks_read_it_that_handle_none() {
    let rated = Rated::set().await;
    let open = rated.says(5, "").await;
    assert_eq!(open.outcome(), (409, "case_open"));
    rated.desk.closed().await;
    let kept = rated.says(4, " 处理及时，13900001234可联系。 ").await;
    assert_eq!(kept.status, 200, "{}", kept.json);
    assert_eq!(kept.text("/public_code"), rated.code);
    let desk = &rated.desk;
    let read = desk.detail().await["satisfaction"].clone();
    assert_eq!(
        (&read[0]["rating"], &read[0]["round"]),
        (&json!(4), &json!(1))
    );
    let words = read[0]["words"].as_str().unwrap();
    assert!(
        words.starts_with("处理及时") && !words.contains("13900001234"),
        "{words}"
    );
    let mediator = desk.county.mediator(&desk.server).await;
    assert_eq!(desk.detail_of(&mediator).await["satisfaction"], json!([]));
    let office = desk.somebody(Role::JudicialOffice).await;
    assert_eq!(desk.detail_of(&office).await["satisfaction"], read);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_anew_takes_the_place_of_the_first_for_seven_days() {
    let rated = Rated::set().await;
    rated.desk.closed().await;
    rated.says(1, "没有回音。").await;
    rated
        .desk
        .server
        .advance(SignedDuration::from_hours(24 * 7));
    assert_eq!(rated.says(5, "后来办好了。").await.status, 200);
    rated.desk.server.advance(SignedDuration::from_hours(1));
    assert_eq!(rated.says(2, "").await.outcome(), (409, "already_rated"));
    let read = rated.desk.detail().await["satisfaction"].clone();
    assert_eq!(read.as_array().unwrap().len(), 1);
    assert_eq!(read[0]["words"], "后来办好了。");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_is_nobodys_is_not_found_and_a_rating_out_of_range_is_refused() {
    let rated = Rated::set().await;
    rated.desk.closed().await;
    for code in ["2222222222", "nonsense"] {
        let answer = rate(&rated.desk, code, json!({ "rating": 5 })).await;
        assert_eq!(answer.outcome(), (404, "not_found"), "{code}");
    }
    let long = "长".repeat(501);
    for body in [
        json!({ "rating": 0 }),
        json!({ "rating": 6 }),
        json!({ "rating": 3, "words": long }),
        json!({ "rating": 3, "words": "门\u{1}锁" }),
    ] {
        let answer = rate(&rated.desk, &rated.code, body.clone()).await;
        assert_eq!(answer.outcome(), (422, "invalid"), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_answered_a_few_times_only_before_it_has_to_wait() {
    let rated = Rated::set().await;
    rated.desk.closed().await;
    for n in 0..5 {
        assert_eq!(rated.says(3, "").await.status, 200, "{n}");
    }
    let braked = rated.says(3, "").await;
    assert_eq!(braked.outcome(), (429, "too_many_attempts"));
    assert!(braked.headers.contains_key("retry-after"));
    rated.desk.server.advance(SignedDuration::from_hours(1));
    assert_eq!(rated.says(3, "").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_who_is_refused_keeps_the_party_from_answering() {
    let rated = Rated::set().await;
    for n in 0..6 {
        assert_eq!(rated.says(1, "").await.outcome(), (409, "case_open"), "{n}");
    }
    rated.desk.closed().await;
    assert_eq!(rated.says(4, "").await.status, 200);
}

/// Shows D07.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_says_it_once_a_round_and_what_is_said_of_the_last_round_is_read_first() {
    let rated = Rated::set().await;
    let desk = &rated.desk;
    desk.closed().await;
    assert_eq!(rated.says(2, "没有回音。").await.status, 200);
    let supervisor = desk.county.supervisor(&desk.server).await;
    let why = json!({ "why": "又起争执。" });
    desk.done(&supervisor, "reopen", why).await;
    let open = rated.says(5, "").await;
    assert_eq!(open.outcome(), (409, "case_open"));
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    let again = json!({ "situation": "N08-02" });
    desk.done(&dispatcher, "triage", again).await;
    desk.server.advance(SignedDuration::from_hours(24 * 30));
    desk.closed().await;
    assert_eq!(rated.says(5, "这次办好了。").await.status, 200);
    let read = desk.detail().await["satisfaction"].clone();
    let answer = |n: usize| (read[n]["round"].clone(), read[n]["words"].clone());
    assert_eq!(answer(0), (json!(2), json!("这次办好了。")));
    assert_eq!(answer(1), (json!(1), json!("没有回音。")));
}

/// Shows D07, E30.
#[tokio::test(flavor = "multi_thread")]
async fn the_code_of_a_case_that_goes_on_under_another_rates_that_one_once_it_is_closed() {
    let rated = Rated::set().await;
    let desk = &rated.desk;
    let order = desk.county.order("A-2");
    let other = desk.county.channel(&desk.server).order(&order).await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    let merge = json!({ "into": other.text("/case_id"), "why": "同一纠纷。" });
    assert_eq!(desk.done(&dispatcher, "merge", merge).await, "closed");
    let open = rated.says(5, "").await;
    assert_eq!(open.outcome(), (409, "case_open"), "it goes on");
}

/// Shows P15.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_leaves_a_line_of_its_case_that_names_nobody() {
    let rated = Rated::set().await;
    rated.desk.closed().await;
    assert_eq!(rated.says(4, "处理及时。").await.status, 200);
    let lines = "select count(*) from audit_log where case_id = $1 and action = 'rate_case' and ok
        and user_id is null and device_id is null and address is null and object is null";
    let lines = sqlx::query_scalar::<_, i64>(lines).bind(rated.desk.case.0);
    let pool = &rated.desk.server.state.pool;
    assert_eq!(lines.fetch_one(pool).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_tries_one_code_after_another_has_to_wait_and_no_other_does() {
    let rated = Rated::set().await;
    rated.desk.closed().await;
    let at = |host: u8| {
        let anyone = rated.desk.server.anonymous().0;
        Anonymous(anyone.from_address(([203, 0, 113, host], 40_000).into()))
    };
    let said = json!({ "rating": 1 });
    let path = |code: &str| format!("/api/v1/public/cases/{code}/satisfaction");
    for _ in 0..20 {
        let guessed = at(9).post(&path("2222222222"), said.clone()).await;
        assert_eq!(guessed.outcome(), (404, "not_found"));
    }
    let braked = at(9).post(&path(&rated.code), said.clone()).await;
    assert_eq!(braked.outcome(), (429, "too_many_attempts"));
    assert_eq!(at(10).post(&path(&rated.code), said).await.status, 200);
}

/// Shows D07.
#[tokio::test(flavor = "multi_thread")]
async fn the_desk_of_the_hotline_reads_what_was_said_and_that_of_the_police_does_not() {
    for (role, reads) in [(Role::HotlineDesk, 1), (Role::PoliceDesk, 0)] {
        let server = TestServer::start().await;
        let county = server.county().await;
        let channel = match role {
            Role::HotlineDesk => {
                let name = format!("12345-{}", county.region);
                county.connect(&server, &name, OrgKind::Centre).await
            }
            _ => county.channel(&server),
        };
        let mut order = county.order("A-1");
        order["situation"] = json!("N08-02");
        let case = channel.order(&order).await;
        let (case, code) = (
            case.text("/case_id").parse().unwrap(),
            case.text("/public_code").to_owned(),
        );
        let desk = Desk {
            server,
            county,
            case,
        };
        let rated = Rated { desk, code };
        rated.desk.closed().await;
        assert_eq!(rated.says(4, "处理及时。").await.status, 200);
        let seat = rated.desk.somebody(role).await;
        let read = rated.desk.detail_of(&seat).await["satisfaction"].clone();
        assert_eq!(read.as_array().unwrap().len(), reads, "{role:?}");
    }
}

/// Shows D07.
#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_who_knows_the_code_keeps_the_party_at_another_address_from_nothing() {
    let rated = Rated::set().await;
    rated.desk.closed().await;
    let from = |n: u8| {
        let address = ([203, 0, 113, n], 40_000).into();
        harness::client::Anonymous((rated.desk.server.anonymous().0).from_address(address))
    };
    let path = format!("/api/v1/public/cases/{}/satisfaction", rated.code);
    let says = |rating: u8| json!({ "rating": rating });
    for n in 0..5 {
        assert_eq!(from(1).post(&path, says(1)).await.status, 200, "{n}");
    }
    let braked = from(1).post(&path, says(1)).await;
    assert_eq!(braked.outcome(), (429, "too_many_attempts"));
    assert_eq!(from(2).post(&path, says(5)).await.status, 200);
    let read = rated.desk.detail().await["satisfaction"].clone();
    assert_eq!(read[0]["rating"], 5, "what the party said stands");
}
