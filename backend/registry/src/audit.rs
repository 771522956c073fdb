//! The log of what was done (P15): only ever added to, and chained by hashes, so that a change or a
//! gap shows.

use crate::{error::RegistryError, rows, statement::SqlCommand, time::Ts};
use hejie_case::ids::{CaseId, DeviceId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

/// What is written into the log. Holds identifiers, never names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent<'a> {
    /// When, by the server's clock.
    pub at: Timestamp,
    /// Who; nobody when the person was not recognised.
    pub user: Option<UserId>,
    /// From which phone.
    pub device: Option<DeviceId>,
    /// From which network address.
    pub address: Option<&'a str>,
    /// What was done, as `verb_resource`.
    pub action: &'a str,
    /// To what.
    pub object: Option<&'a str>,
    /// The case concerned.
    pub case: Option<CaseId>,
    /// The reason that was given.
    pub purpose: Option<&'a str>,
    /// Whether it succeeded.
    pub ok: bool,
}

/// What a check of the chain found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chain {
    /// Every entry follows from the one before.
    Whole {
        /// How many entries there are.
        entries: i64,
    },
    /// An entry is missing or was changed.
    Broken {
        /// The first number that does not fit.
        seq: i64,
    },
}

/// The end of the log: its last entry, if it has one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEnd {
    /// The number of the last entry; 0 before the first.
    pub seq: i64,
    /// Its hash, which stands for all that comes before it.
    pub hash: [u8; 32],
}

/// Where an entry stands in the log, if its transaction is committed: nobody else adds one until
/// then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogPlace {
    /// The end of the log before it.
    pub before: LogEnd,
    /// The entry.
    pub entry: LogEnd,
}

/// Adds an entry. Do it last before the commit: it holds the end of the chain until then.
///
/// # Errors
/// The database failed.
pub async fn add(conn: &mut PgConnection, act: &AuditEvent<'_>) -> Result<(), RegistryError> {
    append(conn, act).await?;
    Ok(())
}

/// Adds an entry as [`add`] does, for whoever keeps outside of the database where it stands: so it
/// can be told later whether the transaction was committed ([`has`]).
///
/// # Errors
/// The database failed, or the end cannot be read.
pub async fn append(
    conn: &mut PgConnection,
    act: &AuditEvent<'_>,
) -> Result<LogPlace, RegistryError> {
    let (last, prev): (i64, Vec<u8>) =
        sqlx::query_as("select seq, hash from audit_head where id = 1 for update")
            .fetch_one(&mut *conn)
            .await?;
    let entry = AuditEntry::of(last + 1, act);
    let hash = entry.hash(&prev);
    sqlx::query(
        "insert into audit_log (seq, at, user_id, device_id, address, action, object, case_id, purpose, ok, prev_hash, hash)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(entry.seq)
    .bind(entry.at)
    .bind(entry.user_id)
    .bind(entry.device_id)
    .bind(&entry.address)
    .bind(&entry.action)
    .bind(&entry.object)
    .bind(entry.case_id)
    .bind(&entry.purpose)
    .bind(entry.ok)
    .bind(&prev)
    .bind(&hash[..])
    .execute(&mut *conn)
    .await?;
    sqlx::query("update audit_head set seq = $1, hash = $2 where id = 1")
        .bind(entry.seq)
        .bind(&hash[..])
        .run(conn)
        .await?;
    let before = rows::sha256(&prev, "audit_head", "hash")?;
    Ok(LogPlace {
        before: LogEnd {
            seq: last,
            hash: before,
        },
        entry: LogEnd {
            seq: entry.seq,
            hash,
        },
    })
}

/// Whether the log has an entry, by its place and its hash; where it begins it always had.
///
/// # Errors
/// The database failed.
pub async fn has(conn: &mut PgConnection, entry: &LogEnd) -> Result<bool, RegistryError> {
    let found = sqlx::query_scalar(
        "select $1 = 0 or exists (select from audit_log where seq = $1 and hash = $2)",
    );
    let found = found.bind(entry.seq).bind(&entry.hash[..]);
    Ok(found.fetch_one(conn).await?)
}

/// Waits until every transaction has ended that has added an entry by now, and keeps others from
/// adding one until the end of this one.
///
/// # Errors
/// The database failed.
pub async fn wait_for_writers(conn: &mut PgConnection) -> Result<(), RegistryError> {
    sqlx::query("select seq from audit_head where id = 1 for share")
        .run(conn)
        .await
}

/// Where the log ends, and whether it goes on from where it ended before.
///
/// # Errors
/// The database failed, or the end cannot be read.
pub async fn follow(
    conn: &mut PgConnection,
    before: &LogEnd,
) -> Result<(LogEnd, bool), RegistryError> {
    let (seq, hash, goes_on): (i64, Vec<u8>, bool) = sqlx::query_as(
        "select seq, hash, $1 = 0 or exists (select 1 from audit_log l where l.seq = $1 and l.hash = $2)
         from audit_head where id = 1",
    )
    .bind(before.seq)
    .bind(&before.hash[..])
    .fetch_one(conn)
    .await?;
    let hash = rows::sha256(&hash, "audit_head", "hash")?;
    Ok((LogEnd { seq, hash }, goes_on))
}

/// The action under which a check of the chain stands in the log itself.
pub const CHECK: &str = "verify_audit";

/// The last check of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainCheck {
    /// When it was made.
    pub at: Timestamp,
    /// Whether the chain was whole.
    pub ok: bool,
    /// Up to which entry it went, or the first that did not fit.
    pub object: String,
}

/// Reads the last check of the chain, if there ever was one.
///
/// # Errors
/// The database failed.
pub async fn last_check(conn: &mut PgConnection) -> Result<Option<ChainCheck>, RegistryError> {
    let found: Option<(Ts, bool, Option<String>)> = sqlx::query_as(
        "select at, ok, object from audit_log where action = 'verify_audit' order by seq desc limit 1",
    )
    .fetch_optional(conn)
    .await?;
    Ok(found.map(|(at, ok, object)| ChainCheck {
        at: at.0,
        ok,
        object: object.unwrap_or_default(),
    }))
}

/// Checks the whole chain, a thousand entries at a time.
///
/// # Errors
/// The database failed.
pub async fn verify(conn: &mut PgConnection) -> Result<Chain, RegistryError> {
    let (last, head): (i64, Vec<u8>) =
        sqlx::query_as("select seq, hash from audit_head where id = 1")
            .fetch_one(&mut *conn)
            .await?;
    let (mut seq, mut prev) = (0, vec![0; 32]);
    while seq < last {
        let page: Vec<StoredRow> = sqlx::query_as(
            "select seq, at, user_id, device_id, address, action, object, case_id, purpose, ok, hash from audit_log
             where seq > $1 and seq <= $2 order by seq limit 1000",
        )
        .bind(seq)
        .bind(last)
        .fetch_all(&mut *conn)
        .await?;
        if page.is_empty() {
            return Ok(Chain::Broken { seq: seq + 1 });
        }
        for row in page {
            if row.entry.seq != seq + 1 || row.entry.hash(&prev)[..] != row.hash[..] {
                return Ok(Chain::Broken { seq: seq + 1 });
            }
            seq += 1;
            prev = row.hash;
        }
    }
    Ok(if prev == head {
        Chain::Whole { entries: last }
    } else {
        Chain::Broken { seq: last }
    })
}

#[derive(sqlx::FromRow)]
struct StoredRow {
    #[sqlx(flatten)]
    entry: AuditEntry,
    hash: Vec<u8>,
}

/// An entry as stored; its canonical form is what is hashed.
#[derive(sqlx::FromRow)]
struct AuditEntry {
    seq: i64,
    at: Ts,
    user_id: Option<Uuid>,
    device_id: Option<Uuid>,
    address: Option<String>,
    action: String,
    object: Option<String>,
    case_id: Option<Uuid>,
    purpose: Option<String>,
    ok: bool,
}

impl AuditEntry {
    fn of(seq: i64, act: &AuditEvent<'_>) -> Self {
        Self {
            seq,
            at: Ts(act.at),
            user_id: act.user.map(|id| id.0),
            device_id: act.device.map(|id| id.0),
            address: act.address.map(str::to_owned),
            action: act.action.to_owned(),
            object: act.object.map(str::to_owned),
            case_id: act.case.map(|id| id.0),
            purpose: act.purpose.map(str::to_owned),
            ok: act.ok,
        }
    }

    /// Hashes the previous hash and every field, each with a mark of presence and its length, so
    /// that no two entries look alike.
    fn hash(&self, prev: &[u8]) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(prev);
        hasher.update(self.seq.to_be_bytes());
        hasher.update(self.at.0.as_microsecond().to_be_bytes());
        let uuids = [self.user_id, self.device_id, self.case_id];
        uuids
            .iter()
            .for_each(|id| put(&mut hasher, id.as_ref().map(|id| &id.as_bytes()[..])));
        let texts = [
            self.address.as_deref(),
            Some(self.action.as_str()),
            self.object.as_deref(),
            self.purpose.as_deref(),
        ];
        texts
            .iter()
            .for_each(|text| put(&mut hasher, text.map(str::as_bytes)));
        hasher.update([u8::from(self.ok)]);
        hasher.finalize().into()
    }
}

fn put(hasher: &mut Sha256, field: Option<&[u8]>) {
    let Some(bytes) = field else {
        return hasher.update([0]);
    };
    hasher.update([1]);
    hasher.update((bytes.len() as u64).to_be_bytes());
    hasher.update(bytes);
}
