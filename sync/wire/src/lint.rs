//! The walk over the body of a change before Automerge decodes it.
//!
//! It follows the storage format of Automerge (change chunks) and accepts exactly what Automerge's
//! own writer can produce for case documents: maps, lists, texts, scalars, increments and
//! deletions. It refuses every other column and action, numbers in another than the shortest form,
//! references to operations that cannot exist yet, and lengths that disagree. Nothing is allocated
//! while it walks, and its work is bounded by the caps in [`limits`].
//!
//! It cannot know the document: whether dependencies and objects exist, and whether the author may
//! write there, is asked later.

mod actors;
mod columns;
mod reader;
mod rows;
mod runs;

pub(crate) use reader::ByteReader;

use crate::{gate::GateError, limits};
use actors::ActorTable;
use columns::Columns;
use hejie_case::{
    document::ChangeMessage,
    ids::{Actor, ChangeHash},
};
use jiff::Timestamp;
use rows::Rows;

/// What a change says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Whose device wrote it.
    pub actor: Actor,
    /// The number of this change among the actor's changes to the document, from 1.
    pub seq: u64,
    /// The counter of its first operation.
    pub start_op: u64,
    /// The counter of its last operation.
    pub max_op: u64,
    /// How many operations it has.
    pub ops: u64,
    /// The changes on which it builds, in the order written: what its author saw as heads, unless
    /// it says what that was.
    pub deps: Vec<ChangeHash>,
    /// What it says of what its author had seen, where that is less than what it builds on, or
    /// more.
    pub said: Option<ChangeMessage>,
    /// The other actors that its operations refer to. Automerge panics on one that the document
    /// does not know.
    pub others: Vec<Actor>,
    /// The time that the author claims, in whatever unit it uses; any 64-bit number.
    pub time: i64,
}

impl Header {
    /// The heads that its author saw of what the change builds on.
    #[must_use]
    pub fn seen_heads(&self) -> &[ChangeHash] {
        match &self.said {
            Some(ChangeMessage::Seen(seen)) => &seen.heads,
            Some(ChangeMessage::Beside(_)) | None => &self.deps,
        }
    }

    /// The heads of the confidential part that its author had beside what the change builds on.
    #[must_use]
    pub fn beside(&self) -> &[ChangeHash] {
        self.said.as_ref().map_or(&[], ChangeMessage::beside)
    }

    /// When it was written, by its author's clock, which may say anything: seconds since 1970, as
    /// our phones count.
    #[must_use]
    pub fn claimed_at(&self) -> Option<Timestamp> {
        Timestamp::from_second(self.time).ok()
    }
}

/// Walks over the body of a change.
///
/// # Errors
/// A [`GateError`] that names the first thing wrong.
pub fn lint(body: &[u8]) -> Result<Header, GateError> {
    let mut reader = ByteReader::new(body);
    let dep_bytes = dependencies(&mut reader)?;
    let author = actors::read_one(&mut reader)?;
    let seq = counter(&mut reader, u64::from(u32::MAX))?;
    let start_op = counter(&mut reader, u64::from(u32::MAX) - limits::OPERATIONS)?;
    let time = reader.int()?;
    let message = reader.text(limits::CHANGE_MESSAGE_BYTES)?;
    let actors = ActorTable::read(&mut reader, author)?;
    let columns = Columns::read(&mut reader)?;
    if !reader.is_empty() {
        return Err(GateError::LeftOver);
    }
    let ops = Rows::new(&columns, actors, start_op)?.check()?;
    let (deps, others) = (distinct(dep_bytes)?, actors.others());
    let said = ChangeMessage::read(message, &deps).map_err(GateError::Seen)?;
    Ok(Header {
        actor: Actor(*author),
        seq,
        start_op,
        max_op: start_op + ops - 1,
        ops,
        deps,
        said,
        others,
        time,
    })
}

fn dependencies<'a>(reader: &mut ByteReader<'a>) -> Result<&'a [u8], GateError> {
    let count = reader.uint()?;
    if count > limits::DEPENDENCIES {
        return Err(GateError::Dependencies);
    }
    reader.take(count * 32)
}

fn counter(reader: &mut ByteReader<'_>, most: u64) -> Result<u64, GateError> {
    let value = reader.uint()?;
    if (1..=most).contains(&value) {
        Ok(value)
    } else {
        Err(GateError::Counter)
    }
}

fn distinct(dep_bytes: &[u8]) -> Result<Vec<ChangeHash>, GateError> {
    let deps: Vec<ChangeHash> = dep_bytes
        .as_chunks()
        .0
        .iter()
        .copied()
        .map(ChangeHash)
        .collect();
    let mut sorted = deps.clone();
    sorted.sort_unstable();
    if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
        Err(GateError::Dependencies)
    } else {
        Ok(deps)
    }
}
