//! Freezing, signing, effect (Mediation Law arts. 28-30; M03, M04).

use crate::stage::{MEDIATOR, Stage, author};
use hejie_case::{
    act,
    edit::NewEntry,
    facts::Status,
    ids::EntryId,
    record::{Ask, ConsentDecision, ConsentSubject, Signature, SignatureMedium, Signer},
    role::Role,
};

#[test]
fn figures_and_capitals_that_differ_cannot_be_frozen() {
    let mut stage = Stage::of("N03-02");
    let parties = stage.accept();
    stage.freeze(parties, "捌仟元整");
    stage.sync(MEDIATOR);
    assert_eq!(stage.status(), Status::Mediating);
    let refused = stage.facts().rulings.values().filter(|r| {
        matches!(&r.decision,
        hejie_case::facts::Decision::Refused(reason) if reason.code == "amounts_differ")
    });
    assert_eq!(refused.count(), 1);
}

/// Shows E17, E18, LW11, R004.
#[test]
fn an_agreement_takes_effect_only_with_every_signature_on_one_hash_and_the_seal() {
    let mut stage = Stage::of("N03-02");
    let parties = stage.accept();
    let (draft, _, hash) = stage.freeze(parties, "捌仟陆佰元整");
    stage.sign(draft, &hash, Signer::Party(parties[0]));
    stage.sign(draft, &hash, Signer::Mediator);
    let early = stage.ask(
        MEDIATOR,
        Ask::Effect(act::TakeEffect {
            draft,
            seal_no: Some("章-1".into()),
            effective_on: None,
        }),
    );
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(early), Some("party_signature_missing"));
    stage.sign(draft, &hash, Signer::Party(parties[1]));
    let unsealed = stage.ask(
        MEDIATOR,
        Ask::Effect(act::TakeEffect {
            draft,
            seal_no: None,
            effective_on: None,
        }),
    );
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(unsealed), Some("seal_missing"));
    let sealed = stage.ask(
        MEDIATOR,
        Ask::Effect(act::TakeEffect {
            draft,
            seal_no: Some("章-1".into()),
            effective_on: None,
        }),
    );
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(sealed), None);
    assert_eq!(stage.status(), Status::AgreementEffective);
}

#[test]
fn a_signature_on_another_text_is_refused_and_does_not_count() {
    let mut stage = Stage::of("N03-02");
    let parties = stage.accept();
    let (draft, ..) = stage.freeze(parties, "捌仟陆佰元整");
    let wrong = stage.sign(draft, &"0".repeat(64), Signer::Party(parties[0]));
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(wrong), Some("signed_another_text"));
}

/// Shows E17.
#[test]
fn inheritance_is_signed_on_paper_only() {
    let mut stage = Stage::of("N01-06");
    let parties = stage.accept();
    let (draft, _, hash) = stage.freeze(parties, "捌仟陆佰元整");
    let (medium, at) = (SignatureMedium::ESignature, stage.now);
    let signature = Signature {
        heads: stage.heads_of(draft),
        draft,
        hash,
        signer: Signer::Party(parties[0]),
        medium,
        scan: None,
        at,
        anchor: None,
    };
    let electronic = stage.add(MEDIATOR, NewEntry::Signature(signature));
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(electronic), Some("esign_excluded"));
}

/// Shows E17, E18, LW11.
#[test]
fn where_a_party_refused_electronic_signatures_nobodys_counts_until_he_agrees() {
    let mut stage = Stage::of("N03-02");
    let parties = stage.accept();
    let (draft, _, hash) = stage.freeze(parties, "捌仟陆佰元整");
    let [a, b] = parties.map(Signer::Party);
    let before = stage.sign_as(draft, &hash, b, SignatureMedium::ESignature);
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(before), None, "nobody had refused");
    let refuses = (ConsentSubject::Esign, ConsentDecision::Refuse);
    let word = stage.say(MEDIATOR, parties[0], refuses, Vec::new());
    let after = stage.sign_as(draft, &hash, a, SignatureMedium::Screen);
    stage.sign(draft, &hash, a);
    stage.sign(draft, &hash, Signer::Mediator);
    assert_eq!(take_effect(&mut stage, draft), Some("esign_refused"));
    assert_eq!(stage.refusal(after), Some("esign_refused"));
    let agrees = (ConsentSubject::Esign, ConsentDecision::Agree);
    stage.say(MEDIATOR, parties[0], agrees, vec![word]);
    assert_eq!(take_effect(&mut stage, draft), None);
}

fn take_effect(stage: &mut Stage, draft: EntryId) -> Option<&str> {
    let seal_no = Some("章-2026-7".into());
    let effect = act::TakeEffect {
        draft,
        seal_no,
        effective_on: None,
    };
    let asked = stage.ask(MEDIATOR, Ask::Effect(effect));
    stage.sync(MEDIATOR);
    stage.refusal(asked)
}

/// Shows LW11, E18, D05. The number that counts is that of whoever holds the seal.
#[test]
fn where_the_seal_stays_with_the_committee_the_judicial_office_seals_and_records_the_number() {
    let mut stage = Stage::of("N03-02");
    stage.seal_at_the_scene = false;
    let parties = stage.accept();
    let (draft, _, hash) = stage.freeze(parties, "捌仟陆佰元整");
    for signer in [
        Signer::Party(parties[0]),
        Signer::Party(parties[1]),
        Signer::Mediator,
    ] {
        stage.sign(draft, &hash, signer);
    }
    let seal_no = Some("章-不由我管".into());
    let asked = stage.ask(
        MEDIATOR,
        Ask::Effect(act::TakeEffect {
            draft,
            seal_no,
            effective_on: None,
        }),
    );
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(asked), Some("referred"));
    assert_eq!(stage.status(), Status::AgreementPending);
    let office = Role::JudicialOffice;
    let unsealed = stage.decide(office, asked, true).unwrap();
    assert_eq!(unsealed.code, "seal_missing");
    let unseen = stage.decide_with(office, asked, (true, Some("\u{200b} "), None));
    assert_eq!(unseen.unwrap().code, "seal_missing");
    let sealed = stage.decide_with(office, asked, (true, Some("章-2026-7"), None));
    assert_eq!(sealed, None);
    assert_eq!(stage.status(), Status::AgreementEffective);
    let agreement = stage.facts().round.agreement.as_ref().unwrap();
    assert_eq!(agreement.seal_no.as_deref(), Some("章-2026-7"));
    assert_eq!(
        stage.facts().trail.last().unwrap().by,
        Some(author(50, Role::JudicialOffice))
    );
}

/// Shows E18, D05.
#[test]
fn who_does_not_hold_the_seal_asks_for_effect_without_its_number() {
    let mut stage = Stage::of("N03-02");
    stage.seal_at_the_scene = false;
    let parties = stage.accept();
    let (draft, _, hash) = stage.freeze(parties, "捌仟陆佰元整");
    for signer in [
        Signer::Party(parties[0]),
        Signer::Party(parties[1]),
        Signer::Mediator,
    ] {
        stage.sign(draft, &hash, signer);
    }
    let seal_no = None;
    let asked = stage.ask(
        MEDIATOR,
        Ask::Effect(act::TakeEffect {
            draft,
            seal_no,
            effective_on: None,
        }),
    );
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(asked), Some("referred"));
}
