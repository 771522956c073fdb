//! What was taken back: accounts, roles, phones, sessions, passwords and cases of people, channels
//! and their secrets. It is kept outside of the database too, so that a registry that comes out of
//! a backup takes it back once more, and nobody comes in who was put out since.

use super::{
    channel, device, grant,
    session::{self, EndReason},
    user,
};
use crate::{error::RegistryError, statement::SqlCommand, time::Ts, word::to_word};
use hejie_case::{
    facts::RecusalGround,
    ids::{CaseId, DeviceId, UserId},
    role::Author,
};
use jiff::Timestamp;
use sqlx::PgConnection;
use std::collections::BTreeSet;
use uuid::Uuid;

/// How the log of what was done calls the act that gives an account, a role or a channel back.
pub const LIFT: &str = "lift_revoked";

/// Something that was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Revocation {
    /// An account was closed; it holds until the account is opened.
    Account(UserId),
    /// A role ended; it holds until the role is given again.
    Role(Author),
    /// A phone was taken out of service, for ever.
    Device(DeviceId),
    /// One session was ended. None of its tokens is good after `until`.
    Session {
        /// The session.
        id: Uuid,
        /// When its last token expires.
        until: Timestamp,
    },
    /// Every session of a person that began until then was ended.
    Sessions {
        /// The person.
        user: UserId,
        /// The last that a session can have begun.
        until: Timestamp,
        /// Why.
        why: EndReason,
    },
    /// Every session of a person in one role that began until then was ended.
    SessionsInRole {
        /// The person in the role.
        who: Author,
        /// The last that a session can have begun.
        until: Timestamp,
    },
    /// A password was replaced: no other one opens the account.
    Password {
        /// Whose.
        user: UserId,
        /// When: of several the last one counts.
        at: Timestamp,
        /// SHA-256, in hexadecimal, of the hash that is stored since
        /// ([`user::Account::password_hash`]).
        stored: String,
    },
    /// A channel was put out of service; it holds until it is put into service again.
    Channel(Uuid),
    /// The secret of a channel was replaced: with another one it is out of service.
    ChannelSecret {
        /// The channel.
        channel: Uuid,
        /// When: of several the last one counts.
        at: Timestamp,
        /// SHA-256, in hexadecimal, of the secret since.
        stored: String,
    },
    /// Somebody must not handle a case any more, by what was said of that very case. A rule says
    /// so once more in its facts, and no row here.
    Case {
        /// The case.
        case: CaseId,
        /// Who.
        user: UserId,
        /// Why.
        ground: RecusalGround,
        /// When it was said.
        at: Timestamp,
    },
}

impl Revocation {
    /// Who leaves by it: cases of that person have to follow.
    #[must_use]
    pub fn leaves(&self) -> Option<UserId> {
        match self {
            Self::Account(user) => Some(*user),
            Self::Role(who) => Some(who.user),
            _ => None,
        }
    }

    /// Whether something took the place of what was taken back: then it holds only if that did.
    #[must_use]
    pub fn is_replacement(&self) -> bool {
        match self {
            Self::Password { .. } | Self::ChannelSecret { .. } => true,
            Self::Sessions { why, .. } => *why == EndReason::PasswordChanged,
            _ => false,
        }
    }

    /// Whether it can be given back, by which it does not hold any more.
    #[must_use]
    pub fn can_be_lifted(&self) -> bool {
        matches!(self, Self::Account(_) | Self::Role(_) | Self::Channel(_))
    }
}

/// Takes back whatever of these stands; returns what stood.
///
/// # Errors
/// The database failed.
pub async fn carry_out(
    conn: &mut PgConnection,
    revocations: &[Revocation],
    now: Timestamp,
) -> Result<Vec<Revocation>, RegistryError> {
    let ended = end_sessions(conn, revocations, now).await?;
    let mut stood = Vec::new();
    for one in revocations {
        let did_stand = match one {
            Revocation::Session { id, .. } => ended.contains(id),
            other => take_back(conn, other, now).await?,
        };
        if did_stand {
            stood.push(one.clone());
        }
    }
    Ok(stood)
}

/// Waits for whoever gives this back right now, and keeps others from it until the end of the
/// transaction.
///
/// # Errors
/// The database failed.
pub async fn lock_lifts(conn: &mut PgConnection, one: &Revocation) -> Result<(), RegistryError> {
    match (one, one.leaves()) {
        (Revocation::Channel(id), _) => channel::lock(conn, *id).await,
        (_, Some(user)) => user::lock(conn, user).await,
        (_, None) => Ok(()),
    }
}

/// Whether a lift stands in the log of what was done: it was committed, and not lost since.
///
/// # Errors
/// The database failed.
pub async fn knows_lift(conn: &mut PgConnection, object: &str) -> Result<bool, RegistryError> {
    // The action stands in the words of the statement, so that the index of lifts is used.
    let found = sqlx::query_scalar(
        "select exists (select from audit_log where action = 'lift_revoked' and object = $1)",
    );
    Ok(found.bind(object).fetch_one(conn).await?)
}

/// The lifts in the log of what was done whose names begin like this.
///
/// # Errors
/// The database failed.
pub async fn list_lifts(
    conn: &mut PgConnection,
    beginning: &str,
) -> Result<Vec<String>, RegistryError> {
    let found = sqlx::query_scalar(
        "select object from audit_log where action = 'lift_revoked' and starts_with(object, $1)",
    );
    Ok(found.bind(beginning).fetch_all(conn).await?)
}

/// Sessions that were ended one by one are many: all of them in one statement.
async fn end_sessions(
    conn: &mut PgConnection,
    revocations: &[Revocation],
    now: Timestamp,
) -> Result<BTreeSet<Uuid>, RegistryError> {
    let ids = revocations.iter().filter_map(|one| match one {
        Revocation::Session { id, .. } => Some(*id),
        _ => None,
    });
    let ended: Vec<Uuid> = sqlx::query_scalar(
        "update session set ended_at = $2, end_reason = $3 where id = any($1) and ended_at is null returning id",
    )
    .bind(ids.collect::<Vec<_>>())
    .bind(Ts(now))
    .bind(to_word(&EndReason::SignedOut)?)
    .fetch_all(conn)
    .await?;
    Ok(ended.into_iter().collect())
}

async fn take_back(
    conn: &mut PgConnection,
    revocation: &Revocation,
    now: Timestamp,
) -> Result<bool, RegistryError> {
    match revocation {
        Revocation::Account(id) => {
            let stood = user::set_active(conn, *id, false).await?;
            if stood {
                session::end_of_user(conn, *id, EndReason::AccountClosed, now).await?;
            }
            Ok(stood)
        }
        Revocation::Role(who) => {
            let stood = grant::end(conn, who.user, who.role, who.org, now).await?;
            if stood {
                session::end_of_role(conn, who, now).await?;
            }
            Ok(stood)
        }
        Revocation::Device(id) => {
            let stood = device::revoke(conn, *id, now).await?;
            if stood {
                session::end_of_device(conn, *id, EndReason::DeviceRevoked, now).await?;
            }
            Ok(stood)
        }
        Revocation::Sessions { user, until, why } => {
            end_begun(conn, *user, *until, *why, now).await
        }
        Revocation::SessionsInRole { who, until } => {
            end_begun_in_role(conn, who, *until, now).await
        }
        Revocation::Password { user, stored, .. } => {
            user::withdraw_other_password(conn, *user, stored).await
        }
        Revocation::Channel(id) => channel::set_active(conn, *id, false).await,
        Revocation::ChannelSecret {
            channel, stored, ..
        } => channel::put_out_other_secret(conn, *channel, stored).await,
        Revocation::Session { .. } | Revocation::Case { .. } => Ok(false),
    }
}

async fn end_begun(
    conn: &mut PgConnection,
    user: UserId,
    until: Timestamp,
    why: EndReason,
    now: Timestamp,
) -> Result<bool, RegistryError> {
    sqlx::query(
        "update session set ended_at = $3, end_reason = $4
         where user_id = $1 and started_at <= $2 and ended_at is null",
    )
    .bind(user.0)
    .bind(Ts(until))
    .bind(Ts(now))
    .bind(to_word(&why)?)
    .touches(conn)
    .await
}

async fn end_begun_in_role(
    conn: &mut PgConnection,
    who: &Author,
    until: Timestamp,
    now: Timestamp,
) -> Result<bool, RegistryError> {
    sqlx::query(
        "update session set ended_at = $5, end_reason = $6
         where user_id = $1 and role = $2 and org_id = $3 and started_at <= $4 and ended_at is null",
    )
    .bind(who.user.0)
    .bind(to_word(&who.role)?)
    .bind(who.org.0)
    .bind(Ts(until))
    .bind(Ts(now))
    .bind(to_word(&EndReason::RoleEnded)?)
    .touches(conn)
    .await
}
