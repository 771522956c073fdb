//! Merging two cases (E30): both move or neither does, and it can be undone.

use super::{assert_folded, because, members};
use crate::scene::{Scene, act, author, facts};
use harness::{Calls, TestServer};
use hejie_case::{
    act::{self, DeskAct},
    facts::{Duty, Status},
    ids::CaseId,
};
use hejie_registry::{link, pool};

const WHY: &str = "同一起纠纷，派出所和村里各登记了一次。";

/// Two cases of one dispute; the grid worker helps with the second only.
async fn two_cases(server: TestServer) -> (Scene, CaseId) {
    let scene = Scene::on(server).await;
    let from = scene.another_case("A-2").await;
    let to = author(&scene.county.grid_worker);
    let joins = DeskAct::Assign(act::Assign {
        target: to,
        duty: Duty::Co,
    });
    assert_eq!(
        act(&scene, &scene.county.dispatcher, from, joins).await,
        None
    );
    (scene, from)
}

/// Shows E30, R045, M09, D07.
#[tokio::test]
async fn a_merged_case_goes_on_under_the_other_with_its_people_its_number_and_its_code() {
    let (scene, from) = two_cases(TestServer::start().await).await;
    let (server, into, by) = (&scene.server, scene.case, author(&scene.county.dispatcher));
    let helper = scene.county.grid_worker.id;
    assert!(!members(server, into).await.contains(&helper));

    let merged = server
        .state
        .reconciler
        .merge(from, into, because(by, WHY))
        .await;
    assert_eq!(merged.unwrap(), Ok(()));

    let (source, target) = (facts(server, from).await, facts(server, into).await);
    assert_eq!(source.stage.status(), Status::Closed);
    assert_eq!(target.kin.absorbed, [from]);
    assert!(members(server, into).await.contains(&helper), "joins there");
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    assert_eq!(link::leading(&mut conn, from).await.unwrap(), into);
    let path = format!("/api/v1/public/cases/{}", source.public_code);
    let shown = server.anonymous().get(&path).await;
    assert_eq!(shown.text("/status_zh"), target.stage.status().zh());
    let told = scene.county.channel(server).asks_progress("A-2").await;
    assert_eq!(told.text("/case/case_no"), target.case_no.to_string());
    assert_eq!(told.text("/case/status"), target.stage.status().code());
    assert_folded(server, from).await;
    assert_folded(server, into).await;
}

/// Shows E30.
#[tokio::test]
async fn a_merge_that_is_undone_leaves_both_cases_as_if_it_had_not_been() {
    let (scene, from) = two_cases(TestServer::start().await).await;
    let (server, into, by) = (&scene.server, scene.case, author(&scene.county.dispatcher));
    let before = facts(server, from).await;
    let merged = server
        .state
        .reconciler
        .merge(from, into, because(by, WHY))
        .await;
    assert_eq!(merged.unwrap(), Ok(()));
    let undone = server
        .state
        .reconciler
        .unmerge(from, because(by, "两起不同的纠纷。"));
    assert_eq!(undone.await.unwrap(), Ok(()));

    let after = facts(server, from).await;
    assert_eq!(after.stage, before.stage);
    assert_eq!(after.assignments, before.assignments);
    assert_eq!(after.deadlines, before.deadlines, "no clock was restarted");
    let helper = scene.county.grid_worker.id;
    assert!(members(server, from).await.contains(&helper));
    assert!(
        !members(server, into).await.contains(&helper),
        "leaves again"
    );
    assert_eq!(facts(server, into).await.kin.absorbed, []);
    let again = server
        .state
        .reconciler
        .unmerge(from, because(by, WHY))
        .await
        .unwrap();
    assert_eq!(again.unwrap_err().code, "not_merged");
    assert_folded(server, from).await;
    assert_folded(server, into).await;
}

/// Shows E30.
#[tokio::test]
async fn a_case_does_not_go_on_under_one_that_is_closed_or_under_itself() {
    let (scene, from) = two_cases(TestServer::start().await).await;
    let (reconciler, by) = (
        &scene.server.state.reconciler,
        author(&scene.county.dispatcher),
    );
    let itself = reconciler
        .merge(from, from, because(by, WHY))
        .await
        .unwrap();
    assert_eq!(itself.unwrap_err().code, "same_case");
    assert_eq!(
        reconciler
            .merge(from, scene.case, because(by, WHY))
            .await
            .unwrap(),
        Ok(())
    );
    let other = scene.another_case("A-3").await;
    let before = facts(&scene.server, other).await;
    let refused = reconciler
        .merge(other, from, because(by, WHY))
        .await
        .unwrap();
    assert!(refused.is_err(), "what was merged takes nothing in");
    assert_eq!(facts(&scene.server, other).await, before);
}

/// Shows E30.
#[tokio::test]
async fn when_the_second_case_cannot_be_written_the_first_is_not_either() {
    let (scene, from) = two_cases(TestServer::alone().await).await;
    let (server, into, by) = (&scene.server, scene.case, author(&scene.county.dispatcher));
    let before = [facts(server, from).await, facts(server, into).await];
    let pool = &server.state.pool;
    for statement in [
        "create table broken (case_id uuid)",
        "create function refuse() returns trigger language plpgsql as $$ begin
             if exists (select 1 from broken b where b.case_id = new.case_id) then raise exception 'the disk is full'; end if;
             return new; end $$",
        "create trigger refuse before update on case_doc for each row execute function refuse()",
    ] {
        sqlx::query(statement).execute(pool).await.unwrap();
    }
    let broken = sqlx::query("insert into broken values ($1)").bind(into.0);
    broken.execute(pool).await.unwrap();
    assert!(
        server
            .state
            .reconciler
            .merge(from, into, because(by, WHY))
            .await
            .is_err()
    );
    let after = [facts(server, from).await, facts(server, into).await];
    assert_eq!(after, before);
    assert_folded(server, from).await;
    assert_folded(server, into).await;

    sqlx::query("delete from broken")
        .execute(pool)
        .await
        .unwrap();
    let merged = server
        .state
        .reconciler
        .merge(from, into, because(by, WHY))
        .await;
    assert_eq!(merged.unwrap(), Ok(()));
}

/// Shows E30.
#[tokio::test(flavor = "multi_thread")]
async fn two_desks_that_merge_the_same_two_cases_into_each_other_get_one_merge() {
    let (scene, other) = two_cases(TestServer::start().await).await;
    let (reconciler, by) = (
        &scene.server.state.reconciler,
        author(&scene.county.dispatcher),
    );
    let (one, two) = tokio::join!(
        reconciler.merge(other, scene.case, because(by, WHY)),
        reconciler.merge(scene.case, other, because(by, WHY))
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
}
