//! What parties say of the handling of a closed case, by its public code (D07).

use crate::{
    error::RegistryError,
    statement::{Selection, SqlCommand},
    time::Ts,
};
use hejie_case::ids::{CaseId, PublicCode};
use jiff::Timestamp;
use sqlx::{FromRow, PgConnection};

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SatisfactionAnswer {
    /// Of which round, from 1.
    pub round: u32,
    /// Under which code.
    pub public_code: PublicCode,
    /// From 1, very bad, to 5, very good.
    pub rating: u8,
    /// What was said beside it.
    pub words: String,
    /// When it was answered last.
    pub changed_at: Timestamp,
}

/// Keeps an answer; one of the same code and round gives way to it if it was answered first at
/// `since` or later. Tells whether it is kept.
///
/// # Errors
/// Postgres failed.
pub async fn answer(
    conn: &mut PgConnection,
    case: CaseId,
    answer: &SatisfactionAnswer,
    since: Timestamp,
) -> Result<bool, RegistryError> {
    sqlx::query(
        "insert into satisfaction (case_id, round, public_code, rating, words, answered_at, changed_at)
         values ($1, $2, $3, $4, $5, $6, $6)
         on conflict (case_id, round, public_code) do update
             set rating = excluded.rating, words = excluded.words, changed_at = excluded.changed_at
             where satisfaction.answered_at >= $7",
    )
    .bind(case.0)
    .bind(i64::from(answer.round))
    .bind(answer.public_code.as_str())
    .bind(i32::from(answer.rating))
    .bind(&answer.words)
    .bind(Ts(answer.changed_at))
    .bind(Ts(since))
    .touches(conn)
    .await
}

/// Lists the answers about a case, those of the last round first.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list(
    conn: &mut PgConnection,
    case: CaseId,
) -> Result<Vec<SatisfactionAnswer>, RegistryError> {
    sqlx::query_as::<_, SatisfactionRow>(
        "select round, public_code, rating, words, changed_at from satisfaction
         where case_id = $1 order by round desc, changed_at desc, public_code",
    )
    .bind(case.0)
    .list(conn)
    .await
}

#[derive(FromRow)]
struct SatisfactionRow {
    round: i32,
    public_code: String,
    rating: i32,
    words: String,
    changed_at: Ts,
}

impl TryFrom<SatisfactionRow> for SatisfactionAnswer {
    type Error = RegistryError;

    fn try_from(row: SatisfactionRow) -> Result<Self, RegistryError> {
        Ok(Self {
            round: u32::try_from(row.round)
                .map_err(RegistryError::in_column("satisfaction", "round"))?,
            public_code: row
                .public_code
                .parse()
                .map_err(RegistryError::in_column("satisfaction", "public_code"))?,
            rating: u8::try_from(row.rating)
                .map_err(RegistryError::in_column("satisfaction", "rating"))?,
            words: row.words,
            changed_at: row.changed_at.0,
        })
    }
}
