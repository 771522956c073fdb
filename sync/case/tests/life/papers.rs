//! Which papers a case must have before it is filed, by how it ended (E31, LW08).

use crate::stage::{MEDIATOR, Stage};
use hejie_case::{
    act::{self, DeskAct},
    facts::{Retention, Status},
    record::*,
    role::Role,
};

/// What the office is told when it files the case; nothing if only visits are in the way.
fn missing(stage: &mut Stage) -> Option<String> {
    let retention = Retention::Long;
    let archive = DeskAct::Archive(act::Archive { retention });
    let told = stage.desk(Role::JudicialOffice, archive)?;
    (told.code == "dossier_incomplete").then_some(told.zh)
}

fn ask_close(stage: &mut Stage, outcome: CloseKind) {
    let feedback = "已履行。".into();
    stage.ask(MEDIATOR, Ask::AskClose(act::AskClose { outcome, feedback }));
    stage.sync(MEDIATOR);
    let close = DeskAct::Close(act::Close { outcome });
    if stage.status() != Status::Closed {
        assert_eq!(stage.desk(Role::Supervisor, close), None);
    }
}

fn terminated(stage: &mut Stage) {
    let (ground, routes_told) = (TerminationGround::NoAgreement, true);
    let end = act::Terminate {
        ground,
        routes_told,
    };
    stage.ask(MEDIATOR, Ask::Terminate(end));
    stage.sync(MEDIATOR);
    let outcome = CloseKind::FailedTerminated;
    let close = DeskAct::Close(act::Close { outcome });
    assert_eq!(stage.desk(Role::Supervisor, close), None);
}

/// Shows E31, LW08.
#[test]
fn what_was_agreed_and_kept_lacks_what_was_said_and_the_record_and_nothing_else() {
    let mut stage = Stage::of("N03-02");
    let clause = stage.make_effective();
    stage.log(MEDIATOR, clause, Performance::Performed);
    ask_close(&mut stage, CloseKind::AgreementPerformed);
    let told = missing(&mut stage).unwrap();
    assert_eq!(told, "卷宗缺少：调查或陈述记录、调解记录。请补齐后再归档。");
}

/// Shows E31, LW08.
#[test]
fn what_came_to_nothing_needs_neither_statements_nor_a_stamp_nor_slips() {
    let mut stage = Stage::of("N03-02");
    let parties = stage.accept();
    stage.freeze(parties, "捌仟陆佰元整");
    stage.sync(MEDIATOR);
    assert_eq!(stage.status(), Status::AgreementPending);
    terminated(&mut stage);
    assert_eq!(missing(&mut stage), None);
}

/// Shows E31, LW08, LW09.
#[test]
fn what_was_agreed_by_word_of_mouth_bears_no_stamp() {
    let mut stage = Stage::of("N03-05");
    let parties = stage.accept();
    let promise = crate::stage::deeds::payment(parties);
    let (draft, clause, hash) = stage.freeze_as(AgreementForm::Oral, Some(promise));
    for party in parties {
        let said = SignatureMedium::Spoken;
        stage.sign_as(draft, &hash, Signer::Party(party), said);
    }
    stage.sign(draft, &hash, Signer::Mediator);
    let effect = act::TakeEffect {
        draft,
        seal_no: None,
        effective_on: None,
    };
    stage.ask(MEDIATOR, Ask::Effect(effect));
    stage.log(MEDIATOR, clause, Performance::Performed);
    stage.note(MEDIATOR, "双方各自陈述。");
    stage.session(MEDIATOR);
    ask_close(&mut stage, CloseKind::OralAgreementPerformed);
    assert_eq!(missing(&mut stage), None);
}

/// Shows E31, LW01, LW08.
#[test]
fn whoever_joined_later_was_told_of_the_rights_too_or_the_case_is_not_filed() {
    let mut stage = Stage::of("N03-02");
    stage.accept();
    stage.sync(MEDIATOR);
    let third = stage.party(Side::Third, "赵*");
    stage.sync(MEDIATOR);
    terminated(&mut stage);
    let told = missing(&mut stage).unwrap();
    assert_eq!(told, "卷宗缺少：权利义务告知记录。请补齐后再归档。");
    let about = (ConsentSubject::PrivacyNotice, ConsentDecision::Agree);
    stage.say(MEDIATOR, third, about, Vec::new());
    stage.sync(MEDIATOR);
    assert_eq!(missing(&mut stage), None);
}
