//! The log of changes: durable, by content, in the order of receipt; nothing in it is ever deleted.
//!
//! Whoever moves a case does it in one transaction of its own: [`lock_case`], then what it has to
//! write, then [`touch_case`] once, with everything that moved. That order, case before people and
//! one case a transaction, keeps feeds in the order of commits and writers free of deadlocks.

mod actor;
pub mod add;
pub mod batch;
pub mod change;
pub mod length;
pub mod object;
pub mod quarantine;
pub mod standing;
mod touch;

pub(crate) use actor::note_all as note_all_actors;
pub(crate) use length::longest;
pub use touch::{forget, grant, touch_case};

use crate::{error::RegistryError, feed::CaseDigests, rows, statement::Selection};
use hejie_case::ids::{CaseId, ChangeHash};
use hejie_wire::digest::case_digest;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// Where a case stands for its phones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseHead {
    /// The case.
    pub case: CaseId,
    /// Heads of all acknowledged changes, sorted.
    pub known_heads: Vec<ChangeHash>,
    /// Heads of those of the work, sorted.
    pub work_heads: Vec<ChangeHash>,
    /// Version of the facts.
    pub facts_version: u64,
    /// SHA-256 of the facts as phones get them.
    pub facts_hash: [u8; 32],
    /// The same of the facts as phones get them that hold the work alone.
    pub work_facts_hash: [u8; 32],
    /// The digests that stand in the sums of its members.
    pub digests: CaseDigests,
}

impl CaseHead {
    /// The digests of the case as it stands now.
    pub(crate) fn digests_now(&self) -> CaseDigests {
        CaseDigests {
            whole: case_digest(self.case, Some(&self.facts_hash), &self.known_heads),
            work: case_digest(self.case, Some(&self.work_facts_hash), &self.work_heads),
        }
    }
}

/// Locks a case until the end of the transaction; `None` if there is no such case. Rows that name
/// the case wait for nobody: whoever registers a case beside it, with feeds in hand for which the
/// holder of this lock may wait, goes on.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn lock_case(
    conn: &mut PgConnection,
    case: CaseId,
) -> Result<Option<CaseHead>, RegistryError> {
    sqlx::query_as::<_, CaseHeadRow>(
        "select case_id, known_heads, work_heads, facts_version, facts_hash, work_facts_hash, digest, work_digest
         from case_doc where case_id = $1 for no key update",
    )
    .bind(case.0)
    .find(conn)
    .await
}

/// Which of these changes the log of a case does not have; it has what was quarantined, but not
/// what was only relayed.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn lacking(
    conn: &mut PgConnection,
    case: CaseId,
    hashes: &[ChangeHash],
) -> Result<Vec<ChangeHash>, RegistryError> {
    let lacking: Vec<Vec<u8>> = sqlx::query_scalar(
        "select u.hash from unnest($2::bytea[]) u (hash)
         where not exists (
             select 1 from case_change c
             where c.case_id = $1 and c.hash = u.hash and c.reason_code is distinct from $3)",
    )
    .bind(case.0)
    .bind(rows::bytes_of(hashes))
    .bind(quarantine::RELAYED)
    .fetch_all(conn)
    .await?;
    rows::hashes(&lacking, "case_change", "hash")
}

/// Reckons the known heads of a case and of its work from its log: what is good and depended on by
/// nothing good.
///
/// # Errors
/// Postgres failed.
pub(crate) async fn set_known_heads_anew(
    conn: &mut PgConnection,
    case: CaseId,
) -> Result<(), RegistryError> {
    sqlx::query(
        "with good as (select hash, deps, is_confidential(actor) as confidential
                       from case_change where case_id = $1 and state <> 'quarantined'),
              work as (select hash, deps from good where not confidential)
         update case_doc set
             known_heads = array(
                 select hash from good where not exists (select 1 from good g where good.hash = any(g.deps)) order by hash),
             work_heads = array(
                 select hash from work where not exists (select 1 from work w where work.hash = any(w.deps)) order by hash)
         where case_id = $1",
    )
    .bind(case.0)
    .execute(conn)
    .await?;
    Ok(())
}

#[derive(FromRow)]
struct CaseHeadRow {
    case_id: Uuid,
    known_heads: Vec<Vec<u8>>,
    work_heads: Vec<Vec<u8>>,
    facts_version: i64,
    facts_hash: Vec<u8>,
    work_facts_hash: Vec<u8>,
    digest: Vec<u8>,
    work_digest: Vec<u8>,
}

impl TryFrom<CaseHeadRow> for CaseHead {
    type Error = RegistryError;
    fn try_from(row: CaseHeadRow) -> Result<Self, RegistryError> {
        Ok(Self {
            case: CaseId(row.case_id),
            known_heads: rows::hashes(&row.known_heads, "case_doc", "known_heads")?,
            facts_version: rows::natural(row.facts_version, "case_doc", "facts_version")?,
            work_heads: rows::hashes(&row.work_heads, "case_doc", "work_heads")?,
            facts_hash: rows::sha256(&row.facts_hash, "case_doc", "facts_hash")?,
            work_facts_hash: rows::sha256(&row.work_facts_hash, "case_doc", "work_facts_hash")?,
            digests: CaseDigests {
                whole: rows::digest(&row.digest, "case_doc", "digest")?,
                work: rows::digest(&row.work_digest, "case_doc", "work_digest")?,
            },
        })
    }
}
