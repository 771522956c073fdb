//! Difficulty 难易程度 (domain.md 3.4): begins with the default of the situation, is raised by rule and never lowered by one.

use crate::{
    catalogue::Catalogue,
    facts::{Difficulty, Facts, Level},
    record::Injury,
    view::CaseView,
};

/// The difficulty that holds for what is known now: never below what it was, unless a person lowered it.
#[must_use]
pub fn at_least(view: &CaseView, facts: &Facts) -> Difficulty {
    by_rule(view, facts).max(facts.difficulty)
}

/// The least difficulty that the rules allow for what is known now.
#[must_use]
pub fn by_rule(view: &CaseView, facts: &Facts) -> Difficulty {
    let default = Catalogue::current()
        .lookup(&facts.situation)
        .map_or(Difficulty::Ordinary, |s| s.default_difficulty);
    let persons = view
        .intake
        .persons
        .values
        .iter()
        .map(|(_, n)| *n)
        .max()
        .unwrap_or(0);
    let yuan = view
        .intake
        .amount
        .values
        .iter()
        .map(|(_, a)| a.0 / 100)
        .max()
        .unwrap_or(0);
    let injury = view
        .intake
        .injury
        .values
        .iter()
        .map(|(_, i)| *i)
        .max()
        .unwrap_or(Injury::None);
    let by_size = match (persons, yuan) {
        (10.., _) | (_, 100_000..) => Difficulty::Complex,
        (3.., _) | (_, 20_000..) => Difficulty::Ordinary,
        _ => Difficulty::Simple,
    };
    let by_danger = if injury >= Injury::Lasting || facts.colour.level == Level::Red {
        Difficulty::Complex
    } else {
        Difficulty::Simple
    };
    default.max(by_size).max(by_danger)
}
