//! Merges around the end of a case: M01, M15, M16, M17, M14, M26.

use super::{
    Script, Setting,
    show::{LEAD, Show},
};
use crate::play::{DemoVisit, Result};
use hejie_case::{
    act::{self, ServerAct},
    facts::{Duty, RepeatCall},
    record::{CloseKind, EvidenceKind, Performance, RiskFactor, VisitMethod},
    role::{Author, Role},
};

const SUMMARY: &str = "双方因楼上漏水泡坏吊顶争执，愿意调解。";

const SETTING: Setting = Setting {
    situation: "N02-01",
    township: 1,
    days_ago: 6,
    place: "某小区6号楼",
    yuan: 3_200,
    persons: 2,
    summary: SUMMARY,
};

pub(super) const SCRIPTS: &[Script] = &[
    SETTING.script("M01", "两部手机以不同方式申请结案", two_closings),
    SETTING.script("M14", "两名网格员完成同一次回访", one_visit_by_two),
    SETTING.script("M15", "离线申请结案时又来一次报警", call_while_closing),
    SETTING.script("M16", "一人申请结案，一人上报险情", danger_while_closing),
    SETTING.script("M17", "证据登记了，文件还没有上传", file_missing),
    SETTING.script("M26", "承办人与回访人都填写满意度", two_satisfactions),
];

/// The lead asks on the own phone and, without having heard of it, on the one restored from a
/// backup.
fn two_closings(show: &mut Show<'_>) -> Result {
    let parties = show.mediating()?;
    let agreed = show.effective(&parties, 3_200, "乙方赔偿甲方吊顶修复费。", &[])?;
    let restored = show.restored_phone()?;
    let feedback = String::from("已达成协议并履行。");
    show.play
        .done(LEAD, &agreed, CloseKind::AgreementPerformed, feedback)?;
    let (outcome, feedback) = (CloseKind::Reconciled, String::from("双方已自行和解。"));
    show.play
        .ask(restored, act::AskClose { outcome, feedback })?;
    show.all_come_back(&[LEAD, restored])
}

fn one_visit_by_two(show: &mut Show<'_>) -> Result {
    let parties = show.mediating()?;
    let grid = show.grid_worker()?;
    let neighbour = show.next_grid_worker()?;
    let agreed = show.effective(&parties, 3_200, "乙方赔偿甲方吊顶修复费。", &[])?;
    show.closed(&agreed, "已调解，当场付清。")?;
    show.all_come_back(&[grid, neighbour])?;
    show.play.wait(60 * 24)?;
    for phone in [grid, neighbour] {
        show.play
            .visit(phone, &found(Some(1), 5, "上门回访，双方平静。"))?;
    }
    show.all_come_back(&[grid, neighbour])
}

fn call_while_closing(show: &mut Show<'_>) -> Result {
    let parties = show.mediating()?;
    let agreed = show.effective(&parties, 3_200, "乙方赔偿甲方吊顶修复费。", &[])?;
    let feedback = String::from("已达成协议并履行。");
    show.play
        .done(LEAD, &agreed, CloseKind::AgreementPerformed, feedback)?;
    show.play.sync(LEAD)?;
    show.play.wait(30)?;
    let call = RepeatCall {
        channel: "110".into(),
        external_no: "DEMO-M15-2".into(),
        received_at: show.play.now,
        through: Vec::new(),
        situation: None,
    };
    let nobody = Author {
        role: Role::System,
        ..show.person("dudao").author
    };
    show.play.act(nobody, ServerAct::Repeat(call))
}

fn danger_while_closing(show: &mut Show<'_>) -> Result {
    let parties = show.mediating()?;
    let grid = show.grid_worker()?;
    let agreed = show.effective(&parties, 3_200, "乙方赔偿甲方吊顶修复费。", &[])?;
    show.all_come_back(&[LEAD, grid])?;
    let feedback = String::from("已达成协议并履行。");
    show.play
        .done(LEAD, &agreed, CloseKind::AgreementPerformed, feedback)?;
    show.play
        .observe(grid, RiskFactor::Threat, "乙方酒后扬言报复")?;
    let what = String::from("乙方酒后在楼下扬言报复甲方，手持铁棍。");
    show.play.ask(grid, act::ReportDanger { what })?;
    show.all_come_back(&[LEAD, grid])
}

fn file_missing(show: &mut Show<'_>) -> Result {
    let parties = show.mediating()?;
    let grid = show.grid_worker()?;
    show.play
        .evidence_without_file(grid, EvidenceKind::Video, "滴水情况，四十秒。")?;
    let agreed = show.effective(&parties, 3_200, "乙方赔偿甲方吊顶修复费。", &[])?;
    show.all_come_back(&[grid, LEAD])?;
    show.closed(&agreed, "已达成协议并履行。")
}

fn two_satisfactions(show: &mut Show<'_>) -> Result {
    show.mediating()?;
    let grid = show.grid_worker()?;
    show.all_come_back(&[LEAD, grid])?;
    show.play
        .visit(LEAD, &found(None, 5, "自己回访：当事人很满意。"))?;
    show.play
        .visit(grid, &found(None, 3, "上门回访：当事人觉得拖得久。"))?;
    show.all_come_back(&[LEAD, grid])
}

fn found(due: Option<u8>, satisfaction: u8, text: &str) -> DemoVisit {
    DemoVisit {
        due,
        method: VisitMethod::Door,
        performance: Performance::Partly,
        satisfaction: Some(satisfaction),
        relapse_sign: false,
        text: text.to_owned(),
    }
}

impl Show<'_> {
    /// The lead's phone as it was restored from a backup: another actor of the same person.
    pub(super) fn restored_phone(&mut self) -> Result<usize> {
        let mut person = self.here("tiaojie").clone();
        if let Some((actor, device)) = person.restored {
            (person.actor, person.device) = (actor, device);
        }
        self.play.hand_to(&person, 0)
    }

    /// The grid worker of the next township, who helps out.
    fn next_grid_worker(&mut self) -> Result<usize> {
        let login = format!("wangge{}", (self.script.setting.township + 1) % 3 + 1);
        let person = self.person(&login);
        self.join(person, Duty::Visit)
    }
}
