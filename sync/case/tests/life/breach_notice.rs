//! What whoever did not keep an agreement is told in words (LW07).

use crate::stage::{MEDIATOR, Stage, deeds::payment};
use hejie_case::{
    act,
    deadline::day_of,
    facts::{Confirmation, ConfirmationResult},
    ids::EntryId,
    notice,
    record::*,
    role::Role,
};
use jiff::{
    Timestamp, ToSpan,
    civil::{Date, date},
};

fn given(at: &str) -> Option<act::NoticeGiven> {
    let (means, at) = (ContactMeans::InPerson, at.parse().unwrap());
    Some(act::NoticeGiven { means, at })
}

/// B pays on the 12th of March, did not, and was urged on the 15th; the notice is given as said.
fn noticed(stage: &mut Stage, notice: Option<act::NoticeGiven>) -> EntryId {
    let clause = stage.make_effective_as(|parties| Terms {
        schedule: vec![Instalment {
            due: date(2026, 3, 12),
            amount: Cents(860_000),
        }],
        ..payment(parties)
    });
    stage.later(13 * 24 * 60);
    stage.log(MEDIATOR, clause, Performance::NotPerformed);
    let asked = stage.ask(
        MEDIATOR,
        Ask::Breach(act::Breach {
            obligation: clause,
            remedy: Remedy::Mediate,
            urged_at: stage.now,
            notice,
        }),
    );
    stage.sync(MEDIATOR);
    asked
}

/// Shows E20, LW07.
#[test]
fn a_broken_promise_is_told_in_words_that_name_it_its_day_and_every_way_that_is_left() {
    let mut stage = Stage::of("N03-02");
    let day = "2026-03-14T10:00:00+08:00";
    let asked = noticed(&mut stage, given(day));
    let day: Timestamp = day.parse().unwrap();
    assert_eq!(stage.refusal(asked), None);
    let [notice] = &stage.facts().round.breach_notices[..] else {
        panic!("{:?}", stage.facts().round.breach_notices);
    };
    assert_eq!(
        (notice.given_at, notice.means),
        (day, ContactMeans::InPerson)
    );
    assert_eq!(notice.by.role, Role::Mediator);
    let number = stage.facts().round.agreement.as_ref().unwrap();
    let number = number.number.clone().unwrap_or_else(|| "口头协议".into());
    for words in [
        "不履行告知书",
        &number,
        "2026年3月12日前履行",
        "提起诉讼",
        "共同向人民法院申请司法确认",
        "继续调解",
        "新港街道人民调解委员会",
        "2026年3月14日",
    ] {
        assert!(notice.text.contains(words), "{words} in {}", notice.text);
    }
}

/// Shows E20, LW07.
#[test]
fn nothing_is_broken_before_whoever_owes_was_given_the_notice_after_its_day() {
    for notice in [
        None,
        given("2026-03-12T10:00:00+08:00"),
        given("2026-12-01T10:00:00+08:00"),
    ] {
        let mut stage = Stage::of("N03-02");
        let asked = noticed(&mut stage, notice);
        assert_eq!(
            stage.refusal(asked),
            Some("breach_notice_missing"),
            "{notice:?}"
        );
        assert_eq!(stage.facts().round.breach_notices, []);
    }
}

/// Shows LW07, LW13.
#[test]
fn the_notice_says_when_it_is_too_late_for_confirmation() {
    let mut stage = Stage::of("N03-02");
    let clause = stage.make_effective();
    stage.sync(MEDIATOR);
    let on = |day: Date| {
        let (view, facts) = (stage.view(), stage.facts());
        notice::breach_notice(view, facts, clause, day).unwrap()
    };
    assert!(on(date(2026, 3, 20)).contains("申请司法确认，确认后"));
    assert!(on(date(2026, 6, 1)).contains("期限已过，对方当事人可以直接提起诉讼"));
    let other = stage.fresh();
    let (view, facts) = (stage.view(), stage.facts());
    let of_none = notice::breach_notice(view, facts, other, date(2026, 3, 20));
    assert_eq!(of_none, None);
}

/// Shows LW07, LW13. The thirtieth day is one of them.
#[test]
fn the_notice_names_the_last_day_on_which_confirmation_can_be_asked_for_and_holds_to_it() {
    let mut stage = Stage::of("N03-02");
    let clause = stage.make_effective();
    stage.sync(MEDIATOR);
    let on = |day: Date| {
        let (view, facts) = (stage.view(), stage.facts());
        notice::breach_notice(view, facts, clause, day).unwrap()
    };
    let agreement = stage.facts().round.agreement.as_ref().unwrap();
    let last = day_of(agreement.effective_at.unwrap()) + 30.days();
    let named = format!(
        "{}年{}月{}日前，双方可以共同",
        last.year(),
        last.month(),
        last.day()
    );
    assert!(on(last).contains(&named), "{named} in {}", on(last));
    assert!(on(last.tomorrow().unwrap()).contains("期限已过，对方当事人可以直接提起诉讼"));
}

/// Shows LW07, LW14.
#[test]
fn an_agreement_that_was_confirmed_is_enforced_and_one_that_replaced_it_is_not() {
    let mut stage = Stage::of("N03-02");
    let clause = stage.make_effective();
    stage.sync(MEDIATOR);
    let mut facts = stage.facts().clone();
    let draft = facts.round.agreement.as_ref().unwrap().draft;
    let mut confirmed = |draft: EntryId| {
        let at = stage.now;
        facts.round.confirmation = Some(Confirmation {
            draft,
            court: "和安县人民法院".into(),
            asked_at: at,
            sent_at: Some(at),
            decided: Some((ConfirmationResult::Confirmed, at)),
        });
        let day = date(2026, 3, 20);
        notice::breach_notice(stage.view(), &facts, clause, day).unwrap()
    };
    assert!(confirmed(draft).contains("申请强制执行（"));
    assert!(!confirmed(EntryId(uuid::Uuid::from_u128(5))).contains("已经人民法院司法确认"));
}

/// Shows LW07. Nothing is given to anybody about an agreement that is void.
#[test]
fn there_is_no_notice_about_an_agreement_that_is_void() {
    let mut stage = Stage::of("N03-02");
    let clause = stage.make_effective();
    stage.sync(MEDIATOR);
    let mut facts = stage.facts().clone();
    let agreement = facts.round.agreement.as_mut().unwrap();
    agreement.void_at = Some(stage.now);
    let day = date(2026, 3, 20);
    let told = notice::breach_notice(stage.view(), &facts, clause, day);
    assert_eq!(told, None);
}

/// Shows LW07.
#[test]
fn of_a_promise_longer_than_two_hundred_characters_the_notice_quotes_these() {
    let mut stage = Stage::of("N03-02");
    let clause = stage.make_effective();
    stage.sync(MEDIATOR);
    let quoting = |characters: usize| {
        let mut view = stage.view().clone();
        let drafts = view.drafts.values_mut();
        let mut clauses = drafts.flat_map(|draft| &mut draft.value.clauses);
        let (_, promise) = clauses.find(|(id, _)| *id == clause).unwrap();
        promise.text = "付".repeat(characters);
        notice::breach_notice(&view, stage.facts(), clause, date(2026, 3, 20)).unwrap()
    };
    let quoted = "付".repeat(200);
    assert!(quoting(200).contains(&format!("“{quoted}”")));
    assert!(quoting(201).contains(&format!("“{quoted}…”")));
}
