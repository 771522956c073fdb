//! Records of sessions, and evidence.

use crate::{
    evidence::send_all,
    team::{COLLEAGUE, LEAD, Team, VISITOR, code_of, item, orders, terms},
};
use hejie_case::{
    edit::{Citing, Edit, NewEntry, TextTarget, Withdrawable},
    ids::EntryId,
    record::*,
    role::Role,
    view::{ConflictKind, Resolver, Severity},
};
use serde_json::json;

impl Team {
    fn records(&mut self, phone: usize, record: &str) -> EntryId {
        let head = SessionHead {
            form: SessionForm::Room,
            start: self.tick(),
            place: None,
            attendees: Vec::new(),
            result: String::new(),
        };
        self.add(phone, NewEntry::Session(head, record.into()))
    }

    /// Takes a photo on a phone; its original waits there.
    fn takes_photo(&mut self, phone: usize) -> EntryId {
        self.tick();
        self.phones[phone].takes_photo(&self.scene)
    }
}

/// Shows M13, R020.
#[tokio::test(flavor = "multi_thread")]
async fn records_of_one_session_on_two_phones_are_both_kept_word_for_word() {
    let mut team = Team::meet().await;
    for order in orders(COLLEAGUE) {
        team.mediating("N03-02").await;
        let mine = team.records(LEAD, "甲方先陈述，乙方后陈述。");
        let theirs = team.records(COLLEAGUE, "双方各自陈述意见。");
        team.come_back(order).await;
        let (kind, note) = (ConflictKind::SameSession, Severity::Note);
        team.the_one(kind, note, Resolver::Lead).await;
        let read = team.detail().await["sessions"].clone();
        assert_eq!(item(&read, mine)["record"], "甲方先陈述，乙方后陈述。");
        assert_eq!(item(&read, theirs)["record"], "双方各自陈述意见。");
        assert_eq!(item(&read, mine)["author_name"], "调解丙");
        assert_eq!(item(&read, theirs)["author_name"], "调解丁");
        let target = TextTarget::Record { id: theirs };
        let content = "改写。".into();
        let (engine, case, now) = team.on(LEAD);
        let refused = engine.edit(case, Edit::Text { target, content }, now);
        assert_eq!(code_of(&refused.unwrap_err()), "not_your_text");
    }
}

/// Shows M17, E27.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_not_closed_before_the_file_of_another_phone_has_come_or_was_waived() {
    let mut team = Team::meet().await;
    for waived in [false, true] {
        let clause = team.agreed("N03-02").await;
        let photo = team.takes_photo(VISITOR);
        team.log(LEAD, clause, Performance::Performed);
        team.come_back([VISITOR, LEAD]).await;
        team.ask_close(LEAD, CloseKind::AgreementPerformed);
        team.come_back([LEAD, VISITOR]).await;
        let (kind, review) = (ConflictKind::FileMissing, Severity::Review);
        let awaited = team.the_one(kind, review, Resolver::JudicialOffice).await;
        assert!(awaited.variants[0].text.starts_with("待上传"));
        let close = json!({ "outcome": "agreement_performed" });
        let early = team.desk(Role::Supervisor, "close", close.clone()).await;
        assert_eq!(early.as_deref(), Some("files_missing"));
        if waived {
            let says = json!({ "evidence": photo, "why": "手机损坏，另有收条。" });
            let waives = team.desk(Role::JudicialOffice, "waive_file", says).await;
            assert_eq!(waives, None);
        } else {
            for file in team.phones[VISITOR].engine.outgoing_files().unwrap() {
                send_all(&mut team.phones[VISITOR], &file).await;
            }
            team.scene.server.reconcile().await;
        }
        team.everybody_syncs().await;
        team.none_open(kind).await;
        assert_eq!(team.desk(Role::Supervisor, "close", close).await, None);
    }
}

/// Shows M18.
#[tokio::test(flavor = "multi_thread")]
async fn evidence_withdrawn_on_one_phone_while_a_draft_on_another_relies_on_it_is_looked_at() {
    let mut team = Team::meet().await;
    for order in orders(COLLEAGUE) {
        let parties = team.mediating("N03-02").await;
        let photo = team.takes_photo(COLLEAGUE);
        let promised = terms(parties, 860_000, "捌仟陆佰元整");
        let drafted = team.draft(LEAD, promised.clone());
        team.come_back([COLLEAGUE, LEAD]).await;
        let (by, evidence) = (Citing::Draft(drafted.draft), photo);
        team.edit(LEAD, Edit::Cite { by, evidence });
        let frozen = team.freeze(LEAD, drafted.draft);
        let (target, at) = (Withdrawable::Evidence(photo), team.tick());
        let why = "照片有误".into();
        team.edit(COLLEAGUE, Edit::Withdraw { target, why, at });
        team.come_back(order).await;
        assert_eq!(team.refusal(frozen).await, None);
        let (kind, review) = (ConflictKind::EvidenceWithdrawn, Severity::Review);
        let conflict = team.the_one(kind, review, Resolver::Lead).await;
        assert_eq!(conflict.variants[0].text, "证据已撤回：照片有误");
        assert_eq!(conflict.variants[1].text, "协议文稿引用了它");
        let read = team.detail().await["evidence"].clone();
        assert_eq!(item(&read, photo)["withdrawn"], true, "it stays, marked");

        let head = DraftHead {
            form: AgreementForm::Written,
            based_on: Some(drafted.draft),
        };
        let again = team.draft_as(LEAD, head, promised);
        let frozen = team.freeze(LEAD, again.draft);
        team.come_back([LEAD, COLLEAGUE]).await;
        team.none_open(kind).await;
        assert_eq!(team.refusal(frozen).await, None, "it relies on it no more");
    }
}
