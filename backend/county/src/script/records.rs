//! Merges around what was said and written: M06, M07, M10, M11, M12, M13, M20, M21, M23.

use super::{
    Script, Setting,
    show::{LEAD, Show},
};
use crate::play::{Result, later, notice};
use hejie_case::{
    act,
    edit::{Edit, NewEntry, Withdrawable},
    record::{
        Ask, ConsentDecision, Emotion, IntakeField, PartyField, Residual, RiskFactor, SessionForm,
        StatementHead,
    },
};

const SUMMARY: &str = "双方因定作的门窗尺寸不符、拒付尾款争执，愿意调解。";

const SETTING: Setting = Setting {
    situation: "N03-02",
    township: 2,
    days_ago: 4,
    place: "老街12号旁",
    yuan: 5_400,
    persons: 2,
    summary: SUMMARY,
};

pub(super) const SCRIPTS: &[Script] = &[
    SETTING.script(
        "M06",
        "一部手机记同意，一部手机记拒绝",
        refusal_against_consent,
    ),
    SETTING.script(
        "M07",
        "一人作废当事人，一人补写该当事人",
        withdrawn_and_edited,
    ),
    SETTING.script("M10", "两人选了不同的纠纷情形", reclassified_by_two),
    SETTING.script(
        "M11",
        "一部手机报红色情形，一部手机报平静",
        red_against_calm,
    ),
    SETTING.script(
        "M12",
        "笔录签名锁定后只能另做补充笔录",
        supplement_after_signing,
    ),
    SETTING.script("M13", "两人各记一份同一场调解", one_session_by_two),
    SETTING.script(
        "M20",
        "旧目录的手机填了现行目录没有的情形",
        unknown_situation,
    ),
    SETTING.script("M21", "两部手机同时写第一份一案一策", first_entries_of_two),
    SETTING.script("M23", "手机时间慢了一天多", wrong_clock),
];

fn refusal_against_consent(show: &mut Show<'_>) -> Result {
    show.arrived()?;
    let [a, b] = show.two()?;
    let text_version = notice();
    show.play.ask(LEAD, act::GiveNotice { text_version })?;
    show.play
        .consent(LEAD, a, ConsentDecision::Agree, Vec::new())?;
    show.play.sync(LEAD)?;
    let helper = show.helper()?;
    show.play
        .consent(LEAD, b, ConsentDecision::Agree, Vec::new())?;
    show.play.ask(LEAD, Ask::Accept)?;
    show.play
        .consent(helper, b, ConsentDecision::Refuse, Vec::new())?;
    show.all_come_back(&[helper, LEAD])
}

fn withdrawn_and_edited(show: &mut Show<'_>) -> Result {
    let [_, b] = show.mediating()?;
    let helper = show.helper()?;
    let at = show.play.clock_of(LEAD);
    let (target, why) = (Withdrawable::Party(b), "误登记".into());
    show.play.edit(LEAD, &Edit::Withdraw { target, why, at })?;
    let field = PartyField::NameMasked("李*强".into());
    show.play.edit(helper, &Edit::Party { party: b, field })?;
    show.all_come_back(&[LEAD, helper])
}

fn reclassified_by_two(show: &mut Show<'_>) -> Result {
    show.mediating()?;
    let helper = show.helper()?;
    show.reclassify(LEAD, "N03-04")?;
    show.reclassify(helper, "N08-05")?;
    show.all_come_back(&[LEAD, helper])
}

fn red_against_calm(show: &mut Show<'_>) -> Result {
    show.mediating()?;
    let grid = show.grid_worker()?;
    show.play
        .observe(LEAD, RiskFactor::Emotion(Emotion::Calm), "双方平静")?;
    show.play
        .observe(LEAD, RiskFactor::Residual(Residual::Low), "诉求单一")?;
    show.play
        .observe(grid, RiskFactor::Threat, "乙方扬言要烧掉对方店铺")?;
    show.all_come_back(&[grid, LEAD])
}

fn supplement_after_signing(show: &mut Show<'_>) -> Result {
    let [a, _] = show.mediating()?;
    let helper = show.helper()?;
    let statement = show
        .play
        .statement(LEAD, a, "甲方陈述：我没有先动手，尾款等改好就付。")?;
    let at = show.play.clock_of(LEAD);
    show.play
        .edit(LEAD, &Edit::LockStatement { statement, at })?;
    show.note(helper, "甲方称刚才的笔录有一处要更正。")?;
    show.all_come_back(&[LEAD, helper])?;
    let head = StatementHead {
        party: a,
        taken_at: show.play.clock_of(LEAD),
        supplement_to: Some(statement),
    };
    let text = "补充：双方互相推搡过一下，其余同前。";
    show.play
        .add(LEAD, NewEntry::Statement(head, text.into()))?;
    show.all_come_back(&[LEAD, helper])
}

fn one_session_by_two(show: &mut Show<'_>) -> Result {
    let parties = show.mediating()?;
    let helper = show.helper()?;
    for (phone, record) in [
        (LEAD, "甲方先陈述，乙方后陈述，约定量尺。"),
        (helper, "双方各自陈述，同意请人量尺。"),
    ] {
        show.play
            .session(phone, SessionForm::Room, &parties, record, "约定明日量尺。")?;
    }
    show.all_come_back(&[LEAD, helper])
}

fn unknown_situation(show: &mut Show<'_>) -> Result {
    show.mediating()?;
    let helper = show.helper()?;
    show.reclassify(helper, "N03-99")?;
    show.all_come_back(&[LEAD, helper])
}

fn first_entries_of_two(show: &mut Show<'_>) -> Result {
    show.mediating()?;
    let helper = show.helper()?;
    for (phone, text) in [
        (LEAD, "先量尺，再议返工，最后付尾款。"),
        (helper, "请行业协会派人看，再定责任。"),
    ] {
        show.play.add(phone, NewEntry::Plan(text.into()))?;
    }
    show.all_come_back(&[helper, LEAD])
}

fn wrong_clock(show: &mut Show<'_>) -> Result {
    show.mediating()?;
    let helper = show.colleague();
    let desk = show.person("fenliu").author;
    show.play
        .assign(desk, helper, hejie_case::facts::Duty::Co)?;
    show.note(LEAD, "先写的记录：双方同意量尺。")?;
    show.play.sync(LEAD)?;
    let slow = show.play.hand_to(helper, -30 * 3_600)?;
    show.note(slow, "后写的记录，手机慢了一天多：量尺完毕。")?;
    show.play.now = later(show.play.now, 60);
    show.all_come_back(&[slow, LEAD])
}

impl Show<'_> {
    fn reclassify(&mut self, phone: usize, situation: &str) -> Result {
        let Ok(code) = situation.parse() else {
            return Ok(());
        };
        let field = IntakeField::Situation(code);
        self.play.edit(phone, &Edit::Intake { field })
    }
}
