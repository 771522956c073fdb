//! Stories in which mediation has to wait or to give way.

use super::super::show::{LEAD, Show};
use crate::play::{Result, later};
use hejie_case::{
    act::{self, DeskAct},
    edit::Edit,
    record::{
        Ask, DvScreen, EvidenceKind, IntakeField, NoteKind,
        PartyKind::{Organisation, Person},
        Receiver, RiskFactor, SuspensionGround,
    },
};

/// The clocks rest while an expert looks at it.
pub(super) fn appraisal(show: &mut Show<'_>) -> Result {
    show.arrived()?;
    let parties = show.parties(&[("唐*", Person), ("某医院", Organisation)])?;
    show.accepted(&parties)?;
    show.play
        .evidence(LEAD, EvidenceKind::Paper, "医院提供", "封存病历目录。")?;
    show.play.note(
        LEAD,
        NoteKind::Inquiry,
        "双方同意委托鉴定，费用先由医院垫付。",
    )?;
    let ground = SuspensionGround::Appraisal;
    show.play.ask(LEAD, act::Suspend { ground })?;
    show.play.sync(LEAD)?;
    show.play.wait(60 * 24 * 25)?;
    show.play.ask(LEAD, Ask::Resume)?;
    show.play.note(
        LEAD,
        NoteKind::Inquiry,
        "鉴定意见收到：医院承担次要责任。双方对意见无异议。",
    )?;
    show.play.sync(LEAD)?;
    let accepted = show.play.facts().round.accepted_at.unwrap_or(show.play.now);
    show.play.wait_until(later(accepted, 86_400 * 30))?;
    let agreed = show.effective(
        &parties,
        46_000,
        "乙方按次要责任一次性补偿甲方，双方就此事不再争议。",
        &[10],
    )?;
    show.play.wait(60 * 24 * 9)?;
    show.closed(&agreed, "双方按鉴定意见达成协议，补偿款已付清。")
}

/// What shows itself as violence at home is no matter for mediation: it goes to the police at once.
pub(super) fn violence(show: &mut Show<'_>) -> Result {
    show.arrived()?;
    show.parties(&[("何*", Person), ("曾*", Person)])?;
    let screen = DvScreen {
        asked: true,
        violence: true,
    };
    let field = IntakeField::DvScreen(screen);
    show.play.edit(LEAD, &Edit::Intake { field })?;
    show.play
        .observe(LEAD, RiskFactor::Violence, "一方面部有伤，家中物品被砸")?;
    show.play
        .observe(LEAD, RiskFactor::Vulnerable, "家中有幼儿")?;
    let what = String::from("疑似家庭暴力，一方有伤，已隔开双方，请求民警处置。");
    show.play.ask(LEAD, act::ReportDanger { what })?;
    show.play.sync(LEAD)?;
    show.play.wait(12)?;
    show.desk("zhihui1", DeskAct::PoliceAccept)?;
    show.play.wait(90)?;
    show.desk(
        "fenliu",
        DeskAct::Transfer(act::Transfer {
            to: Receiver::Police,
            receiver: "东岙派出所".into(),
            receipt: "东公受-0431".into(),
            notice: Some(act::NoticeGiven::in_person(show.play.now)),
        }),
    )
}
