//! What desks decide and the rules refuse.

use super::Handled;
use crate::scene::Scene;
use harness::{Calls, Person, client::Signed, county::PASSWORD};
use hejie_case::{
    act,
    edit::{Edit, NewEntry},
    facts::{DeadlineKind, Decision, Difficulty},
    record::*,
    role::Role,
};
use hejie_registry::{identity::grant, pool};
use jiff::SignedDuration;
use serde_json::{Value, json};

/// A person as an act names people.
pub(super) fn told(person: &Person) -> Value {
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
            "notice": told.then_some(json!({ "means": "in_person", "at": scene.server.now() })),
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

/// Shows R042, R091.
#[tokio::test(flavor = "multi_thread")]
async fn a_colour_is_lowered_for_a_week_at_most_and_nothing_is_decided_that_was_not_proposed() {
    let mut handled = Handled::set().await;
    let at = handled.phone.now();
    let (factor, why) = (RiskFactor::Threat, "扬言报复。".into());
    handled.add(NewEntry::Risk(RiskObservation { factor, at, why }));
    handled.exchange().await;
    let Scene { server, county, .. } = &handled.scene;
    let supervisor = county.supervisor(server).await;
    let at = |hours| (server.now() + SignedDuration::from_hours(hours)).to_string();
    for (hours, level, code) in [
        (-1, "red", "override_past"),
        (30 * 24, "blue", "override_too_long"),
    ] {
        let over = json!({ "level": level, "why": "已平息。", "until": at(hours) });
        let answer = handled.decide(&supervisor, "override_colour", over).await;
        assert_eq!(answer.outcome(), (409, code));
    }
    let unknown = json!({ "no": 99, "take": true });
    let answer = handled.decide(&supervisor, "decide_item", unknown).await;
    assert_eq!(answer.outcome(), (409, "item_not_proposed"));
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
    handled.scene.server.advance(SignedDuration::from_mins(5));
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

/// Shows R151.
#[tokio::test(flavor = "multi_thread")]
async fn a_disagreement_is_ruled_on_once_by_whom_it_waits_for_and_for_one_of_its_versions() {
    let mut handled = Handled::set().await;
    let case = handled.scene.case;
    let note = handled.phone.note(case, "双方约好周五再谈。");
    handled.exchange().await;
    let mut colleague = handled.scene.colleague().await;
    colleague.rewrite(case, note, "双方约定下周一再谈。");
    handled.phone.rewrite(case, note, "双方约定周六再谈。");
    colleague.sync().await;
    handled.exchange().await;
    let known = handled.facts().await;
    let conflict = *known.conflicts.keys().next().unwrap();
    let Scene { server, county, .. } = &handled.scene;
    let supervisor = county.supervisor(server).await;
    let police = county.newcomer(server, Role::PoliceDesk).await;
    let choose = |choice: u8| json!({ "conflict": conflict, "choice": choice, "why": "已核实。" });
    let other = handled.decide(&police, "rule_conflict", choose(0)).await;
    assert_eq!(other.outcome(), (403, "not_allowed"));
    let neither = handled
        .decide(&supervisor, "rule_conflict", choose(9))
        .await;
    assert_eq!(neither.outcome(), (409, "unknown_choice"));
    let ruled = handled
        .decide(&supervisor, "rule_conflict", choose(0))
        .await;
    assert_eq!(ruled.status, 200, "{}", ruled.json);
    let twice = handled
        .decide(&supervisor, "rule_conflict", choose(0))
        .await;
    assert_eq!(twice.outcome(), (409, "conflict_settled"));
}

/// Shows E27, E33, R001.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_decides_at_a_desk_on_what_the_same_person_asked_for_in_another_role() {
    let mut handled = Handled::set().await;
    let Scene { server, county, .. } = &handled.scene;
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let me = &county.mediator;
    let also = grant::add(
        &mut conn,
        me.id,
        Role::Supervisor,
        county.supervisor.org,
        server.now(),
    );
    also.await.unwrap();
    drop(conn);
    let ask = json!({ "login": me.login, "password": PASSWORD, "role": "supervisor" });
    let session = server.anonymous().post("/api/v1/session", ask).await;
    let token = session.text("/access_token");
    let supervisor = Signed(server.anonymous().0.with_token(token));
    // What is complex is closed by a person.
    let field = IntakeField::Amount(Cents(12_000_000));
    handled.write(Edit::Intake { field });
    handled.mediates().await;
    let why = "等待鉴定。".into();
    let (clock, days) = (DeadlineKind::Feedback, 2);
    let case = handled.scene.case;
    let now = handled.phone.now();
    let longer = Ask::Extend(act::Extend { clock, days, why });
    let longer = handled.phone.engine.ask(case, longer, now).unwrap();
    handled.exchange().await;
    let path = format!("/api/v1/cases/{case}/requests/{longer}/decision");
    let version = handled.facts().await.version;
    let granted = json!({ "grant": true, "base_version": version });
    let answer = supervisor.post(&path, granted).await;
    assert_eq!(answer.outcome(), (409, "own_request"), "{}", answer.json);
    let (ground, routes_told) = (TerminationGround::NoAgreement, true);
    let terminate = Ask::Terminate(act::Terminate {
        ground,
        routes_told,
    });
    handled.is_granted(terminate).await;
    let closed = json!({ "outcome": "failed_terminated" });
    let answer = handled.decide(&supervisor, "close", closed).await;
    assert_eq!(answer.outcome(), (409, "own_case"), "{}", answer.json);
}

/// Shows E22, R117.
#[tokio::test(flavor = "multi_thread")]
async fn a_simple_case_that_nobody_gave_back_is_none_for_the_table() {
    let handled = Handled::set().await;
    let Scene { server, county, .. } = &handled.scene;
    let members = [Role::PoliceDesk, Role::HotlineDesk].map(|role| county.hire(server, role));
    let mut named = Vec::new();
    for member in members {
        named.push(told(&member.await));
    }
    let supervisor = county.supervisor(server).await;
    let open = json!({ "members": named });
    let answer = handled.decide(&supervisor, "open_joint", open).await;
    assert_eq!(answer.outcome(), (409, "joint_not_warranted"));
}

/// Shows E28, M15.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_rules_on_a_disputed_closing_reads_what_its_author_had_not_seen() {
    for visit_first in [true, false] {
        let mut handled = Handled::set().await;
        // What is complex is closed by a person.
        let field = IntakeField::Amount(Cents(12_000_000));
        handled.write(Edit::Intake { field });
        handled.arrives().await;
        let mut visitor = handled.scene.grid_worker().await;
        let (case, now) = (handled.scene.case, visitor.now());
        let visit = Visit {
            due: None,
            method: VisitMethod::Door,
            at: now,
            place: None,
            finding: VisitFinding {
                performance: Performance::NotPerformed,
                satisfaction: None,
                relapse_sign: false,
            },
        };
        let visit = NewEntry::Visit(visit, "一方仍不服。".into());
        visitor.engine.add(case, visit, now).unwrap();
        let (outcome, feedback) = (CloseKind::Reconciled, "双方和解。".into());
        let close = Ask::AskClose(act::AskClose { outcome, feedback });
        handled.phone.engine.ask(case, close, now).unwrap();
        for visits in [visit_first, !visit_first] {
            let phone = if visits {
                &mut visitor
            } else {
                &mut handled.phone
            };
            phone.sync().await;
            handled.scene.server.reconcile().await;
        }
        let Scene { server, county, .. } = &handled.scene;
        let supervisor = county.supervisor(server).await;
        let detail = supervisor.get(&format!("/api/v1/cases/{case}")).await.json;
        assert_eq!(detail["summary"]["status"], "close_disputed");
        let told = &detail["facts"]["passed_over"];
        assert_eq!((&told["visits"], &told["evidence"]), (&json!(1), &json!(0)));
        let closed = json!({ "outcome": "reconciled" });
        let answer = handled.decide(&supervisor, "close", closed).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
    }
}

/// Shows E27, E28, M15, M17.
#[tokio::test(flavor = "multi_thread")]
async fn a_closing_waits_for_files_and_for_a_ruling_when_evidence_arrives_in_the_same_moment() {
    let mut handled = Handled::set().await;
    // What is complex is closed by a person.
    let field = IntakeField::Amount(Cents(12_000_000));
    handled.write(Edit::Intake { field });
    handled.arrives().await;
    let mut visitor = handled.scene.grid_worker().await;
    let (outcome, feedback) = (CloseKind::Reconciled, "双方和解。".into());
    let close = Ask::AskClose(act::AskClose { outcome, feedback });
    handled.is_granted(close).await;
    let (case, now) = (handled.scene.case, visitor.now());
    let photo = Evidence {
        kind: EvidenceKind::Photo,
        sha256: "0".repeat(64),
        size: 12,
        mime: "image/jpeg".into(),
        taken_at: now,
        place: None,
        origin: "现场拍摄".into(),
    };
    let photo = NewEntry::Evidence(photo, "现场照片".into());
    let photo = visitor.engine.add(case, photo, now).unwrap();
    // Acknowledged, and not merged yet when the desk closes.
    visitor.sync().await;
    let Scene { server, county, .. } = &handled.scene;
    let supervisor = county.supervisor(server).await;
    let closed = || json!({ "outcome": "reconciled" });
    let early = handled.decide(&supervisor, "close", closed()).await;
    assert_eq!(early.outcome(), (409, "closing_overtaken"));
    server.reconcile().await;
    let ruled = handled.decide(&supervisor, "close", closed()).await;
    assert_eq!(ruled.outcome(), (409, "files_missing"));
    let waived = json!({ "evidence": photo, "why": "手机损坏。" });
    let waived = handled.decide(&supervisor, "waive_file", waived).await;
    assert_eq!(waived.status, 200, "{}", waived.json);
    let ruled = handled.decide(&supervisor, "close", closed()).await;
    assert_eq!(ruled.status, 200, "{}", ruled.json);
}

/// Shows E14, E24, E33.
#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_desk_when_the_case_ends_is_refused_and_a_clock_is_extended_once() {
    let mut handled = Handled::set().await;
    handled.mediates().await;
    let Scene { server, county, .. } = &handled.scene;
    let office = county.judicial_officer(server).await;
    let case = handled.scene.case;
    let longer = || {
        let why = "等待鉴定。".into();
        let (clock, days) = (DeadlineKind::Feedback, 2);
        Ask::Extend(act::Extend { clock, days, why })
    };
    let now = handled.phone.now();
    let waits = handled.phone.engine.ask(case, longer(), now).unwrap();
    handled.exchange().await;
    let path = format!("/api/v1/cases/{case}/requests/{waits}/decision");
    let version = handled.facts().await.version;
    let granted = json!({ "grant": true, "base_version": version });
    let granted = office.post(&path, granted).await;
    assert_eq!(granted.status, 200, "{}", granted.json);
    handled.is_refused(longer(), "clock_extended_before").await;
    handled.wait(SignedDuration::from_hours(6 * 24)).await;
    let (to, reason) = (Difficulty::Complex, "涉及多方。".into());
    let harder = Ask::Adjust(act::Adjust { to, reason });
    let now = handled.phone.now();
    let waits = handled.phone.engine.ask(case, harder, now).unwrap();
    handled.exchange().await;
    let ends = json!({
        "to": "department",
        "receiver": "县住建局",
        "receipt": "S-1",
        "notice": { "means": "in_person", "at": handled.scene.server.now() },
    });
    let Scene { server, county, .. } = &handled.scene;
    let dispatcher = county.dispatcher(server).await;
    let ended = handled.decide(&dispatcher, "transfer", ends).await;
    assert_eq!(ended.status, 200, "{}", ended.json);
    handled.exchange().await;
    match handled.answer_to(waits) {
        Decision::Refused(why) => assert_eq!(why.code, "case_ended"),
        other => panic!("{other:?}"),
    }
}
