//! What phones signed: for each batch of changes of a case its names and the signature of the
//! phone, beside the changes themselves.

use crate::{
    error::RegistryError,
    log::quarantine::RELAYED,
    rows,
    statement::{Selection, SqlCommand},
    time::Ts,
};
use hejie_case::ids::{CaseId, ChangeHash, DeviceId};
use hejie_wire::batch::{Batch, BatchSignature, DeviceKey};
use jiff::Timestamp;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// A batch as its phone signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedBatch {
    /// The case, the phone and the changes.
    pub batch: Batch,
    /// The phone's signature.
    pub signature: BatchSignature,
}

/// A batch in the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptBatch {
    /// What was signed.
    pub signed: SignedBatch,
    /// The key of the phone.
    pub key: DeviceKey,
    /// When it was first received.
    pub received_at: Timestamp,
}

impl KeptBatch {
    /// Whether the phone's key signed it.
    #[must_use]
    pub fn stands(&self) -> bool {
        let SignedBatch { batch, signature } = &self.signed;
        self.key.verifies(batch, signature)
    }
}

/// Keeps a batch, in the transaction that takes changes of it in; one that is there already stays
/// as it is.
///
/// # Errors
/// Postgres failed.
pub async fn add(
    conn: &mut PgConnection,
    signed: &SignedBatch,
    now: Timestamp,
) -> Result<(), RegistryError> {
    let SignedBatch { batch, signature } = signed;
    sqlx::query(
        "insert into case_batch (case_id, device_id, signature, hashes, received_at) values ($1, $2, $3, $4, $5)
         on conflict do nothing",
    )
    .bind(batch.case.0)
    .bind(batch.device.0)
    .bind(&signature.0[..])
    .bind(rows::bytes_of(&batch.changes))
    .bind(Ts(now))
    .run(conn)
    .await
}

/// Lists what phones signed of a case, in the order of receipt.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list_batches(
    conn: &mut PgConnection,
    case: CaseId,
) -> Result<Vec<KeptBatch>, RegistryError> {
    sqlx::query_as::<_, BatchRow>(
        "select b.case_id, b.device_id, b.signature, b.hashes, b.received_at, d.public_key
         from case_batch b join device d on d.id = b.device_id
         where b.case_id = $1 order by b.received_at, b.device_id, b.signature",
    )
    .bind(case.0)
    .list(conn)
    .await
}

/// Changes of a case for which no phone's signature need stand, because something else does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AccountedChanges {
    /// Came back by a proof: the signature of this server stands for them.
    pub proved: u64,
    /// Relayed without one: they lie in quarantine under the name of who handed them in, and count
    /// for nothing.
    pub relayed: u64,
}

/// Counts the changes of a case for which something else than their phone's signature stands.
///
/// # Errors
/// Postgres failed.
pub async fn count_accounted(
    conn: &mut PgConnection,
    case: CaseId,
) -> Result<AccountedChanges, RegistryError> {
    let (proved, relayed): (i64, i64) = sqlx::query_as(
        "select count(*) filter (where attested),
                count(*) filter (where not attested and state = 'quarantined' and reason_code = $2)
         from case_change where case_id = $1",
    )
    .bind(case.0)
    .bind(RELAYED)
    .fetch_one(conn)
    .await?;
    Ok(AccountedChanges {
        proved: rows::natural(proved, "case_change", "count")?,
        relayed: rows::natural(relayed, "case_change", "count")?,
    })
}

/// Lists the changes of a case for which a phone's signature must stand: all that phones sent,
/// quarantined ones too, but for those that are [`AccountedChanges`] for otherwise.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list_signable(
    conn: &mut PgConnection,
    case: CaseId,
) -> Result<Vec<(DeviceId, ChangeHash)>, RegistryError> {
    let all: Vec<(Uuid, Vec<u8>)> = sqlx::query_as(
        "select device_id, hash from case_change
         where case_id = $1 and device_id is not null and not attested
             and not (state = 'quarantined' and reason_code is not distinct from $2)
         order by position",
    )
    .bind(case.0)
    .bind(RELAYED)
    .fetch_all(conn)
    .await?;
    let read = |(device, hash): (Uuid, Vec<u8>)| {
        Ok((DeviceId(device), rows::hash(&hash, "case_change", "hash")?))
    };
    all.into_iter().map(read).collect()
}

#[derive(FromRow)]
struct BatchRow {
    case_id: Uuid,
    device_id: Uuid,
    signature: Vec<u8>,
    hashes: Vec<Vec<u8>>,
    received_at: Ts,
    public_key: Vec<u8>,
}

impl TryFrom<BatchRow> for KeptBatch {
    type Error = RegistryError;
    fn try_from(row: BatchRow) -> Result<Self, RegistryError> {
        let signature = BatchSignature::try_from(&row.signature[..])
            .map_err(RegistryError::in_column("case_batch", "signature"))?;
        Ok(Self {
            signed: SignedBatch {
                batch: Batch {
                    case: CaseId(row.case_id),
                    device: DeviceId(row.device_id),
                    changes: rows::hashes(&row.hashes, "case_batch", "hashes")?,
                },
                signature,
            },
            key: DeviceKey::try_from(&row.public_key[..])
                .map_err(RegistryError::in_column("device", "public_key"))?,
            received_at: row.received_at.0,
        })
    }
}
