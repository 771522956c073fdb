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
    document::Origin,
    facts::{Duty, Status},
    ids::CaseId,
    record::{Ask, CloseKind},
};
use hejie_registry::{case, pool};
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
        let (mut mediator, mut grid) = (scene.mediator().await, scene.colleague().await);
        let backup = Backup::of(&scene.server).await;
        let late = scene.another_case("A-2").await;
        asked_to_close(&scene, late, &mut mediator, &mut grid).await;
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

/// The mediator asks to close a case in which the grid worker has a part.
async fn asked_to_close(scene: &Scene, case: CaseId, mediator: &mut Phone, grid: &mut Phone) {
    let to = author(&scene.county.second_mediator);
    let assign = DeskAct::Assign(act::Assign {
        target: to,
        duty: Duty::Visit,
    });
    let refused = act(scene, &scene.county.dispatcher, case, assign).await;
    assert_eq!(refused, None);
    come_back(scene, mediator).await;
    mediator.engine.sign_for(case, mediator.now()).unwrap();
    let (place, reason) = (None, None);
    ask(mediator, case, Ask::Arrive(act::Arrive { place, reason }));
    come_back(scene, mediator).await;
    come_back(scene, grid).await;
    let (outcome, feedback) = (CloseKind::Reconciled, "双方自行和解。".into());
    ask(
        mediator,
        case,
        Ask::AskClose(act::AskClose { outcome, feedback }),
    );
    come_back(scene, mediator).await;
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

/// Shows E27. It is refused at each exchange, until its author has said where it is.
#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_does_not_say_enough_keeps_no_phone_from_being_heard() {
    let scene = Scene::on(TestServer::alone().await).await;
    let (mut mediator, mut grid) = (scene.mediator().await, scene.colleague().await);
    asked_to_close(&scene, scene.case, &mut mediator, &mut grid).await;
    let now = grid.now();
    grid.engine.create_case(Origin::default(), now).unwrap();
    scene.server.advance(SignedDuration::from_secs(10));
    come_back(&scene, &mut grid).await;
    assert_eq!(grid.engine.status().waiting, 1, "the draft waits");
    let known = facts(&scene.server, scene.case).await;
    assert_eq!(known.stage.status(), Status::Closed);
}

#[tokio::test(flavor = "multi_thread")]
async fn closings_that_wait_hide_no_change_that_is_not_merged() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut phone = scene.mediator().await;
    let other = scene.another_case("A-2").await;
    scene.server.reconcile().await;
    phone.sync().await;
    let pending = "update case_reg set difficulty = 'simple',
            status = case case_id when $1 then 'dispatched' else 'pending_close' end";
    let (first, second) = (scene.case.min(other), scene.case.max(other));
    for (written, closing) in [(first, second), (second, first)] {
        phone.note(written, "还没有合并的。");
        phone.sync().await;
        let pool = &scene.server.state.pool;
        let pending = sqlx::query(pending).bind(written.0);
        pending.execute(pool).await.unwrap();
        let mut conn = pool::acquire(pool).await.unwrap();
        let listed = case::list_unreconciled(&mut conn, scene.server.now(), 1).await;
        let listed = listed.unwrap();
        assert!(
            listed.contains(&written) && listed.contains(&closing),
            "{listed:?}"
        );
        drop(conn);
        scene.server.reconcile().await;
    }
}
