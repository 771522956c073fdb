//! What the server attests of cases, read within the snapshot of an answer.

use super::{VisibleCases, holding};
use crate::{
    error::RegistryError,
    rows::{self, column},
    statement::Selection,
};
use hejie_case::{
    ids::{CaseId, ChangeHash, UserId},
    part::Extent,
};
use hejie_wire::attest::ActorRow;
use sqlx::{FromRow, PgConnection};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A case as it stands, without the epoch and the actors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttestationSubject {
    /// The case.
    pub case: CaseId,
    /// The county, as its code of six digits.
    pub county: u32,
    /// The version of the facts.
    pub facts_version: u64,
    /// SHA-256 of the facts as [`super::list_facts`] reads them.
    pub facts: [u8; 32],
    /// Heads of all acknowledged changes that the person holds, sorted.
    pub heads: Vec<ChangeHash>,
}

/// An actor of a case, with the first change that it wrote in this role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseActor {
    /// The case.
    pub case: CaseId,
    /// Who stands behind the actor.
    pub row: ActorRow,
    /// The first change.
    pub first: ChangeHash,
}

/// Reads where registered cases stand, as far as the person holds each.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list_subjects(
    conn: &mut PgConnection,
    cases: &VisibleCases,
) -> Result<Vec<AttestationSubject>, RegistryError> {
    sqlx::query_as::<_, AttestationSubjectRow>(
        "select d.case_id, left(r.region_code, 6) as county, d.facts_version,
                case when d.case_id = any($1) then d.facts_hash else d.work_facts_hash end as facts_hash,
                case when d.case_id = any($1) then d.known_heads else d.work_heads end as known_heads
         from case_doc d join case_reg r using (case_id) where d.case_id = any($1) or d.case_id = any($2)",
    )
    .bind(holding(cases, Extent::Whole))
    .bind(holding(cases, Extent::Work))
    .list(conn)
    .await
}

/// Lists who stands behind the actors of cases, in the parts that the person holds of each.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list_actors(
    conn: &mut PgConnection,
    cases: &VisibleCases,
) -> Result<Vec<CaseActor>, RegistryError> {
    sqlx::query_as::<_, ActorOfRow>(
        "select case_id, actor, role, org_id, device_id, user_id, first_hash from case_actor
         where case_id = any($1) or (case_id = any($2) and not is_confidential(actor))",
    )
    .bind(holding(cases, Extent::Whole))
    .bind(holding(cases, Extent::Work))
    .list(conn)
    .await
}

/// Lists which of `cases` have rows in a person's feed after number `after`.
///
/// # Errors
/// Postgres failed.
pub async fn list_moving(
    conn: &mut PgConnection,
    user: UserId,
    after: u64,
    cases: &[CaseId],
) -> Result<BTreeSet<CaseId>, RegistryError> {
    let moving: Vec<Uuid> = sqlx::query_scalar(
        "select distinct case_id from feed where user_id = $1 and seq > $2 and case_id = any($3)",
    )
    .bind(user.0)
    .bind(rows::bigint(after))
    .bind(column(cases, |case| case.0))
    .fetch_all(conn)
    .await?;
    Ok(moving.into_iter().map(CaseId).collect())
}

#[derive(FromRow)]
struct AttestationSubjectRow {
    case_id: Uuid,
    county: String,
    facts_version: i64,
    facts_hash: Vec<u8>,
    known_heads: Vec<Vec<u8>>,
}

impl TryFrom<AttestationSubjectRow> for AttestationSubject {
    type Error = RegistryError;
    fn try_from(row: AttestationSubjectRow) -> Result<Self, RegistryError> {
        Ok(Self {
            case: CaseId(row.case_id),
            county: row
                .county
                .parse()
                .map_err(RegistryError::in_column("case_reg", "region_code"))?,
            facts_version: rows::natural(row.facts_version, "case_doc", "facts_version")?,
            facts: rows::sha256(&row.facts_hash, "case_doc", "facts_hash")?,
            heads: rows::hashes(&row.known_heads, "case_doc", "known_heads")?,
        })
    }
}

#[derive(FromRow)]
struct ActorOfRow {
    case_id: Uuid,
    actor: Vec<u8>,
    role: String,
    org_id: Uuid,
    device_id: Uuid,
    user_id: Uuid,
    first_hash: Vec<u8>,
}

impl TryFrom<ActorOfRow> for CaseActor {
    type Error = RegistryError;
    fn try_from(row: ActorOfRow) -> Result<Self, RegistryError> {
        Ok(Self {
            case: CaseId(row.case_id),
            row: ActorRow {
                actor: rows::actor(&row.actor, "case_actor", "actor")?,
                device: row.device_id.into(),
                user: row.user_id.into(),
                role: row.role,
                org: row.org_id.into(),
            },
            first: rows::hash(&row.first_hash, "case_actor", "first_hash")?,
        })
    }
}
