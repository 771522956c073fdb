//! Agreements that cannot be frozen, signed or put into force as they are.

use super::Handled;
use crate::{scene::Scene, team::terms};
use hejie_case::{
    act,
    edit::{Edit, NewEntry, Withdrawable},
    facts::Decision,
    ids::EntryId,
    record::*,
};
use hejie_device::engine::Signing;
use jiff::SignedDuration;
use serde_json::json;

/// A draft of this form in which B pays A 86 yuan at once, or as `other` says.
pub(super) struct Text {
    form: AgreementForm,
    other: fn(&mut Terms),
}

pub(super) const WRITTEN: Text = Text {
    form: AgreementForm::Written,
    other: |_| {},
};

impl Handled {
    pub(super) fn writes(&mut self, [a, b]: [EntryId; 2], text: &Text) -> EntryId {
        let (case, now) = (self.scene.case, self.phone.now());
        let mut terms = terms([a, b], 8_600, "捌拾陆元整");
        (text.other)(&mut terms);
        let draft = self.add(NewEntry::Draft(DraftHead {
            form: text.form,
            based_on: None,
        }));
        let clause = "乙方退还甲方押金。".into();
        let engine = &mut self.phone.engine;
        let added = engine.add_clause(case, draft, clause, Some(terms), now);
        added.unwrap();
        let at = self.phone.now();
        self.write(Edit::Freeze { draft, at });
        draft
    }

    pub(super) async fn freezes(&mut self, draft: EntryId) {
        self.is_granted(Ask::Freeze(act::Freeze { draft })).await;
    }

    pub(super) fn signs(
        &mut self,
        draft: EntryId,
        signer: Signer,
        medium: SignatureMedium,
    ) -> EntryId {
        let (case, now) = (self.scene.case, self.phone.now());
        let scan = None;
        let signing = Signing {
            signer,
            medium,
            scan,
        };
        let signed = self.phone.engine.sign_draft(case, draft, signing, now);
        signed.unwrap()
    }

    async fn signature_is_refused(
        &mut self,
        draft: EntryId,
        signer: Signer,
        medium: SignatureMedium,
        code: &str,
    ) {
        let signed = self.signs(draft, signer, medium);
        self.exchange().await;
        match self.answer_to(signed) {
            Decision::Refused(why) => assert_eq!(why.code, code),
            other => panic!("{code}: {other:?}"),
        }
    }
}

pub(super) fn effect(draft: EntryId) -> Ask {
    let (seal_no, effective_on) = (Some("章-1".into()), None);
    Ask::Effect(act::TakeEffect {
        draft,
        seal_no,
        effective_on,
    })
}

/// Shows E16, LW11.
#[tokio::test(flavor = "multi_thread")]
async fn no_draft_is_frozen_whose_amounts_differ() {
    let mut handled = Handled::set().await;
    let parties = handled.mediates().await;
    let amiss = Text {
        other: |terms| terms.amount_words = "捌佰陆拾元整".into(),
        ..WRITTEN
    };
    let draft = handled.writes(parties, &amiss);
    let freeze = Ask::Freeze(act::Freeze { draft });
    handled.is_refused(freeze, "amounts_differ").await;
}

/// Shows E17, LW09, LW11.
#[tokio::test(flavor = "multi_thread")]
async fn a_signature_is_put_by_hand_on_the_text_that_is_frozen_and_electronic_only_where_all_agree()
{
    let mut handled = Handled::set().await;
    let parties @ [a, _] = handled.mediates().await;
    let earlier = handled.writes(parties, &WRITTEN);
    let draft = handled.writes(parties, &WRITTEN);
    handled.freezes(draft).await;
    let by_a = Signer::Party(a);
    let spoken = SignatureMedium::Spoken;
    handled
        .signature_is_refused(draft, by_a, spoken, "spoken_not_enough")
        .await;
    let unseen = SignatureMedium::PaperScan;
    handled
        .signature_is_refused(draft, by_a, unseen, "scan_missing")
        .await;
    let screen = SignatureMedium::Screen;
    handled
        .signature_is_refused(earlier, by_a, screen, "signed_another_text")
        .await;
    handled.signs(draft, Signer::Mediator, screen);
    handled
        .is_refused(effect(draft), "party_signature_missing")
        .await;
    handled.says(a, ConsentSubject::Esign, ConsentDecision::Refuse);
    handled
        .signature_is_refused(draft, by_a, screen, "esign_refused")
        .await;
}

/// Shows E20, E26, E32, LW12, LW13, LW14.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_later_is_neither_broken_nor_performed_yet_and_is_confirmed_once() {
    let mut handled = Handled::set().await;
    let parties @ [a, b] = handled.mediates().await;
    let later = Text {
        other: |terms| {
            terms.schedule = vec![Instalment {
                due: "2026-06-01".parse().unwrap(),
                amount: terms.amount,
            }];
        },
        ..WRITTEN
    };
    let draft = handled.writes(parties, &later);
    handled.freezes(draft).await;
    for signer in [Signer::Party(a), Signer::Party(b), Signer::Mediator] {
        handled.signs(draft, signer, SignatureMedium::Screen);
    }
    handled.is_granted(effect(draft)).await;
    let case = handled.scene.case;
    let view = handled.phone.engine.case(case, handled.phone.now());
    let view = view.unwrap().view;
    let (clause, _) = view.drafts[&draft].value.clauses[0];
    let urged_at = handled.phone.now();
    handled.log(clause, Performance::NotPerformed);
    let breach = Ask::Breach(act::Breach {
        obligation: clause,
        remedy: Remedy::Mediate,
        urged_at,
        notice: None,
    });
    handled.is_refused(breach, "not_due").await;
    let (outcome, feedback) = (CloseKind::AgreementPerformed, "已履行。".into());
    let close = Ask::AskClose(act::AskClose { outcome, feedback });
    handled.is_refused(close, "obligations_open").await;
    let (court, jointly) = ("和安县人民法院".into(), true);
    let confirm = Ask::Confirm(act::Confirm { court, jointly });
    handled.is_granted(confirm.clone()).await;
    let Scene { server, county, .. } = &handled.scene;
    let office = county.judicial_officer(server).await;
    let sent = handled
        .decide(&office, "send_confirmation", json!({}))
        .await;
    assert_eq!(sent.status, 200, "{}", sent.json);
    handled
        .is_refused(confirm.clone(), "confirmation_sent")
        .await;
    let confirmed = json!({ "result": "confirmed" });
    let decided = handled.decide(&office, "decide_confirmation", confirmed);
    assert_eq!(decided.await.status, 200);
    handled
        .is_refused(confirm.clone(), "confirmed_already")
        .await;
    for _ in 0..2 {
        handled.wait(SignedDuration::from_hours(16 * 24)).await;
    }
    handled.is_refused(confirm, "confirmation_too_late").await;
}

/// Shows E18, LW11.
#[tokio::test(flavor = "multi_thread")]
async fn an_agreement_binds_nobody_who_takes_no_part_any_more() {
    let mut handled = Handled::set().await;
    let parties @ [a, b] = handled.mediates().await;
    let other = handled.party(Side::B);
    handled.consents(other, ConsentDecision::Agree);
    let at = handled.phone.now();
    let (target, why) = (Withdrawable::Party(b), "登记有误。".into());
    handled.write(Edit::Withdraw { target, why, at });
    let draft = handled.writes(parties, &WRITTEN);
    handled.freezes(draft).await;
    for signer in [Signer::Party(a), Signer::Party(other), Signer::Mediator] {
        handled.signs(draft, signer, SignatureMedium::Screen);
    }
    handled
        .is_refused(effect(draft), "bound_party_missing")
        .await;
}

/// Shows E18, LW09, LW10, LW16.
#[tokio::test(flavor = "multi_thread")]
async fn an_oral_agreement_needs_each_partys_yes_and_nobody_who_asks_for_a_written_one() {
    let mut handled = Handled::set().await;
    let parties @ [a, b] = handled.mediates().await;
    let oral = Text {
        form: AgreementForm::Oral,
        ..WRITTEN
    };
    let draft = handled.writes(parties, &oral);
    handled.freezes(draft).await;
    handled.signs(draft, Signer::Mediator, SignatureMedium::Screen);
    handled.signs(draft, Signer::Party(a), SignatureMedium::Spoken);
    handled.is_refused(effect(draft), "assent_missing").await;
    handled.signs(draft, Signer::Party(b), SignatureMedium::Spoken);
    let early = handled.phone.now() - SignedDuration::from_hours(72);
    let effective_on = Some(hejie_case::deadline::day_of(early));
    let dated = Ask::Effect(act::TakeEffect {
        draft,
        seal_no: None,
        effective_on,
    });
    handled.is_refused(dated, "effect_date_unfounded").await;
    handled.says(b, ConsentSubject::OralForm, ConsentDecision::Refuse);
    handled.is_refused(effect(draft), "written_required").await;
}
