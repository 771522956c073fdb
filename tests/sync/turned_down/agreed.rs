//! Requests of the phone about an agreement.

use super::Handled;
use crate::team::terms;
use hejie_case::{
    act,
    edit::{Edit, NewEntry},
    ids::EntryId,
    record::*,
};
use hejie_device::engine::Signing;
use jiff::SignedDuration;

impl Handled {
    fn draft(&mut self) -> EntryId {
        self.add(NewEntry::Draft(DraftHead {
            form: AgreementForm::Written,
            based_on: None,
        }))
    }

    fn freeze(&mut self, draft: EntryId) {
        let at = self.phone.now();
        self.write(Edit::Freeze { draft, at });
    }

    fn clause(&mut self, draft: EntryId, text: &str) -> EntryId {
        let (case, now) = (self.scene.case, self.phone.now());
        let engine = &mut self.phone.engine;
        let clause = engine.add_clause(case, draft, text.into(), None, now);
        clause.unwrap()
    }

    pub(super) fn log(&mut self, obligation: EntryId, state: Performance) -> EntryId {
        let at = self.phone.now();
        self.add(NewEntry::Performance(PerformanceEntry {
            obligation,
            state,
            amount: Cents(0),
            means: "现金".into(),
            slip_no: None,
            evidence: None,
            at,
        }))
    }

    /// Something that is done at once, to which each party says yes; returns what was promised.
    async fn agrees_by_word_of_mouth(&mut self, [a, b]: [EntryId; 2]) -> EntryId {
        let (case, now) = (self.scene.case, self.phone.now());
        let draft = self.add(NewEntry::Draft(DraftHead {
            form: AgreementForm::Oral,
            based_on: None,
        }));
        let terms = terms([a, b], 8_600, "捌拾陆元整");
        let text = "乙方退还甲方押金。".into();
        let engine = &mut self.phone.engine;
        let clause = engine.add_clause(case, draft, text, Some(terms), now);
        let clause = clause.unwrap();
        self.phone.engine.freeze_draft(case, draft, now).unwrap();
        for (signer, medium) in [
            (Signer::Party(a), SignatureMedium::Spoken),
            (Signer::Party(b), SignatureMedium::Spoken),
            (Signer::Mediator, SignatureMedium::Screen),
        ] {
            let scan = None;
            let signing = Signing {
                signer,
                medium,
                scan,
            };
            let engine = &mut self.phone.engine;
            engine.sign_draft(case, draft, signing, now).unwrap();
        }
        let (seal_no, effective_on) = (None, None);
        self.is_granted(Ask::Effect(act::TakeEffect {
            draft,
            seal_no,
            effective_on,
        }))
        .await;
        clause
    }
}

/// Shows E16, E18.
#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_there_has_clauses_and_is_the_one_that_was_frozen() {
    let mut handled = Handled::set().await;
    handled.mediates().await;
    let unknown = handled.phone.now();
    let unknown = handled.phone.engine.new_entry_id(unknown).unwrap();
    let freeze = |draft| Ask::Freeze(act::Freeze { draft });
    handled.is_refused(freeze(unknown), "unknown_draft").await;
    let empty = handled.draft();
    handled.freeze(empty);
    handled.is_refused(freeze(empty), "draft_empty").await;
    let open = handled.draft();
    handled.clause(open, "甲方退还乙方中介费。");
    handled.is_refused(freeze(open), "draft_changed").await;
    handled.freeze(open);
    handled.is_granted(freeze(open)).await;
    let effect = |draft| {
        let (seal_no, effective_on) = (None, None);
        Ask::Effect(act::TakeEffect {
            draft,
            seal_no,
            effective_on,
        })
    };
    handled
        .is_refused(effect(empty), "not_the_frozen_draft")
        .await;
    handled
        .is_refused(effect(open), "mediator_signature_missing")
        .await;
}

/// Shows E18, E20, E32, LW09, LW12, LW13.
#[tokio::test(flavor = "multi_thread")]
async fn an_oral_agreement_is_confirmed_by_no_court_and_broken_only_once_that_is_recorded_and_urged()
 {
    let mut handled = Handled::set().await;
    let parties = handled.mediates().await;
    let confirm = |court: &str, jointly| {
        let court = court.into();
        Ask::Confirm(act::Confirm { court, jointly })
    };
    handled
        .is_refused(confirm("和安县人民法院", true), "agreement_not_effective")
        .await;
    let clause = handled.agrees_by_word_of_mouth(parties).await;
    handled
        .is_refused(confirm("和安县人民法院", false), "not_joint")
        .await;
    handled
        .is_refused(confirm("和安县人民法院", true), "written_agreement_missing")
        .await;
    let urged_at = handled.phone.now();
    let breach = |obligation, urged_at, is_told: bool| {
        let (means, at) = (ContactMeans::InPerson, urged_at);
        let given = act::NoticeGiven { means, at };
        Ask::Breach(act::Breach {
            obligation,
            remedy: Remedy::Litigate,
            urged_at,
            notice: is_told.then_some(given),
        })
    };
    handled
        .is_refused(breach(clause, urged_at, true), "breach_not_recorded")
        .await;
    let unknown = handled.phone.engine.new_entry_id(urged_at).unwrap();
    let logged = handled.log(unknown, Performance::NotPerformed);
    handled.exchange().await;
    let answer = format!("{:?}", handled.answer_to(logged));
    assert!(answer.contains("unknown_obligation"), "{answer}");
    handled.log(clause, Performance::NotPerformed);
    let before = urged_at - SignedDuration::from_hours(48);
    handled
        .is_refused(breach(clause, before, true), "not_urged")
        .await;
    handled
        .is_refused(breach(clause, urged_at, false), "breach_notice_missing")
        .await;
    handled.is_granted(breach(clause, urged_at, true)).await;
}

/// Shows E19.
#[tokio::test(flavor = "multi_thread")]
async fn what_no_agreement_in_force_promises_is_performed_by_nobody() {
    let mut handled = Handled::set().await;
    handled.mediates().await;
    let draft = handled.draft();
    let clause = handled.clause(draft, "甲方退还乙方中介费。");
    handled.freeze(draft);
    handled.is_granted(Ask::Freeze(act::Freeze { draft })).await;
    let logged = handled.log(clause, Performance::Performed);
    handled.exchange().await;
    let answer = format!("{:?}", handled.answer_to(logged));
    assert!(answer.contains("wrong_stage"), "{answer}");
}
