//! Whoever decides between what was proved and what was decided since, while they are put out or
//! the case moves on.

use super::{claims, only_claim, signed_for_before_and_ruled_on_after_a_restore};
use crate::scene::{Scene, act, facts};
use harness::{
    Answer, Calls,
    race::{before_commit, until_waiting},
};
use hejie_case::{
    act::{self, DeskAct},
    facts::Level,
};
use hejie_registry::{log, pool};
use hejie_server::identity::account;
use serde_json::json;

/// A case of which two states stand against each other, and a desk that has read both.
async fn set() -> (Scene, impl Calls, String) {
    let (scene, _) = signed_for_before_and_ruled_on_after_a_restore().await;
    let desk = scene.county.supervisor(&scene.server).await;
    let claim = only_claim(&desk).await["claim"]
        .as_str()
        .unwrap()
        .to_owned();
    (scene, desk, claim)
}

async fn choose(scene: &Scene, desk: &impl Calls, claim: &str, take: bool) -> Answer {
    let base = facts(&scene.server, scene.case).await.version;
    let path = format!("/api/v1/cases/{}/recovery", scene.case);
    let chosen = json!({"take": take, "claim": claim, "base_version": base});
    desk.post(&path, chosen).await
}

#[tokio::test(flavor = "multi_thread")]
async fn which_of_two_states_stands_is_not_decided_by_somebody_whose_account_is_closed_meanwhile() {
    for take in [true, false] {
        let (scene, desk, claim) = set().await;
        let (server, supervisor) = (&scene.server, &scene.county.supervisor);
        let stands = facts(server, scene.case).await;
        let mut tx = pool::begin(&server.state.pool).await.unwrap();
        account::close(&server.state.marks, &mut tx, supervisor.id, server.now())
            .await
            .unwrap();
        let asked = choose(&scene, &desk, &claim, take);
        let answer = before_commit(server, tx, asked).await;
        assert_eq!(answer.outcome(), (401, "account_closed"), "take: {take}");
        assert_eq!(claims(&scene).await, 1, "somebody else decides");
        assert_eq!(facts(server, scene.case).await, stands);
    }
}

/// Another desk was heard first.
#[tokio::test(flavor = "multi_thread")]
async fn which_of_two_states_stands_is_not_decided_on_a_case_that_moves_meanwhile() {
    for take in [true, false] {
        let (scene, desk, claim) = set().await;
        let (server, supervisor) = (&scene.server, &scene.county.supervisor);
        let mut holds = pool::begin(&server.state.pool).await.unwrap();
        log::lock_case(&mut holds, scene.case).await.unwrap();
        let (why, until) = ("又有人到场。".into(), None);
        let level = Level::Red;
        let ruling = DeskAct::OverrideColour(act::OverrideColour { level, why, until });
        let (refusal, answer, ()) = tokio::join!(
            act(&scene, supervisor, scene.case, ruling),
            async {
                until_waiting(server, 1).await;
                choose(&scene, &desk, &claim, take).await
            },
            async {
                until_waiting(server, 2).await;
                pool::commit(holds).await.unwrap();
            }
        );
        assert_eq!(refusal, None);
        assert_eq!(answer.outcome(), (409, "stale"), "take: {take}");
        assert_eq!(claims(&scene).await, 1, "whoever decides reads it first");
    }
}
