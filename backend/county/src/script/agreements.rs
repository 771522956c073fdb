//! Merges around the agreement: M03, M04, M05, M18, M22, M27, M28.

use super::{
    Script, Setting,
    show::{LEAD, Show},
};
use crate::play::{DemoVisit, Result};
use hejie_case::{
    act,
    edit::{Citing, Edit, Withdrawable},
    record::{EvidenceKind, Performance, SignatureMedium, Signer, VisitMethod},
};

const SUMMARY: &str = "双方因退还中介费争执，约好到调解室商量，愿意签协议。";

const SETTING: Setting = Setting {
    situation: "N08-02",
    township: 0,
    days_ago: 5,
    place: "某小区底商",
    yuan: 8_600,
    persons: 2,
    summary: SUMMARY,
};

pub(super) const SCRIPTS: &[Script] = &[
    SETTING.script(
        "M03",
        "一方签名后，另一部手机又改了协议",
        changed_after_signing,
    ),
    SETTING.script("M04", "金额与付款方式被两人分别改动", rival_terms),
    SETTING.script("M05", "同一条款文字被两人同时改写", one_clause_by_two),
    SETTING.script(
        "M18",
        "被协议引用的证据在另一部手机上撤回",
        cited_evidence_withdrawn,
    ),
    SETTING.script("M22", "同一笔付款由两人各登记一次", paid_twice),
    SETTING.script("M27", "回访说已履行，主办说未履行", performed_or_not),
    SETTING.script(
        "M28",
        "两人同时加条款，次序靠排位和编号定",
        order_of_clauses,
    ),
];

fn changed_after_signing(show: &mut Show<'_>) -> Result {
    let parties = show.mediating()?;
    let helper = show.helper()?;
    let drafted = show.drafted(&parties)?;
    show.all_come_back(&[LEAD, helper])?;
    let lock = show.play.freeze(LEAD, drafted.0)?;
    let draft = drafted.0;
    show.play.ask(LEAD, act::Freeze { draft })?;
    let (signer, medium) = (Signer::Party(parties[0]), SignatureMedium::Fingerprint);
    show.play.sign(LEAD, draft, &lock, signer, medium)?;
    show.reword(helper, drafted, "乙方退还甲方中介费，并当面道歉。")?;
    show.all_come_back(&[LEAD, helper])
}

fn rival_terms(show: &mut Show<'_>) -> Result {
    let parties = show.mediating()?;
    let helper = show.helper()?;
    let drafted = show.drafted(&parties)?;
    show.all_come_back(&[LEAD, helper])?;
    show.reset_terms(LEAD, drafted, &parties, (8_000, &[]))?;
    show.reset_terms(helper, drafted, &parties, (8_600, &[0, 30, 60]))?;
    show.all_come_back(&[LEAD, helper])
}

fn one_clause_by_two(show: &mut Show<'_>) -> Result {
    let parties = show.mediating()?;
    let helper = show.helper()?;
    let drafted = show.drafted(&parties)?;
    show.all_come_back(&[LEAD, helper])?;
    show.reword(LEAD, drafted, "乙方三日内退还甲方中介费。")?;
    show.reword(helper, drafted, "乙方分两次退还甲方中介费。")?;
    show.all_come_back(&[helper, LEAD])
}

fn cited_evidence_withdrawn(show: &mut Show<'_>) -> Result {
    let parties = show.mediating()?;
    let helper = show.helper()?;
    let photo = show
        .play
        .evidence(helper, EvidenceKind::Photo, "现场拍摄", "居间合同首页。")?;
    let (draft, _) = show.drafted(&parties)?;
    show.all_come_back(&[helper, LEAD])?;
    let (by, evidence) = (Citing::Draft(draft), photo);
    show.play.edit(LEAD, &Edit::Cite { by, evidence })?;
    show.play.freeze(LEAD, draft)?;
    let at = show.play.clock_of(helper);
    let (target, why) = (Withdrawable::Evidence(photo), "照片拍的是另一份合同".into());
    show.play
        .edit(helper, &Edit::Withdraw { target, why, at })?;
    show.all_come_back(&[LEAD, helper])
}

fn paid_twice(show: &mut Show<'_>) -> Result {
    let parties = show.mediating()?;
    let grid = show.grid_worker()?;
    let agreed = show.effective(
        &parties,
        8_600,
        "乙方退还甲方中介费，分两次付清。",
        &[0, 20],
    )?;
    show.all_come_back(&[LEAD, grid])?;
    let slip = || Some(String::from("ZZ00431122"));
    show.play
        .perform(LEAD, agreed.clause, Performance::Partly, 4_300, slip())?;
    show.play
        .perform(grid, agreed.clause, Performance::Partly, 4_300, slip())?;
    show.all_come_back(&[LEAD, grid])
}

fn performed_or_not(show: &mut Show<'_>) -> Result {
    let parties = show.mediating()?;
    let grid = show.grid_worker()?;
    let agreed = show.effective(&parties, 8_600, "乙方当日退还甲方中介费。", &[])?;
    show.all_come_back(&[LEAD, grid])?;
    show.play
        .perform(LEAD, agreed.clause, Performance::NotPerformed, 0, None)?;
    show.play.visit(
        grid,
        &DemoVisit {
            due: None,
            method: VisitMethod::Telephone,
            performance: Performance::Performed,
            satisfaction: Some(4),
            relapse_sign: false,
            text: "电话回访乙方，称已转账。".into(),
        },
    )?;
    show.all_come_back(&[LEAD, grid])
}

fn order_of_clauses(show: &mut Show<'_>) -> Result {
    let parties = show.mediating()?;
    let helper = show.helper()?;
    let (draft, _) = show.drafted(&parties)?;
    show.all_come_back(&[LEAD, helper])?;
    for (phone, text) in [(LEAD, "双方互不再追究。"), (helper, "乙方当面向甲方致歉。")]
    {
        let clause = show.play.fresh(phone);
        let (order, text, terms) = ("z".into(), text.into(), None);
        show.play.edit(
            phone,
            &Edit::AddClause {
                draft,
                clause,
                order,
                text,
                terms,
            },
        )?;
    }
    show.all_come_back(&[helper, LEAD])
}
