//! M04 and M10: rival values.

use super::{super::scene::*, *};
use hejie_case::edit::{Edit, NewEntry};
use hejie_case::{
    record::*,
    view::{ConflictKind, Severity},
};
use std::collections::BTreeSet;

#[test]
fn rival_terms_stand_side_by_side_until_one_is_chosen() {
    let (mut a, mut b) = shared(vec![
        add(DRAFT, draft()),
        clause(DRAFT, CLAUSE, "a", Some(terms(8_000))),
    ]);
    write(
        &mut a,
        MEDIATOR,
        Edit::Terms {
            draft: DRAFT,
            clause: CLAUSE,
            terms: Some(terms(9_000)),
        },
    );
    write(
        &mut b,
        COLLEAGUE,
        Edit::Terms {
            draft: DRAFT,
            clause: CLAUSE,
            terms: Some(terms(3_000)),
        },
    );
    let path = format!("drafts/{DRAFT}/clauses/{CLAUSE}/terms");
    let conflict = only(
        found(&mut a, &mut b),
        ConflictKind::RivalTerms,
        Severity::Block,
        &path,
    );
    assert_eq!(conflict.variants.len(), 2);
    assert!(
        texts(&conflict)
            .iter()
            .any(|text| text.contains("9000.00 元")),
        "{conflict:#?}"
    );
    let (_, clause) = &view(&a).drafts[&DRAFT].value.clauses[0];
    assert!(clause.terms.is_disputed());

    write(
        &mut a,
        MEDIATOR,
        Edit::Terms {
            draft: DRAFT,
            clause: CLAUSE,
            terms: Some(terms(5_000)),
        },
    );
    assert_eq!(found(&mut a, &mut b), []);
}

#[test]
fn two_situations_wait_for_a_ruling_and_equal_ones_do_not() {
    let (mut a, mut b) = shared(Vec::new());
    let situation = |code: &str| Edit::Intake {
        field: IntakeField::Situation(code.parse().unwrap()),
    };
    write(&mut a, MEDIATOR, situation("N01-01"));
    write(&mut b, COLLEAGUE, situation("N02-03"));
    let conflict = only(
        found(&mut a, &mut b),
        ConflictKind::RivalSituation,
        Severity::Review,
        "intake/situation_code",
    );
    assert_eq!(
        conflict.variants[0].text,
        view(&a).intake.situation.get().unwrap().as_str()
    );

    write(&mut a, MEDIATOR, situation("N03-05"));
    write(&mut b, COLLEAGUE, situation("N03-05"));
    assert_eq!(found(&mut a, &mut b), []);
}

#[test]
fn rival_corrections_of_a_party_are_shown() {
    let (mut a, mut b) = shared(vec![add(PARTY, NewEntry::Party(party(Side::A)))]);
    write(
        &mut a,
        MEDIATOR,
        Edit::Party {
            party: PARTY,
            field: PartyField::Side(Side::B),
        },
    );
    write(
        &mut b,
        COLLEAGUE,
        Edit::Party {
            party: PARTY,
            field: PartyField::Side(Side::Third),
        },
    );
    let path = format!("parties/{PARTY}/side");
    let conflict = only(
        found(&mut a, &mut b),
        ConflictKind::RivalValues,
        Severity::Review,
        &path,
    );
    assert_eq!(
        BTreeSet::from_iter(texts(&conflict)),
        BTreeSet::from(["乙方", "第三人"])
    );
    assert_eq!(view(&a).parties[&PARTY].value.disputed, ["side"]);
}

#[test]
fn choosing_the_value_that_stands_ends_the_dispute_in_the_name_of_the_chooser() {
    let (mut a, mut b) = shared(Vec::new());
    write(
        &mut a,
        MEDIATOR,
        Edit::Intake {
            field: IntakeField::Persons(4),
        },
    );
    write(
        &mut b,
        COLLEAGUE,
        Edit::Intake {
            field: IntakeField::Persons(5),
        },
    );
    assert_eq!(found(&mut a, &mut b).len(), 1);
    let standing = *view(&a).intake.persons.get().unwrap();
    let chooser = if view(&a).intake.persons.values[0].0 == MEDIATOR {
        COLLEAGUE
    } else {
        MEDIATOR
    };
    write(
        &mut a,
        chooser,
        Edit::Intake {
            field: IntakeField::Persons(standing),
        },
    );
    assert_eq!(view(&a).intake.persons.values, [(chooser, standing)]);
    assert_eq!(found(&mut a, &mut b), []);
}
