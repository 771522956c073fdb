//! Requests of the phone before there is an agreement.

use super::Handled;
use crate::{phone::Phone, scene::Scene};
use hejie_case::{
    act,
    edit::{Edit, NewEntry},
    facts::{DeadlineKind, Difficulty},
    ids::EntryId,
    record::*,
    role::Role,
};
use jiff::SignedDuration;
use serde_json::json;

fn settle(result: &str) -> Ask {
    settle_with(result, &[])
}

fn settle_with(result: &str, assents: &[EntryId]) -> Ask {
    let (result, assents) = (result.into(), assents.to_vec());
    Ask::SettleOnScene(act::SettleOnScene { result, assents })
}

/// Shows E08, R013, LW09, LW10.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_settled_on_the_scene_to_which_not_everybody_said_yes_or_that_must_be_written() {
    let mut handled = Handled::set().await;
    handled.arrives().await;
    let parties = [handled.party(Side::A), handled.party(Side::B)];
    for party in parties {
        handled.consents(party, ConsentDecision::Agree);
    }
    let (level, why) = (Residual::Low, "双方已平静。".into());
    let judged = Ask::ResidualRisk(act::ResidualRisk { level, why });
    handled.is_granted(judged).await;
    let (a, both) = (settle_with("和解。", &parties[..1]), &parties);
    handled.is_refused(a, "assent_missing").await;
    let oral = ConsentSubject::OralForm;
    handled.says(parties[1], oral, ConsentDecision::Refuse);
    handled
        .is_refused(settle_with("和解。", both), "written_required")
        .await;
    handled.says(parties[1], oral, ConsentDecision::Agree);
    handled.is_granted(settle_with("和解。", both)).await;
}

/// Shows E08.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_settled_on_the_scene_without_a_result_two_sides_and_their_consent() {
    let mut handled = Handled::set().await;
    handled.arrives().await;
    handled.is_refused(settle(" "), "result_missing").await;
    handled
        .is_refused(settle("双方和解。"), "parties_missing")
        .await;
    for side in [Side::A, Side::B] {
        handled.party(side);
    }
    handled
        .is_refused(settle("双方和解。"), "consent_missing")
        .await;
    let field = IntakeField::Amount(Cents(12_000_000));
    handled.write(Edit::Intake { field });
    handled.exchange().await;
    handled.is_refused(settle("双方和解。"), "not_simple").await;
}

/// Shows E08, R013, R033.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_settled_on_the_scene_that_nobody_judged_or_that_may_break_out_again() {
    let mut handled = Handled::set().await;
    handled.arrives().await;
    for side in [Side::A, Side::B] {
        let party = handled.party(side);
        handled.consents(party, ConsentDecision::Agree);
    }
    handled
        .is_refused(settle("双方和解。"), "residual_not_judged")
        .await;
    let at = handled.phone.now();
    let (factor, why) = (RiskFactor::Residual(Residual::Mid), "双方仍有怨气。".into());
    handled.add(NewEntry::Risk(RiskObservation { factor, at, why }));
    handled
        .is_refused(settle("双方和解。"), "residual_risk")
        .await;
}

/// Shows E07.
#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_arrives_far_from_the_place_says_why() {
    let mut handled = Handled::set().await;
    let region = handled.scene.county.township();
    let at = |lat| Place {
        region: region.clone(),
        address: "新栖街".into(),
        position: Some(Position {
            lat,
            lon: 121.0,
            accuracy: 5.0,
        }),
    };
    let field = IntakeField::Place(at(30.0));
    handled.write(Edit::Intake { field });
    handled.exchange().await;
    let arrive = |reason: Option<&str>| {
        let (place, reason) = (Some(at(31.0)), reason.map(str::to_owned));
        Ask::Arrive(act::Arrive { place, reason })
    };
    handled.is_refused(arrive(None), "too_far").await;
    handled.is_granted(arrive(Some("当事人已到派出所。"))).await;
}

/// Shows E10, E11, E12, LW01.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_taken_into_mediation_who_was_not_told_did_not_agree_or_refused() {
    let mut handled = Handled::set().await;
    handled.is_refused(Ask::Accept, "wrong_stage").await;
    let text_version = "2026-1".into();
    let notice = Ask::GiveNotice(act::GiveNotice { text_version });
    handled.is_granted(notice).await;
    handled.is_refused(Ask::Accept, "parties_missing").await;
    let [a, b] = [handled.party(Side::A), handled.party(Side::B)];
    handled.consents(a, ConsentDecision::Agree);
    handled.is_refused(Ask::Accept, "consent_missing").await;
    let refuse = Ask::Refuse(act::Refuse {
        party: b,
        routes_told: true,
    });
    handled
        .is_refused(refuse.clone(), "refusal_not_recorded")
        .await;
    handled.consents(b, ConsentDecision::Refuse);
    handled.is_refused(Ask::Accept, "party_refused").await;
    let untold = Ask::Refuse(act::Refuse {
        party: b,
        routes_told: false,
    });
    handled.is_refused(untold, "routes_not_told").await;
    handled.is_granted(refuse).await;
}

/// Shows E26.
#[tokio::test(flavor = "multi_thread")]
async fn a_closing_says_what_the_channel_is_told_and_fits_what_was_reached() {
    let mut handled = Handled::set().await;
    handled.arrives().await;
    let close = |outcome, feedback: &str| {
        let feedback = feedback.into();
        Ask::AskClose(act::AskClose { outcome, feedback })
    };
    let blank = close(CloseKind::Reconciled, " ");
    handled.is_refused(blank, "feedback_missing").await;
    for outcome in [
        CloseKind::AgreementPerformed,
        CloseKind::OralAgreementPerformed,
        CloseKind::Merged,
    ] {
        let unfit = close(outcome, "已办结。");
        handled.is_refused(unfit, "outcome_does_not_fit").await;
    }
}

/// Shows E14, E33, LW15.
#[tokio::test(flavor = "multi_thread")]
async fn more_time_is_for_a_clock_that_runs_and_may_be_extended_and_difficulty_changes_or_not() {
    let mut handled = Handled::set().await;
    handled.mediates().await;
    let extend = |clock, days| {
        let why = "等待鉴定。".into();
        Ask::Extend(act::Extend { clock, days, why })
    };
    for (clock, days, code) in [
        (DeadlineKind::PetitionReply, 2, "clock_not_running"),
        (DeadlineKind::Dispatch, 2, "clock_not_running"),
        (DeadlineKind::Legal, 5, "extension_not_agreed"),
        (DeadlineKind::Feedback, 99, "extension_out_of_range"),
    ] {
        handled.is_refused(extend(clock, days), code).await;
    }
    let adjust = |to| {
        let reason = "人数较多。".into();
        Ask::Adjust(act::Adjust { to, reason })
    };
    let present: Difficulty = handled.facts().await.difficulty;
    handled
        .is_refused(adjust(present), "difficulty_unchanged")
        .await;
    let field = IntakeField::Amount(Cents(12_000_000));
    handled.write(Edit::Intake { field });
    handled.exchange().await;
    handled
        .is_refused(adjust(present), "rules_forbid_lowering")
        .await;
    handled.wait(SignedDuration::from_hours(25)).await;
    handled
        .is_refused(adjust(present), "too_late_to_lower")
        .await;
}

/// Shows E05.
#[tokio::test(flavor = "multi_thread")]
async fn an_offer_that_is_none_any_more_is_signed_for_by_nobody() {
    let mut handled = Handled::set().await;
    let colleague = handled
        .scene
        .county
        .hire(&handled.scene.server, Role::Mediator)
        .await;
    let Scene { server, county, .. } = &handled.scene;
    let dispatcher = county.dispatcher(server).await;
    let target = json!({ "user": colleague.id, "role": colleague.role, "org": colleague.org });
    let moved = handled.decide(&dispatcher, "handover", json!({ "target": target }));
    let moved = moved.await;
    assert_eq!(moved.status, 200, "{}", moved.json);
    handled.exchange().await;
    let mut phone = Phone::enrol(&handled.scene.server, &colleague).await;
    phone.sync().await;
    std::mem::swap(&mut handled.phone, &mut phone);
    let early = Ask::SignFor(act::SignFor { assignment: 1 });
    handled.is_refused(early, "offer_superseded").await;
}

/// Shows E13, E25, LW07.
#[tokio::test(flavor = "multi_thread")]
async fn a_mediation_that_fails_tells_the_other_routes_and_begins_only_once_it_was_accepted() {
    let mut handled = Handled::set().await;
    handled.is_refused(Ask::Start, "wrong_stage").await;
    handled.mediates().await;
    let ground = TerminationGround::NoAgreement;
    let terminate = |routes_told| {
        Ask::Terminate(act::Terminate {
            ground,
            routes_told,
        })
    };
    handled
        .is_refused(terminate(false), "routes_not_told")
        .await;
    handled.is_granted(terminate(true)).await;
}
