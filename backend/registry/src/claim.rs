//! Claiming (E04): which cases somebody may claim, and what became of claims.

use crate::{
    error::RegistryError,
    rows::{self, column, legible, natural},
    statement::SqlCommand,
    time::Ts,
};
use hejie_case::{
    act::claim::RETURNS_UNTIL_COUNTY,
    catalogue::Route,
    ids::{CaseId, ClaimId, RegionCode, SituationCode, UserId},
};
use hejie_wire::{claim::ClaimableCase, limits};
use jiff::Timestamp;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// Whose eyes a list of what may be claimed is for: the cases of a territory, of the situations
/// that the routing table of the county leaves to somebody like this.
#[derive(Debug, Clone, Copy)]
pub struct ClaimReach<'a> {
    /// The territory.
    pub region: &'a RegionCode,
    /// The rows of those situations.
    pub routes: &'a [Route],
    /// Who asks: whoever stepped back from a case finds it here no more than elsewhere.
    pub user: UserId,
}

/// Where a case stands for somebody whose territory and matter it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimStanding {
    /// It waits for whoever claims it.
    Waits,
    /// It was given back twice.
    ForCounty,
    /// It waits for nobody, or not for a claim.
    Elsewhere,
}

/// What became of a claim, for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimOutcome {
    /// The case became the claimer's.
    Won,
    /// Somebody else had claimed it.
    Taken {
        /// Who has it, as people read it.
        holder: String,
    },
    /// It was given back twice, and the county decides (R109).
    CountyDecides,
}

/// Lists the cases that wait for a claim, those registered longest ago first.
///
/// # Errors
/// Postgres failed.
pub async fn list_claimable(
    conn: &mut PgConnection,
    reach: ClaimReach<'_>,
    limit: usize,
) -> Result<Vec<ClaimableCase>, RegistryError> {
    let rows = sqlx::query(concat!(
        "select r.case_id, r.situation_code, r.region_code, r.registered_at,
             (select count(*) from case_party p where p.case_id = r.case_id and not p.withdrawn) as parties
         from case_reg r
         where r.status = 'pending_dispatch' and r.hold_since is null and r.returns < $3
           and r.region_code like $1 || '%' and r.situation_code = any($2)
           and not ",
        rows::is_recused!("r.case_id", "$5"),
        " order by r.registered_at, r.case_id limit $4",
    ))
    .bind(reach.region.as_str())
    .bind(reach.situations())
    .bind(i32::from(RETURNS_UNTIL_COUNTY))
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .bind(reach.user.0)
    .fetch_all(conn)
    .await?;
    Ok(legible::<WaitingRow, _>(&rows, |row| {
        row.waiting(reach.routes)
    }))
}

/// Where a case stands for somebody; none when it is not of the territory or the matter.
///
/// # Errors
/// Postgres failed.
pub async fn lookup_standing(
    conn: &mut PgConnection,
    case: CaseId,
    reach: ClaimReach<'_>,
) -> Result<Option<ClaimStanding>, RegistryError> {
    let row: Option<(bool, bool, i32)> = sqlx::query_as(concat!(
        "select status = 'pending_dispatch', hold_since is not null, returns::int from case_reg
         where case_id = $1 and region_code like $2 || '%' and situation_code = any($3)
           and not ",
        rows::is_recused!("$1", "$4"),
    ))
    .bind(case.0)
    .bind(reach.region.as_str())
    .bind(reach.situations())
    .bind(reach.user.0)
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|(waits, is_held, returns)| match (waits, is_held) {
        (true, _) if returns >= i32::from(RETURNS_UNTIL_COUNTY) => ClaimStanding::ForCounty,
        (true, false) => ClaimStanding::Waits,
        _ => ClaimStanding::Elsewhere,
    }))
}

/// What became of a claim before; none while it was not answered for good.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn lookup_outcome(
    conn: &mut PgConnection,
    case: CaseId,
    user: UserId,
    claim: ClaimId,
) -> Result<Option<ClaimOutcome>, RegistryError> {
    let row: Option<(String, Option<String>)> = sqlx::query_as(
        "select outcome, holder from case_claim where case_id = $1 and user_id = $2 and claim_id = $3",
    )
    .bind(case.0)
    .bind(user.0)
    .bind(claim.0)
    .fetch_optional(conn)
    .await?;
    let read = |(outcome, holder): (String, Option<String>)| match (&*outcome, holder) {
        ("won", None) => Ok(ClaimOutcome::Won),
        ("taken", Some(holder)) => Ok(ClaimOutcome::Taken { holder }),
        ("county", None) => Ok(ClaimOutcome::CountyDecides),
        _ => Err(RegistryError::Inconsistent {
            table: "case_claim",
            column: "outcome",
            source: outcome.into(),
        }),
    };
    row.map(read).transpose()
}

/// Notes what became of a claim; of a claim that was noted before, that stays.
///
/// # Errors
/// Postgres failed.
pub async fn note(
    conn: &mut PgConnection,
    (case, user, claim): (CaseId, UserId, ClaimId),
    outcome: &ClaimOutcome,
    now: Timestamp,
) -> Result<(), RegistryError> {
    let (word, holder) = match outcome {
        ClaimOutcome::Won => ("won", None),
        ClaimOutcome::Taken { holder } => ("taken", Some(holder.as_str())),
        ClaimOutcome::CountyDecides => ("county", None),
    };
    sqlx::query(
        "insert into case_claim (case_id, user_id, claim_id, outcome, holder, at)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
    )
    .bind(case.0)
    .bind(user.0)
    .bind(claim.0)
    .bind(word)
    .bind(holder)
    .bind(Ts(now))
    .run(conn)
    .await
}

/// Who ever got a case by a claim of the list.
///
/// # Errors
/// Postgres failed.
pub async fn list_winners(
    conn: &mut PgConnection,
    case: CaseId,
) -> Result<Vec<UserId>, RegistryError> {
    let won: Vec<Uuid> =
        sqlx::query_scalar("select user_id from case_claim where case_id = $1 and outcome = 'won'")
            .bind(case.0)
            .fetch_all(conn)
            .await?;
    Ok(won.into_iter().map(UserId::from).collect())
}

/// Whether no more refused claims of somebody on a case are kept: whoever sends ever new ones fills
/// no table.
///
/// # Errors
/// Postgres failed.
pub async fn is_full(
    conn: &mut PgConnection,
    case: CaseId,
    user: UserId,
) -> Result<bool, RegistryError> {
    let kept: i64 = sqlx::query_scalar(
        "select count(*) from case_claim where case_id = $1 and user_id = $2 and outcome <> 'won'",
    )
    .bind(case.0)
    .bind(user.0)
    .fetch_one(conn)
    .await?;
    Ok(natural(kept, "case_claim", "(count)")? >= limits::CLAIMS_OF_A_CASE as u64)
}

#[derive(FromRow)]
struct WaitingRow {
    case_id: Uuid,
    situation_code: String,
    region_code: String,
    registered_at: Ts,
    parties: i64,
}

impl WaitingRow {
    /// The case as the list shows it, with the departments that its route names.
    fn waiting(self, routes: &[Route]) -> Result<ClaimableCase, RegistryError> {
        let column = |name| RegistryError::in_column("case_reg", name);
        let situation: SituationCode = self
            .situation_code
            .parse()
            .map_err(column("situation_code"))?;
        let route = routes.iter().find(|route| route.code == situation);
        let departments = route.into_iter().flat_map(Route::departments);
        Ok(ClaimableCase {
            case: CaseId(self.case_id),
            office: departments.collect::<Vec<_>>().join("/"),
            situation,
            region: self.region_code.parse().map_err(column("region_code"))?,
            registered_at: self.registered_at.0,
            parties: u32::try_from(self.parties).unwrap_or(u32::MAX),
        })
    }
}

impl ClaimReach<'_> {
    /// The codes of the situations, as SQL compares them.
    fn situations(self) -> Vec<String> {
        column(self.routes, |route| route.code.as_str().to_owned())
    }
}
