//! More begun cases than are looked at in one request: each comes again, and is registered in a few
//! exchanges.

use crate::{effects::origin, phone::Phone, scene::Scene};
use hejie_case::{document::Origin, ids::CaseId};
use hejie_registry::{case, pool};

impl Phone {
    fn begins_as(&mut self, origin: Origin) -> CaseId {
        let now = self.now();
        self.engine.create_case(origin, now).unwrap().case
    }
}

/// How many of these cases the registry knows.
async fn registered(scene: &Scene, cases: &[CaseId]) -> usize {
    let mut conn = pool::acquire(&scene.server.state.pool).await.unwrap();
    let mut known = 0;
    for case in cases {
        let version = case::facts_version(&mut conn, *case).await.unwrap();
        known += usize::from(version.is_some());
    }
    known
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_cases_begun_offline_and_what_was_written_beside_them_are_taken_in_a_few_exchanges() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    let mut begun = Vec::new();
    for n in 0..50 {
        begun.push(phone.begins_as(origin(&scene.county)));
        phone.note(begun[n / 2], &format!("第{n}次走访。"));
    }
    phone.note(scene.case, "原有案件照常记录。");
    let before = phone.engine.status().waiting;
    let mut left = Vec::new();
    while phone.engine.status().waiting > 0 && left.len() < 4 {
        phone.sync().await;
        left.push(phone.engine.status().waiting);
    }
    assert_eq!(left.last(), Some(&0), "{before} waited, then {left:?}");
    assert_eq!(registered(&scene, &begun).await, 50);
    assert_eq!(phone.engine.refusals().unwrap(), []);
    assert_eq!(phone.notes(scene.case).len(), 1);
}

/// They are looked at each time that they come, and come each time.
#[tokio::test(flavor = "multi_thread")]
async fn cases_that_say_too_little_to_be_registered_stand_before_no_other() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    let said_little: Vec<CaseId> = (0..22)
        .map(|_| phone.begins_as(Origin::default()))
        .collect();
    let good: Vec<CaseId> = (0..5)
        .map(|_| phone.begins_as(origin(&scene.county)))
        .collect();
    for _ in 0..2 {
        phone.sync().await;
    }
    assert_eq!(registered(&scene, &good).await, 5);
    assert_eq!(registered(&scene, &said_little).await, 0);
    assert_eq!(phone.engine.status().waiting, 22, "they stay on the phone");
    assert_eq!(phone.engine.refusals().unwrap(), []);
}
