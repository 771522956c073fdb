//! What becomes of an account, and what ends with it: in the caller's transaction, under the lock of the account's row.
//!
//! After the commit let the person's cases follow ([`crate::settling::follow`]) where somebody left or came back.

use hejie_case::{ids::UserId, role::Author};
use hejie_registry::{
    error::RegistryError,
    identity::{
        grant,
        session::{self, EndReason},
        user,
    },
    pool::PgConnection,
};
use jiff::Timestamp;

/// Closes an account: every session of it ends.
///
/// # Errors
/// Postgres failed.
pub async fn close(
    conn: &mut PgConnection,
    user: UserId,
    now: Timestamp,
) -> Result<(), RegistryError> {
    user::set_active(conn, user, false).await?;
    session::end_of_user(conn, user, EndReason::AccountClosed, now).await
}

/// Opens a closed account. Its sessions stay ended: the person signs in again.
///
/// # Errors
/// Postgres failed.
pub async fn open(conn: &mut PgConnection, user: UserId) -> Result<(), RegistryError> {
    user::set_active(conn, user, true).await?;
    Ok(())
}

/// Replaces a password: whoever was signed in with the old one is not any more. Phones stay enrolled.
///
/// # Errors
/// Postgres failed.
pub async fn replace_password(
    conn: &mut PgConnection,
    user: UserId,
    hash: &str,
    now: Timestamp,
) -> Result<(), RegistryError> {
    user::set_password_hash(conn, user, hash).await?;
    session::end_of_user(conn, user, EndReason::PasswordChanged, now).await
}

/// Ends a role of a person: the sessions in it end. One that has ended already is no failure: what follows may have been broken off.
///
/// # Errors
/// Postgres failed.
pub async fn end_role(
    conn: &mut PgConnection,
    who: &Author,
    now: Timestamp,
) -> Result<(), RegistryError> {
    grant::end(conn, who.user, who.role, who.org, now).await?;
    session::end_of_role(conn, who, now).await
}
