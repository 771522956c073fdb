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
    /// How often it was reported: by calls that it answers, or on whatever else it was registered.
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

/// The other cases in which a person of side a and a person of side b of a case meet again, in
/// whatever roles: `pair`.
macro_rules! pair {
    () => {
        "mine as (
             select p.side, s.party_id, s.hash_key_id, s.identity_hash, s.contact_hash
             from party_secret s join case_party p on p.case_id = s.case_id and p.id = s.party_id
             where s.case_id = $1 and not p.withdrawn and s.hash_key_id is not null),
         met as (
             select mine.side, mine.party_id as mine_id, o.case_id, o.party_id
             from mine join party_secret o on o.case_id <> $1 and o.hash_key_id = mine.hash_key_id
                 and (o.identity_hash = mine.identity_hash
                      or (o.contact_hash = mine.contact_hash and (o.identity_hash is null or mine.identity_hash is null)))
             where mine.side in ('a', 'b')),
         pair as (
             select distinct a.case_id from met a join met b
                 on b.case_id = a.case_id and b.party_id <> a.party_id and a.side = 'a' and b.side = 'b')"
    };
}

/// How often what a case `r` is about was reported since a time: the calls that it answers, and
/// what it was registered on where that was no call. A part was reported in the case of which it
/// was a part.
macro_rules! reports {
    () => {
        "(select count(*) from incident i where i.case_id = r.case_id and i.received_at >= $2)
         + (r.registered_at >= $2
            and not exists (select from case_incident o where o.case_id = r.case_id and o.relation = 'origin')
            and not exists (select from case_kin k where k.case_id = r.case_id and k.relation = 'split_from'))::int"
    };
}

/// The other cases of the pair of a case that were registered since a time; the latest first.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn pair_cases(
    conn: &mut PgConnection,
    case: CaseId,
    since: Timestamp,
) -> Result<Vec<PairCase>, RegistryError> {
    sqlx::query_as::<_, PairRow>(concat!(
        "with ",
        pair!(),
        " select r.case_id, r.registered_at, ",
        reports!(),
        " as calls from pair join case_reg r on r.case_id = pair.case_id
         where r.registered_at >= $2 order by r.registered_at desc, r.case_id"
    ))
    .bind(case.0)
    .bind(Ts(since))
    .list(conn)
    .await
}

/// Reports beyond the first of what a case is about, from 90 days before it was registered on, each
/// once: its own further calls, those of the cases that go on under it, and those of its pair in
/// other cases. The first report of a part is that of the case of which it was a part, where this
/// is among them. What the colour weighs (R102). It falls only when a merge is undone.
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
    let beyond: i64 = sqlx::query_scalar(concat!(
        "with recursive kin as (
             select $1::uuid as case_id
             union
             select r.case_id from kin join case_reg r on r.merged_into = kin.case_id),
         ",
        pair!(),
        ", all_of as (select case_id from kin union select case_id from pair)
         select coalesce(sum(",
        reports!(),
        "), 0)::bigint - (not exists (
             select from case_kin k where k.case_id = $1 and k.relation = 'split_from'
                 and k.other_case not in (select case_id from all_of)))::int
         from all_of join case_reg r on r.case_id = all_of.case_id"
    ))
    .bind(case.0)
    .bind(Ts(since))
    .fetch_one(&mut *conn)
    .await?;
    Ok(u32::try_from(beyond.max(0)).unwrap_or(u32::MAX))
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
        let calls = natural(row.calls, "incident", "(count)")?;
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
