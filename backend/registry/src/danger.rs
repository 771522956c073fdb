//! Which changes report a danger, whether the police were told of it, and whether a person has
//! called them where they were not.

pub mod call;

use crate::{
    error::RegistryError,
    rows::{self, column, natural},
    statement::SqlCommand,
    time::Ts,
};
use hejie_case::{
    ids::{CaseId, ChangeHash, DeviceId, EntryId, RegionCode, UserId},
    rights::Danger,
};
use jiff::Timestamp;
use sqlx::{FromRow, PgConnection, Row};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What the author of a change reads beside the reason why it is not taken, when the police were
/// told of the danger in it.
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
pub enum PoliceNotice {
    /// An order to them is in the outbox.
    Told,
    /// Nobody who is in service answers for it: a person has to look at it and call them.
    No,
    /// A person said that they were called.
    Called,
}

/// A danger of which nobody has told the police.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenDanger {
    /// The case that the phone named.
    pub case: CaseId,
    /// The change that reports it.
    pub change: ChangeHash,
    /// Who handed it in.
    pub by: Reporter,
    /// When it was received.
    pub noted_at: Timestamp,
}

/// The dangers of which nobody has told the police.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenDangers {
    /// How many there are.
    pub count: u64,
    /// Those that come first.
    pub first: Vec<OpenDanger>,
}

/// Notes the changes of a case that report a danger, and when the police are told in the same
/// transaction, if they are. One that was told once stays told, whichever change reports it.
///
/// # Errors
/// Postgres failed.
pub async fn note(
    conn: &mut PgConnection,
    case: CaseId,
    dangers: &[Danger],
    by: Reporter,
    told: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), RegistryError> {
    for (change, entry) in by_change(dangers) {
        sqlx::query(
            "insert into danger (case_id, hash, entry_id, user_id, device_id, noted_at, told_at)
             values ($1, $2, $3, $4, $5, $6, coalesce($7, (
                 select min(told_at) from danger where case_id = $1 and entry_id = $3
             )))
             on conflict (case_id, hash) do update set told_at = coalesce(danger.told_at, excluded.told_at)",
        )
        .bind(case.0)
        .bind(&change.0[..])
        .bind(entry.map(|entry| entry.0))
        .bind(by.user.0)
        .bind(by.device.0)
        .bind(Ts(now))
        .bind(told.map(Ts))
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Notes that the police are told of the danger that a request reports, in the same transaction:
/// whichever change brought it before, it is open no more.
///
/// # Errors
/// Postgres failed.
pub async fn note_told(
    conn: &mut PgConnection,
    case: CaseId,
    entry: EntryId,
    now: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query(
        "update danger set told_at = $3 where case_id = $1 and entry_id = $2 and told_at is null",
    )
    .bind(case.0)
    .bind(entry.0)
    .bind(Ts(now))
    .run(conn)
    .await
}

/// Those of these changes of whose danger the police were told.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list_told(
    conn: &mut PgConnection,
    changes: &[(CaseId, ChangeHash)],
) -> Result<BTreeSet<(CaseId, ChangeHash)>, RegistryError> {
    if changes.is_empty() {
        return Ok(BTreeSet::new());
    }
    let cases = column(changes, |(case, _)| case.0);
    let hashes: Vec<ChangeHash> = changes.iter().map(|(_, hash)| *hash).collect();
    let told: Vec<(Uuid, Vec<u8>)> = sqlx::query_as(
        "select d.case_id, d.hash from unnest($1::uuid[], $2::bytea[]) as of (case_id, hash)
         join danger d using (case_id, hash) where d.told_at is not null",
    )
    .bind(cases)
    .bind(rows::bytes_of(&hashes))
    .fetch_all(conn)
    .await?;
    let read =
        |(case, hash): (Uuid, Vec<u8>)| Ok((CaseId(case), rows::hash(&hash, "danger", "hash")?));
    told.into_iter().map(read).collect()
}

/// Lists the dangers of a region of which nobody has told the police: the oldest of each phone
/// first, then the second oldest, so that no phone hides what another reports by the number of its
/// own. For a whole county also those of cases that are in no registry, when somebody of the county
/// handed them in.
///
/// # Errors
/// Postgres failed.
pub async fn list_open(
    conn: &mut PgConnection,
    within: &RegionCode,
    limit: u32,
) -> Result<OpenDangers, RegistryError> {
    let rows = sqlx::query(concat!(
        "select d.case_id, d.hash, d.user_id, d.device_id, d.noted_at, count(*) over () as of_all
         from danger d join app_user u on u.id = d.user_id join org o on o.id = u.org_id
         left join case_reg r on r.case_id = d.case_id
         where d.told_at is null and d.answered_at is null and ",
        rows::seen_within!(),
        " order by row_number() over (partition by d.device_id order by d.noted_at, d.case_id, d.hash),
             d.noted_at, d.case_id, d.hash limit $2"
    ))
    .bind(within.as_str())
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await?;
    let of_all = rows.first().map(|row| row.try_get("of_all")).transpose()?;
    Ok(OpenDangers {
        count: natural(of_all.unwrap_or(0), "danger", "(count)")?,
        first: rows::legible::<OpenDangerRow, _>(&rows, OpenDanger::try_from),
    })
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

/// Keeps that a person had the police called about a danger that [`list_open`] lists; tells whether
/// it does.
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
    sqlx::query(concat!(
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
    .touches(conn)
    .await
}

/// The changes with the request that each reports a danger in; none where it has several, which may
/// not all be told.
fn by_change(dangers: &[Danger]) -> BTreeMap<ChangeHash, Option<EntryId>> {
    let mut changes: BTreeMap<ChangeHash, Option<EntryId>> = BTreeMap::new();
    for danger in dangers {
        let entry = changes.entry(danger.change);
        let same = |of: &mut Option<EntryId>| *of = of.filter(|entry| *entry == danger.entry);
        entry.and_modify(same).or_insert(Some(danger.entry));
    }
    changes
}

/// What a row of a list says of the danger in its change, if there is one, by the columns
/// `n.noted_at`, `n.told_at`, `n.answered_at`.
pub(crate) fn heard(
    noted: Option<Ts>,
    told: Option<Ts>,
    answered: Option<Ts>,
) -> Option<PoliceNotice> {
    noted?;
    Some(match (told, answered) {
        (Some(_), _) => PoliceNotice::Told,
        (None, Some(_)) => PoliceNotice::Called,
        (None, None) => PoliceNotice::No,
    })
}

#[derive(FromRow)]
struct OpenDangerRow {
    case_id: Uuid,
    hash: Vec<u8>,
    user_id: Uuid,
    device_id: Uuid,
    noted_at: Ts,
}

impl TryFrom<OpenDangerRow> for OpenDanger {
    type Error = RegistryError;
    fn try_from(row: OpenDangerRow) -> Result<Self, RegistryError> {
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
