//! The actors that a change refers to: its author first, then the others in ascending order, 16
//! bytes each.

use super::ByteReader;
use crate::{gate::GateError, limits};
use hejie_case::ids::Actor;

const WIDTH: usize = 16;
/// An actor behind its length byte.
const STRIDE: usize = WIDTH + 1;

/// Looks actors up by the index that operations use.
#[derive(Clone, Copy)]
pub(super) struct ActorTable<'a> {
    author: &'a [u8; WIDTH],
    others: &'a [u8],
}

impl<'a> ActorTable<'a> {
    pub(super) fn read(
        reader: &mut ByteReader<'a>,
        author: &'a [u8; WIDTH],
    ) -> Result<Self, GateError> {
        let count = reader.uint()?;
        if count > limits::ACTORS {
            return Err(GateError::Actor);
        }
        let others = reader.take(count * STRIDE as u64)?;
        let mut inside = ByteReader::new(others);
        let mut last = None;
        for _ in 0..count {
            let actor = read_one(&mut inside)?;
            if actor == author || last.is_some_and(|last| last >= actor) {
                return Err(GateError::Actor);
            }
            last = Some(actor);
        }
        Ok(Self { author, others })
    }

    pub(super) fn others(&self) -> Vec<Actor> {
        self.others
            .chunks_exact(STRIDE)
            .filter_map(|entry| Actor::try_from(&entry[1..]).ok())
            .collect()
    }

    /// The bytes of an actor, by which operations with equal counters are ordered.
    pub(super) fn get(&self, index: u64) -> Result<&'a [u8], GateError> {
        match usize::try_from(index) {
            Ok(0) => Ok(self.author),
            Ok(n) => self
                .others
                .chunks_exact(STRIDE)
                .nth(n - 1)
                .map(|entry| &entry[1..])
                .ok_or(GateError::Actor),
            Err(_) => Err(GateError::Actor),
        }
    }
}

/// Reads one actor behind its length.
pub(super) fn read_one<'a>(reader: &mut ByteReader<'a>) -> Result<&'a [u8; WIDTH], GateError> {
    if reader.uint()? != WIDTH as u64 {
        return Err(GateError::Actor);
    }
    reader
        .take(WIDTH as u64)?
        .try_into()
        .map_err(|_| GateError::Actor)
}
