//! What a case is about, as the worker enters and corrects it on the phone, and what follows from
//! it for a case that came from 110.

use crate::{
    handled::Handled,
    scene::facts,
    secret::{ZHANG, bring, known_party, read},
};
use harness::Calls;
use hejie_case::{
    edit::{Edit, NewEntry, TextTarget},
    facts::{Difficulty, Facts},
    ids::EntryId,
    record::*,
};
use serde_json::{Value, json};

impl Handled {
    async fn enter(&mut self, field: IntakeField) -> Facts {
        self.write(Edit::Intake { field });
        bring(&self.scene, &mut self.phone).await;
        facts(&self.scene.server, self.scene.case).await
    }

    async fn correct(&mut self, party: EntryId, field: PartyField) {
        self.write(Edit::Party { party, field });
        bring(&self.scene, &mut self.phone).await;
    }

    async fn detail(&self) -> Value {
        let dispatcher = self.scene.county.dispatcher(&self.scene.server).await;
        let path = format!("/api/v1/cases/{}", self.scene.case);
        dispatcher.get(&path).await.json
    }
}

/// Whether the colour says something of this.
fn counts(facts: &Facts, code: &str) -> bool {
    let mut reasons = facts.colour.reasons.iter();
    reasons.any(|reason| reason.code == code)
}

/// Shows R042.
#[tokio::test(flavor = "multi_thread")]
async fn an_amount_raises_difficulty_and_colour_and_its_correction_lowers_the_colour_alone() {
    let mut handled = Handled::set().await;
    let before = facts(&handled.scene.server, handled.scene.case).await;
    assert!(before.difficulty < Difficulty::Complex && !counts(&before, "amount"));
    let entered = handled.enter(IntakeField::Amount(Cents(10_000_000))).await;
    assert_eq!(entered.difficulty, Difficulty::Complex);
    assert!(counts(&entered, "amount") && entered.colour.score > before.colour.score);
    let corrected = handled.enter(IntakeField::Amount(Cents(100_000))).await;
    assert_eq!(corrected.difficulty, Difficulty::Complex);
    assert_eq!(corrected.colour.score, before.colour.score);
    assert_eq!(handled.detail().await["intake"]["amount_cents"], 100_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn lasting_injury_and_death_make_a_case_complex_and_a_light_one_does_not() {
    for (injury, is_complex) in [
        (Injury::Light, false),
        (Injury::Lasting, true),
        (Injury::Death, true),
    ] {
        let mut handled = Handled::set().await;
        let entered = handled.enter(IntakeField::Injury(injury)).await;
        let raised = entered.difficulty == Difficulty::Complex;
        assert_eq!(raised, is_complex, "{injury:?}");
    }
}

/// Shows LW20.
#[tokio::test(flavor = "multi_thread")]
async fn where_the_screening_found_violence_identities_are_for_those_who_may_read_class_s() {
    let mut handled = Handled::set().await;
    let (scene, phone) = (&handled.scene, &mut handled.phone);
    let case = scene.case;
    let party = known_party(scene, phone, case, Side::A, ZHANG).await;
    let dispatcher = scene.county.dispatcher(&scene.server).await;
    let mediator = scene.county.mediator(&scene.server).await;
    let words = "核对当事人身份";
    let seen = read(&dispatcher, case, party, words).await;
    assert_eq!(seen.status, 200, "{}", seen.json);
    let screen = DvScreen {
        asked: true,
        violence: true,
    };
    handled.enter(IntakeField::DvScreen(screen)).await;
    let seen = read(&dispatcher, case, party, words).await;
    assert_eq!(seen.outcome(), (403, "not_allowed"));
    let seen = read(&mediator, case, party, words).await;
    assert_eq!(seen.status, 200, "{}", seen.json);
}

#[tokio::test(flavor = "multi_thread")]
async fn place_time_and_summary_are_corrected_and_the_desk_reads_them() {
    let mut handled = Handled::set().await;
    let occurred_at = "2026-03-02T01:30:00Z".parse().unwrap();
    handled.write(Edit::Intake {
        field: IntakeField::OccurredAt(occurred_at),
    });
    let content = "租户与中介因退还中介费发生争执，约定在店内协商。".into();
    let target = TextTarget::Summary;
    handled.write(Edit::Text { target, content });
    let place = Place {
        region: handled.scene.county.township(),
        address: "新栖街某小区5号楼".into(),
        position: Some(Position {
            lat: 30.1,
            lon: 121.2,
            accuracy: 12.0,
        }),
    };
    handled.enter(IntakeField::Place(place.clone())).await;
    let intake = handled.detail().await["intake"].clone();
    assert_eq!(intake["address"], "新栖街某小区5号楼");
    assert_eq!(intake["occurred_at"], "2026-03-02T01:30:00Z");
    assert!(intake["summary"].as_str().unwrap().ends_with("店内协商。"));
    let (case, now) = (handled.scene.case, handled.phone.now());
    let file = handled.phone.engine.case(case, now).unwrap();
    assert_eq!(file.view.intake.place.get(), Some(&place));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_a_party_is_in_the_dispute_is_corrected_and_a_minor_has_statements_sealed_from_then_on()
{
    let mut handled = Handled::set().await;
    let (scene, phone) = (&handled.scene, &mut handled.phone);
    let party = known_party(scene, phone, scene.case, Side::A, ZHANG).await;
    for field in [
        PartyField::Side(Side::B),
        PartyField::IsRepresentative(true),
        PartyField::IsIncapacitated(true),
        PartyField::Role(PartyRole::Principal),
    ] {
        handled.correct(party, field).await;
    }
    let told = handled.detail().await["parties"][0].clone();
    assert_eq!(told["side"], "b");
    assert_eq!(
        (&told["is_representative"], &told["is_incapacitated"]),
        (&json!(true), &json!(true))
    );
    let guardian = Party {
        role: Some(PartyRole::Guardian),
        guardian_of: Some(party),
        ..Party::person(Side::B, "赵*")
    };
    let (case, now) = (handled.scene.case, handled.phone.now());
    let engine = &mut handled.phone.engine;
    let guardian = engine.add(case, NewEntry::Party(guardian), now).unwrap();
    handled.correct(party, PartyField::IsMinor(true)).await;
    let (case, now) = (handled.scene.case, handled.phone.now());
    let head = StatementHead {
        party,
        taken_at: now,
        supplement_to: None,
    };
    let engine = &mut handled.phone.engine;
    let statement = engine.add_statement(case, head, "我在场。", now).unwrap();
    let view = engine.case(case, now).unwrap().view;
    assert!(view.statements[&statement].value.sealed.is_some());
    assert_eq!(view.parties[&guardian].value.party.guardian_of, Some(party));
}
