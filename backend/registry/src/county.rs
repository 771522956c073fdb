//! What a county changes in the tables that ship with the program: routes, mechanisms and
//! framework. Its rows go before the shipped ones; each carries a version, so that two who change
//! one row at once do not overwrite each other.

mod framework;
mod mechanism;
mod route;

pub use framework::{list_framework, set_framework};
pub use mechanism::{list_mechanisms, set_mechanism};
pub use route::{list_routes, list_routes_in, set_route};

use hejie_case::ids::{RegionCode, UserId};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// A row of a table, shipped or the county's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionedRow<T> {
    /// The row.
    pub row: T,
    /// 0 for the shipped row, and one more with each change by the county.
    pub version: u32,
    /// False when the county does not use it.
    pub is_active: bool,
}

/// Who changes a row, when, and on which version of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowEdit<'a> {
    /// The county.
    pub county: &'a CountyPrefix,
    /// The version that the person saw.
    pub base_version: u32,
    /// Who.
    pub by: UserId,
    /// When, by the server's clock.
    pub at: Timestamp,
}

/// A county by the first six digits of its regions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountyPrefix(String);

impl CountyPrefix {
    /// The county in which a region lies.
    #[must_use]
    pub fn of(region: &RegionCode) -> Self {
        Self(region.as_str().chars().take(6).collect())
    }

    /// Its six digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The shipped rows, with a county's own in their place or beside them, in the order of the codes.
fn merged<'a, T: Clone + 'a, K: Ord>(
    shipped: impl IntoIterator<Item = &'a T>,
    own: impl IntoIterator<Item = VersionedRow<T>>,
    code: impl Fn(&T) -> K,
) -> Vec<VersionedRow<T>> {
    let shipped = shipped.into_iter().map(|row| VersionedRow {
        row: row.clone(),
        version: 0,
        is_active: true,
    });
    let all: BTreeMap<K, _> = shipped
        .chain(own)
        .map(|kept| (code(&kept.row), kept))
        .collect();
    all.into_values().collect()
}

fn version_of(stored: i32) -> u32 {
    u32::try_from(stored).unwrap_or(0)
}

fn stored(version: u32) -> i32 {
    i32::try_from(version).unwrap_or(i32::MAX)
}
