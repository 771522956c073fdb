//! Every way in which a phone gets out of service, with a last token of any age: what it had not
//! sent is taken.

use super::Gone;
use crate::scene::author;
use harness::Calls;
use hejie_case::role::Role;
use hejie_registry::{identity::grant, pool};
use hejie_server::identity::account;
use jiff::SignedDuration;

impl Gone {
    /// Ends the mediator's role, as the system administrator does.
    async fn end_role(&self) {
        let (server, person) = (&self.scene.server, &self.scene.county.mediator);
        server.advance(SignedDuration::from_secs(1));
        let mut tx = pool::begin(&server.state.pool).await.unwrap();
        account::end_role(&server.state.marks, &mut tx, &author(person), server.now())
            .await
            .unwrap();
        pool::commit(tx).await.unwrap();
    }

    async fn grant(&self, role: Role) {
        let (server, person) = (&self.scene.server, &self.scene.county.mediator);
        server.advance(SignedDuration::from_secs(1));
        let mut tx = pool::begin(&server.state.pool).await.unwrap();
        grant::add(&mut tx, person.id, role, person.org, server.now())
            .await
            .unwrap();
        pool::commit(tx).await.unwrap();
    }

    /// Is turned away at the exchange with this code, and then hands in both notes.
    async fn hands_in_all(&mut self, code: &str) {
        let refused = self.phone.ask().await;
        assert_eq!(refused.outcome(), (401, code));
        self.phone.engine.exchange_failed();
        let answer = self.hand_in().await;
        assert_eq!(answer.status, 200, "{}", answer.json);
        assert_eq!(answer.json["kept"].as_array().unwrap().len(), 2);
        let supervisor = self.scene.county.supervisor(&self.scene.server).await;
        assert_eq!(self.quarantine(&supervisor).await.len(), 2);
    }
}

#[tokio::test]
async fn what_was_not_sent_when_the_role_ended_is_kept() {
    let mut gone = Gone::set().await;
    gone.end_role().await;
    gone.hands_in_all("role_ended").await;
}

#[tokio::test]
async fn a_session_that_ended_with_its_role_hands_in_though_the_role_came_back() {
    let mut gone = Gone::set().await;
    gone.end_role().await;
    gone.grant(Role::Mediator).await;
    gone.hands_in_all("role_ended").await;
}

#[tokio::test]
async fn what_was_not_sent_when_the_grant_ran_out_is_kept() {
    let mut gone = Gone::set().await;
    let (server, person) = (&gone.scene.server, &gone.scene.county.mediator);
    server.advance(SignedDuration::from_secs(1));
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let until = server.now() + SignedDuration::from_secs(1);
    grant::end(&mut conn, person.id, person.role, person.org, until)
        .await
        .unwrap();
    drop(conn);
    let live = gone.hand_in().await;
    assert_eq!(live.outcome(), (409, "still_in_service"));
    gone.scene.server.advance(SignedDuration::from_secs(1));
    gone.hands_in_all("role_ended").await;
}

#[tokio::test]
async fn a_phone_that_lay_in_a_drawer_until_its_last_token_expired_hands_in_all_the_same() {
    let mut gone = Gone::set().await;
    gone.close_account().await;
    let lifetime = gone.scene.server.state.settings.refresh_token_lifetime;
    gone.scene
        .server
        .advance(lifetime + SignedDuration::from_hours(24));
    let answer = gone.hand_in().await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    assert_eq!(answer.json["kept"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_expired_token_of_a_phone_in_service_deposits_nothing() {
    let mut gone = Gone::set().await;
    let lifetime = gone.scene.server.state.settings.refresh_token_lifetime;
    gone.scene
        .server
        .advance(lifetime + SignedDuration::from_hours(24));
    let answer = gone.hand_in().await;
    assert_eq!(answer.outcome(), (409, "still_in_service"));
}

/// Whoever signed out signs in again and sends it like any other work.
#[tokio::test]
async fn a_phone_whose_owner_signed_out_deposits_nothing() {
    let mut gone = Gone::set().await;
    let out = gone.phone.agent.delete("/api/v1/session").await;
    assert_eq!(out.status, 204);
    let answer = gone.hand_in().await;
    assert_eq!(answer.outcome(), (409, "still_in_service"));
}
