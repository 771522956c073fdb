//! Who speaks for whom: guardians, agents, representatives (LW18, P06).

use crate::stage::{
    MEDIATOR, Stage,
    deeds::{payment, somebody},
};
use hejie_case::{
    act,
    edit::{Edit, Withdrawable},
    facts::Status,
    ids::EntryId,
    record::*,
};

pub(crate) fn on_scene() -> Stage {
    let mut stage = Stage::of("N03-02");
    stage.arrive();
    stage
}

/// Freezes what B pays A, lets these sign beside the mediator, and asks for effect: why not, if it
/// is refused.
pub(crate) fn signed_by(
    stage: &mut Stage,
    [a, b]: [EntryId; 2],
    signing: &[EntryId],
) -> Option<String> {
    let terms = Some(payment([a, b]));
    let (draft, _, hash) = stage.freeze_as(AgreementForm::Written, terms);
    for party in signing {
        stage.sign(draft, &hash, Signer::Party(*party));
    }
    stage.sign(draft, &hash, Signer::Mediator);
    let asked = stage.take_effect(draft);
    stage.sync(MEDIATOR);
    stage.refusal(asked).map(str::to_owned)
}

pub(crate) fn refusal(stage: &mut Stage, request: EntryId) -> Option<String> {
    stage.sync(MEDIATOR);
    stage.refusal(request).map(str::to_owned)
}

/// Shows LW36, P06, E11, E18.
#[test]
fn for_a_minor_the_guardian_agrees_and_signs_and_the_minor_never_alone() {
    let mut stage = on_scene();
    let minor = stage.person(Party {
        is_minor: true,
        ..somebody(Side::A)
    });
    let other = stage.party(Side::B, "李*");
    let alone = stage.accept_with(&[minor, other]);
    assert_eq!(
        refusal(&mut stage, alone).as_deref(),
        Some("guardian_missing")
    );
    let guardian = stage.person(Party {
        guardian_of: Some(minor),
        ..somebody(Side::A)
    });
    let unasked = stage.accept_with(&[]);
    assert_eq!(
        refusal(&mut stage, unasked).as_deref(),
        Some("consent_missing")
    );
    let accepted = stage.accept_with(&[guardian]);
    assert_eq!(refusal(&mut stage, accepted), None);
    let parties = [minor, other];
    let minor_signs = signed_by(&mut stage, parties, &[minor, other]);
    assert_eq!(minor_signs.as_deref(), Some("party_signature_missing"));
    assert_eq!(signed_by(&mut stage, parties, &[guardian, other]), None);
    assert_eq!(stage.status(), Status::AgreementEffective);
}

/// Shows LW36, P06, E11.
#[test]
fn a_grown_up_without_capacity_does_not_agree_by_himself() {
    let mut stage = on_scene();
    let unable = stage.person(Party {
        is_incapacitated: true,
        ..somebody(Side::A)
    });
    let other = stage.party(Side::B, "李*");
    let guardian = stage.person(Party {
        guardian_of: Some(unable),
        ..somebody(Side::A)
    });
    let own_word = stage.accept_with(&[unable, other]);
    assert_eq!(
        refusal(&mut stage, own_word).as_deref(),
        Some("consent_missing")
    );
    let accepted = stage.accept_with(&[guardian]);
    assert_eq!(refusal(&mut stage, accepted), None);
}

/// Shows E08, P06.
#[test]
fn a_minors_quarrel_is_not_settled_on_the_scene_without_a_guardian() {
    let mut stage = Stage::of("N02-02");
    stage.arrive();
    let minor = stage.person(Party {
        is_minor: true,
        ..somebody(Side::A)
    });
    for party in [minor, stage.party(Side::B, "李*")] {
        stage.consent(MEDIATOR, party, ConsentDecision::Agree, Vec::new());
    }
    let result = "当场和解。".into();
    let assents = Vec::new();
    let settle = act::SettleOnScene { result, assents };
    let settle = stage.ask(MEDIATOR, Ask::SettleOnScene(settle));
    assert_eq!(
        refusal(&mut stage, settle).as_deref(),
        Some("guardian_missing")
    );
}

pub(crate) fn agent(of: EntryId, mandate: Option<EntryId>) -> Party {
    Party {
        role: Some(PartyRole::Agent),
        agent_of: Some(of),
        mandate,
        ..somebody(Side::A)
    }
}

/// Shows LW36, E11, E18, LW11.
#[test]
fn an_agent_agrees_and_signs_with_a_power_of_attorney_among_the_papers() {
    let mut stage = on_scene();
    let parties = [stage.party(Side::A, "张*明"), stage.party(Side::B, "李*")];
    let paper = stage.evidence(MEDIATOR);
    let agent = stage.person(agent(parties[0], Some(paper)));
    let accepted = stage.accept_with(&[agent, parties[1]]);
    assert_eq!(refusal(&mut stage, accepted), None);
    let unsigned = signed_by(&mut stage, parties, &[parties[1]]);
    assert_eq!(unsigned.as_deref(), Some("party_signature_missing"));
    assert_eq!(signed_by(&mut stage, parties, &[agent, parties[1]]), None);
}

/// Shows LW36, E11, E18.
#[test]
fn an_agent_without_a_power_of_attorney_or_with_one_that_was_withdrawn_speaks_for_nobody() {
    let mut stage = on_scene();
    let parties = [stage.party(Side::A, "张*明"), stage.party(Side::B, "李*")];
    let without = stage.person(agent(parties[0], None));
    let early = stage.accept_with(&[without, parties[1]]);
    assert_eq!(
        refusal(&mut stage, early).as_deref(),
        Some("mandate_missing")
    );
    withdraw(&mut stage, Withdrawable::Party(without));
    let paper = stage.evidence(MEDIATOR);
    let with = stage.person(agent(parties[0], Some(paper)));
    let accepted = stage.accept_with(&[with]);
    assert_eq!(refusal(&mut stage, accepted), None);
    withdraw(&mut stage, Withdrawable::Evidence(paper));
    let ended = signed_by(&mut stage, parties, &[with, parties[1]]);
    assert_eq!(ended.as_deref(), Some("mandate_missing"));
}

pub(crate) fn withdraw(stage: &mut Stage, target: Withdrawable) {
    let (why, at) = ("登记有误。".into(), stage.now);
    stage.edit(MEDIATOR, Edit::Withdraw { target, why, at });
}

fn workers(stage: &mut Stage, count: usize, representatives: usize) -> Vec<EntryId> {
    let choice = stage.evidence(MEDIATOR);
    let all = 0..count;
    all.map(|n| {
        let is_representative = n < representatives;
        stage.person(Party {
            is_representative,
            mandate: is_representative.then_some(choice),
            ..somebody(Side::A)
        })
    })
    .collect()
}

/// Shows LW18, E11, E18.
#[test]
fn twelve_workers_agree_and_sign_through_the_three_whom_they_chose() {
    let mut stage = on_scene();
    let workers = workers(&mut stage, 12, 3);
    let employer = stage.party(Side::B, "某建筑公司");
    let two_of_three = stage.accept_with(&[workers[0], workers[1], employer]);
    assert_eq!(
        refusal(&mut stage, two_of_three).as_deref(),
        Some("consent_missing"),
        "they speak together"
    );
    let accepted = stage.accept_with(&[workers[2]]);
    assert_eq!(refusal(&mut stage, accepted), None);
    let parties = [workers[0], employer];
    let by_two = signed_by(&mut stage, parties, &[workers[0], workers[1], employer]);
    assert_eq!(by_two.as_deref(), Some("party_signature_missing"));
    let by_three = [workers[0], workers[1], workers[2], employer];
    assert_eq!(signed_by(&mut stage, parties, &by_three), None);
}

/// Shows LW01, LW18.
#[test]
fn whoever_is_represented_can_still_say_no() {
    let mut stage = on_scene();
    let workers = workers(&mut stage, 12, 3);
    let employer = stage.party(Side::B, "某建筑公司");
    stage.consent(MEDIATOR, workers[11], ConsentDecision::Refuse, Vec::new());
    let asked = stage.accept_with(&[workers[0], workers[1], workers[2], employer]);
    assert_eq!(refusal(&mut stage, asked).as_deref(), Some("party_refused"));
}

/// Shows LW18.
#[test]
fn six_are_too_many_to_speak_for_a_side() {
    let mut stage = on_scene();
    let workers = workers(&mut stage, 12, 6);
    let employer = stage.party(Side::B, "某建筑公司");
    let asked = stage.accept_with(&[&workers[..6], &[employer]].concat());
    assert_eq!(
        refusal(&mut stage, asked).as_deref(),
        Some("too_many_representatives")
    );
}
