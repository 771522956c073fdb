//! People, entries and documents for scenes.

mod records;

pub(crate) use records::*;

use hejie_case::{
    conflict::{self, DetectInput},
    document::{CaseDoc, Origin, RawChange},
    edit::{Citing, Edit, NewEntry, TextTarget, Withdrawable},
    ids::{Actor, CaseId, EntryId},
    record::*,
    view::{CaseView, Conflict, Meta},
};
use jiff::Timestamp;

pub(crate) const MEDIATOR: Actor = Actor([1; 16]);
pub(crate) const COLLEAGUE: Actor = Actor([2; 16]);
pub(crate) const GRID_WORKER: Actor = Actor([3; 16]);

/// The n-th moment of a scene.
pub(crate) fn at(n: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + 60 * n).unwrap()
}

/// The disagreements that stand in the document alone.
pub(crate) fn conflicts(case: &CaseDoc) -> Vec<Conflict> {
    conflict::conflicts(case, &DetectInput::default())
}

/// The n-th id of a scene.
pub(crate) fn id(n: u8) -> EntryId {
    EntryId::new(at(i64::from(n)), [n; 10])
}

pub(crate) fn meta() -> Meta {
    Meta {
        schema: 1,
        case_id: CaseId::new(at(0), [9; 10]),
        created_by_device: Some(uuid::Uuid::from_u128(7).into()),
        created_at: at(0),
        catalogue_version: 1,
    }
}

pub(crate) fn origin() -> Origin {
    Origin {
        channel: Some("110".into()),
        external_no: Some("990101-0001".into()),
        fields: vec![
            IntakeField::Situation("N03-05".parse().unwrap()),
            IntakeField::Persons(2),
        ],
        summary: "甲方与乙方因噪音发生争执。".into(),
    }
}

/// A case begun by the mediator.
pub(crate) fn case() -> CaseDoc {
    begun().0
}

pub(crate) fn begun() -> (CaseDoc, RawChange) {
    CaseDoc::create(MEDIATOR, &meta(), &origin(), at(0)).unwrap()
}

/// Writes an edit and returns its change.
pub(crate) fn write(case: &mut CaseDoc, actor: Actor, edit: Edit) -> RawChange {
    case.edit(actor, at(1), &edit).unwrap()
}

/// Gives one replica everything that the other has.
pub(crate) fn bring(to: &mut CaseDoc, from: &CaseDoc) {
    let changes: Vec<_> = from
        .changes_since(&to.heads())
        .into_iter()
        .map(|written| written.bytes)
        .collect();
    to.apply(&changes).unwrap();
}

/// Lets two replicas meet.
pub(crate) fn meet(a: &mut CaseDoc, b: &mut CaseDoc) {
    bring(a, b);
    bring(b, a);
    assert_eq!(a.heads(), b.heads());
}

pub(crate) fn view(case: &CaseDoc) -> CaseView {
    let view = case.view().unwrap();
    assert_eq!(view.unreadable, []);
    view
}

pub(crate) fn add(id: EntryId, entry: NewEntry) -> Edit {
    Edit::Add { id, entry }
}

pub(crate) fn text(target: TextTarget, content: &str) -> Edit {
    Edit::Text {
        target,
        content: content.into(),
    }
}

pub(crate) fn party(side: Side) -> Party {
    Party {
        secret_ref: Some("s-1".into()),
        ..Party::person(side, "张*明")
    }
}

pub(crate) fn note(words: &str) -> NewEntry {
    NewEntry::Note(
        NoteHead {
            kind: NoteKind::Inquiry,
            at: at(2),
        },
        words.into(),
    )
}

pub(crate) fn statement(words: &str) -> NewEntry {
    NewEntry::Statement(
        StatementHead {
            party: id(1),
            taken_at: at(2),
            supplement_to: None,
        },
        words.into(),
    )
}

pub(crate) fn draft() -> NewEntry {
    NewEntry::Draft(DraftHead {
        form: AgreementForm::Written,
        based_on: None,
    })
}

pub(crate) fn terms(yuan: u64) -> Terms {
    Terms {
        obligor: id(1),
        obligee: id(2),
        kind: PromiseKind::Pay,
        amount: Cents(yuan * 100),
        amount_words: "捌仟元整".into(),
        schedule: Vec::new(),
        method: "转账".into(),
        on_breach: String::new(),
    }
}

pub(crate) fn clause(draft: EntryId, clause: EntryId, order: &str, terms: Option<Terms>) -> Edit {
    Edit::AddClause {
        draft,
        clause,
        order: order.into(),
        text: "乙方向甲方支付赔偿款。".into(),
        terms,
    }
}
