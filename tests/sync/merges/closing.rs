//! Closing: what is asked for on one phone while something else happens.

use crate::team::{COLLEAGUE, LEAD, Team, VISITOR, orders, somebody};
use hejie_case::{
    act,
    facts::Status,
    record::*,
    role::Role,
    view::{ConflictKind, Resolver, Severity},
};
use serde_json::{Value, json};

/// A second phone of the lead.
const SECOND: usize = 3;

fn as_performed() -> Value {
    json!({ "outcome": "agreement_performed" })
}

/// Shows M01, E26, E27, E28.
#[tokio::test(flavor = "multi_thread")]
async fn closings_with_two_outcomes_are_both_kept_and_only_the_supervisor_ends_them() {
    let mut team = Team::meet().await;
    let second = team.scene.mediator().await;
    team.phones.push(second);
    for order in orders(SECOND) {
        team.performed("N03-02").await;
        let requests = [
            team.ask_close(LEAD, CloseKind::AgreementPerformed),
            team.ask_close(SECOND, CloseKind::Reconciled),
        ];
        team.come_back(order).await;
        assert_eq!(team.status().await, Status::CloseDisputed);
        let (kind, block) = (ConflictKind::Closings, Severity::Block);
        team.the_one(kind, block, Resolver::Supervisor).await;
        for request in requests {
            assert_eq!(team.refusal(request).await, None);
        }
        let closed = "select count(*) from case_reg where case_id = $1 and closed_at is not null";
        assert_eq!(team.scene.count(closed).await, 0, "no figure counts it");
        let refused = team.desk(Role::Dispatcher, "close", as_performed()).await;
        assert_eq!(refused.as_deref(), Some("rank_too_low"));
        team.days_pass(3).await;
        let closes = team.desk(Role::Supervisor, "close", as_performed()).await;
        assert_eq!(closes, None);
        team.everybody_syncs().await;
        team.none_open(kind).await;
        let of = "select count(*) from case_reg where case_id = $1 and close_kind = 'agreement_performed'";
        assert_eq!(team.scene.count(of).await, 1);
    }
}

/// Shows M01, E26.
#[tokio::test(flavor = "multi_thread")]
async fn a_closing_asked_for_by_somebody_who_does_not_lead_is_told_so_and_disputes_nothing() {
    let mut team = Team::meet().await;
    for order in orders(COLLEAGUE) {
        team.performed("N03-02").await;
        let of_lead = team.ask_close(LEAD, CloseKind::AgreementPerformed);
        let of_colleague = team.ask_close(COLLEAGUE, CloseKind::Reconciled);
        team.come_back(order).await;
        let told = team.refusal(of_colleague).await;
        assert_eq!(told.as_deref(), Some("not_yours"));
        assert_eq!(team.refusal(of_lead).await, None);
        assert_eq!(team.status().await, Status::PendingClose);
        team.none_open(ConflictKind::Closings).await;
    }
}

impl Team {
    /// The same dispute is reported to 110 again.
    async fn called_again(&mut self, number: &str) {
        let county = &self.scene.county;
        let mut order = county.order(number);
        order["repeat_of"] = self.detail().await["intake"]["external_no"].clone();
        let county = &self.scene.county;
        let answer = county.channel(&self.scene.server).order(&order).await;
        assert_eq!(answer.text("/case_id"), self.case().to_string());
    }
}

/// Shows M15, E28, E29.
#[tokio::test(flavor = "multi_thread")]
async fn a_further_call_of_which_the_closing_phone_had_not_heard_disputes_the_closing() {
    let mut team = Team::meet().await;
    for (call_first, number) in [(true, "R-1"), (false, "R-2")] {
        team.performed("N03-05").await;
        let asked = team.ask_close(LEAD, CloseKind::AgreementPerformed);
        if call_first {
            team.called_again(number).await;
            team.sync(LEAD).await;
        } else {
            team.sync(LEAD).await;
            team.called_again(number).await;
        }
        team.everybody_syncs().await;
        assert_eq!(team.status().await, Status::CloseDisputed, "{call_first}");
        assert_eq!(team.refusal(asked).await, None, "it stays");
        let refused = team
            .desk(Role::JudicialOffice, "close", as_performed())
            .await;
        assert_eq!(refused.as_deref(), Some("rank_too_low"));
        let closes = team.desk(Role::Supervisor, "close", as_performed()).await;
        assert_eq!(closes, None);
    }
}

/// Shows M16, E23, LW06.
#[tokio::test(flavor = "multi_thread")]
async fn danger_reported_on_one_phone_holds_the_case_that_another_wants_closed() {
    let mut team = Team::meet().await;
    for order in orders(VISITOR) {
        team.performed("N03-05").await;
        team.ask_close(LEAD, CloseKind::AgreementPerformed);
        let what = "一方携带汽油到场。".into();
        let danger = team.ask(VISITOR, Ask::Danger(act::ReportDanger { what }));
        team.come_back(order).await;
        let told = "select count(*) from outbox where case_id = $1 and kind = 'police_order'";
        assert_eq!(team.scene.count(told).await, 1, "the police are told once");
        assert!(team.status().await.is_open());
        assert_eq!(team.refusal(danger).await, None);
        let held = team.desk(Role::Supervisor, "close", as_performed()).await;
        assert_eq!(held.as_deref(), Some("held_for_danger"));
        let why = json!({ "why": "现场已排除。" });
        assert_eq!(team.desk(Role::PoliceDesk, "release", why).await, None);
        team.everybody_syncs().await;
        team.ask_close(LEAD, CloseKind::AgreementPerformed);
        team.come_back([LEAD, VISITOR]).await;
        if team.status().await != Status::Closed {
            let closes = team.desk(Role::Supervisor, "close", as_performed()).await;
            assert_eq!(closes, None);
        }
        assert_eq!(team.status().await, Status::Closed);
    }
}

/// Shows E28, E29, M15.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_rules_on_a_closing_reads_how_much_its_author_had_not_seen() {
    let mut team = Team::meet().await;
    team.take_up("N03-05").await;
    team.arrive();
    let party = team.party(LEAD, somebody(Side::A));
    team.come_back([LEAD, COLLEAGUE]).await;
    team.ask_close(LEAD, CloseKind::Reconciled);
    team.phones[COLLEAGUE].takes_photo(&team.scene);
    team.visit(VISITOR, None, (Performance::NotPerformed, None));
    let (mediation, agree) = (ConsentSubject::Mediation, ConsentDecision::Agree);
    team.say(COLLEAGUE, party, mediation, agree);
    team.say(COLLEAGUE, party, mediation, ConsentDecision::Refuse);
    let what = "一方携带汽油到场。".into();
    team.ask(VISITOR, Ask::Danger(act::ReportDanger { what }));
    for phone in [LEAD, COLLEAGUE, VISITOR] {
        team.sync(phone).await;
    }
    let by_phones = json!({ "evidence": 1, "visits": 1, "refusals": 1, "dangers": 1,
        "danger": false, "came_back": false });
    assert_eq!(team.detail().await["facts"]["passed_over"], by_phones);

    let what = json!({ "what": "一方又到对方门口。" });
    assert_eq!(team.desk(Role::Dispatcher, "danger", what).await, None);
    let told = team.detail().await["facts"]["passed_over"].clone();
    assert_eq!(
        (&told["danger"], &told["came_back"]),
        (&json!(true), &json!(false))
    );
    team.called_again("R-3").await;
    let told = team.detail().await["facts"]["passed_over"].clone();
    assert_eq!(
        (&told["danger"], &told["came_back"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(told["dangers"], 1, "that of the phone");
}
