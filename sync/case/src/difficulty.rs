//! Difficulty 难易程度 (docs/domain/rules.md#difficulty): begins with the default of the situation,
//! is raised by rule and never lowered by one.

mod adjust;
#[cfg(test)]
mod tests;

pub use adjust::{AdjustError, Ruler, adjust};

use crate::{
    catalogue::Catalogue,
    deadline::runs,
    facts::{DeadlineKind, Difficulty, Facts, Level, Stage},
    policy::{Policy, Thresholds},
    record::{CloseKind, Injury, SuspensionGround},
    role::Role,
    view::CaseView,
};
use std::collections::BTreeSet;

/// A rule that asks for at least this difficulty, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DifficultyGround {
    /// A stable code.
    pub code: &'static str,
    /// The least difficulty that it asks for.
    pub least: Difficulty,
    /// Why, in Chinese words.
    pub zh: String,
}

/// The difficulty that holds for what is known now: never below what it was, unless a person
/// lowered it.
#[must_use]
pub fn at_least(view: &CaseView, facts: &Facts, policy: &Policy) -> Difficulty {
    by_rule(view, facts, policy).max(facts.difficulty)
}

/// The least difficulty that the rules allow for what is known now.
#[must_use]
pub fn by_rule(view: &CaseView, facts: &Facts, policy: &Policy) -> Difficulty {
    let grounds = grounds(view, facts, policy);
    let least = grounds.iter().map(|ground| ground.least).max();
    least.unwrap_or(Difficulty::Simple)
}

/// Every rule that asks for a difficulty, with its reason in words; the default of the situation
/// stands first.
#[must_use]
pub fn grounds(view: &CaseView, facts: &Facts, policy: &Policy) -> Vec<DifficultyGround> {
    let rules = &policy.difficulty;
    let mut grounds = vec![of_situation(facts)];
    grounds.extend(by_size(view, rules));
    grounds.extend(by_bodies(view, facts, rules));
    grounds.extend(by_matter(view, facts, rules));
    grounds.extend(by_course(facts, rules));
    grounds
}

fn ground(code: &'static str, least: Difficulty, zh: impl Into<String>) -> DifficultyGround {
    let zh = zh.into();
    DifficultyGround { code, least, zh }
}

fn of_situation(facts: &Facts) -> DifficultyGround {
    let default = Catalogue::current()
        .lookup(&facts.situation)
        .map_or(Difficulty::Ordinary, |s| s.default_difficulty);
    ground("situation", default, "该情形的默认难易程度")
}

/// The harder of two thresholds that a number has reached.
fn reached<T: PartialOrd + Copy>(value: T, ordinary: T, complex: T) -> Option<Difficulty> {
    if value >= complex {
        Some(Difficulty::Complex)
    } else if value >= ordinary {
        Some(Difficulty::Ordinary)
    } else {
        None
    }
}

fn by_size(view: &CaseView, rules: &Thresholds) -> Vec<DifficultyGround> {
    let persons = most(view.intake.persons.values.iter().map(|(_, n)| *n));
    let yuan = most(view.intake.amount.values.iter().map(|(_, a)| a.0 / 100));
    let by_persons = reached(persons, rules.ordinary_persons, rules.complex_persons)
        .map(|least| ground("persons", least, format!("涉及{persons}人")));
    let by_amount = reached(yuan, rules.ordinary_yuan, rules.complex_yuan)
        .map(|least| ground("amount", least, format!("涉及金额{yuan}元")));
    by_persons.into_iter().chain(by_amount).collect()
}

fn most<T: Ord + Default>(values: impl Iterator<Item = T>) -> T {
    values.max().unwrap_or_default()
}

/// How many departments work on it, and whether it leaves the county.
fn by_bodies(view: &CaseView, facts: &Facts, rules: &Thresholds) -> Vec<DifficultyGround> {
    let working = facts
        .assignments
        .iter()
        .filter(|a| a.role == Role::Department);
    let departments: BTreeSet<_> = working.map(|a| a.org).collect();
    let count = u32::try_from(departments.len()).unwrap_or(u32::MAX);
    let many = reached(count, rules.ordinary_departments, rules.complex_departments)
        .map(|least| ground("departments", least, format!("涉及{count}个部门")));
    let county = facts.region.as_str().get(..6);
    let mut places = view.intake.place.values.iter();
    let elsewhere = places.any(|(_, place)| place.region.as_str().get(..6) != county);
    let across = elsewhere.then(|| ground("cross_county", Difficulty::Complex, "跨县（市、区）"));
    many.into_iter().chain(across).collect()
}

/// What it is about, and what was done to people.
fn by_matter(view: &CaseView, facts: &Facts, rules: &Thresholds) -> Vec<DifficultyGround> {
    let mut grounds = Vec::new();
    let code = facts.situation.as_str();
    if rules
        .complex_situations
        .iter()
        .any(|s| code.starts_with(s.as_str()))
    {
        grounds.push(ground(
            "tenure_or_status",
            Difficulty::Complex,
            "涉及权属或身份关系",
        ));
    }
    match view.intake.injury.values.iter().map(|(_, i)| *i).max() {
        Some(Injury::Death) => grounds.push(ground("death", Difficulty::Complex, "有人死亡")),
        Some(Injury::Lasting) => {
            grounds.push(ground("lasting_injury", Difficulty::Complex, "有人伤残"));
        }
        Some(Injury::None | Injury::Light) | None => {}
    }
    let waits = matches!(
        facts.stage,
        Stage::Suspended {
            ground: SuspensionGround::Appraisal,
            ..
        }
    );
    let marked = view.checklist.get(APPRAISAL).is_some_and(|mark| mark.done);
    if waits || marked {
        grounds.push(ground("appraisal", Difficulty::Ordinary, "需要鉴定"));
    }
    grounds
}

/// The item of the checklist that says that an appraisal is needed.
const APPRAISAL: &str = "appraisal_needed";

/// What became of it so far.
fn by_course(facts: &Facts, rules: &Thresholds) -> Vec<DifficultyGround> {
    let failed = facts
        .past
        .iter()
        .any(|round| round.outcome == CloseKind::FailedTerminated);
    let petition = facts.source.channel == "petition"
        || facts
            .deadlines
            .iter()
            .any(|d| d.kind == DeadlineKind::Petition && runs(facts, d));
    let complex = [
        (failed, "failed_before", "此前调解不成"),
        (facts.was_breached(), "breached", "此前达成的协议未履行"),
        (facts.colour.level == Level::Red, "red", "预警等级为红色"),
        (
            facts.round.returns >= rules.returned,
            "returned",
            "已被多次退回",
        ),
        (petition, "petition", "正在信访"),
    ];
    complex
        .into_iter()
        .filter(|(holds, ..)| *holds)
        .map(|(_, code, zh)| ground(code, Difficulty::Complex, zh))
        .collect()
}
