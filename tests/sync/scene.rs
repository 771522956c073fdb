//! The scene of most tests: a county, a case that 110 reported, and the phones of a mediator and of
//! whoever works on it as well.

use crate::phone::Phone;
use harness::{County, Person, TestServer};
use hejie_case::{
    act::Act, facts::Facts, ids::CaseId, part::Extent, reason::Reason, role::Author, rule::Motion,
};
use hejie_registry::{
    case::{self, duty},
    log, pool,
};
use jiff::SignedDuration;

/// A server, a county and one case.
pub struct Scene {
    /// The server.
    pub server: TestServer,
    /// The county.
    pub county: County,
    /// The case, offered to the mediator.
    pub case: CaseId,
}

impl Scene {
    /// Sets the scene.
    pub async fn set() -> Self {
        Self::on(TestServer::start().await).await
    }

    /// Sets the scene on a server.
    pub async fn on(server: TestServer) -> Self {
        let county = server.county().await;
        let mut conn = pool::acquire(&server.state.pool).await.unwrap();
        let (from, until) = (server.now(), server.now() + SignedDuration::from_hours(24));
        duty::add_shift(
            &mut conn,
            &author(&county.mediator),
            &county.township(),
            from,
            until,
        )
        .await
        .unwrap();
        drop(conn);
        let case = report(&server, &county, "A-1").await;
        Self {
            server,
            county,
            case,
        }
    }

    /// Reports one more case, which is offered to the mediator.
    pub async fn another_case(&self, external_no: &str) -> CaseId {
        report(&self.server, &self.county, external_no).await
    }

    /// A phone of the mediator that has everything.
    pub async fn mediator(&self) -> Phone {
        let mut phone = Phone::enrol(&self.server, &self.county.mediator).await;
        phone.sync().await;
        phone
    }

    /// A phone of a second mediator, who is let into the case, that has everything.
    pub async fn colleague(&self) -> Phone {
        self.phone_of(&self.county.second_mediator).await
    }

    /// A phone of the grid worker, who is let into the case, that has the work of it.
    pub async fn grid_worker(&self) -> Phone {
        self.phone_of(&self.county.grid_worker).await
    }

    async fn phone_of(&self, person: &Person) -> Phone {
        self.grant(self.case, person).await;
        let mut phone = Phone::enrol(&self.server, person).await;
        phone.sync().await;
        phone
    }

    /// Lets a person into a case.
    pub async fn grant(&self, case: CaseId, person: &Person) {
        let mut tx = pool::begin(&self.server.state.pool).await.unwrap();
        log::grant(&mut tx, case, author(person), self.server.now())
            .await
            .unwrap();
        pool::commit(tx).await.unwrap();
    }

    /// Takes a case from a person.
    pub async fn forget(&self, case: CaseId, person: &Person) {
        let why = Reason {
            code: "reassigned".into(),
            zh: "案件已转交".into(),
        };
        let mut tx = pool::begin(&self.server.state.pool).await.unwrap();
        log::forget(&mut tx, case, person.id, why, self.server.now())
            .await
            .unwrap();
        pool::commit(tx).await.unwrap();
    }

    /// The heads of everything that the server acknowledged, and the facts' version.
    pub async fn state(&self) -> (Vec<hejie_case::ids::ChangeHash>, Option<u64>) {
        let mut tx = pool::begin(&self.server.state.pool).await.unwrap();
        let head = log::lock_case(&mut tx, self.case).await.unwrap().unwrap();
        (head.known_heads, Some(head.facts_version))
    }

    /// The heads of what somebody holds of the case, and the facts' version.
    pub async fn state_within(
        &self,
        extent: Extent,
    ) -> (Vec<hejie_case::ids::ChangeHash>, Option<u64>) {
        let mut tx = pool::begin(&self.server.state.pool).await.unwrap();
        let head = log::lock_case(&mut tx, self.case).await.unwrap().unwrap();
        let heads = match extent {
            Extent::Whole => head.known_heads,
            Extent::Work => head.work_heads,
        };
        (heads, Some(head.facts_version))
    }

    /// How many rows a query of the registry counts for the case.
    pub async fn count(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query)
            .bind(self.case.0)
            .fetch_one(&self.server.state.pool)
            .await
            .unwrap()
    }
}

/// What the registry keeps of a case.
pub async fn facts(server: &TestServer, id: CaseId) -> Facts {
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    case::lookup(&mut conn, id).await.unwrap().unwrap().facts
}

/// An act of a desk; none if it was accepted.
pub async fn act(scene: &Scene, by: &Person, id: CaseId, act: impl Into<Act>) -> Option<Reason> {
    let motion = Motion {
        entry: None,
        act: act.into(),
        by: author(by),
        claimed_at: None,
        received_at: scene.server.now(),
    };
    let answers = scene.server.state.reconciler.reconcile(id, &[motion]).await;
    answers.unwrap().into_iter().flatten().next()
}

/// A person as an author.
pub fn author(person: &Person) -> Author {
    Author {
        user: person.id,
        role: person.role,
        org: person.org,
    }
}

async fn report(server: &TestServer, county: &County, external_no: &str) -> CaseId {
    let answer = county
        .channel(server)
        .order(&county.order(external_no))
        .await;
    assert_eq!(answer.status, 201, "{}", answer.json);
    answer.text("/case_id").parse().unwrap()
}
