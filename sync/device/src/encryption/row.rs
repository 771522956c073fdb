//! Rows by their names, what is written to them, and what that can fail with.

use super::KeyStoreError;
use crate::{
    entropy::NoEntropy,
    store::{StoreError, Table},
};
use hejie_case::ids::CaseId;
use zeroize::Zeroizing;

/// What a row belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowOwner {
    /// The phone itself, by the name of the row.
    Phone(&'static str),
    /// A case.
    Case(CaseId),
}

/// The name of a row as the engine knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowName {
    /// The table.
    pub table: Table,
    /// The owner.
    pub owner: RowOwner,
    /// The place among the owner's rows in this table.
    pub number: u64,
}

/// A value with the number of its row; overwritten when dropped.
pub type DecryptedRow = (u64, Zeroizing<Vec<u8>>);

/// One write as the engine makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowChange {
    /// Adds or replaces a value.
    Put(RowName, Vec<u8>),
    /// Removes a value.
    Delete(RowName),
}

/// What encryption can fail with.
#[derive(Debug, thiserror::Error)]
pub enum EncryptionError {
    /// The store beneath failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
    /// The platform's key store failed.
    #[error("the key could not be had")]
    KeyStore(#[from] KeyStoreError),
    /// There are sealed rows, and the key store holds no key.
    #[error("the store is sealed and its key is gone")]
    KeyGone,
    /// The key store's key is not the one under which the store was sealed.
    #[error("the key does not open this store")]
    WrongKey,
    /// Rows were removed, put back or replaced behind the engine's back.
    #[error("rows of the store were rolled back or removed")]
    RolledBack,
    /// A value is not what was sealed in this row.
    #[error("a row of table {table:?} does not open")]
    Tampered {
        /// The table.
        table: Table,
    },
    /// No randomness.
    #[error("no randomness")]
    Entropy(#[from] NoEntropy),
}
