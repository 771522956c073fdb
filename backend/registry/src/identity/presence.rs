//! Who is still there: an account that is open, with a role that runs.

use crate::{
    error::RegistryError,
    rows::{self, column},
    time::Ts,
    word::to_words,
};
use hejie_case::role::Author;
use jiff::Timestamp;
use sqlx::PgConnection;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Lists who of these people is there, in this role for this organisation, and holds it so until
/// the end of the transaction: an account that is being closed, or a role that is being ended,
/// waits, or is waited for.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn hold(
    conn: &mut PgConnection,
    people: &[Author],
    now: Timestamp,
) -> Result<BTreeSet<Author>, RegistryError> {
    if people.is_empty() {
        return Ok(BTreeSet::new());
    }
    let users = column(people, |one| one.user.0);
    let orgs = column(people, |one| one.org.0);
    let roles = to_words(people, |one| one.role)?;
    let rows: Vec<(Uuid, String, Uuid)> = sqlx::query_as(
        "select g.user_id, g.role, g.org_id
         from unnest($1::uuid[], $2::text[], $3::uuid[]) as asked (user_id, role, org_id)
         join role_grant g on g.user_id = asked.user_id and g.role = asked.role and g.org_id = asked.org_id
         join app_user u on u.id = g.user_id join org o on o.id = g.org_id
         where u.active and o.active and g.from_at <= $4 and (g.until_at is null or g.until_at > $4)
         for share of u, g",
    )
    .bind(users)
    .bind(roles)
    .bind(orgs)
    .bind(Ts(now))
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| rows::author(row, "role_grant"))
        .collect()
}

/// Lists who of these people is not there any more, as [`hold`] finds the others.
///
/// # Errors
/// As [`hold`].
pub async fn list_departed(
    conn: &mut PgConnection,
    people: &[Author],
    now: Timestamp,
) -> Result<Vec<Author>, RegistryError> {
    let there = hold(conn, people, now).await?;
    let gone: BTreeSet<Author> = people.iter().copied().collect();
    Ok(gone.difference(&there).copied().collect())
}
