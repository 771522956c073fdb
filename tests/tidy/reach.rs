//! Who does what through which face: docs/reach.md is made of the rows of the acts, of what a
//! document can hold, and of the faces as they are. What nobody can do is a finding, unless it
//! stands among [`UNREACHED`] with what it waits for.

mod faces;

use crate::{assert_tidy, made};
use faces::{Phone, channel_operations, desk_operations, has_phone};
use hejie_case::{
    act::{self, Ask},
    event::Event,
    role::Role,
    rule::{ActRow, Authority},
    schema::CONTAINERS,
};
use hejie_server::access;
use std::collections::BTreeSet;

const PAGE: &str = "docs/reach.md";
const RENEW: &str = "UPDATE_REACH=1 cargo test -p hejie-tests --test tidy reach";

const HEAD: &str = "\
# 谁经哪个入口办理

由各事项、案卷结构与各入口自身生成，请勿手改；更新命令：`UPDATE_REACH=1 cargo test -p hejie-tests --test tidy reach`。
入口：**手机**（`mobile-bindings` 的方法）、**坐席**（REST 操作，括号内为 `decide_case` 的事项代码）、**渠道**（110、12345 等经签名接口）、**规则**（服务器自动）。
事项的状态、条件与期限见 [life](domain/life.md)。
";

/// What nobody can do yet, with what it waits for. Whoever makes one reachable takes it from here.
const UNREACHED: &[(&str, &str)] = &[];

#[test]
fn the_table_of_reach_is_what_rules_and_faces_hold() {
    let page = page(&Phone::read());
    assert_tidy(&made::findings(PAGE, &page, RENEW));
}

#[test]
fn whatever_the_rules_let_somebody_do_has_a_face() {
    assert_tidy(&missing(&Phone::read(), UNREACHED));
}

#[test]
fn what_has_no_face_is_a_finding_and_so_is_an_excuse_for_what_has_one() {
    let nothing = Phone::of("");
    let findings = missing(&nothing, &[]).join("\n");
    for lacking in ["E07 到场", "NewEntry::Plan", "PartyField::Side"] {
        assert!(findings.contains(lacking), "{lacking}");
    }
    let excused = [("NewEntry::Plan", "it waits for an app")];
    assert!(
        !missing(&nothing, &excused)
            .join("\n")
            .contains("NewEntry::Plan")
    );
    let able = Phone::of("    pub fn add_plan(&self) { NewEntry::Plan(text) }\n");
    let idle = missing(&able, &excused).join("\n");
    assert!(idle.contains("NewEntry::Plan has a face"), "{idle}");
}

/// What the rules allow and no face offers, and excuses that nothing needs.
fn missing(phone: &Phone, excused: &[(&str, &str)]) -> Vec<String> {
    let mut unreached = BTreeSet::new();
    for event in Event::ALL {
        let faces = EventFaces::of(*event, phone);
        for (row, _) in act::all().iter().filter(|(row, _)| row.event == *event) {
            let lacking = row.who.iter().chain(row.asks);
            let lacking = lacking.filter(|who| !faces.serve(**who));
            unreached.extend(lacking.map(|who| {
                format!(
                    "{} {}：{}",
                    event.code(),
                    event.zh(),
                    crate::life::people(&[*who])
                )
            }));
        }
    }
    let unwritten = faces::edits().into_iter();
    unreached.extend(unwritten.filter(|edit| phone.writes(edit).is_empty()));
    let is_excused = |what: &str| excused.iter().any(|(excused, _)| *excused == what);
    let mut findings: Vec<String> = unreached
        .iter()
        .filter(|what| !is_excused(what))
        .map(|what| format!("{what}: no face offers it"))
        .collect();
    let idle = excused
        .iter()
        .filter(|(what, _)| !unreached.contains(*what));
    findings.extend(idle.map(|(what, _)| format!("{what} has a face: take it from UNREACHED")));
    findings
}

fn page(phone: &Phone) -> String {
    let mut page = HEAD.to_owned();
    page += "\n## 事项\n\n| 事项 | 编号 | 决定人 | 申请人 | 手机 | 坐席 | 渠道 | 规则 |\n|---|---|---|---|---|---|---|---|\n";
    for event in Event::ALL {
        page += &event_line(*event, phone);
    }
    page += "\n## 案卷内容\n\n| 内容 | 手机 |\n|---|---|\n";
    for edit in faces::edits() {
        page += &format!("| `{edit}` | {} |\n", code(&phone.writes(&edit)));
    }
    page += "\n## 各类条目的可写角色\n\n| 条目 | 角色 |\n|---|---|\n";
    for container in CONTAINERS {
        let writers = Role::ALL
            .iter()
            .filter(|role| container.writers.contains(**role));
        let writers: Vec<_> = writers.map(|role| role.zh()).collect();
        page += &format!("| `{}` | {} |\n", container.name, writers.join("、"));
    }
    page += "\n## 坐席与渠道操作\n\n| 操作 | 调用者 |\n|---|---|\n";
    for (operation, callers) in faces::operations() {
        page += &format!("| `{operation}` | {callers} |\n");
    }
    page
}

fn event_line(event: Event, phone: &Phone) -> String {
    let rows: Vec<&ActRow> = act::all()
        .into_iter()
        .filter(|(row, _)| row.event == event)
        .map(|(row, _)| row)
        .collect();
    let merged = |of: fn(&ActRow) -> &'static [Authority]| {
        let mut all: Vec<Authority> = Vec::new();
        for who in rows.iter().flat_map(|row| of(row)) {
            if !all.contains(who) {
                all.push(*who);
            }
        }
        crate::life::people(&all)
    };
    let faces = EventFaces::of(event, phone);
    let by_rule = rows.iter().any(|row| row.who.contains(&Authority::Rule));
    let cells = [
        event.zh().to_owned(),
        event.code().to_owned(),
        merged(|row| row.who),
        merged(|row| row.asks),
        code(&faces.phone),
        code(&faces.desk),
        code(&faces.channel),
        if by_rule { "自动" } else { "" }.to_owned(),
    ];
    format!("| {} |\n", cells.join(" | "))
}

/// Through what an event comes about.
struct EventFaces {
    phone: Vec<String>,
    desk: Vec<String>,
    channel: Vec<String>,
}

impl EventFaces {
    fn of(event: Event, phone: &Phone) -> Self {
        let asks = Ask::names();
        let asked = asks.iter().filter(|(_, of)| *of == event);
        let mut methods: Vec<String> = asked.flat_map(|(name, _)| phone.asks(name)).collect();
        for edit in faces::edits_of(event) {
            methods.extend(phone.writes(edit));
        }
        let channel = channel_operations(event);
        Self {
            phone: methods,
            desk: desk_operations(event),
            channel,
        }
    }

    fn serve(&self, who: Authority) -> bool {
        let on_phone = !self.phone.is_empty();
        let at_desk = !self.desk.is_empty();
        match who {
            Authority::Rule => true,
            Authority::By(Role::Exchange) => !self.channel.is_empty(),
            Authority::By(role) => {
                (on_phone && has_phone(role)) || self.desk.iter().any(|of| admits(of, role))
            }
            _ => on_phone || at_desk,
        }
    }
}

/// Whether an operation, such as `decide_case(close)`, lets a role through.
fn admits(operation: &str, role: Role) -> bool {
    let id = operation.split('(').next().unwrap_or_default();
    access::of_operation(id).is_some_and(|access| access.admits(role))
}

fn code(names: &[String]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join("、")
}
