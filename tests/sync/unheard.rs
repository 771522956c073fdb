//! A closing waits for what the phones of the case still have to say (E27), and a phone has not
//! said it whose words the registry could not place.

use crate::{
    large::exchange_within,
    phone::Phone,
    recover::{Backup, is_known},
    scene::{Scene, act, author, facts},
    unseen::come_back,
};
use harness::TestServer;
use hejie_case::{
    act::{self, DeskAct},
    facts::{Duty, Status},
    ids::CaseId,
    record::{Ask, CloseKind},
};
use hejie_wire::codec;
use jiff::SignedDuration;

/// A registry that was set back to before a case was reported that its mediator has asked to close;
/// the grid worker has written since.
struct Lost {
    scene: Scene,
    late: CaseId,
    mediator: Phone,
    grid: Phone,
}

impl Lost {
    async fn set() -> Self {
        let scene = Scene::on(TestServer::alone().await).await;
        let (mut mediator, mut grid) = (scene.mediator().await, scene.grid_worker().await);
        let backup = Backup::of(&scene.server).await;
        let late = scene.another_case("A-2").await;
        let to = author(&scene.county.grid_worker);
        let assign = DeskAct::Assign(act::Assign {
            target: to,
            duty: Duty::Visit,
        });
        let refused = act(&scene, &scene.county.dispatcher, late, assign).await;
        assert_eq!(refused, None);
        come_back(&scene, &mut mediator).await;
        mediator.engine.sign_for(late, mediator.now()).unwrap();
        let (place, reason) = (None, None);
        ask(
            &mut mediator,
            late,
            Ask::Arrive(act::Arrive { place, reason }),
        );
        come_back(&scene, &mut mediator).await;
        come_back(&scene, &mut grid).await;
        let (outcome, feedback) = (CloseKind::Reconciled, "双方自行和解。".into());
        ask(
            &mut mediator,
            late,
            Ask::AskClose(act::AskClose { outcome, feedback }),
        );
        come_back(&scene, &mut mediator).await;
        grid.note(late, "甲方反悔，不同意和解。");
        backup.restore(&scene.server).await;
        Self {
            scene,
            late,
            mediator,
            grid,
        }
    }

    async fn status(&self) -> Status {
        facts(&self.scene.server, self.late).await.stage.status()
    }
}

fn ask(phone: &mut Phone, case: CaseId, ask: Ask) {
    let now = phone.now();
    phone.engine.ask(case, ask, now).unwrap();
}

/// Shows E27. The line breaks after the first answer, which says that the registry does not know
/// the case.
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_whose_words_the_registry_cannot_place_yet_is_not_taken_for_heard() {
    let mut lost = Lost::set().await;
    lost.scene.server.advance(SignedDuration::from_secs(10));
    let answer = lost.grid.ask().await;
    lost.grid.take(&answer);
    come_back(&lost.scene, &mut lost.mediator).await;
    assert_eq!(lost.status().await, Status::PendingClose, "the words wait");
    for _ in 0..2 {
        come_back(&lost.scene, &mut lost.grid).await;
        come_back(&lost.scene, &mut lost.mediator).await;
    }
    assert_eq!(lost.mediator.notes(lost.late), ["甲方反悔，不同意和解。"]);
    assert_eq!(
        lost.status().await,
        Status::Closed,
        "nothing waits any more"
    );
}

/// Shows E27. The line has not carried proofs once, so that they go in requests without changes.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_brings_proofs_alone_says_that_words_wait() {
    let mut lost = Lost::set().await;
    let phone = &mut lost.grid;
    exchange_within(1 << 10, phone).await;
    let mut said = None;
    for _ in 0..10 {
        let body = phone.engine.begin_exchange(phone.now()).unwrap();
        let up = codec::decode_up(body.encoding, &body.bytes).unwrap();
        if !up.proofs.is_empty() && up.cases.is_empty() {
            said = Some(up.more);
        }
        let answer = phone.pass(body).await;
        if !phone.take(&answer) {
            break;
        }
    }
    assert!(is_known(&lost.scene.server, lost.late).await);
    assert_eq!(said, Some(true));
}
