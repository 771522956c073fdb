//! Who has an interest in a case does not handle it (LW22): his work ends, the case waits for
//! another, and what he signs as its mediator counts no more.

use crate::{
    stage::{MEDIATOR, Stage, author, deeds::payment, user},
    standing::{on_scene, refusal},
};
use hejie_case::{
    act::{self, DeskAct},
    edit::NewEntry,
    facts::{DeadlineKind, Duty, RecusalGround, Status},
    ids::EntryId,
    record::*,
    role::Role,
};

fn steps_back(stage: &mut Stage, party: Option<EntryId>) -> EntryId {
    let (ground, why) = (RecusalGround::Relative, "系甲方表弟。".into());
    stage.ask(MEDIATOR, Ask::Recuse(act::Recuse { ground, party, why }))
}

fn by_desk(stage: &mut Stage, role: Role, n: u8) -> Option<String> {
    let recuse = act::RecuseHandler {
        handler: user(n),
        ground: RecusalGround::Interest,
        party: None,
        why: "持有乙方股份。".into(),
    };
    let why = stage.desk(role, DeskAct::RecuseHandler(recuse));
    why.map(|why| why.code)
}

fn dispatch(stage: &mut Stage, n: u8) -> Option<String> {
    let offer = act::Dispatch {
        target: author(n, Role::Mediator),
        expected: "三日内联系双方。".into(),
    };
    let why = stage.desk(Role::Dispatcher, DeskAct::Dispatch(offer));
    why.map(|why| why.code)
}

/// Another mediator takes the case up and mediates; returns the phone.
fn taken_over(stage: &mut Stage) -> usize {
    assert_eq!(dispatch(stage, 7), None);
    let offer = stage.facts().offered().unwrap().version;
    stage.phones.push(stage.phone(7, Role::Mediator));
    let other = stage.phones.len() - 1;
    for ask in [
        Ask::SignFor(act::SignFor { assignment: offer }),
        Ask::GiveNotice(act::GiveNotice {
            text_version: "2026-1".into(),
        }),
        Ask::Accept,
        Ask::Start,
    ] {
        stage.ask(other, ask);
    }
    stage.sync(other);
    assert_eq!(stage.status(), Status::Mediating);
    other
}

/// Shows LW22, E11d.
#[test]
fn a_mediator_who_is_related_to_a_party_steps_back_and_the_case_waits_for_another() {
    let mut stage = Stage::of("N03-02");
    let [a, _] = stage.accept();
    stage.sync(MEDIATOR);
    let legal = |stage: &Stage| {
        let mut clocks = stage.facts().deadlines.iter();
        clocks.find(|d| d.kind == DeadlineKind::Legal).cloned()
    };
    let before = legal(&stage);
    let stepped = steps_back(&mut stage, Some(a));
    assert_eq!(refusal(&mut stage, stepped), None);
    assert_eq!(stage.status(), Status::PendingDispatch);
    assert_eq!(stage.facts().answering(), None);
    let line = stage.facts().trail.last().unwrap();
    assert_eq!(
        (line.event.as_str(), line.by.unwrap().user),
        ("E11d", user(1))
    );
    assert_eq!(dispatch(&mut stage, 1).as_deref(), Some("recused"));
    let claim = act::Claim::motion(author(1, Role::Mediator), stage.now);
    let claimed = stage.act_as(user(1), Role::Mediator, claim.act);
    assert_eq!(claimed.unwrap().code, "recused");
    taken_over(&mut stage);
    assert_eq!(stage.facts().lead().unwrap().user, user(7));
    assert_eq!(legal(&stage), before, "no clock begins anew");
}

/// Shows LW22, E11d, R019, R027.
#[test]
fn whoever_a_desk_finds_to_have_an_interest_has_no_duty_in_the_case_again() {
    let mut stage = Stage::of("N03-02");
    stage.accept();
    stage.sync(MEDIATOR);
    assert_eq!(
        by_desk(&mut stage, Role::Mediator, 1).as_deref(),
        Some("not_yours")
    );
    assert_eq!(
        by_desk(&mut stage, Role::Supervisor, 9).as_deref(),
        Some("not_on_the_case")
    );
    assert_eq!(by_desk(&mut stage, Role::JudicialOffice, 1), None);
    assert_eq!(stage.status(), Status::PendingDispatch);
    let words = stage.facts().trail.last().unwrap().words.clone().unwrap();
    assert!(
        words.contains("持有乙方股份") && words.contains("利害关系"),
        "{words}"
    );
    let again = act::Assign {
        target: author(1, Role::Mediator),
        duty: Duty::Co,
    };
    let why = stage
        .desk(Role::Dispatcher, DeskAct::Assign(again))
        .unwrap();
    assert_eq!(why.code, "recused");
    taken_over(&mut stage);
    let target = author(1, Role::Mediator);
    let back = DeskAct::Handover(act::Handover { target });
    let why = stage.desk(Role::Supervisor, back).unwrap();
    assert_eq!(why.code, "recused");
}

/// Shows LW22, E11d.
#[test]
fn a_co_handler_steps_back_and_the_case_goes_on_where_it_stands() {
    let mut stage = Stage::of("N03-02");
    stage.accept();
    stage.sync(MEDIATOR);
    stage.join(3, Role::Mediator, Duty::Co);
    assert_eq!(by_desk(&mut stage, Role::Dispatcher, 3), None);
    assert_eq!(stage.status(), Status::Mediating);
    assert_eq!(stage.facts().lead().unwrap().user, user(1));
}

/// Shows LW22, E11d, E17, E18.
#[test]
fn what_a_mediator_signed_who_stepped_back_counts_no_more_and_he_signs_nothing_again() {
    let mut stage = Stage::of("N03-02");
    let parties = stage.accept();
    let (draft, _, hash) = stage.freeze_as(AgreementForm::Written, Some(payment(parties)));
    let [a, b] = parties.map(Signer::Party);
    for signer in [a, b, Signer::Mediator] {
        stage.sign(draft, &hash, signer);
    }
    stage.sync(MEDIATOR);
    let late = stage.sign(draft, &hash, Signer::Mediator);
    assert_eq!(by_desk(&mut stage, Role::Supervisor, 1), None);
    assert_eq!(stage.status(), Status::PendingDispatch);
    assert_eq!(stage.facts().round.agreement, None);
    let other = taken_over(&mut stage);
    stage.ask(other, Ask::Freeze(act::Freeze { draft }));
    stage.sync(other);
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(late), Some("recused"));
    let (seal_no, effective_on) = (Some("章-1".into()), None);
    let effect = act::TakeEffect {
        draft,
        seal_no,
        effective_on,
    };
    let asked = stage.ask(other, Ask::Effect(effect));
    stage.sync(other);
    assert_eq!(stage.refusal(asked), Some("mediator_signature_missing"));
}

/// Shows LW22, E11d, E17, E18.
#[test]
fn whoever_steps_back_takes_the_own_signature_along_and_no_other_mediators() {
    for the_lead in [false, true] {
        let mut stage = Stage::of("N03-02");
        let parties = stage.accept();
        let co = stage.join(8, Role::Mediator, Duty::Co);
        let (draft, _, hash) = stage.freeze_as(AgreementForm::Written, Some(payment(parties)));
        let [a, b] = parties.map(Signer::Party);
        for signer in [a, b, Signer::Mediator] {
            stage.sign(draft, &hash, signer);
        }
        stage.sync(MEDIATOR);
        stage.sync(co);
        let signature = Signature {
            draft,
            heads: stage.heads_of(draft),
            hash,
            signer: Signer::Mediator,
            medium: SignatureMedium::Screen,
            scan: None,
            at: stage.now,
            anchor: stage.anchor,
        };
        stage.add(co, NewEntry::Signature(signature));
        stage.sync(co);
        let gone = if the_lead { 1 } else { 8 };
        assert_eq!(by_desk(&mut stage, Role::Supervisor, gone), None);
        let asks = if the_lead {
            let other = taken_over(&mut stage);
            stage.ask(other, Ask::Freeze(act::Freeze { draft }));
            stage.sync(other);
            other
        } else {
            assert_eq!(stage.status(), Status::AgreementPending, "it goes on");
            stage.sync(MEDIATOR);
            MEDIATOR
        };
        let effect = act::TakeEffect {
            draft,
            seal_no: Some("章-1".into()),
            effective_on: None,
        };
        let asked = stage.ask(asks, Ask::Effect(effect));
        stage.sync(asks);
        assert_eq!(
            stage.refusal(asked),
            None,
            "the lead stepped back: {the_lead}"
        );
    }
}

/// Shows E11d, E23.
#[test]
fn nobody_steps_back_while_a_danger_stands_and_an_unknown_party_asks_for_nothing() {
    let mut stage = on_scene();
    let unknown = stage.fresh();
    let asked = steps_back(&mut stage, Some(unknown));
    let why = refusal(&mut stage, asked);
    assert_eq!(why.as_deref(), Some("unknown_party"));
    let what = "一方持刀。".into();
    stage.ask(MEDIATOR, Ask::Danger(act::ReportDanger { what }));
    let asked = steps_back(&mut stage, None);
    let why = refusal(&mut stage, asked);
    assert_eq!(why.as_deref(), Some("held_for_danger"));
}
