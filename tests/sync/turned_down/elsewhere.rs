//! What is the matter of another body, who joins from one or steps back, and what goes on under
//! another case.

use super::{Handled, at_a_desk::told};
use crate::scene::{Scene, facts};
use harness::{Answer, Calls};
use hejie_case::{
    act,
    deadline::day_of,
    facts::SeisedBody,
    ids::{CaseId, EntryId, UserId},
    record::*,
    role::Role,
};
use serde_json::{Value, json};

const COURT: &str = "和安县人民法院";
const DOCKET: &str = "（2026）民初7号";

/// Shows E11, E11b, E11c, LW16, LW37.
#[tokio::test(flavor = "multi_thread")]
async fn what_another_body_has_is_noted_once_under_its_number_and_is_accepted_by_nobody() {
    let mut handled = Handled::set().await;
    let today = day_of(handled.phone.now());
    let seised = |body, docket_no: &str| {
        Ask::NoteSeised(act::NoteSeised {
            body,
            body_name: COURT.into(),
            docket_no: docket_no.into(),
            accepted_on: today,
        })
    };
    let ended = |ended_on| {
        Ask::EndSeised(act::EndSeised {
            body_name: COURT.into(),
            docket_no: DOCKET.into(),
            ended_on,
            why: "原告撤诉。".into(),
        })
    };
    let by_court = |docket_no| seised(SeisedBody::Court, docket_no);
    handled.is_refused(by_court(" "), "seised_incomplete").await;
    handled.is_granted(by_court(DOCKET)).await;
    handled.is_refused(by_court(DOCKET), "seised_already").await;
    let before = today.yesterday().unwrap();
    handled
        .is_refused(ended(before), "seised_end_unfounded")
        .await;
    handled.is_granted(ended(today)).await;
    handled.is_granted(seised(SeisedBody::Reserved, "")).await;
    let text_version = "2026-1".into();
    let notice = Ask::GiveNotice(act::GiveNotice { text_version });
    handled.is_granted(notice).await;
    handled.is_refused(Ask::Accept, "reserved_by_law").await;
}

/// Shows E11d, LW22.
#[tokio::test(flavor = "multi_thread")]
async fn a_desk_takes_nobody_off_a_case_who_is_not_on_it_or_for_a_party_who_is_none() {
    let mut handled = Handled::set().await;
    let now = handled.phone.now();
    let unknown = handled.phone.engine.new_entry_id(now).unwrap();
    let Scene { server, county, .. } = &handled.scene;
    let dispatcher = county.dispatcher(server).await;
    let (handler, other) = (county.mediator.id, county.second_mediator.id);
    let recuse = |handler: UserId, party: Option<EntryId>| {
        let (ground, why) = ("relative", "当事人申请回避。");
        json!({ "handler": handler, "ground": ground, "party": party, "why": why })
    };
    for (says, code) in [
        (recuse(other, None), "not_on_the_case"),
        (recuse(handler, Some(unknown)), "unknown_party"),
    ] {
        let answer = handled.decide(&dispatcher, "recuse_handler", says).await;
        assert_eq!(answer.outcome(), (409, code));
    }
    let recused = handled.decide(&dispatcher, "recuse_handler", recuse(handler, None));
    let recused = recused.await;
    assert_eq!(recused.status, 200, "{}", recused.json);
}

/// Shows P05, R019.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_of_a_department_joins_before_each_party_agreed_that_it_is_told() {
    let mut handled = Handled::set().await;
    let parties = [Side::A, Side::B].map(|side| handled.party(side));
    handled.exchange().await;
    let Scene { server, county, .. } = &handled.scene;
    let dispatcher = county.dispatcher(server).await;
    let department = told(&county.hire(server, Role::Department).await);
    let joins = json!({ "target": department, "duty": "co" });
    let early = handled.decide(&dispatcher, "assign", joins.clone()).await;
    assert_eq!(early.outcome(), (409, "share_consent_missing"));
    let what = ConsentSubject::ShareDepartment;
    for party in parties {
        handled.says(party, what, ConsentDecision::Agree);
    }
    handled.exchange().await;
    let joined = handled.decide(&dispatcher, "assign", joins).await;
    assert_eq!(joined.status, 200, "{}", joined.json);
}

/// Shows P05, E11.
#[tokio::test(flavor = "multi_thread")]
async fn a_party_who_is_entered_when_the_others_had_agreed_to_share_is_asked_too() {
    let mut handled = Handled::set().await;
    let [a, b] = [Side::A, Side::B].map(|side| handled.party(side));
    let share = ConsentSubject::ShareDepartment;
    for party in [a, b] {
        handled.says(party, share, ConsentDecision::Agree);
    }
    handled.exchange().await;
    let Scene { server, county, .. } = &handled.scene;
    let dispatcher = county.dispatcher(server).await;
    let department = told(&county.hire(server, Role::Department).await);
    let joins = json!({ "target": department, "duty": "co" });
    let joined = handled.decide(&dispatcher, "assign", joins).await;
    assert_eq!(joined.status, 200, "{}", joined.json);
    let late = handled.party(Side::B);
    let text_version = "2026-1".into();
    let notice = Ask::GiveNotice(act::GiveNotice { text_version });
    handled.is_granted(notice).await;
    for party in [a, b, late] {
        handled.consents(party, ConsentDecision::Agree);
    }
    handled.is_refused(Ask::Accept, "share_not_asked").await;
    handled.says(late, share, ConsentDecision::Refuse);
    handled.is_granted(Ask::Accept).await;
}

/// Shows E02c, E11, R111.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_desk_classifies_anew_is_something_else_and_of_the_police_nothing_is_accepted() {
    let mut handled = Handled::set().await;
    let Scene { server, county, .. } = &handled.scene;
    let dispatcher = county.dispatcher(server).await;
    let anew = |situation: &str| json!({ "situation": situation, "why": "现场已核实。" });
    let known = handled.facts().await.situation;
    let same = anew(known.as_str());
    let answer = handled.decide(&dispatcher, "reclassify", same).await;
    assert_eq!(answer.outcome(), (409, "situation_unchanged"));
    let of_police = anew("P08-01");
    let answer = handled.decide(&dispatcher, "reclassify", of_police).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    handled.exchange().await;
    let text_version = "2026-1".into();
    let notice = Ask::GiveNotice(act::GiveNotice { text_version });
    handled.is_granted(notice).await;
    handled.is_refused(Ask::Accept, "not_mediable").await;
}

/// Shows E30c, E30e, R045.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_not_parted_from_one_that_went_on_under_a_third() {
    let scene = Scene::set().await;
    let first = scene.case;
    let second = scene.another_case("A-2").await;
    let third = scene.another_case("A-3").await;
    let dispatcher = scene.county.dispatcher(&scene.server).await;
    for (case, into) in [(first, second), (second, third)] {
        let says = json!({ "into": into, "why": "同一起纠纷。" });
        let merged = of_two(&scene, &dispatcher, (case, "merge"), says).await;
        assert_eq!(merged.status, 200, "{}", merged.json);
    }
    for (case, outcome) in [
        (first, (409, "merged_further")),
        (second, (200, "")),
        (first, (200, "")),
    ] {
        let says = json!({ "why": "两起不同的纠纷。" });
        let parted = of_two(&scene, &dispatcher, (case, "unmerge"), says).await;
        assert_eq!(parted.outcome(), outcome, "{}", parted.json);
    }
}

/// Decides about a case and another one, on the first as it stands.
async fn of_two(
    scene: &Scene,
    by: &impl Calls,
    (case, act): (CaseId, &str),
    mut says: Value,
) -> Answer {
    says["base_version"] = facts(&scene.server, case).await.version.into();
    by.post(&format!("/api/v1/cases/{case}/{act}"), says).await
}
