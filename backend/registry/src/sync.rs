//! What an answer to a phone is read from. All functions of one answer run in one snapshot:
//! [`begin_reading`].

pub mod attest;
mod change;
mod whole;

pub use change::list_changes;
pub use whole::{WholeCase, list_sizes, list_sizes_of, list_whole};

/// Cases that somebody may see, and how much of each.
pub type VisibleCases = BTreeMap<CaseId, Extent>;

use crate::{
    error::RegistryError,
    pool::{self, PgPool, Transaction},
    rows::{self, column},
    time::Ts,
    word::from_word,
};
use hejie_case::{
    ids::{CaseId, OrgId, UserId},
    part::Extent,
    role::Author,
};
use hejie_wire::digest::Digest;
use jiff::Timestamp;
use sqlx::{FromRow, PgConnection};
use std::collections::{BTreeMap, HashMap};
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
    /// Reported it, and may say more of that, but sees nothing of it (R130).
    Reporter(Author),
    /// Has nothing to do with it, or there is no such case: the two are not told apart.
    Stranger,
}

impl CaseMembership {
    /// As whom the person may write the case, or could.
    #[must_use]
    pub fn author(&self) -> Option<Author> {
        match *self {
            Self::Member(author)
            | Self::Former(author, _)
            | Self::Filed(author)
            | Self::Reporter(author) => Some(author),
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
    let found = list_memberships(conn, &[case], user).await?;
    Ok(found
        .into_values()
        .next()
        .unwrap_or(CaseMembership::Stranger))
}

/// What stands of a person in a case, if anything does.
#[derive(FromRow)]
struct MembershipRow {
    case_id: Uuid,
    role: Option<String>,
    org_id: Option<Uuid>,
    until_at: Option<Ts>,
    /// He or she reported it, and was never a member.
    is_report: Option<bool>,
    is_filed: bool,
}

/// Looks up what a person is to each of these cases, by the membership that lasts or ended last,
/// else by the report. A case that is not registered is left out.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list_memberships(
    conn: &mut PgConnection,
    cases: &[CaseId],
    user: UserId,
) -> Result<HashMap<CaseId, CaseMembership>, RegistryError> {
    let ids = column(cases, |case| case.0);
    let rows: Vec<MembershipRow> = sqlx::query_as(
        "select distinct on (d.case_id) d.case_id, m.role, m.org_id, m.until_at, m.is_report,
                coalesce(r.status = 'archived', false) as is_filed
         from case_doc d
         left join lateral (
             select role, org_id, until_at, false as is_report from case_member
             where case_id = d.case_id and user_id = $2
             union all
             select role, org_id, null, true from case_report
             where case_id = d.case_id and user_id = $2) m on true
         left join case_reg r on r.case_id = d.case_id
         where d.case_id = any($1)
         order by d.case_id, m.is_report, m.until_at desc nulls first",
    )
    .bind(ids)
    .bind(user.0)
    .fetch_all(conn)
    .await?;
    let of_row = |row: MembershipRow| Ok((CaseId(row.case_id), row.membership(user)?));
    rows.into_iter().map(of_row).collect()
}

impl MembershipRow {
    fn membership(self, user: UserId) -> Result<CaseMembership, RegistryError> {
        let Some((role, org)) = self.role.zip(self.org_id) else {
            return Ok(CaseMembership::Stranger);
        };
        let author = Author {
            user,
            role: from_word(&role, "case_member", "role")?,
            org: OrgId(org),
        };
        Ok(match (self.is_filed, self.until_at) {
            (true, _) => CaseMembership::Filed(author),
            (false, _) if self.is_report == Some(true) => CaseMembership::Reporter(author),
            (false, None) => CaseMembership::Member(author),
            (false, Some(until)) => CaseMembership::Former(author, until.0),
        })
    }
}

/// Lists which of `cases` a person may see now, and how much of each.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list_visible(
    conn: &mut PgConnection,
    user: UserId,
    cases: &[CaseId],
) -> Result<VisibleCases, RegistryError> {
    let ids = column(cases, |case| case.0);
    let visible: Vec<(Uuid, String)> = sqlx::query_as(
        "select case_id, role from case_member where user_id = $1 and case_id = any($2) and until_at is null",
    )
    .bind(user.0)
    .bind(ids)
    .fetch_all(conn)
    .await?;
    let read = |(case, role): (Uuid, String)| Ok((CaseId(case), extent(&role)?));
    visible.into_iter().map(read).collect()
}

/// How much of a case a member holds in a role.
pub(crate) fn extent(role: &str) -> Result<Extent, RegistryError> {
    Ok(Extent::of(from_word(role, "case_member", "role")?))
}

/// The cases of which somebody holds so much.
pub(crate) fn holding(cases: &VisibleCases, extent: Extent) -> Vec<Uuid> {
    let held = cases.iter().filter(|(_, held)| **held == extent);
    held.map(|(case, _)| case.0).collect()
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
) -> Result<Vec<(CaseId, Extent, Digest)>, RegistryError> {
    let listed: Vec<(Uuid, String, Vec<u8>, Vec<u8>)> = sqlx::query_as(
        "select d.case_id, m.role, d.digest, d.work_digest from case_member m join case_doc d using (case_id)
         where m.user_id = $1 and m.until_at is null
           and ($2::uuid is null or m.case_id > $2) and ($3::uuid is null or m.case_id <= $3)
         order by d.case_id",
    )
    .bind(user.0)
    .bind(after.map(|case| case.0))
    .bind(through.map(|case| case.0))
    .fetch_all(conn)
    .await?;
    let read = |(case, role, whole, work): (Uuid, String, Vec<u8>, Vec<u8>)| {
        let extent = extent(&role)?;
        let digest = match extent {
            Extent::Whole => rows::digest(&whole, "case_doc", "digest")?,
            Extent::Work => rows::digest(&work, "case_doc", "work_digest")?,
        };
        Ok((CaseId(case), extent, digest))
    };
    listed.into_iter().map(read).collect()
}

/// Reads the facts of cases as JSON text, as whoever holds so much of each gets them.
///
/// # Errors
/// Postgres failed.
pub async fn list_facts(
    conn: &mut PgConnection,
    cases: &VisibleCases,
) -> Result<HashMap<CaseId, String>, RegistryError> {
    let listed: Vec<(Uuid, String)> = sqlx::query_as(
        "select case_id, facts::text from case_doc where case_id = any($1)
         union all
         select case_id, coalesce(work_facts, facts)::text from case_doc where case_id = any($2)",
    )
    .bind(holding(cases, Extent::Whole))
    .bind(holding(cases, Extent::Work))
    .fetch_all(conn)
    .await?;
    Ok(listed
        .into_iter()
        .map(|(case, facts)| (CaseId(case), facts))
        .collect())
}
