//! Who has the rank and whose matter it is: what is the county's its supervisor decides, what is of
//! one department is none of another's.

use crate::desk::{Desk, offers, target_of};
use harness::{Calls, client::Signed};
use hejie_case::{ids::OrgId, role::Role};
use hejie_registry::{
    identity::org::{self, Org, OrgKind, OrgLevel},
    pool,
};
use jiff::SignedDuration;
use serde_json::{Value, json};

/// Somebody of a department of the county, by its name.
async fn department(desk: &Desk, name: &str) -> Signed {
    let mut conn = pool::acquire(&desk.server.state.pool).await.unwrap();
    let org = Org {
        id: OrgId::new(desk.server.now(), desk.server.state.entropy.bytes()),
        parent: None,
        kind: OrgKind::Department,
        name_zh: name.into(),
        region: desk.county.region.clone(),
        level: OrgLevel::County,
        active: true,
        carries_seal: false,
    };
    org::add(&mut conn, &org).await.unwrap();
    let (county, server) = (&desk.county, &desk.server);
    county.newcomer_at(server, Role::Department, org.id).await
}

/// The supervisor of a town.
async fn of_town(desk: &Desk) -> Signed {
    let county = &desk.county;
    county.local_newcomer(&desk.server, Role::Supervisor).await
}

/// A colour as a supervisor sets it, for some hours.
fn colour(desk: &Desk, level: &str, hours: i64) -> Value {
    let until = desk.server.now() + SignedDuration::from_hours(hours);
    json!({ "level": level, "why": "已核实。", "until": until })
}

/// Shows E03, E06, R109.
#[tokio::test(flavor = "multi_thread")]
async fn after_two_returns_the_supervisor_of_a_town_decides_nothing_and_that_of_the_county_does() {
    let desk = Desk::set().await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    let mediator = desk.county.mediator(&desk.server).await;
    for _ in 0..2 {
        desk.done(&dispatcher, "dispatch", desk.offer()).await;
        let reason = json!({ "reason": "当事人不在本辖区。" });
        desk.done(&mediator, "return", reason).await;
    }
    let town = of_town(&desk).await;
    assert!(!offers(&desk.detail_of(&town).await, "E03"), "not shown");
    let answer = desk.act(&town, "dispatch", desk.offer()).await;
    assert_eq!(answer.outcome(), (409, "county_decides"));
    let county = desk.county.supervisor(&desk.server).await;
    assert!(offers(&desk.detail_of(&county).await, "E03"));
    let offered = desk.done(&county, "dispatch", desk.offer()).await;
    assert_eq!(offered, "dispatched");
}

/// Shows R042.
#[tokio::test(flavor = "multi_thread")]
async fn a_red_that_the_county_set_is_lowered_by_no_town_and_closed_by_none() {
    let desk = Desk::set().await;
    desk.on_scene().await;
    let (town, county) = (
        of_town(&desk).await,
        desk.county.supervisor(&desk.server).await,
    );
    desk.done(&county, "override_colour", colour(&desk, "red", 72))
        .await;
    for (level, hours) in [("blue", 24), ("red", 1)] {
        let lower = colour(&desk, level, hours);
        let answer = desk.act(&town, "override_colour", lower).await;
        assert_eq!(answer.outcome(), (409, "rank_too_low"), "{level}");
    }
    desk.ask_to_close().await;
    let outcome = json!({ "outcome": "reconciled" });
    let answer = desk.act(&town, "close", outcome.clone()).await;
    assert_eq!(answer.outcome(), (409, "rank_too_low"));
    assert_eq!(desk.done(&county, "close", outcome).await, "closed");
}

/// Shows E03b, R107.
#[tokio::test(flavor = "multi_thread")]
async fn a_push_is_acknowledged_by_whom_it_went_to_and_by_no_other_department() {
    let desk = Desk::set().await;
    let housing = department(&desk, "和安县住房和城乡建设局").await;
    let water = department(&desk, "和安县水利局").await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    desk.done(&dispatcher, "dispatch", desk.offer()).await;
    let push = |target: &str| json!({ "target": target });
    // Neither works on the case: to both it is not there.
    for who in [&housing, &water] {
        let answer = desk.act(who, "ack_push", push("territory_dept")).await;
        assert_eq!(answer.outcome(), (404, "not_found"));
    }
    for who in [&housing, &water] {
        let joins = json!({ "target": target_of(who).await, "duty": "co" });
        desk.done(&dispatcher, "assign", joins).await;
    }
    for (who, target, outcome) in [
        (&water, "territory_dept", (409, "push_of_another")),
        (&housing, "party_gov_plac", (409, "push_of_another")),
        (&housing, "territory_dept", (200, "")),
    ] {
        let answer = desk.act(who, "ack_push", push(target)).await;
        assert_eq!(answer.outcome(), outcome, "{target}: {}", answer.json);
    }
}

/// Shows E04, P14.
#[tokio::test(flavor = "multi_thread")]
async fn a_department_reads_of_what_waits_its_own_matters_alone_and_no_more_than_the_course() {
    let desk = Desk::set().await;
    let housing = department(&desk, "和安县住房和城乡建设局").await;
    let water = department(&desk, "和安县水利局").await;
    let path = format!("/api/v1/cases/{}", desk.case);
    let detail = housing.get(&path).await;
    assert_eq!(detail.status, 200, "{}", detail.json);
    assert_eq!(
        detail.json["intake"]["address"],
        json!(null),
        "class B alone"
    );
    assert_eq!(water.get(&path).await.outcome(), (404, "not_found"));
    for (who, listed) in [(&housing, 1), (&water, 0)] {
        let list = who.get("/api/v1/cases").await.json;
        assert_eq!(list["items"].as_array().unwrap().len(), listed);
    }
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    desk.done(&dispatcher, "dispatch", desk.offer()).await;
    let answer = housing.get(&path).await;
    assert_eq!(answer.outcome(), (404, "not_found"), "it waits no more");
}
