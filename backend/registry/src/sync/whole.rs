//! Whole cases, for a phone that has none of it or holds a different state.

use super::{VisibleCases, holding};
use crate::{
    error::RegistryError,
    rows::{self, column},
};
use hejie_case::{
    document::CaseDoc,
    ids::{CaseId, ChangeHash, UserId},
    part::Extent,
};
use sqlx::{FromRow, PgConnection};
use std::collections::HashMap;
use uuid::Uuid;

/// Everything of a case that goes to a phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WholeCase {
    /// The case.
    pub case: CaseId,
    /// How much of it.
    pub extent: Extent,
    /// The saved document; of the work alone all its changes, in the order of receipt.
    pub snapshot: Vec<u8>,
    /// Acknowledged changes that are not in the snapshot yet, in the order of receipt.
    pub unmerged: Vec<Vec<u8>>,
    /// The facts as JSON text.
    pub facts: String,
    /// Heads of snapshot and unmerged changes together.
    pub known_heads: Vec<ChangeHash>,
}

/// Lists the cases of a person by id, behind `after`, with about how many bytes each has.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list_sizes(
    conn: &mut PgConnection,
    user: UserId,
    after: Option<CaseId>,
    limit: u32,
) -> Result<Vec<(CaseId, u64)>, RegistryError> {
    let listed: Vec<(Uuid, i64)> = sqlx::query_as(
        "select d.case_id, octet_length(d.snapshot) + 2 * pg_column_size(d.facts)
             + coalesce((select sum(octet_length(c.bytes)) from case_change c
                         where c.case_id = d.case_id and c.state = 'acknowledged'), 0)::bigint
         from case_member m join case_doc d using (case_id)
         where m.user_id = $1 and m.until_at is null and ($2::uuid is null or m.case_id > $2)
         order by m.case_id limit $3",
    )
    .bind(user.0)
    .bind(after.map(|case| case.0))
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await?;
    listed.into_iter().map(sized).collect()
}

/// Lists about how many bytes each of `cases` has, in the order of their ids.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list_sizes_of(
    conn: &mut PgConnection,
    cases: &[CaseId],
) -> Result<Vec<(CaseId, u64)>, RegistryError> {
    let ids = column(cases, |case| case.0);
    let listed: Vec<(Uuid, i64)> = sqlx::query_as(
        "select d.case_id, octet_length(d.snapshot) + 2 * pg_column_size(d.facts)
             + coalesce((select sum(octet_length(c.bytes)) from case_change c
                         where c.case_id = d.case_id and c.state = 'acknowledged'), 0)::bigint
         from case_doc d where d.case_id = any($1) order by d.case_id",
    )
    .bind(ids)
    .fetch_all(conn)
    .await?;
    listed.into_iter().map(sized).collect()
}

/// Reads all that a person holds of cases, in the order of their ids.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list_whole(
    conn: &mut PgConnection,
    cases: &VisibleCases,
) -> Result<Vec<WholeCase>, RegistryError> {
    let whole = holding(cases, Extent::Whole);
    let mut all = list_both_parts(conn, &whole).await?;
    all.append(&mut list_work(conn, &holding(cases, Extent::Work)).await?);
    all.sort_by_key(|one| one.case);
    Ok(all)
}

async fn list_both_parts(
    conn: &mut PgConnection,
    ids: &[Uuid],
) -> Result<Vec<WholeCase>, RegistryError> {
    let mut unmerged = list_unmerged(conn, ids).await?;
    sqlx::query_as::<_, WholeRow>(
        "select case_id, snapshot, facts::text as facts, known_heads from case_doc
         where case_id = any($1) order by case_id",
    )
    .bind(ids)
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(|row| whole(row, &mut unmerged))
    .collect()
}

/// The work alone, from the log: the saved document holds both parts, and nothing here opens it.
async fn list_work(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<WholeCase>, RegistryError> {
    let rows: Vec<WorkRow> = sqlx::query_as(
        "select d.case_id,
                coalesce((select string_agg(c.bytes, ''::bytea order by c.position) from case_change c
                          where c.case_id = d.case_id and c.state <> 'quarantined' and not is_confidential(c.actor)),
                         ''::bytea) as log,
                coalesce(d.work_facts, d.facts)::text as facts, d.work_heads
         from case_doc d where d.case_id = any($1)",
    )
    .bind(ids)
    .fetch_all(conn)
    .await?;
    let read = |mut row: WorkRow| {
        let mut snapshot = CaseDoc::genesis().bytes;
        snapshot.append(&mut row.log);
        Ok(WholeCase {
            case: CaseId(row.case_id),
            extent: Extent::Work,
            snapshot,
            unmerged: Vec::new(),
            facts: row.facts,
            known_heads: rows::hashes(&row.work_heads, "case_doc", "work_heads")?,
        })
    };
    rows.into_iter().map(read).collect()
}

fn sized((case, size): (Uuid, i64)) -> Result<(CaseId, u64), RegistryError> {
    Ok((CaseId(case), rows::natural(size, "case_doc", "snapshot")?))
}

async fn list_unmerged(
    conn: &mut PgConnection,
    cases: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Vec<u8>>>, RegistryError> {
    let listed: Vec<(Uuid, Vec<u8>)> = sqlx::query_as(
        "select case_id, bytes from case_change where case_id = any($1) and state = 'acknowledged'
         order by case_id, position",
    )
    .bind(cases)
    .fetch_all(conn)
    .await?;
    let mut by_case: HashMap<Uuid, Vec<Vec<u8>>> = HashMap::new();
    for (case, bytes) in listed {
        by_case.entry(case).or_default().push(bytes);
    }
    Ok(by_case)
}

#[derive(FromRow)]
struct WorkRow {
    case_id: Uuid,
    log: Vec<u8>,
    facts: String,
    work_heads: Vec<Vec<u8>>,
}

#[derive(FromRow)]
struct WholeRow {
    case_id: Uuid,
    snapshot: Vec<u8>,
    facts: String,
    known_heads: Vec<Vec<u8>>,
}

fn whole(
    row: WholeRow,
    unmerged: &mut HashMap<Uuid, Vec<Vec<u8>>>,
) -> Result<WholeCase, RegistryError> {
    Ok(WholeCase {
        case: CaseId(row.case_id),
        extent: Extent::Whole,
        snapshot: row.snapshot,
        unmerged: unmerged.remove(&row.case_id).unwrap_or_default(),
        facts: row.facts,
        known_heads: rows::hashes(&row.known_heads, "case_doc", "known_heads")?,
    })
}
