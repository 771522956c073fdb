//! What a database is recognised by when it comes back from a backup: its name, its epoch, how far
//! its feeds and its numbers went.

use crate::{
    error::RegistryError,
    rows::{bigint, natural},
    statement::SqlCommand,
    time::Ts,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use std::collections::BTreeMap;
use uuid::Uuid;

/// How far a registry went. Of one registry and one epoch, a smaller mark is an earlier state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistryMark {
    /// How often the registry was set back and noticed it, counted from 1.
    pub epoch: u64,
    /// How many rows all feeds together have ever had, and how many case numbers were given.
    pub position: u64,
    /// The last case number given, by county and year (`990101-2026`).
    pub numbers: BTreeMap<String, u64>,
}

/// Who a registry is, and how far it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkedRegistry {
    /// The name that the registry was born with; a restored copy bears the same.
    pub registry: Uuid,
    /// How far it went.
    pub mark: RegistryMark,
}

impl RegistryMark {
    /// Whatever of two marks is further.
    #[must_use]
    pub fn joined(mut self, other: &Self) -> Self {
        self.epoch = self.epoch.max(other.epoch);
        self.position = self.position.max(other.position);
        for (series, last) in &other.numbers {
            let ours = self.numbers.entry(series.clone()).or_default();
            *ours = (*ours).max(*last);
        }
        self
    }

    /// Whether a registry that stands here has lost what another mark saw committed. A number alone
    /// proves nothing: it is noted before it is given.
    #[must_use]
    pub fn is_behind(&self, other: &Self) -> bool {
        self.epoch < other.epoch || (self.epoch == other.epoch && self.position < other.position)
    }
}

/// The name under which the numbers of a county and year are counted.
#[must_use]
pub fn series(county: &str, year: i16) -> String {
    format!("{county}-{year:04}")
}

/// Reads how far the registry went, as far as it is committed.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn read(conn: &mut PgConnection) -> Result<MarkedRegistry, RegistryError> {
    let (registry, epoch, position): (Uuid, i64, i64) = sqlx::query_as(
        "select registry, epoch, (select coalesce(sum(last_seq), 0)::bigint from feed_head)
             + (select coalesce(sum(last), 0)::bigint from case_counter)
         from county_epoch",
    )
    .fetch_one(&mut *conn)
    .await?;
    let counters: Vec<(String, i32, i32)> =
        sqlx::query_as("select county, year, last from case_counter")
            .fetch_all(conn)
            .await?;
    let numbers = counters.into_iter().map(|(county, year, last)| {
        let last = natural(i64::from(last), "case_counter", "last")?;
        Ok((format!("{county}-{year:04}"), last))
    });
    Ok(MarkedRegistry {
        registry,
        mark: RegistryMark {
            epoch: natural(epoch, "county_epoch", "epoch")?,
            position: natural(position, "feed_head", "last_seq")?,
            numbers: numbers.collect::<Result<_, RegistryError>>()?,
        },
    })
}

/// Reads the name that the registry was born with.
///
/// # Errors
/// Postgres failed.
pub async fn registry(conn: &mut PgConnection) -> Result<Uuid, RegistryError> {
    let found = sqlx::query_scalar("select registry from county_epoch");
    Ok(found.fetch_one(conn).await?)
}

/// The name of the folder of files in which the marks of the registry lie; none until a server
/// began.
///
/// # Errors
/// Postgres failed.
pub async fn noted_folder(conn: &mut PgConnection) -> Result<Option<Uuid>, RegistryError> {
    let found = sqlx::query_scalar("select marks_folder from county_epoch");
    Ok(found.fetch_one(conn).await?)
}

/// Notes the folder of the marks where none is noted yet, and returns the one that is noted then:
/// of two servers that begin at once the later one finds the folder of the other.
///
/// # Errors
/// Postgres failed.
pub async fn note_folder(
    conn: &mut PgConnection,
    folder: Uuid,
) -> Result<Option<Uuid>, RegistryError> {
    sqlx::query("update county_epoch set marks_folder = $1 where marks_folder is null")
        .bind(folder)
        .run(&mut *conn)
        .await?;
    noted_folder(conn).await
}

/// Notes the folder of the marks in the place of the one that was noted.
///
/// # Errors
/// Postgres failed.
pub async fn replace_folder(conn: &mut PgConnection, folder: Uuid) -> Result<(), RegistryError> {
    sqlx::query("update county_epoch set marks_folder = $1")
        .bind(folder)
        .run(conn)
        .await
}

/// Locks the epoch until the end of the transaction: numbers are given, and the epoch moves, one
/// after the other.
///
/// # Errors
/// Postgres failed.
pub async fn lock(conn: &mut PgConnection) -> Result<(), RegistryError> {
    sqlx::query("select epoch from county_epoch for update")
        .run(conn)
        .await
}

/// Begins a new epoch, behind everything that the mark saw: its number is one more than both, and
/// no number that the mark saw is given again. What every case is now came out of the backup.
/// Returns the epoch.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn move_epoch(
    conn: &mut PgConnection,
    beyond: &RegistryMark,
    now: Timestamp,
) -> Result<u64, RegistryError> {
    let before = crate::epoch::current(conn).await?;
    let epoch: i64 = sqlx::query_scalar(
        "update county_epoch set epoch = greatest(epoch, $1) + 1, moved_at = $2 returning epoch",
    )
    .bind(bigint(beyond.epoch))
    .bind(Ts(now))
    .fetch_one(&mut *conn)
    .await?;
    sqlx::query(
        "update case_doc set restored = restored || jsonb_build_object($1::text, facts_version)",
    )
    .bind(before.to_string())
    .execute(&mut *conn)
    .await?;
    for (series, last) in &beyond.numbers {
        raise_number(conn, series, *last).await?;
    }
    natural(epoch, "county_epoch", "epoch")
}

/// The last running number of a county and year that was given; 0 if there was none.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn last_number(
    conn: &mut PgConnection,
    county: &str,
    year: i16,
) -> Result<u64, RegistryError> {
    let query = sqlx::query_scalar("select last from case_counter where county = $1 and year = $2");
    let last: Option<i32> = query
        .bind(county)
        .bind(i32::from(year))
        .fetch_optional(conn)
        .await?;
    natural(i64::from(last.unwrap_or(0)), "case_counter", "last")
}

/// The highest running number that any county has given in a year.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn highest_number(conn: &mut PgConnection, year: i16) -> Result<u64, RegistryError> {
    let query = sqlx::query_scalar("select max(last) from case_counter where year = $1");
    let last: Option<i32> = query.bind(i32::from(year)).fetch_one(conn).await?;
    natural(i64::from(last.unwrap_or(0)), "case_counter", "last")
}

/// Takes the next running number of a county and year, beyond `floor`; kept by the transaction that
/// commits, so that numbers have no gaps but where a server died, or was set back, while one was
/// given.
///
/// # Errors
/// Postgres failed.
pub async fn next_number(
    conn: &mut PgConnection,
    county: &str,
    year: i16,
    floor: u64,
) -> Result<u64, RegistryError> {
    let number: i32 = sqlx::query_scalar(
        "insert into case_counter (county, year, last) values ($1, $2, $3 + 1)
         on conflict (county, year) do update set last = greatest(case_counter.last, $3) + 1 returning last",
    )
    .bind(county)
    .bind(i32::from(year))
    .bind(i32::try_from(floor).unwrap_or(i32::MAX - 1))
    .fetch_one(conn)
    .await?;
    natural(i64::from(number), "case_counter", "last")
}

/// Sets a counter forward; it never goes back.
///
/// # Errors
/// Postgres failed.
pub async fn raise_number(
    conn: &mut PgConnection,
    series: &str,
    last: u64,
) -> Result<(), RegistryError> {
    let Some((county, year)) = series.rsplit_once('-') else {
        return Ok(());
    };
    let Ok(year) = year.parse::<i32>() else {
        return Ok(());
    };
    sqlx::query(
        "insert into case_counter (county, year, last) values ($1, $2, $3)
         on conflict (county, year) do update set last = greatest(case_counter.last, excluded.last)",
    )
    .bind(county)
    .bind(year)
    .bind(i32::try_from(last).unwrap_or(i32::MAX))
    .run(conn)
    .await
}
