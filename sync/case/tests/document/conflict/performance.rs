//! M27: performed and not performed.

use super::{super::scene::*, *};
use hejie_case::edit::NewEntry;
use hejie_case::{
    record::*,
    view::{ConflictKind, Severity},
};
use std::collections::BTreeSet;

#[test]
fn performed_against_not_performed_blocks_the_obligation() {
    let (mut a, mut b) = shared(vec![
        add(DRAFT, draft()),
        clause(DRAFT, CLAUSE, "a", Some(terms(8_000))),
    ]);
    write(
        &mut a,
        MEDIATOR,
        add(
            id(1),
            NewEntry::Performance(performance(Performance::NotPerformed)),
        ),
    );
    write(
        &mut b,
        GRID_WORKER,
        add(
            id(2),
            NewEntry::Visit(visit(Performance::Performed), "已付清。".into()),
        ),
    );
    let path = format!("performance/{CLAUSE}");
    let conflict = only(
        found(&mut a, &mut b),
        ConflictKind::PerformanceDisputed,
        Severity::Block,
        &path,
    );
    assert_eq!(
        BTreeSet::from_iter(texts(&conflict)),
        BTreeSet::from(["未履行（履行记录）", "已履行（回访）"])
    );

    write(
        &mut a,
        MEDIATOR,
        add(
            id(3),
            NewEntry::Performance(performance(Performance::Performed)),
        ),
    );
    assert_eq!(found(&mut a, &mut b), []);
}

#[test]
fn performed_after_not_performed_is_progress() {
    let (mut a, mut b) = shared(Vec::new());
    write(
        &mut a,
        MEDIATOR,
        add(
            id(1),
            NewEntry::Performance(performance(Performance::NotPerformed)),
        ),
    );
    meet(&mut a, &mut b);
    write(
        &mut b,
        COLLEAGUE,
        add(
            id(2),
            NewEntry::Performance(performance(Performance::Performed)),
        ),
    );
    assert_eq!(found(&mut a, &mut b), []);
}

#[test]
fn two_visits_that_contradict_each_other_are_disputed_without_an_agreement() {
    let (mut a, mut b) = shared(Vec::new());
    write(
        &mut a,
        MEDIATOR,
        add(
            id(1),
            NewEntry::Visit(visit(Performance::NotPerformed), String::new()),
        ),
    );
    write(
        &mut b,
        GRID_WORKER,
        add(
            id(2),
            NewEntry::Visit(visit(Performance::Performed), String::new()),
        ),
    );
    let mut found = found(&mut a, &mut b);
    found.retain(|conflict| conflict.kind != ConflictKind::DoubleVisit);
    only(
        found,
        ConflictKind::PerformanceDisputed,
        Severity::Block,
        "visits",
    );
}
