//! What single operations may be, wherever they land.

use super::{RightsError, value};
use automerge::legacy;

/// A character is put in or taken out.
pub(super) fn text(op: &legacy::Op) -> Result<(), RightsError> {
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

/// Nothing stood there.
pub(super) fn overwrites_nothing(op: &legacy::Op) -> Result<(), RightsError> {
    if op.pred.is_empty() {
        Ok(())
    } else {
        Err(RightsError::AlreadySet)
    }
}

/// The field that is set.
pub(super) fn map_key(op: &legacy::Op) -> Result<&str, RightsError> {
    match &op.key {
        legacy::Key::Map(key) if !op.insert => Ok(key.as_str()),
        _ => Err(RightsError::WrongOperation),
    }
}
