//! Words are for people: a ruling turns on values, and goes on when what is shown is said in
//! another way.

use crate::scene::*;
use hejie_case::{
    edit::Edit,
    facts::{Facts, Resolution},
    ids::EntryId,
    obligation::{ObligationState, obligation_state},
    record::*,
    role::Role,
    view::{About, Conflict, ConflictKind, Resolver, Severity, VariantValue},
};

/// Says what the authors wrote in other words, as a release may that shows Chinese names in the
/// place of codes.
fn say_otherwise(stage: &mut Stage) {
    for known in stage.settled.facts.conflicts.values_mut() {
        for variant in &mut known.conflict.variants {
            variant.text = "经济合同纠纷（另一种写法）".into();
        }
    }
}

fn place_of(conflict: &Conflict, value: &VariantValue) -> u8 {
    let mut variants = conflict.variants.iter();
    let place = variants.position(|variant| variant.value == *value);
    u8::try_from(place.unwrap()).unwrap()
}

fn chosen(facts: &Facts, conflict: &Conflict) -> Option<VariantValue> {
    let settled = facts.conflicts[&conflict.id].settled.as_ref();
    settled.and_then(Resolution::value).cloned()
}

/// Shows M10, R151.
#[test]
fn the_situation_follows_the_ruling_whatever_its_variants_are_called() {
    for order in orders(COLLEAGUE) {
        let (mut stage, _) = mediating("N03-02");
        for (phone, code) in [(MEDIATOR, "N02-02"), (COLLEAGUE, "N06-01")] {
            let field = IntakeField::Situation(code.parse().unwrap());
            stage.edit(phone, Edit::Intake { field });
        }
        everybody_comes_back(&mut stage, order);
        say_otherwise(&mut stage);
        let (kind, severity) = (ConflictKind::RivalSituation, Severity::Review);
        let conflict = the_one(&stage, kind, severity, Resolver::Dispatcher);
        let value = VariantValue::Situation("N06-01".parse().unwrap());
        let choice = place_of(&conflict, &value);
        assert_eq!(rule(&mut stage, Role::Dispatcher, &conflict, choice), None);
        assert_eq!(stage.facts().situation.as_str(), "N06-01");
        assert_eq!(chosen(stage.facts(), &conflict), Some(value));
    }
}

/// Two entries of one person, of which nobody has said yet that they are.
fn entered_twice() -> (Stage, Conflict, [EntryId; 2]) {
    let (mut stage, parties) = mediating("N03-02");
    let pair = [parties[1], stage.party(Side::B, "李*")];
    for entry in pair {
        stage.identities.insert(entry.to_string(), "h-1".into());
    }
    stage.sync(MEDIATOR);
    say_otherwise(&mut stage);
    let (kind, severity) = (ConflictKind::SamePerson, Severity::Review);
    let conflict = the_one(&stage, kind, severity, Resolver::Dispatcher);
    (stage, conflict, pair)
}

/// Shows M08.
#[test]
fn an_entry_stands_for_the_other_by_the_value_of_the_ruling() {
    let (_, conflict, [earlier, later]) = entered_twice();
    let container = "parties".into();
    let pair = About::Pair {
        container,
        earlier,
        later,
    };
    assert_eq!(conflict.about, pair);
    for (value, stands) in [
        (VariantValue::Keep(earlier), Some((later, earlier))),
        (VariantValue::Keep(later), Some((earlier, later))),
        (VariantValue::Both, None),
    ] {
        let (mut stage, conflict, _) = entered_twice();
        let choice = place_of(&conflict, &value);
        assert_eq!(rule(&mut stage, Role::Dispatcher, &conflict, choice), None);
        let aliases: Vec<_> = stage.facts().aliases().into_iter().collect();
        assert_eq!(aliases, Vec::from_iter(stands), "{value:?}");
    }
}

/// Shows M27.
#[test]
fn what_was_found_of_a_promise_counts_as_the_ruling_believed_it() {
    for believed in [Performance::Performed, Performance::NotPerformed] {
        let mut stage = case("N03-02");
        let clause = stage.make_effective();
        everybody_comes_back(&mut stage, [MEDIATOR, GRID]);
        stage.log(MEDIATOR, clause, Performance::NotPerformed);
        stage.log(GRID, clause, Performance::Performed);
        everybody_comes_back(&mut stage, [GRID, MEDIATOR]);
        say_otherwise(&mut stage);
        let (kind, severity) = (ConflictKind::PerformanceDisputed, Severity::Block);
        let conflict = the_one(&stage, kind, severity, Resolver::Lead);
        assert_eq!(conflict.about, About::Promise(clause));
        let choice = place_of(&conflict, &VariantValue::Found(believed));
        assert_eq!(lead_rules(&mut stage, &conflict, choice), None);
        let state = obligation_state(stage.view(), stage.facts(), clause);
        let expected = match believed {
            Performance::Performed => ObligationState::Performed,
            _ => ObligationState::Broken,
        };
        assert_eq!(state, expected);
    }
}
