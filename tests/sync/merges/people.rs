//! Parties: their will, their entries, their identity.

use crate::{
    secret::{LI, ZHANG},
    team::{COLLEAGUE, LEAD, Team, item, orders, somebody},
};
use hejie_case::{
    edit::{Edit, Withdrawable},
    ids::EntryId,
    record::*,
    role::Role,
    view::{ConflictKind, Resolver, Severity},
};
use serde_json::json;

const AGREE: ConsentDecision = ConsentDecision::Agree;
const REFUSE: ConsentDecision = ConsentDecision::Refuse;
const MEDIATION: ConsentSubject = ConsentSubject::Mediation;

/// Shows M06, E11, LW01, P04.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_on_one_phone_holds_against_a_consent_on_another_until_it_is_lifted_knowingly() {
    let mut team = Team::meet().await;
    for order in orders(COLLEAGUE) {
        team.take_up("N02-02").await;
        team.arrive();
        let [a, b] = [Side::A, Side::B].map(|side| team.party(LEAD, somebody(side)));
        team.give_notice(LEAD);
        team.say(LEAD, a, MEDIATION, AGREE);
        team.come_back([LEAD, COLLEAGUE]).await;
        team.say(LEAD, b, MEDIATION, AGREE);
        let refusal = team.say(COLLEAGUE, b, MEDIATION, REFUSE);
        team.come_back(order).await;
        let read = team.detail().await["consents"].clone();
        assert_eq!(read.as_array().unwrap().len(), 3, "both words are kept");
        let accept = team.ask(LEAD, Ask::Accept);
        team.sync(LEAD).await;
        let told = team.refusal(accept).await;
        assert_eq!(told.as_deref(), Some("party_refused"));
        let lifting = team.say(LEAD, b, MEDIATION, AGREE);
        assert_eq!(team.view(LEAD).consents[&lifting].value.seen, [refusal]);
        let accept = team.ask(LEAD, Ask::Accept);
        team.come_back([LEAD, COLLEAGUE]).await;
        assert_eq!(team.refusal(accept).await, None);
        let read = team.detail().await["consents"].clone();
        assert_eq!(item(&read, refusal)["decision"], "refuse", "it stays");
    }
}

/// Shows M07.
#[tokio::test(flavor = "multi_thread")]
async fn a_party_withdrawn_on_one_phone_and_written_about_on_another_is_looked_at() {
    let mut team = Team::meet().await;
    for order in orders(COLLEAGUE) {
        let [_, b] = team.mediating("N03-02").await;
        let (target, at) = (Withdrawable::Party(b), team.tick());
        let why = "误登记".into();
        team.edit(LEAD, Edit::Withdraw { target, why, at });
        let field = PartyField::NameMasked("李*强".into());
        team.edit(COLLEAGUE, Edit::Party { party: b, field });
        let refusal = team.say(COLLEAGUE, b, MEDIATION, REFUSE);
        team.come_back(order).await;
        let (kind, review) = (ConflictKind::WithdrawnEdited, Severity::Review);
        let conflict = team.the_one(kind, review, Resolver::Lead).await;
        assert_eq!(conflict.about.to_string(), format!("parties/{b}"));
        assert_eq!(conflict.variants.len(), 3, "withdrawal, name and refusal");
        let detail = team.detail().await;
        let read = item(&detail["parties"], b);
        assert_eq!(
            (&read["name_masked"], &read["withdrawn"]),
            (&json!("李*强"), &json!(true))
        );
        assert_eq!(item(&detail["consents"], refusal)["decision"], "refuse");
        assert_eq!(team.lead_rules(&conflict, 0).await, None);
        team.none_open(kind).await;
    }
}

impl Team {
    /// Names somebody and captures who that is, without signal.
    fn captures(&mut self, phone: usize, who: crate::secret::Somebody) -> EntryId {
        let party = Party {
            name_masked: "张*".into(),
            ..somebody(Side::A)
        };
        let party = self.party(phone, party);
        let (engine, case, now) = self.on(phone);
        let identity = who.identity();
        engine
            .add_party_identity(case, party, &identity, now)
            .unwrap();
        party
    }
}

/// Shows M08.
#[tokio::test(flavor = "multi_thread")]
async fn one_person_entered_on_two_phones_is_proposed_by_identity_and_linked_by_the_dispatcher() {
    let mut team = Team::meet().await;
    for order in orders(COLLEAGUE) {
        team.take_up("N03-02").await;
        team.arrive();
        let first = team.captures(LEAD, ZHANG);
        let second = team.captures(COLLEAGUE, ZHANG);
        let namesake = team.captures(COLLEAGUE, LI);
        for phone in order {
            team.sync(phone).await;
            for answer in team.phones[phone].deliver().await {
                assert_eq!(answer.status, 200, "{}", answer.json);
            }
        }
        team.come_back(order).await;
        let (kind, review) = (ConflictKind::SamePerson, Severity::Review);
        let conflict = team.the_one(kind, review, Resolver::Dispatcher).await;
        let about = conflict.about.to_string();
        let named = |id: EntryId| about.contains(&id.to_string());
        assert!(named(first) && named(second) && !named(namesake));
        assert_eq!(conflict.variants[2].text, "不是同一人，分别保留");
        let parties = team.detail().await["parties"].clone();
        assert_eq!(parties.as_array().unwrap().len(), 3);
        assert!(
            parties
                .as_array()
                .unwrap()
                .iter()
                .all(|p| p["alias_of"].is_null())
        );

        assert_eq!(team.rules(Role::Dispatcher, &conflict, 0).await, None);
        team.come_back([LEAD, COLLEAGUE]).await;
        team.none_open(kind).await;
        let parties = team.detail().await["parties"].clone();
        assert_eq!(item(&parties, second)["alias_of"], json!(first));
        assert_eq!(item(&parties, namesake)["alias_of"], json!(null));
        let linked = "select count(*) from case_party where case_id = $1 and alias_of is not null";
        assert_eq!(team.scene.count(linked).await, 1, "both entries stay");
    }
}
