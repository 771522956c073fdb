//! The catalogue in Postgres, so that the registry can be joined and counted by situation.

use crate::{error::RegistryError, statement::SqlCommand, word::to_word};
use hejie_case::catalogue::{Catalogue, Situation};
use jiff::civil::Date;
use sqlx::PgConnection;

/// Brings all issues that ship with the program into the registry; doing it again changes nothing.
///
/// # Errors
/// Postgres failed.
pub async fn publish_shipped(conn: &mut PgConnection) -> Result<(), RegistryError> {
    for issue in Catalogue::issues() {
        publish(conn, issue, issue.issued_on).await?;
    }
    Ok(())
}

/// Brings an issue of the catalogue into the registry; doing it again changes nothing.
///
/// # Errors
/// Postgres failed.
pub async fn publish(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    issued_on: Date,
) -> Result<(), RegistryError> {
    let version = i32::try_from(catalogue.version).unwrap_or(i32::MAX);
    sqlx::query("insert into catalogue_version (id, issued_on, note) values ($1, $2::text::date, $3) on conflict do nothing")
        .bind(version)
        .bind(issued_on.to_string())
        .bind("随程序发布的默认目录")
        .execute(&mut *conn)
        .await?;
    for situation in catalogue.iter() {
        add(conn, version, situation).await?;
    }
    // A case may be registered before anybody has said what it is about.
    add(conn, version, &Situation::unclassified()).await
}

/// What an issue says of a situation stays as it was published; only what the schema learnt later
/// is filled in.
async fn add(conn: &mut PgConnection, version: i32, s: &Situation) -> Result<(), RegistryError> {
    let touches: Vec<&str> = s.touches.iter().map(|touch| touch.word()).collect();
    sqlx::query(
        "insert into situation (version, code, list, category_zh, category_en, situation_zh, situation_en,
             default_difficulty, default_department, statistics_class, esign, mediation, confirmation, touches)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, nullif($10, ''), $11, $12, $13, $14)
         on conflict (version, code) do update
             set mediation = excluded.mediation, confirmation = excluded.confirmation, touches = excluded.touches
             where (situation.mediation, situation.confirmation, situation.touches)
                 is distinct from (excluded.mediation, excluded.confirmation, excluded.touches)",
    )
    .bind(version)
    .bind(s.code.as_str())
    .bind(to_word(&s.list)?)
    .bind(&s.category_zh)
    .bind(&s.category_en)
    .bind(&s.situation_zh)
    .bind(&s.situation_en)
    .bind(to_word(&s.default_difficulty)?)
    .bind(&s.default_department)
    .bind(&s.statistics_class)
    .bind(to_word(&s.esign)?)
    .bind(to_word(&s.mediation)?)
    .bind(to_word(&s.confirmation)?)
    .bind(touches)
    .run(conn)
    .await
}
