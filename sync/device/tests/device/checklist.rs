//! The checklist of a case on a phone without a line.

use crate::phone::{Phone, noon};
use hejie_case::{
    document::Origin,
    edit::Edit,
    guide::{self, Section},
    ids::SituationCode,
    record::IntakeField,
};
use hejie_device::engine::{CheckItem, EngineError};

fn code(text: &str) -> SituationCode {
    text.parse().unwrap()
}

fn begin(phone: &mut Phone, situation: &str) -> hejie_case::ids::CaseId {
    let origin = Origin {
        summary: "楼上漏水".into(),
        fields: vec![IntakeField::Situation(code(situation))],
        ..Origin::default()
    };
    phone.engine.create_case(origin, noon()).unwrap().case
}

fn item<'a>(items: &'a [CheckItem], code: &str) -> &'a CheckItem {
    items.iter().find(|item| item.code == code).unwrap()
}

/// Shows R015, R150.
#[test]
fn an_item_is_marked_without_a_line_and_the_mark_is_there_after_the_phone_died() {
    let mut phone = Phone::new(1);
    let case = begin(&mut phone, "N02-01");
    let before = phone.engine.checklist(case, noon()).unwrap();
    assert_eq!(before.len(), guide::checklist(&code("N02-01")).len());
    assert!(
        before
            .iter()
            .all(|item| item.mark.is_none() && item.is_asked)
    );
    let done = (true, "闭水两小时".to_owned());
    phone
        .engine
        .check(case, "N02-01.water-test".into(), done, noon())
        .unwrap();
    phone.die();
    let after = phone.engine.checklist(case, noon()).unwrap();
    let mark = item(&after, "N02-01.water-test").mark.clone().unwrap();
    assert_eq!((mark.done, mark.remark.as_str()), (true, "闭水两小时"));
    assert_eq!(
        item(&after, "N02-01.water-test").section,
        Some(Section::Evidence)
    );
}

#[test]
fn what_was_marked_under_another_situation_is_kept_and_no_longer_asked_for() {
    let mut phone = Phone::new(1);
    let case = begin(&mut phone, "N02-01");
    let mark = |phone: &mut Phone, item: &str| {
        phone
            .engine
            .check(case, item.into(), (true, String::new()), noon())
            .unwrap();
    };
    mark(&mut phone, "N02-01.leak-since");
    mark(&mut phone, "N02.history");
    let field = IntakeField::Situation(code("N02-02"));
    phone
        .engine
        .edit(case, Edit::Intake { field }, noon())
        .unwrap();
    let items = phone.engine.checklist(case, noon()).unwrap();
    assert!(!item(&items, "N02-01.leak-since").is_asked);
    assert!(!item(&items, "N02-01.leak-since").text.is_empty());
    assert!(item(&items, "N02.history").is_asked);
    assert!(item(&items, "N02-02.record-sound").mark.is_none());
}

#[test]
fn a_case_without_a_situation_has_no_checklist_and_a_code_that_is_none_is_refused() {
    let mut phone = Phone::new(1);
    let case = phone.begin_case("还不清楚是什么事");
    assert_eq!(phone.engine.checklist(case, noon()).unwrap(), []);
    let bad = phone
        .engine
        .check(case, "不是编码".into(), (true, String::new()), noon());
    assert!(matches!(bad, Err(EngineError::Edit(_))));
}
