//! What nobody does with an agreement that took effect.

use super::{
    Handled,
    at_a_desk::told,
    written::{WRITTEN, effect},
};
use crate::scene::Scene;
use hejie_case::{act, edit::Edit, ids::EntryId, record::*, role::Role};
use serde_json::json;

impl Handled {
    /// A written agreement that everybody signs and that takes effect; returns its one clause.
    async fn agrees_in_writing(&mut self, parties: [EntryId; 2]) -> EntryId {
        let draft = self.writes(parties, &WRITTEN);
        self.freezes(draft).await;
        let [a, b] = parties.map(Signer::Party);
        for signer in [a, b, Signer::Mediator] {
            self.signs(draft, signer, SignatureMedium::Screen);
        }
        self.is_granted(effect(draft)).await;
        let file = self.phone.engine.case(self.scene.case, self.phone.now());
        let view = file.unwrap().view;
        let (clause, _) = view.drafts[&draft].value.clauses[0];
        clause
    }

    /// Both parties apply to the court, and the judicial office sends it there.
    async fn applies(&mut self) {
        self.is_granted(confirm()).await;
        let Scene { server, county, .. } = &self.scene;
        let office = county.judicial_officer(server).await;
        let sent = self.decide(&office, "send_confirmation", json!({})).await;
        assert_eq!(sent.status, 200, "{}", sent.json);
    }
}

fn confirm() -> Ask {
    let (court, jointly) = ("和安县人民法院".into(), true);
    Ask::Confirm(act::Confirm { court, jointly })
}

/// Shows E32, LW14.
#[tokio::test(flavor = "multi_thread")]
async fn an_agreement_about_a_marriage_is_prepared_for_no_court() {
    let mut handled = Handled::set().await;
    let parties = handled.mediates().await;
    handled.agrees_in_writing(parties).await;
    let Scene { server, county, .. } = &handled.scene;
    let dispatcher = county.dispatcher(server).await;
    let marriage = json!({ "situation": "N01-01", "why": "双方系夫妻。" });
    let reclassified = handled.decide(&dispatcher, "reclassify", marriage).await;
    assert_eq!(reclassified.status, 200, "{}", reclassified.json);
    handled.exchange().await;
    handled.is_refused(confirm(), "not_confirmable").await;
}

/// Shows E20, E32c, LW14.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_agreements_that_lie_before_the_court_the_office_says_which_was_decided_on() {
    let mut handled = Handled::set().await;
    let parties = handled.mediates().await;
    let clause = handled.agrees_in_writing(parties).await;
    handled.applies().await;
    let urged_at = handled.phone.now();
    handled.log(clause, Performance::NotPerformed);
    let (means, at) = (ContactMeans::InPerson, urged_at);
    let breach = Ask::Breach(act::Breach {
        obligation: clause,
        remedy: Remedy::Mediate,
        urged_at,
        notice: Some(act::NoticeGiven { means, at }),
    });
    handled.is_granted(breach).await;
    handled.agrees_in_writing(parties).await;
    handled.applies().await;
    let Scene { server, county, .. } = &handled.scene;
    let office = county.judicial_officer(server).await;
    let decided = "decide_confirmation";
    let unnamed = json!({ "result": "confirmed" });
    let unclear = handled.decide(&office, decided, unnamed).await;
    assert_eq!(unclear.outcome(), (409, "confirmation_ambiguous"));
    let agreement = handled.facts().await.round.agreement.unwrap();
    let named = json!({ "result": "confirmed", "agreement_no": agreement.number });
    let clear = handled.decide(&office, decided, named).await;
    assert_eq!(clear.status, 200, "{}", clear.json);
}

/// Shows E12, E22, E25, LW12.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_back_at_the_table_what_took_effect_before_it() {
    let mut handled = Handled::set().await;
    // What is complex is a matter for the table.
    let field = IntakeField::Amount(Cents(12_000_000));
    handled.write(Edit::Intake { field });
    let parties @ [party, _] = handled.mediates().await;
    handled.agrees_in_writing(parties).await;
    let Scene { server, county, .. } = &handled.scene;
    let dispatcher = county.dispatcher(server).await;
    let police = told(&county.hire(server, Role::PoliceDesk).await);
    let hotline = told(&county.hire(server, Role::HotlineDesk).await);
    let members = json!({ "members": [police, hotline] });
    let opened = handled.decide(&dispatcher, "open_joint", members).await;
    assert_eq!(opened.status, 200, "{}", opened.json);
    handled.exchange().await;
    let (ground, routes_told) = (TerminationGround::NoAgreement, true);
    let terminate = act::Terminate {
        ground,
        routes_told,
    };
    let refuse = act::Refuse { party, routes_told };
    for ask in [Ask::Terminate(terminate), Ask::Refuse(refuse)] {
        handled.is_refused(ask, "agreement_in_force").await;
    }
}
