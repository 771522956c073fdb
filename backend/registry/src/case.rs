//! Cases: the merged document with the facts beside it, their names, and who may write into them.

pub mod brief;
pub mod duty;
mod name;
mod read;
mod rebuild;
mod reconcile;
pub mod recovery;
pub mod report;
pub mod retry;
pub mod satisfaction;
mod trouble;

pub use name::{NameKind, claim_name, lookup_name};
pub use read::{
    CaseFilter, CaseLine, CaseLines, CasePageQuery, PersonNames, list, lookup_legible_line,
    lookup_line, lookup_line_within, names,
};
pub use rebuild::{RebuildableCase, RebuiltDocument, lock_rebuildable, set_rebuilt};
pub use reconcile::{ReconcileBase, list_unreconciled, set_parked, set_reconciled, wake};
pub use trouble::{
    Trouble, Troubled, Troubles, Unprojected, count_troubles, list_troubled, list_unprojected,
    lookup_trouble, set_unprojected,
};

use crate::{
    error::RegistryError,
    log::longest,
    rows::{self, actor, bigint, bytes_of, hashes, natural},
    statement::{Selection, SqlCommand},
    time::Ts,
};
use hejie_case::{
    facts::Facts,
    ids::{Actor, CaseId, ChangeHash, UserId},
    part::Extent,
    role::Author,
    rule::DeviceSeen,
    view::CaseView,
};
use hejie_wire::digest::Digest;
use jiff::Timestamp;
use sqlx::{FromRow, PgConnection, types::Json};
use uuid::Uuid;

/// A case as it was last settled.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredCase {
    /// The case.
    pub case: CaseId,
    /// The merged document.
    pub snapshot: Vec<u8>,
    /// Its heads.
    pub heads: Vec<ChangeHash>,
    /// The facts.
    pub facts: Facts,
    /// What the document says.
    pub view: CaseView,
    /// Why it could not be settled the last time.
    pub parked: Option<String>,
    /// When time alone changes something about it.
    pub next_moment: Option<Timestamp>,
}

/// Adds a case that was just opened; [`crate::log::touch_case`] gives it its digest.
///
/// # Errors
/// Postgres failed.
pub async fn add(
    conn: &mut PgConnection,
    case: &StoredCase,
    now: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query(
        "insert into case_doc
             (case_id, snapshot, heads, known_heads, facts, facts_version, view, digest, settled_at,
              next_moment_at, longest_text, work_facts)
         values ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(case.case.0)
    .bind(&case.snapshot)
    .bind(bytes_of(&case.heads))
    .bind(Json(&case.facts))
    .bind(bigint(case.facts.version))
    .bind(Json(&case.view))
    .bind(&Digest::EMPTY.0[..])
    .bind(Ts(now))
    .bind(case.next_moment.map(Ts))
    .bind(longest(&case.view))
    .bind(work_facts(&case.facts))
    .run(conn)
    .await
}

/// The facts as whoever holds the work alone gets them; none where they are the same.
pub(crate) fn work_facts(facts: &Facts) -> Option<Json<Facts>> {
    let work = facts.within(Extent::Work);
    (work != *facts).then_some(Json(work))
}

const STORED_CASE: &str =
    "select case_id, snapshot, heads, facts, view, parked_reason, next_moment_at
     from case_doc where case_id = $1";

/// Looks a case up.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn lookup(
    conn: &mut PgConnection,
    case: CaseId,
) -> Result<Option<StoredCase>, RegistryError> {
    sqlx::query_as::<_, StoredCaseRow>(STORED_CASE)
        .bind(case.0)
        .find(conn)
        .await
}

/// Looks a case up that is shown beside others: none, and told to whoever looks after the registry,
/// when it alone cannot be read.
///
/// # Errors
/// Postgres failed.
pub async fn lookup_legible(
    conn: &mut PgConnection,
    case: CaseId,
) -> Result<Option<StoredCase>, RegistryError> {
    let rows = sqlx::query(STORED_CASE)
        .bind(case.0)
        .fetch_all(conn)
        .await?;
    Ok(rows::legible::<StoredCaseRow, _>(&rows, StoredCase::try_from).pop())
}

/// Whether a person may write into a case, or might until a moment ago (docs/domain/rules.md#roles:
/// access ends some days after the assignment).
///
/// # Errors
/// Postgres failed.
pub async fn is_or_was_member(
    conn: &mut PgConnection,
    case: CaseId,
    user: UserId,
    since: Timestamp,
) -> Result<bool, RegistryError> {
    Ok(sqlx::query_scalar(
        "select exists (select 1 from case_member where case_id = $1 and user_id = $2 and (until_at is null or until_at >= $3))",
    )
    .bind(case.0)
    .bind(user.0)
    .bind(Ts(since))
    .fetch_one(conn)
    .await?)
}

/// Who stands behind each phone that wrote into a case, in the role of the latest change.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list_authors(
    conn: &mut PgConnection,
    case: CaseId,
) -> Result<Vec<(Actor, Author)>, RegistryError> {
    let rows: Vec<(Vec<u8>, Uuid, String, Uuid)> = sqlx::query_as(
        "select distinct on (phone_of(actor)) phone_of(actor), user_id, role, org_id from case_change
         where case_id = $1 and user_id is not null and state <> 'quarantined'
         order by phone_of(actor), position desc",
    )
    .bind(case.0)
    .fetch_all(conn)
    .await?;
    let read = |(bytes, user, role, org): (Vec<u8>, _, _, _)| {
        let author = rows::author((user, role, org), "case_change")?;
        Ok((actor(&bytes, "case_change", "actor")?, author))
    };
    rows.into_iter().map(read).collect()
}

/// Who may write into a case now.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list_members(
    conn: &mut PgConnection,
    case: CaseId,
) -> Result<Vec<Author>, RegistryError> {
    let rows: Vec<(Uuid, String, Uuid)> = sqlx::query_as(
        "select user_id, role, org_id from case_member where case_id = $1 and until_at is null order by user_id",
    )
    .bind(case.0)
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| rows::author(row, "case_member"))
        .collect()
}

/// When the phones of a case's members last exchanged.
///
/// # Errors
/// Postgres failed.
pub async fn list_devices_seen(
    conn: &mut PgConnection,
    case: CaseId,
) -> Result<Vec<DeviceSeen>, RegistryError> {
    let rows: Vec<(Uuid, Ts)> = sqlx::query_as(
        "select d.user_id, d.last_seen_at from device d join case_member m on m.user_id = d.user_id
         where m.case_id = $1 and m.until_at is null and d.revoked_at is null and d.last_seen_at is not null",
    )
    .bind(case.0)
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(user, at)| DeviceSeen {
            user: UserId(user),
            exchanged_at: at.0,
        })
        .collect())
}

/// The cases of a person that wait to be closed.
///
/// # Errors
/// Postgres failed.
pub async fn list_closing(
    conn: &mut PgConnection,
    user: UserId,
) -> Result<Vec<CaseId>, RegistryError> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "select m.case_id from case_member m join case_reg r on r.case_id = m.case_id
         where m.user_id = $1 and m.until_at is null and r.status = 'pending_close'",
    )
    .bind(user.0)
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(CaseId).collect())
}

/// The cases that a person answers for something in, or may write into: what has to be looked at
/// when the person leaves or comes back.
///
/// # Errors
/// Postgres failed.
pub async fn list_of_person(
    conn: &mut PgConnection,
    user: UserId,
) -> Result<Vec<CaseId>, RegistryError> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "select case_id from assignment where user_id = $1 and to_at is null
         union select case_id from case_member where user_id = $1
         order by case_id",
    )
    .bind(user.0)
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(CaseId).collect())
}

/// The version of the facts of a case, without reading the rest.
///
/// # Errors
/// Postgres failed.
pub async fn facts_version(
    conn: &mut PgConnection,
    case: CaseId,
) -> Result<Option<u64>, RegistryError> {
    let version: Option<i64> =
        sqlx::query_scalar("select facts_version from case_doc where case_id = $1")
            .bind(case.0)
            .fetch_optional(conn)
            .await?;
    version
        .map(|v| natural(v, "case_doc", "facts_version"))
        .transpose()
}

/// All cases after one, in the order of their ids, for going over the whole county.
///
/// # Errors
/// Postgres failed.
pub async fn list_ids(
    conn: &mut PgConnection,
    after: Option<CaseId>,
    limit: u32,
) -> Result<Vec<CaseId>, RegistryError> {
    let ids: Vec<Uuid> =
        sqlx::query_scalar("select case_id from case_doc where $1::uuid is null or case_id > $1 order by case_id limit $2")
            .bind(after.map(|c| c.0))
            .bind(i64::from(limit))
            .fetch_all(conn)
            .await?;
    Ok(ids.into_iter().map(CaseId).collect())
}

/// How many cases there are.
///
/// # Errors
/// Postgres failed.
pub async fn count(conn: &mut PgConnection) -> Result<u64, RegistryError> {
    let count: i64 = sqlx::query_scalar("select count(*) from case_doc")
        .fetch_one(conn)
        .await?;
    natural(count, "case_doc", "(count)")
}

#[derive(FromRow)]
struct StoredCaseRow {
    case_id: Uuid,
    snapshot: Vec<u8>,
    heads: Vec<Vec<u8>>,
    facts: Json<Facts>,
    view: Json<CaseView>,
    parked_reason: Option<String>,
    next_moment_at: Option<Ts>,
}

impl TryFrom<StoredCaseRow> for StoredCase {
    type Error = RegistryError;
    fn try_from(row: StoredCaseRow) -> Result<Self, RegistryError> {
        Ok(Self {
            case: CaseId(row.case_id),
            snapshot: row.snapshot,
            heads: hashes(&row.heads, "case_doc", "heads")?,
            facts: row.facts.0,
            view: row.view.0,
            parked: row.parked_reason,
            next_moment: row.next_moment_at.map(|at| at.0),
        })
    }
}
