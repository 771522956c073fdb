//! Work that is written again later, beside what came meanwhile: all ends as if it had been sent in
//! time.

use super::scene::*;
use hejie_case::{
    document::{
        Basis, CaseDoc, ChangeMessage, EditError, Inside, RawChange, Replay, Replayed, Seen, Work,
    },
    edit::{Edit, NewEntry, TextTarget, Withdrawable},
    ids::Actor,
    reason::Explain,
    record::*,
    rights::{ChangeWriter, check, index_of},
    role::Role,
    view::{CaseView, Conflict, ConflictKind},
};

pub(super) const NOTE_TEXT: TextTarget = TextTarget::Note { id: NOTE };

/// A case with one of each that two people may write against each other.
pub(super) fn shared() -> CaseDoc {
    let mut case = case();
    for edit in [
        add(NOTE, note("起初。")),
        add(PARTY, NewEntry::Party(party(Side::A))),
        add(DRAFT, draft()),
        clause(DRAFT, CLAUSE, "m", None),
    ] {
        write(&mut case, MEDIATOR, edit);
    }
    case
}

fn again(case: &mut CaseDoc, actor: Actor, edit: &Edit, basis: &Basis) -> Replayed {
    replay(case, actor, edit, basis, Inside::HeldBack).unwrap()
}

fn replay(
    case: &mut CaseDoc,
    actor: Actor,
    edit: &Edit,
    basis: &Basis,
    inside: Inside,
) -> Result<Replayed, EditError> {
    let work = Work {
        edit,
        basis,
        inside,
    };
    Replay::default().edit(case, actor, at(1), work)
}

/// What the mediator writes meanwhile, and what the other wrote in time: sent in time, and written
/// again.
fn both_ways(mine: &Edit, theirs: &Edit) -> (CaseDoc, CaseDoc) {
    let start = shared();
    let (mut in_time, mut meanwhile) = (start.clone(), start.clone());
    write(&mut in_time, COLLEAGUE, mine.clone());
    write(&mut meanwhile, MEDIATOR, theirs.clone());
    meet(&mut in_time, &mut meanwhile.clone());
    let basis = start.basis(mine, 3);
    // The author of the late change has seen and written on what came meanwhile.
    write(&mut meanwhile, COLLEAGUE, add(id(90), note("另一条。")));
    again(&mut meanwhile, COLLEAGUE, mine, &basis);
    (in_time, meanwhile)
}

/// A disagreement: its kind, its path, and what each side said.
pub(super) type Told = (ConflictKind, String, Vec<(Option<Actor>, String)>);

/// Disagreements without their ids, in which the hashes of changes stand, and without the merged
/// text, in which what was written at one place may stand in either order.
pub(super) fn found(case: &CaseDoc) -> Vec<Told> {
    let told = |conflict: Conflict| {
        let sides = conflict
            .variants
            .into_iter()
            .filter(|variant| variant.author.is_some());
        let mut said: Vec<_> = sides.map(|side| (side.author, side.text)).collect();
        said.sort();
        (conflict.kind, conflict.about.to_string(), said)
    };
    conflicts(case).into_iter().map(told).collect()
}

/// The words of the shared note, in any order.
pub(super) fn words(case: &CaseDoc) -> Vec<char> {
    let mut words: Vec<char> = case.text(NOTE_TEXT).unwrap().chars().collect();
    words.sort_unstable();
    words
}

fn assert_alike(mine: &Edit, theirs: &Edit, kind: Option<ConflictKind>) -> CaseView {
    let (in_time, late) = both_ways(mine, theirs);
    assert_eq!(found(&late), found(&in_time));
    let kinds: Vec<_> = conflicts(&late)
        .iter()
        .map(|conflict| conflict.kind)
        .collect();
    assert_eq!(kinds, kind.into_iter().collect::<Vec<_>>());
    assert_eq!(words(&late), words(&in_time));
    view(&late)
}

#[test]
fn a_text_that_is_written_late_merges_and_the_disagreement_is_found() {
    let (mine, theirs) = (
        text(NOTE_TEXT, "起初。网格员写的。"),
        text(NOTE_TEXT, "起初。调解员写的。"),
    );
    let view = assert_alike(&mine, &theirs, Some(ConflictKind::SharedText));
    assert_eq!(
        view.notes[&NOTE].value.text,
        "起初。网格员写的。调解员写的。"
    );
}

#[test]
fn a_value_that_is_written_late_stands_beside_the_other() {
    let side = |side| Edit::Party {
        party: PARTY,
        field: PartyField::Side(side),
    };
    assert_alike(
        &side(Side::B),
        &side(Side::Third),
        Some(ConflictKind::RivalValues),
    );
}

#[test]
fn the_place_of_a_clause_and_a_mark_merge_as_if_they_had_come_in_time() {
    let order = |order: &str| Edit::ClauseOrder {
        draft: DRAFT,
        clause: CLAUSE,
        order: order.into(),
    };
    assert_alike(&order("a"), &order("z"), None);
    let mark = |done| Edit::Check {
        item: "notice".into(),
        mark: CheckMark {
            done,
            at: at(1),
            remark: String::new(),
        },
    };
    assert_alike(&mark(true), &mark(false), None);
}

#[test]
fn a_correction_that_is_written_late_meets_a_withdrawal_that_its_author_had_not_seen() {
    let correction = Edit::Party {
        party: PARTY,
        field: PartyField::IsMinor(true),
    };
    let withdrawal = Edit::Withdraw {
        target: Withdrawable::Party(PARTY),
        why: "重复".into(),
        at: at(3),
    };
    assert_alike(
        &correction,
        &withdrawal,
        Some(ConflictKind::WithdrawnEdited),
    );
    assert_alike(
        &withdrawal,
        &correction,
        Some(ConflictKind::WithdrawnEdited),
    );
}

#[test]
fn the_server_takes_what_was_written_again_and_reads_what_had_been_seen() {
    let start = shared();
    let mine = text(NOTE_TEXT, "起初。网格员写的。");
    let basis = start.basis(&mine, 7);
    let mut case = start.clone();
    write(&mut case, COLLEAGUE, text(NOTE_TEXT, "起初。别的。"));
    let index = index_of(&case).unwrap();
    let RawChange { bytes, .. } = again(&mut case, COLLEAGUE, &mine, &basis).written.unwrap();
    let change = automerge::Change::from_bytes(bytes.clone()).unwrap();
    let deps: Vec<_> = change
        .deps()
        .iter()
        .map(|dep| hejie_case::ids::ChangeHash(dep.0))
        .collect();
    let said = ChangeMessage::read(change.message().unwrap(), &deps)
        .unwrap()
        .unwrap();
    assert_eq!(
        said,
        ChangeMessage::Seen(Seen {
            heads: start.heads(),
            beside: Vec::new(),
            facts_version: 7
        })
    );
    assert_eq!(
        deps.len(),
        2,
        "what was seen, and the author's own last change"
    );
    let writer = ChangeWriter {
        actor: COLLEAGUE,
        role: Role::Mediator,
    };
    check(&[bytes], &index, &writer).unwrap();
    assert_eq!(
        conflicts(&CaseDoc::load(&case.clone().save()).unwrap()),
        conflicts(&case)
    );
}

#[test]
fn a_message_that_says_something_else_or_names_what_it_does_not_build_on_is_refused() {
    let mut case = case();
    let index = index_of(&case).unwrap();
    let written = write(&mut case, MEDIATOR, add(NOTE, note("一")));
    let change = automerge::Change::from_bytes(written.bytes).unwrap();
    assert_eq!(change.deps().len(), 1);
    let writer = ChangeWriter {
        actor: MEDIATOR,
        role: Role::Mediator,
    };
    let saying = |message: &str| {
        let mut change = change.decode();
        change.message = Some(message.into());
        let bytes = automerge::Change::from(change).raw_bytes().to_vec();
        check(&[bytes], &index, &writer).map(drop)
    };
    saying("seen1 7 1").unwrap();
    for odd in [
        "别的话",
        "seen1 7 11",
        "seen1 7 ",
        "seen2 7 1",
        "seen1 07 1",
    ] {
        assert_eq!(saying(odd).unwrap_err().code(), "wrong_operation", "{odd}");
    }
}

#[test]
fn words_typed_inside_of_refused_words_are_held_back_whole_and_the_rest_merges() {
    let start = shared();
    let mut with_refused = start.clone();
    write(
        &mut with_refused,
        COLLEAGUE,
        text(NOTE_TEXT, "起初。被拒的话"),
    );
    let mine = text(NOTE_TEXT, "先说：起初。被拒的坏话");
    let basis = Basis {
        seen: Seen {
            heads: start.heads(),
            beside: Vec::new(),
            facts_version: 0,
        },
        ..with_refused.basis(&mine, 0)
    };
    let mut case = start;
    let done = again(&mut case, COLLEAGUE, &mine, &basis);
    assert_eq!(view(&case).notes[&NOTE].value.text, "先说：起初。");
    assert_eq!(done.held_back.as_deref(), Some("先说：起初。被拒的话"));

    let rest = Basis {
        base_text: done.held_back,
        ..basis
    };
    replay(&mut case, COLLEAGUE, &mine, &rest, Inside::Kept).unwrap();
    assert_eq!(view(&case).notes[&NOTE].value.text, "先说：起初。坏");
}

#[test]
fn what_was_written_wholly_inside_of_refused_words_is_held_back_wholly() {
    let start = shared();
    let mut with_refused = start.clone();
    write(
        &mut with_refused,
        COLLEAGUE,
        text(NOTE_TEXT, "起初。被拒的话"),
    );
    let mine = text(NOTE_TEXT, "起初。被拒的坏话");
    let seen = Seen {
        heads: start.heads(),
        beside: Vec::new(),
        facts_version: 0,
    };
    let basis = Basis {
        seen,
        ..with_refused.basis(&mine, 0)
    };
    let mut case = start.clone();
    let done = again(&mut case, COLLEAGUE, &mine, &basis);
    assert_eq!(
        (done.written, done.held_back.as_deref()),
        (None, Some("起初。被拒的话"))
    );
    assert_eq!(case.heads(), start.heads());
}

#[test]
fn where_nobody_knows_what_was_seen_nothing_of_others_is_overwritten() {
    let mut case = shared();
    write(&mut case, MEDIATOR, text(NOTE_TEXT, "起初。调解员写的。"));
    let lost = |base: Option<&str>| Basis {
        seen: Seen::default(),
        base_text: base.map(Into::into),
    };
    again(
        &mut case,
        COLLEAGUE,
        &text(NOTE_TEXT, "起初。网格员写的。"),
        &lost(Some("起初。")),
    );
    assert_eq!(
        view(&case).notes[&NOTE].value.text,
        "起初。网格员写的。调解员写的。"
    );
    again(
        &mut case,
        COLLEAGUE,
        &text(NOTE_TEXT, "没有底稿的话。"),
        &lost(None),
    );
    assert_eq!(
        view(&case).notes[&NOTE].value.text,
        "起初。网格员写的。调解员写的。\n没有底稿的话。"
    );
    let side = Edit::Party {
        party: PARTY,
        field: PartyField::Side(Side::B),
    };
    again(&mut case, COLLEAGUE, &side, &lost(None));
    let kinds: Vec<_> = conflicts(&case)
        .iter()
        .map(|conflict| conflict.kind)
        .collect();
    assert_eq!(kinds, [ConflictKind::RivalValues, ConflictKind::SharedText]);
}

#[test]
fn an_entry_that_is_there_already_is_not_written_again() {
    let mut case = shared();
    let edit = add(NOTE, note("又一次。"));
    let basis = case.basis(&edit, 0);
    let error = replay(&mut case, COLLEAGUE, &edit, &basis, Inside::Kept).unwrap_err();
    assert_eq!(error.code(), "entry_exists");
}
