//! Which number comes next when the first phone tells of a restore that nobody had noticed.

use crate::{
    recover::{Backup, all_exchange, is_known},
    scene::{Scene, facts},
};
use harness::TestServer;
use hejie_case::ids::CaseId;
use hejie_registry::{epoch, pool};
use std::{fs, path::Path};

/// What became of the mark beside the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Whole,
    CutOff,
    Gone,
}

/// One number was given since the backup, noted before it was: as far as the feeds go, the marks
/// are not ahead of the database.
#[tokio::test(flavor = "multi_thread")]
async fn numbers_go_on_right_behind_marks_that_know_more_and_far_beyond_where_one_is_damaged() {
    for place in [Place::Whole, Place::CutOff, Place::Gone] {
        let beside = tempfile::tempdir().unwrap();
        let scene = Scene::on(TestServer::marked(beside.path()).await).await;
        let server = &scene.server;
        let mut mediator = scene.mediator().await;
        let found = server.state.marks.check(&server.state.pool, server.now());
        assert_eq!(found.await.unwrap(), None);
        let backup = Backup::of(server).await;
        let late = scene.another_case("A-2").await;
        all_exchange(&scene, &mut [&mut mediator]).await;
        let given = number(&scene, late).await;
        harm(beside.path(), place);
        backup.put_back(server).await;

        all_exchange(&scene, &mut [&mut mediator]).await;
        assert!(is_known(server, late).await, "{place:?}");
        let mut conn = pool::acquire(&server.state.pool).await.unwrap();
        assert_eq!(epoch::current(&mut conn).await.unwrap(), 2, "{place:?}");
        assert_eq!(number(&scene, late).await, given);
        let next = scene.another_case("A-3").await;
        let next = number(&scene, next).await;
        match place {
            Place::Whole => assert_eq!(next, given + 1),
            Place::CutOff | Place::Gone => assert!(next > given + 900, "{place:?}: {next}"),
        }
    }
}

/// The whole machine, marks and all, is set back to a copy: the marks do not know of the numbers
/// that were given since either.
#[tokio::test(flavor = "multi_thread")]
async fn numbers_go_on_far_beyond_marks_that_were_set_back_with_the_database() {
    let beside = tempfile::tempdir().unwrap();
    let scene = Scene::on(TestServer::marked(beside.path()).await).await;
    let server = &scene.server;
    let mut mediator = scene.mediator().await;
    let found = server.state.marks.check(&server.state.pool, server.now());
    assert_eq!(found.await.unwrap(), None);
    let backup = Backup::of(server).await;
    mediator.note(scene.case, "备份之后写的。");
    all_exchange(&scene, &mut [&mut mediator]).await;
    backup.put_back(server).await;

    all_exchange(&scene, &mut [&mut mediator]).await;
    let next = scene.another_case("A-3").await;
    assert!(number(&scene, next).await > 900);
}

/// The last part of the number of a case.
async fn number(scene: &Scene, case: CaseId) -> u64 {
    let no = facts(&scene.server, case).await.case_no.to_string();
    no.rsplit('-').next().unwrap().parse().unwrap()
}

fn harm(beside: &Path, place: Place) {
    let files = fs::read_dir(beside).unwrap().map(|one| one.unwrap().path());
    let is_mark = |path: &std::path::PathBuf| path.extension().is_some_and(|end| end == "json");
    let marks: Vec<_> = files.filter(is_mark).collect();
    assert_eq!(marks.len(), 1);
    match place {
        Place::Whole => {}
        Place::CutOff => fs::write(&marks[0], "{\"epoch\": 1, \"ro").unwrap(),
        Place::Gone => fs::remove_file(&marks[0]).unwrap(),
    }
}
