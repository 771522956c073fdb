//! What a phone proves to a server, and what not: what the server refused it has, and what it did
//! not believe is not pressed on it.

use crate::{
    attest::{last_change, problem, take_out},
    hostile::up,
    phone::read,
    recover::{Backup, all_exchange, is_known},
    relayed::retire_attester,
    scene::Scene,
};
use harness::TestServer;
use hejie_wire::{
    digest::Digest,
    message::{Holdings, Up},
};

/// Requests that a run takes at most.
const REQUESTS: usize = 20;

/// A change was taken out of the case after it was acknowledged, and the case comes whole with the
/// answer that says so.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_refused_of_a_case_is_not_taken_for_lost_when_the_case_comes_whole() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut phone = scene.mediator().await;
    phone.note(scene.case, "后来被退回的。");
    phone.sync().await;
    let bad = last_change(&scene, &phone).await;
    take_out(&scene, bad).await;
    let holdings = Holdings {
        held: vec![(scene.case, Digest::EMPTY.short())],
        ..Holdings::default()
    };
    let asked = Up {
        holdings: Some(holdings),
        ..up(&mut phone)
    };
    let answer = phone.send(&asked).await;
    let down = read(&answer).cases.remove(0);
    assert!(down.snapshot.is_some());
    assert_eq!(down.refused[0].change, Some(bad));
    phone.take(&answer);
    phone.sync().await;
    assert_eq!(problem(&phone, scene.case), None);
    assert_eq!(phone.state(scene.case), scene.state().await);
    assert_eq!(phone.engine.refusals().unwrap().len(), 1);
}

/// The key that had signed for the case was retired since.
#[tokio::test(flavor = "multi_thread")]
async fn a_proof_that_is_not_believed_is_shown_once_and_the_case_says_so() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut phone = scene.mediator().await;
    let backup = Backup::of(&scene.server).await;
    let late = scene.another_case("A-2").await;
    all_exchange(&scene, &mut [&mut phone]).await;
    phone.note(late, "备份之后写的。");
    all_exchange(&scene, &mut [&mut phone]).await;
    retire_attester(&scene).await;
    backup.restore(&scene.server).await;
    phone.refresh().await;

    let (mut shown, mut goes_on) = (0, true);
    for _ in 0..REQUESTS {
        let asked = up(&mut phone);
        let claims = asked.proofs.iter().map(|proof| proof.attestation.read());
        let of_late = claims.filter(|claim| claim.as_ref().unwrap().statement.case == late);
        shown += of_late.count();
        let answer = phone.send(&asked).await;
        goes_on = phone.take(&answer);
        if !goes_on {
            break;
        }
    }
    assert!(!goes_on, "the run comes to an end");
    assert_eq!(shown, 1);
    assert!(!is_known(&scene.server, late).await);
    assert_eq!(phone.notes(late), ["备份之后写的。"]);
    assert_eq!(problem(&phone, late).as_deref(), Some("case_unprovable"));
}
