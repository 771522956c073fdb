//! From columns to the words of the domain and back, for the tables of the exchange.

use crate::error::RegistryError;
use hejie_case::ids::{Actor, ChangeHash};
use hejie_wire::digest::Digest;

pub(crate) fn natural(
    value: i64,
    table: &'static str,
    column: &'static str,
) -> Result<u64, RegistryError> {
    u64::try_from(value).map_err(RegistryError::in_column(table, column))
}

/// Numbers that go into a `bigint`. Those of the exchange are far smaller; a larger one would be refused by the table's checks.
pub(crate) fn bigint(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub(crate) fn hash(
    bytes: &[u8],
    table: &'static str,
    column: &'static str,
) -> Result<ChangeHash, RegistryError> {
    ChangeHash::try_from(bytes).map_err(RegistryError::in_column(table, column))
}

pub(crate) fn hashes(
    all: &[Vec<u8>],
    table: &'static str,
    column: &'static str,
) -> Result<Vec<ChangeHash>, RegistryError> {
    all.iter().map(|bytes| hash(bytes, table, column)).collect()
}

pub(crate) fn actor(
    bytes: &[u8],
    table: &'static str,
    column: &'static str,
) -> Result<Actor, RegistryError> {
    Actor::try_from(bytes).map_err(RegistryError::in_column(table, column))
}

pub(crate) fn digest(
    bytes: &[u8],
    table: &'static str,
    column: &'static str,
) -> Result<Digest, RegistryError> {
    Digest::try_from(bytes).map_err(RegistryError::in_column(table, column))
}

pub(crate) fn bytes_of(hashes: &[ChangeHash]) -> Vec<Vec<u8>> {
    hashes.iter().map(|hash| hash.0.to_vec()).collect()
}
