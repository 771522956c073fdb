//! The catalogue, and the tables that a county may change.

use axum::{body::Body, http::Method};
use harness::{Calls, TestServer, client::request};
use hejie_case::role::Role;
use hejie_registry::pool;
use serde_json::{Value, json};

/// Shows R111, R112.
#[tokio::test]
async fn the_catalogue_has_two_lists_with_their_categories_and_situations() {
    let server = TestServer::start().await;
    let mediator = server.county().await.mediator(&server).await;
    let catalogue = mediator.get("/api/v1/catalogue").await.json;
    let counts: Vec<_> = catalogue["lists"]
        .as_array()
        .unwrap()
        .iter()
        .map(|list| (list["categories"].as_u64(), list["situations"].as_u64()))
        .collect();
    assert_eq!(counts, [(Some(15), Some(72)), (Some(8), Some(42))]);
    assert_eq!(catalogue["categories"].as_array().unwrap().len(), 23);
    let situations = catalogue["situations"].as_array().unwrap();
    assert_eq!(situations.len(), 114);
    let inheritance = situations.iter().find(|s| s["code"] == "N01-06").unwrap();
    assert_eq!(inheritance["esign"], "no");
    assert_eq!(inheritance["confirmation"], "conditional");
    assert_eq!(inheritance["statistics_class"], "婚姻家庭纠纷");
    let theft = situations.iter().find(|s| s["code"] == "P01-01").unwrap();
    assert_eq!(theft["may_be_mediated"], false);
}

#[tokio::test]
async fn a_catalogue_that_is_known_is_not_sent_again() {
    let server = TestServer::start().await;
    let mediator = server.county().await.mediator(&server).await;
    let first = mediator.get("/api/v1/catalogue").await;
    let tag = first.headers["etag"].clone();
    let ask = |known: &str| {
        let mut call = request(Method::GET, "/api/v1/catalogue", Body::empty());
        let value = known.parse().unwrap();
        call.headers_mut().insert("if-none-match", value);
        call
    };
    let again = mediator.send(ask(tag.to_str().unwrap())).await;
    assert_eq!((again.status, again.bytes.len()), (304, 0));
    assert_eq!(again.headers["etag"], tag);
    assert_eq!(mediator.send(ask("\"other\"")).await.status, 200);
    let pilot = mediator.get("/api/v1/catalogue?version=0").await;
    assert_ne!(pilot.headers["etag"], tag);
    assert_eq!(pilot.json["current"], 1);
    let unknown = mediator.get("/api/v1/catalogue?version=9").await;
    assert_eq!(unknown.outcome(), (404, "not_found"));
}

/// Shows M20.
#[tokio::test]
async fn codes_of_the_pilot_list_are_mapped_and_what_was_split_is_left_to_a_person() {
    let server = TestServer::start().await;
    let mediator = server.county().await.mediator(&server).await;
    let map = mediator.get("/api/v1/catalogue/0/map").await.json;
    let of = |code: &str| {
        let codes = map["codes"].as_array().unwrap().iter();
        let found = codes.into_iter().find(|mapped| mapped["code"] == code);
        let found = found.unwrap();
        (found["outcome"].clone(), found["candidates"].clone())
    };
    assert_eq!(of("N02-01"), (json!("same"), json!(["N02-01"])));
    assert_eq!(of("N03-05"), (json!("renamed"), json!(["N08-02"])));
    assert_eq!(of("N03-04"), (json!("triage"), json!(["N03-04", "N06-01"])));
    assert_eq!(of("N06-04"), (json!("triage"), json!([])));
    let unknown = mediator.get("/api/v1/catalogue/9/map").await;
    assert_eq!(unknown.outcome(), (404, "not_found"));
}

fn route(lead: &str, base_version: u32) -> Value {
    json!({ "lead": lead, "co": ["市场监督管理局"], "mechanism": "prepaid", "reason": "本县归口调整", "base_version": base_version })
}

/// Shows R014.
#[tokio::test]
async fn a_county_changes_a_route_for_itself_alone_and_the_change_is_logged() {
    let server = TestServer::start().await;
    let (county, other) = (server.county().await, server.county().await);
    let dispatcher = county.dispatcher(&server).await;
    let shipped = row(&dispatcher.get("/api/v1/routing").await.json, "N04-03");
    assert_eq!(
        (&shipped["lead"], &shipped["version"]),
        (&json!("市场监督管理局"), &json!(0))
    );
    let path = "/api/v1/routing/N04-03";
    let changed = dispatcher.put(path, route("商务局", 0)).await;
    assert_eq!(
        (changed.status, &changed.json["version"]),
        (200, &json!(1)),
        "{}",
        changed.json
    );
    let rows = dispatcher.get("/api/v1/routing").await.json;
    assert_eq!(row(&rows, "N04-03")["lead"], "商务局");
    assert_eq!(rows.as_array().unwrap().len(), 114);
    let elsewhere = other.dispatcher(&server).await.get("/api/v1/routing").await;
    assert_eq!(row(&elsewhere.json, "N04-03")["lead"], "市场监督管理局");
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let logged: (String, String) = sqlx::query_as(
        "select object, purpose from audit_log where user_id = $1 and action = 'set_routing'",
    )
    .bind(county.dispatcher.id.0)
    .fetch_one(&mut *conn)
    .await
    .unwrap();
    assert_eq!(logged, ("N04-03".into(), "本县归口调整".into()));
}

#[tokio::test]
async fn a_route_with_a_field_that_there_is_not_is_refused_by_its_name_and_stays_as_it_was() {
    let server = TestServer::start().await;
    let dispatcher = server.county().await.dispatcher(&server).await;
    let mut misspelt = route("商务局", 0);
    misspelt["mechanisms"] = json!("consumer");
    let path = "/api/v1/routing/N04-03";
    let answer = dispatcher.put(path, misspelt).await;
    assert_eq!(answer.outcome(), (422, "invalid"));
    assert!(
        answer.text("/detail").contains("mechanisms"),
        "{}",
        answer.json
    );
    let rows = dispatcher.get("/api/v1/routing").await.json;
    assert_eq!(row(&rows, "N04-03")["version"], 0);
}

#[tokio::test]
async fn of_two_who_change_a_route_at_once_the_second_is_told_to_look_again() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let (dispatcher, supervisor) = (
        county.dispatcher(&server).await,
        county.supervisor(&server).await,
    );
    let path = "/api/v1/routing/N04-03";
    assert_eq!(dispatcher.put(path, route("商务局", 0)).await.status, 200);
    assert_eq!(
        supervisor.put(path, route("公安机关", 0)).await.outcome(),
        (409, "stale")
    );
    assert_eq!(
        supervisor.put(path, route("公安机关", 2)).await.outcome(),
        (409, "stale")
    );
    assert_eq!(
        supervisor
            .put("/api/v1/routing/N04-01", route("公安机关", 3))
            .await
            .outcome(),
        (409, "stale")
    );
    let second = supervisor.put(path, route("公安机关", 1)).await;
    assert_eq!(second.json["version"], 2);
}

#[tokio::test]
async fn a_route_for_nothing_with_an_unknown_mechanism_or_by_a_township_is_refused() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let dispatcher = county.dispatcher(&server).await;
    let unknown = dispatcher
        .put("/api/v1/routing/N99-01", route("商务局", 0))
        .await;
    assert_eq!(unknown.outcome(), (422, "unknown_situation"));
    let mut other = route("商务局", 0);
    other["mechanism"] = "no-such".into();
    let refused = dispatcher.put("/api/v1/routing/N04-03", other).await;
    assert_eq!(refused.outcome(), (422, "invalid"));
    let local = county.local_newcomer(&server, Role::Dispatcher).await;
    let not_theirs = local
        .put("/api/v1/routing/N04-03", route("商务局", 0))
        .await;
    assert_eq!(not_theirs.outcome(), (403, "not_allowed"));
    let seen = local.get("/api/v1/routing").await;
    assert_eq!(row(&seen.json, "N04-03")["version"], 0);
}

/// Shows R026.
#[tokio::test]
async fn a_county_adds_a_mechanism_changes_a_shipped_one_and_puts_one_away() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let supervisor = county.supervisor(&server).await;
    let shipped = supervisor.get("/api/v1/mechanisms").await.json;
    let count = shipped.as_array().unwrap().len();
    let own = json!({
        "name_zh": "渔业纠纷联调", "trigger_zh": "海上捕捞、养殖海域争议", "lead": "农业农村局", "members": ["公安机关", "司法所"],
        "days": 15, "guide_zh": "先固定航迹和坐标，再到码头谈。", "is_active": true, "base_version": 0,
    });
    let added = supervisor
        .put("/api/v1/mechanisms/fishery", own.clone())
        .await;
    assert_eq!(added.json["version"], 1, "{}", added.json);
    let mut away = own;
    away["is_active"] = false.into();
    supervisor
        .put("/api/v1/mechanisms/tourism", away.clone())
        .await;
    let all = supervisor.get("/api/v1/mechanisms").await.json;
    assert_eq!(all.as_array().unwrap().len(), count + 1);
    assert_eq!(row(&all, "tourism")["is_active"], false);
    assert_eq!(
        supervisor
            .put("/api/v1/mechanisms/tourism", away.clone())
            .await
            .outcome(),
        (409, "stale")
    );
    assert_eq!(
        supervisor
            .put("/api/v1/mechanisms/Bad_Code", away)
            .await
            .outcome(),
        (422, "invalid")
    );
    let mut put_away = route("文化和旅游局", 0);
    put_away["mechanism"] = "tourism".into();
    let refused = supervisor.put("/api/v1/routing/N15-02", put_away).await;
    assert_eq!(
        refused.outcome(),
        (422, "invalid"),
        "a mechanism that is not in use"
    );
}

/// Shows R007.
#[tokio::test]
async fn the_framework_is_a_tree_of_the_countys_own_rows() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let supervisor = county.supervisor(&server).await;
    let part = |parent: Value| json!({ "parent": parent, "name_zh": "五个一线", "note_zh": "由县里解释", "is_active": true, "base_version": 0 });
    let added = supervisor
        .put("/api/v1/framework/five", part(json!("system")))
        .await;
    assert_eq!(added.json["version"], 1, "{}", added.json);
    let all = supervisor.get("/api/v1/framework").await.json;
    assert_eq!(row(&all, "five")["parent"], "system");
    let nowhere = supervisor
        .put("/api/v1/framework/six", part(json!("no-such")))
        .await;
    assert_eq!(nowhere.outcome(), (422, "invalid"));
    let itself = supervisor
        .put("/api/v1/framework/system", part(json!("five")))
        .await;
    assert_eq!(itself.outcome(), (422, "invalid"), "below its own part");
}

fn row(rows: &Value, code: &str) -> Value {
    let mut rows = rows.as_array().unwrap().iter();
    rows.find(|row| row["code"] == code).unwrap().clone()
}
