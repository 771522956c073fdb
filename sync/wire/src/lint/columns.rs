//! The column table of a change: which columns there are, and where.

use super::ByteReader;
use crate::gate::GateError;

/// The columns of case documents. Those that Automerge has besides (marks in rich text) are
/// refused.
#[derive(Debug, Default)]
pub(super) struct Columns<'a> {
    pub(super) object_actor: &'a [u8],
    pub(super) object_counter: &'a [u8],
    pub(super) key_actor: &'a [u8],
    pub(super) key_counter: &'a [u8],
    pub(super) key_text: &'a [u8],
    pub(super) insert: &'a [u8],
    pub(super) action: &'a [u8],
    pub(super) value_meta: &'a [u8],
    pub(super) value: &'a [u8],
    pub(super) pred_count: &'a [u8],
    pub(super) pred_actor: &'a [u8],
    pub(super) pred_counter: &'a [u8],
}

impl<'a> Columns<'a> {
    /// Reads the table and takes the data of each column, which follow in the same order.
    pub(super) fn read(reader: &mut ByteReader<'a>) -> Result<Self, GateError> {
        let mut columns = Self::default();
        let count = reader.uint()?;
        let mut table = *reader;
        for _ in 0..count {
            reader.uint()?;
            reader.uint()?;
        }
        let mut last = None;
        for _ in 0..count {
            let (specification, len) = (table.uint()?, table.uint()?);
            if len == 0 || last.is_some_and(|last| last >= specification) {
                return Err(GateError::Columns);
            }
            last = Some(specification);
            *columns.slot(specification)? = reader.take(len)?;
        }
        Ok(columns)
    }

    /// A specification is the column's id, then a bit for deflate, then three bits of type.
    fn slot(&mut self, specification: u64) -> Result<&mut &'a [u8], GateError> {
        Ok(match specification {
            0x01 => &mut self.object_actor,
            0x02 => &mut self.object_counter,
            0x11 => &mut self.key_actor,
            0x13 => &mut self.key_counter,
            0x15 => &mut self.key_text,
            0x34 => &mut self.insert,
            0x42 => &mut self.action,
            0x56 => &mut self.value_meta,
            0x57 => &mut self.value,
            0x70 => &mut self.pred_count,
            0x71 => &mut self.pred_actor,
            0x73 => &mut self.pred_counter,
            _ => return Err(GateError::Columns),
        })
    }
}
