//! Stories about money: agency fee, wages, prepaid cards, a loan, a contract, a confirmation.

use super::super::show::{LEAD, Show};
use crate::play::Result;
use hejie_case::{
    act::{self, DeskAct},
    deadline::SHANGHAI,
    edit::{Edit, NewEntry, TextTarget},
    facts::ConfirmationResult,
    ids::EntryId,
    record::{
        CloseKind, Emotion, EvidenceKind, NoteKind,
        PartyKind::{Organisation, Person},
        Performance, PlanStep, Residual, RiskFactor, SessionForm, SignatureMedium, Signer,
    },
};
use jiff::ToSpan;

pub(super) fn agency_fee(show: &mut Show<'_>) -> Result {
    show.arrived()?;
    show.play.observe(
        LEAD,
        RiskFactor::Emotion(Emotion::Agitated),
        "到场时双方高声争吵",
    )?;
    let parties = show.parties(&[
        ("周*芳", Person),
        ("临江某房产经纪服务部", Organisation),
        ("沈*", Person),
    ])?;
    let first = "前往途中已电话联系双方。甲方要求全额退还，乙方愿退一部分。";
    let note = show.play.note(LEAD, NoteKind::Other, first)?;
    show.accepted(&parties)?;
    let grid = show.grid_worker()?;
    let helper = show.helper()?;
    both_sides_of_the_fee(show, &parties)?;
    let target = TextTarget::Note { id: note };
    show.play
        .rewrite(LEAD, target, &format!("{first}乙方愿出示居间合同。"))?;
    show.play.rewrite(
        helper,
        target,
        &format!("{first}邻近商户有人围观，已劝散。"),
    )?;
    show.all_come_back(&[LEAD, helper])?;
    show.rule_all("两段记录均属实，以主办人现场记录为准，同事所见另记一条。")?;
    show.play.wait(60 * 20)?;
    let (record, result) = (
        "先由司法所说明居间服务的收费条件，再由双方各提方案，乙方退七千二百元，第三人当面致歉。",
        "达成书面协议。",
    );
    show.play
        .session(LEAD, SessionForm::Room, &parties, record, result)?;
    let agreed = show.effective(
        &parties,
        7_200,
        "乙方退还甲方中介费，分两次付清，甲方不再就该笔中介费提出其他要求。",
        &[0, 3],
    )?;
    show.play.wait(60 * 72)?;
    show.closed(
        &agreed,
        "经街道矛调中心调解，双方达成书面协议，退还中介费七千二百元，已全部履行，双方满意。",
    )?;
    show.look_in(
        grid,
        7,
        5,
        "上门回访甲方：两笔款均已到账，对结果满意，无继续争执迹象。",
    )
}

fn both_sides_of_the_fee(show: &mut Show<'_>, parties: &[EntryId]) -> Result {
    show.play.evidence(
        LEAD,
        EvidenceKind::Photo,
        "现场拍摄",
        "居间合同首页与收费条款，共两页。",
    )?;
    show.play
        .evidence(LEAD, EvidenceKind::Paper, "甲方提供", "中介费收据一张。")?;
    show.play.statement(
        LEAD,
        parties[0],
        "甲方陈述：签了居间合同，当天付中介费一万二千元，房子没买成，认为应当退。",
    )?;
    show.play.statement(
        LEAD,
        parties[1],
        "乙方陈述：合同写明促成签约即收费，可以体谅甲方，但全退做不到。",
    )?;
    Ok(())
}

pub(super) fn wages(show: &mut Show<'_>) -> Result {
    show.arrived()?;
    show.play
        .observe(LEAD, RiskFactor::Gathering(14), "工地门口聚集")?;
    show.play
        .observe(LEAD, RiskFactor::PetitionSign, "有人提到上访")?;
    show.play.observe(
        LEAD,
        RiskFactor::Residual(Residual::Mid),
        "付清前仍有反复可能",
    )?;
    let parties = show.parties(&[
        ("罗*生", Person),
        ("和安某装饰工程有限公司", Organisation),
        ("施*军", Person),
    ])?;
    show.accepted(&parties)?;
    let grid = show.grid_worker()?;
    show.play.evidence(
        LEAD,
        EvidenceKind::Photo,
        "项目部提供",
        "七月至十月考勤表，共四页。",
    )?;
    show.all_come_back(&[LEAD, grid])?;
    planned_by_all(show)?;
    show.play.wait(60 * 18)?;
    let record = "派出所、矛调中心、人社所在项目部联席。先核数，再议付款。公司同意代付，分两次。";
    show.play.session(
        LEAD,
        SessionForm::Scene,
        &parties,
        record,
        "达成书面协议，当日支付第一笔。",
    )?;
    let agreed = show.effective(
        &parties,
        180_000,
        "公司代包工头向十二名工人付清所欠工钱，从应付工程款中抵扣，名单附后。",
        &[0, 7],
    )?;
    show.play.perform(
        LEAD,
        agreed.clause,
        Performance::Partly,
        120_000,
        Some("GZ00012001".into()),
    )?;
    show.play
        .observe(grid, RiskFactor::CalmVisit, "工棚走访平稳")?;
    show.all_come_back(&[LEAD, grid])?;
    show.play.wait(60 * 24 * 7)?;
    show.closed(
        &agreed,
        "经多部门联席调解，十二名工人工钱十八万元已由公司代付到账，回访平稳，无上访。",
    )?;
    show.look_in(grid, 7, 5, "第二笔到账后电话回访六人，均确认收到。")
}

/// The county's desks at one table: a plan with steps and dates.
fn planned_by_all(show: &mut Show<'_>) -> Result {
    show.sharing_agreed()?;
    let at_table = ["zhihui1", "rexian1", "renshe1"].map(|login| show.person(login).author);
    show.desk(
        "fenliu",
        DeskAct::OpenJoint(act::OpenJoint {
            members: at_table.to_vec(),
        }),
    )?;
    show.play.wait(60 * 5)?;
    let plan = show.play.add(
        LEAD,
        NewEntry::Plan(
            "一案一策：先稳人、再核数、后付款；付清前每三日走访一次；由人社所盯第二笔。".into(),
        ),
    )?;
    for (what, owner_org, days) in [
        ("核对考勤", "东岙镇人社所", 1),
        ("监督第二笔到账", "东岙镇矛调中心", 7),
    ] {
        let due = SHANGHAI.to_datetime(show.play.now).date();
        let due = due.checked_add(i64::from(days).days()).unwrap_or(due);
        let step = show.play.fresh(LEAD);
        let value = PlanStep {
            what: what.into(),
            owner_org: owner_org.into(),
            due,
        };
        show.play.edit(LEAD, &Edit::AddStep { plan, step, value })?;
    }
    show.play.sync(LEAD)?;
    show.desk("fenliu", DeskAct::EndJoint(act::EndJoint { plan }))
}

/// Sixty holders: the case is yellow, its step is urged, and it stays open.
pub(super) fn prepaid_cards(show: &mut Show<'_>) -> Result {
    show.arrived()?;
    show.play
        .observe(LEAD, RiskFactor::Gathering(22), "门口聚集二十余人")?;
    show.play
        .observe(LEAD, RiskFactor::PetitionSign, "有人提出集体反映")?;
    let parties = show.parties(&[("许*（代表）", Person), ("某健身会所", Organisation)])?;
    show.accepted(&parties)?;
    let market = show.person("shichang1");
    let phone = show.join(market, hejie_case::facts::Duty::Co)?;
    show.play.evidence(
        LEAD,
        EvidenceKind::Paper,
        "会员提供",
        "会员名册与余额表，六十人。",
    )?;
    show.play.note(
        phone,
        NoteKind::Inquiry,
        "已约谈会所负责人，账户余额不足，提出分期退费；同类预付卡商户另有两家，建议预警。",
    )?;
    show.all_come_back(&[phone, LEAD])?;
    for day in 1..=4 {
        show.play.wait(60 * 24)?;
        let text = format!("第{day}日：已登记{}人，负责人同意先退一部分。", 12 * day);
        show.play.note(LEAD, NoteKind::DailyProgress, &text)?;
        show.play.sync(LEAD)?;
    }
    Ok(())
}

/// Two phones of the lead ask for different endings; the supervisor rules.
pub(super) fn two_endings(show: &mut Show<'_>) -> Result {
    let parties = show.mediating()?;
    let agreed = show.effective(&parties, 15_000, "乙方分两次还清借款。", &[0, 5])?;
    let restored = show.restored_phone()?;
    let feedback = String::from("已达成协议并履行。");
    show.play
        .done(LEAD, &agreed, CloseKind::AgreementPerformed, feedback)?;
    let (outcome, feedback) = (CloseKind::Litigation, String::from("乙方否认，已转诉讼。"));
    show.play
        .ask(restored, act::AskClose { outcome, feedback })?;
    show.all_come_back(&[LEAD, restored])?;
    show.play.wait(60 * 20)?;
    show.close_as(CloseKind::AgreementPerformed)
}

/// One party has signed when the other phone changes the text; a new draft is made and signed by
/// all.
pub(super) fn changed_agreement(show: &mut Show<'_>) -> Result {
    let parties = show.mediating()?;
    let helper = show.helper()?;
    let drafted = show.drafted(&parties)?;
    show.all_come_back(&[LEAD, helper])?;
    let (draft, lock) = (drafted.0, show.play.freeze(LEAD, drafted.0)?);
    show.play.ask(LEAD, act::Freeze { draft })?;
    show.play.sign(
        LEAD,
        draft,
        &lock,
        Signer::Party(parties[0]),
        SignatureMedium::Fingerprint,
    )?;
    show.reword(helper, drafted, "乙方五日内付清尾款，并清运余料。")?;
    show.all_come_back(&[LEAD, helper])?;
    show.play.wait(120)?;
    let agreed = show.effective(&parties, 26_000, "乙方五日内付清尾款，并清运余料。", &[5])?;
    show.rule_all("以新稿为准，旧稿签名不再有效。")?;
    show.play.wait(60 * 24 * 5)?;
    show.closed(&agreed, "双方重新定稿签名，尾款已付清。")
}

/// The last day but one on which a court may be asked.
pub(super) fn day_twenty_nine(show: &mut Show<'_>) -> Result {
    let parties = show.mediating()?;
    let agreed = show.effective(&parties, 120_000, "乙方分三期付清材料款。", &[0, 20, 40])?;
    show.play.perform(
        LEAD,
        agreed.clause,
        Performance::Partly,
        40_000,
        Some("CL00040000".into()),
    )?;
    show.play.sync(LEAD)?;
    show.play.wait(60 * 24 * 29)?;
    let court = String::from("和安县人民法院");
    show.play.ask(
        LEAD,
        act::Confirm {
            court,
            jointly: true,
        },
    )?;
    show.play.sync(LEAD)?;
    show.desk("sifa2", DeskAct::SendConfirmation)?;
    show.play.wait(60 * 24 * 10)?;
    let result = ConfirmationResult::Confirmed;
    show.desk(
        "fayuan1",
        DeskAct::DecideConfirmation(act::DecideConfirmation {
            result,
            agreement_no: None,
        }),
    )
}
