//! The agreement: what is written at once into a draft, before and after it is frozen.

use crate::scene::*;
use hejie_case::{
    act::{self, Act},
    edit::{Edit, NewEntry, TextTarget},
    facts::Status,
    ids::EntryId,
    reason::Explain,
    record::*,
    role::Role,
    view::{ConflictKind, Resolver, Severity},
};

fn effect(stage: &mut Stage, draft: EntryId) -> Option<String> {
    let seal_no = Some("章-2026-7".into());
    let asked = Act::Ask(Ask::Effect(act::TakeEffect {
        draft,
        seal_no,
        effective_on: None,
    }));
    stage
        .desk(Role::JudicialOffice, asked)
        .map(|refusal| refusal.code)
}

fn signed_by(stage: &mut Stage, draft: EntryId, hash: &str, signers: &[Signer]) {
    for signer in signers {
        stage.sign(draft, hash, *signer);
    }
}

/// Shows M03, E16, E17.
#[test]
fn an_edit_after_one_party_signed_voids_nothing_that_was_signed_and_binds_nobody() {
    for order in orders(COLLEAGUE) {
        let (mut stage, parties) = mediating("N03-02");
        let drafted = draft(&mut stage, parties, None);
        everybody_comes_back(&mut stage, [MEDIATOR, COLLEAGUE]);
        let (_, hash) = freeze(&mut stage, drafted.draft);
        let [a, b] = parties.map(Signer::Party);
        let first = stage.sign(drafted.draft, &hash, a);
        let target = TextTarget::Clause {
            draft: drafted.draft,
            clause: drafted.clause,
        };
        let content = "乙方退还甲方中介费，并道歉。".into();
        stage.edit(COLLEAGUE, Edit::Text { target, content });
        everybody_comes_back(&mut stage, order);
        let conflict = the_one(
            &stage,
            ConflictKind::DraftChanged,
            Severity::Review,
            Resolver::Lead,
        );
        assert_eq!(conflict.variants[1].text, "乙方退还甲方中介费。");
        signed_by(&mut stage, drafted.draft, &hash, &[b, Signer::Mediator]);
        stage.sync(MEDIATOR);
        assert!(
            effect(&mut stage, drafted.draft).is_some(),
            "what stands there now was signed by nobody"
        );

        let again = draft(&mut stage, parties, Some(drafted.draft));
        let (frozen, new_hash) = freeze(&mut stage, again.draft);
        signed_by(&mut stage, again.draft, &new_hash, &[b, Signer::Mediator]);
        stage.sync(MEDIATOR);
        assert_eq!(stage.refusal(frozen), None);
        assert_eq!(
            effect(&mut stage, again.draft).as_deref(),
            Some("party_signature_missing"),
            "the first signature stays with the old draft"
        );
        assert!(stage.view().signatures.contains_key(&first));
        signed_by(&mut stage, again.draft, &new_hash, &[a]);
        stage.sync(MEDIATOR);
        assert_eq!(effect(&mut stage, again.draft), None);
        assert_eq!(stage.status(), Status::AgreementEffective);
        assert_eq!(lead_rules(&mut stage, &conflict, 1), None);
    }
}

/// Shows M03, E17.
#[test]
fn a_signature_names_the_heads_at_which_the_text_was_frozen() {
    let (mut stage, parties) = mediating("N03-02");
    let drafted = draft(&mut stage, parties, None);
    let before = stage.phones[MEDIATOR].doc.heads();
    let (_, hash) = freeze(&mut stage, drafted.draft);
    let later = stage.phones[MEDIATOR].doc.heads();
    for heads in [later, Vec::new()] {
        let signature = Signature {
            draft: drafted.draft,
            hash: hash.clone(),
            heads,
            signer: Signer::Party(parties[0]),
            medium: SignatureMedium::PaperScan,
            scan: None,
            at: stage.now,
            anchor: None,
        };
        let signed = stage.add(MEDIATOR, NewEntry::Signature(signature));
        stage.sync(MEDIATOR);
        assert_eq!(stage.refusal(signed), Some("signed_another_text"));
    }
    assert_eq!(stage.heads_of(drafted.draft), before);
    let signed = stage.sign(drafted.draft, &hash, Signer::Party(parties[0]));
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(signed), None);
}

/// Shows M03.
#[test]
fn one_draft_frozen_by_two_at_once_with_one_content_is_one_frozen_draft() {
    for order in orders(COLLEAGUE) {
        let (mut stage, parties) = mediating("N03-02");
        let drafted = draft(&mut stage, parties, None);
        everybody_comes_back(&mut stage, [MEDIATOR, COLLEAGUE]);
        let at = stage.now;
        note(&mut stage, COLLEAGUE, "双方已核对条款。");
        let draft = drafted.draft;
        stage.edit(COLLEAGUE, Edit::Freeze { draft, at });
        let (frozen, hash) = freeze(&mut stage, draft);
        let signed = stage.sign(draft, &hash, Signer::Party(parties[0]));
        everybody_comes_back(&mut stage, order);
        assert_eq!(stage.facts().open_conflicts().count(), 0);
        assert_eq!(stage.refusal(frozen), None);
        assert_eq!(
            stage.refusal(signed),
            None,
            "signed at the heads of the own freeze"
        );
    }
}

/// Shows M04.
#[test]
fn terms_written_by_two_stand_side_by_side_until_one_is_chosen() {
    for order in orders(COLLEAGUE) {
        let (mut stage, parties) = mediating("N03-02");
        let drafted = draft(&mut stage, parties, None);
        everybody_comes_back(&mut stage, [MEDIATOR, COLLEAGUE]);
        let Drafted { draft, clause } = drafted;
        for (phone, cents, words) in [
            (MEDIATOR, 800_000, "捌仟元整"),
            (COLLEAGUE, 900_000, "玖仟元整"),
        ] {
            let terms = Some(terms(parties, cents, words));
            stage.edit(
                phone,
                Edit::Terms {
                    draft,
                    clause,
                    terms,
                },
            );
        }
        everybody_comes_back(&mut stage, order);
        let conflict = the_one(
            &stage,
            ConflictKind::RivalTerms,
            Severity::Block,
            Resolver::Lead,
        );
        assert_eq!(conflict.variants.len(), 2);
        let sums = stage.view().drafts[&draft].value.clauses[0]
            .1
            .terms
            .values
            .iter();
        let sums: Vec<u64> = sums.map(|(_, t)| t.as_ref().unwrap().amount.0).collect();
        assert!(
            sums.iter().all(|sum| [800_000, 900_000].contains(sum)),
            "nobody reads a sum that nobody proposed: {sums:?}"
        );
        let at = stage.now;
        let phone = &mut stage.phones[MEDIATOR];
        let early = phone.doc.edit(phone.actor, at, &Edit::Freeze { draft, at });
        assert_eq!(early.unwrap_err().code(), "rival_terms");

        let terms = Some(terms(parties, 900_000, "玖仟元整"));
        stage.edit(
            MEDIATOR,
            Edit::Terms {
                draft,
                clause,
                terms,
            },
        );
        let (frozen, _) = freeze(&mut stage, draft);
        stage.sync(MEDIATOR);
        none_open(&stage, ConflictKind::RivalTerms);
        assert_eq!(stage.refusal(frozen), None);
    }
}

/// Shows M05.
#[test]
fn a_clause_written_by_two_must_be_read_word_by_word_before_it_is_frozen() {
    for order in orders(COLLEAGUE) {
        let (mut stage, parties) = mediating("N03-02");
        let drafted = draft(&mut stage, parties, None);
        everybody_comes_back(&mut stage, [MEDIATOR, COLLEAGUE]);
        let Drafted { draft, clause } = drafted;
        let target = TextTarget::Clause { draft, clause };
        for (phone, content) in [
            (MEDIATOR, "乙方三日内退还甲方中介费。"),
            (COLLEAGUE, "乙方七日内退还甲方中介费。"),
        ] {
            let content = content.into();
            stage.edit(phone, Edit::Text { target, content });
        }
        everybody_comes_back(&mut stage, order);
        let conflict = the_one(
            &stage,
            ConflictKind::SharedText,
            Severity::Block,
            Resolver::Lead,
        );
        assert_eq!(conflict.variants[0].author, None);
        let (unread, _) = freeze(&mut stage, draft);
        stage.sync(MEDIATOR);
        assert_eq!(stage.refusal(unread), Some("open_block"));
        assert_eq!(stage.status(), Status::Mediating);
        assert_eq!(lead_rules(&mut stage, &conflict, 0), None);
        let read = stage.ask(MEDIATOR, Ask::Freeze(act::Freeze { draft }));
        stage.sync(MEDIATOR);
        assert_eq!(stage.refusal(read), None);
        assert_eq!(stage.status(), Status::AgreementPending);
    }
}

/// Shows M28.
#[test]
fn clauses_moved_and_added_by_two_stand_in_one_order_for_everybody() {
    let play = |order: [usize; 2]| {
        let (mut stage, parties) = mediating("N03-02");
        let Drafted { draft, clause } = draft(&mut stage, parties, None);
        everybody_comes_back(&mut stage, [MEDIATOR, COLLEAGUE]);
        for (phone, n) in [(MEDIATOR, 1), (COLLEAGUE, 2)] {
            let added = EntryId::new(stage.now, [n; 10]);
            let (order, text) = ("b".into(), format!("第{n}项补充。"));
            stage.edit(
                phone,
                Edit::AddClause {
                    draft,
                    clause: added,
                    order,
                    text,
                    terms: None,
                },
            );
            let order = if n == 1 { "c" } else { "d" }.into();
            stage.edit(
                phone,
                Edit::ClauseOrder {
                    draft,
                    clause,
                    order,
                },
            );
        }
        everybody_comes_back(&mut stage, order);
        assert_eq!(stage.facts().open_conflicts().count(), 0);
        let (frozen, hash) = freeze(&mut stage, draft);
        stage.sync(MEDIATOR);
        assert_eq!(stage.refusal(frozen), None);
        let clauses = stage.view().drafts[&draft].value.clauses.iter();
        let texts: Vec<_> = clauses.map(|(_, clause)| clause.text.clone()).collect();
        (texts, hash)
    };
    let [first, second] = orders(COLLEAGUE).map(play);
    assert_eq!(first, second);
    assert_eq!(
        first.0,
        ["第1项补充。", "第2项补充。", "乙方退还甲方中介费。"],
        "one place: the ids decide"
    );
}
