//! Parties: their will, their entries, their identity.

use crate::scene::*;
use hejie_case::{
    act,
    conflict::{DetectInput, conflicts, same_person},
    edit::{Edit, NewEntry, Withdrawable},
    ids::EntryId,
    record::*,
    view::{ConflictKind, Resolver, Severity},
};
use std::collections::BTreeMap;

/// Shows M06, E12.
#[test]
fn a_refusal_on_one_phone_wins_over_a_consent_on_another_until_it_is_lifted_knowingly() {
    for order in orders(COLLEAGUE) {
        let mut stage = case("N02-02");
        let offer = stage.facts().offered().unwrap().version;
        stage.ask(MEDIATOR, Ask::SignFor(act::SignFor { assignment: offer }));
        let [a, b] = [stage.party(Side::A, "张*明"), stage.party(Side::B, "李*")];
        let text_version = "2026-1".into();
        stage.ask(MEDIATOR, Ask::GiveNotice(act::GiveNotice { text_version }));
        stage.consent(MEDIATOR, a, ConsentDecision::Agree, vec![]);
        everybody_comes_back(&mut stage, [MEDIATOR, COLLEAGUE]);
        stage.consent(MEDIATOR, b, ConsentDecision::Agree, vec![]);
        let refusal = stage.consent(COLLEAGUE, b, ConsentDecision::Refuse, vec![]);
        everybody_comes_back(&mut stage, order);
        assert_eq!(stage.view().consents.len(), 3, "both words are kept");
        let accept = stage.ask(MEDIATOR, Ask::Accept);
        stage.sync(MEDIATOR);
        assert_eq!(stage.refusal(accept), Some("party_refused"));
        stage.consent(MEDIATOR, b, ConsentDecision::Agree, vec![refusal]);
        let accept = stage.ask(MEDIATOR, Ask::Accept);
        stage.sync(MEDIATOR);
        assert_eq!(stage.refusal(accept), None);
    }
}

/// Shows M07.
#[test]
fn a_party_withdrawn_by_one_and_written_about_by_another_is_looked_at_and_nothing_is_lost() {
    for order in orders(COLLEAGUE) {
        let (mut stage, [_, b]) = mediating("N03-02");
        let (target, at) = (Withdrawable::Party(b), stage.now);
        let why = "误登记".into();
        stage.edit(MEDIATOR, Edit::Withdraw { target, why, at });
        let field = PartyField::NameMasked("李*强".into());
        stage.edit(COLLEAGUE, Edit::Party { party: b, field });
        let refusal = stage.consent(COLLEAGUE, b, ConsentDecision::Refuse, vec![]);
        everybody_comes_back(&mut stage, order);
        let conflict = the_one(
            &stage,
            ConflictKind::WithdrawnEdited,
            Severity::Review,
            Resolver::Lead,
        );
        assert_eq!(conflict.about.to_string(), format!("parties/{b}"));
        assert_eq!(
            conflict.variants.len(),
            3,
            "the withdrawal, the name and the refusal: {conflict:#?}"
        );
        let party = &stage.view().parties[&b].value;
        assert_eq!(party.party.name_masked, "李*强");
        assert!(party.withdrawn.is_some());
        assert!(stage.view().consents.contains_key(&refusal));
        assert_eq!(lead_rules(&mut stage, &conflict, 0), None);
        none_open(&stage, ConflictKind::WithdrawnEdited);
    }
}

/// Shows M07.
#[test]
fn a_party_withdrawn_by_somebody_who_knew_what_was_written_is_no_question() {
    let (mut stage, [_, b]) = mediating("N03-02");
    let field = PartyField::NameMasked("李*强".into());
    stage.edit(COLLEAGUE, Edit::Party { party: b, field });
    everybody_comes_back(&mut stage, [COLLEAGUE, MEDIATOR]);
    let (target, at) = (Withdrawable::Party(b), stage.now);
    let why = "误登记".into();
    stage.edit(MEDIATOR, Edit::Withdraw { target, why, at });
    everybody_comes_back(&mut stage, [COLLEAGUE, MEDIATOR]);
    none_open(&stage, ConflictKind::WithdrawnEdited);
}

fn known(side: Side, name: &str, secret_ref: &str) -> NewEntry {
    NewEntry::Party(Party {
        secret_ref: Some(secret_ref.into()),
        ..Party::person(side, name)
    })
}

/// Shows M08.
#[test]
fn one_person_entered_twice_is_proposed_by_identity_and_two_of_one_name_are_not() {
    for order in orders(COLLEAGUE) {
        let mut stage = case("N03-02");
        let first = stage.add(MEDIATOR, known(Side::A, "张*", "s-1"));
        let second = stage.add(COLLEAGUE, known(Side::A, "张*", "s-2"));
        let namesake = stage.add(COLLEAGUE, known(Side::B, "张*", "s-3"));
        everybody_comes_back(&mut stage, order);
        assert_eq!(stage.view().parties.len(), 3, "never linked by itself");
        let hashes = [("s-1", "h-1"), ("s-2", "h-1"), ("s-3", "h-2")];
        let hashes: BTreeMap<String, String> = hashes.map(|(s, h)| (s.into(), h.into())).into();
        assert_eq!(same_person(stage.view(), &hashes), [(first, second)]);
        assert_eq!(same_person(stage.view(), &BTreeMap::new()), []);
        let found = conflicts(
            &stage.phones[MEDIATOR].doc,
            &DetectInput {
                identities: hashes,
                ..DetectInput::default()
            },
        );
        let [conflict] = &found[..] else {
            panic!("{found:#?}");
        };
        let about = (conflict.kind, conflict.severity, conflict.kind.resolver());
        assert_eq!(
            about,
            (
                ConflictKind::SamePerson,
                Severity::Review,
                Resolver::Dispatcher
            )
        );
        assert_eq!(conflict.variants[2].text, "不是同一人，分别保留");
        let named = |id: EntryId| conflict.about.to_string().contains(&id.to_string());
        assert!(named(first) && named(second) && !named(namesake));
    }
}
