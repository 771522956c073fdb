//! A registry that is set back once more while a phone is still proving what the first restore
//! took.

use crate::{
    phone::Phone,
    proved::{join, members},
    recover::{Backup, all_exchange},
    scene::{Scene, author},
};
use harness::TestServer;
use hejie_device::engine::Readiness;

/// The case was proved in this very exchange, to a registry that has lost it again.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_was_proved_is_proved_again_when_the_registry_is_set_back_in_the_same_exchange()
{
    for is_noticed in [true, false] {
        let scene = Scene::on(TestServer::alone().await).await;
        let (server, case) = (&scene.server, scene.case);
        let helper = author(&scene.county.second_mediator);
        let mut grid = Phone::enrol(server, &scene.county.second_mediator).await;
        grid.sync().await;
        let backup = Backup::of(server).await;
        join(&scene, case, &scene.county.second_mediator).await;
        all_exchange(&scene, &mut [&mut grid]).await;
        grid.note(case, "备份之后写的。");
        all_exchange(&scene, &mut [&mut grid]).await;
        grid.note(case, "恢复之前没有上传的。");
        backup.restore(server).await;
        while !members(&scene, case).await.contains(&helper) {
            let answer = grid.ask().await;
            assert!(
                grid.take(&answer),
                "the exchange goes on until it is proved"
            );
        }

        match is_noticed {
            true => backup.restore(server).await,
            false => backup.restore_unnoticed(server).await,
        }
        assert!(!members(&scene, case).await.contains(&helper));
        all_exchange(&scene, &mut [&mut grid]).await;
        assert!(
            members(&scene, case).await.contains(&helper),
            "{is_noticed}"
        );
        assert_eq!(grid.notes(case).len(), 2);
        assert_eq!(grid.engine.refusals().unwrap(), []);
        assert_eq!(grid.state(case), scene.state().await);
        assert_eq!(grid.engine.status().readiness, Readiness::UpToDate);
    }
}
