//! What an answer to a phone is read from. All functions of one answer run in one snapshot:
//! [`begin_reading`].

pub mod attest;
mod change;
mod whole;

pub use change::list_changes;
pub use whole::{WholeCase, list_sizes, list_sizes_of, list_whole};

use crate::{
    error::RegistryError,
    pool::{self, PgPool, Transaction},
    rows::{self, column},
    time::Ts,
    word::from_word,
};
use hejie_case::{
    ids::{CaseId, OrgId, UserId},
    role::Author,
};
use hejie_wire::digest::Digest;
use jiff::Timestamp;
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// What a person is to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseMembership {
    /// May see and write it, in this role.
    Member(Author),
    /// Could until then.
    Former(Author, Timestamp),
    /// Could once, and the case is filed: nobody may write it any more.
    Filed(Author),
    /// Has nothing to do with it, or there is no such case: the two are not told apart.
    Stranger,
}

impl CaseMembership {
    /// As whom the person may write the case, or could.
    #[must_use]
    pub fn author(&self) -> Option<Author> {
        match *self {
            Self::Member(author) | Self::Former(author, _) | Self::Filed(author) => Some(author),
            Self::Stranger => None,
        }
    }
}

/// Begins a transaction in which every statement sees the same state.
///
/// # Errors
/// Postgres failed.
pub async fn begin_reading(pool: &PgPool) -> Result<Transaction, RegistryError> {
    let mut tx = pool::begin(pool).await?;
    sqlx::query("set transaction isolation level repeatable read read only")
        .execute(&mut *tx)
        .await?;
    Ok(tx)
}

/// Looks up what a person is to a case.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn lookup_membership(
    conn: &mut PgConnection,
    case: CaseId,
    user: UserId,
) -> Result<CaseMembership, RegistryError> {
    let row: Option<(String, Uuid, Option<Ts>, bool)> = sqlx::query_as(
        "select m.role, m.org_id, m.until_at, coalesce(r.status = 'archived', false)
         from case_member m left join case_reg r on r.case_id = m.case_id
         where m.case_id = $1 and m.user_id = $2
         order by m.until_at desc nulls first limit 1",
    )
    .bind(case.0)
    .bind(user.0)
    .fetch_optional(conn)
    .await?;
    let Some((role, org, until, is_filed)) = row else {
        return Ok(CaseMembership::Stranger);
    };
    membership(user, &role, org, until, is_filed)
}

/// A case, and role, organisation and end of the membership, if there is one; whether the case is
/// filed.
type CaseMembershipRow = (Uuid, Option<String>, Option<Uuid>, Option<Ts>, bool);

/// Looks up what a person is to each of these cases, as [`lookup_membership`] does. A case that is
/// not registered is left out.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list_memberships(
    conn: &mut PgConnection,
    cases: &[CaseId],
    user: UserId,
) -> Result<HashMap<CaseId, CaseMembership>, RegistryError> {
    let ids = column(cases, |case| case.0);
    let rows: Vec<CaseMembershipRow> = sqlx::query_as(
        "select distinct on (d.case_id)
                d.case_id, m.role, m.org_id, m.until_at, coalesce(r.status = 'archived', false)
         from case_doc d
         left join case_member m on m.case_id = d.case_id and m.user_id = $2
         left join case_reg r on r.case_id = d.case_id
         where d.case_id = any($1)
         order by d.case_id, m.until_at desc nulls first",
    )
    .bind(ids)
    .bind(user.0)
    .fetch_all(conn)
    .await?;
    let membership = |role: Option<String>, org: Option<Uuid>, until, is_filed| match role.zip(org)
    {
        Some((role, org)) => membership(user, &role, org, until, is_filed),
        None => Ok(CaseMembership::Stranger),
    };
    rows.into_iter()
        .map(|(case, role, org, until, is_filed)| {
            Ok((CaseId(case), membership(role, org, until, is_filed)?))
        })
        .collect()
}

fn membership(
    user: UserId,
    role: &str,
    org: Uuid,
    until: Option<Ts>,
    is_filed: bool,
) -> Result<CaseMembership, RegistryError> {
    let author = Author {
        user,
        role: from_word(role, "case_member", "role")?,
        org: OrgId(org),
    };
    Ok(match (is_filed, until) {
        (true, _) => CaseMembership::Filed(author),
        (false, None) => CaseMembership::Member(author),
        (false, Some(until)) => CaseMembership::Former(author, until.0),
    })
}

/// Lists which of `cases` a person may see now.
///
/// # Errors
/// Postgres failed.
pub async fn list_visible(
    conn: &mut PgConnection,
    user: UserId,
    cases: &[CaseId],
) -> Result<Vec<CaseId>, RegistryError> {
    let ids = column(cases, |case| case.0);
    let visible: Vec<Uuid> = sqlx::query_scalar(
        "select case_id from case_member where user_id = $1 and case_id = any($2) and until_at is null",
    )
    .bind(user.0)
    .bind(ids)
    .fetch_all(conn)
    .await?;
    Ok(visible.into_iter().map(CaseId).collect())
}

/// Lists the digest of every case that a person may see, within a part of the case ids: behind
/// `after`, up to `through`.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list_digests(
    conn: &mut PgConnection,
    user: UserId,
    after: Option<CaseId>,
    through: Option<CaseId>,
) -> Result<Vec<(CaseId, Digest)>, RegistryError> {
    let listed: Vec<(Uuid, Vec<u8>)> = sqlx::query_as(
        "select d.case_id, d.digest from case_member m join case_doc d using (case_id)
         where m.user_id = $1 and m.until_at is null
           and ($2::uuid is null or m.case_id > $2) and ($3::uuid is null or m.case_id <= $3)
         order by d.case_id",
    )
    .bind(user.0)
    .bind(after.map(|case| case.0))
    .bind(through.map(|case| case.0))
    .fetch_all(conn)
    .await?;
    listed
        .into_iter()
        .map(|(case, digest)| Ok((CaseId(case), rows::digest(&digest, "case_doc", "digest")?)))
        .collect()
}

/// Reads the facts of cases as JSON text.
///
/// # Errors
/// Postgres failed.
pub async fn list_facts(
    conn: &mut PgConnection,
    cases: &[CaseId],
) -> Result<HashMap<CaseId, String>, RegistryError> {
    let ids = column(cases, |case| case.0);
    let listed: Vec<(Uuid, String)> =
        sqlx::query_as("select case_id, facts::text from case_doc where case_id = any($1)")
            .bind(ids)
            .fetch_all(conn)
            .await?;
    Ok(listed
        .into_iter()
        .map(|(case, facts)| (CaseId(case), facts))
        .collect())
}
