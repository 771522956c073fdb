//! Cases that are begun on a phone: every field of what is known at the beginning, and places over
//! the border.

use super::values::{Dice, extremes, leaves};
use crate::scene::Scene;
use harness::Calls;
use hejie_case::{
    document::Origin,
    ids::CaseId,
    reason::Explain,
    record::{Cents, IntakeField, Place, Position},
};
use hejie_device::engine::EngineError;

fn origin(region: &str) -> Origin {
    let place = Place {
        region: region.parse().unwrap(),
        address: "滨江路某小区".into(),
        position: Some(Position {
            lat: 29.5,
            lon: 121.25,
            accuracy: 12.5,
        }),
    };
    Origin {
        channel: Some("walk_in".into()),
        external_no: Some("W-1".into()),
        fields: vec![
            IntakeField::Situation("N02-01".parse().unwrap()),
            IntakeField::Place(place),
            IntakeField::Persons(2),
            IntakeField::Amount(Cents(400_000)),
            IntakeField::OccurredAt("2026-03-02T01:00:00Z".parse().unwrap()),
        ],
        summary: "两户因滴水争执。".into(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_a_phone_begins_is_registered_or_refused_where_it_is_typed() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    let written = serde_json::to_value(origin(scene.county.township().as_str())).unwrap();
    let (mut dice, mut begun, mut refused) = (Dice::cast(), Vec::new(), 0);
    for leaf in leaves(&written) {
        for value in dice.some(extremes(), 10) {
            let mut forced = written.clone();
            *forced.pointer_mut(&leaf).unwrap() = value;
            let Ok(origin) = serde_json::from_value::<Origin>(forced) else {
                continue;
            };
            match phone.engine.create_case(origin, phone.now()) {
                Ok(receipt) => begun.push(receipt.case),
                Err(EngineError::Edit(error)) => {
                    assert!(error.zh().ends_with('。'), "{leaf}");
                    refused += 1;
                }
                Err(other) => panic!("{leaf}: {other:?}"),
            }
        }
    }
    assert!(begun.len() > 5 && refused > 10, "{} {refused}", begun.len());
    // So many begun cases are looked at in one request; the rest follows in later sessions.
    for _ in 0..begun.len() {
        phone.sync().await;
    }
    assert_eq!(phone.engine.refusals().unwrap(), []);
    assert_eq!(phone.engine.status().waiting, 0);
    scene.server.reconcile().await;
    for case in begun {
        super::settled(&scene, case).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_over_the_border_is_found_and_flagged_by_the_desks_of_its_authors_county() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    let mut begin = |region: &str| -> CaseId {
        let receipt = phone.engine.create_case(origin(region), phone.now());
        receipt.unwrap().case
    };
    let cases = [begin("110101001"), begin("000000")];
    let at_home = begin(scene.county.township().as_str());
    phone.sync().await;
    let desk = scene.county.supervisor(&scene.server).await;
    for (case, region) in cases.into_iter().zip(["110101001", "000000"]) {
        let detail = desk.get(&format!("/api/v1/cases/{case}")).await;
        assert_eq!(detail.status, 200, "{}", detail.json);
        assert_eq!(detail.text("/summary/place_outside"), region);
        let home = scene.county.region.as_str();
        assert!(detail.text("/summary/region").starts_with(home));
    }
    let detail = desk.get(&format!("/api/v1/cases/{at_home}")).await;
    assert!(detail.json["summary"]["place_outside"].is_null());
}
