//! What desks decide and the rules refuse.

use super::Handled;
use harness::{Calls, Person};
use hejie_case::{act, facts::DeadlineKind, record::*, role::Role};
use serde_json::{Value, json};

fn told(person: &Person) -> Value {
    json!({ "user": person.id, "role": person.role, "org": person.org })
}

/// Shows E03, R019.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_offered_to_somebody_who_can_handle_it_and_nobody_is_made_its_handler_unasked() {
    let handled = Handled::set().await;
    let scene = &handled.scene;
    let dispatcher = scene.county.dispatcher(&scene.server).await;
    let grid_worker = told(&scene.county.grid_worker);
    let colleague = told(&scene.county.hire(&scene.server, Role::Mediator).await);
    let handover = json!({ "target": grid_worker });
    let answer = handled.decide(&dispatcher, "handover", handover).await;
    assert_eq!(answer.outcome(), (422, "invalid"), "{}", answer.json);
    let unasked = json!({ "target": colleague, "duty": "lead" });
    let answer = handled.decide(&dispatcher, "assign", unasked).await;
    assert_eq!(
        answer.outcome(),
        (409, "duty_is_signed_for"),
        "{}",
        answer.json
    );
}

/// Shows E24, LW03, R114.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_handed_to_another_body_that_did_not_sign_for_it_or_of_which_nobody_was_told() {
    let handled = Handled::set().await;
    let scene = &handled.scene;
    let dispatcher = scene.county.dispatcher(&scene.server).await;
    for (receipt, told, code) in [
        (" ", true, "receipt_missing"),
        ("S-1", false, "notice_missing"),
    ] {
        let to = json!({
            "to": "department",
            "receiver": "县住建局",
            "receipt": receipt,
            "notice_given": told,
        });
        let answer = handled.decide(&dispatcher, "transfer", to).await;
        assert_eq!(answer.outcome(), (409, code));
    }
}

/// Shows E33, R025.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_supervision_gets_no_more_days_than_it_gave() {
    let mut handled = Handled::set().await;
    handled.mediates().await;
    let supervisor = handled.scene.county.supervisor(&handled.scene.server).await;
    let order = json!({ "what": "请补充证据。" });
    let ordered = handled.decide(&supervisor, "supervise", order).await;
    assert_eq!(ordered.status, 200, "{}", ordered.json);
    handled.exchange().await;
    let why = "证人外出。".into();
    let (clock, days) = (DeadlineKind::OrderAnswer, 2);
    let longer = Ask::Extend(act::Extend { clock, days, why });
    handled.is_refused(longer, "clock_not_extensible").await;
}

/// Shows R042.
#[tokio::test(flavor = "multi_thread")]
async fn a_colour_is_set_by_nobody_without_a_reason() {
    let handled = Handled::set().await;
    let scene = &handled.scene;
    let supervisor = scene.county.supervisor(&scene.server).await;
    for level in ["red", "blue"] {
        let silent = json!({ "level": level, "why": " " });
        let answer = handled.decide(&supervisor, "override_colour", silent).await;
        assert_eq!(answer.status, 409, "{}", answer.json);
        assert!(["reason_missing", "override_without_reason"].contains(&answer.code()));
    }
}

/// Shows E27.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_not_closed_before_the_phones_of_its_people_were_heard() {
    let mut handled = Handled::set().await;
    handled.arrives().await;
    let mut grid_worker = handled.scene.grid_worker().await;
    let scene = &handled.scene;
    let dispatcher = scene.county.dispatcher(&scene.server).await;
    let visits = json!({ "target": told(&scene.county.grid_worker), "duty": "visit" });
    let joined = handled.decide(&dispatcher, "assign", visits).await;
    assert_eq!(joined.status, 200, "{}", joined.json);
    grid_worker.sync().await;
    handled
        .scene
        .server
        .advance(jiff::SignedDuration::from_mins(5));
    let (outcome, feedback) = (CloseKind::Litigation, "当事人已起诉。".into());
    let close = Ask::AskClose(act::AskClose { outcome, feedback });
    handled.is_granted(close).await;
    let supervisor = handled.scene.county.supervisor(&handled.scene.server).await;
    let closed = || json!({ "outcome": "litigation" });
    let early = handled.decide(&supervisor, "close", closed()).await;
    assert_eq!(early.outcome(), (409, "device_not_heard"));
    grid_worker.sync().await;
    handled.scene.server.reconcile().await;
    let detail = supervisor
        .get(&format!("/api/v1/cases/{}", handled.scene.case))
        .await;
    if detail.json["summary"]["status"] != "closed" {
        let answer = handled.decide(&supervisor, "close", closed()).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
    }
}
