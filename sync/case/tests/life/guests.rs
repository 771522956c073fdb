//! Who of another body is invited into a case, answers, and leaves when the term is over (R003).

use crate::stage::{MEDIATOR, Stage, author};
use hejie_case::{
    act::{self, DeskAct},
    facts::{Duty, Invitation},
    ids::EntryId,
    record::*,
    role::{Author, Role},
};
use jiff::civil::{Date, date};

const LAST: Date = date(2026, 3, 5);

fn guest() -> Author {
    author(7, Role::Department)
}

fn invite(stage: &mut Stage, target: Author, until: Date) -> Option<String> {
    let expected = "到场说明政策。".into();
    let act = DeskAct::Invite(act::Invite {
        target,
        expected,
        until,
    });
    stage.desk(Role::Dispatcher, act).map(|reason| reason.code)
}

fn answer(stage: &mut Stage, by: Author, accepts: bool, words: &str) -> Option<String> {
    let answer = words.into();
    let act = DeskAct::AnswerInvitation(act::AnswerInvitation { accepts, answer });
    let told = stage.act_as(by.user, by.role, act);
    told.map(|reason| reason.code)
}

/// A case of two parties; of whom each agreed that other bodies get to know it, or none was asked.
fn accepted(agree: bool) -> Stage {
    let mut stage = Stage::of("N06-01");
    let parties: [EntryId; 2] = stage.accept();
    for party in parties.into_iter().filter(|_| agree) {
        let about = (ConsentSubject::ShareDepartment, ConsentDecision::Agree);
        stage.say(MEDIATOR, party, about, Vec::new());
    }
    stage.sync(MEDIATOR);
    stage
}

fn invitation(stage: &Stage) -> &Invitation {
    stage.facts().round.invitations.last().unwrap()
}

fn works_on_it(stage: &Stage) -> bool {
    let mut all = stage.facts().assignments.iter();
    all.any(|a| a.user == guest().user && a.to.is_none())
}

/// Shows R003, P05.
#[test]
fn nobody_is_invited_before_each_party_agreed_and_the_trail_says_on_what() {
    let mut stage = accepted(false);
    let missing = Some("share_consent_missing".to_owned());
    assert_eq!(invite(&mut stage, guest(), LAST), missing);
    let mut stage = accepted(true);
    assert_eq!(invite(&mut stage, guest(), LAST), None);
    let words = stage.facts().trail.last().unwrap().words.clone().unwrap();
    assert!(words.contains("当事人已同意"), "{words}");
}

/// Shows R003.
#[test]
fn a_guest_works_on_the_case_from_the_answer_until_the_term_is_over() {
    let mut stage = accepted(true);
    assert_eq!(invite(&mut stage, guest(), LAST), None);
    assert!(!works_on_it(&stage), "not before the answer");
    assert_eq!(answer(&mut stage, guest(), true, ""), None);
    assert!(works_on_it(&stage) && invitation(&stage).answer.is_some());
    let twice = invite(&mut stage, guest(), LAST);
    assert_eq!(twice.as_deref(), Some("already_invited"));
    stage.now = "2026-03-05T23:59:59+08:00".parse().unwrap();
    stage.pass();
    assert!(works_on_it(&stage));
    stage.later(1);
    stage.pass();
    assert!(!works_on_it(&stage), "it ends by itself");
    let again = date(2026, 3, 9);
    assert_eq!(invite(&mut stage, guest(), again), None);
}

/// Shows R003.
#[test]
fn whoever_cannot_come_says_why_and_nobody_else_answers() {
    let mut stage = accepted(true);
    let nobody = answer(&mut stage, guest(), true, "");
    assert_eq!(nobody.as_deref(), Some("not_yours"));
    assert_eq!(invite(&mut stage, guest(), LAST), None);
    let other = answer(&mut stage, author(8, Role::Department), true, "");
    assert_eq!(other.as_deref(), Some("not_yours"));
    let silent = answer(&mut stage, guest(), false, " ");
    assert_eq!(silent.as_deref(), Some("answer_empty"));
    assert_eq!(answer(&mut stage, guest(), false, "已由他科承办。"), None);
    assert!(!works_on_it(&stage));
    let twice = answer(&mut stage, guest(), true, "");
    assert_eq!(twice.as_deref(), Some("not_yours"));
}

/// Shows R003.
#[test]
fn an_invitation_has_a_term_and_one_that_nobody_answers_lapses_with_it() {
    let mut stage = accepted(true);
    for until in [date(2026, 3, 1), date(2026, 6, 1)] {
        let refused = invite(&mut stage, guest(), until);
        assert_eq!(refused.as_deref(), Some("term_out_of_range"), "{until}");
    }
    assert_eq!(invite(&mut stage, guest(), LAST), None);
    stage.now = "2026-03-06T00:00:00+08:00".parse().unwrap();
    stage.pass();
    assert!(invitation(&stage).lapsed_at.is_some());
    let late = answer(&mut stage, guest(), true, "");
    assert_eq!(late.as_deref(), Some("not_yours"));
}

#[test]
fn whoever_is_assigned_has_no_term() {
    let mut stage = accepted(true);
    stage.join(7, Role::Department, Duty::Co);
    stage.now = "2026-03-20T00:00:00+08:00".parse().unwrap();
    stage.pass();
    assert!(works_on_it(&stage));
}
