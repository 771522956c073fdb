//! Changes of an app that does not keep to the rules: what the editor wrote, with any value at any
//! place of its operations.

use super::values::{extremes, places, scrawls, words};
use automerge::{ActorId, Change, ChangeHash, ExpandedChange, ObjType, ScalarValue, legacy};
use hejie_case::{document::CaseDoc, edit::Edit, ids::Actor, part::CasePart};
use jiff::Timestamp;
use serde_json::Value;
use std::{collections::BTreeMap, num::NonZeroU64};

/// In which part an actor writes.
fn part_of(actor: &ActorId) -> CasePart {
    Actor::try_from(actor.to_bytes()).unwrap().part()
}

/// One thing that is changed in one operation.
#[derive(Debug, Clone)]
pub enum Forgery {
    /// Its value is another one, of whatever type.
    Value(ScalarValue),
    /// Something in its JSON is.
    Json(String, Value),
    /// Its key is.
    Key(String),
    /// It does something else.
    Action(legacy::OpType),
}

/// A client of its own: it holds the document as it once was, and writes on it whatever the editor
/// would have written, changed at will.
pub struct Forger {
    document: CaseDoc,
    actor: Actor,
    /// The next number in each part.
    seq: BTreeMap<CasePart, u64>,
    next_op: u64,
    /// On what a change of each part builds.
    deps: BTreeMap<CasePart, Vec<ChangeHash>>,
}

impl Forger {
    /// A client that has written as this actor.
    pub fn new(snapshot: &[u8], actor: Actor) -> Self {
        let document = CaseDoc::load(snapshot).unwrap();
        let known = document.changes_since(&[]).into_iter();
        let known: Vec<Change> = known
            .map(|written| Change::from_bytes(written.bytes).unwrap())
            .collect();
        let next = |part: CasePart| {
            let actor = ActorId::from(actor.writing(part).0);
            let own = known.iter().filter(|change| *change.actor_id() == actor);
            (part, own.count() as u64 + 1)
        };
        let hashes = |heads: Vec<hejie_case::ids::ChangeHash>| {
            heads.iter().map(|head| ChangeHash(head.0)).collect()
        };
        Self {
            actor,
            seq: CasePart::BOTH.map(next).into(),
            next_op: known.iter().map(Change::max_op).max().unwrap() + 1,
            deps: BTreeMap::from([
                (CasePart::Work, hashes(document.heads_of(CasePart::Work))),
                (CasePart::Confidential, hashes(document.heads())),
            ]),
            document,
        }
    }

    /// What the editor writes; nothing when it does not write this.
    pub fn written(&self, edit: &Edit, at: Timestamp) -> Option<ExpandedChange> {
        let mut document = self.document.clone();
        let written = document.edit(self.actor, at, edit).ok()?;
        let change = Change::from_bytes(written.bytes).unwrap().decode();
        Some(self.moved(change))
    }

    /// The change with one thing changed.
    pub fn forge(mut change: ExpandedChange, at: usize, forgery: &Forgery) -> Change {
        let op = &mut change.operations[at];
        match forgery.clone() {
            Forgery::Value(value) => op.action = legacy::OpType::Put(value),
            Forgery::Key(key) => op.key = legacy::Key::Map(key.into()),
            Forgery::Action(action) => op.action = action,
            Forgery::Json(pointer, value) => {
                let mut json = json_of(op).unwrap();
                *json.pointer_mut(&pointer).unwrap() = value;
                op.action = legacy::OpType::Put(json.to_string().into());
            }
        }
        change.hash = None;
        Change::from(change)
    }

    /// A change that inserts so many characters into the text that an edit writes in, whatever its
    /// length is.
    pub fn lengthening(&self, edit: &Edit, at: Timestamp, characters: usize) -> Change {
        let mut change = self.written(edit, at).unwrap();
        let insertion = legacy::Op {
            action: legacy::OpType::Put("长".into()),
            obj: change.operations[0].obj.clone(),
            key: legacy::Key::Seq(legacy::ElementId::Head),
            pred: legacy::SortedVec::new(),
            insert: true,
        };
        change.operations = vec![insertion; characters];
        change.hash = None;
        Change::from(change)
    }

    /// Goes on behind what was accepted.
    pub fn accepted(&mut self, change: &Change) {
        let part = part_of(change.actor_id());
        *self.seq.get_mut(&part).unwrap() += 1;
        self.next_op = self.next_op.max(change.max_op() + 1);
        if part == CasePart::Work {
            self.deps.insert(part, vec![change.hash()]);
        }
        let all = self.deps.get_mut(&CasePart::Confidential).unwrap();
        all.retain(|dep| !change.deps().contains(dep));
        all.push(change.hash());
    }

    /// The change as the next one of its author, whatever was accepted meanwhile.
    fn moved(&self, mut change: ExpandedChange) -> ExpandedChange {
        let (from, actor) = (change.start_op.get(), change.actor_id.clone());
        let by = self.next_op - from;
        let id = |id: &legacy::OpId| {
            if *id.actor() == actor && id.counter() >= from {
                legacy::OpId::new(id.counter() + by, &actor)
            } else {
                id.clone()
            }
        };
        for op in &mut change.operations {
            if let legacy::ObjectId::Id(object) = &op.obj {
                op.obj = legacy::ObjectId::Id(id(object));
            }
            if let legacy::Key::Seq(legacy::ElementId::Id(element)) = &op.key {
                op.key = legacy::Key::Seq(legacy::ElementId::Id(id(element)));
            }
            op.pred = op.pred.iter().map(id).collect();
        }
        change.start_op = NonZeroU64::new(self.next_op).unwrap();
        let part = part_of(&actor);
        change.seq = self.seq[&part];
        change.deps.clone_from(&self.deps[&part]);
        change
    }
}

/// Everything that may be changed in a change. Of a text one character stands for all.
pub fn forgeries(change: &ExpandedChange) -> Vec<(usize, Forgery)> {
    let mut forgeries = Vec::new();
    let mut seen = false;
    for (at, op) in change.operations.iter().enumerate() {
        let is_character = matches!(op.key, legacy::Key::Seq(_));
        if is_character && std::mem::replace(&mut seen, true) {
            continue;
        }
        forgeries.extend(of_op(op).into_iter().map(|forgery| (at, forgery)));
    }
    forgeries
}

fn of_op(op: &legacy::Op) -> Vec<Forgery> {
    let mut forgeries: Vec<Forgery> = actions().into_iter().map(Forgery::Action).collect();
    if matches!(op.action, legacy::OpType::Put(_)) {
        forgeries.extend(scalars().into_iter().map(Forgery::Value));
    }
    if matches!(op.key, legacy::Key::Map(_)) {
        forgeries.extend(words().into_iter().map(Forgery::Key));
    }
    if let Some(json) = json_of(op) {
        let scrawls = scrawls().into_iter();
        let scrawls = scrawls.filter_map(|bytes| String::from_utf8(bytes).ok());
        forgeries.extend(scrawls.map(|text| Forgery::Value(text.into())));
        for place in places(&json) {
            let values = extremes().into_iter();
            forgeries.extend(values.map(|value| Forgery::Json(place.clone(), value)));
        }
    }
    forgeries
}

/// The record that an operation writes, if it writes one.
fn json_of(op: &legacy::Op) -> Option<Value> {
    let legacy::OpType::Put(ScalarValue::Str(text)) = &op.action else {
        return None;
    };
    let json: Value = serde_json::from_str(text).ok()?;
    (json.is_object() || json.is_array()).then_some(json)
}

fn scalars() -> Vec<ScalarValue> {
    let mut scalars: Vec<ScalarValue> = words().into_iter().map(|text| text.into()).collect();
    scalars.extend([
        ScalarValue::Int(i64::MIN),
        ScalarValue::Int(-1),
        ScalarValue::Int(i64::MAX),
        ScalarValue::Uint(0),
        ScalarValue::Uint(1 << 31),
        ScalarValue::Uint(1 << 63),
        ScalarValue::Uint(u64::MAX),
        ScalarValue::F64(f64::NAN),
        ScalarValue::F64(f64::INFINITY),
        ScalarValue::F64(-0.0),
        ScalarValue::F64(1e300),
        ScalarValue::Boolean(true),
        ScalarValue::Null,
        ScalarValue::Bytes(Vec::new()),
        ScalarValue::Bytes(vec![0; 70_000]),
        ScalarValue::counter(i64::MAX),
        ScalarValue::Timestamp(i64::MIN),
        ScalarValue::Timestamp(i64::MAX),
        ScalarValue::Unknown {
            type_code: 15,
            bytes: vec![0xff; 9],
        },
    ]);
    scalars
}

fn actions() -> Vec<legacy::OpType> {
    vec![
        legacy::OpType::Delete,
        legacy::OpType::Increment(i64::MAX),
        legacy::OpType::Make(ObjType::Map),
        legacy::OpType::Make(ObjType::List),
        legacy::OpType::Make(ObjType::Text),
        legacy::OpType::Make(ObjType::Table),
        legacy::OpType::MarkEnd(true),
        legacy::OpType::MarkBegin(legacy::MarkData {
            name: "bold".into(),
            value: ScalarValue::F64(f64::NAN),
            expand: true,
        }),
    ]
}
