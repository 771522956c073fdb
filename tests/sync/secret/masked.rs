//! Everywhere else a party is a mask: every GET of the API is called, and none tells more.

use super::{LI, ZHANG, handler, known_party};
use crate::scene::Scene;
use axum::http::Method;
use harness::{Calls, client::Signed};
use hejie_case::{record::Side, role::Role};
use hejie_server::api::openapi;

/// Shows P20.
#[tokio::test(flavor = "multi_thread")]
async fn no_answer_of_any_get_tells_a_name_a_number_or_a_telephone() {
    let scene = Scene::set().await;
    let mut phone = handler(&scene).await;
    known_party(&scene, &mut phone, scene.case, Side::A, ZHANG).await;
    known_party(&scene, &mut phone, scene.case, Side::B, LI).await;
    phone.sync().await;
    let supervisor = scene.county.supervisor(&scene.server).await;
    let detail = supervisor
        .get(&format!("/api/v1/cases/{}", scene.case))
        .await;
    assert_eq!(detail.text("/parties/0/name_masked"), "张*明");
    let code = detail.text("/summary/public_code").to_owned();

    let mut callers = vec![
        Signed(supervisor.agent().clone()),
        Signed(phone.agent.agent().clone()),
    ];
    for role in [
        Role::Dispatcher,
        Role::JudicialOffice,
        Role::Leader,
        Role::PoliceDesk,
        Role::Auditor,
    ] {
        callers.push(scene.county.newcomer(&scene.server, role).await);
    }
    let mut called = 0;
    for path in paths(&scene.case.to_string(), &code) {
        for caller in &callers {
            let answer = caller.get(&path).await;
            called += usize::from(answer.status == 200);
            let told = String::from_utf8_lossy(&answer.bytes);
            for who in [ZHANG, LI] {
                for secret in [Some(who.name), who.id, who.telephone, Some("601室")] {
                    let secret = secret.unwrap();
                    assert!(!told.contains(secret), "{path} tells {secret}");
                }
            }
        }
    }
    assert!(called > 20, "only {called} calls were answered");
}

/// Every GET, with the case's identifiers in its path; the stream of events has no end and carries
/// versions alone.
fn paths(case: &str, code: &str) -> Vec<String> {
    let all = openapi::operations(&openapi::document()).into_iter();
    let gets = all.filter(|(_, method, id)| *method == Method::GET && id != "stream_events");
    gets.map(|(path, _, _)| {
        let filled = path.split('/').map(|part| match part {
            "{code}" => code,
            part if part.starts_with('{') => case,
            part => part,
        });
        filled.collect::<Vec<_>>().join("/")
    })
    .collect()
}
