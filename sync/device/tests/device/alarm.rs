//! Until the server has a danger, or has told 110 of one that it refuses, the phone says that 110
//! has not been told by it.

use crate::{
    office::{FOR_ALL, Office, refused_as},
    phone::{Phone, noon, one_case_on_two_phones},
};
use hejie_case::{act, ids::CaseId, record::Ask};
use hejie_device::engine::Standing;
use hejie_wire::message::Refused;

fn report(phone: &mut Phone, case: CaseId) {
    let what = "一方持刀。".into();
    phone
        .engine
        .ask(case, Ask::Danger(act::ReportDanger { what }), noon())
        .unwrap();
}

fn code(phone: &Phone) -> Option<String> {
    phone.engine.status().alarm.map(|alarm| alarm.code)
}

/// Shows E23. The server tells 110 with the acknowledgement, whatever becomes of the case (ADR
/// 0016).
#[test]
fn a_danger_rings_on_the_phone_of_its_author_until_the_server_has_it() {
    let (mut office, mut a, mut b, case) = one_case_on_two_phones();
    assert_eq!(code(&a), None);
    report(&mut a, case);
    assert_eq!(code(&a).unwrap(), "danger_not_told");
    a.die();
    assert_eq!(code(&a).unwrap(), "danger_not_told");
    a.exchange(&mut office);
    assert_eq!(code(&a), None, "110 was told");
    a.note(case, "等警察来。");
    assert_eq!(code(&a), None, "what waits now reports none");
    b.exchange(&mut office);
    assert_eq!(code(&b), None, "it is not b's to tell");
}

/// Shows E23.
#[test]
fn a_danger_that_is_refused_and_told_all_the_same_does_not_ring() {
    let (mut office, mut a, _, case) = one_case_on_two_phones();
    office.judge = Box::new(|_, _| {
        Some(Refused {
            told: true,
            ..refused_as("archived", None)
        })
    });
    report(&mut a, case);
    a.exchange(&mut office);
    assert_eq!(a.engine.refusals().unwrap().len(), 1);
    assert_eq!(code(&a), None);
    a.die();
    assert_eq!(code(&a), None);
}

/// Shows E23.
#[test]
fn a_danger_that_is_refused_rings_until_its_author_has_looked_at_it() {
    let (mut office, mut a, _, case) = one_case_on_two_phones();
    office.judge = Box::new(|_, _| Some(refused_as("not_your_text", None)));
    report(&mut a, case);
    a.exchange(&mut office);
    assert_eq!(code(&a).unwrap(), "danger_refused");
    let alarm = a.engine.status().alarm.unwrap();
    assert!(alarm.zh.contains("立即拨打110"), "{}", alarm.zh);
    let refused = a.engine.refusals().unwrap();
    a.engine.dismiss(case, refused[0].number).unwrap();
    assert_eq!(code(&a), None);
}

/// Shows E23. What waits of a case that left rings until it is sent.
#[test]
fn a_danger_in_a_case_that_left_rings_until_it_is_sent() {
    let (mut office, mut a, _, case) = one_case_on_two_phones();
    report(&mut a, case);
    office.take_away(a.device(), case);
    office.judge = Box::new(|_, _| {
        Some(Refused {
            passing: true,
            ..refused_as("busy", None)
        })
    });
    a.exchange(&mut office);
    assert_eq!(a.engine.cases()[0].standing, Standing::Left);
    assert_eq!(code(&a).unwrap(), "danger_not_told");
    a.die();
    assert_eq!(code(&a).unwrap(), "danger_not_told");
    office.judge = Box::new(|_, _| None);
    a.exchange(&mut office);
    assert_eq!(a.engine.status().waiting, 0);
    assert_eq!(code(&a), None);
}

/// Shows E23. It was written while the request was on its way, which the server refuses with all
/// that was in it.
#[test]
fn of_a_danger_that_was_not_in_the_request_nothing_that_is_said_of_the_request_holds() {
    let (mut office, mut phone) = (Office::new(noon()), Phone::new(1));
    let case = phone.begin_case("门锁被撬");
    report(&mut phone, case);
    let request = phone.begin().unwrap();
    report(&mut phone, case);
    office.judge = Box::new(|_, _| {
        Some(Refused {
            told: true,
            ..refused_as(FOR_ALL, None)
        })
    });
    let answer = office.answer(&request);
    let taken = phone
        .engine
        .take_answer(answer.encoding, &answer.bytes, noon());
    taken.unwrap();
    let refused = phone.engine.refusals().unwrap();
    let codes: Vec<&str> = refused.iter().map(|one| one.reason.code.as_str()).collect();
    assert_eq!(codes, [FOR_ALL, FOR_ALL, "case_not_begun"]);
    assert_eq!(code(&phone).unwrap(), "danger_refused");
    phone.engine.dismiss(case, refused[2].number).unwrap();
    assert_eq!(code(&phone), None, "of the other one 110 was told");
}

/// Shows E23. More waits of a case that was begun before than goes up at once.
#[test]
fn a_danger_goes_up_before_all_that_waits_of_other_cases() {
    let (mut office, mut phone) = (Office::new(noon()), Phone::new(1));
    let before = phone.begin_case("门锁被撬");
    for _ in 0..40 {
        phone.note(before, &"双方各说各的理。".repeat(60));
    }
    let case = phone.begin_case("邻里争执");
    report(&mut phone, case);
    phone.exchange_once(&mut office);
    assert_eq!(code(&phone), None, "the server has it");
    assert!(phone.engine.status().waiting > 10, "most of the rest waits");
}
