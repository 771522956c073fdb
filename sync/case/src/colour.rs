//! The three-colour score (docs/domain/rules.md#colour): explainable, advice only, never lowered by
//! a merge.
//!
//! It is reckoned anew from an add-only set of observations and from facts, so that the order of
//! merging cannot matter. Criminal record, mental health and religion are no inputs (PIPL 28).

mod by_person;
#[cfg(test)]
mod tests;

pub use by_person::{OverrideError, check_override, new_danger, prevailing, shown};

use crate::{
    deadline::{overdue_percent, runs},
    facts::{Colour, Facts, Level, ScoreReason, Stage, Status},
    ids::Actor,
    policy::{Policy, Weights},
    record::{Ask, Emotion, Performance, Residual, RiskFactor},
    view::CaseView,
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What the score depends on beside document and facts.
#[derive(Debug, Clone, Copy)]
pub struct ColourContext<'a> {
    /// Actors of the police: only they say that there is a history of domestic violence.
    pub police: &'a BTreeSet<Actor>,
    /// Weights, thresholds and lengths of clocks.
    pub policy: &'a Policy,
    /// The server's time.
    pub now: Timestamp,
}

/// One part of the score, and whether it makes the case red by itself.
struct ScorePart {
    reason: ScoreReason,
    hard: bool,
}

/// Reckons the colour of a case, without what a person says over it (see [`shown`]).
#[must_use]
pub fn colour(view: &CaseView, facts: &Facts, context: &ColourContext<'_>) -> Colour {
    let weights = &context.policy.colour;
    let mut parts = observed(view, context);
    parts.extend(relapse(view, weights));
    parts.extend(people(view, weights));
    parts.extend(money(view, weights));
    parts.push(category(facts, weights));
    parts.extend(history(facts, weights));
    parts.extend(overdue(facts, context));
    parts.extend(calming(view, facts, weights));
    let sum = parts
        .iter()
        .map(|p| p.reason.points)
        .fold(0, i16::saturating_add);
    let score = u8::try_from(sum.clamp(0, 100)).unwrap_or(100);
    let hard = parts.iter().any(|p| p.hard);
    let level = match score {
        _ if hard => Level::Red,
        s if s >= weights.red_from => Level::Red,
        s if s >= weights.yellow_from => Level::Yellow,
        _ => Level::Blue,
    };
    let reasons = parts.into_iter().map(|p| p.reason).collect();
    Colour {
        level,
        reckoned: None,
        score,
        reasons,
    }
}

/// The strongest observation of each factor; of emotions the latest of each observer, and of those
/// the strongest.
fn observed(view: &CaseView, context: &ColourContext<'_>) -> Vec<ScorePart> {
    let weights = &context.policy.colour;
    let mut strongest: BTreeMap<String, ScorePart> = BTreeMap::new();
    let mut emotions = BTreeMap::new();
    let asked = view.requests.values().filter_map(|r| match &r.value.ask {
        Ask::ResidualRisk(judged) => Some((r.author, RiskFactor::Residual(judged.level))),
        _ => None,
    });
    let noted = view.risks.values().map(|r| (r.author, r.value.factor));
    for (author, factor) in noted.chain(asked) {
        if let RiskFactor::Emotion(emotion) = factor {
            emotions.insert(author, emotion);
        }
        let believed = factor != RiskFactor::DvHistory || context.police.contains(&author);
        let Some(part) = part_of(factor, weights).filter(|_| believed) else {
            continue;
        };
        let weaker = |known: &ScorePart| known.reason.points < part.reason.points;
        if strongest.get(&part.reason.code).is_none_or(weaker) {
            strongest.insert(part.reason.code.clone(), part);
        }
    }
    let emotion = match emotions.values().max() {
        Some(Emotion::OutOfControl) => Some(part("emotion", weights.out_of_control, "情绪失控")),
        Some(Emotion::Agitated) => Some(part("emotion", weights.agitated, "情绪激动")),
        Some(Emotion::Calm) | None => None,
    };
    strongest.into_values().chain(emotion).collect()
}

fn part_of(factor: RiskFactor, weights: &Weights) -> Option<ScorePart> {
    use RiskFactor as F;
    let part = match factor {
        F::Threat => hard("threat", weights.threat, "扬言伤害、放火、跳楼等"),
        F::Weapon => hard("weapon", weights.weapon, "持有凶器或危险物品"),
        F::OrderBreached => hard(
            "order_breached",
            weights.order_breached,
            "违反人身安全保护令",
        ),
        F::Violence => part("violence", weights.violence, "本次纠纷有暴力行为"),
        F::DvHistory => part("dv_history", weights.dv_history, "公安机关提示有家庭暴力史"),
        F::Residual(Residual::High) => part(
            "residual",
            weights.residual_high,
            "民警判断再次激发可能性高",
        ),
        F::Residual(Residual::Mid) => {
            part("residual", weights.residual_mid, "民警判断再次激发可能性中")
        }
        F::Vulnerable => part(
            "vulnerable",
            weights.vulnerable,
            "涉及未成年人、孕妇或体弱者",
        ),
        F::PetitionSign => part("petition", weights.petition_sign, "有上访苗头"),
        // How many people there are counts once, whoever says so; see `people`.
        F::Gathering(_) | F::Residual(Residual::Low) | F::Emotion(_) | F::CalmVisit => return None,
    };
    Some(part)
}

/// Whether any visit found signs of breaking out again, once (R041).
fn relapse(view: &CaseView, weights: &Weights) -> Option<ScorePart> {
    let mut visits = view.visits.values();
    let found = visits.any(|visit| visit.value.visit.finding.relapse_sign);
    found.then(|| part("relapse", weights.relapse_sign, "回访发现复发苗头"))
}

/// The greatest number of people that anybody wrote or saw; so many in one place are a danger of
/// themselves.
fn people(view: &CaseView, weights: &Weights) -> Option<ScorePart> {
    let gathered = view.risks.values().filter_map(|r| match r.value.factor {
        RiskFactor::Gathering(n) => Some(n),
        _ => None,
    });
    let gathered = gathered.max().unwrap_or(0);
    let written = view.intake.persons.values.iter().map(|(_, n)| *n).max();
    let persons = written.unwrap_or(0).max(gathered);
    let step = Weights::reached(&weights.persons, persons.into());
    let points = step.map_or(0, |step| step.points);
    if gathered >= weights.gathering_red_from {
        let zh = format!("{gathered}人聚集");
        return Some(hard("gathering", points, zh));
    }
    step.map(|step| part("persons", points, format!("涉及{}人以上", step.from)))
}

fn money(view: &CaseView, weights: &Weights) -> Option<ScorePart> {
    let amounts = view.intake.amount.values.iter();
    let yuan = amounts.map(|(_, amount)| amount.0 / 100).max()?;
    let step = Weights::reached(&weights.yuan, yuan)?;
    let zh = format!("金额{}元以上", step.from);
    Some(part("amount", step.points, zh))
}

fn category(facts: &Facts, weights: &Weights) -> ScorePart {
    let code = facts.situation.as_str();
    let mut categories = weights.categories.iter();
    let known = categories.find(|(category, _)| code.starts_with(category.as_str()));
    let points = known.map_or(weights.other_category, |(_, points)| *points);
    part("category", points, "纠纷类别")
}

/// What the registry knows of the pair and of the case.
fn history(facts: &Facts, weights: &Weights) -> Vec<ScorePart> {
    let mut parts = Vec::new();
    if facts.repeat_calls > 0 {
        let calls = i16::try_from(facts.repeat_calls).unwrap_or(i16::MAX);
        let points = weights.repeat_call.saturating_mul(calls);
        let points = points.min(weights.repeat_calls_most);
        let zh = format!("九十日内再次报警{}次", facts.repeat_calls);
        parts.push(part("repeat_calls", points, zh));
    }
    if facts.was_breached() {
        parts.push(part(
            "broken_agreement",
            weights.broken_agreement,
            "此前达成的协议未履行",
        ));
    }
    parts
}

/// The clock that is furthest beyond its limit, of those whose being late is somebody's omission.
fn overdue(facts: &Facts, context: &ColourContext<'_>) -> Option<ScorePart> {
    let (weights, ladder) = (&context.policy.colour, &context.policy.ladder);
    let running = facts.deadlines.iter().filter(|d| runs(facts, d));
    let accused = running.filter(|d| ladder.accuses(d.kind));
    let (percent, kind) = accused
        .map(|d| (overdue_percent(d, context.now), d.kind))
        .max()?;
    let steps = percent.checked_div(weights.overdue_step_percent)?;
    let steps = i16::try_from(steps).unwrap_or(i16::MAX);
    let points = weights
        .overdue_step
        .saturating_mul(steps)
        .min(weights.overdue_most);
    let zh = format!("“{}”超期", kind.zh());
    (points > 0).then(|| part("overdue", points, zh))
}

/// Facts of the registry that calm; nothing that one observer writes does.
fn calming(view: &CaseView, facts: &Facts, weights: &Weights) -> Vec<ScorePart> {
    let mut parts = Vec::new();
    if facts.round.is_agreed() {
        parts.push(part("agreement_effective", weights.effective, "协议已生效"));
    }
    if is_performed(&facts.stage) {
        parts.push(part("agreement_performed", weights.performed, "协议已履行"));
    }
    if calm_visits(view) >= weights.calm_visits {
        let zh = format!("{}次回访平稳", weights.calm_visits);
        parts.push(part("calm_visits", weights.calm, zh));
    }
    parts
}

fn is_performed(stage: &Stage) -> bool {
    match stage {
        Stage::FollowUp => true,
        Stage::PendingClose { back, .. } | Stage::CloseDisputed { back, .. } => {
            *back == Status::FollowUp
        }
        _ => false,
    }
}

/// Visits that found nothing; the mark of a calm visit and its report are one.
fn calm_visits(view: &CaseView) -> usize {
    let marks = view.risks.values();
    let marks = marks.filter(|r| r.value.factor == RiskFactor::CalmVisit);
    let reports = view.visits.values().map(|v| &v.value.visit.finding);
    let calm = reports.filter(|f| !f.relapse_sign && f.performance != Performance::NotPerformed);
    marks.count().max(calm.count())
}

fn part(code: &str, points: i16, zh: impl Into<String>) -> ScorePart {
    let reason = ScoreReason {
        code: code.into(),
        points,
        zh: zh.into(),
    };
    ScorePart {
        reason,
        hard: false,
    }
}

fn hard(code: &str, points: i16, zh: impl Into<String>) -> ScorePart {
    ScorePart {
        hard: true,
        ..part(code, points, zh)
    }
}
