//! The small store beneath the engine: rows of sealed bytes, read one by one or by group, written a
//! batch at a time.
//!
//! A store knows neither cases nor keys of encryption; [`crate::encryption::EncryptedStore`] stands
//! between it and the engine. A browser store is a third implementation of [`Store`]. Every
//! implementation passes `tests/device/stores.rs`.

mod memory;
#[cfg(feature = "native")]
mod sqlite;

pub use memory::MemoryStore;
#[cfg(feature = "native")]
pub use sqlite::SqliteStore;

use std::error::Error;

/// A family of rows. The codes are part of the stored form: append only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Table {
    /// Single rows: the ledger, the enrolment, the session, the progress of the exchange.
    Own = 0,
    /// One row per case: its standing.
    Case = 1,
    /// One row per case: the saved document.
    Document = 2,
    /// One row per case: the facts as the server sent them.
    Facts = 3,
    /// One row per change that the server has not acknowledged, with its intent.
    Outgoing = 4,
    /// One row per refused change or left-over piece of work.
    Refusal = 5,
    /// One row per identity that was captured here: its mask, and the bytes sealed to the server
    /// until a backup has them.
    Secret = 6,
    /// One row per original of evidence that was taken in here.
    File = 7,
    /// The bytes of such originals in parts, until the server and a backup have them.
    Part = 8,
    /// One row per case: what the server attested of it.
    Attestation = 9,
    /// One row per change of somebody else that the server lost and nothing proves.
    Relay = 10,
}

impl Table {
    /// Every table.
    pub const ALL: [Self; 11] = [
        Self::Own,
        Self::Case,
        Self::Document,
        Self::Facts,
        Self::Outgoing,
        Self::Refusal,
        Self::Secret,
        Self::File,
        Self::Part,
        Self::Attestation,
        Self::Relay,
    ];

    /// The stored code.
    #[must_use]
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The table of a stored code.
    #[must_use]
    pub fn of_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.code() == code)
    }
}

/// The key of a row within its table: an opaque group, such as a hashed case id, and a number that
/// orders the rows of the group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The group.
    pub group: [u8; 16],
    /// The place within the group, below 2^63.
    pub number: u64,
}

/// Which rows of a table a scan reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// All of them.
    All,
    /// Those of one group.
    Group([u8; 16]),
}

/// A stored row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncryptedRow {
    /// The number of the commit that wrote it.
    pub version: u64,
    /// Nonce and sealed value.
    pub sealed: Vec<u8>,
}

/// One write of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// Adds or replaces a row.
    Put(Table, Key, EncryptedRow),
    /// Removes a row, if it is there.
    Delete(Table, Key),
}

/// Where rows are kept. One commit is one transaction: after a crash all of it is there or nothing.
pub trait Store: Send {
    /// Reads one row.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    fn get(&self, table: Table, key: Key) -> Result<Option<EncryptedRow>, StoreError>;

    /// Reads rows in the order of their keys.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    fn scan(&self, table: Table, range: Range) -> Result<Vec<(Key, EncryptedRow)>, StoreError>;

    /// Lists every row's version without reading its value.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    fn versions(&self) -> Result<Vec<(Table, Key, u64)>, StoreError>;

    /// Writes all of the batch durably, or nothing of it.
    ///
    /// # Errors
    /// [`StoreError`] when the batch was not, or not surely, written.
    fn commit(&mut self, batch: Vec<Write>) -> Result<(), StoreError>;

    /// Whether this store was built from what was left of a damaged one.
    fn was_damaged(&self) -> bool {
        false
    }
}

/// What a store can fail with.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process has the store open.
    #[error("the store is in use by another process")]
    InUse,
    /// No room left on the device.
    #[error("the device has no room left")]
    Full,
    /// The file is not a store, or is damaged.
    #[error("the store is damaged: {what}")]
    Damaged {
        /// What was found, without content.
        what: String,
    },
    /// The store was written by a version of the software whose rows are not understood any more.
    #[error("the store has version {found}, this software reads none before {oldest}")]
    TooOld {
        /// The version of the file.
        found: i64,
        /// The oldest version that this software reads.
        oldest: i64,
    },
    /// The store was written by a later version of the software.
    #[error("the store has version {found}, this software knows {known}")]
    TooNew {
        /// The version of the file.
        found: i64,
        /// The last version that this software knows.
        known: i64,
    },
    /// Anything else.
    #[error("the store failed while {step}")]
    Backend {
        /// What was being done.
        step: &'static str,
        /// Why it failed.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}
