//! What the case document itself writes passes the gate.

use hejie_case::{
    document::{CaseDoc, ChangeMessage, Inside, Origin, RawChange, Replay, Seen, Work},
    edit::{Edit, NewEntry, TextTarget},
    ids::{Actor, CaseId, EntryId},
    reason::Explain,
    record::{AgreementForm, DraftHead, IntakeField, NoteHead, NoteKind, Party, Side},
    view::Meta,
};
use hejie_wire::chunk::admit;
use jiff::Timestamp;
use uuid::Uuid;

const MEDIATOR: Actor = Actor([1; 16]);
const COLLEAGUE: Actor = Actor([2; 16]);
const PARTY: EntryId = EntryId(Uuid::from_u128(1));
const NOTE: EntryId = EntryId(Uuid::from_u128(2));
const DRAFT: EntryId = EntryId(Uuid::from_u128(3));
const CLAUSE: EntryId = EntryId(Uuid::from_u128(4));
const AT: Timestamp = Timestamp::constant(1_790_000_000, 0);

#[test]
fn every_change_of_a_case_written_on_two_phones_passes() {
    let meta = Meta {
        schema: 1,
        case_id: CaseId(Uuid::from_u128(9)),
        created_by_device: None,
        created_at: AT,
        catalogue_version: 1,
    };
    let origin = Origin {
        fields: vec![IntakeField::Persons(2)],
        summary: "噪音纠纷".into(),
        ..Origin::default()
    };
    let (mut mine, first) = CaseDoc::create(MEDIATOR, &meta, &origin, AT).unwrap();
    let mut written = vec![(MEDIATOR, first)];
    for edit in beginning() {
        written.push((MEDIATOR, mine.edit(MEDIATOR, AT, &edit).unwrap()));
    }
    let mut theirs = mine.clone();
    for round in 0..3 {
        for edit in rewriting(round) {
            written.push((MEDIATOR, mine.edit(MEDIATOR, AT, &edit).unwrap()));
            written.push((COLLEAGUE, theirs.edit(COLLEAGUE, AT, &edit).unwrap()));
        }
        meet(&mut mine, &mut theirs);
    }
    assert_eq!(mine.heads(), theirs.heads());
    written
        .iter()
        .for_each(|(actor, change)| passes(*actor, change));
    passes(Actor::GENESIS, &CaseDoc::genesis());
    assert!(
        mine.changes_since(&[])
            .iter()
            .all(|change| admit(&change.bytes).is_ok())
    );
}

#[test]
fn what_the_author_of_a_change_had_seen_is_read_and_must_be_well_said() {
    let meta = Meta {
        schema: 1,
        case_id: CaseId(Uuid::from_u128(9)),
        created_by_device: None,
        created_at: AT,
        catalogue_version: 1,
    };
    let (mut doc, first) = CaseDoc::create(MEDIATOR, &meta, &Origin::default(), AT).unwrap();
    let edit = beginning().remove(0);
    let basis = doc.basis(&edit, 42);
    let work = Work {
        edit: &edit,
        basis: &basis,
        inside: Inside::HeldBack,
    };
    let done = Replay::default().edit(&mut doc, MEDIATOR, AT, work);
    let written = done.unwrap().written.unwrap();
    passes(MEDIATOR, &written);
    let header = admit(&written.bytes).unwrap().header;
    let seen = Seen {
        heads: vec![first.hash],
        beside: Vec::new(),
        facts_version: 42,
    };
    assert_eq!(header.said, Some(ChangeMessage::Seen(seen)));
    assert_eq!(admit(&first.bytes).unwrap().header.said, None);
    let twice = format!("beside1 {0} {0}", first.hash);
    for odd in [
        "seen1 42 11",
        "seen1 42 ",
        "seen2 42 1",
        "seen1 42 1 x",
        "beside1 ",
        "beside2 x",
        &twice,
    ] {
        let change = automerge::Change::from_bytes(written.bytes.clone()).unwrap();
        let mut change = change.decode();
        change.message = Some(odd.into());
        let change = automerge::Change::from(change);
        let refused = admit(change.raw_bytes()).unwrap_err();
        assert_eq!(refused.code(), "change_seen", "{odd}");
    }
}

#[test]
fn whatever_an_edit_takes_out_of_a_long_text_and_puts_in_passes() {
    let meta = Meta {
        schema: 1,
        case_id: CaseId(Uuid::from_u128(9)),
        created_by_device: None,
        created_at: AT,
        catalogue_version: 1,
    };
    let (mut doc, _) = CaseDoc::create(MEDIATOR, &meta, &Origin::default(), AT).unwrap();
    let rewriting = |content: String| Edit::Text {
        target: TextTarget::Summary,
        content,
    };
    for n in 1..=4 {
        let edit = rewriting("长".repeat(n * 19_000));
        passes(MEDIATOR, &doc.edit(MEDIATOR, AT, &edit).unwrap());
    }
    for (left, come) in [
        (0, 0),
        (0, 20_000),
        (76_000 - 30_000, 20_000),
        (76_000 - 25_000, 20_000),
        (76_000 - 25_000, 0),
    ] {
        let edit = rewriting("长".repeat(left) + &"短".repeat(come));
        match doc.clone().edit(MEDIATOR, AT, &edit) {
            Ok(change) => passes(MEDIATOR, &change),
            Err(refused) => assert_eq!((refused.code(), left < 51_000), ("text_erased", true)),
        }
    }
}

fn passes(actor: Actor, change: &RawChange) {
    let admitted = admit(&change.bytes).unwrap();
    assert_eq!(
        (admitted.hash, admitted.header.actor.phone()),
        (change.hash, actor)
    );
    assert_eq!(admitted.bytes, change.bytes);
}

fn beginning() -> Vec<Edit> {
    let party = Party::person(Side::A, "张*明");
    let note = NewEntry::Note(
        NoteHead {
            kind: NoteKind::Inquiry,
            at: AT,
        },
        "双方各执一词。".repeat(200),
    );
    let draft = NewEntry::Draft(DraftHead {
        form: AgreementForm::Written,
        based_on: None,
    });
    vec![
        Edit::Add {
            id: PARTY,
            entry: NewEntry::Party(party),
        },
        Edit::Add {
            id: NOTE,
            entry: note,
        },
        Edit::Add {
            id: DRAFT,
            entry: draft,
        },
        Edit::AddClause {
            draft: DRAFT,
            clause: CLAUSE,
            order: "a".into(),
            text: "夜间不施工".into(),
            terms: None,
        },
    ]
}

/// The same edits on both phones at once, so that operations have several predecessors after each
/// meeting.
fn rewriting(round: u32) -> Vec<Edit> {
    let note = TextTarget::Note { id: NOTE };
    let clause = TextTarget::Clause {
        draft: DRAFT,
        clause: CLAUSE,
    };
    vec![
        Edit::Intake {
            field: IntakeField::Persons(round + 3),
        },
        Edit::Text {
            target: note,
            content: format!("第{round}次回访，😀 一切正常。"),
        },
        Edit::Text {
            target: clause,
            content: format!("夜间{round}点后不施工"),
        },
        Edit::ClauseOrder {
            draft: DRAFT,
            clause: CLAUSE,
            order: format!("b{round}"),
        },
    ]
}

fn meet(one: &mut CaseDoc, two: &mut CaseDoc) {
    let to_two: Vec<_> = one
        .changes_since(&two.heads())
        .into_iter()
        .map(|w| w.bytes)
        .collect();
    let to_one: Vec<_> = two
        .changes_since(&one.heads())
        .into_iter()
        .map(|w| w.bytes)
        .collect();
    two.apply(&to_two).unwrap();
    one.apply(&to_one).unwrap();
}
