//! Why a party needs protection: said on a phone, sealed, and read by those who care for it.

use super::{ZHANG, bring, handler, party, read};
use crate::scene::Scene;
use harness::Calls;
use hejie_case::{identity::Vulnerability, record::Side, role::Role};
use serde_json::json;

/// Shows P11, P17, R098.
#[tokio::test(flavor = "multi_thread")]
async fn why_somebody_needs_protection_is_read_for_that_alone_by_few_and_each_reading_is_logged() {
    let scene = Scene::set().await;
    let (server, county, case) = (&scene.server, &scene.county, scene.case);
    let mut phone = handler(&scene).await;
    let zhang = party(&mut phone, case, Side::A, false);
    let mut identity = ZHANG.identity();
    identity.vulnerable = vec![Vulnerability::LeftBehind];
    let now = phone.now();
    let captured = phone.engine.add_party_identity(case, zhang, &identity, now);
    captured.unwrap();
    bring(&scene, &mut phone).await;
    let path = format!("/api/v1/cases/{case}/parties/{zhang}/vulnerability/reading");
    let says = json!({ "words": "联系村委会照看" });
    let answer = phone.agent.post(&path, says.clone()).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    assert_eq!(
        answer.json["kinds"],
        json!([{ "kind": "left_behind", "kind_zh": "留守" }])
    );
    let short = phone.agent.post(&path, json!({ "words": "看" })).await;
    assert_eq!(short.outcome(), (422, "invalid"));
    let office = county.judicial_officer(server).await;
    assert_eq!(office.post(&path, says.clone()).await.status, 200);
    let whole = read(&office, case, zhang, "核对当事人身份").await;
    assert_eq!(whole.status, 200, "{}", whole.json);
    let detail = office.get(&format!("/api/v1/cases/{case}")).await;
    for shown in [&whole.json, &detail.json] {
        let text = shown.to_string();
        assert!(
            !text.contains("left_behind") && !text.contains("留守"),
            "{text}"
        );
    }
    let stranger = county.second_mediator(server).await;
    assert_eq!(stranger.post(&path, says.clone()).await.status, 404);
    for role in [
        Role::Supervisor,
        Role::Dispatcher,
        Role::PoliceDesk,
        Role::Leader,
    ] {
        let other = county.newcomer(server, role).await;
        let refused = other.post(&path, says.clone()).await;
        assert_eq!(refused.status, 403, "{role:?}");
    }
    let auditor = county.newcomer(server, Role::Auditor).await;
    let seen = auditor.get("/api/v1/audit/readings?days=7").await;
    let lines = seen.json["readings"].as_array().unwrap();
    let of_care = lines
        .iter()
        .filter(|line| line["action"] == "read_vulnerability" && line["purpose"].is_string());
    let answered: Vec<bool> = of_care
        .map(|line| {
            assert_eq!(line["purpose"], "protection: 联系村委会照看");
            line["ok"].as_bool().unwrap()
        })
        .collect();
    assert_eq!(answered, [false, true, true], "the latest first");
}
