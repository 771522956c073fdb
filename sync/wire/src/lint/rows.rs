//! The operations of a change, row by row across all columns.

use super::{
    ByteReader,
    actors::ActorTable,
    columns::Columns,
    runs::{Booleans, Differences, Values},
};
use crate::{gate::GateError, limits};

/// All columns at one row.
pub(super) struct Rows<'a> {
    actors: ActorTable<'a>,
    start_op: u64,
    object_actor: Values<'a, u64>,
    object_counter: Values<'a, u64>,
    key_actor: Values<'a, u64>,
    key_counter: Differences<'a>,
    key_text: Values<'a, &'a str>,
    insert: Booleans<'a>,
    action: Values<'a, u64>,
    value_meta: Values<'a, u64>,
    value: ByteReader<'a>,
    pred_count: Values<'a, u64>,
    pred_actor: Values<'a, u64>,
    pred_counter: Differences<'a>,
    preds: u64,
}

/// What kind of object an operation writes to, as far as the change itself tells.
#[derive(Clone, Copy, PartialEq)]
enum Object {
    Root,
    Inner,
}

#[derive(Clone, Copy, PartialEq)]
enum OpKey {
    /// A key of a map.
    Name,
    /// The place before the first element of a list or text.
    Head,
    /// An element of a list or text.
    Element,
}

#[derive(Clone, Copy, PartialEq)]
enum Action {
    Make,
    Set,
    Delete,
    Increment,
}

#[derive(Clone, Copy, PartialEq)]
enum ValueKind {
    Null,
    Integer,
    Other,
}

impl<'a> Rows<'a> {
    pub(super) fn new(
        columns: &Columns<'a>,
        actors: ActorTable<'a>,
        start_op: u64,
    ) -> Result<Self, GateError> {
        let action = Values::new(columns.action);
        if action.is_absent() {
            return Err(GateError::Operations);
        }
        Ok(Self {
            actors,
            start_op,
            object_actor: Values::new(columns.object_actor),
            object_counter: Values::new(columns.object_counter),
            key_actor: Values::new(columns.key_actor),
            key_counter: Differences::new(columns.key_counter),
            key_text: Values::new(columns.key_text),
            insert: Booleans::new(columns.insert),
            action,
            value_meta: Values::new(columns.value_meta),
            value: ByteReader::new(columns.value),
            pred_count: Values::new(columns.pred_count),
            pred_actor: Values::new(columns.pred_actor),
            pred_counter: Differences::new(columns.pred_counter),
            preds: 0,
        })
    }

    /// Checks every operation, and that all columns end together. Returns how many operations there
    /// are.
    pub(super) fn check(mut self) -> Result<u64, GateError> {
        let mut ops = 0;
        while !self.action.is_done() {
            if ops == limits::OPERATIONS {
                return Err(GateError::Operations);
            }
            self.operation(self.start_op + ops)?;
            ops += 1;
        }
        if self.all_done() {
            Ok(ops)
        } else {
            Err(GateError::Rows)
        }
    }

    fn all_done(&self) -> bool {
        self.object_actor.is_done()
            && self.object_counter.is_done()
            && self.key_actor.is_done()
            && self.key_counter.is_done()
            && self.key_text.is_done()
            && self.insert.is_done()
            && self.value_meta.is_done()
            && self.value.is_empty()
            && self.pred_count.is_done()
            && self.pred_actor.is_done()
            && self.pred_counter.is_done()
    }

    /// Checks one operation, whose own counter is `own`.
    fn operation(&mut self, own: u64) -> Result<(), GateError> {
        let action = self.action()?;
        let object = self.object(own)?;
        let key = self.key(own)?;
        let insert = self.insert.next()?;
        let kind = self.value()?;
        let preds = self.predecessors(own)?;
        let placed = match (object, key) {
            (_, OpKey::Name) => !insert,
            (Object::Root, _) => false,
            (Object::Inner, OpKey::Head) => insert,
            (Object::Inner, OpKey::Element) => true,
        };
        let replaces = match action {
            _ if insert => preds == 0 && matches!(action, Action::Make | Action::Set),
            Action::Make | Action::Set => true,
            Action::Delete | Action::Increment => preds > 0,
        };
        let carries = match action {
            Action::Make | Action::Delete => kind == ValueKind::Null,
            Action::Set => true,
            Action::Increment => kind == ValueKind::Integer,
        };
        if placed && replaces && carries {
            Ok(())
        } else {
            Err(GateError::Operation)
        }
    }

    fn action(&mut self) -> Result<Action, GateError> {
        match self.action.next_present()? {
            0 | 2 | 4 => Ok(Action::Make),
            1 => Ok(Action::Set),
            3 => Ok(Action::Delete),
            5 => Ok(Action::Increment),
            _ => Err(GateError::Operation),
        }
    }

    fn object(&mut self, own: u64) -> Result<Object, GateError> {
        match (self.object_actor.next()?, self.object_counter.next()?) {
            (None, None) => Ok(Object::Root),
            (Some(actor), Some(counter)) => {
                self.earlier(actor, counter, own).map(|_| Object::Inner)
            }
            _ => Err(GateError::Rows),
        }
    }

    fn key(&mut self, own: u64) -> Result<OpKey, GateError> {
        match (
            self.key_text.next()?,
            self.key_actor.next()?,
            self.key_counter.next()?,
        ) {
            (Some(""), ..) => Err(GateError::Operation),
            (Some(_), None, None) => Ok(OpKey::Name),
            (None, None, Some(0)) => Ok(OpKey::Head),
            (None, Some(actor), Some(counter)) => {
                self.earlier(actor, counter, own).map(|_| OpKey::Element)
            }
            _ => Err(GateError::Rows),
        }
    }

    fn value(&mut self) -> Result<ValueKind, GateError> {
        let meta = self.value_meta.next_present()?;
        let bytes = self.value.take(meta >> 4)?;
        let mut inside = ByteReader::new(bytes);
        let kind = match meta & 0xf {
            0 if bytes.is_empty() => ValueKind::Null,
            1 | 2 if bytes.is_empty() => ValueKind::Other,
            3 => inside.uint().map(|_| ValueKind::Integer)?,
            4 => inside.int().map(|_| ValueKind::Integer)?,
            5 if bytes.len() == 8 => return Ok(ValueKind::Other),
            6 => {
                return std::str::from_utf8(bytes)
                    .map(|_| ValueKind::Other)
                    .map_err(|_| GateError::Text);
            }
            7 => return Ok(ValueKind::Other),
            8 | 9 => inside.int().map(|_| ValueKind::Other)?,
            _ => return Err(GateError::Value),
        };
        if inside.is_empty() {
            Ok(kind)
        } else {
            Err(GateError::Value)
        }
    }

    /// Checks the operations that this one replaces: earlier ones, in ascending order, each once.
    fn predecessors(&mut self, own: u64) -> Result<u64, GateError> {
        let count = self.pred_count.next_present()?;
        self.preds = self.preds.saturating_add(count);
        if self.preds > limits::PREDECESSORS {
            return Err(GateError::Operations);
        }
        let mut last = None;
        for _ in 0..count {
            let actor = self.pred_actor.next_present()?;
            let counter = self.pred_counter.next()?.ok_or(GateError::Rows)?;
            let id = (counter, self.earlier(actor, counter, own)?);
            if last.is_some_and(|last| last >= id) {
                return Err(GateError::Operation);
            }
            last = Some(id);
        }
        Ok(count)
    }

    /// Counters grow along causality, so that whatever an operation refers to has a smaller one
    /// than itself.
    fn earlier(&self, actor: u64, counter: u64, own: u64) -> Result<&'a [u8], GateError> {
        if counter == 0 || counter >= own {
            return Err(GateError::Counter);
        }
        self.actors.get(actor)
    }
}
