//! A case that nobody keeps: claimed from the list and given back, twice, so that it is the county
//! that says who handles it and when it ends.

use crate::{
    claimed::nobody_on_duty,
    team::{COLLEAGUE, LEAD, Team, as_author, somebody},
};
use harness::{Calls, Person, client::Signed, decided, receiver::Receiver};
use hejie_case::{
    facts::{Difficulty, Status},
    ids::CaseId,
    record::{CloseKind, Side},
    role::Role,
};
use hejie_device::engine::ClaimState;
use hejie_registry::{identity::channel, pool};
use serde_json::{Value, json};

impl Team {
    /// What may be claimed, as a phone shows it after an exchange.
    async fn claimable(&mut self, phone: usize) -> Vec<CaseId> {
        self.sync(phone).await;
        let list = self.phones[phone].engine.claimable_list();
        list.cases.iter().map(|one| one.case).collect()
    }

    /// Somebody takes the case from the list, on the phone.
    async fn claims(&mut self, phone: usize) {
        assert_eq!(self.claimable(phone).await, [self.case()]);
        let (engine, case, now) = self.on(phone);
        engine.claim(case, now).unwrap();
        self.sync(phone).await;
        let claims = self.phones[phone].engine.own_claims();
        assert_eq!(claims.last().unwrap().state, ClaimState::Yours);
        assert_eq!(self.status().await, Status::SignedFor);
    }

    /// Somebody signs in at a desk who has none in this team.
    async fn seat(&self, person: &Person) -> Signed {
        let server = &self.scene.server;
        Signed(server.anonymous().0.with_token(&person.token(server).await))
    }

    /// What somebody at a desk decides; the code if it was refused.
    async fn decided_by(&self, desk: &Signed, act: &str, says: Value) -> Option<String> {
        let path = format!("/api/v1/cases/{}/acts", self.case());
        let body = decided(act, says, self.facts().await.version);
        let answer = desk.post(&path, body).await;
        (answer.status != 200).then(|| answer.code().to_owned())
    }

    /// The lead asks for the end of the case again, since it was sent back; every phone is heard.
    async fn asks_for_the_end(&mut self) {
        let asked = self.ask_close(LEAD, CloseKind::Reconciled);
        self.sync(LEAD).await;
        self.sync(COLLEAGUE).await;
        assert_eq!(self.refusal(asked).await, None);
        assert_eq!(self.status().await, Status::PendingClose);
    }
}

/// Where 110 hears how its calls ended.
async fn listening(team: &Team) -> Receiver {
    let source = Receiver::refusing(0).await;
    let mut conn = pool::acquire(&team.scene.server.state.pool).await.unwrap();
    let (id, url) = (team.scene.county.channel.id, source.url());
    channel::set_webhook(&mut conn, id, Some(&url))
        .await
        .unwrap();
    source
}

/// The results that 110 got, once all that is due was sent.
async fn results(team: &Team, source: &Receiver) -> Vec<Value> {
    team.scene.server.send_due().await;
    let mut told = source.bodies();
    told.retain(|body| body["kind"] == "feedback");
    told
}

/// Shows D04, E03, E04, E06, E26, E27, E27b, R008, R018, R109, R126.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_claimed_and_given_back_twice_goes_on_and_ends_by_the_county_and_110_hears_once() {
    let mut team = Team::in_scene(nobody_on_duty().await).await;
    let source = listening(&team).await;
    let county = team.scene.county.clone();
    assert_eq!(team.status().await, Status::PendingDispatch);
    for (phone, person) in [
        (LEAD, &county.mediator),
        (COLLEAGUE, &county.second_mediator),
    ] {
        team.claims(phone).await;
        let desk = team.seat(person).await;
        let reason = json!({ "reason": "不在本辖区。" });
        assert_eq!(team.decided_by(&desk, "return", reason).await, None);
        assert_eq!(team.status().await, Status::PendingDispatch);
    }
    assert_eq!(team.claimable(LEAD).await, [], "it is in nobody's pool");
    assert_eq!(team.facts().await.difficulty, Difficulty::Complex);

    let town = county.hire(&team.scene.server, Role::Supervisor).await;
    let town = team.seat(&town).await;
    let offer = || json!({ "target": as_author(&county.mediator), "expected": "三日内化解。" });
    let by_centre = team.desk(Role::Dispatcher, "dispatch", offer()).await;
    assert_eq!(by_centre.as_deref(), Some("county_decides"));
    let by_town = team.decided_by(&town, "dispatch", offer()).await;
    assert_eq!(by_town.as_deref(), Some("county_decides"));
    let by_county = team.desk(Role::Supervisor, "dispatch", offer()).await;
    assert_eq!(by_county, None);

    team.sync(LEAD).await;
    team.arrive();
    for side in [Side::A, Side::B] {
        team.party(LEAD, somebody(side));
    }
    team.sync(LEAD).await;
    assert_eq!(team.status().await, Status::OnScene);
    let close = || json!({ "outcome": "reconciled" });
    for _ in 0..2 {
        team.asks_for_the_end().await;
        let by_town = team.decided_by(&town, "close", close()).await;
        assert_eq!(by_town.as_deref(), Some("rank_too_low"));
        let why = json!({ "why": "未见双方确认。" });
        assert_eq!(team.decided_by(&town, "send_back", why).await, None);
        assert_eq!(team.status().await, Status::OnScene, "where it stood");
    }
    team.asks_for_the_end().await;
    let by_town = team.decided_by(&town, "close", close()).await;
    assert_eq!(by_town.as_deref(), Some("rank_too_low"));
    assert_eq!(results(&team, &source).await, Vec::<Value>::new());
    assert_eq!(team.desk(Role::Supervisor, "close", close()).await, None);
    assert_eq!(team.status().await, Status::Closed);
    for _ in 0..2 {
        let told = results(&team, &source).await;
        let [told] = &told[..] else {
            panic!("{told:?}");
        };
        assert_eq!(told["case_id"], json!(team.case()));
        assert_eq!(
            (&told["external_no"], &told["text"]),
            (&json!("A-1"), &json!("已办结。"))
        );
    }
}
