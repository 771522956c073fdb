//! The same person twice in a case, and the same pair in other cases, told by keyed hashes: nobody
//! who reads the tables learns who.
//!
//! Two parties are one person when their ID numbers hash alike, or, where one of them has none,
//! when name and telephone hash alike. Hashes under different keys are not compared.

use crate::{
    error::RegistryError,
    rows::natural,
    statement::{Selection, SqlCommand},
    time::Ts,
};
use hejie_case::ids::{CaseId, EntryId};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// Within how long a call counts as a repeat (R040, R102).
pub const WINDOW: SignedDuration = SignedDuration::from_hours(24 * 90);

/// Another case of the same pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PairCase {
    /// The case.
    pub case: CaseId,
    /// When it was registered.
    pub registered_at: Timestamp,
    /// Calls that it answers: incidents of channels, at least one.
    pub calls: u32,
}

/// Parties of a case that are one person (M08): a proposal, which a person rules on. The earlier
/// entry comes first.
///
/// # Errors
/// Postgres failed.
pub async fn same_party(
    conn: &mut PgConnection,
    case: CaseId,
) -> Result<Vec<(EntryId, EntryId)>, RegistryError> {
    let rows: Vec<(Uuid, Uuid)> = sqlx::query_as(
        "select a.party_id, b.party_id from party_secret a join party_secret b
             on b.case_id = a.case_id and b.party_id > a.party_id and b.hash_key_id = a.hash_key_id
             and (b.identity_hash = a.identity_hash
                  or (b.contact_hash = a.contact_hash and (a.identity_hash is null or b.identity_hash is null)))
         where a.case_id = $1 order by 1, 2",
    )
    .bind(case.0)
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(a, b)| (EntryId(a), EntryId(b)))
        .collect())
}

/// Other cases, registered since a time, in which a person of side a and a person of side b of this
/// case meet again, in whatever roles; the latest first.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn pair_cases(
    conn: &mut PgConnection,
    case: CaseId,
    since: Timestamp,
) -> Result<Vec<PairCase>, RegistryError> {
    sqlx::query_as::<_, PairRow>(
        "with mine as (
             select p.side, s.party_id, s.hash_key_id, s.identity_hash, s.contact_hash
             from party_secret s join case_party p on p.case_id = s.case_id and p.id = s.party_id
             where s.case_id = $1 and not p.withdrawn and s.hash_key_id is not null),
         met as (
             select mine.side, mine.party_id as mine_id, o.case_id, o.party_id
             from mine join party_secret o on o.case_id <> $1 and o.hash_key_id = mine.hash_key_id
                 and (o.identity_hash = mine.identity_hash
                      or (o.contact_hash = mine.contact_hash and (o.identity_hash is null or mine.identity_hash is null)))
             where mine.side in ('a', 'b'))
         select distinct r.case_id, r.registered_at,
             (select count(*) from incident i where i.case_id = r.case_id and i.received_at >= $2) as calls
         from met a join met b on b.case_id = a.case_id and b.party_id <> a.party_id and a.side = 'a' and b.side = 'b'
         join case_reg r on r.case_id = a.case_id
         where r.registered_at >= $2 order by r.registered_at desc, r.case_id",
    )
    .bind(case.0)
    .bind(Ts(since))
    .list(conn)
    .await
}

/// Calls of the same pair beyond the first, from 90 days before this case was registered on, its
/// own further calls included: what the colour weighs (R102). It does not fall while the case goes
/// on.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn repeat_calls(
    conn: &mut PgConnection,
    case: CaseId,
    registered_at: Timestamp,
) -> Result<u32, RegistryError> {
    let since = registered_at
        .saturating_sub(WINDOW)
        .unwrap_or(Timestamp::MIN);
    let own: i64 = sqlx::query_scalar(
        "select greatest(count(*) - 1, 0) from incident where case_id = $1 and received_at >= $2",
    )
    .bind(case.0)
    .bind(Ts(since))
    .fetch_one(&mut *conn)
    .await?;
    let others = pair_cases(conn, case, since).await?;
    let calls = others
        .iter()
        .map(|other| u64::from(other.calls))
        .sum::<u64>();
    let all = natural(own, "incident", "(count)")? + calls;
    Ok(u32::try_from(all).unwrap_or(u32::MAX))
}

/// The hash of a pair: whoever comes first.
#[must_use]
pub fn pair_hash(one: &[u8; 32], other: &[u8; 32]) -> [u8; 32] {
    let (first, second) = if one <= other {
        (one, other)
    } else {
        (other, one)
    };
    Sha256::new()
        .chain_update(b"hejie-pair-1\0")
        .chain_update(first)
        .chain_update(second)
        .finalize()
        .into()
}

/// Writes the pair of a case to its incidents: the first known person of each side. Whoever moves
/// parties or identities calls it.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn note_pair(conn: &mut PgConnection, case: CaseId) -> Result<(), RegistryError> {
    let rows: Vec<(String, Vec<u8>)> = sqlx::query_as(
        "select distinct on (p.side) p.side, coalesce(s.identity_hash, s.contact_hash)
         from party_secret s join case_party p on p.case_id = s.case_id and p.id = s.party_id
         where s.case_id = $1 and p.side in ('a', 'b') and not p.withdrawn
           and (s.identity_hash is not null or s.contact_hash is not null)
         order by p.side, p.id",
    )
    .bind(case.0)
    .fetch_all(&mut *conn)
    .await?;
    let hashes: Vec<[u8; 32]> = rows
        .iter()
        .map(|(_, hash)| hash.as_slice().try_into())
        .collect::<Result<_, _>>()
        .map_err(RegistryError::in_column("party_secret", "identity_hash"))?;
    let pair = match hashes[..] {
        [a, b] => Some(pair_hash(&a, &b)),
        _ => None,
    };
    sqlx::query(
        "update incident set party_pair_hash = $2 where case_id = $1 and party_pair_hash is distinct from $2",
    )
    .bind(case.0)
    .bind(pair.as_ref().map(|pair| &pair[..]))
    .run(conn)
    .await
}

#[derive(FromRow)]
struct PairRow {
    case_id: Uuid,
    registered_at: Ts,
    calls: i64,
}

impl TryFrom<PairRow> for PairCase {
    type Error = RegistryError;
    fn try_from(row: PairRow) -> Result<Self, RegistryError> {
        let calls = natural(row.calls, "incident", "(count)")?.max(1);
        Ok(Self {
            case: CaseId(row.case_id),
            registered_at: row.registered_at.0,
            calls: u32::try_from(calls).unwrap_or(u32::MAX),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_the_same_whoever_is_named_first() {
        let (a, b, c) = ([1; 32], [2; 32], [3; 32]);
        assert_eq!(pair_hash(&a, &b), pair_hash(&b, &a));
        assert_ne!(pair_hash(&a, &b), pair_hash(&a, &c));
    }
}
