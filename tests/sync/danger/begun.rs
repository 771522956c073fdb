//! Dangers in cases that were begun on a phone and are not registered, or not yet.

use super::Watch;
use crate::{
    phone::{Phone, read},
    scene::facts,
};
use hejie_case::{document::Origin, ids::CaseId};

impl Phone {
    /// Nothing else is said of the case.
    fn begins_with_danger(&mut self, what: &str) -> CaseId {
        let begun = self.engine.create_case(Origin::default(), self.now());
        let case = begun.unwrap().case;
        self.reports(case, what);
        case
    }
}

/// Shows E23.
#[tokio::test(flavor = "multi_thread")]
async fn a_danger_in_a_begun_case_that_is_never_registered_is_told_as_unverified() {
    let watch = Watch::set().await;
    let scene = &watch.scene;
    watch
        .execute("alter table case_change add constraint full_log check (actor_seq < 4) not valid")
        .await;
    let mut phone = scene.mediator().await;
    let case = phone.begins_with_danger("一方持刀。");
    for n in 0..4 {
        phone.note(case, &format!("第{n}次。"));
    }
    phone.sync().await;
    let told = watch.told("一方持刀。").await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("案件尚未登记") && told[0].contains("未经核实"));
    assert!(
        phone
            .reads()
            .iter()
            .all(|(code, told)| code == "unstorable" && *told)
    );
    assert_eq!(phone.engine.status().alarm, None);
}

/// Shows E23. One request brings twenty of them at most.
#[tokio::test(flavor = "multi_thread")]
async fn dangers_in_more_begun_cases_than_are_looked_at_at_once_are_each_told_at_once_and_once() {
    let watch = Watch::set().await;
    let scene = &watch.scene;
    let mut phone = scene.mediator().await;
    let begun: Vec<CaseId> = (0..25)
        .map(|n| phone.begins_with_danger(&format!("第{n}处持刀。")))
        .collect();
    let first = phone.ask().await;
    phone.take(&first);
    let put_off = read(&first).cases;
    let put_off = put_off.iter().flat_map(|case| &case.refused);
    assert!(
        put_off
            .filter(|no| no.reason.code == "too_much_at_once" && no.told)
            .count()
            > 0
    );
    for n in 0..25 {
        assert_eq!(watch.told(&format!("第{n}处")).await.len(), 1, "{n}");
    }
    for _ in 0..2 {
        phone.sync().await;
    }
    scene.server.reconcile().await;
    assert_eq!((phone.engine.status().waiting, phone.reads()), (0, vec![]));
    for (n, case) in begun.into_iter().enumerate() {
        assert_eq!(watch.told(&format!("第{n}处")).await.len(), 1, "{n}");
        assert_eq!(facts(&scene.server, case).await.holds.len(), 1);
    }
}
