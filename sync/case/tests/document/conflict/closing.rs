//! M01: requests to close.

use super::{super::scene::*, *};
use hejie_case::{
    conflict::{self, DetectInput},
    record::*,
    view::{ConflictKind, Severity},
};
use std::collections::BTreeSet;

#[test]
fn two_closings_with_different_outcomes_block_the_case() {
    let (mut a, mut b) = shared(Vec::new());
    write(&mut a, MEDIATOR, add(id(1), close(CloseKind::Reconciled)));
    write(
        &mut b,
        COLLEAGUE,
        add(id(2), close(CloseKind::FailedTerminated)),
    );
    let conflict = only(
        found(&mut a, &mut b),
        ConflictKind::Closings,
        Severity::Block,
        "requests",
    );
    assert_eq!(
        texts(&conflict),
        ["自行和解：已办结。", "调解不成终止：已办结。"]
    );
    assert_eq!(
        conflict::conflicts(
            &a,
            &DetectInput {
                refused: BTreeSet::from([id(2)]),
                ..DetectInput::default()
            }
        ),
        []
    );
}

#[test]
fn two_closings_with_one_outcome_are_no_conflict() {
    let (mut a, mut b) = shared(Vec::new());
    write(&mut a, MEDIATOR, add(id(1), close(CloseKind::Reconciled)));
    write(&mut b, COLLEAGUE, add(id(2), close(CloseKind::Reconciled)));
    assert_eq!(found(&mut a, &mut b), []);
}
