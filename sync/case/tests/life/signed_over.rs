//! A signature stands over the parties and the facts too (docs/adr/0023): what is written to them
//! after somebody signed is shown, and nothing takes effect over it.

use crate::{
    stage::{
        MEDIATOR, Stage,
        deeds::{payment, somebody},
    },
    standing::refusal,
};
use automerge::{ReadDoc, transaction::Transactable};
use hejie_case::{
    act,
    edit::{Edit, NewEntry},
    facts::{Decision, Duty, Status},
    ids::EntryId,
    part::CasePart,
    record::*,
    role::Role,
    view::ConflictKind,
};

/// Frozen, and signed by all.
fn signed(stage: &mut Stage) -> (EntryId, [EntryId; 2]) {
    let parties = stage.accept();
    let (draft, _, hash) = stage.freeze_as(AgreementForm::Written, Some(payment(parties)));
    let [a, b] = parties.map(Signer::Party);
    for signer in [a, b, Signer::Mediator] {
        stage.sign(draft, &hash, signer);
    }
    (draft, parties)
}

fn named(stage: &mut Stage, party: EntryId, name: &str) {
    let field = PartyField::NameMasked(name.into());
    stage.edit(MEDIATOR, Edit::Party { party, field });
}

/// The versions that the disagreement about the draft shows, if there is one.
fn draft_changed(stage: &Stage) -> Option<Vec<String>> {
    let mut open = stage.facts().open_conflicts();
    let found = open.find(|conflict| conflict.kind == ConflictKind::DraftChanged)?;
    let variants = found.variants.iter();
    Some(variants.map(|variant| variant.text.clone()).collect())
}

/// Shows M03, E18, LW11.
#[test]
fn nothing_takes_effect_over_a_name_or_a_fact_that_was_changed_after_signing() {
    for by_name in [true, false] {
        let mut stage = Stage::of("N03-02");
        let (draft, parties) = signed(&mut stage);
        stage.sync(MEDIATOR);
        let (now, before) = if by_name {
            named(&mut stage, parties[1], "李*强");
            ("乙方：李*强", "乙方：李*\n")
        } else {
            let field = IntakeField::Amount(Cents(900_000));
            stage.edit(MEDIATOR, Edit::Intake { field });
            ("900000", "情形")
        };
        let asked = stage.take_effect(draft);
        let why = refusal(&mut stage, asked);
        assert_eq!(why.as_deref(), Some("draft_changed"));
        let shown = draft_changed(&stage).unwrap();
        assert!(
            shown[0].contains(now) && !shown[1].contains(now),
            "{shown:#?}"
        );
        assert!(shown[1].contains(before), "{shown:#?}");
    }
}

/// Shows M03, E18.
#[test]
fn what_is_put_back_as_it_was_signed_takes_effect_and_may_be_corrected_later() {
    let mut stage = Stage::of("N03-02");
    let (draft, parties) = signed(&mut stage);
    stage.sync(MEDIATOR);
    named(&mut stage, parties[1], "李*强");
    stage.sync(MEDIATOR);
    named(&mut stage, parties[1], "李*");
    let asked = stage.take_effect(draft);
    assert_eq!(refusal(&mut stage, asked), None);
    assert_eq!(draft_changed(&stage), None);
    named(&mut stage, parties[1], "李*强");
    stage.sync(MEDIATOR);
    assert_eq!(
        draft_changed(&stage),
        None,
        "it is in force as it was signed"
    );
}

/// Shows M03, E16, E18.
#[test]
fn a_party_whom_another_phone_adds_while_the_others_sign_is_seen_before_anything_takes_effect() {
    for lead_first in [true, false] {
        let mut stage = Stage::of("N03-02");
        stage.arrive();
        stage.sync(MEDIATOR);
        let colleague = stage.join(3, Role::Mediator, Duty::Co);
        let parties = [stage.party(Side::A, "张*明"), stage.party(Side::B, "李*")];
        stage.accept_with(&parties);
        stage.sync(MEDIATOR);
        stage.sync(colleague);
        let (draft, _, hash) = stage.freeze_as(AgreementForm::Written, Some(payment(parties)));
        let [a, b] = parties.map(Signer::Party);
        for signer in [a, b, Signer::Mediator] {
            stage.sign(draft, &hash, signer);
        }
        let third = Party {
            name_masked: "王*芳".into(),
            ..somebody(Side::Third)
        };
        stage.add(colleague, NewEntry::Party(third));
        let asked = stage.take_effect(draft);
        if lead_first {
            stage.sync(MEDIATOR);
            assert_eq!(stage.refusal(asked), None, "nobody knew of the third");
            stage.sync(colleague);
            assert_eq!(stage.status(), Status::AgreementEffective);
            continue;
        }
        stage.sync(colleague);
        let why = refusal(&mut stage, asked);
        assert_eq!(why.as_deref(), Some("wrong_stage"), "nothing was frozen");
        let mut rulings = stage.facts().rulings.values();
        let changed = |decision: &Decision| matches!(decision, Decision::Refused(r) if r.code == "draft_changed");
        assert!(rulings.any(|ruling| changed(&ruling.decision)));
        let again = signs_anew(&mut stage, parties, colleague);
        assert_eq!(again, None);
    }
}

/// The lead drafts anew, now that everybody is known, and everybody signs.
fn signs_anew(stage: &mut Stage, parties: [EntryId; 2], colleague: usize) -> Option<String> {
    stage.sync(colleague);
    let view = stage.view().clone();
    let third = view.parties.keys().find(|id| !parties.contains(id));
    stage.consent(
        MEDIATOR,
        *third.unwrap(),
        ConsentDecision::Agree,
        Vec::new(),
    );
    let (draft, _, hash) = stage.freeze_as(AgreementForm::Written, Some(payment(parties)));
    let signers = view.parties.keys().map(|id| Signer::Party(*id));
    for signer in signers.chain([Signer::Mediator]) {
        stage.sign(draft, &hash, signer);
    }
    let asked = stage.take_effect(draft);
    refusal(stage, asked)
}

/// Shows E16, E17, E18.
#[test]
fn what_an_older_phone_froze_and_signed_is_held_to_its_clauses_alone() {
    let mut stage = Stage::of("N03-02");
    let parties = stage.accept();
    let (draft, _, hash) = stage.freeze_as(AgreementForm::Written, Some(payment(parties)));
    let clauses = hash.split(':').nth(1).unwrap().to_owned();
    let (draft, heads) = freeze_as_before(&mut stage, draft, &clauses);
    stage.ask(MEDIATOR, Ask::Freeze(act::Freeze { draft }));
    let [a, b] = parties.map(Signer::Party);
    for signer in [a, b, Signer::Mediator] {
        let signature = stage.sign(draft, &clauses, signer);
        assert_eq!(refusal(&mut stage, signature), None);
    }
    assert_eq!(stage.heads_of(draft), heads);
    named(&mut stage, parties[1], "李*强");
    let asked = stage.take_effect(draft);
    assert_eq!(refusal(&mut stage, asked), None);
}

/// Drafts the same clauses again, and freezes them as the first version did.
fn freeze_as_before(
    stage: &mut Stage,
    like: EntryId,
    hash: &str,
) -> (EntryId, Vec<hejie_case::ids::ChangeHash>) {
    let form = AgreementForm::Written;
    let based_on = Some(like);
    let draft = stage.add(MEDIATOR, NewEntry::Draft(DraftHead { form, based_on }));
    let like = stage.phones[MEDIATOR].doc.view().unwrap().drafts[&like]
        .value
        .clone();
    for (clause, of) in like.clauses {
        let (order, text, terms) = (of.order, of.text, of.terms.get().cloned().flatten());
        stage.edit(
            MEDIATOR,
            Edit::AddClause {
                draft,
                clause,
                order,
                text,
                terms,
            },
        );
    }
    let heads = stage.phones[MEDIATOR].doc.heads();
    let lock = Lock {
        heads: heads.clone(),
        hash: hash.into(),
        at: stage.now,
    };
    let mut older = automerge::Automerge::load(&stage.phones[MEDIATOR].doc.save()).unwrap();
    let actor = stage.phones[MEDIATOR].actor.writing(CasePart::Confidential);
    older.set_actor(automerge::ActorId::from(actor.0));
    let (_, drafts) = older.get(automerge::ROOT, "drafts").unwrap().unwrap();
    let (_, entry) = older.get(&drafts, draft.to_string()).unwrap().unwrap();
    let mut tx = older.transaction();
    let lock = serde_json::to_string(&lock).unwrap();
    tx.put(&entry, "frozen", lock).unwrap();
    tx.commit();
    let change = older.get_last_local_change().unwrap();
    stage.send(MEDIATOR, change.raw_bytes().to_vec());
    (draft, heads)
}
