//! Stories about families and children.

use super::super::show::{LEAD, Show};
use crate::play::Result;
use hejie_case::{
    act,
    record::{AgreementForm, Performance, Signer},
    record::{
        Ask, CloseKind, ConsentDecision, EvidenceKind, NoteKind, Party, PartyKind, RiskFactor,
        SessionForm, Side, SignatureMedium,
    },
};

pub(super) fn young_couple(show: &mut Show<'_>) -> Result {
    show.arrived()?;
    let girl = show.special_party(
        LEAD,
        Party {
            is_minor: true,
            ..Party::person(Side::A, "陈*")
        },
    )?;
    let mother = show.special_party(
        LEAD,
        Party {
            guardian_of: Some(girl),
            ..Party::person(Side::A, "陈*兰")
        },
    )?;
    let boy = show.special_party(LEAD, Party::person(Side::B, "顾*"))?;
    let father = show.special_party(LEAD, Party::person(Side::B, "顾*平"))?;
    let parties = [girl, mother, boy, father];
    show.play
        .observe(LEAD, RiskFactor::Vulnerable, "涉及未成年人")?;
    show.accepted(&parties)?;
    let grid = show.grid_worker()?;
    for (day, text) in [
        "妇联志愿者与双方家长分别谈话，女方家长松口：先把书读完。",
        "男方家长同意不催婚事。",
        "两人已回家，约定不再不告而别。",
    ]
    .iter()
    .enumerate()
    {
        show.play.wait(60 * 24)?;
        show.play.note(LEAD, NoteKind::DailyProgress, text)?;
        let seen = format!("第{}次走访：双方家长在家，情绪平稳。", day + 1);
        show.look_around(grid, seen)?;
        show.all_come_back(&[LEAD, grid])?;
    }
    let record = "在社区院里板凳说事。约定：不再不告而别；每周日在家里见面；学业不放。";
    show.play.session(
        LEAD,
        SessionForm::Bench,
        &parties,
        record,
        "口头达成一致，各方复述确认。",
    )?;
    show.orally(
        &[mother, father, boy],
        "双方家长同意两人公开交往，以完成学业为先，不以断绝来往相逼。",
    )?;
    show.close_as(CloseKind::OralAgreementPerformed)?;
    show.look_in(grid, 7, 5, "走访两家，两个年轻人都在上学，家长来往如常。")?;
    show.look_in(grid, 23, 5, "再次走访，至今未再离家。")
}

/// What concerns inheritance is signed on paper: a signature on the screen is refused.
pub(super) fn inheritance(show: &mut Show<'_>) -> Result {
    show.arrived()?;
    let kind = PartyKind::Person;
    let parties = show.parties(&[("方*山", kind), ("方*水", kind), ("方*梅", kind)])?;
    show.accepted(&parties)?;
    show.play.note(
        LEAD,
        NoteKind::Inquiry,
        "长辈到场说明老屋来历，三人对存款数额无争议。",
    )?;
    show.play.wait(60 * 48)?;
    let agreed = show.frozen(
        &parties,
        80_000,
        "老屋归甲方，甲方分别补偿乙方和第三人。",
        &[0, 30],
    )?;
    let screen = SignatureMedium::Screen;
    show.play.sign(
        LEAD,
        agreed.draft,
        &agreed.lock,
        Signer::Party(parties[0]),
        screen,
    )?;
    show.play.sync(LEAD)?;
    let office = show.here("sifa");
    show.play
        .all_sign(LEAD, &agreed, &parties, SignatureMedium::PaperScan)?;
    show.play.take_effect(LEAD, &agreed, office)?;
    show.play.perform(
        LEAD,
        agreed.clause,
        Performance::Partly,
        40_000,
        Some("JC00040000".into()),
    )?;
    show.play.sync(LEAD)?;
    show.play.wait(60 * 24 * 25)?;
    show.closed(&agreed, "兄妹三人达成书面协议，补偿款已付清。")
}

/// The pupil takes part through a guardian; without one, nothing is accepted.
pub(super) fn pupil(show: &mut Show<'_>) -> Result {
    show.arrived()?;
    let child = show.special_party(
        LEAD,
        Party {
            is_minor: true,
            ..Party::person(Side::A, "林*")
        },
    )?;
    let school = show.special_party(
        LEAD,
        Party {
            kind: PartyKind::Organisation,
            ..Party::person(Side::B, "某小学")
        },
    )?;
    show.accepted(&[child, school])?;
    let guardian = Party {
        guardian_of: Some(child),
        ..Party::person(Side::A, "林*成")
    };
    let guardian = show.special_party(LEAD, guardian)?;
    show.play
        .consent(LEAD, guardian, ConsentDecision::Agree, Vec::new())?;
    show.play.ask(LEAD, Ask::Accept)?;
    show.play.ask(LEAD, Ask::Start)?;
    show.play.sync(LEAD)?;
    show.play
        .evidence(LEAD, EvidenceKind::Paper, "家长提供", "就诊记录与票据。")?;
    show.play.wait(60 * 30)?;
    let agreed = show.effective(
        &[guardian, school, child],
        9_000,
        "乙方承担医疗费并补偿，双方不再争议。",
        &[],
    )?;
    show.play.wait(60 * 4)?;
    show.closed(&agreed, "学校承担医疗费九千元，已付清，家长满意。")
}

impl Show<'_> {
    /// An agreement by word of mouth, in effect and kept, and closing asked for.
    fn orally(&mut self, parties: &[hejie_case::ids::EntryId], text: &str) -> Result {
        let promise = super::super::show::promise(parties, 0, text, &[]);
        let agreed = self.play.agree(LEAD, AgreementForm::Oral, &promise)?;
        self.play.all_assent(LEAD, &agreed, parties)?;
        let (draft, seal_no) = (agreed.draft, None);
        self.play.ask(
            LEAD,
            act::TakeEffect {
                draft,
                seal_no,
                effective_on: None,
            },
        )?;
        let outcome = CloseKind::OralAgreementPerformed;
        self.play.done(
            LEAD,
            &agreed,
            outcome,
            "各方口头达成一致，已履行，回访平稳。".into(),
        )?;
        self.play.sync(LEAD)
    }
}
