//! Writing and reading on one phone, without a server.

use crate::phone::{Phone, enrolment, noon};
use hejie_case::{
    document::Origin,
    edit::{Edit, NewEntry, TextTarget},
    ids::{CaseId, EntryId},
    reason::Explain,
    record::{AgreementForm, Ask, DraftHead, SignatureMedium, Signer},
};
use hejie_device::engine::{EngineError, Readiness, Signing, Standing};
use jiff::Timestamp;

#[test]
fn what_was_written_is_there_after_the_phone_died() {
    let mut phone = Phone::new(1);
    let case = phone.begin_case("租客与中介因退费争执");
    phone.note(case, "甲方到场，情绪平稳");
    phone.die();
    assert_eq!(phone.notes(case), ["甲方到场，情绪平稳"]);
    let summary = &phone.engine.cases()[0];
    assert_eq!(
        (summary.title.as_str(), summary.waiting),
        ("租客与中介因退费争执", 2)
    );
    assert_eq!(summary.standing, Standing::OnThisPhoneOnly);
    assert_eq!(phone.engine.status().readiness, Readiness::NeverExchanged);
    assert_eq!(phone.engine.unsent(case).unwrap().len(), 2);
}

#[test]
fn an_edit_that_does_not_fit_leaves_nothing_behind() {
    let mut phone = Phone::new(1);
    let case = phone.begin_case("邻里噪音");
    let nobody = EntryId(uuid::Uuid::from_bytes([9; 16]));
    let edit = Edit::Text {
        target: TextTarget::Note { id: nobody },
        content: "无".into(),
    };
    assert!(matches!(
        phone.engine.edit(case, edit.clone(), noon()),
        Err(EngineError::Edit(_))
    ));
    let id = phone.engine.new_entry_id(noon()).unwrap();
    let good = Edit::Add {
        id,
        entry: crate::phone::note(noon(), "一"),
    };
    assert!(
        phone
            .engine
            .edit_all(case, vec![good, edit], noon())
            .is_err()
    );
    assert_eq!(phone.engine.status().waiting, 1);
    assert!(phone.notes(case).is_empty());
}

#[test]
fn an_unknown_case_is_named_so() {
    let mut phone = Phone::new(1);
    let case = CaseId(uuid::Uuid::from_bytes([7; 16]));
    assert!(matches!(
        phone.engine.case(case, noon()),
        Err(EngineError::UnknownCase)
    ));
    assert!(matches!(
        phone.engine.ask(case, Ask::Accept, noon()),
        Err(EngineError::UnknownCase)
    ));
}

#[test]
fn a_phone_belongs_to_one_person() {
    let mut phone = Phone::new(1);
    assert!(matches!(
        phone.engine.enrol(enrolment(2, 2), noon()),
        Err(EngineError::OtherPerson(whose)) if whose == enrolment(1, 1).user
    ));
    assert_eq!(phone.engine.enrolment(), Some(&enrolment(1, 1)));
}

#[test]
fn a_request_names_the_facts_on_which_it_was_made() {
    let mut phone = Phone::new(1);
    let case = phone.begin_case("工资纠纷");
    let id = phone.engine.ask(case, Ask::Accept, noon()).unwrap();
    assert_eq!(phone.view(case).requests[&id].value.base_version, 0);
    assert_eq!(phone.engine.cases()[0].open_requests, 1);
}

#[test]
fn a_draft_is_frozen_with_its_request_and_signed_as_it_was_frozen() {
    let mut phone = Phone::new(1);
    let case = phone.begin_case("工资纠纷");
    let head = DraftHead {
        form: AgreementForm::Written,
        based_on: None,
    };
    let draft = phone
        .engine
        .add(case, NewEntry::Draft(head), noon())
        .unwrap();
    for text in ["乙方三日内付清工资", "甲方撤回投诉"] {
        phone
            .engine
            .add_clause(case, draft, text.into(), None, noon())
            .unwrap();
    }
    let signing = Signing {
        signer: Signer::Mediator,
        medium: SignatureMedium::Screen,
        scan: None,
    };
    let early = phone.engine.sign_draft(case, draft, signing, noon());
    assert!(
        matches!(early, Err(EngineError::NotPossible(reason)) if reason.code == "draft_not_frozen")
    );
    phone.engine.freeze_draft(case, draft, noon()).unwrap();
    let signature = phone
        .engine
        .sign_draft(case, draft, signing, noon())
        .unwrap();
    let view = phone.view(case);
    let texts: Vec<_> = view.drafts[&draft]
        .value
        .clauses
        .iter()
        .map(|(_, c)| c.text.as_str())
        .collect();
    assert_eq!(texts, ["乙方三日内付清工资", "甲方撤回投诉"]);
    assert_eq!(
        view.signatures[&signature].value.hash,
        view.drafts[&draft].value.content_hash
    );
    assert_eq!(view.requests.len(), 1);
}

#[test]
fn nothing_can_be_signed_for_before_it_was_offered() {
    let mut phone = Phone::new(1);
    let case = phone.begin_case("自己登记的案件");
    let answer = phone.engine.sign_for(case, noon());
    assert!(
        matches!(answer, Err(EngineError::NotPossible(reason)) if reason.code == "nothing_offered")
    );
}

/// Its change would be refused for good where it arrives.
#[test]
fn a_case_is_not_begun_at_a_time_in_which_no_case_is() {
    let mut phone = Phone::new(1);
    let begun = phone.engine.create_case(Origin::default(), Timestamp::MIN);
    let Err(EngineError::Edit(error)) = begun else {
        panic!("{begun:?}");
    };
    assert_eq!(error.code(), "value_out_of_range");
    assert!(error.zh().contains("手机日期"), "{}", error.zh());
    assert!(phone.engine.cases().is_empty());
}
