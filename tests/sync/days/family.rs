//! A family dispute about a child: the screening, the guardian, sealed words, and a party who
//! changes his mind.

use crate::team::{LEAD, Team, VISITOR, code_of, item, somebody, terms};
use hejie_case::{
    act,
    edit::{Edit, NewEntry},
    facts::Status,
    ids::EntryId,
    record::*,
};
use serde_json::json;

const AGREE: ConsentDecision = ConsentDecision::Agree;
const MEDIATION: ConsentSubject = ConsentSubject::Mediation;

impl Team {
    async fn asks_to_accept(&mut self) -> Option<String> {
        let asked = self.ask(LEAD, Ask::Accept);
        self.sync(LEAD).await;
        self.refusal(asked).await
    }

    async fn ends_for(&mut self, party: EntryId, routes_told: bool) -> Option<String> {
        let asked = self.ask(LEAD, Ask::Refuse(act::Refuse { party, routes_told }));
        self.sync(LEAD).await;
        self.refusal(asked).await
    }
}

/// Shows E10, E11, E12, E13, E17, LW01, LW20, LW36, P04, P06, P09.
#[tokio::test(flavor = "multi_thread")]
async fn a_child_speaks_through_its_guardian_in_sealed_words_until_a_parent_ends_the_mediation() {
    let mut team = Team::meet().await;
    team.take_up("N01-05").await;
    team.arrive();
    let (asked, violence) = (true, false);
    let field = IntakeField::DvScreen(DvScreen { asked, violence });
    team.edit(LEAD, Edit::Intake { field });
    let child = Party {
        is_minor: true,
        ..somebody(Side::A)
    };
    let child = team.party(LEAD, child);
    let father = team.party(LEAD, somebody(Side::B));
    team.give_notice(LEAD);
    for party in [child, father] {
        team.say(LEAD, party, MEDIATION, AGREE);
    }
    let alone = team.asks_to_accept().await;
    assert_eq!(alone.as_deref(), Some("guardian_missing"));
    let mother = Party {
        role: Some(PartyRole::Guardian),
        guardian_of: Some(child),
        ..somebody(Side::A)
    };
    let mother = team.party(LEAD, mother);
    let unasked = team.asks_to_accept().await;
    assert_eq!(unasked.as_deref(), Some("consent_missing"));
    team.say(LEAD, mother, MEDIATION, AGREE);
    assert_eq!(team.asks_to_accept().await, None);
    team.ask(LEAD, Ask::Start);
    team.come_back([LEAD, VISITOR]).await;
    assert_eq!(team.status().await, Status::Mediating);
    let screened = team.view(VISITOR).intake.dv_screen;
    assert!(screened.get().is_some_and(|screen| screen.asked));

    let (engine, case, now) = team.on(LEAD);
    let head = StatementHead {
        party: child,
        taken_at: now,
        supplement_to: None,
    };
    let in_plain = NewEntry::Statement(head.clone(), "我想和妈妈住。".into());
    let refused = engine.add(case, in_plain, now).unwrap_err();
    assert_eq!(code_of(&refused), "must_seal");
    let said = engine.add_statement(case, head, "我想和妈妈住。", now);
    let said = said.unwrap();
    let promised = terms([child, father], 150_000, "壹仟伍佰元整");
    let drafted = team.draft(LEAD, promised);
    team.freeze(LEAD, drafted.draft);
    let signer = Signer::Party(father);
    let on_screen = team.sign(LEAD, drafted.draft, signer, SignatureMedium::Screen);
    team.come_back([LEAD, VISITOR]).await;
    let known = team.facts().await.rulings[&on_screen].decision.clone();
    let excluded = |why: &hejie_case::reason::Reason| why.code == "esign_excluded";
    assert!(matches!(&known, hejie_case::facts::Decision::Refused(why) if excluded(why)));
    let read = team.detail().await["statements"].clone();
    let words = item(&read, said);
    assert_eq!(
        (&words["sealed"], &words["text"]),
        (&json!(true), &json!(""))
    );
    assert!(!read.to_string().contains("妈妈"));

    let paper = SignatureMedium::PaperScan;
    for signer in [Signer::Party(child), signer, Signer::Mediator] {
        team.sign(LEAD, drafted.draft, signer, paper);
    }
    let by_child = team.asks_for_effect(LEAD, drafted.draft).await;
    assert_eq!(by_child.as_deref(), Some("party_signature_missing"));
    let unsaid = team.ends_for(father, true).await;
    assert_eq!(unsaid.as_deref(), Some("refusal_not_recorded"));
    let withdrawal = ConsentDecision::Withdraw;
    let withdrawn = team.say(LEAD, father, MEDIATION, withdrawal);
    team.sign(LEAD, drafted.draft, Signer::Party(mother), paper);
    let overtaken = team.asks_for_effect(LEAD, drafted.draft).await;
    assert_eq!(overtaken.as_deref(), Some("party_refused"));
    let untold = team.ends_for(father, false).await;
    assert_eq!(untold.as_deref(), Some("routes_not_told"));
    assert_eq!(team.ends_for(father, true).await, None);
    team.everybody_syncs().await;
    assert_eq!(team.status().await, Status::Closed);
    let detail = team.detail().await;
    assert_eq!(item(&detail["consents"], withdrawn)["decision"], "withdraw");
    let before = detail["consents"].as_array().unwrap().len();
    assert_eq!(before, 4, "what was said before stays");
    let of = "select count(*) from case_reg where case_id = $1 and close_kind = 'withdrawn'";
    assert_eq!(team.scene.count(of).await, 1);
}
