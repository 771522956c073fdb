//! Which keys a registry cannot do without: what lies under them opens with no other.

use super::ring::{KeyKind, Ring};
use hejie_registry::{
    error::RegistryError,
    pool::PgConnection,
    secret::{
        self,
        rotation::{self, KeyUse},
    },
};
use std::fmt;

/// A key that something in the registry needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeededKey {
    /// Its kind.
    pub kind: KeyKind,
    /// Its name.
    pub id: String,
    /// Rows that need it; of a sealing key, cases.
    pub rows: u64,
}

impl fmt::Display for NeededKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({})", self.kind.word(), self.id, self.rows)
    }
}

/// Lists the keys that identities need.
///
/// # Errors
/// Postgres failed.
pub async fn list_of_identities(conn: &mut PgConnection) -> Result<Vec<NeededKey>, RegistryError> {
    let wrapped = rotation::count_by_master_key(conn).await?;
    let hashed = rotation::count_by_hash_key(conn).await?;
    let mut all = of_kind(KeyKind::Master, wrapped);
    all.extend(of_kind(KeyKind::Hash, hashed));
    Ok(all)
}

/// Lists the keys that anything needs, sealed statements too: every case is looked through for
/// them, which takes its time.
///
/// # Errors
/// Postgres failed.
pub async fn list(conn: &mut PgConnection) -> Result<Vec<NeededKey>, RegistryError> {
    let mut all = list_of_identities(conn).await?;
    let sealed = rotation::count_by_sealing_key(conn).await?;
    all.extend(of_kind(KeyKind::Sealing, sealed));
    Ok(all)
}

/// Those that a ring lacks.
#[must_use]
pub fn lacking(ring: &Ring, mut needed: Vec<NeededKey>) -> Vec<NeededKey> {
    needed.retain(|key| ring.find(key.kind, &key.id).is_err());
    needed
}

/// Whether a ring that is not there may be made: nothing was ever locked under one, and no phone
/// trusts one.
///
/// # Errors
/// Postgres failed.
pub async fn may_begin(conn: &mut PgConnection) -> Result<bool, RegistryError> {
    Ok(!secret::is_ring_in_use(conn).await?)
}

/// The keys in one line.
#[must_use]
pub fn in_words(keys: &[NeededKey]) -> String {
    let words: Vec<String> = keys.iter().map(ToString::to_string).collect();
    words.join(", ")
}

fn of_kind(kind: KeyKind, uses: Vec<KeyUse>) -> Vec<NeededKey> {
    let needed = uses.into_iter().map(|found| NeededKey {
        kind,
        id: found.key,
        rows: found.rows,
    });
    needed.collect()
}
