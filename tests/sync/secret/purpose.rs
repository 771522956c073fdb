//! Who reads what for which purpose, and the line that it leaves.

use super::{LI, ZHANG, bring, handler, known_party, party, read, sign_for};
use crate::scene::Scene;
use harness::{Answer, Calls, TestServer};
use hejie_case::{
    ids::{CaseId, EntryId},
    record::{Side, StatementHead},
    role::Role,
};
use serde_json::json;

/// The lines that readings left: action, purpose, whether it was answered.
async fn lines(server: &TestServer, case: CaseId) -> Vec<(String, Option<String>, bool)> {
    sqlx::query_as(
        "select action, purpose, ok from audit_log where case_id = $1 and action like 'read_%' and action <> 'read_brief' order by seq",
    )
    .bind(case.0)
    .fetch_all(&server.state.pool)
    .await
    .unwrap()
}

/// Shows P15, P17.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_read_without_a_purpose_and_every_reading_leaves_a_line() {
    let scene = Scene::set().await;
    let mut phone = handler(&scene).await;
    let zhang = known_party(&scene, &mut phone, scene.case, Side::A, ZHANG).await;
    for words in ["", " 电话 ", "联系13900000001"] {
        let refused = read(&phone.agent, scene.case, zhang, words).await;
        assert_eq!(refused.outcome(), (422, "invalid"), "{words}");
    }
    assert!(lines(&scene.server, scene.case).await.is_empty());
    let answer = read(&phone.agent, scene.case, zhang, "约定周五调解时间").await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    let stranger = scene.county.second_mediator(&scene.server).await;
    let refused = read(&stranger, scene.case, zhang, "想看一看这个人").await;
    assert_eq!(refused.outcome(), (404, "not_found"));
    assert_eq!(
        lines(&scene.server, scene.case).await,
        [
            (
                "read_identity".into(),
                Some("contact: 约定周五调解时间".into()),
                true
            ),
            (
                "read_identity".into(),
                Some("contact: 想看一看这个人".into()),
                false
            ),
        ]
    );
}

/// Shows P14.
#[tokio::test(flavor = "multi_thread")]
async fn the_area_reads_what_its_role_may_and_others_do_not() {
    let scene = Scene::set().await;
    let (server, county) = (&scene.server, &scene.county);
    let mut phone = handler(&scene).await;
    let adult = known_party(&scene, &mut phone, scene.case, Side::A, ZHANG).await;
    let minor = party(&mut phone, scene.case, Side::B, true);
    let now = phone.now();
    phone
        .engine
        .add_party_identity(scene.case, minor, &LI.identity(), now)
        .unwrap();
    bring(&scene, &mut phone).await;
    let statuses = |adult: Answer, minor: Answer| (adult.status, minor.status);
    let ask = async |who: &dyn Fn(EntryId) -> (String, serde_json::Value),
                     token: &harness::Agent| {
        let mut answers = Vec::new();
        for party in [adult, minor] {
            let (path, body) = who(party);
            answers.push(
                harness::client::Signed(token.clone())
                    .post(&path, body)
                    .await,
            );
        }
        let minor = answers.pop().unwrap();
        statuses(answers.pop().unwrap(), minor)
    };
    let call = |party: EntryId| {
        (
            format!(
                "/api/v1/cases/{}/parties/{party}/identity/reading",
                scene.case
            ),
            json!({ "purpose": "verify", "words": "核对当事人身份" }),
        )
    };
    let office = county.judicial_officer(server).await;
    assert_eq!(ask(&call, office.agent()).await, (200, 200));
    let supervisor = county.supervisor(server).await;
    assert_eq!(ask(&call, supervisor.agent()).await, (200, 200));
    let dispatcher = county.dispatcher(server).await;
    assert_eq!(ask(&call, dispatcher.agent()).await, (200, 403));
    let worker = county.grid_worker(server).await;
    assert_eq!(ask(&call, worker.agent()).await, (404, 404));
    for role in [
        Role::Leader,
        Role::Analyst,
        Role::Auditor,
        Role::SystemAdmin,
    ] {
        let other = county.newcomer(server, role).await;
        assert_eq!(ask(&call, other.agent()).await, (403, 403), "{role:?}");
    }
    let elsewhere = server.county().await.judicial_officer(server).await;
    assert_eq!(ask(&call, elsewhere.agent()).await, (404, 404));
    let missing = read(&office, scene.case, EntryId(scene.case.0), "核对当事人身份").await;
    assert_eq!(missing.outcome(), (409, "identity_missing"));
}

/// Shows P15, P17.
#[tokio::test(flavor = "multi_thread")]
async fn the_auditor_sees_who_read_how_much_and_for_what_and_no_names_of_parties() {
    let scene = Scene::set().await;
    let mut phone = handler(&scene).await;
    let zhang = known_party(&scene, &mut phone, scene.case, Side::A, ZHANG).await;
    for _ in 0..3 {
        read(&phone.agent, scene.case, zhang, "约定调解时间").await;
    }
    let office = scene.county.judicial_officer(&scene.server).await;
    read(&office, scene.case, zhang, "审查协议签章").await;
    let auditor = scene.county.newcomer(&scene.server, Role::Auditor).await;
    let seen = auditor.get("/api/v1/audit/readings?days=7").await;
    assert_eq!(seen.status, 200, "{}", seen.json);
    let most = &seen.json["readers"][0];
    assert_eq!(most["user_id"], scene.county.mediator.id.to_string());
    assert_eq!(
        (&most["readings"], &most["busiest_day"], &most["cases"]),
        (&json!(3), &json!(3), &json!(1))
    );
    assert_eq!(seen.text("/readings/0/purpose"), "contact: 审查协议签章");
    assert!(!seen.json.to_string().contains(ZHANG.name));
    let far = auditor.get("/api/v1/audit/readings?days=4000").await;
    assert_eq!(far.outcome(), (422, "invalid"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_statement_is_opaque_to_everybody_and_read_for_a_purpose() {
    let scene = Scene::set().await;
    let mut order = scene.county.order("A-2");
    order["situation"] = "N01-01".into();
    let reported = scene.county.channel(&scene.server).order(&order).await;
    let case: CaseId = reported.text("/case_id").parse().unwrap();
    let mut phone = scene.mediator().await;
    sign_for(&scene, &mut phone, case).await;
    let wife = known_party(&scene, &mut phone, case, Side::A, LI).await;
    let now = phone.now();
    let head = StatementHead {
        party: wife,
        taken_at: now,
        supplement_to: None,
    };
    let words = "他昨晚酒后又动了手。";
    let statement = phone.engine.add_statement(case, head, words, now).unwrap();
    bring(&scene, &mut phone).await;
    assert_eq!(
        phone.engine.case(case, now).unwrap().view.statements[&statement]
            .value
            .text,
        ""
    );
    let supervisor = scene.county.supervisor(&scene.server).await;
    let office = scene.county.judicial_officer(&scene.server).await;
    let detail = office.get(&format!("/api/v1/cases/{case}")).await;
    assert_eq!(detail.text("/statements/0/text"), "");
    let path = format!("/api/v1/cases/{case}/statements/{statement}/reading");
    let body = json!({ "purpose": "mediation", "words": "准备首次调解" });
    let answer = phone.agent.post(&path, body.clone()).await;
    assert_eq!(answer.text("/text"), words);
    assert_eq!(office.post(&path, body.clone()).await.text("/text"), words);
    assert_eq!(supervisor.post(&path, body.clone()).await.status, 403);
    let stranger = scene.county.second_mediator(&scene.server).await;
    assert_eq!(stranger.post(&path, body).await.status, 404);
    let lines = lines(&scene.server, case).await;
    let answered: Vec<bool> = lines.iter().map(|(_, _, ok)| *ok).collect();
    assert_eq!(answered, [true, true, false]);
}
