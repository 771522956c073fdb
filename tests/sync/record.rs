//! What the handler writes down on the phone beside statements and notes, and what others are shown
//! of it: sessions and who signed their records, evidence that is relied on and withdrawn, the
//! order of clauses.

use crate::{
    scene::{Scene, facts},
    secret::{ZHANG, bring, handler, known_party},
};
use harness::Calls;
use hejie_case::{
    edit::{Citing, Edit, NewEntry, Withdrawable},
    record::*,
    view::ConflictKind,
};
use serde_json::json;

/// Shows R056, R037.
#[tokio::test(flavor = "multi_thread")]
async fn sessions_of_each_form_are_recorded_and_the_one_online_is_signed_and_read_at_the_desk() {
    let scene = Scene::set().await;
    let mut phone = handler(&scene).await;
    let case = scene.case;
    let party = known_party(&scene, &mut phone, case, Side::A, ZHANG).await;
    let now = phone.now();
    let forms = [
        SessionForm::Scene,
        SessionForm::Room,
        SessionForm::Bench,
        SessionForm::Circuit,
        SessionForm::Online,
    ];
    let held = forms.map(|form| {
        let head = SessionHead {
            form,
            start: now,
            place: None,
            attendees: vec![party],
            result: "约定次日再谈。".into(),
        };
        let session = NewEntry::Session(head, "双方到场，各自陈述。".into());
        phone.engine.add(case, session, now).unwrap()
    });
    let [.., online] = held;
    let signed = RecordSigned {
        medium: SignatureMedium::Screen,
        at: now,
    };
    let signing = Edit::SignRecord {
        session: online,
        party,
        signed,
    };
    phone.engine.edit(case, signing, now).unwrap();
    bring(&scene, &mut phone).await;
    let dispatcher = scene.county.dispatcher(&scene.server).await;
    let path = format!("/api/v1/cases/{case}");
    let sessions = dispatcher.get(&path).await.json["sessions"].clone();
    let mut told = sessions.as_array().unwrap().iter();
    let told = told.find(|told| told["id"] == json!(online)).unwrap();
    assert_eq!(told["form"], "online");
    assert_eq!(told["signed"], json!([party]));
    let forms = "select count(distinct form) from mediation_session where case_id = $1";
    assert_eq!(scene.count(forms).await, 5);
}

/// Shows M18.
#[tokio::test(flavor = "multi_thread")]
async fn evidence_on_which_a_draft_relies_is_withdrawn_on_the_phone_and_the_disagreement_is_found()
{
    let scene = Scene::set().await;
    let mut phone = handler(&scene).await;
    let (case, now) = (scene.case, phone.now());
    let head = DraftHead {
        form: AgreementForm::Written,
        based_on: None,
    };
    let draft = phone.engine.add(case, NewEntry::Draft(head), now).unwrap();
    let evidence = Evidence {
        kind: EvidenceKind::Paper,
        sha256: "0".repeat(64),
        size: 12,
        mime: "image/jpeg".into(),
        taken_at: now,
        place: None,
        origin: "租客出示".into(),
    };
    let evidence = NewEntry::Evidence(evidence, "收据".into());
    let evidence = phone.engine.add(case, evidence, now).unwrap();
    let by = Citing::Draft(draft);
    let target = Withdrawable::Evidence(evidence);
    let (why, at) = (String::from("收据属另一户。"), now);
    for edit in [
        Edit::Cite { by, evidence },
        Edit::Withdraw { target, why, at },
    ] {
        phone.engine.edit(case, edit, now).unwrap();
    }
    bring(&scene, &mut phone).await;
    let known = facts(&scene.server, case).await;
    let mut found = known.conflicts.values().map(|c| c.conflict.kind);
    assert!(found.any(|kind| kind == ConflictKind::EvidenceWithdrawn));
}

/// Shows M28.
#[tokio::test(flavor = "multi_thread")]
async fn clauses_are_moved_on_one_phone_and_stand_in_that_order_on_the_other() {
    let scene = Scene::set().await;
    let mut phone = handler(&scene).await;
    let (case, now) = (scene.case, phone.now());
    let head = DraftHead {
        form: AgreementForm::Written,
        based_on: None,
    };
    let draft = phone.engine.add(case, NewEntry::Draft(head), now).unwrap();
    let [one, two, three] = ["一", "二", "三"].map(|text| {
        let engine = &mut phone.engine;
        engine
            .add_clause(case, draft, text.into(), None, now)
            .unwrap()
    });
    bring(&scene, &mut phone).await;
    for (clause, behind) in [(three, Some(one)), (two, None)] {
        let engine = &mut phone.engine;
        engine
            .move_clause(case, draft, clause, behind, now)
            .unwrap();
    }
    bring(&scene, &mut phone).await;
    let grid_worker = scene.colleague().await;
    let view = grid_worker.engine.case(case, now).unwrap().view;
    let clauses = view.drafts[&draft].value.clauses.iter();
    let order: Vec<_> = clauses.map(|(id, _)| *id).collect();
    assert_eq!(order, [two, one, three]);
}
