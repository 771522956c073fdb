//! Cases that may be one and the same (M09): proposed, shown to dispatchers, and merged or
//! dismissed by one of them.

use crate::{error::RegistryError, statement::SqlCommand, time::Ts, word::from_word};
use hejie_case::ids::{CaseId, UserId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// Within how long the same place and category are a reason to look
/// (docs/domain/figures.md#repeat-calls: the second figure).
const NEAR: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Why two cases may be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkReason {
    /// The same number of a channel.
    Number,
    /// The same pair of parties.
    Pair,
    /// The same place and category within 30 days.
    Place,
}

/// Two cases that may be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The later case.
    pub case: CaseId,
    /// The earlier case.
    pub other: CaseId,
    /// Why.
    pub reason: LinkReason,
    /// Since when.
    pub proposed_at: Timestamp,
}

/// Proposes a case beside another of the same pair of parties, the earlier one second. What was
/// dismissed when only the place was alike is proposed again; what was dismissed of the same pair
/// is not.
///
/// # Errors
/// Postgres failed.
pub async fn propose_pair(
    conn: &mut PgConnection,
    case: CaseId,
    other: CaseId,
    now: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query(
        "insert into case_link_proposal (case_id, other_case, reason, proposed_at)
         select l.case_id, e.case_id, 'pair', $3 from case_reg l join case_reg e
             on (l.case_id, e.case_id) in (($1, $2), ($2, $1))
             and (l.registered_at, l.case_id) > (e.registered_at, e.case_id)
         on conflict (case_id, other_case) do update
             set reason = 'pair', proposed_at = excluded.proposed_at, dismissed_at = null, dismissed_by = null
             where case_link_proposal.reason = 'place'",
    )
    .bind(case.0)
    .bind(other.0)
    .bind(Ts(now))
    .run(conn)
    .await
}

/// Proposes a new case beside those of its county with the same number of a channel, or with the
/// same place and category within 30 days.
///
/// # Errors
/// Postgres failed.
pub async fn propose_similar(
    conn: &mut PgConnection,
    case: CaseId,
    now: Timestamp,
) -> Result<(), RegistryError> {
    let since = now.saturating_sub(NEAR).unwrap_or(Timestamp::MIN);
    sqlx::query(
        "with mine as (select * from case_reg where case_id = $1)
         insert into case_link_proposal (case_id, other_case, reason, proposed_at)
         select distinct on (other) $1, other, reason, $2 from (
             select r.case_id as other, 'number' as reason, 0 as rank from case_reg r join mine m on r.source_no = m.source_no
             where left(r.region_code, 6) = left(m.region_code, 6)
             union all
             select r.case_id, 'place', 1 from case_reg r join mine m on r.place_key = m.place_key
             where r.registered_at >= $3
               and split_part(r.situation_code, '-', 1) = split_part(m.situation_code, '-', 1)) found
         where other <> $1 and not exists (select 1 from case_reg gone where gone.case_id = other and gone.merged_into is not null)
         order by other, rank
         on conflict do nothing",
    )
    .bind(case.0)
    .bind(Ts(now))
    .bind(Ts(since))
    .run(conn)
    .await
}

/// Proposals that wait for somebody, of cases in some regions, the newest first; those of merged
/// cases are done.
///
/// # Errors
/// Postgres failed.
pub async fn list_waiting(
    conn: &mut PgConnection,
    region: &str,
    limit: u32,
) -> Result<Vec<Proposal>, RegistryError> {
    sqlx::query(
        "select p.case_id, p.other_case, p.reason, p.proposed_at from case_link_proposal p
         join case_reg a on a.case_id = p.case_id join case_reg b on b.case_id = p.other_case
         where p.dismissed_at is null and a.merged_into is null and b.merged_into is null
           and a.region_code like $1 || '%' and b.region_code like $1 || '%'
         order by p.proposed_at desc, p.case_id, p.other_case limit $2",
    )
    .bind(region)
    .bind(i64::from(limit))
    .legible::<ProposalRow, _>(conn)
    .await
}

/// Keeps that two cases are two; tells whether that was proposed and not dismissed yet.
///
/// # Errors
/// Postgres failed.
pub async fn dismiss(
    conn: &mut PgConnection,
    case: CaseId,
    other: CaseId,
    by: UserId,
    now: Timestamp,
) -> Result<bool, RegistryError> {
    sqlx::query(
        "update case_link_proposal set dismissed_at = $4, dismissed_by = $3
         where case_id = $1 and other_case = $2 and dismissed_at is null",
    )
    .bind(case.0)
    .bind(other.0)
    .bind(by.0)
    .bind(Ts(now))
    .touches(conn)
    .await
}

#[derive(FromRow)]
struct ProposalRow {
    case_id: Uuid,
    other_case: Uuid,
    reason: String,
    proposed_at: Ts,
}

impl TryFrom<ProposalRow> for Proposal {
    type Error = RegistryError;
    fn try_from(row: ProposalRow) -> Result<Self, RegistryError> {
        Ok(Self {
            case: CaseId(row.case_id),
            other: CaseId(row.other_case),
            reason: from_word(&row.reason, "case_link_proposal", "reason")?,
            proposed_at: row.proposed_at.0,
        })
    }
}
