//! Who takes a new case where nobody of the committee is on duty, and for how long that was so.

use harness::{Calls, County, Person, TestServer};
use hejie_case::{ids::RegionCode, role::Author};
use hejie_registry::{case::duty, pool};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

async fn shift(server: &TestServer, who: &Person, region: &RegionCode, hours: (i64, i64)) {
    let by = Author {
        user: who.id,
        role: who.role,
        org: who.org,
    };
    let at = |hours| server.now() + SignedDuration::from_hours(hours);
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    duty::add_shift(&mut conn, &by, region, at(hours.0), at(hours.1))
        .await
        .unwrap();
}

/// Whom a new case is offered to.
async fn offered(server: &TestServer, county: &County, no: &str) -> Value {
    let answer = county.channel(server).order(&county.order(no)).await;
    assert_eq!(answer.status, 201, "{}", answer.json);
    let path = format!("/api/v1/cases/{}", answer.text("/case_id"));
    let supervisor = county.supervisor(server).await;
    supervisor.get(&path).await.json["assignments"][0]["user_id"].clone()
}

async fn names_backup(server: &TestServer, county: &County, backup: &Person) {
    let now: Timestamp = server.now();
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    duty::set_backup(&mut conn, county.committee, Some(backup.org), now)
        .await
        .unwrap();
}

/// Shows R005, R068.
#[tokio::test]
async fn the_backup_takes_what_comes_while_nobody_of_the_committee_is_on_duty_and_not_else() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let neighbour = county.neighbour(&server).await;
    let other: RegionCode = format!("{}002", county.region).parse().unwrap();
    shift(&server, &neighbour, &other, (0, 24)).await;
    assert_eq!(offered(&server, &county, "A-1").await, Value::Null);
    names_backup(&server, &county, &neighbour).await;
    let second = offered(&server, &county, "A-2").await;
    assert_eq!(second, json!(neighbour.id.to_string()));
    shift(&server, &county.mediator, &county.township(), (0, 24)).await;
    let third = offered(&server, &county, "A-3").await;
    assert_eq!(third, json!(county.mediator.id.to_string()));
}

/// Shows R068.
#[tokio::test]
async fn the_minutes_in_which_nobody_was_on_duty_are_counted_once_and_told_to_the_centre() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let neighbour = county.neighbour(&server).await;
    names_backup(&server, &county, &neighbour).await;
    // Ten hours of one day in two shifts that overlap, and of the rest three by the backup.
    shift(&server, &county.mediator, &county.township(), (-20, -12)).await;
    let second = &county.second_mediator;
    shift(&server, second, &county.township(), (-14, -10)).await;
    let other: RegionCode = format!("{}002", county.region).parse().unwrap();
    shift(&server, &neighbour, &other, (-11, -7)).await;
    let dispatcher = county.dispatcher(&server).await;
    let asked = dispatcher.get("/api/v1/duty/unstaffed?days=1").await;
    assert_eq!(asked.status, 200, "{}", asked.json);
    let of = |org: String| {
        let all = asked.json["committees"].as_array().unwrap().clone();
        let found = all.into_iter().find(|one| one["org_id"] == org.as_str());
        found.unwrap()
    };
    let own = of(county.committee.to_string());
    assert_eq!(own["unstaffed_minutes"], 14 * 60, "{own}");
    assert_eq!(own["uncovered_minutes"], 11 * 60, "{own}");
    assert_eq!(own["backup"], "和平街道人民调解委员会");
    let next = of(neighbour.org.to_string());
    assert_eq!(next["unstaffed_minutes"], 20 * 60, "{next}");
    let far = dispatcher.get("/api/v1/duty/unstaffed?days=400").await;
    assert_eq!(far.outcome(), (422, "invalid"));
    let worker = county.grid_worker(&server).await;
    let refused = worker.get("/api/v1/duty/unstaffed").await;
    assert_eq!(refused.status, 403);
}
