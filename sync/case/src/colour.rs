//! The three-colour score (domain.md 3.5): explainable, advice only, never lowered by a merge.
//!
//! It is reckoned anew from an add-only set of observations and from facts, so that the order of merging cannot matter.

use crate::{
    facts::{Colour, Facts, Level, Reason, Status},
    record::{Emotion, Residual, RiskFactor},
    view::CaseView,
};
use std::collections::BTreeMap;

const RED_FROM: i16 = 60;
const YELLOW_FROM: i16 = 30;

/// Reckons the colour of a case.
///
/// `repeat_calls` counts earlier calls of the same pair within 90 days, beyond the first.
#[must_use]
pub fn colour(view: &CaseView, facts: &Facts, repeat_calls: u32) -> Colour {
    let mut reasons = observed(view);
    reasons.extend(from_document(view));
    reasons.extend(category(facts));
    if repeat_calls > 0 {
        let points = i16::try_from(repeat_calls.min(3)).unwrap_or(3) * 8;
        reasons.push(reason("repeat_calls", points, "九十日内重复报警"));
    }
    reasons.extend(calming(view, facts));
    let score = reasons.iter().map(|r| r.points).sum::<i16>().clamp(0, 100);
    let hard = reasons.iter().any(|r| is_hard(&r.code));
    let level = match score {
        _ if hard => Level::Red,
        RED_FROM.. => Level::Red,
        YELLOW_FROM.. => Level::Yellow,
        _ => Level::Blue,
    };
    Colour {
        level,
        score: u8::try_from(score).unwrap_or(100),
        reasons,
    }
}

fn observed(view: &CaseView) -> Vec<Reason> {
    let mut best: BTreeMap<&'static str, Reason> = BTreeMap::new();
    let mut emotions = BTreeMap::new();
    for entry in view.risks.values() {
        if let RiskFactor::Emotion(emotion) = entry.value.factor {
            emotions.insert(entry.author, emotion);
            continue;
        }
        if let Some((code, points, zh)) = points_of(entry.value.factor) {
            let known = best.entry(code).or_insert_with(|| reason(code, points, zh));
            if known.points < points {
                *known = reason(code, points, zh);
            }
        }
    }
    let mut reasons: Vec<_> = best.into_values().collect();
    match emotions.values().max() {
        Some(Emotion::Agitated) => reasons.push(reason("emotion", 5, "情绪激动")),
        Some(Emotion::OutOfControl) => reasons.push(reason("emotion", 12, "情绪失控")),
        Some(Emotion::Calm) | None => {}
    }
    reasons
}

fn points_of(factor: RiskFactor) -> Option<(&'static str, i16, &'static str)> {
    match factor {
        RiskFactor::Threat => Some(("threat", 40, "扬言伤害")),
        RiskFactor::Weapon => Some(("weapon", 40, "持有凶器或危险物品")),
        RiskFactor::OrderBreached => Some(("order_breached", 40, "违反人身安全保护令")),
        RiskFactor::Violence => Some(("violence", 20, "本次纠纷有暴力行为")),
        RiskFactor::Residual(Residual::High) => Some(("residual", 20, "再次激发可能性高")),
        RiskFactor::Residual(Residual::Mid) => Some(("residual", 10, "再次激发可能性中")),
        RiskFactor::Vulnerable => Some(("vulnerable", 5, "涉及未成年人、孕妇或体弱者")),
        RiskFactor::PetitionSign => Some(("petition", 10, "有上访苗头")),
        RiskFactor::Gathering(30..) => Some(("gathering", 25, "三十人以上聚集")),
        RiskFactor::Gathering(10..) => Some(("gathering_10", 15, "十人以上聚集")),
        RiskFactor::Gathering(5..) => Some(("gathering_5", 5, "五人以上聚集")),
        RiskFactor::Gathering(_) | RiskFactor::Residual(Residual::Low) => None,
        RiskFactor::Emotion(_) | RiskFactor::CalmVisit => None,
    }
}

fn is_hard(code: &str) -> bool {
    matches!(code, "threat" | "weapon" | "order_breached" | "gathering")
}

fn from_document(view: &CaseView) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let most =
        |persons: &[(crate::ids::Actor, u32)]| persons.iter().map(|(_, n)| *n).max().unwrap_or(0);
    match most(&view.intake.persons.values) {
        30.. => reasons.push(reason("persons", 25, "涉及三十人以上")),
        10.. => reasons.push(reason("persons", 15, "涉及十人以上")),
        5.. => reasons.push(reason("persons", 5, "涉及五人以上")),
        _ => {}
    }
    let cents = view
        .intake
        .amount
        .values
        .iter()
        .map(|(_, amount)| amount.0)
        .max()
        .unwrap_or(0);
    match cents / 100 {
        500_000.. => reasons.push(reason("amount", 12, "金额五十万元以上")),
        100_000.. => reasons.push(reason("amount", 8, "金额十万元以上")),
        20_000.. => reasons.push(reason("amount", 3, "金额二万元以上")),
        _ => {}
    }
    reasons
}

fn category(facts: &Facts) -> Option<Reason> {
    let points = match facts.situation.as_str().get(..3)? {
        "N01" => 8,
        "N03" | "N06" | "N09" | "N10" => 6,
        "N05" => 5,
        "N02" => 4,
        _ => 2,
    };
    Some(reason("category", points, "纠纷类别"))
}

fn calming(view: &CaseView, facts: &Facts) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if facts
        .agreement
        .as_ref()
        .is_some_and(|a| a.effective_at.is_some())
    {
        reasons.push(reason("agreement_effective", -10, "协议已生效"));
    }
    if facts.stage.status() == Status::FollowUp {
        reasons.push(reason("agreement_performed", -15, "协议已履行"));
    }
    let calm = view
        .risks
        .values()
        .filter(|r| r.value.factor == RiskFactor::CalmVisit)
        .count();
    if calm >= 2 {
        reasons.push(reason("calm_visits", -10, "两次回访平稳"));
    }
    reasons
}

fn reason(code: &str, points: i16, zh: &str) -> Reason {
    Reason {
        code: code.into(),
        points,
        zh: zh.into(),
    }
}
