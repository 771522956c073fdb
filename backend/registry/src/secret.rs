//! Full identities of parties, as ciphertext: kept, wrapped anew, destroyed. What they say is
//! opened by the server alone, which holds the keys; this crate sees none.
//!
//! - [`put`], [`lookup`], [`destroy`]: one row a party.
//! - [`rotation`]: rows under an old key, when a key is rotated.
//! - [`destroyed`]: what is left of a destroyed one, and the order carried out once more after a
//!   restore.
//! - [`repeat`]: the same person twice, the same pair again, by keyed hashes.
//! - [`readings`]: who read how much, for the auditor.
//! - [`ring`]: the names of the keys on which phones depend.

pub mod destroyed;
pub mod readings;
pub mod repeat;
pub mod ring;
pub mod rotation;

pub use repeat::{PairCase, pair_cases, repeat_calls, same_party};

use crate::{
    error::RegistryError,
    statement::{Selection, SqlCommand},
    time::Ts,
};
use hejie_case::ids::{CaseId, DeviceId, EntryId, UserId};
use jiff::Timestamp;
use sqlx::{FromRow, PgConnection};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The ciphertext of an identity, with its wrapped data key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedIdentity {
    /// The master key that wraps the data key.
    pub master_key: String,
    /// The data key, wrapped.
    pub wrapped_key: Vec<u8>,
    /// The identity under the data key.
    pub ciphertext: Vec<u8>,
}

/// Keyed hashes of an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hashes {
    /// The hash key.
    pub key: String,
    /// Over the ID number.
    pub identity: Option<[u8; 32]>,
    /// Over name and telephone.
    pub contact: Option<[u8; 32]>,
}

/// An identity to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSecret {
    /// The case.
    pub case: CaseId,
    /// The party.
    pub party: EntryId,
    /// The ciphertext.
    pub locked: LockedIdentity,
    /// The hashes.
    pub hashes: Hashes,
    /// SHA-256 of the sealed bytes as received.
    pub sealed_hash: [u8; 32],
    /// When it was written down, by the device's clock.
    pub captured_at: Timestamp,
    /// When the server received it.
    pub received_at: Timestamp,
    /// Who captured it.
    pub by: UserId,
    /// On which phone.
    pub device: DeviceId,
}

/// A kept identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSecret {
    /// The case.
    pub case: CaseId,
    /// The party.
    pub party: EntryId,
    /// The ciphertext and under which key its hashes are, or when it was destroyed.
    pub state: SecretState,
    /// SHA-256 of the sealed bytes as received.
    pub sealed_hash: [u8; 32],
    /// When it was written down, by the device's clock.
    pub captured_at: Timestamp,
    /// When the server received it.
    pub received_at: Timestamp,
}

/// Whether an identity can still be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretState {
    /// It can.
    Kept {
        /// The ciphertext.
        locked: LockedIdentity,
        /// The key of its hashes.
        hash_key: String,
    },
    /// It cannot, by nobody.
    Destroyed {
        /// Since when.
        at: Timestamp,
    },
}

/// By whose order, and why, an identity is destroyed (D06).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destruction<'a> {
    /// When.
    pub at: Timestamp,
    /// Who carries it out.
    pub by: UserId,
    /// Who ordered it.
    pub ordered_by: UserId,
    /// The number of the written order.
    pub order_no: &'a str,
    /// Why, in words.
    pub reason: &'a str,
}

/// The parties of a case of whom it is known who they are, or was until that was destroyed.
///
/// # Errors
/// Postgres failed.
pub async fn list_identified(
    conn: &mut PgConnection,
    case: CaseId,
) -> Result<BTreeSet<EntryId>, RegistryError> {
    let found: Vec<Uuid> =
        sqlx::query_scalar("select party_id from party_secret where case_id = $1")
            .bind(case.0)
            .fetch_all(conn)
            .await?;
    Ok(found.into_iter().map(EntryId).collect())
}

/// Keeps an identity. A later capture takes the place of an earlier one, whose key is gone with it.
///
/// Returns false, and changes nothing, when a capture that is as late or later is known, or when it
/// was destroyed.
///
/// # Errors
/// Postgres failed, or the case is unknown.
pub async fn put(conn: &mut PgConnection, new: &NewSecret) -> Result<bool, RegistryError> {
    sqlx::query(
        "insert into party_secret as old (case_id, party_id, master_key_id, wrapped_key, ciphertext, hash_key_id, identity_hash,
             contact_hash, sealed_hash, captured_at, received_at, by_user, by_device)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         on conflict (case_id, party_id) do update set master_key_id = excluded.master_key_id, wrapped_key = excluded.wrapped_key,
             ciphertext = excluded.ciphertext, hash_key_id = excluded.hash_key_id, identity_hash = excluded.identity_hash,
             contact_hash = excluded.contact_hash, sealed_hash = excluded.sealed_hash, captured_at = excluded.captured_at,
             received_at = excluded.received_at, by_user = excluded.by_user, by_device = excluded.by_device
         where old.destroyed_at is null and old.captured_at < excluded.captured_at",
    )
    .bind(new.case.0)
    .bind(new.party.0)
    .bind(&new.locked.master_key)
    .bind(&new.locked.wrapped_key)
    .bind(&new.locked.ciphertext)
    .bind(&new.hashes.key)
    .bind(new.hashes.identity.as_ref().map(|hash| &hash[..]))
    .bind(new.hashes.contact.as_ref().map(|hash| &hash[..]))
    .bind(&new.sealed_hash[..])
    .bind(Ts(new.captured_at))
    .bind(Ts(new.received_at))
    .bind(new.by.0)
    .bind(new.device.0)
    .touches(conn)
    .await
}

/// Looks an identity up.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn lookup(
    conn: &mut PgConnection,
    case: CaseId,
    party: EntryId,
) -> Result<Option<StoredSecret>, RegistryError> {
    sqlx::query_as::<_, StoredSecretRow>(
        "select case_id, party_id, master_key_id, wrapped_key, ciphertext, hash_key_id, sealed_hash, captured_at, received_at,
             destroyed_at
         from party_secret where case_id = $1 and party_id = $2",
    )
    .bind(case.0)
    .bind(party.0)
    .find(conn)
    .await
}

/// Destroys an identity: its key, its ciphertext and its hashes go; who ordered it and why stays.
/// Returns false when there is none, or it was destroyed before.
///
/// # Errors
/// Postgres failed.
pub async fn destroy(
    conn: &mut PgConnection,
    case: CaseId,
    party: EntryId,
    order: &Destruction<'_>,
) -> Result<bool, RegistryError> {
    sqlx::query(
        "update party_secret set master_key_id = null, wrapped_key = null, ciphertext = null, hash_key_id = null,
             identity_hash = null, contact_hash = null, destroyed_at = $3, destroyed_by = $4, ordered_by = $5, order_no = $6,
             destroy_reason = $7
         where case_id = $1 and party_id = $2 and destroyed_at is null",
    )
    .bind(case.0)
    .bind(party.0)
    .bind(Ts(order.at))
    .bind(order.by.0)
    .bind(order.ordered_by.0)
    .bind(order.order_no)
    .bind(order.reason)
    .touches(conn)
    .await
}

/// Lists the identities that were destroyed since then, in cases that a person may see.
///
/// # Errors
/// Postgres failed.
pub async fn list_destroyed(
    conn: &mut PgConnection,
    user: UserId,
    since: Timestamp,
) -> Result<Vec<(CaseId, EntryId)>, RegistryError> {
    let rows: Vec<(Uuid, Uuid)> = sqlx::query_as(
        "select s.case_id, s.party_id from party_secret s join case_member m on m.case_id = s.case_id
         where s.destroyed_at >= $2 and m.user_id = $1 and m.until_at is null",
    )
    .bind(user.0)
    .bind(Ts(since))
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(case, party)| (CaseId(case), EntryId(party)))
        .collect())
}

/// Lets Postgres overwrite what destroyed rows left behind in the table's pages. Outside of a
/// transaction.
///
/// # Errors
/// Postgres failed.
pub async fn sweep_out(conn: &mut PgConnection) -> Result<(), RegistryError> {
    sqlx::query("vacuum (analyze) party_secret").run(conn).await
}

/// Whether an acknowledged change made this party, settled or not.
///
/// # Errors
/// Postgres failed.
pub async fn is_party(
    conn: &mut PgConnection,
    case: CaseId,
    party: EntryId,
) -> Result<bool, RegistryError> {
    Ok(sqlx::query_scalar(
        "select exists (select 1 from case_object where case_id = $1 and container = 'parties' and entry = $2 and field is null)",
    )
    .bind(case.0)
    .bind(party.to_string())
    .fetch_one(conn)
    .await?)
}

/// How many sealed statements of documents still need a sealing key: documents cannot be sealed
/// anew.
///
/// # Errors
/// Postgres failed.
pub async fn count_sealed_statements(
    conn: &mut PgConnection,
    sealing_key: &str,
) -> Result<i64, RegistryError> {
    Ok(sqlx::query_scalar(
        "select count(*) from case_doc where view -> 'statements' <> '{}' and position($1 in (view -> 'statements')::text) > 0",
    )
    .bind(sealing_key)
    .fetch_one(conn)
    .await?)
}

#[derive(FromRow)]
pub(crate) struct StoredSecretRow {
    case_id: Uuid,
    party_id: Uuid,
    master_key_id: Option<String>,
    wrapped_key: Option<Vec<u8>>,
    ciphertext: Option<Vec<u8>>,
    hash_key_id: Option<String>,
    sealed_hash: Vec<u8>,
    captured_at: Ts,
    received_at: Ts,
    destroyed_at: Option<Ts>,
}

impl TryFrom<StoredSecretRow> for StoredSecret {
    type Error = RegistryError;
    fn try_from(row: StoredSecretRow) -> Result<Self, RegistryError> {
        let kept = row
            .master_key_id
            .zip(row.wrapped_key)
            .zip(row.ciphertext)
            .zip(row.hash_key_id);
        let state = match (row.destroyed_at, kept) {
            (Some(at), _) => SecretState::Destroyed { at: at.0 },
            (None, Some((((master_key, wrapped_key), ciphertext), hash_key))) => {
                SecretState::Kept {
                    locked: LockedIdentity {
                        master_key,
                        wrapped_key,
                        ciphertext,
                    },
                    hash_key,
                }
            }
            (None, None) => {
                return Err(RegistryError::in_column("party_secret", "wrapped_key")(
                    "neither kept nor destroyed",
                ));
            }
        };
        Ok(Self {
            case: CaseId(row.case_id),
            party: EntryId(row.party_id),
            state,
            sealed_hash: row
                .sealed_hash
                .as_slice()
                .try_into()
                .map_err(RegistryError::in_column("party_secret", "sealed_hash"))?,
            captured_at: row.captured_at.0,
            received_at: row.received_at.0,
        })
    }
}
