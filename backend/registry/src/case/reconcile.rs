//! What reconciling a case writes, by compare-and-set on the facts version and the merged heads.

use super::retry;
use crate::{
    error::RegistryError,
    log::longest,
    rows::{bigint, bytes_of},
    statement::SqlCommand,
    time::Ts,
};
use hejie_case::{
    ids::{CaseId, ChangeHash},
    reconcile::ReconcileOutput,
};
use jiff::Timestamp;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

/// A case `d` that may be settled: `$2` is now, `$3` the furthest that one is put off.
macro_rules! has_its_turn {
    () => {
        "(d.parked_reason is null or d.retry_at is not null)
         and (d.retry_at is null or d.retry_at <= $2 or d.retry_at > $3)"
    };
}

/// What a reconciliation started from; if the case moved since, its result is thrown away and made
/// again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReconcileBase<'a> {
    /// The version of the facts.
    pub facts_version: u64,
    /// The merged heads.
    pub heads: &'a [ChangeHash],
}

/// Writes a settled case; tells whether the case still stood where the reconciliation started. All
/// its fields count as projected until [`super::set_unprojected`] says otherwise. Facts of one
/// version never change: phones hold them as they were sent, and they are attested by their hash.
/// What was learned without a decision travels with the next version.
///
/// # Errors
/// Postgres failed.
pub async fn set_reconciled(
    conn: &mut PgConnection,
    case: CaseId,
    from: &ReconcileBase<'_>,
    settled: &ReconcileOutput,
    now: Timestamp,
) -> Result<bool, RegistryError> {
    sqlx::query(
        "update case_doc set snapshot = $4, heads = $5,
             facts = case when facts_version = $7 then facts else $6 end, facts_version = $7, view = $8, settled_at = $9,
             work_facts = case when facts_version = $7 then work_facts else $12 end,
             next_moment_at = $10, longest_text = $11, parked_reason = null, failed_tries = 0, retry_at = null,
             unprojected = '[]'
         where case_id = $1 and facts_version = $2 and heads = $3",
    )
    .bind(case.0)
    .bind(bigint(from.facts_version))
    .bind(bytes_of(from.heads))
    .bind(&settled.snapshot)
    .bind(bytes_of(&settled.heads))
    .bind(Json(&settled.facts))
    .bind(bigint(settled.facts.version))
    .bind(Json(&settled.view))
    .bind(Ts(now))
    .bind(settled.next_moment.map(Ts))
    .bind(longest(&settled.view))
    .bind(super::work_facts(&settled.facts))
    .touches(conn)
    .await
}

/// Parks a case that could not be settled; it stays readable at its last good state.
///
/// # Errors
/// Postgres failed.
pub async fn set_parked(
    conn: &mut PgConnection,
    case: CaseId,
    reason: &str,
) -> Result<(), RegistryError> {
    sqlx::query("update case_doc set parked_reason = $2, retry_at = null where case_id = $1")
        .bind(case.0)
        .bind(reason)
        .run(conn)
        .await
}

/// Lets a case be looked at as soon as its moment is looked for, because something beside its
/// document has changed. Should the server die now, the next one finds it.
///
/// # Errors
/// Postgres failed.
pub async fn wake(
    conn: &mut PgConnection,
    case: CaseId,
    now: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query("update case_doc set next_moment_at = least(next_moment_at, $2) where case_id = $1")
        .bind(case.0)
        .bind(Ts(now))
        .run(conn)
        .await
}

/// Cases with something left to reconcile: acknowledged changes that are not merged, a closing that
/// waits for a rule, or a moment that has come; so many of each, since what waits for long would
/// hide the rest. Left out are those that are parked for somebody to look at, and those whose next
/// try is put off ([`retry`]).
///
/// # Errors
/// Postgres failed.
pub async fn list_unreconciled(
    conn: &mut PgConnection,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<CaseId>, RegistryError> {
    let ids: Vec<Uuid> = sqlx::query_scalar(concat!(
        "(select d.case_id from case_doc d
          where ",
        has_its_turn!(),
        "   and exists (select 1 from case_change c where c.case_id = d.case_id and c.state = 'acknowledged')
          limit $1)
         union
         (select r.case_id from case_reg r join case_doc d on d.case_id = r.case_id
          where r.status = 'pending_close' and r.difficulty = 'simple' and ",
        has_its_turn!(),
        " limit $1)
         union
         (select d.case_id from case_doc d where next_moment_at <= $2 and ",
        has_its_turn!(),
        " order by next_moment_at limit $1)",
    ))
    .bind(i64::from(limit))
    .bind(Ts(now))
    .bind(Ts(retry::furthest(now)))
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(CaseId).collect())
}
