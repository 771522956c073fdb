//! Which changes report a danger, whether the police were told of it, and whether a person has called them where they were not.

use crate::{
    error::RegistryError,
    rows::{self, natural},
    time::Ts,
};
use hejie_case::ids::{CaseId, ChangeHash, DeviceId, RegionCode, UserId};
use jiff::Timestamp;
use sqlx::{FromRow, PgConnection};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What the author of a change reads beside the reason why it is not taken, when the police were told of the danger in it.
pub const TOLD_ZH: &str = "其中报告的险情已告知公安；如仍有危险，请立即拨打110。";

/// Who handed a danger in, and by which phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reporter {
    /// The person.
    pub user: UserId,
    /// The phone.
    pub device: DeviceId,
}

/// Whether the police have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// An order to them is in the outbox.
    Told,
    /// Nobody who is in service answers for it: a person has to look at it and call them.
    No,
    /// A person said that they were called.
    Called,
}

/// A danger of which nobody has told the police.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// The case that the phone named.
    pub case: CaseId,
    /// The change that reports it.
    pub change: ChangeHash,
    /// Who handed it in.
    pub by: Reporter,
    /// When it was received.
    pub noted_at: Timestamp,
}

/// Notes the changes of a case that report a danger, and when the police are told in the same transaction, if they are. One that was told
/// once stays told.
///
/// # Errors
/// Postgres failed.
pub async fn note(
    conn: &mut PgConnection,
    case: CaseId,
    changes: &BTreeSet<ChangeHash>,
    by: Reporter,
    told: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), RegistryError> {
    for change in changes {
        sqlx::query(
            "insert into danger (case_id, hash, user_id, device_id, noted_at, told_at) values ($1, $2, $3, $4, $5, $6)
             on conflict (case_id, hash) do update set told_at = coalesce(danger.told_at, excluded.told_at)",
        )
        .bind(case.0)
        .bind(&change.0[..])
        .bind(by.user.0)
        .bind(by.device.0)
        .bind(Ts(now))
        .bind(told.map(Ts))
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Lists the dangers of a region of which nobody has told the police, the oldest first; for a whole county also those of cases that are
/// in no registry, when somebody of the county handed them in.
///
/// # Errors
/// Postgres failed.
pub async fn list_open(
    conn: &mut PgConnection,
    within: &RegionCode,
    limit: u32,
) -> Result<Vec<Open>, RegistryError> {
    let rows = sqlx::query(concat!(
        "select d.case_id, d.hash, d.user_id, d.device_id, d.noted_at
         from danger d join app_user u on u.id = d.user_id join org o on o.id = u.org_id
         left join case_reg r on r.case_id = d.case_id
         where d.told_at is null and d.answered_at is null and ",
        rows::seen_within!(),
        " order by d.noted_at, d.case_id, d.hash limit $2"
    ))
    .bind(within.as_str())
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await?;
    Ok(rows::legible::<OpenRow, _>(&rows, Open::try_from))
}

/// Counts the dangers of which nobody has told the police, and says since when the oldest waits.
///
/// # Errors
/// Postgres failed.
pub async fn count_open(
    conn: &mut PgConnection,
) -> Result<(u64, Option<Timestamp>), RegistryError> {
    let (count, oldest): (i64, Option<Ts>) = sqlx::query_as(
        "select count(*), min(noted_at) from danger where told_at is null and answered_at is null",
    )
    .fetch_one(conn)
    .await?;
    Ok((natural(count, "danger", "(count)")?, oldest.map(|at| at.0)))
}

/// Keeps that a person had the police called about a danger that [`list_open`] lists; tells whether it does.
///
/// # Errors
/// Postgres failed.
pub async fn answer(
    conn: &mut PgConnection,
    within: &RegionCode,
    case: CaseId,
    change: ChangeHash,
    by: UserId,
    now: Timestamp,
) -> Result<bool, RegistryError> {
    let done = sqlx::query(concat!(
        "update danger set answered_at = $4, answered_by = $5
         where (case_id, hash) in (
             select d.case_id, d.hash from danger d join app_user u on u.id = d.user_id join org o on o.id = u.org_id
             left join case_reg r on r.case_id = d.case_id
             where d.case_id = $2 and d.hash = $3 and d.told_at is null and d.answered_at is null and ",
        rows::seen_within!(),
        ")"
    ))
    .bind(within.as_str())
    .bind(case.0)
    .bind(&change.0[..])
    .bind(Ts(now))
    .bind(by.0)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What a row of a list says of the danger in its change, if there is one, by the columns `n.noted_at`, `n.told_at`, `n.answered_at`.
pub(crate) fn heard(noted: Option<Ts>, told: Option<Ts>, answered: Option<Ts>) -> Option<Heard> {
    noted?;
    Some(match (told, answered) {
        (Some(_), _) => Heard::Told,
        (None, Some(_)) => Heard::Called,
        (None, None) => Heard::No,
    })
}

#[derive(FromRow)]
struct OpenRow {
    case_id: Uuid,
    hash: Vec<u8>,
    user_id: Uuid,
    device_id: Uuid,
    noted_at: Ts,
}

impl TryFrom<OpenRow> for Open {
    type Error = RegistryError;
    fn try_from(row: OpenRow) -> Result<Self, RegistryError> {
        Ok(Self {
            case: CaseId(row.case_id),
            change: rows::hash(&row.hash, "danger", "hash")?,
            by: Reporter {
                user: UserId(row.user_id),
                device: DeviceId(row.device_id),
            },
            noted_at: row.noted_at.0,
        })
    }
}
