//! Money: a payment that two phones log is one payment until somebody says otherwise.

use crate::team::{LEAD, Team, VISITOR, orders};
use hejie_case::{
    record::*,
    role::Role,
    view::{ConflictKind, Resolver, Severity},
};

const PAID: (Performance, u64) = (Performance::Performed, 430_000);

/// Shows M22, E19.
#[tokio::test(flavor = "multi_thread")]
async fn one_payment_logged_on_two_phones_counts_for_nothing_before_the_judicial_office_looked() {
    let mut team = Team::meet().await;
    for order in orders(VISITOR) {
        let clause = team.agreed("N03-02").await;
        team.pays(LEAD, clause, PAID, None);
        team.pays(VISITOR, clause, PAID, Some("S-20260302-1"));
        team.come_back(order).await;
        let (kind, review) = (ConflictKind::DoublePayment, Severity::Review);
        let conflict = team.the_one(kind, review, Resolver::JudicialOffice).await;
        assert_eq!(conflict.variants[2].text, "确为两笔付款");
        assert_eq!(team.detail().await["obligations"][0]["state"], "disputed");
        let early = team.ask_close(LEAD, CloseKind::AgreementPerformed);
        team.sync(LEAD).await;
        let told = team.refusal(early).await;
        assert_eq!(told.as_deref(), Some("obligations_open"));
        let by_lead = team.lead_rules(&conflict, 2).await;
        assert_eq!(by_lead.as_deref(), Some("not_the_resolver"));
        let ruled = team.rules(Role::JudicialOffice, &conflict, 2).await;
        assert_eq!(ruled, None);
        assert_eq!(team.detail().await["obligations"][0]["state"], "performed");
        let rows = "select count(*) from performance_entry where case_id = $1";
        assert_eq!(team.scene.count(rows).await, 2, "both stay");
        team.everybody_syncs().await;
        let asked = team.ask_close(LEAD, CloseKind::AgreementPerformed);
        team.come_back([LEAD, VISITOR]).await;
        assert_eq!(team.refusal(asked).await, None);
    }
}

/// Shows M22.
#[tokio::test(flavor = "multi_thread")]
async fn instalments_with_slips_of_their_own_are_two_payments_and_one_slip_on_two_phones_is_one() {
    let mut team = Team::meet().await;
    for (slips, doubled) in [
        ([Some("S-1"), Some("S-2")], false),
        ([Some("S-1"), Some("S-1")], true),
    ] {
        let clause = team.agreed("N03-02").await;
        team.pays(LEAD, clause, PAID, slips[0]);
        team.pays(VISITOR, clause, PAID, slips[1]);
        team.come_back([VISITOR, LEAD]).await;
        let kind = ConflictKind::DoublePayment;
        let facts = team.facts().await;
        let found = facts.open_conflicts().filter(|c| c.kind == kind).count();
        assert_eq!(found == 1, doubled, "{slips:?}");
    }
}
