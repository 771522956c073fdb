//! Revocations beside the marks: in a registry that comes out of a backup, accounts, roles, phones,
//! sessions, passwords, channels and their secrets are good again that were taken back since.
//!
//! A revocation is kept before it is committed, one file each, whose name says all of it: where the
//! server dies in between, it is carried out at the next look, but for what was to take the place
//! of something ([`super::replaced`]). What gives one back lifts it by a file of its own
//! ([`super::lifted`]): of both the later one stands, whichever server wrote it into which place.

use super::{
    MarkError, Marks,
    record::{MarkRecord, lifted_by},
};
use crate::{membership, telemetry::whole};
use hejie_case::{
    ids::{CaseId, DeviceId, OrgId, UserId},
    role::{Author, Role},
};
use hejie_registry::{
    audit::{self, AuditEvent},
    identity::revocation::{self, Revocation},
    mark,
    pool::{self, PgConnection, PgPool},
    word::{from_word, to_word},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// The least by which two files differ: their names have microseconds.
const TICK: SignedDuration = SignedDuration::from_micros(1);

impl Marks {
    /// Keeps revocations in every place, in the caller's transaction that carries them out: after
    /// what it writes, so that who looks meanwhile waits for it.
    ///
    /// # Errors
    /// When a place cannot be written: then the caller takes nothing back.
    pub async fn note_revoked(
        &self,
        conn: &mut PgConnection,
        revocations: &[Revocation],
        now: Timestamp,
    ) -> Result<(), MarkError> {
        let place = (mark::registry(conn).await?, MarkRecord::Revoked);
        for (index, one) in revocations.iter().enumerate() {
            let name = name_of(one)?;
            // A place that cannot be read keeps nobody in: the time of this server counts then.
            let lifted = self.last_lifted(place, one).await.unwrap_or_else(|error| {
                tracing::error!(
                    error.chain = %whole(&error),
                    "what lies beside the marks cannot be read"
                );
                None
            });
            let at = behind(now, lifted);
            let bytes = RevocationNote { at }.bytes()?;
            let kept = self.put_record(place, &name, bytes).await;
            kept.map_err(|error| match index {
                0 => error,
                // The next look carries out what is noted.
                _ => MarkError::Begun(Box::new(error)),
            })?;
        }
        Ok(())
    }

    /// Takes back once more what the registry does not know as taken back, and lets the cases of
    /// those follow who left by it.
    pub(super) async fn revoke_all_again(
        &self,
        pool: &PgPool,
        now: Timestamp,
    ) -> Result<(), MarkError> {
        self.drop_broken_off(pool).await?;
        let undone = loop {
            let mut tx = pool::begin(pool).await?;
            let place = (mark::registry(&mut tx).await?, MarkRecord::Revoked);
            let standing = self.standing(&mut tx, place, now).await?;
            let undone = revocation::carry_out(&mut tx, &standing, now).await?;
            // Who gave something back meanwhile, or replaced a password once more, noted it before
            // the commit for which this one waited.
            let still = match undone.is_empty() {
                true => Vec::new(),
                false => self.standing(&mut tx, place, now).await?,
            };
            if !undone.iter().all(|one| still.contains(one)) {
                continue;
            }
            for one in &undone {
                note_in_audit_log(&mut tx, one, now).await?;
            }
            pool::commit(tx).await?;
            break undone;
        };
        for left in undone.iter().filter_map(Revocation::leaves) {
            membership::follow_at(pool, now, left).await?;
        }
        Ok(())
    }

    /// What was taken back and not given back since, as all places together know it. What was
    /// replaced is none of it where the log tells of that: what stands there now came later.
    async fn standing(
        &self,
        conn: &mut PgConnection,
        place: (Uuid, MarkRecord),
        now: Timestamp,
    ) -> Result<Vec<Revocation>, MarkError> {
        let names = self.list_records(place).await?;
        let mut standing = Vec::new();
        for name in &names {
            match revocation_of(name) {
                Some(Revocation::Session { until, .. }) if until < now => {
                    self.remove_record(place, name).await?;
                }
                Some(one) if self.stands(conn, place, &names, &one).await? => standing.push(one),
                None if is_strange(name) => {
                    tracing::error!(
                        file = name,
                        "a file beside the marks names nothing that could be taken back or given back"
                    );
                }
                Some(_) | None => {}
            }
        }
        let mut taken_back = Vec::new();
        for one in latest(standing) {
            let is_known =
                one.is_replacement() && self.is_in_the_log(conn, place, &name_of(&one)?).await?;
            if !is_known {
                taken_back.push(one);
            }
        }
        Ok(taken_back)
    }

    async fn stands(
        &self,
        conn: &mut PgConnection,
        place: (Uuid, MarkRecord),
        names: &BTreeSet<String>,
        one: &Revocation,
    ) -> Result<bool, MarkError> {
        if one.is_replacement() {
            return self.is_replaced(conn, place, &name_of(one)?).await;
        }
        Ok(!self.is_lifted(conn, place, names, one).await?)
    }
}

/// The time of what follows on a file, which another server may have written by a clock that is
/// ahead.
pub(super) fn behind(now: Timestamp, before: Option<Timestamp>) -> Timestamp {
    let after = before.and_then(|at| at.checked_add(TICK).ok());
    after.map_or(now, |after| after.max(now))
}

/// What a file says beside its name.
#[derive(Serialize, Deserialize)]
pub(super) struct RevocationNote {
    pub(super) at: Timestamp,
}

impl RevocationNote {
    pub(super) fn bytes(&self) -> Result<Vec<u8>, MarkError> {
        serde_json::to_vec(self).map_err(MarkError::Malformed)
    }
}

pub(super) async fn note_in_audit_log(
    conn: &mut PgConnection,
    one: &Revocation,
    now: Timestamp,
) -> Result<(), MarkError> {
    let object = name_of(one)?;
    let act = AuditEvent {
        at: now,
        user: None,
        device: None,
        address: None,
        action: "revoke_again",
        object: Some(&object),
        case: None,
        purpose: None,
        ok: true,
    };
    audit::add(conn, &act).await?;
    tracing::warn!(revocation = %object, "what was taken back before the registry was set back is taken back again");
    Ok(())
}

/// Of several passwords of one person, or secrets of one channel, the last one counts.
fn latest(revocations: Vec<Revocation>) -> Vec<Revocation> {
    let mut last: HashMap<Uuid, Timestamp> = HashMap::new();
    for (owner, at) in revocations.iter().filter_map(successive) {
        let known = last.entry(owner).or_insert(at);
        *known = (*known).max(at);
    }
    let counts = |one: &Revocation| match successive(one) {
        Some((owner, at)) => last.get(&owner) == Some(&at),
        None => true,
    };
    revocations.into_iter().filter(counts).collect()
}

/// Whose secret was replaced, and when, where one follows the other.
pub(super) fn successive(one: &Revocation) -> Option<(Uuid, Timestamp)> {
    match one {
        Revocation::Password { user, at, .. } => Some((user.0, *at)),
        Revocation::ChannelSecret { channel, at, .. } => Some((*channel, *at)),
        _ => None,
    }
}

pub(super) fn name_of(one: &Revocation) -> Result<String, MarkError> {
    let words = match one {
        Revocation::Account(user) => format!("account.{}", user.0),
        Revocation::Role(who) => format!("role.{}", holder(who)?),
        Revocation::Device(device) => format!("device.{}", device.0),
        Revocation::Session { id, until } => format!("session.{id}.{}", until.as_microsecond()),
        Revocation::Sessions { user, until, why } => {
            let (at, why) = (until.as_microsecond(), to_word(why)?);
            format!("sessions.{}.{at}.{why}", user.0)
        }
        Revocation::SessionsInRole { who, until } => {
            format!("role-sessions.{}.{}", holder(who)?, until.as_microsecond())
        }
        Revocation::Password { user, at, stored } => {
            format!("password.{}.{}.{stored}", user.0, at.as_microsecond())
        }
        Revocation::Channel(channel) => format!("channel.{channel}"),
        Revocation::ChannelSecret {
            channel,
            at,
            stored,
        } => format!("channel-secret.{channel}.{}.{stored}", at.as_microsecond()),
        Revocation::Case {
            case,
            user,
            ground,
            at,
        } => {
            let (ground, at) = (to_word(ground)?, at.as_microsecond());
            format!("case.{}.{}.{ground}.{at}", case.0, user.0)
        }
    };
    Ok(format!("{words}.json"))
}

/// What a name says; one that was not written whole, or that lifts another, says nothing.
pub(super) fn revocation_of(name: &str) -> Option<Revocation> {
    let words: Vec<&str> = name.strip_suffix(".json")?.split('.').collect();
    Some(match words[..] {
        ["account", user] => Revocation::Account(UserId(user.parse().ok()?)),
        ["role", user, role, org] => Revocation::Role(author(user, role, org)?),
        ["device", device] => Revocation::Device(DeviceId(device.parse().ok()?)),
        ["session", id, until] => Revocation::Session {
            id: id.parse().ok()?,
            until: time(until)?,
        },
        ["sessions", user, until, why] => Revocation::Sessions {
            user: UserId(user.parse().ok()?),
            until: time(until)?,
            why: from_word(why, "(name)", "(word)").ok()?,
        },
        ["role-sessions", user, role, org, until] => Revocation::SessionsInRole {
            who: author(user, role, org)?,
            until: time(until)?,
        },
        ["password", user, at, stored] => Revocation::Password {
            user: UserId(user.parse().ok()?),
            at: time(at)?,
            stored: stored.to_owned(),
        },
        ["channel", channel] => Revocation::Channel(channel.parse().ok()?),
        ["channel-secret", channel, at, stored] => Revocation::ChannelSecret {
            channel: channel.parse().ok()?,
            at: time(at)?,
            stored: stored.to_owned(),
        },
        ["case", case, user, ground, at] => Revocation::Case {
            case: CaseId(case.parse().ok()?),
            user: UserId(user.parse().ok()?),
            ground: from_word(ground, "(name)", "(word)").ok()?,
            at: time(at)?,
        },
        _ => return None,
    })
}

/// Whether a file has a name that none of ours has; half of one that was being written has none.
pub(super) fn is_strange(name: &str) -> bool {
    let of = lifted_by(name).unwrap_or(name);
    revocation_of(of).is_none() && !name.ends_with(".new")
}

fn holder(who: &Author) -> Result<String, MarkError> {
    Ok(format!(
        "{}.{}.{}",
        who.user.0,
        to_word(&who.role)?,
        who.org.0
    ))
}

fn author(user: &str, role: &str, org: &str) -> Option<Author> {
    let (user, org): (Uuid, Uuid) = (user.parse().ok()?, org.parse().ok()?);
    let role: Role = from_word(role, "(name)", "(word)").ok()?;
    Some(Author {
        user: UserId(user),
        role,
        org: OrgId(org),
    })
}

fn time(micros: &str) -> Option<Timestamp> {
    Timestamp::from_microsecond(micros.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::{
        super::{record::lifting_of, replaced::stored_hash},
        *,
    };
    use hejie_case::facts::RecusalGround;
    use hejie_registry::identity::session::EndReason;

    #[test]
    fn a_name_says_what_was_taken_back_and_half_of_one_says_nothing() {
        let at = Timestamp::from_second(1_780_000_000).unwrap();
        let user = UserId(Uuid::from_u128(1));
        let who = Author {
            user,
            role: Role::GridWorker,
            org: OrgId(Uuid::from_u128(2)),
        };
        let id = Uuid::from_u128(3);
        for one in [
            Revocation::Account(user),
            Revocation::Role(who),
            Revocation::Device(DeviceId(id)),
            Revocation::Session { id, until: at },
            Revocation::Sessions {
                user,
                until: at,
                why: EndReason::PasswordChanged,
            },
            Revocation::SessionsInRole { who, until: at },
            Revocation::Password {
                user,
                at,
                stored: stored_hash("$argon2id$"),
            },
            Revocation::Channel(id),
            Revocation::ChannelSecret {
                channel: id,
                at,
                stored: stored_hash([7; 32]),
            },
            Revocation::Case {
                case: CaseId(id),
                user,
                ground: RecusalGround::Relative,
                at,
            },
        ] {
            let name = name_of(&one).unwrap();
            assert_eq!(revocation_of(&name), Some(one));
            assert_eq!(revocation_of(&name.replace(".json", ".new")), None);
            assert_eq!(revocation_of(&lifting_of(&name)), None);
            assert!(!is_strange(&name) && !is_strange(&lifting_of(&name)));
            assert!(!is_strange(&name.replace(".json", ".new")));
            assert!(is_strange(&name.replace('.', "_")));
        }
    }
}
