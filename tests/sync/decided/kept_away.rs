//! Who is kept from a case by law, with real phones: a guardian of a grown-up who can act for
//! himself, a committee while a court has the matter, a mediator who is related to a party.

use super::*;
use hejie_case::facts::{RecusalGround, SeisedBody};
use jiff::civil::date;

/// The lead signs for the case on the scene with two parties, and asks for acceptance.
async fn asked_to_accept(
    before: impl FnOnce(&mut Phone, CaseId, [EntryId; 2]),
) -> (Scene, Phone, EntryId) {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    let (case, now) = (scene.case, phone.now());
    phone.engine.sign_for(case, now).unwrap();
    let parties = [Side::A, Side::B].map(|side| phone.party(case, side));
    before(&mut phone, case, parties);
    let text_version = "2026-1".into();
    let notice = Ask::GiveNotice(act::GiveNotice { text_version });
    phone.engine.ask(case, notice, now).unwrap();
    for party in parties {
        phone.consents(case, party);
    }
    let accepted = phone.engine.ask(case, Ask::Accept, now).unwrap();
    phone.sync().await;
    scene.server.reconcile().await;
    phone.sync().await;
    (scene, phone, accepted)
}

/// What the phone shows of a request after the exchange: the code of its refusal, if it was.
fn shown(scene: &Scene, phone: &Phone, request: EntryId) -> Option<String> {
    let file = phone.engine.case(scene.case, phone.now()).unwrap();
    match &file.facts.unwrap().rulings[&request].decision {
        Decision::Refused(why) => Some(why.code.clone()),
        _ => None,
    }
}

/// Shows LW36, E11.
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_is_told_that_nobody_is_the_guardian_of_a_grown_up_who_can_act_for_himself() {
    let mut guardian = None;
    let (scene, mut phone, accepted) = asked_to_accept(|phone, case, [a, _]| {
        let brother = Party {
            guardian_of: Some(a),
            ..Party::person(Side::A, "王*")
        };
        guardian = Some(phone.person(case, brother));
    })
    .await;
    let why = shown(&scene, &phone, accepted);
    assert_eq!(why.as_deref(), Some("guardian_for_able"));
    let now = phone.now();
    let withdraw = hejie_case::edit::Edit::Withdraw {
        target: hejie_case::edit::Withdrawable::Party(guardian.unwrap()),
        why: "不是监护人。".into(),
        at: now,
    };
    phone.engine.edit(scene.case, withdraw, now).unwrap();
    let again = phone.engine.ask(scene.case, Ask::Accept, now).unwrap();
    phone.sync().await;
    scene.server.reconcile().await;
    phone.sync().await;
    assert_eq!(shown(&scene, &phone, again), None);
}

/// Shows LW16, E11b, E11c.
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_notes_that_a_court_has_the_matter_and_a_desk_that_it_has_it_no_more() {
    let (scene, mut phone, accepted) = asked_to_accept(|phone, case, _| {
        let seised = act::NoteSeised {
            body: SeisedBody::Court,
            body_name: "和安县人民法院".into(),
            docket_no: "（2026）民初17号".into(),
            accepted_on: date(2026, 2, 1),
        };
        let now = phone.now();
        let noted = Ask::NoteSeised(seised);
        phone.engine.ask(case, noted, now).unwrap();
    })
    .await;
    let why = shown(&scene, &phone, accepted);
    assert_eq!(why.as_deref(), Some("seised_elsewhere"));
    let dispatcher = scene.county.dispatcher(&scene.server).await;
    let path = format!("/api/v1/cases/{}", scene.case);
    let detail = dispatcher.get(&path).await.json;
    assert_eq!(
        detail["facts"]["seised"][0]["docket_no"],
        "（2026）民初17号"
    );
    let ended = json!({
        "body_name": "和安县人民法院", "docket_no": "（2026）民初17号",
        "ended_on": "2026-02-02", "why": "原告撤诉。",
    });
    let version = facts(&scene.server, scene.case).await.version;
    let body = decided("end_seised", ended, version);
    let answer = dispatcher.post(&format!("{path}/acts"), body).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    let now = phone.now();
    let again = phone.engine.ask(scene.case, Ask::Accept, now).unwrap();
    phone.sync().await;
    scene.server.reconcile().await;
    phone.sync().await;
    assert_eq!(shown(&scene, &phone, again), None);
}

/// Shows LW22, E11d.
#[tokio::test(flavor = "multi_thread")]
async fn a_mediator_steps_back_on_the_phone_which_lets_go_of_the_case_and_another_is_offered_it() {
    let mut mediation = Mediation::begin().await;
    let recuse = act::Recuse {
        ground: RecusalGround::Relative,
        party: Some(mediation.parties[0]),
        why: "系甲方表弟。".into(),
    };
    mediation.ask(Ask::Recuse(recuse)).await;
    let known = mediation.facts().await;
    assert_eq!(known.stage.status(), Status::PendingDispatch);
    mediation.phone.sync().await;
    let held = mediation
        .phone
        .engine
        .case(mediation.scene.case, mediation.phone.now());
    assert!(held.is_err(), "the phone lets go of it");
    let Scene { server, county, .. } = &mediation.scene;
    let dispatcher = county.dispatcher(server).await;
    let offer = |person: &harness::Person| {
        json!({
            "target": { "user": person.id, "role": "mediator", "org": person.org },
            "expected": "三日内联系双方。",
        })
    };
    let again = mediation
        .act(&dispatcher, "dispatch", offer(&county.mediator))
        .await;
    assert_eq!(again.as_deref(), Some("recused"));
    let other = mediation
        .act(&dispatcher, "dispatch", offer(&county.second_mediator))
        .await;
    assert_eq!(other, None);
}
