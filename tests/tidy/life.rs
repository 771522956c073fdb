//! The life of a case as a lawyer reads it: docs/domain/life.md is made of the rows and conditions
//! of the acts themselves.

use crate::{assert_tidy, made};
use hejie_case::{
    act,
    event::Event,
    facts::Status,
    rule::{ActRow, Authority, ClockEffect, NextStage, Offline, Stages},
};

const PAGE: &str = "docs/domain/life.md";
const RENEW: &str = "UPDATE_LIFE=1 cargo test -p hejie-tests --test tidy life";

const HEAD: &str = "\
# 案件流程表

由 `sync/case/src/act/` 中各事项自身生成，请勿手改；更新命令：`UPDATE_LIFE=1 cargo test -p hejie-tests --test tidy life`。各事项的依据见 [events](events.md)。
条件按所列次序逐项核对，第一项不符的即为退回理由。“申请人”提出的，由“决定人”审批，规则准许的除外。

| 事项 | 编号 | 办理前状态 | 办理后状态 | 决定人 | 申请人 | 条件 | 期限 | 无信号时 |
|---|---|---|---|---|---|---|---|---|
";

#[test]
fn the_printed_table_of_the_life_of_a_case_is_what_the_rules_hold() {
    let page = format!("{HEAD}{}", lines());
    assert_tidy(&made::findings(PAGE, &page, RENEW));
}

#[test]
fn every_event_stands_in_the_printed_table_with_all_its_conditions() {
    let page = lines();
    for event in Event::ALL {
        let line = format!("| {} | {} |", event.zh(), event.code());
        assert!(page.contains(&line), "{line}");
    }
    for (row, conditions) in act::all() {
        let code = format!("| {} |", row.event.code());
        let mut about = page.lines().filter(|line| line.contains(&code));
        let held = |line: &str| conditions.iter().all(|condition| line.contains(condition));
        assert!(about.any(held), "{code} {conditions:?}");
    }
}

/// One line an act; two acts of one event that ask for the same stand in one.
fn lines() -> String {
    let acts = act::all();
    let mut lines = Vec::new();
    for event in Event::ALL {
        for (row, conditions) in acts.iter().filter(|(row, _)| row.event == *event) {
            lines.push(line(row, conditions));
        }
    }
    lines.dedup();
    lines.concat()
}

fn line(row: &ActRow, conditions: &[&str]) -> String {
    let cells = [
        row.event.zh().to_owned(),
        row.event.code().to_owned(),
        from(&row.from),
        to(&row.to),
        people(row.who),
        people(row.asks),
        conditions.join("；"),
        clocks(row.clocks),
        offline(row.offline).to_owned(),
    ];
    format!("| {} |\n", cells.join(" | "))
}

fn from(stages: &Stages) -> String {
    match stages {
        Stages::New => "（尚无案件）".into(),
        Stages::In(states) => names(states),
        Stages::Any => "任何状态".into(),
        Stages::Open => "结案前".into(),
        Stages::Unfiled => "归档前".into(),
        Stages::BeforeEffect => "协议生效前".into(),
        Stages::SinceAcceptance => "受理后、结案前".into(),
    }
}

fn to(to: &NextStage) -> String {
    match to {
        NextStage::Same => "不变".into(),
        NextStage::OneOf(states) => names(states),
        NextStage::Back => "回到原状态".into(),
    }
}

fn names(states: &[Status]) -> String {
    let names: Vec<_> = states.iter().map(|status| status.zh()).collect();
    names.join("、")
}

/// Who may, in words.
pub(crate) fn people(who: &[Authority]) -> String {
    let word = |who: &Authority| match who {
        Authority::By(role) | Authority::OfCounty(role) => role.zh(),
        Authority::Anyone => "任何人",
        Authority::Offered => "被派单人",
        Authority::Guest => "受邀人",
        Authority::First => "首接承办人",
        Authority::Lead => "主办人",
        Authority::Member => "本案人员",
        Authority::Rule => "规则自动",
    };
    let words: Vec<_> = who.iter().map(word).collect();
    words.join("、")
}

fn clocks(clocks: &[ClockEffect]) -> String {
    let word = |clock: &ClockEffect| match clock {
        ClockEffect::Begin(kind) | ClockEffect::BeginEach(kind) => format!("起算{}", kind.zh()),
        ClockEffect::Meet(kind) => format!("完成{}", kind.zh()),
    };
    let words: Vec<_> = clocks.iter().map(word).collect();
    words.join("、")
}

fn offline(class: Offline) -> &'static str {
    match class {
        Offline::Observation => "照常记录",
        Offline::Request => "待确认",
        Offline::Online => "不可办理",
    }
}
