//! Whom nobody may sign for: a grown-up who can act for himself is bound by no guardian, and nobody
//! speaks for both sides (LW36; Civil Code arts. 18 to 24, 163, 168).

use crate::{
    stage::{
        MEDIATOR, Stage,
        deeds::{payment, somebody},
    },
    standing::{agent, on_scene, refusal, signed_by, withdraw},
};
use hejie_case::{
    act::{self, DeskAct},
    edit::{Edit, Withdrawable},
    facts::{Decision, Status},
    ids::EntryId,
    record::*,
    role::Role,
};

fn guardian(of: EntryId) -> Party {
    Party {
        guardian_of: Some(of),
        ..somebody(Side::A)
    }
}

fn is_incapacitated(stage: &mut Stage, party: EntryId, is: bool) {
    let field = PartyField::IsIncapacitated(is);
    stage.edit(MEDIATOR, Edit::Party { party, field });
}

/// How many entries of the document were refused with this code.
fn refused_with(stage: &Stage, code: &str) -> usize {
    let rulings = stage.facts().rulings.values();
    let refused = |decision: &Decision| matches!(decision, Decision::Refused(r) if r.code == code);
    rulings.filter(|ruling| refused(&ruling.decision)).count()
}

/// Shows LW36, E11.
#[test]
fn a_guardian_agrees_for_no_grown_up_who_can_act_for_himself() {
    let mut stage = on_scene();
    let parties = [stage.party(Side::A, "张*明"), stage.party(Side::B, "李*")];
    let brother = stage.person(guardian(parties[0]));
    let by_him = stage.accept_with(&[brother, parties[1]]);
    let why = refusal(&mut stage, by_him);
    assert_eq!(why.as_deref(), Some("guardian_for_able"));
    withdraw(&mut stage, Withdrawable::Party(brother));
    let unasked = stage.accept_with(&[]);
    let why = refusal(&mut stage, unasked);
    assert_eq!(
        why.as_deref(),
        Some("consent_missing"),
        "his own word counts"
    );
    let accepted = stage.accept_with(&[parties[0]]);
    assert_eq!(refusal(&mut stage, accepted), None);
}

/// Shows LW36, E08.
#[test]
fn nothing_is_settled_on_the_scene_by_the_guardian_of_a_grown_up_or_by_one_for_both_sides() {
    let settled = |with: fn([EntryId; 2], EntryId) -> Party| {
        let mut stage = Stage::of("N02-02");
        stage.arrive();
        let parties = [stage.party(Side::A, "张*明"), stage.party(Side::B, "李*")];
        let paper = stage.evidence(MEDIATOR);
        let speaker = stage.person(with(parties, paper));
        for party in [parties[0], parties[1], speaker] {
            stage.consent(MEDIATOR, party, ConsentDecision::Agree, Vec::new());
        }
        let result = "当场和解。".into();
        let assents = Vec::from(parties);
        let settle = act::SettleOnScene { result, assents };
        let settle = stage.ask(MEDIATOR, Ask::SettleOnScene(settle));
        refusal(&mut stage, settle)
    };
    let for_able = settled(|[a, _], _| guardian(a));
    assert_eq!(for_able.as_deref(), Some("guardian_for_able"));
    let for_both = settled(|[_, b], paper| agent(b, Some(paper)));
    assert_eq!(for_both.as_deref(), Some("speaker_on_other_side"));
}

/// Shows LW36, E16, E17.
#[test]
fn no_text_is_frozen_that_a_guardian_of_a_grown_up_would_sign_and_no_such_signature_is_taken() {
    let mut stage = on_scene();
    let parties = [stage.party(Side::A, "张*明"), stage.party(Side::B, "李*")];
    let accepted = stage.accept_with(&parties);
    assert_eq!(refusal(&mut stage, accepted), None);
    let (draft, _, hash) = stage.freeze(parties, "捌仟陆佰元整");
    stage.sync(MEDIATOR);
    assert_eq!(stage.status(), Status::AgreementPending);
    let brother = stage.person(guardian(parties[0]));
    let signed = stage.sign(draft, &hash, Signer::Party(brother));
    let why = refusal(&mut stage, signed);
    assert_eq!(why.as_deref(), Some("guardian_for_able"));
    stage.freeze(parties, "捌仟陆佰元整");
    stage.sync(MEDIATOR);
    assert_eq!(refused_with(&stage, "guardian_for_able"), 2);
}

/// Shows LW36, E18.
#[test]
fn what_a_guardian_signed_binds_nobody_who_turns_out_to_be_able() {
    let mut stage = on_scene();
    let parties = [stage.party(Side::A, "张*明"), stage.party(Side::B, "李*")];
    let mother = stage.person(guardian(parties[0]));
    is_incapacitated(&mut stage, parties[0], true);
    let accepted = stage.accept_with(&[mother, parties[1]]);
    assert_eq!(refusal(&mut stage, accepted), None);
    let (draft, _, hash) = stage.freeze_as(AgreementForm::Written, Some(payment(parties)));
    for signer in [
        Signer::Party(mother),
        Signer::Party(parties[1]),
        Signer::Mediator,
    ] {
        stage.sign(draft, &hash, signer);
    }
    stage.sync(MEDIATOR);
    is_incapacitated(&mut stage, parties[0], false);
    let asked = stage.take_effect(draft);
    let why = refusal(&mut stage, asked);
    assert_eq!(why.as_deref(), Some("guardian_for_able"));
    is_incapacitated(&mut stage, parties[0], true);
    let asked = stage.take_effect(draft);
    assert_eq!(refusal(&mut stage, asked), None);
}

/// Shows LW36, E11.
#[test]
fn nobody_of_a_third_side_speaks_for_both_sides_in_whatever_capacities() {
    let mut stage = on_scene();
    let minor = stage.person(Party {
        is_minor: true,
        ..somebody(Side::A)
    });
    let other = stage.party(Side::B, "李*");
    let paper = stage.evidence(MEDIATOR);
    let both = stage.person(Party {
        side: Side::Third,
        guardian_of: Some(minor),
        ..agent(other, Some(paper))
    });
    let asked = stage.accept_with(&[both]);
    let why = refusal(&mut stage, asked);
    assert_eq!(why.as_deref(), Some("speaker_on_other_side"));
    withdraw(&mut stage, Withdrawable::Party(both));
    let mother = stage.person(guardian(minor));
    let lawyer = stage.person(Party {
        side: Side::Third,
        ..agent(mother, Some(paper))
    });
    let accepted = stage.accept_with(&[lawyer, other]);
    assert_eq!(
        refusal(&mut stage, accepted),
        None,
        "he speaks for one side"
    );
}

/// Shows LW36, E11.
#[test]
fn nobody_speaks_for_both_sides_through_somebody_else_who_speaks_for_one() {
    let mut stage = on_scene();
    let parties = [stage.party(Side::A, "张*"), stage.party(Side::B, "李*")];
    let paper = stage.evidence(MEDIATOR);
    let lawyer = stage.person(Party {
        side: Side::Third,
        ..agent(parties[0], Some(paper))
    });
    let through_him = Party {
        side: Side::B,
        ..agent(lawyer, Some(paper))
    };
    stage.person(through_him);
    let asked = stage.accept_with(&parties);
    let why = refusal(&mut stage, asked);
    assert_eq!(why.as_deref(), Some("speaker_on_other_side"));
}

/// Shows LW36, M08, E11, E16.
#[test]
fn one_person_entered_once_for_each_side_speaks_for_both_until_a_desk_finds_two_persons() {
    let mut stage = on_scene();
    let parties = [stage.party(Side::A, "张*"), stage.party(Side::B, "李*")];
    let paper = stage.evidence(MEDIATOR);
    let agents = parties.map(|party| {
        stage.person(Party {
            side: Side::Third,
            ..agent(party, Some(paper))
        })
    });
    let accepted = stage.accept_with(&parties);
    assert_eq!(refusal(&mut stage, accepted), None);
    stage.identities = agents.map(|id| (id.to_string(), "h-1".into())).into();
    stage.note(MEDIATOR, "双方代理人似为同一人。");
    stage.sync(MEDIATOR);
    let for_both = signed_by(&mut stage, parties, &parties);
    assert_eq!(for_both.as_deref(), Some("wrong_stage"));
    assert_eq!(refused_with(&stage, "speaker_on_other_side"), 1);
    let open: Vec<_> = stage.facts().open_conflicts().collect();
    let [conflict] = &open[..] else {
        panic!("{open:#?}");
    };
    let two_persons = DeskAct::RuleConflict(act::RuleConflict {
        conflict: conflict.id,
        choice: 2,
        why: "已核对身份证件。".into(),
    });
    assert_eq!(stage.desk(Role::Dispatcher, two_persons), None);
    assert_eq!(signed_by(&mut stage, parties, &parties), None);
}
