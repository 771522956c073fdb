//! A store that fails at every commit in turn, before and after it wrote: nothing that was promised
//! is lost, and the phone can be used on.

use crate::{
    office::Office,
    phone::{Fault, Phone, noon},
};
use hejie_device::engine::Readiness;

/// How many commits the scene below has at least.
const COMMITS: usize = 12;

/// Shows PP1.
#[test]
fn nothing_promised_is_lost_whichever_commit_fails() {
    for recovers in [false, true] {
        for fault in [Fault::Before as fn(usize) -> Fault, Fault::After] {
            let failed = (0..).take_while(|n| scene(fault(*n), recovers)).count();
            assert!(failed >= COMMITS, "{failed} commits failed in turn");
        }
    }
}

/// Writes and exchanges while the store fails; then the phone dies, wakes up with a sound store,
/// and all is there. Where the store recovers, it fails once and the phone goes on as it is. Tells
/// whether the fault came about at all.
fn scene(fault: Fault, recovers: bool) -> bool {
    let (mut office, mut phone, mut other) = (Office::new(noon()), Phone::new(1), Phone::new(2));
    let case = phone.begin_case("店铺与顾客争执");
    phone.exchange(&mut office);
    other.exchange(&mut office);
    phone.disk.fail(Some(fault));
    let mut has_failed = false;
    let mut heal = |phone: &Phone| {
        if phone.disk.has_failed() {
            has_failed = true;
            if recovers {
                phone.disk.fail(None);
            }
        }
    };
    let what = format!("{fault:?}, recovers: {recovers}");
    let mut promised = Vec::new();
    for round in 0..4 {
        let text = format!("第{round}条");
        if phone
            .engine
            .add(case, crate::phone::note(noon(), &text), noon())
            .is_ok()
        {
            promised.push(text);
        }
        heal(&phone);
        other.note(case, &format!("同事第{round}条"));
        other.exchange(&mut office);
        try_exchange(&mut phone, &mut office);
        heal(&phone);
    }
    phone.die();
    let here = phone.notes(case);
    assert!(
        promised.iter().all(|text| here.contains(text)),
        "{what}: {promised:?} in {here:?}"
    );
    phone.exchange(&mut office);
    other.exchange(&mut office);
    let there = other.notes(case);
    assert!(promised.iter().all(|text| there.contains(text)), "{what}");
    assert_eq!(phone.view(case), other.view(case), "{what}");
    assert_eq!(
        phone.engine.status().readiness,
        Readiness::UpToDate,
        "{what}"
    );
    has_failed
}

fn try_exchange(phone: &mut Phone, office: &mut Office) {
    let Ok(up) = phone.engine.begin_exchange(phone.now) else {
        return;
    };
    let down = office.answer(&up);
    if phone
        .engine
        .take_answer(down.encoding, &down.bytes, noon())
        .is_err()
    {
        phone.engine.exchange_failed();
    }
}

#[test]
fn a_full_phone_says_so_and_works_again_when_there_is_room() {
    let mut phone = Phone::new(1);
    let case = phone.begin_case("手机已满");
    phone.disk.fail(Some(Fault::Before(0)));
    assert!(
        phone
            .engine
            .add(case, crate::phone::note(noon(), "写不下"), noon())
            .is_err()
    );
    assert_eq!(phone.engine.status().waiting, 1);
    phone.disk.fail(None);
    phone.note(case, "又能写了");
    assert_eq!(phone.notes(case), ["又能写了"]);
}
