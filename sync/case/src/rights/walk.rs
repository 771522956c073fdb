//! The walk over the operations of changes: each is resolved to its place and judged there.

use super::{
    ChangeWriter, ObjectEntry, ObjectRef, RightsError,
    index::{ObjectIndex, ObjectPath},
    op, value,
};
use crate::{
    document::{ChangeMessage, genesis_change},
    ids::{Actor, ChangeHash},
    limit,
    part::{CasePart, Extent},
    schema::{self, CREATORS, Container, Field, FieldKind, Node, Shape, WritableBy},
};
use automerge::{ExpandedChange, ObjType, ScalarValue, legacy};
use std::collections::{HashMap, HashSet};

/// The changes of one batch, one after the other.
pub(super) struct ChangeWalk {
    index: ObjectIndex,
}

/// One change on the walk.
struct WalkedChange<'a> {
    /// The actor under which it was written, which says in what part it may write.
    actor: Actor,
    /// The phone behind it.
    author: Actor,
    /// None when the change was judged before.
    writer: Option<&'a ChangeWriter>,
    /// Whether this change begins the case.
    begins: bool,
    /// What this change made or wrote once.
    fresh: HashSet<ObjectPath>,
    /// How many characters this change inserts into which text.
    inserted: HashMap<ObjectPath, usize>,
}

/// Where an operation lands.
struct Landing {
    row: ObjectEntry,
    container: &'static Container,
}

impl ChangeWalk {
    pub(super) fn new(index: &[ObjectEntry]) -> Self {
        Self {
            index: ObjectIndex::new(index),
        }
    }

    /// Judges a change by the rights of its writer; without a writer by its form alone.
    pub(super) fn take(
        &mut self,
        change: &ExpandedChange,
        writer: Option<&ChangeWriter>,
    ) -> Result<(), RightsError> {
        let actor =
            Actor::try_from(change.actor_id.to_bytes()).map_err(|_| RightsError::ForeignActor)?;
        if change.operations.is_empty() || !change.extra_bytes.is_empty() {
            return Err(RightsError::WrongOperation);
        }
        let author = actor.phone();
        // Who writes the first change of a document is its creator, who alone may write what is
        // known at the beginning: nobody else can have been there.
        let begins = !self.index.is_begun();
        if begins {
            may_begin(change, writer)?;
            self.index.begin(author);
        }
        let mut step = WalkedChange {
            actor,
            author,
            writer,
            begins,
            fresh: HashSet::new(),
            inserted: HashMap::new(),
        };
        // Operations of a change are numbered from its first one: that is the name of the object
        // that one makes, under which later operations, of this change too, refer to it.
        for (counter, op) in (change.start_op.get()..).zip(&change.operations) {
            self.judge(&mut step, ObjectRef { counter, actor }, op)?;
        }
        says_what_it_may(change, actor.part(), writer)
    }

    pub(super) fn into_new_rows(self) -> Vec<ObjectEntry> {
        self.index.into_added()
    }

    fn judge(
        &mut self,
        step: &mut WalkedChange<'_>,
        id: ObjectRef,
        op: &legacy::Op,
    ) -> Result<(), RightsError> {
        let landing = self.landing(&op.obj)?;
        if landing.container.part != step.actor.part() {
            return Err(RightsError::OtherPart);
        }
        let (entry, field) = (landing.row.entry.as_deref(), landing.row.field.as_deref());
        match landing.container.resolve(entry, field) {
            Some(Node::Map(Shape::Record(fields), _) | Node::Entry(fields)) => {
                self.field(step, id, op, &landing, fields)
            }
            Some(Node::Map(shape, by)) => {
                step.may_write(&landing, by)?;
                self.member(step, id, op, &landing, shape)
            }
            Some(Node::Field(Field {
                kind: FieldKind::Text,
                by,
                ..
            })) => {
                step.may_write(&landing, by)?;
                op::text(op)?;
                step.inserts(op, landing.path())
            }
            _ => Err(RightsError::UnknownObject),
        }
    }

    fn landing(&self, object: &legacy::ObjectId) -> Result<Landing, RightsError> {
        let legacy::ObjectId::Id(id) = object else {
            return Err(RightsError::UnknownObject);
        };
        let row = self
            .index
            .get(reference(id)?)
            .cloned()
            .ok_or(RightsError::UnknownObject)?;
        let container = schema::container(&row.container).ok_or(RightsError::UnknownObject)?;
        Ok(Landing { row, container })
    }

    /// Adds an entry to a map of entries, or marks an item.
    fn member(
        &mut self,
        step: &mut WalkedChange<'_>,
        id: ObjectRef,
        op: &legacy::Op,
        landing: &Landing,
        shape: Shape,
    ) -> Result<(), RightsError> {
        let key = op::map_key(op)?;
        value::key(shape, key)?;
        let path = landing.below(key);
        match (shape, &op.action) {
            (Shape::Marks, legacy::OpType::Put(mark)) => {
                value::atom("", mark)?;
                self.replaces(op, &path)?;
            }
            (Shape::Atoms, legacy::OpType::Put(atom)) => {
                value::atom("", atom)?;
                self.is_new(op, &path)?;
            }
            (Shape::Entries(_), legacy::OpType::Make(ObjType::Map)) => self.is_new(op, &path)?,
            _ => return Err(RightsError::WrongOperation),
        }
        step.fresh.insert(path.clone());
        self.index.add(row(id, path, step.author));
        Ok(())
    }

    /// Writes a field of an entry or of a record.
    fn field(
        &mut self,
        step: &mut WalkedChange<'_>,
        id: ObjectRef,
        op: &legacy::Op,
        landing: &Landing,
        fields: &[Field],
    ) -> Result<(), RightsError> {
        let key = op::map_key(op)?;
        let field = schema::field(fields, key).ok_or(RightsError::UnknownField)?;
        step.may_write(landing, field.by)?;
        let path = landing.below(key);
        match (field.kind, &op.action) {
            (FieldKind::Lww(scalar), legacy::OpType::Put(plain)) => {
                value::plain(key, scalar, plain)?;
                self.replaces(op, &path)?;
                self.index.add(row(id, path, step.author));
            }
            (FieldKind::Atom, legacy::OpType::Put(atom)) => {
                value::atom(key, atom)?;
                self.replaces(op, &path)?;
                self.index.add(row(id, path, step.author));
            }
            (FieldKind::Once(scalar), legacy::OpType::Put(plain)) => {
                value::plain(key, scalar, plain)?;
                step.with_its_entry(op, landing, path)?;
            }
            (FieldKind::OnceAtom, legacy::OpType::Put(atom)) => {
                value::atom(key, atom)?;
                step.with_its_entry(op, landing, path)?;
            }
            (FieldKind::WriteOnce, legacy::OpType::Put(atom)) => {
                value::atom(key, atom)?;
                op::overwrites_nothing(op)?;
            }
            (FieldKind::Text, legacy::OpType::Make(ObjType::Text))
            | (FieldKind::Map(_), legacy::OpType::Make(ObjType::Map)) => {
                step.with_its_entry(op, landing, path.clone())?;
                self.index.add(row(id, path, step.author));
            }
            (_, legacy::OpType::Put(_)) => return Err(RightsError::WrongValue),
            _ => return Err(RightsError::WrongOperation),
        }
        Ok(())
    }

    fn is_new(&self, op: &legacy::Op, path: &ObjectPath) -> Result<(), RightsError> {
        if self.index.is_taken(path) || !op.pred.is_empty() {
            Err(RightsError::EntryExists)
        } else {
            Ok(())
        }
    }

    fn replaces(&self, op: &legacy::Op, path: &ObjectPath) -> Result<(), RightsError> {
        for pred in op.pred.iter() {
            if !self.index.lies_at(reference(pred)?, path) {
                return Err(RightsError::ForeignPredecessor);
            }
        }
        Ok(())
    }
}

impl WalkedChange<'_> {
    fn may_write(&self, landing: &Landing, by: WritableBy) -> Result<(), RightsError> {
        let Some(writer) = self.writer else {
            return Ok(());
        };
        let is_beginning = self.begins && matches!(landing.container.shape, Shape::Record(_));
        if !is_beginning && !landing.container.writers.contains(writer.role) {
            return Err(RightsError::RoleMayNot);
        }
        if by == WritableBy::Creator && !is_beginning && landing.row.creator != writer.actor {
            return Err(RightsError::NotYours);
        }
        Ok(())
    }

    /// Counts what a text grows by.
    fn inserts(&mut self, op: &legacy::Op, path: ObjectPath) -> Result<(), RightsError> {
        if !op.insert || self.writer.is_none() {
            return Ok(());
        }
        let inserted = self.inserted.entry(path).or_default();
        *inserted += 1;
        Ok(limit::of_insertion(*inserted)?)
    }

    /// What is written once is written by the change that makes the entry, or that begins the case.
    fn with_its_entry(
        &mut self,
        op: &legacy::Op,
        landing: &Landing,
        path: ObjectPath,
    ) -> Result<(), RightsError> {
        op::overwrites_nothing(op)?;
        let is_new = match landing.container.shape {
            Shape::Record(_) => self.begins,
            _ => self.fresh.contains(&landing.path()),
        };
        if is_new && self.fresh.insert(path) {
            Ok(())
        } else {
            Err(RightsError::AlreadySet)
        }
    }
}

impl Landing {
    fn path(&self) -> ObjectPath {
        (
            self.row.container.clone(),
            self.row.entry.clone(),
            self.row.field.clone(),
        )
    }

    fn below(&self, key: &str) -> ObjectPath {
        below(self.container, self.path(), key)
    }
}

/// What lies under a key in a map of a container.
pub(super) fn below(
    container: &Container,
    (name, entry, field): ObjectPath,
    key: &str,
) -> ObjectPath {
    match (container.shape, &entry, field) {
        (Shape::Record(_), _, _) => (name, None, Some(key.into())),
        (_, None, _) => (name, Some(key.into()), None),
        (_, Some(_), None) => (name, entry, Some(key.into())),
        (_, Some(_), Some(field)) => (name, entry, Some(format!("{field}/{key}"))),
    }
}

/// A change says nothing beside its operations but what its author had seen; of the confidential
/// part only one of the work says something, by somebody who holds both.
fn says_what_it_may(
    change: &ExpandedChange,
    part: CasePart,
    writer: Option<&ChangeWriter>,
) -> Result<(), RightsError> {
    let deps: Vec<ChangeHash> = change.deps.iter().map(|dep| ChangeHash(dep.0)).collect();
    let said = change.message.as_deref();
    let said = match said.map(|said| ChangeMessage::read(said, &deps)) {
        None => return Ok(()),
        Some(Ok(Some(said))) => said,
        Some(_) => return Err(RightsError::WrongOperation),
    };
    let holds = writer.is_none_or(|writer| Extent::of(writer.role).holds(CasePart::Confidential));
    match part {
        _ if said.beside().is_empty() => Ok(()),
        CasePart::Confidential => Err(RightsError::WrongOperation),
        CasePart::Work if holds => Ok(()),
        CasePart::Work => Err(RightsError::OtherPart),
    }
}

/// The case id that a change writes into `meta`.
fn case_id(change: &ExpandedChange) -> Option<&str> {
    let meta = ObjectIndex::new(&[]);
    change.operations.iter().find_map(|op| {
        let legacy::ObjectId::Id(object) = &op.obj else {
            return None;
        };
        let row = meta.get(reference(object).ok()?)?;
        match (&op.key, &op.action) {
            (legacy::Key::Map(key), legacy::OpType::Put(ScalarValue::Str(id)))
                if row.container == "meta" && key.as_str() == "case_id" =>
            {
                Some(id.as_str())
            }
            _ => None,
        }
    })
}

fn may_begin(change: &ExpandedChange, writer: Option<&ChangeWriter>) -> Result<(), RightsError> {
    if change.deps != [genesis_change().hash()] || case_id(change).is_none() {
        return Err(RightsError::NotBegun);
    }
    if writer.is_some_and(|writer| !CREATORS.contains(writer.role)) {
        Err(RightsError::RoleMayNot)
    } else {
        Ok(())
    }
}

pub(super) fn reference(id: &legacy::OpId) -> Result<ObjectRef, RightsError> {
    let actor = Actor::try_from(id.actor().to_bytes()).map_err(|_| RightsError::UnknownObject)?;
    Ok(ObjectRef {
        counter: id.counter(),
        actor,
    })
}

fn row(object: ObjectRef, (container, entry, field): ObjectPath, creator: Actor) -> ObjectEntry {
    ObjectEntry {
        object,
        container,
        entry,
        field,
        creator,
    }
}
