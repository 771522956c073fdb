//! From which network addresses people have signed in.

use crate::{error::RegistryError, statement::SqlCommand, time::Ts};
use hejie_case::ids::UserId;
use jiff::Timestamp;
use sqlx::PgConnection;

/// Notes that a person signed in from an address, and forgets all but the newest twenty.
///
/// # Errors
/// Postgres failed.
pub async fn note(
    conn: &mut PgConnection,
    user: UserId,
    address: &str,
    at: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query(
        "insert into sign_in_origin (user_id, address, seen_at) values ($1, $2, $3)
         on conflict (user_id, address) do update set seen_at = greatest(sign_in_origin.seen_at, excluded.seen_at)",
    )
    .bind(user.0)
    .bind(address)
    .bind(Ts(at))
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "delete from sign_in_origin where user_id = $1 and address in (
             select address from sign_in_origin where user_id = $1 order by seen_at desc, address offset 20)",
    )
    .bind(user.0)
    .run(conn)
    .await
}

/// Tells whether somebody of this login signed in from an address since a time.
///
/// # Errors
/// Postgres failed.
pub async fn is_known(
    conn: &mut PgConnection,
    login: &str,
    address: &str,
    since: Timestamp,
) -> Result<bool, RegistryError> {
    Ok(sqlx::query_scalar(
        "select exists (select from sign_in_origin o join app_user u on u.id = o.user_id
                        where u.login = $1 and o.address = $2 and o.seen_at >= $3)",
    )
    .bind(login)
    .bind(address)
    .bind(Ts(since))
    .fetch_one(conn)
    .await?)
}
