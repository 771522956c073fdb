//! Money: a payment that two people log is one payment until somebody says otherwise.

use crate::scene::*;
use hejie_case::{
    act,
    edit::NewEntry,
    fold::RegistryTable,
    ids::EntryId,
    record::*,
    role::Role,
    view::{ConflictKind, Resolver, Severity},
};

fn paid(stage: &mut Stage, phone: usize, obligation: EntryId, slip_no: Option<&str>) -> EntryId {
    let entry = PerformanceEntry {
        obligation,
        state: Performance::Performed,
        at: stage.now,
        amount: Cents(430_000),
        means: "转账".into(),
        slip_no: slip_no.map(Into::into),
        evidence: None,
    };
    stage.add(phone, NewEntry::Performance(entry))
}

fn state_of_obligation(stage: &Stage) -> String {
    let rows = &stage.settled.projection.0[&RegistryTable::Obligation];
    let state = rows.values().next().unwrap()["state"].as_str();
    state.unwrap().into()
}

/// Shows M22, E19.
#[test]
fn one_payment_logged_by_two_is_looked_at_before_anything_counts_as_done() {
    for order in orders(GRID) {
        let mut stage = case("N03-02");
        let clause = stage.make_effective();
        everybody_comes_back(&mut stage, [MEDIATOR, GRID]);
        paid(&mut stage, MEDIATOR, clause, None);
        paid(&mut stage, GRID, clause, Some("S-20260302-1"));
        everybody_comes_back(&mut stage, order);
        let conflict = the_one(
            &stage,
            ConflictKind::DoublePayment,
            Severity::Review,
            Resolver::JudicialOffice,
        );
        assert_eq!(conflict.variants[2].text, "确为两笔付款");
        assert_eq!(state_of_obligation(&stage), "disputed");
        let (outcome, feedback) = (CloseKind::AgreementPerformed, "已履行。".to_owned());
        let ask = Ask::AskClose(act::AskClose { outcome, feedback });
        let early = stage.ask(MEDIATOR, ask.clone());
        stage.sync(MEDIATOR);
        assert_eq!(stage.refusal(early), Some("obligations_open"));
        let by_lead = lead_rules(&mut stage, &conflict, 2);
        assert_eq!(by_lead.as_deref(), Some("not_the_resolver"));
        assert_eq!(rule(&mut stage, Role::JudicialOffice, &conflict, 2), None);
        assert_eq!(state_of_obligation(&stage), "performed");
        let asked = stage.ask(MEDIATOR, ask);
        stage.sync(MEDIATOR);
        assert_eq!(stage.refusal(asked), None);
    }
}

/// Shows M22.
#[test]
fn two_instalments_with_their_own_slips_are_two_payments_and_one_slip_is_one() {
    for (first, second, doubled) in [
        (Some("S-1"), Some("S-2"), false),
        (Some("S-1"), Some("S-1"), true),
        (None, None, true),
    ] {
        let mut stage = case("N03-02");
        let clause = stage.make_effective();
        everybody_comes_back(&mut stage, [MEDIATOR, GRID]);
        paid(&mut stage, MEDIATOR, clause, first);
        paid(&mut stage, GRID, clause, second);
        everybody_comes_back(&mut stage, [GRID, MEDIATOR]);
        let found = stage.facts().open_conflicts();
        let found = found.filter(|c| c.kind == ConflictKind::DoublePayment);
        assert_eq!(found.count() == 1, doubled, "{first:?} {second:?}");
    }
}
