//! The walk over the operations of changes: each is resolved to its place and judged there.

use super::{
    ObjectEntry, ObjectRef, Pen, RightsError,
    index::{Index, Path},
    value,
};
use crate::{
    document::{Seen, genesis_change},
    ids::{Actor, ChangeHash},
    limit,
    schema::{self, By, CREATORS, Container, Field, Kind, Node, Shape},
};
use automerge::{ExpandedChange, ObjType, ScalarValue, legacy};
use std::collections::{HashMap, HashSet};

/// The changes of one batch, one after the other.
pub(super) struct Walk {
    index: Index,
}

/// One change on the walk.
struct Step<'a> {
    author: Actor,
    /// None when the change was judged before.
    pen: Option<&'a Pen>,
    /// Whether this change begins the case.
    begins: bool,
    /// What this change made or wrote once.
    fresh: HashSet<Path>,
    /// How many characters this change inserts into which text.
    inserted: HashMap<Path, usize>,
}

/// Where an operation lands.
struct Landing {
    row: ObjectEntry,
    container: &'static Container,
}

impl Walk {
    pub(super) fn new(index: &[ObjectEntry]) -> Self {
        Self {
            index: Index::new(index),
        }
    }

    /// Judges a change by the rights of its pen; without a pen by its form alone.
    pub(super) fn take(
        &mut self,
        change: &ExpandedChange,
        pen: Option<&Pen>,
    ) -> Result<(), RightsError> {
        let author =
            Actor::try_from(change.actor_id.to_bytes()).map_err(|_| RightsError::ForeignActor)?;
        if change.operations.is_empty()
            || !says_nothing_else(change)
            || !change.extra_bytes.is_empty()
        {
            return Err(RightsError::WrongOperation);
        }
        // Who writes the first change of a document is its creator, who alone may write what is known at
        // the beginning: nobody else can have been there.
        let begins = !self.index.is_begun();
        if begins {
            may_begin(change, pen)?;
            self.index.begin(author);
        }
        let mut step = Step {
            author,
            pen,
            begins,
            fresh: HashSet::new(),
            inserted: HashMap::new(),
        };
        // Operations of a change are numbered from its first one: that is the name of the object that one
        // makes, under which later operations, of this change too, refer to it.
        for (counter, op) in (change.start_op.get()..).zip(&change.operations) {
            self.judge(
                &mut step,
                ObjectRef {
                    counter,
                    actor: author,
                },
                op,
            )?;
        }
        Ok(())
    }

    pub(super) fn into_new_rows(self) -> Vec<ObjectEntry> {
        self.index.into_added()
    }

    fn judge(
        &mut self,
        step: &mut Step<'_>,
        id: ObjectRef,
        op: &legacy::Op,
    ) -> Result<(), RightsError> {
        let landing = self.landing(&op.obj)?;
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
                kind: Kind::Text,
                by,
                ..
            })) => {
                step.may_write(&landing, by)?;
                text(op)?;
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
        step: &mut Step<'_>,
        id: ObjectRef,
        op: &legacy::Op,
        landing: &Landing,
        shape: Shape,
    ) -> Result<(), RightsError> {
        let key = map_key(op)?;
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
        step: &mut Step<'_>,
        id: ObjectRef,
        op: &legacy::Op,
        landing: &Landing,
        fields: &[Field],
    ) -> Result<(), RightsError> {
        let key = map_key(op)?;
        let field = schema::field(fields, key).ok_or(RightsError::UnknownField)?;
        step.may_write(landing, field.by)?;
        let path = landing.below(key);
        match (field.kind, &op.action) {
            (Kind::Lww(scalar), legacy::OpType::Put(plain)) => {
                value::plain(key, scalar, plain)?;
                self.replaces(op, &path)?;
                self.index.add(row(id, path, step.author));
            }
            (Kind::Atom, legacy::OpType::Put(atom)) => {
                value::atom(key, atom)?;
                self.replaces(op, &path)?;
                self.index.add(row(id, path, step.author));
            }
            (Kind::Once(scalar), legacy::OpType::Put(plain)) => {
                value::plain(key, scalar, plain)?;
                step.with_its_entry(op, landing, path)?;
            }
            (Kind::OnceAtom, legacy::OpType::Put(atom)) => {
                value::atom(key, atom)?;
                step.with_its_entry(op, landing, path)?;
            }
            (Kind::Seal, legacy::OpType::Put(atom)) => {
                value::atom(key, atom)?;
                overwrites_nothing(op)?;
            }
            (Kind::Text, legacy::OpType::Make(ObjType::Text))
            | (Kind::Map(_), legacy::OpType::Make(ObjType::Map)) => {
                step.with_its_entry(op, landing, path.clone())?;
                self.index.add(row(id, path, step.author));
            }
            (_, legacy::OpType::Put(_)) => return Err(RightsError::WrongValue),
            _ => return Err(RightsError::WrongOperation),
        }
        Ok(())
    }

    fn is_new(&self, op: &legacy::Op, path: &Path) -> Result<(), RightsError> {
        if self.index.is_taken(path) || !op.pred.is_empty() {
            Err(RightsError::EntryExists)
        } else {
            Ok(())
        }
    }

    fn replaces(&self, op: &legacy::Op, path: &Path) -> Result<(), RightsError> {
        for pred in op.pred.iter() {
            if !self.index.lies_at(reference(pred)?, path) {
                return Err(RightsError::ForeignPredecessor);
            }
        }
        Ok(())
    }
}

impl Step<'_> {
    fn may_write(&self, landing: &Landing, by: By) -> Result<(), RightsError> {
        let Some(pen) = self.pen else { return Ok(()) };
        let is_beginning = self.begins && matches!(landing.container.shape, Shape::Record(_));
        if !is_beginning && !landing.container.writers.contains(pen.role) {
            return Err(RightsError::RoleMayNot);
        }
        if by == By::Creator && !is_beginning && landing.row.creator != pen.actor {
            return Err(RightsError::NotYours);
        }
        Ok(())
    }

    /// Counts what a text grows by.
    fn inserts(&mut self, op: &legacy::Op, path: Path) -> Result<(), RightsError> {
        if !op.insert || self.pen.is_none() {
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
        path: Path,
    ) -> Result<(), RightsError> {
        overwrites_nothing(op)?;
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
    fn path(&self) -> Path {
        (
            self.row.container.clone(),
            self.row.entry.clone(),
            self.row.field.clone(),
        )
    }

    fn below(&self, key: &str) -> Path {
        below(self.container, self.path(), key)
    }
}

/// What lies under a key in a map of a container.
pub(super) fn below(container: &Container, (name, entry, field): Path, key: &str) -> Path {
    match (container.shape, &entry, field) {
        (Shape::Record(_), _, _) => (name, None, Some(key.into())),
        (_, None, _) => (name, Some(key.into()), None),
        (_, Some(_), None) => (name, entry, Some(key.into())),
        (_, Some(_), Some(field)) => (name, entry, Some(format!("{field}/{key}"))),
    }
}

/// A change says nothing beside its operations but what its author had seen.
fn says_nothing_else(change: &ExpandedChange) -> bool {
    let deps: Vec<ChangeHash> = change.deps.iter().map(|dep| ChangeHash(dep.0)).collect();
    let said = change
        .message
        .as_deref()
        .map(|said| Seen::read(said, &deps));
    said.is_none_or(|seen| matches!(seen, Ok(Some(_))))
}

/// The case id that a change writes into `meta`.
pub(super) fn case_id(change: &ExpandedChange) -> Option<&str> {
    let meta = Index::new(&[]);
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

fn may_begin(change: &ExpandedChange, pen: Option<&Pen>) -> Result<(), RightsError> {
    if change.deps != [genesis_change().hash()] || case_id(change).is_none() {
        return Err(RightsError::NotBegun);
    }
    if pen.is_some_and(|pen| !CREATORS.contains(pen.role)) {
        Err(RightsError::RoleMayNot)
    } else {
        Ok(())
    }
}

fn text(op: &legacy::Op) -> Result<(), RightsError> {
    match (&op.key, &op.action) {
        (legacy::Key::Seq(_), legacy::OpType::Put(character)) if op.insert => {
            value::element(character)?;
            overwrites_nothing(op)
        }
        (legacy::Key::Seq(legacy::ElementId::Id(element)), legacy::OpType::Delete)
            if !op.insert =>
        {
            if op.pred.iter().eq([element]) {
                Ok(())
            } else {
                Err(RightsError::ForeignPredecessor)
            }
        }
        _ => Err(RightsError::WrongOperation),
    }
}

fn overwrites_nothing(op: &legacy::Op) -> Result<(), RightsError> {
    if op.pred.is_empty() {
        Ok(())
    } else {
        Err(RightsError::AlreadySet)
    }
}

fn map_key(op: &legacy::Op) -> Result<&str, RightsError> {
    match &op.key {
        legacy::Key::Map(key) if !op.insert => Ok(key.as_str()),
        _ => Err(RightsError::WrongOperation),
    }
}

pub(super) fn reference(id: &legacy::OpId) -> Result<ObjectRef, RightsError> {
    let actor = Actor::try_from(id.actor().to_bytes()).map_err(|_| RightsError::UnknownObject)?;
    Ok(ObjectRef {
        counter: id.counter(),
        actor,
    })
}

fn row(object: ObjectRef, (container, entry, field): Path, creator: Actor) -> ObjectEntry {
    ObjectEntry {
        object,
        container,
        entry,
        field,
        creator,
    }
}
