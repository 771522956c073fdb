//! Every edit is read again as it was written.

use super::scene::*;
use hejie_case::{
    document::{CaseDoc, EditError},
    edit::{Edit, NewEntry, TextTarget, Withdrawable},
    ids::Actor,
    record::*,
};

#[test]
fn the_genesis_is_the_same_bytes_for_ever() {
    assert_eq!(
        CaseDoc::genesis().hash.to_string(),
        "4ab933fef2591ac18388936dd822ae4cd973619beabfb6c1e8840ff912fc690b"
    );
}

#[test]
fn a_new_case_knows_its_creator_and_its_origin() {
    let (case, first) = begun();
    let view = view(&case);
    assert_eq!(view.meta, meta());
    assert_eq!(view.heads, [first.hash]);
    assert_eq!(view.intake.channel.as_deref(), Some("110"));
    assert_eq!(
        view.intake.situation.values,
        [(MEDIATOR, "N03-05".parse().unwrap())]
    );
    assert_eq!(view.intake.persons.get(), Some(&2));
    assert_eq!(view.intake.summary, "甲方与乙方因噪音发生争执。");
    assert_eq!(case.changes_since(&[]), [first]);
}

#[test]
fn a_document_survives_saving_and_loading() {
    let mut case = case();
    write(&mut case, MEDIATOR, add(id(1), note("双方情绪平稳。")));
    let loaded = CaseDoc::load(&case.save()).unwrap();
    assert_eq!(view(&loaded), view(&case));
    assert!(CaseDoc::load(b"not a document").is_err());
}
