//! Records of sessions, and evidence.

use crate::scene::*;
use hejie_case::{
    conflict::{DetectInput, conflicts},
    edit::{Citing, Edit, NewEntry, Withdrawable},
    ids::EntryId,
    reason::Explain,
    record::*,
    view::{ConflictKind, Resolver, Severity},
};
use std::collections::BTreeSet;

fn session(stage: &mut Stage, phone: usize, record: &str) -> EntryId {
    let head = SessionHead {
        form: SessionForm::Room,
        start: stage.now,
        place: None,
        attendees: Vec::new(),
        result: String::new(),
    };
    stage.add(phone, NewEntry::Session(head, record.into()))
}

fn photo(stage: &mut Stage, phone: usize) -> EntryId {
    let evidence = Evidence {
        kind: EvidenceKind::Photo,
        sha256: "ab".repeat(32),
        size: 1_024,
        mime: "image/jpeg".into(),
        taken_at: stage.now,
        place: None,
        origin: "现场拍摄".into(),
    };
    stage.add(phone, NewEntry::Evidence(evidence, "收据照片".into()))
}

fn withdraw(stage: &mut Stage, phone: usize, evidence: EntryId) {
    let (target, at) = (Withdrawable::Evidence(evidence), stage.now);
    let why = "照片有误".into();
    stage.edit(phone, Edit::Withdraw { target, why, at });
}

/// Shows M13.
#[test]
fn two_records_of_one_session_are_both_kept_word_for_word() {
    for order in orders(COLLEAGUE) {
        let (mut stage, _) = mediating("N03-02");
        let mine = session(&mut stage, MEDIATOR, "甲方先陈述，乙方后陈述。");
        let theirs = session(&mut stage, COLLEAGUE, "双方各自陈述意见。");
        everybody_comes_back(&mut stage, order);
        the_one(
            &stage,
            ConflictKind::SameSession,
            Severity::Note,
            Resolver::Lead,
        );
        let sessions = &stage.view().sessions;
        assert_eq!(sessions[&mine].value.record, "甲方先陈述，乙方后陈述。");
        assert_eq!(sessions[&theirs].value.record, "双方各自陈述意见。");
        let target = hejie_case::edit::TextTarget::Record { id: theirs };
        let content = "改写。".into();
        let phone = &mut stage.phones[MEDIATOR];
        let refused = phone
            .doc
            .edit(phone.actor, stage.now, &Edit::Text { target, content });
        assert_eq!(refused.unwrap_err().code(), "not_your_text");
    }
}

/// Shows M13.
#[test]
fn a_session_of_another_day_is_another_session() {
    let (mut stage, _) = mediating("N03-02");
    session(&mut stage, MEDIATOR, "第一次调解。");
    stage.later(24 * 60);
    session(&mut stage, COLLEAGUE, "第二次调解。");
    everybody_comes_back(&mut stage, [MEDIATOR, COLLEAGUE]);
    none_open(&stage, ConflictKind::SameSession);
}

/// Shows M17.
#[test]
fn evidence_whose_file_has_not_come_is_shown_as_awaited() {
    let (mut stage, _) = mediating("N03-02");
    let photo = photo(&mut stage, GRID);
    everybody_comes_back(&mut stage, [GRID, MEDIATOR]);
    none_open(&stage, ConflictKind::FileMissing);
    let found = conflicts(
        &stage.phones[MEDIATOR].doc,
        &DetectInput {
            missing_files: BTreeSet::from([photo]),
            ..DetectInput::default()
        },
    );
    let [conflict] = &found[..] else {
        panic!("{found:#?}");
    };
    assert_eq!(
        (conflict.kind, conflict.severity),
        (ConflictKind::FileMissing, Severity::Review)
    );
    assert_eq!(conflict.kind.resolver(), Resolver::JudicialOffice);
    assert_eq!(conflict.variants[0].text, "待上传：收据照片");
}

/// Shows M18.
#[test]
fn evidence_withdrawn_by_one_while_another_relies_on_it_stays_and_is_looked_at() {
    for order in orders(COLLEAGUE) {
        let (mut stage, parties) = mediating("N03-02");
        let photo = photo(&mut stage, COLLEAGUE);
        let drafted = draft(&mut stage, parties, None);
        everybody_comes_back(&mut stage, [COLLEAGUE, MEDIATOR]);
        let cite = Edit::Cite {
            by: Citing::Draft(drafted.draft),
            evidence: photo,
        };
        stage.edit(MEDIATOR, cite);
        let (frozen, _) = freeze(&mut stage, drafted.draft);
        withdraw(&mut stage, COLLEAGUE, photo);
        everybody_comes_back(&mut stage, order);
        assert_eq!(stage.refusal(frozen), None);
        let conflict = the_one(
            &stage,
            ConflictKind::EvidenceWithdrawn,
            Severity::Review,
            Resolver::Lead,
        );
        assert_eq!(conflict.variants[0].text, "证据已撤回：照片有误");
        assert_eq!(conflict.variants[1].text, "协议文稿引用了它");
        assert!(stage.view().evidence[&photo].value.withdrawn.is_some());

        let again = draft(&mut stage, parties, Some(drafted.draft));
        let (frozen, _) = freeze(&mut stage, again.draft);
        stage.sync(MEDIATOR);
        none_open(&stage, ConflictKind::EvidenceWithdrawn);
        assert_eq!(
            stage.refusal(frozen),
            None,
            "a new draft relies on it no more"
        );
    }
}

/// Shows M18.
#[test]
fn a_proof_of_payment_that_is_withdrawn_is_looked_at_too() {
    let mut stage = case("N03-02");
    let photo = photo(&mut stage, MEDIATOR);
    let obligation = stage.make_effective();
    let entry = PerformanceEntry {
        obligation,
        state: Performance::Performed,
        at: stage.now,
        amount: Cents(860_000),
        means: "转账".into(),
        slip_no: None,
        evidence: Some(photo),
    };
    stage.add(MEDIATOR, NewEntry::Performance(entry));
    withdraw(&mut stage, MEDIATOR, photo);
    everybody_comes_back(&mut stage, [MEDIATOR, GRID]);
    let conflict = the_one(
        &stage,
        ConflictKind::EvidenceWithdrawn,
        Severity::Review,
        Resolver::Lead,
    );
    assert_eq!(lead_rules(&mut stage, &conflict, 0), None);
    none_open(&stage, ConflictKind::EvidenceWithdrawn);
}
