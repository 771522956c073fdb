//! Statements, and an app that does not keep to our editor.

use crate::{
    full_text::snapshot,
    hostile::up,
    phone::{Phone, read},
    team::{COLLEAGUE, LEAD, Team, VISITOR, code_of, item, orders},
};
use automerge::{ActorId, Automerge, ObjType, ROOT, ReadDoc, transaction::Transactable};
use hejie_case::{
    document::CaseDoc,
    edit::{Edit, NewEntry},
    ids::EntryId,
    part::CasePart,
    record::*,
    role::Role,
    view::{ConflictKind, Resolver, Severity},
};
use hejie_wire::message::{CaseDown, CaseUp, Up};
use serde_bytes::ByteBuf;
use serde_json::json;

impl Team {
    /// Sends what another app than ours writes as this phone, into what the server has.
    async fn forges(&self, phone: &mut Phone, write: impl FnOnce(&mut Automerge)) -> CaseDown {
        let case = self.case();
        let mut app = Automerge::load(&snapshot(&self.scene, case).await).unwrap();
        let actor = phone.engine.enrolment().unwrap().actor;
        app.set_actor(ActorId::from(actor.writing(CasePart::Confidential).0));
        write(&mut app);
        let change = app.get_last_local_change().unwrap().raw_bytes().to_vec();
        let up = Up {
            cases: vec![CaseUp::new(case, vec![ByteBuf::from(change)])],
            ..up(phone)
        };
        let answer = phone.send(&up).await;
        phone.engine.exchange_failed();
        self.scene.server.reconcile().await;
        let mut down = read(&answer).cases.into_iter();
        down.find(|down| down.case == case).unwrap()
    }

    /// Takes a statement of a party down on a phone.
    fn states(&mut self, phone: &mut Phone, head: StatementHead, text: &str) -> EntryId {
        let (case, now) = (self.case(), self.tick());
        phone.set_clock(now);
        phone.engine.add_statement(case, head, text, now).unwrap()
    }
}

fn rewrite(app: &mut Automerge, statement: EntryId, words: &str) {
    let (_, map) = app.get(ROOT, "statements").unwrap().unwrap();
    let (_, entry) = app.get(&map, statement.to_string()).unwrap().unwrap();
    let (_, text) = app.get(&entry, "text").unwrap().unwrap();
    let mut tx = app.transaction();
    tx.update_text(&text, words).unwrap();
    tx.commit();
}

/// Shows M12.
#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_another_app_edits_after_signing_is_what_was_signed_and_is_supplemented() {
    let mut team = Team::meet().await;
    for forged_first in [true, false] {
        let [party, _] = team.mediating("N03-02").await;
        let mut device = team.scene.mediator().await;
        let (taken_at, supplement_to) = (team.tick(), None);
        let head = StatementHead {
            party,
            taken_at,
            supplement_to,
        };
        let signed = team.states(&mut device, head.clone(), "我没有先动手。");
        let (statement, at) = (signed, team.tick());
        let lock = Edit::LockStatement { statement, at };
        device.engine.edit(team.case(), lock, at).unwrap();
        let edited = device
            .engine
            .edit_statement(team.case(), signed, "我先动手。", at);
        assert_eq!(
            code_of(&edited.unwrap_err()),
            "statement_locked",
            "not by our app"
        );
        device.sync().await;
        team.scene.server.reconcile().await;
        team.note(COLLEAGUE, "回访时双方平静。");
        if !forged_first {
            team.sync(COLLEAGUE).await;
        }
        let down = team
            .forges(&mut device, |app| rewrite(app, signed, "我先动手。"))
            .await;
        assert_eq!(down.refused, [], "its writer may write it");
        team.come_back([COLLEAGUE, LEAD]).await;
        let (kind, review) = (ConflictKind::ChangedAfterSigning, Severity::Review);
        let conflict = team.the_one(kind, review, Resolver::JudicialOffice).await;
        assert_eq!(conflict.variants[1].text, "我没有先动手。");
        let doc = CaseDoc::load(&snapshot(&team.scene, team.case()).await).unwrap();
        let as_signed = doc.statement_as_signed(signed);
        assert_eq!(as_signed.as_deref(), Some("我没有先动手。"));
        let ruled = team.rules(Role::JudicialOffice, &conflict, 1).await;
        assert_eq!(ruled, None);
        let head = StatementHead {
            supplement_to: Some(signed),
            ..head
        };
        let (engine, case, now) = team.on(LEAD);
        let text = "更正：双方互相推搡。";
        let more = engine.add_statement(case, head, text, now).unwrap();
        team.come_back([LEAD, VISITOR]).await;
        team.none_open(kind).await;
        let read = team.detail().await["statements"].clone();
        assert_eq!(item(&read, more)["text"], text);
        let supplements =
            "select count(*) from statement where case_id = $1 and supplement_to is not null";
        assert_eq!(team.scene.count(supplements).await, 1);
    }
}

/// Shows M12, P09.
#[tokio::test(flavor = "multi_thread")]
async fn a_statement_in_plain_words_that_meets_a_minor_is_reviewed_and_the_next_one_is_sealed() {
    let mut team = Team::meet().await;
    for order in orders(COLLEAGUE) {
        let [a, b] = team.mediating("N03-02").await;
        let (engine, case, now) = team.on(LEAD);
        let head = StatementHead {
            party: a,
            taken_at: now,
            supplement_to: None,
        };
        let plain = "孩子当时在场。";
        let id = engine
            .add_statement(case, head.clone(), plain, now)
            .unwrap();
        let field = PartyField::IsMinor(true);
        team.edit(COLLEAGUE, Edit::Party { party: b, field });
        team.come_back(order).await;
        let (kind, review) = (ConflictKind::PlainStatement, Severity::Review);
        let conflict = team.the_one(kind, review, Resolver::Supervisor).await;
        assert_eq!(conflict.about.to_string(), format!("statements/{id}"));
        assert!(!conflict.variants[0].text.contains("孩子"));
        let head = StatementHead {
            supplement_to: Some(id),
            ..head
        };
        let (engine, case, now) = team.on(LEAD);
        let in_plain = NewEntry::Statement(head.clone(), "还有一句。".into());
        let refused = engine.add(case, in_plain, now).unwrap_err();
        assert_eq!(code_of(&refused), "must_seal");
        let next = engine.add_statement(case, head, "还有一句。", now).unwrap();
        assert_eq!(team.rules(Role::Supervisor, &conflict, 0).await, None);
        team.come_back([LEAD, COLLEAGUE]).await;
        team.none_open(kind).await;
        let read = team.detail().await["statements"].clone();
        let next = item(&read, next);
        assert_eq!((&next["sealed"], &next["text"]), (&json!(true), &json!("")));
    }
}

/// Shows M21.
#[tokio::test(flavor = "multi_thread")]
async fn a_container_that_another_app_makes_is_refused_and_those_that_two_phones_write_into_are_one()
 {
    let mut team = Team::meet().await;
    for order in orders(COLLEAGUE) {
        team.take_up("N03-02").await;
        let mut device = Phone::enrol(&team.scene.server, &team.scene.county.second_mediator).await;
        device.sync().await;
        let down = team
            .forges(&mut device, |app| {
                let mut tx = app.transaction();
                tx.put_object(ROOT, "appraisals", ObjType::Map).unwrap();
                tx.commit();
            })
            .await;
        let codes: Vec<_> = down
            .refused
            .iter()
            .map(|r| r.reason.code.as_str())
            .collect();
        assert_eq!(codes, ["unknown_object"]);

        for phone in [LEAD, COLLEAGUE] {
            let party = team.party(phone, crate::team::somebody(Side::A));
            let at = team.tick();
            let (means, reached) = (ContactMeans::Telephone, true);
            let contact = Contact {
                party,
                means,
                at,
                reached,
            };
            team.add(phone, NewEntry::Contact(contact));
            team.note(phone, "各记一条。");
            team.add(phone, NewEntry::Plan("先核数，后付款。".into()));
            let (factor, why) = (RiskFactor::CalmVisit, String::new());
            team.add(phone, NewEntry::Risk(RiskObservation { factor, at, why }));
        }
        team.come_back(order).await;
        let detail = team.detail().await;
        for container in ["parties", "contacts", "notes", "plans", "risks"] {
            let read = detail[container].as_array().unwrap();
            assert_eq!(read.len(), 2, "{container}: nothing is hidden");
        }
    }
}
