//! Merges that only meet on the server: M02, M25.

use super::{
    Script, Setting,
    show::{LEAD, Show},
};
use crate::play::Result;
use hejie_case::{
    act::{self, Act, DeskAct},
    facts::DeadlineKind,
    record::Ask,
};

const SETTING: Setting = Setting {
    situation: "N06-03",
    township: 1,
    days_ago: 7,
    place: "工业路66号旁",
    yuan: 12_000,
    persons: 2,
    summary: "员工被口头辞退，要求补偿，与负责人争执，愿意调解。",
};

pub(super) const SCRIPTS: &[Script] = &[
    SETTING.script(
        "M02",
        "两次改派，先到的改派有效，后签收的被告知",
        two_reassignments,
    ),
    SETTING.script("M25", "主办申请延期，督导员也办了延期", two_extensions),
];

/// The mediator signs offline for an offer that the desk has taken back and made to somebody else.
fn two_reassignments(show: &mut Show<'_>) -> Result {
    let mediator = show.here("tiaojie").author;
    let colleague = show.colleague();
    if let Some(offer) = show.play.facts().offered() {
        let assignment = offer.version;
        show.play.ask(LEAD, act::SignFor { assignment })?;
    }
    show.play.wait(10)?;
    let reason = String::from("正在外地办案，请改派。");
    show.play
        .act(mediator, DeskAct::Return(act::Return { reason }))?;
    let desk = show.person("fenliu").author;
    show.play.dispatch(desk, colleague)?;
    let (target, expected) = (mediator, String::from("请今天到场。"));
    show.play
        .try_act(desk, DeskAct::Dispatch(act::Dispatch { target, expected }))?;
    show.play.sync(LEAD)
}

fn two_extensions(show: &mut Show<'_>) -> Result {
    show.mediating()?;
    show.play.wait(60 * 24 * 2)?;
    let (clock, days) = (DeadlineKind::Feedback, 7);
    let why = String::from("等待工资流水，延期七天。");
    show.play.ask(
        LEAD,
        act::Extend {
            clock,
            days,
            why: why.clone(),
        },
    )?;
    show.desk(
        "dudao",
        Act::Ask(Ask::Extend(act::Extend { clock, days, why })),
    )?;
    show.play.sync(LEAD)
}
