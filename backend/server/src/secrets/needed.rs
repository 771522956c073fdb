//! Which keys a registry cannot do without: what lies under them opens with no other, and phones
//! trust no other.

use super::ring::{KeyKind, Ring};
use hejie_registry::{
    error::RegistryError,
    pool::PgConnection,
    secret::{
        ring::{self, TrustedKeys},
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

/// How a ring fits a registry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RingFit {
    /// The root key that phones trust, where the ring has another one.
    pub other_root: Option<String>,
    /// Keys that something needs and the ring lacks: it is not the one of this registry, or an
    /// older copy of it.
    pub lacking: Vec<NeededKey>,
    /// Keys that something needs and the ring knows as gone for ever: a backup came back in which
    /// they were needed, or they were given up.
    pub given_up: Vec<NeededKey>,
}

impl RingFit {
    /// Whether a server may run with the ring.
    #[must_use]
    pub fn serves(&self) -> bool {
        self.other_root.is_none() && self.lacking.is_empty()
    }
}

/// Looks how a ring fits a registry with these needs.
///
/// # Errors
/// Postgres failed.
pub async fn fit(
    conn: &mut PgConnection,
    ring: &Ring,
    mut needed: Vec<NeededKey>,
) -> Result<RingFit, RegistryError> {
    let TrustedKeys {
        ring_root,
        ring_sealing,
    } = ring::trusted(conn).await?;
    needed.extend(given_to_phones(ring_sealing, &needed));
    needed.retain(|key| ring.find(key.kind, &key.id).is_err());
    let (given_up, lacking) = needed
        .into_iter()
        .partition(|key| ring.is_given_up(&key.id));
    Ok(RingFit {
        other_root: ring_root.filter(|root| *root != ring.root()),
        lacking,
        given_up,
    })
}

/// What came of noting the keys of a ring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RingNote {
    /// They are noted: phones may depend on them.
    Noted,
    /// The registry is that of a ring with this root.
    OtherRoot(String),
    /// A newer copy of the ring has this sealing key, which is noted.
    OlderCopy(String),
}

/// Notes the keys of a ring as those on which phones depend from now on, unless others are noted of
/// which it knows nothing.
///
/// # Errors
/// Postgres failed.
pub async fn settle(conn: &mut PgConnection, ring: &Ring) -> Result<RingNote, RegistryError> {
    let (root, sealing) = (ring.root(), newest_sealing(ring));
    let known = ring.sealing_keys_ever();
    let noted = ring::note_trusted(conn, &root, sealing, &known).await?;
    Ok(match (noted.ring_root, noted.ring_sealing) {
        (Some(other), _) if other != root => RingNote::OtherRoot(other),
        (_, Some(newer)) if newer != sealing => RingNote::OlderCopy(newer),
        _ => RingNote::Noted,
    })
}

/// Notes the keys of a ring that takes the place of another one.
///
/// # Errors
/// Postgres failed.
pub async fn replace(conn: &mut PgConnection, ring: &Ring) -> Result<(), RegistryError> {
    ring::set_trusted(conn, &ring.root(), newest_sealing(ring)).await
}

fn newest_sealing(ring: &Ring) -> &str {
    let newest = ring.keys(KeyKind::Sealing).last();
    newest.map_or("", |key| key.id.as_str())
}

/// Whether a ring that is not there may be made: nothing was ever locked under one, and no phone
/// trusts one.
///
/// # Errors
/// Postgres failed.
pub async fn may_begin(conn: &mut PgConnection) -> Result<bool, RegistryError> {
    Ok(!ring::is_in_use(conn).await?)
}

/// The root key that is noted of a ring; none where no server ever used one.
///
/// # Errors
/// Postgres failed.
pub async fn noted_root(conn: &mut PgConnection) -> Result<Option<String>, RegistryError> {
    Ok(ring::trusted(conn).await?.ring_root)
}

/// The keys in one line.
#[must_use]
pub fn in_words(keys: &[NeededKey]) -> String {
    let words: Vec<String> = keys.iter().map(ToString::to_string).collect();
    words.join(", ")
}

/// The key to which phones may have sealed what is on its way; it stands in no row.
fn given_to_phones(id: Option<String>, needed: &[NeededKey]) -> Option<NeededKey> {
    let kind = KeyKind::Sealing;
    let is_listed = |id: &String| needed.iter().any(|key| key.kind == kind && key.id == *id);
    let id = id.filter(|id| !is_listed(id))?;
    Some(NeededKey { kind, id, rows: 0 })
}

fn of_kind(kind: KeyKind, uses: Vec<KeyUse>) -> Vec<NeededKey> {
    let needed = uses.into_iter().map(|found| NeededKey {
        kind,
        id: found.key,
        rows: found.rows,
    });
    needed.collect()
}
