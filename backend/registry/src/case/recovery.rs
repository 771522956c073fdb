//! Cases after the registry was set back: what came out of the backup, what was decided since, and
//! what phones prove of before.

use crate::{
    error::RegistryError,
    rows::{self, bigint, column, natural, sha256},
    statement::{Selection, SqlCommand},
    time::Ts,
};
use hejie_case::{
    facts::Facts,
    ids::{CaseId, DeviceId, RegionCode, UserId},
};
use jiff::Timestamp;
use sqlx::{FromRow, PgConnection, types::Json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// How the facts of a case stand to what was signed of it before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedHistory {
    /// Their version.
    pub version: u64,
    /// SHA-256 of them as they are sent.
    pub facts: [u8; 32],
    /// The same of the facts as whoever holds the work alone gets them.
    pub work_facts: [u8; 32],
    /// The latest epoch in which somebody decided on the case, as far as is known.
    pub decided_epoch: u64,
    /// For each earlier epoch, the version that came out of a backup, or was proved since.
    pub restored: BTreeMap<u64, u64>,
}

/// Under what facts were signed: the epoch, then the version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SignedVersion {
    /// The epoch.
    pub epoch: u64,
    /// The version of the facts.
    pub version: u64,
}

impl SignedHistory {
    /// Whether facts of this hash are those that stand here, as one or the other gets them.
    #[must_use]
    pub fn are_signed_as(&self, facts: &[u8; 32]) -> bool {
        [self.facts, self.work_facts].contains(facts)
    }

    /// Whether the facts come from those that were signed so, or from later ones of that epoch.
    #[must_use]
    pub fn come_from(&self, signed: SignedVersion) -> bool {
        let known = self.restored.get(&signed.epoch);
        known.is_some_and(|version| *version >= signed.version)
    }
}

/// Facts that were signed before the registry was set back, of a case on which somebody decided
/// since.
#[derive(Debug, Clone, PartialEq)]
pub struct RecoveryClaim {
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub case_no: String,
    /// The epoch in which they were signed.
    pub epoch: u64,
    /// The facts.
    pub facts: Facts,
    /// SHA-256 of them as they are sent: two lives of a registry may give one epoch and version to
    /// two states.
    pub hash: [u8; 32],
    /// When a phone showed them.
    pub shown_at: Timestamp,
}

/// Reads how the facts of a case stand; none when there is no such case.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn grounds(
    conn: &mut PgConnection,
    case: CaseId,
) -> Result<Option<SignedHistory>, RegistryError> {
    sqlx::query_as::<_, GroundsRow>(
        "select facts_version, facts_hash, work_facts_hash, decided_epoch, restored
         from case_doc where case_id = $1",
    )
    .bind(case.0)
    .find(conn)
    .await
}

#[derive(FromRow)]
struct GroundsRow {
    facts_version: i64,
    facts_hash: Vec<u8>,
    work_facts_hash: Vec<u8>,
    decided_epoch: i64,
    restored: Json<BTreeMap<u64, u64>>,
}

impl TryFrom<GroundsRow> for SignedHistory {
    type Error = RegistryError;
    fn try_from(row: GroundsRow) -> Result<Self, RegistryError> {
        Ok(Self {
            version: natural(row.facts_version, "case_doc", "facts_version")?,
            facts: sha256(&row.facts_hash, "case_doc", "facts_hash")?,
            work_facts: sha256(&row.work_facts_hash, "case_doc", "work_facts_hash")?,
            decided_epoch: natural(row.decided_epoch, "case_doc", "decided_epoch")?,
            restored: row.restored.0,
        })
    }
}

/// Lists which of `cases` the registry does not know.
///
/// # Errors
/// Postgres failed.
pub async fn list_unknown(
    conn: &mut PgConnection,
    cases: &[CaseId],
) -> Result<Vec<CaseId>, RegistryError> {
    let ids = column(cases, |case| case.0);
    let unknown: Vec<Uuid> = sqlx::query_scalar(
        "select u.id from unnest($1::uuid[]) u (id)
         where not exists (select 1 from case_doc d where d.case_id = u.id)",
    )
    .bind(ids)
    .fetch_all(conn)
    .await?;
    Ok(unknown.into_iter().map(CaseId).collect())
}

/// Notes that a desk or a phone moved the facts of a case, in this epoch.
///
/// # Errors
/// Postgres failed.
pub async fn set_decided(conn: &mut PgConnection, case: CaseId) -> Result<(), RegistryError> {
    sqlx::query(
        "update case_doc set decided_epoch = e.epoch from county_epoch e
         where case_id = $1 and decided_epoch <> e.epoch",
    )
    .bind(case.0)
    .run(conn)
    .await
}

/// Puts proved facts in the place of what came out of the backup, under a version behind both.
///
/// # Errors
/// Postgres failed.
pub async fn set_recovered(
    conn: &mut PgConnection,
    facts: &Facts,
    signed: SignedVersion,
) -> Result<(), RegistryError> {
    sqlx::query(
        "update case_doc set facts = $2, work_facts = $5, facts_version = $3, next_moment_at = registered.at
         from (select $4::timestamptz as at) registered where case_id = $1",
    )
    .bind(facts.case_id.0)
    .bind(Json(facts))
    .bind(bigint(facts.version))
    .bind(Ts(facts.registered_at))
    .bind(super::work_facts(facts))
    .execute(&mut *conn)
    .await?;
    note_restored(conn, facts.case_id, signed).await
}

/// Notes that somebody may have decided on the facts of a case in the epoch in which they were
/// signed.
///
/// # Errors
/// Postgres failed.
pub async fn note_decided_in(
    conn: &mut PgConnection,
    case: CaseId,
    epoch: u64,
) -> Result<(), RegistryError> {
    sqlx::query(
        "update case_doc set decided_epoch = greatest(decided_epoch, $2) where case_id = $1",
    )
    .bind(case.0)
    .bind(bigint(epoch))
    .run(conn)
    .await
}

/// Notes that the facts of a case come from what was signed so.
///
/// # Errors
/// Postgres failed.
pub async fn note_restored(
    conn: &mut PgConnection,
    case: CaseId,
    signed: SignedVersion,
) -> Result<(), RegistryError> {
    sqlx::query(
        "update case_doc set restored = restored
             || jsonb_build_object($2::text, greatest(coalesce((restored ->> $2)::bigint, 0), $3))
         where case_id = $1",
    )
    .bind(case.0)
    .bind(signed.epoch.to_string())
    .bind(bigint(signed.version))
    .run(conn)
    .await
}

/// Lists the states of a case, signed in one epoch, on which a person has decided.
///
/// # Errors
/// Postgres failed.
pub async fn list_decided(
    conn: &mut PgConnection,
    case: CaseId,
    epoch: u64,
) -> Result<Vec<Facts>, RegistryError> {
    let decided: Vec<Json<Facts>> = sqlx::query_scalar(
        "select facts from recovery_claim where case_id = $1 and epoch = $2 and decided_at is not null",
    )
    .bind(case.0)
    .bind(bigint(epoch))
    .fetch_all(conn)
    .await?;
    Ok(decided.into_iter().map(|facts| facts.0).collect())
}

/// Keeps proved facts for a person to choose; saying it twice changes nothing.
///
/// # Errors
/// Postgres failed.
pub async fn add_claim(
    conn: &mut PgConnection,
    facts: &Facts,
    epoch: u64,
    device: DeviceId,
    now: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query(
        "insert into recovery_claim (case_id, epoch, facts_version, facts, device_id, shown_at)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
    )
    .bind(facts.case_id.0)
    .bind(bigint(epoch))
    .bind(bigint(facts.version))
    .bind(Json(facts))
    .bind(device.0)
    .bind(Ts(now))
    .run(conn)
    .await
}

/// The claims that wait for somebody, of the cases that a condition names: the newest of each case,
/// or all.
macro_rules! waiting_claims {
    ($select:literal, $condition:literal) => {
        concat!(
            $select,
            " c.case_id, r.case_no, c.epoch, c.facts, c.facts_hash, c.shown_at
             from recovery_claim c join case_reg r on r.case_id = c.case_id
             where c.decided_at is null and ",
            $condition,
            " order by c.case_id, c.epoch desc, c.facts_version desc, c.facts_hash"
        )
    };
}

/// Lists the claims of a region on which nobody has decided; of several of one case the newest.
///
/// # Errors
/// Postgres failed.
pub async fn list_claims(
    conn: &mut PgConnection,
    region: &RegionCode,
) -> Result<Vec<RecoveryClaim>, RegistryError> {
    let rows = sqlx::query(waiting_claims!(
        "select distinct on (c.case_id)",
        "r.region_code like $1 || '%'"
    ))
    .bind(region.as_str())
    .fetch_all(conn)
    .await?;
    Ok(rows::legible(&rows, claim))
}

/// Lists the claims of a case on which nobody has decided, the newest first.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list_waiting(
    conn: &mut PgConnection,
    case: CaseId,
) -> Result<Vec<RecoveryClaim>, RegistryError> {
    let rows: Vec<ClaimRow> = sqlx::query_as(waiting_claims!("select", "c.case_id = $1"))
        .bind(case.0)
        .fetch_all(conn)
        .await?;
    rows.into_iter().map(claim).collect()
}

type ClaimRow = (Uuid, String, i64, Json<Facts>, Vec<u8>, Ts);

fn claim(
    (case, case_no, epoch, facts, hash, shown_at): ClaimRow,
) -> Result<RecoveryClaim, RegistryError> {
    Ok(RecoveryClaim {
        case: CaseId(case),
        case_no,
        epoch: natural(epoch, "recovery_claim", "epoch")?,
        facts: facts.0,
        hash: sha256(&hash, "recovery_claim", "facts_hash")?,
        shown_at: shown_at.0,
    })
}

/// Notes that a person decided on a claim, and whether its facts were taken.
///
/// # Errors
/// Postgres failed.
pub async fn set_claim_decided(
    conn: &mut PgConnection,
    claim: &RecoveryClaim,
    by: UserId,
    taken: bool,
    now: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query(
        "update recovery_claim set decided_at = $5, decided_by = $4, taken = $6
         where case_id = $1 and decided_at is null and epoch = $2 and facts_hash = $3",
    )
    .bind(claim.case.0)
    .bind(bigint(claim.epoch))
    .bind(&claim.hash[..])
    .bind(by.0)
    .bind(Ts(now))
    .bind(taken)
    .run(conn)
    .await
}

/// Keeps the facts that proved ones replace.
///
/// # Errors
/// Postgres failed.
pub async fn keep_replaced(
    conn: &mut PgConnection,
    facts: &Facts,
    by: UserId,
    now: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query(
        "insert into recovery_claim (case_id, epoch, facts_version, facts, shown_at, decided_at, decided_by, taken)
         select $1, e.epoch, $2, $3, $4, $4, $5, false from county_epoch e on conflict do nothing",
    )
    .bind(facts.case_id.0)
    .bind(bigint(facts.version))
    .bind(Json(facts))
    .bind(Ts(now))
    .bind(by.0)
    .run(conn)
    .await
}

/// Of people and cases those cases that are here and do not say, of themselves, that the person
/// must not handle them.
///
/// # Errors
/// Postgres failed.
pub async fn list_recusals_lost(
    conn: &mut PgConnection,
    recused: &[(CaseId, UserId)],
) -> Result<Vec<(CaseId, UserId)>, RegistryError> {
    let (cases, people): (Vec<Uuid>, Vec<Uuid>) =
        recused.iter().map(|(case, user)| (case.0, user.0)).unzip();
    let lost: Vec<(Uuid, Uuid)> = sqlx::query_as(
        "select distinct m.case_id, m.user_id from unnest($1::uuid[], $2::uuid[]) as m (case_id, user_id)
         join case_doc d on d.case_id = m.case_id
         where not exists (
             select from jsonb_array_elements(coalesce(d.facts -> 'recused', '[]')) as r
             where r ->> 'user' = m.user_id::text and not r ? 'from')",
    )
    .bind(cases)
    .bind(people)
    .fetch_all(conn)
    .await?;
    let named = lost.into_iter();
    Ok(named
        .map(|(case, user)| (CaseId(case), UserId(user)))
        .collect())
}
