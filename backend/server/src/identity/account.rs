//! What becomes of an account, and what ends with it: in the caller's transaction, under the lock
//! of the account's row. What ends is kept beside the marks of the registry as well, so that no
//! restore brings it back ([`crate::mark`]).
//!
//! After the commit let the person's cases follow ([`crate::reconcile::follow`]) where somebody
//! left or came back, and confirm what was given back ([`Marks::confirm_lifts`]) or replaced
//! ([`Marks::confirm_replaced`]).

use crate::mark::{MarkError, Marks, stored_hash};
use hejie_case::{
    ids::{DeviceId, UserId},
    role::Author,
};
use hejie_registry::{
    identity::{
        device, grant,
        revocation::Revocation,
        session::{self, EndReason},
        user::{self, User},
    },
    pool::PgConnection,
};
use jiff::Timestamp;

/// Closes an account: every session of it ends.
///
/// # Errors
/// Postgres failed, or it cannot be kept beside the marks.
pub async fn close(
    marks: &Marks,
    conn: &mut PgConnection,
    user: UserId,
    now: Timestamp,
) -> Result<(), MarkError> {
    let why = EndReason::AccountClosed;
    user::set_active(conn, user, false).await?;
    session::end_of_user(conn, user, why, now).await?;
    let until = now;
    let ended = Revocation::Sessions { user, until, why };
    let revoked = [Revocation::Account(user), ended];
    marks.note_revoked(conn, &revoked, now).await
}

/// Opens a closed account. Its sessions stay ended: the person signs in again.
///
/// # Errors
/// Postgres failed, or what is beside the marks cannot be lifted.
pub async fn open(
    marks: &Marks,
    conn: &mut PgConnection,
    user: UserId,
    now: Timestamp,
) -> Result<(), MarkError> {
    user::lock(conn, user).await?;
    user::set_active(conn, user, true).await?;
    let lifted = Revocation::Account(user);
    marks.lift_revoked(conn, &lifted, now).await
}

/// Enters somebody once more under the id of before a restore: the password of now is the last one,
/// and the account is open whatever had become of it since the backup.
///
/// # Errors
/// Postgres failed, or it cannot be kept beside the marks.
pub async fn enter_again(
    marks: &Marks,
    conn: &mut PgConnection,
    user: &User,
    hash: &str,
    now: Timestamp,
) -> Result<(), MarkError> {
    user::add(conn, user, hash).await?;
    replace_password(marks, conn, user.id, hash, now).await?;
    open(marks, conn, user.id, now).await
}

/// Replaces a password: whoever was signed in with the old one is not any more. Phones stay
/// enrolled.
///
/// # Errors
/// Postgres failed, or it cannot be kept beside the marks.
pub async fn replace_password(
    marks: &Marks,
    conn: &mut PgConnection,
    user: UserId,
    hash: &str,
    now: Timestamp,
) -> Result<(), MarkError> {
    let why = EndReason::PasswordChanged;
    user::set_password_hash(conn, user, hash).await?;
    session::end_of_user(conn, user, why, now).await?;
    let (at, until) = (now, now);
    let stored = stored_hash(hash);
    let replaced = Revocation::Password { user, at, stored };
    let ended = Revocation::Sessions { user, until, why };
    marks.note_replaced(conn, &[replaced, ended], now).await
}

/// Gives a person a role from now on; tells whether the person did not have it.
///
/// # Errors
/// Postgres failed, or what is beside the marks cannot be lifted.
pub async fn give_role(
    marks: &Marks,
    conn: &mut PgConnection,
    who: &Author,
    now: Timestamp,
) -> Result<bool, MarkError> {
    user::lock(conn, who.user).await?;
    let is_new = grant::add(conn, who.user, who.role, who.org, now).await?;
    let lifted = Revocation::Role(*who);
    marks.lift_revoked(conn, &lifted, now).await?;
    Ok(is_new)
}

/// Gives a person a role between two times, or without end; tells whether no other time of the same
/// role overlaps, since nothing is given otherwise.
///
/// # Errors
/// As [`give_role`].
pub async fn give_role_between(
    marks: &Marks,
    conn: &mut PgConnection,
    who: &Author,
    span: (Timestamp, Option<Timestamp>),
    now: Timestamp,
) -> Result<bool, MarkError> {
    user::lock(conn, who.user).await?;
    let is_given = grant::add_between(conn, who, span).await?;
    if is_given {
        let lifted = Revocation::Role(*who);
        marks.lift_revoked(conn, &lifted, now).await?;
    }
    Ok(is_given)
}

/// Ends a role of a person: the sessions in it end. Tells whether it stood: one that has ended
/// already is no failure, since what follows may have been broken off.
///
/// # Errors
/// Postgres failed, or it cannot be kept beside the marks.
pub async fn end_role(
    marks: &Marks,
    conn: &mut PgConnection,
    who: &Author,
    now: Timestamp,
) -> Result<bool, MarkError> {
    // Who signs in or enrols a phone meanwhile waits, and finds the role ended.
    user::lock(conn, who.user).await?;
    let stood = grant::end(conn, who.user, who.role, who.org, now).await?;
    session::end_of_role(conn, who, now).await?;
    let (who, until) = (*who, now);
    let ended = Revocation::SessionsInRole { who, until };
    marks
        .note_revoked(conn, &[Revocation::Role(who), ended], now)
        .await?;
    Ok(stood)
}

/// Takes a phone out of service: its sessions end. Tells whether it was in service.
///
/// # Errors
/// Postgres failed, or it cannot be kept beside the marks.
pub async fn revoke_device(
    marks: &Marks,
    conn: &mut PgConnection,
    id: DeviceId,
    now: Timestamp,
) -> Result<bool, MarkError> {
    let was_in_service = device::revoke(conn, id, now).await?;
    session::end_of_device(conn, id, EndReason::DeviceRevoked, now).await?;
    let revoked = [Revocation::Device(id)];
    marks.note_revoked(conn, &revoked, now).await?;
    Ok(was_in_service)
}
