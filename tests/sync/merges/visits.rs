//! Visits: two for one due item, two answers on satisfaction, two findings.

use crate::{
    phone::Phone,
    team::{LEAD, Team, VISITOR, orders},
};
use hejie_case::{
    facts::Status,
    record::*,
    role::Role,
    view::{ConflictKind, Resolver, Severity},
};

/// The phone of a second grid worker.
const NEIGHBOUR: usize = 3;

/// Shows M14, E21.
#[tokio::test(flavor = "multi_thread")]
async fn a_due_visit_that_two_phones_make_is_counted_once_and_both_are_kept() {
    let mut team = Team::meet().await;
    let neighbour = team.person(Role::GridWorker).await;
    for order in [[VISITOR, NEIGHBOUR], [NEIGHBOUR, VISITOR]] {
        team.phones.truncate(NEIGHBOUR);
        team.performed("N03-02").await;
        team.joins(&neighbour, "visit").await;
        let mut phone = Phone::enrol(&team.scene.server, &neighbour).await;
        phone.sync().await;
        team.phones.push(phone);
        let made = [VISITOR, NEIGHBOUR]
            .map(|phone| team.visit(phone, Some(1), (Performance::Performed, None)));
        team.come_back(order).await;
        let (kind, note) = (ConflictKind::DoubleVisit, Severity::Note);
        team.the_one(kind, note, Resolver::Lead).await;
        let read = team.detail().await["visits"].clone();
        assert_eq!(read.as_array().unwrap().len(), 2, "both are kept");
        let counted = team.facts().await.round.visits_done[&1];
        let first = made[usize::from(order[0] == NEIGHBOUR)];
        assert_eq!(counted, first, "whichever came first");
    }
}

/// Shows M26.
#[tokio::test(flavor = "multi_thread")]
async fn satisfaction_is_kept_from_both_phones_and_counted_from_the_independent_visitor() {
    let mut team = Team::meet().await;
    for order in orders(VISITOR) {
        team.mediating("N03-02").await;
        for (phone, said) in [(LEAD, 5), (VISITOR, 3)] {
            team.visit(phone, None, (Performance::Partly, Some(said)));
        }
        team.come_back(order).await;
        let (kind, note) = (ConflictKind::TwoSatisfactions, Severity::Note);
        let conflict = team.the_one(kind, note, Resolver::Supervisor).await;
        let mut variants = conflict.variants.iter();
        assert!(variants.any(|v| v.text == "满意度 3（独立回访）"));
        let counted = "select sum(satisfaction) from visit where case_id = $1 and independent";
        assert_eq!(team.scene.count(counted).await, 3);
        let kept = "select sum(satisfaction) from visit where case_id = $1";
        assert_eq!(team.scene.count(kept).await, 8);
    }
}

/// Shows M27, E19.
#[tokio::test(flavor = "multi_thread")]
async fn performed_on_one_phone_and_not_on_another_stops_the_closing_until_the_lead_asked_around() {
    let mut team = Team::meet().await;
    for order in orders(VISITOR) {
        let clause = team.agreed("N03-02").await;
        team.log(LEAD, clause, Performance::NotPerformed);
        team.visit(VISITOR, None, (Performance::Performed, None));
        team.come_back(order).await;
        let (kind, block) = (ConflictKind::PerformanceDisputed, Severity::Block);
        let conflict = team.the_one(kind, block, Resolver::Lead).await;
        assert_eq!(team.detail().await["obligations"][0]["state"], "disputed");
        let disputed = "select count(*) from obligation where case_id = $1 and state = 'disputed'";
        assert_eq!(team.scene.count(disputed).await, 1);
        let early = team.ask_close(LEAD, CloseKind::AgreementPerformed);
        team.sync(LEAD).await;
        let told = team.refusal(early).await;
        assert_eq!(told.as_deref(), Some("obligations_open"));

        assert_eq!(team.lead_rules(&conflict, 0).await, None);
        team.log(LEAD, clause, Performance::Performed);
        let asked = team.ask_close(LEAD, CloseKind::AgreementPerformed);
        team.come_back([LEAD, VISITOR]).await;
        assert_eq!(team.refusal(asked).await, None);
        assert_eq!(team.status().await, Status::PendingClose);
    }
}
