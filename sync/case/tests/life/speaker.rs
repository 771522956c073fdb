//! Whom an agreement binds, and who may not speak for others (LW11, LW18, LW36).

use crate::{
    stage::{MEDIATOR, Stage, deeds::somebody},
    standing::{agent, on_scene, refusal, signed_by, withdraw},
};
use hejie_case::{
    edit::{Edit, Withdrawable},
    facts::Status,
    ids::EntryId,
    record::*,
};

/// Shows LW11, LW36, E18.
#[test]
fn whoever_takes_part_for_himself_signs_whomever_else_he_speaks_for() {
    let mut stage = on_scene();
    let wife = stage.party(Side::A, "张*");
    let paper = stage.evidence(MEDIATOR);
    let husband = stage.person(Party {
        role: Some(PartyRole::Principal),
        ..agent(wife, Some(paper))
    });
    let other = stage.party(Side::B, "李*");
    let accepted = stage.accept_with(&[wife, other]);
    assert_eq!(
        refusal(&mut stage, accepted).as_deref(),
        Some("consent_missing")
    );
    let accepted = stage.accept_with(&[husband]);
    assert_eq!(refusal(&mut stage, accepted), None);
    let without = signed_by(&mut stage, [wife, other], &[wife, other]);
    assert_eq!(without.as_deref(), Some("party_signature_missing"));
    let for_both = signed_by(&mut stage, [wife, other], &[husband, other]);
    assert_eq!(for_both, None);
}

/// Shows LW11, LW36, E18.
#[test]
fn whom_an_agreement_binds_signs_it_in_whatever_capacity_he_was_entered() {
    for role in [None, Some(PartyRole::Agent)] {
        let mut stage = on_scene();
        let parties = [stage.party(Side::A, "张*"), stage.party(Side::B, "李*")];
        let paper = stage.evidence(MEDIATOR);
        let son = stage.person(Party {
            role,
            ..agent(parties[0], Some(paper))
        });
        let accepted = stage.accept_with(&parties);
        assert_eq!(refusal(&mut stage, accepted), None);
        let to_the_son = [son, parties[1]];
        let without = signed_by(&mut stage, to_the_son, &parties);
        assert_eq!(without.as_deref(), Some("party_signature_missing"));
        let all = [parties[0], son, parties[1]];
        assert_eq!(signed_by(&mut stage, to_the_son, &all), None);
    }
}

/// Shows LW11, E18.
#[test]
fn an_agreement_binds_nobody_who_was_withdrawn() {
    let mut stage = on_scene();
    let parties = [stage.party(Side::A, "张*"), stage.party(Side::B, "李*")];
    let brother = stage.party(Side::A, "张*强");
    let accepted = stage.accept_with(&[parties[0], brother, parties[1]]);
    assert_eq!(refusal(&mut stage, accepted), None);
    withdraw(&mut stage, Withdrawable::Party(brother));
    let bound = signed_by(&mut stage, [brother, parties[1]], &parties);
    assert_eq!(bound.as_deref(), Some("bound_party_missing"));
    assert_eq!(stage.status(), Status::AgreementPending);
}

/// Shows LW36, P06, E11.
#[test]
fn whoever_needs_a_guardian_is_nobodys_guardian_agent_or_representative() {
    let by_capacity = |stage: &mut Stage, party, paper| {
        let guardian = Party {
            guardian_of: Some(party),
            ..somebody(Side::A)
        };
        let representative = Party {
            is_representative: true,
            mandate: Some(paper),
            ..somebody(Side::A)
        };
        let all = [guardian, agent(party, Some(paper)), representative];
        all.map(|speaker| Party {
            is_minor: true,
            ..speaker
        })
        .map(|speaker| stage.person(speaker))
    };
    for capacity in 0..3 {
        let mut stage = on_scene();
        let parties = [stage.party(Side::A, "张*"), stage.party(Side::B, "李*")];
        let paper = stage.evidence(MEDIATOR);
        let speakers = by_capacity(&mut stage, parties[0], paper);
        for other in (0..3).filter(|other| *other != capacity) {
            withdraw(&mut stage, Withdrawable::Party(speakers[other]));
        }
        // A representative is a party himself, and minors among these have guardians.
        stage.person(Party {
            guardian_of: Some(speakers[capacity]),
            ..somebody(Side::A)
        });
        let asked = stage.accept_with(&[parties[0], parties[1], speakers[capacity]]);
        let why = refusal(&mut stage, asked);
        assert_eq!(why.as_deref(), Some("speaker_unable"), "{capacity}");
    }
}

/// Shows LW36, E11, E18.
#[test]
fn a_guardian_may_give_a_power_of_attorney_for_the_minor_or_for_himself() {
    let through = |stage: &mut Stage, for_the_minor: bool, with_paper: bool| {
        let minor = stage.person(Party {
            is_minor: true,
            ..somebody(Side::A)
        });
        let guardian = stage.person(Party {
            guardian_of: Some(minor),
            ..somebody(Side::A)
        });
        let paper = stage.evidence(MEDIATOR);
        let of = if for_the_minor { minor } else { guardian };
        let lawyer = stage.person(agent(of, with_paper.then_some(paper)));
        let parties: [EntryId; 2] = [minor, stage.party(Side::B, "李*")];
        let asked = stage.accept_with(&[lawyer, parties[1]]);
        (refusal(stage, asked), parties, lawyer)
    };
    for for_the_minor in [true, false] {
        let (without, ..) = through(&mut on_scene(), for_the_minor, false);
        assert_eq!(without.as_deref(), Some("mandate_missing"));
        let mut stage = on_scene();
        let (accepted, parties, lawyer) = through(&mut stage, for_the_minor, true);
        assert_eq!(accepted, None);
        let signing = [lawyer, parties[1]];
        assert_eq!(signed_by(&mut stage, parties, &signing), None);
    }
}

/// Shows LW11, LW36, E11, E18.
#[test]
fn whoever_is_entered_for_somebody_who_is_not_there_takes_part_for_himself_or_not_at_all() {
    let mut stage = on_scene();
    let parties = [stage.party(Side::A, "张*"), stage.party(Side::B, "李*")];
    let party = stage.party_as(Side::A, Some(PartyRole::Guardian));
    let of_nobody = stage.accept_with(&[parties[0], parties[1], party]);
    let why = refusal(&mut stage, of_nobody);
    assert_eq!(why.as_deref(), Some("speaker_for_nobody"));
    let field = PartyField::Role(PartyRole::Principal);
    stage.edit(MEDIATOR, Edit::Party { party, field });
    let accepted = stage.accept_with(&[]);
    assert_eq!(refusal(&mut stage, accepted), None);
    let without = signed_by(&mut stage, parties, &parties);
    assert_eq!(without.as_deref(), Some("party_signature_missing"));
    let paper = stage.evidence(MEDIATOR);
    stage.person(agent(party, Some(paper)));
    withdraw(&mut stage, Withdrawable::Party(party));
    let of_the_withdrawn = signed_by(&mut stage, parties, &parties);
    assert_eq!(of_the_withdrawn.as_deref(), Some("speaker_for_nobody"));
}

/// Shows LW36, E11.
#[test]
fn nobody_of_the_other_side_is_guardian_or_agent_until_the_side_is_corrected() {
    for is_guardian in [true, false] {
        let mut stage = on_scene();
        let unable = Party {
            is_incapacitated: is_guardian,
            ..somebody(Side::A)
        };
        let parties = [stage.person(unable), stage.party(Side::B, "李*")];
        let paper = stage.evidence(MEDIATOR);
        let speaker = Party {
            guardian_of: is_guardian.then_some(parties[0]),
            agent_of: (!is_guardian).then_some(parties[0]),
            side: Side::B,
            ..agent(parties[0], Some(paper))
        };
        let party = stage.person(speaker);
        let crossed = stage.accept_with(&[parties[0], parties[1], party]);
        let why = refusal(&mut stage, crossed);
        assert_eq!(why.as_deref(), Some("speaker_on_other_side"));
        let field = PartyField::Side(Side::A);
        stage.edit(MEDIATOR, Edit::Party { party, field });
        let accepted = stage.accept_with(&[]);
        assert_eq!(refusal(&mut stage, accepted), None);
    }
}
