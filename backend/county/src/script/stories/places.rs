//! Stories about houses and land.

use super::super::show::{LEAD, Show};
use crate::play::{DemoVisit, Result, later};
use hejie_case::{
    act::{self, DeskAct, ServerAct},
    facts::{Duty, RepeatCall},
    ids::EntryId,
    record::{
        ContactMeans, EvidenceKind, NoteKind, Party, Performance, Residual, RiskFactor,
        SessionForm, Side, VisitMethod,
    },
    role::{Author, Role},
    view::Severity,
};

/// Called three times; the third becomes a case with an agreement in writing.
pub(super) fn leaking_flat(show: &mut Show<'_>) -> Result {
    for call in 1..=2 {
        show.play.wait(45)?;
        let call = RepeatCall {
            channel: "110".into(),
            external_no: format!("DEMO-S05-{call}"),
            received_at: show.play.now,
            through: Vec::new(),
            situation: None,
        };
        let rule = Author {
            role: Role::System,
            ..show.person("dudao").author
        };
        show.play.try_act(rule, ServerAct::Repeat(call))?;
    }
    show.arrived()?;
    show.play.observe(
        LEAD,
        RiskFactor::Residual(Residual::Mid),
        "同一事由三次报警",
    )?;
    let parties = show.two()?;
    show.play.evidence(
        LEAD,
        EvidenceKind::Photo,
        "现场拍摄",
        "吊顶水渍与滴水部位。",
    )?;
    show.accepted(&parties)?;
    let grid = show.grid_worker()?;
    show.play.statement(
        LEAD,
        parties[0],
        "甲方陈述：第三次了，每次都说修，从来没有修。",
    )?;
    show.play.wait(60 * 26)?;
    let agreed = show.effective(
        &parties,
        4_800,
        "乙方三日内重做防水，赔偿甲方吊顶修复费。",
        &[],
    )?;
    show.play.wait(60 * 70)?;
    show.closed(&agreed, "防水已重做，赔偿已付清，未再漏水。")?;
    show.look_in(grid, 7, 4, "上门查看，吊顶干燥，双方见面能打招呼。")
}

pub(super) fn boundary(show: &mut Show<'_>) -> Result {
    let parties = show.mediating()?;
    let grid = show.grid_worker()?;
    show.play.evidence(
        LEAD,
        EvidenceKind::Photo,
        "现场拍摄",
        "界石现状与量尺照片。",
    )?;
    for (days, text) in [
        (3, "请自然资源所到场丈量，双方亲属退到线外。"),
        (6, "丈量结果公布，甲方少三十厘米，乙方有异议。"),
        (9, "复量一次，结果一致，双方认可。"),
    ] {
        let start = show.play.facts().round.accepted_at.unwrap_or(show.play.now);
        show.play.wait_until(later(start, 86_400 * days))?;
        show.play.note(LEAD, NoteKind::DailyProgress, text)?;
        show.all_come_back(&[LEAD, grid])?;
    }
    show.play.session(
        LEAD,
        SessionForm::Scene,
        &parties,
        "在界石旁逐段指认，请长者作证。",
        "按丈量结果复位界石。",
    )?;
    let agreed = show.effective(
        &parties,
        0,
        "双方以复量的界桩为准，乙方七日内退让并复位界石。",
        &[],
    )?;
    show.play.wait(60 * 24 * 7)?;
    show.closed(&agreed, "界石已复位，双方签字认可。")?;
    show.look_in(grid, 7, 4, "走访两家，已各自开工，无新争执。")?;
    show.look_in(grid, 20, 5, "院墙砌好，两家一起吃了上梁饭。")
}

/// Many households, an appointment of three offices, and a difficulty that is raised.
pub(super) fn lift(show: &mut Show<'_>) -> Result {
    show.mediating()?;
    let builder = show.person("zhujian1");
    let phone = show.join(builder, Duty::Co)?;
    show.play.note(
        phone,
        NoteKind::Inquiry,
        "图纸经核对，电梯井距低层窗户四米二，采光符合规定。",
    )?;
    show.special_party(LEAD, Party::person(Side::Third, "丁*"))?;
    show.all_come_back(&[phone, LEAD])?;
    for day in [4, 9, 15] {
        let start = show.play.facts().round.accepted_at.unwrap_or(show.play.now);
        show.play.wait_until(later(start, 86_400 * day))?;
        show.play.note(
            LEAD,
            NoteKind::DailyProgress,
            "逐户上门征求意见，低层住户提出补偿和墙面维修的要求。",
        )?;
        show.play.sync(LEAD)?;
    }
    show.rule_all("以现场核对为准。")?;
    let all: Vec<_> = show.play.settled().view.parties.keys().copied().collect();
    show.play.consent(
        LEAD,
        all[all.len() - 1],
        hejie_case::record::ConsentDecision::Agree,
        Vec::new(),
    )?;
    show.play.share_agreed(LEAD, all[all.len() - 1])?;
    let agreed = show.effective(
        &all,
        60_000,
        "高层住户补偿低层住户，分户承担，施工损坏的墙面由施工方修复。",
        &[0, 14],
    )?;
    show.play.wait(60 * 24 * 14)?;
    show.closed(&agreed, "全体住户签字，补偿到位，电梯开工。")
}

/// The visitor comes over by boat, finds nobody, and writes without signal for two days.
pub(super) fn island(show: &mut Show<'_>) -> Result {
    let parties = show.mediating()?;
    let grid = show.grid_worker()?;
    let agreed = show.effective(&parties, 2_000, "乙方加装檐沟，费用各半。", &[])?;
    show.play.wait(60 * 24 * 3)?;
    show.closed(&agreed, "檐沟已装好，费用各半付清。")?;
    show.play.sync(grid)?;
    show.play.wait(60 * 24 * 7)?;
    show.play
        .contact(grid, parties[0], ContactMeans::InPerson, false)?;
    show.play.observe(
        grid,
        RiskFactor::CalmVisit,
        "上岛走访，甲方出海未归，邻居称两家近来平静；岛上无信号，明日再去。",
    )?;
    show.play.wait(60 * 26)?;
    show.play.visit(
        grid,
        &DemoVisit {
            due: Some(1),
            method: VisitMethod::Door,
            performance: Performance::Performed,
            satisfaction: Some(4),
            relapse_sign: false,
            text: "第二次上岛见到甲方：檐沟好用，不再滴水。".into(),
        },
    )?;
    show.play.wait(60 * 30)?;
    show.play.sync(grid)
}

impl Show<'_> {
    /// The supervisor rules on everything that is open, for what the lead wrote.
    pub(super) fn rule_all(&mut self, why: &str) -> Result {
        let facts = self.play.facts();
        let open = facts
            .open_conflicts()
            .filter(|c| c.severity > Severity::Note);
        let open: Vec<_> = open.map(|c| c.id).collect();
        for conflict in open {
            let by = self.role(Role::Supervisor).author;
            let (choice, why) = (1, why.to_owned());
            self.play.try_act(
                by,
                DeskAct::RuleConflict(act::RuleConflict {
                    conflict,
                    choice,
                    why,
                }),
            )?;
        }
        Ok(())
    }

    /// The grid worker looks in while it is still mediated.
    pub(super) fn look_around(&mut self, grid: usize, text: String) -> Result<EntryId> {
        self.play.visit(
            grid,
            &DemoVisit {
                due: None,
                method: VisitMethod::Door,
                performance: Performance::NothingDue,
                satisfaction: None,
                relapse_sign: false,
                text,
            },
        )
    }

    /// The grid worker looks in after some days.
    pub(super) fn look_in(
        &mut self,
        grid: usize,
        days: i64,
        satisfaction: u8,
        text: &str,
    ) -> Result {
        self.play.wait(60 * 24 * days - 120)?;
        self.play.sync(grid)?;
        let visits = &self.play.settled().view.visits;
        let made = visits
            .values()
            .filter(|visit| visit.value.visit.due.is_some());
        let due = u8::try_from(made.count() + 1).ok();
        self.play.visit(
            grid,
            &DemoVisit {
                due,
                method: VisitMethod::Door,
                performance: Performance::Performed,
                satisfaction: Some(satisfaction),
                relapse_sign: false,
                text: text.to_owned(),
            },
        )?;
        self.play.observe(grid, RiskFactor::CalmVisit, "走访平稳")?;
        self.play.sync(grid)
    }
}
