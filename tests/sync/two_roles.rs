//! Somebody with two roles, over a line as an app has it: the phone asks which, acts in it alone,
//! and is out of service when that role is taken away.

use crate::{
    large::{Counting, Pocket},
    scene::Scene,
};
use harness::{Calls, Person, TestServer, county::PASSWORD};
use hejie_case::role::Role;
use hejie_device::{
    client::{Client, ClientError},
    http::{LinkError, RoleOffer},
};
use hejie_registry::{identity::grant, pool};
use tempfile::TempDir;
use tokio::task::block_in_place;

/// A mediator who leads a grid, too, and the app of a new phone.
struct TwoRoles {
    scene: Scene,
    app: Client,
    _folder: TempDir,
}

impl TwoRoles {
    async fn set() -> Self {
        let scene = Scene::on(TestServer::alone().await).await;
        let mut conn = pool::acquire(&scene.server.state.pool).await.unwrap();
        scene.server.advance(jiff::SignedDuration::from_secs(1));
        let (person, grid) = (scene.county.mediator.id, scene.county.grid);
        let now = scene.server.now();
        grant::add(&mut conn, person, Role::GridLeader, grid, now)
            .await
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let address = format!("http://{}", scene.server.listen().await);
        let (pocket, chance) = (Pocket::default(), Box::new(Counting(11)));
        let app = Client::open(folder.path(), &address, &pocket, chance).unwrap();
        Self {
            scene,
            app,
            _folder: folder,
        }
    }

    fn person(&self) -> &Person {
        &self.scene.county.mediator
    }

    fn offers(&self) -> Vec<RoleOffer> {
        block_in_place(|| self.app.role_offers(&self.person().login, PASSWORD)).unwrap()
    }

    fn enrol(&self, role: Option<&RoleOffer>) -> Result<(), ClientError> {
        let now = || self.scene.server.now();
        let who = (self.person().login.as_str(), PASSWORD);
        block_in_place(|| self.app.sign_in_and_enrol(who, role, "手机", &now))
    }

    fn exchange(&self) -> Result<(), ClientError> {
        let now = || self.scene.server.now();
        block_in_place(|| self.app.exchange(&now)).map(drop)
    }

    fn role(&self) -> Option<Role> {
        self.app.engine().enrolment().map(|of| of.role)
    }
}

/// Shows R001.
#[tokio::test(flavor = "multi_thread")]
async fn somebody_with_two_roles_chooses_one_on_the_phone_and_has_no_third() {
    let two = TwoRoles::set().await;
    let offers = two.offers();
    let roles: Vec<_> = offers.iter().map(|offer| offer.role).collect();
    assert_eq!(roles, [Role::Mediator, Role::GridLeader]);
    assert_eq!(offers[1].org_name, "新栖一村第一网格");
    assert_eq!(offers[1].role_zh, Role::GridLeader.zh());
    let court = RoleOffer {
        role: Role::Court,
        ..offers[0].clone()
    };
    let elsewhere = RoleOffer {
        org: offers[1].org,
        ..offers[0].clone()
    };
    for foreign in [court, elsewhere] {
        match two.enrol(Some(&foreign)).unwrap_err() {
            ClientError::Link(LinkError::Refused(why)) => assert_eq!(why.code, "not_allowed"),
            other => panic!("{other}"),
        }
        assert_eq!(two.role(), None, "the phone stays as it was");
    }
    two.enrol(Some(&offers[1])).unwrap();
    assert_eq!(two.role(), Some(Role::GridLeader));
    two.exchange().unwrap();
    two.enrol(None).unwrap();
    assert_eq!(two.role(), Some(Role::Mediator), "the oldest");
}

/// Shows R001.
#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_is_taken_away_ends_its_sessions_and_phones_and_no_other_of_the_person() {
    let two = TwoRoles::set().await;
    let (server, county) = (&two.scene.server, &two.scene.county);
    let at_desk = county.mediator(server).await;
    let leader = two.offers().remove(1);
    two.enrol(Some(&leader)).unwrap();
    two.exchange().unwrap();
    let roles = format!("/api/v1/users/{}/roles", two.person().id);
    let of_grid = format!("{roles}/grid_leader/{}", county.grid);
    assert_eq!(
        at_desk.delete(&of_grid).await.outcome(),
        (403, "not_allowed")
    );
    let foreign = server.county().await.supervisor(server).await;
    for answer in [foreign.get(&roles).await, foreign.delete(&of_grid).await] {
        assert_eq!(answer.outcome(), (404, "not_found"));
    }
    let supervisor = county.supervisor(server).await;
    assert_eq!(supervisor.get(&roles).await.json[1]["role"], "grid_leader");
    server.advance(jiff::SignedDuration::from_secs(1));
    assert_eq!(supervisor.delete(&of_grid).await.status, 204);
    assert_eq!(supervisor.delete(&of_grid).await.status, 404, "it is gone");
    assert!(matches!(
        two.exchange().unwrap_err(),
        ClientError::Link(LinkError::Revoked(why)) if why.code == "role_ended"
    ));
    assert_eq!(at_desk.get("/api/v1/me").await.status, 200);
    assert_eq!(two.offers().len(), 1);
    assert!(two.enrol(Some(&leader)).is_err());
    two.enrol(None).unwrap();
    two.exchange().unwrap();
}

/// Shows R001, P15.
#[tokio::test(flavor = "multi_thread")]
async fn a_supervisor_sees_the_roles_of_the_own_county_and_taking_one_stands_in_the_log() {
    let two = TwoRoles::set().await;
    let (server, county) = (&two.scene.server, &two.scene.county);
    let other = server.county().await;
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let (person, now) = (two.person().id, server.now());
    grant::add(&mut conn, person, Role::Mediator, other.committee, now)
        .await
        .unwrap();
    let supervisor = county.supervisor(server).await;
    let roles = format!("/api/v1/users/{person}/roles");
    let seen = supervisor.get(&roles).await.json;
    assert_eq!(seen.as_array().unwrap().len(), 2, "{seen}");
    assert_eq!(two.offers().len(), 3, "the person has it");
    let elsewhere = format!("{roles}/mediator/{}", other.committee);
    assert_eq!(supervisor.delete(&elsewhere).await.status, 404);
    let of_grid = format!("{roles}/grid_leader/{}", county.grid);
    assert_eq!(supervisor.delete(&of_grid).await.status, 204);
    let lines = "select count(*) from audit_log where user_id = $1 and action = 'end_role' and ok
        and object like $2 || ' GridLeader %'";
    let lines = sqlx::query_scalar::<_, i64>(lines)
        .bind(county.supervisor.id.0)
        .bind(person.to_string());
    assert_eq!(lines.fetch_one(&server.state.pool).await.unwrap(), 1);
}
