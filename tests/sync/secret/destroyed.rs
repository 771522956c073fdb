//! Destruction by order: for ever, and with a name on it.

use super::{LI, ZHANG, handler, known_party, read, stored};
use crate::scene::Scene;
use harness::Calls;
use hejie_case::{record::Side, role::Role};
use hejie_registry::secret::SecretState;
use jiff::SignedDuration;
use serde_json::json;

/// What the row of a destroyed identity still holds: wrapped key, ciphertext, hash, and who ordered
/// it.
type Left = (Option<Vec<u8>>, Option<Vec<u8>>, Option<Vec<u8>>, String);

/// Shows P09, D06.
#[tokio::test(flavor = "multi_thread")]
async fn an_identity_is_destroyed_for_ever_by_the_order_of_somebody_else() {
    let scene = Scene::set().await;
    let mut phone = handler(&scene).await;
    let zhang = known_party(&scene, &mut phone, scene.case, Side::A, ZHANG).await;
    let li = known_party(&scene, &mut phone, scene.case, Side::B, LI).await;
    let supervisor = scene.county.supervisor(&scene.server).await;
    let leader = scene.county.newcomer(&scene.server, Role::Leader).await;
    let leader = leader.get("/api/v1/me").await.text("/id").to_owned();
    let path = format!(
        "/api/v1/cases/{}/parties/{zhang}/identity/destruction",
        scene.case
    );
    let order = |by: &str, no: &str, reason: &str| json!({ "ordered_by": by, "order_no": no, "reason": reason });
    let own = scene.county.supervisor.id.to_string();
    let clerk = scene.county.mediator.id.to_string();
    for bad in [
        order(&own, "和矛调〔2026〕12号", "当事人申请删除"),
        order(&clerk, "和矛调〔2026〕12号", "当事人申请删除"),
        order(&leader, "", "当事人申请删除"),
        order(&leader, "和矛调〔2026〕12号", "删"),
    ] {
        let refused = supervisor.post(&path, bad).await;
        assert_eq!(refused.outcome(), (422, "invalid"));
    }
    let order = order(&leader, "和矛调〔2026〕12号", "当事人申请删除");
    assert_eq!(phone.agent.post(&path, order.clone()).await.status, 403);
    assert_eq!(supervisor.post(&path, order.clone()).await.status, 204);
    let again = supervisor.post(&path, order).await;
    assert_eq!(again.outcome(), (409, "identity_missing"));

    let gone = stored(&scene.server, scene.case, zhang).await;
    assert!(matches!(gone.state, SecretState::Destroyed { .. }));
    let left: Left = sqlx::query_as(
        "select wrapped_key, ciphertext, identity_hash, ordered_by::text from party_secret where case_id = $1 and party_id = $2",
    )
    .bind(scene.case.0)
    .bind(zhang.0)
    .fetch_one(&scene.server.state.pool)
    .await
    .unwrap();
    assert_eq!(left, (None, None, None, leader));
    let refused = read(&phone.agent, scene.case, zhang, "约定调解时间").await;
    assert_eq!(refused.outcome(), (409, "identity_destroyed"));
    let other = read(&phone.agent, scene.case, li, "约定调解时间").await;
    assert_eq!(other.text("/name"), LI.name, "nobody else's is touched");

    let later = phone.now() + SignedDuration::from_hours(1);
    phone
        .engine
        .add_party_identity(scene.case, zhang, &ZHANG.identity(), later)
        .unwrap();
    let refused = phone.deliver().await.remove(0);
    assert_eq!(refused.outcome(), (409, "identity_destroyed"));
}
