//! The day from which an agreement counts, and the thirty days for its confirmation (LW09, LW11,
//! LW13).

use crate::stage::{MEDIATOR, Stage};
use hejie_case::{
    act,
    deadline::day_of,
    facts::{DeadlineKind, Status},
    ids::EntryId,
    record::*,
    role::Role,
};
use jiff::{
    ToSpan,
    civil::{Date, date},
};

/// Signed by everybody on the 2nd of March, with the seal kept at the committee or at the scene.
fn signed(seal_at_the_scene: bool) -> (Stage, EntryId) {
    let mut stage = Stage::of("N03-02");
    stage.seal_at_the_scene = seal_at_the_scene;
    let signers = frozen(&mut stage);
    sign(&mut stage, &signers);
    (stage, signers.draft)
}

/// A frozen text, and who is to sign it.
struct Frozen {
    draft: EntryId,
    hash: String,
    parties: [EntryId; 2],
}

fn frozen(stage: &mut Stage) -> Frozen {
    let parties = stage.accept();
    let (draft, _, hash) = stage.freeze(parties, "捌仟陆佰元整");
    Frozen {
        draft,
        hash,
        parties,
    }
}

fn sign(stage: &mut Stage, text: &Frozen) {
    let [a, b] = text.parties.map(Signer::Party);
    for signer in [a, b, Signer::Mediator] {
        stage.sign(text.draft, &text.hash, signer);
    }
}

fn ask(stage: &mut Stage, draft: EntryId, effective_on: Option<Date>) -> EntryId {
    let seal_no = Some("章-2026-7".into());
    let effect = act::TakeEffect {
        draft,
        seal_no,
        effective_on,
    };
    stage.ask(MEDIATOR, Ask::Effect(effect))
}

fn effective_on(stage: &Stage) -> Option<Date> {
    let agreement = stage.facts().round.agreement.as_ref().unwrap();
    agreement.effective_at.map(day_of)
}

fn confirmation_ends(stage: &Stage) -> Date {
    let mut clocks = stage.facts().deadlines.iter();
    let clock = clocks
        .find(|d| d.kind == DeadlineKind::Confirmation)
        .unwrap();
    day_of(clock.due_at - 1.second())
}

/// Shows LW11, LW13, E18, D12.
#[test]
fn what_was_sealed_offline_counts_from_that_day_and_so_do_the_thirty_days() {
    let (mut stage, draft) = signed(true);
    ask(&mut stage, draft, None);
    stage.later(2 * 24 * 60);
    stage.sync(MEDIATOR);
    assert_eq!(effective_on(&stage), Some(date(2026, 3, 2)));
    assert_eq!(confirmation_ends(&stage), date(2026, 4, 1));
    let heard = stage.facts().trail.iter().find(|line| line.event == "E18");
    assert_eq!(
        day_of(heard.unwrap().received_at),
        date(2026, 3, 4),
        "beside it"
    );
}

/// Shows LW11, LW13, E18, D05.
#[test]
fn the_office_says_on_which_day_it_sealed_the_agreement() {
    for (said, counts) in [
        (Some(date(2026, 3, 4)), date(2026, 3, 4)),
        (None, date(2026, 3, 6)),
    ] {
        let (mut stage, draft) = signed(false);
        let asked = ask(&mut stage, draft, None);
        stage.sync(MEDIATOR);
        stage.later(4 * 24 * 60);
        let seal = (true, Some("章-2026-7"), said);
        assert_eq!(stage.decide_with(Role::JudicialOffice, asked, seal), None);
        assert_eq!(effective_on(&stage), Some(counts));
    }
}

/// Shows LW11, E18.
#[test]
fn nothing_takes_effect_before_its_last_signature_or_in_the_future() {
    for day in [date(2026, 3, 1), date(2026, 3, 8)] {
        let (mut stage, draft) = signed(false);
        let asked = ask(&mut stage, draft, None);
        stage.sync(MEDIATOR);
        stage.later(4 * 24 * 60);
        let seal = (true, Some("章-2026-7"), Some(day));
        let refused = stage.decide_with(Role::JudicialOffice, asked, seal);
        assert_eq!(refused.unwrap().code, "effect_date_unfounded", "{day}");
        assert_eq!(stage.status(), Status::AgreementPending);
    }
}

/// Shows LW13, E32.
#[test]
fn confirmation_of_what_was_heard_of_late_is_still_bound_to_the_day_of_effect() {
    let (mut stage, draft) = signed(true);
    ask(&mut stage, draft, Some(date(2026, 3, 2)));
    stage.later(31 * 24 * 60);
    stage.sync(MEDIATOR);
    assert_eq!(stage.status(), Status::AgreementEffective);
    let (court, jointly) = ("和安县人民法院".into(), true);
    let late = stage.ask(MEDIATOR, Ask::Confirm(act::Confirm { court, jointly }));
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(late), Some("confirmation_too_late"));
}

/// Signed, and effect asked for, on a phone whose clock shows another day: how it knew the time is
/// as it says.
fn signed_by_the_clock(days: i64, anchor: Option<Anchor>, on: Option<Date>) -> (Stage, EntryId) {
    let mut stage = Stage::of("N03-02");
    let text = frozen(&mut stage);
    stage.sync(MEDIATOR);
    let right = stage.now;
    stage.anchor = anchor;
    stage.later(days * 24 * 60);
    sign(&mut stage, &text);
    let asked = ask(&mut stage, text.draft, on);
    stage.now = right;
    stage.later(10);
    stage.sync(MEDIATOR);
    (stage, asked)
}

/// Shows LW11, LW13, D12. A clock that was put back would else end the thirty days before they
/// began.
#[test]
fn a_clock_that_is_wrong_or_unknown_dates_no_agreement_back() {
    let wrong = Anchor {
        age_s: 60,
        drift_s: -40 * 24 * 3600,
    };
    for anchor in [Some(wrong), None] {
        let (stage, asked) = signed_by_the_clock(-40, anchor, Some(date(2026, 1, 21)));
        assert_eq!(stage.refusal(asked), Some("effect_date_unfounded"));
        let (stage, asked) = signed_by_the_clock(-40, anchor, None);
        assert_eq!(stage.refusal(asked), None);
        assert_eq!(effective_on(&stage), Some(date(2026, 3, 2)));
        assert_eq!(confirmation_ends(&stage), date(2026, 4, 1));
    }
}

/// Shows LW11, D12.
#[test]
fn nobody_signed_before_the_text_was_frozen_whatever_a_phone_claims() {
    let fresh = Anchor {
        age_s: 60,
        drift_s: 0,
    };
    let (stage, asked) = signed_by_the_clock(-2, Some(fresh), Some(date(2026, 2, 28)));
    assert_eq!(stage.refusal(asked), Some("effect_date_unfounded"));
    let (stage, _) = signed_by_the_clock(-2, Some(fresh), None);
    assert_eq!(effective_on(&stage), Some(date(2026, 3, 2)));
}
