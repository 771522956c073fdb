//! Bringing everything under the current keys, a batch a transaction, so that it can be broken off
//! and goes on where it was.

use super::{
    envelope::{self, EnvelopeError, IdentityOwner},
    place::{KeyRing, KeyRingError},
    ring::{KeyKind, Ring, RingFault, RingKey},
};
use crate::entropy::RandomSource;
use hejie_registry::{
    error::RegistryError,
    pool::{self, PgConnection, PgPool},
    secret::{self, SecretState, StoredSecret, repeat, rotation},
};
use jiff::{SignedDuration, Timestamp};

/// A phone may keep what it sealed for so long before it meets the server again.
const OFFLINE: SignedDuration = SignedDuration::from_hours(24 * 30);
/// A request that began under the old key has ended by then.
const UNDER_WAY: SignedDuration = SignedDuration::from_mins(10);
/// Rows of one transaction.
const BATCH: u32 = 200;

/// Why keys are not rotated.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// Postgres failed.
    #[error("the registry failed")]
    Registry(#[from] RegistryError),
    /// The key ring failed.
    #[error("the key ring failed")]
    Ring(#[from] KeyRingError),
    /// A key is missing, or a row does not open.
    #[error("a row of case {case} does not open")]
    Row {
        /// The case.
        case: hejie_case::ids::CaseId,
        /// Why.
        #[source]
        source: EnvelopeError,
    },
    /// The key that took its place is so new that something may still be on its way under the old
    /// one.
    #[error("its successor is too new: wait until {until}")]
    TooEarly {
        /// Until when.
        until: Timestamp,
    },
    /// Something is still under this key.
    #[error("{rows} rows still need the key {id}")]
    InUse {
        /// The key.
        id: String,
        /// How many.
        rows: u64,
    },
}

impl From<RingFault> for RotationError {
    fn from(fault: RingFault) -> Self {
        Self::Ring(fault.into())
    }
}

/// How many rows need a key.
///
/// # Errors
/// [`RotationError::Registry`].
pub async fn rows_under(
    conn: &mut PgConnection,
    kind: KeyKind,
    id: &str,
) -> Result<u64, RotationError> {
    let uses = match kind {
        KeyKind::Master => rotation::count_by_master_key(conn).await?,
        KeyKind::Hash => rotation::count_by_hash_key(conn).await?,
        KeyKind::Sealing => {
            let count = secret::count_sealed_statements(conn, id).await?;
            return Ok(u64::try_from(count).unwrap_or(0));
        }
        // What it signed lies on phones.
        KeyKind::Attestation => return Ok(0),
    };
    let found = uses.iter().find(|found| found.key == id);
    Ok(found.map_or(0, |found| found.rows))
}

/// How many rows are not under the current key of a kind.
///
/// # Errors
/// [`RotationError`].
pub async fn rows_to_rotate(
    conn: &mut PgConnection,
    ring: &Ring,
    kind: KeyKind,
) -> Result<u64, RotationError> {
    let current = &ring.current(kind)?.id;
    let uses = match kind {
        KeyKind::Master => rotation::count_by_master_key(conn).await?,
        KeyKind::Hash => rotation::count_by_hash_key(conn).await?,
        // What phones sealed is opened on receipt, and statements cannot be sealed anew; what was
        // attested lies on phones.
        KeyKind::Sealing | KeyKind::Attestation => Vec::new(),
    };
    let old = uses.iter().filter(|found| found.key != *current);
    Ok(old.map(|found| found.rows).sum())
}

/// Brings every row under the current key of a kind; `turned` hears after each batch how many it
/// held.
///
/// # Errors
/// [`RotationError`]; what was rotated until then stays so.
pub async fn rotate_keys(
    pool: &PgPool,
    keys: &KeyRing,
    entropy: &RandomSource,
    kind: KeyKind,
    mut turned: impl FnMut(u64),
) -> Result<u64, RotationError> {
    let ring = keys.ring()?;
    let current = ring.current(kind)?.id.clone();
    let mut all = 0;
    loop {
        let mut tx = pool::begin(pool).await?;
        let batch = match kind {
            KeyKind::Master => {
                rotation::list_under_other_master_key(&mut tx, &current, BATCH).await?
            }
            KeyKind::Hash => rotation::list_under_other_hash_key(&mut tx, &current, BATCH).await?,
            KeyKind::Sealing | KeyKind::Attestation => Vec::new(),
        };
        if batch.is_empty() {
            return Ok(all);
        }
        for row in &batch {
            turn(&mut tx, &ring, entropy, kind, row).await?;
        }
        pool::commit(tx).await?;
        all += batch.len() as u64;
        turned(batch.len() as u64);
    }
}

/// Takes a key out for ever, if nothing needs it any more.
///
/// # Errors
/// As [`may_retire`].
pub async fn retire(
    conn: &mut PgConnection,
    keys: &KeyRing,
    id: &str,
    now: Timestamp,
) -> Result<KeyKind, RotationError> {
    let kind = may_retire(conn, keys, id, now).await?;
    keys.update(|ring| ring.remove(kind, id))?;
    Ok(kind)
}

/// Whether nothing needs a key any more; its kind.
///
/// # Errors
/// [`RotationError::InUse`], [`RotationError::TooEarly`], or it is the current one, or unknown.
pub async fn may_retire(
    conn: &mut PgConnection,
    keys: &KeyRing,
    id: &str,
    now: Timestamp,
) -> Result<KeyKind, RotationError> {
    let ring = keys.ring()?;
    let unknown = || RingFault::UnknownKey { id: id.to_owned() };
    let kind = ring.kind_of(id).ok_or_else(unknown)?;
    if ring.current(kind)?.id == id {
        return Err(RingFault::Current { id: id.to_owned() }.into());
    }
    let rows = rows_under(conn, kind, id).await?;
    if rows > 0 {
        return Err(RotationError::InUse {
            id: id.to_owned(),
            rows,
        });
    }
    let until = quiet_from(ring.keys(kind), kind, id);
    if now < until {
        return Err(RotationError::TooEarly { until });
    }
    Ok(kind)
}

/// From when on nothing can be on its way under a key: its successor's age decides.
fn quiet_from(keys: &[RingKey], kind: KeyKind, id: &str) -> Timestamp {
    let patience = match kind {
        KeyKind::Sealing => OFFLINE,
        KeyKind::Master | KeyKind::Hash | KeyKind::Attestation => UNDER_WAY,
    };
    let successor = keys.iter().skip_while(|key| key.id != id).nth(1);
    let made_at = successor.map_or(Timestamp::MIN, |key| key.made_at);
    made_at.saturating_add(patience).unwrap_or(Timestamp::MAX)
}

async fn turn(
    conn: &mut PgConnection,
    ring: &Ring,
    entropy: &RandomSource,
    kind: KeyKind,
    row: &StoredSecret,
) -> Result<(), RotationError> {
    let SecretState::Kept { locked, .. } = &row.state else {
        return Ok(());
    };
    let owner = IdentityOwner {
        case: row.case,
        party: row.party,
    };
    let failed = |source| RotationError::Row {
        case: row.case,
        source,
    };
    if kind == KeyKind::Master {
        let locked = envelope::rewrap(ring, entropy, owner, locked).map_err(failed)?;
        rotation::set_wrapped(conn, row.case, row.party, &locked).await?;
    } else {
        let identity = envelope::open(ring, owner, locked).map_err(failed)?;
        let hashes = envelope::hashes(ring, &identity).map_err(failed)?;
        rotation::set_hashes(conn, row.case, row.party, &hashes).await?;
        repeat::note_pair(conn, row.case).await?;
    }
    Ok(())
}
