//! Merges around who somebody is: M08, M09, M19, M24.

use super::{
    Script, Setting,
    show::{LEAD, Show},
};
use crate::play::Result;
use hejie_case::{
    act::{self, Brings, ServerAct},
    reason::Reason,
    record::{Party, Side},
};

const SUMMARY: &str = "双方因转账转错人、对方不肯退争执，愿意调解。";

const SETTING: Setting = Setting {
    situation: "N03-06",
    township: 0,
    days_ago: 3,
    place: "桥头街30号旁",
    yuan: 2_000,
    persons: 2,
    summary: SUMMARY,
};

pub(super) const SCRIPTS: &[Script] = &[
    SETTING.script("M08", "同一人在两部手机上各登记一次", one_person_twice),
    SETTING.script("M09", "同一件事派出所和村里各登记一案", one_incident_twice),
    SETTING.script("M09-1", "同一件事先登记的一案", one_incident_first),
    SETTING.script(
        "M19",
        "调离的调解员交回的离线记录",
        work_after_the_end_of_rights,
    ),
    SETTING.script(
        "M24",
        "手机从备份恢复后又用旧身份写入",
        restored_from_backup,
    ),
];

/// Neither is linked by itself: only the server knows that there is one person behind both masks,
/// and proposes it.
fn one_person_twice(show: &mut Show<'_>) -> Result {
    show.signed_for()?;
    let helper = show.helper()?;
    let references = ["demo-m08-1", "demo-m08-2"];
    show.play.are_one(references);
    for (phone, reference) in [LEAD, helper].into_iter().zip(references) {
        let mut entered = Party::person(Side::A, "张*");
        entered.secret_ref = Some(reference.to_owned());
        show.special_party(phone, entered)?;
    }
    show.special_party(helper, Party::person(Side::B, "张*"))?;
    show.all_come_back(&[LEAD, helper])
}

/// The twin, which goes on under another case, is the case `M09`; both documents stay.
fn one_incident_twice(show: &mut Show<'_>) -> Result {
    show.signed_for()?;
    show.note(LEAD, "与村里登记的是同一件事：时间、地点、当事人一致。")?;
    show.play.sync(LEAD)?;
    show.play.wait(60)?;
    let into = show.case_of("M09-1");
    let why = String::from("同一警情重复登记，并入先登记的案件办理。");
    show.desk("fenliu", ServerAct::Merge(act::Merge { into, why }))
}

fn one_incident_first(show: &mut Show<'_>) -> Result {
    show.mediating()?;
    show.play.wait(120)?;
    let (from, brings) = (show.case_of("M09"), Brings::default());
    let why = String::from("与后登记的一案为同一警情，并入本案。");
    show.desk(
        "fenliu",
        ServerAct::Absorb(act::Absorb { from, brings, why }),
    )
}

fn work_after_the_end_of_rights(show: &mut Show<'_>) -> Result {
    show.mediating()?;
    let helper = show.helper()?;
    show.note(helper, "调离前的记录：已联系乙方，乙方承认收到转账。")?;
    show.all_come_back(&[helper, LEAD])?;
    show.note(helper, "调离后补写：乙方又说没有收到。")?;
    let zh = "该记录写于承办权限结束之后，已隔离保存，由督导员核定。";
    show.play
        .put_aside(helper, &Reason::new("rights_ended", zh));
    show.play.sync(LEAD)
}

fn restored_from_backup(show: &mut Show<'_>) -> Result {
    show.mediating()?;
    show.note(LEAD, "备份之后、手机损坏之前写下的。")?;
    let zh = "手机从备份恢复后须重新登记设备；以旧身份写入的内容已隔离保存。";
    show.play.put_aside(LEAD, &Reason::new("actor_reused", zh));
    let restored = show.restored_phone()?;
    show.note(restored, "恢复并重新登记之后写下的。")?;
    show.play.sync(restored)
}
