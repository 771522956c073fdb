//! Replacements beside the marks: of a password, of the secret of a channel, and of the sessions
//! that end with a password. With what was there before nobody comes in any more.
//!
//! A file is written before what it tells of is committed, so the file alone does not say that
//! anything was replaced: with what nobody was given, the person or the channel would be out. The
//! audit log says so. The same transaction adds an entry to it, and the file holds where that
//! stands and what stood before it:
//!
//! - The entry is there: the file is confirmed by it, and counts from then on, whatever becomes of
//!   the database.
//! - The entry is not there, and the one before it is: it was broken off. The file does not count,
//!   and the next look removes it.
//! - Neither is there, or the registry begins a later epoch: it was set back to before, and cannot
//!   know any more whether that was committed. The file counts: rather is somebody out who was not
//!   to be than in.
//!
//! Of a database that was set back to the very entry before, without any mark telling, nobody can
//! say that it was; so whoever replaces something confirms it at once
//! ([`Marks::confirm_replaced`]).

use super::{
    MarkError, Marks,
    record::{MarkRecord, PlaceNotes},
    revoked::{behind, name_of, revocation_of, successive},
};
use crate::telemetry::whole;
use hejie_registry::{
    audit::{self, AuditEvent, LogEnd, LogPlace},
    epoch,
    identity::{channel::Channel, revocation::Revocation},
    mark,
    pool::{self, PgConnection, PgPool},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use uuid::Uuid;

impl Marks {
    /// Keeps in every place what was replaced, and what ends with it, in the caller's transaction
    /// that does so: after what it writes, so that who looks meanwhile waits for it. After the
    /// commit call [`Self::confirm_replaced`].
    ///
    /// # Errors
    /// When a place cannot be written: then the caller replaces nothing.
    pub async fn note_replaced(
        &self,
        conn: &mut PgConnection,
        replaced: &[Revocation],
        now: Timestamp,
    ) -> Result<(), MarkError> {
        let place = (mark::registry(conn).await?, MarkRecord::Revoked);
        let epoch = epoch::current(conn).await?;
        let mut named = Vec::new();
        for one in replaced {
            let at = behind(now, self.last_replaced(place, one).await);
            named.push((name_of(&dated(one.clone(), at))?, at));
        }
        let names: Vec<&str> = named.iter().map(|(name, _)| name.as_str()).collect();
        let entry = audit::append(conn, &replacing(&names.join(" "), now)).await?;
        for (name, at) in &named {
            let note = ReplacementNote::new(*at, epoch, entry);
            self.put_record(place, name, note.bytes()?).await?;
        }
        Ok(())
    }

    /// Confirms what was replaced and is committed. Call it after the commit: where that is not
    /// done any more, or fails, the next look does.
    ///
    /// # Errors
    /// When a place or the registry cannot be read.
    pub async fn confirm_replaced(&self, pool: &PgPool) -> Result<(), MarkError> {
        let mut conn = pool::acquire(pool).await?;
        let place = (mark::registry(&mut conn).await?, MarkRecord::Revoked);
        for name in replacements(&self.list_records(place).await?) {
            self.is_replaced(&mut conn, place, name).await?;
        }
        Ok(())
    }

    /// Removes what was broken off. Whoever replaces something right now has ended before.
    pub(super) async fn drop_broken_off(&self, pool: &PgPool) -> Result<(), MarkError> {
        let mut tx = pool::begin(pool).await?;
        let place = (mark::registry(&mut tx).await?, MarkRecord::Revoked);
        let mut open = Vec::new();
        for name in replacements(&self.list_records(place).await?) {
            if self.state_of(&mut tx, place, name).await? == ReplacementState::BrokenOff {
                open.push(name.to_owned());
            }
        }
        if open.is_empty() {
            return Ok(());
        }
        audit::wait_for_writers(&mut tx).await?;
        for name in &open {
            if self.state_of(&mut tx, place, name).await? == ReplacementState::BrokenOff {
                self.remove_record(place, name).await?;
                tracing::warn!(revocation = %name, "what was to be replaced was broken off before its commit: what was there stays good");
            }
        }
        Ok(pool::commit(tx).await?)
    }

    /// Whether a replacement counts, by the name of its file.
    pub(super) async fn is_replaced(
        &self,
        conn: &mut PgConnection,
        place: (Uuid, MarkRecord),
        name: &str,
    ) -> Result<bool, MarkError> {
        let state = self.state_of(conn, place, name).await?;
        if let ReplacementState::Committed(note) = &state {
            self.confirm_note(place, name, note).await?;
        }
        Ok(state != ReplacementState::BrokenOff)
    }

    /// Whether the log of this registry tells of a replacement, by the name of its file: the
    /// registry was not set back to before it, and what stands there now came after it, though
    /// another server or command noted that where this one does not look.
    pub(super) async fn is_in_the_log(
        &self,
        conn: &mut PgConnection,
        place: (Uuid, MarkRecord),
        name: &str,
    ) -> Result<bool, MarkError> {
        let PlaceNotes::Read(notes) = self.read_notes::<ReplacementNote>(place, name).await? else {
            return Ok(false);
        };
        for note in &notes {
            if audit::has(conn, &note.entry).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a channel has the secret that it was given last, as all places together know it. One
    /// that came out of a backup of before is no secret any more.
    ///
    /// # Errors
    /// When a place or the registry cannot be read.
    pub async fn is_last_secret(
        &self,
        conn: &mut PgConnection,
        channel: &Channel,
    ) -> Result<bool, MarkError> {
        let place = (mark::registry(conn).await?, MarkRecord::Revoked);
        let mut last = None;
        for name in &self.list_records(place).await? {
            match revocation_of(name) {
                Some(Revocation::ChannelSecret {
                    channel: of,
                    at,
                    stored,
                }) if of == channel.id && self.is_replaced(conn, place, name).await? => {
                    last = last.max(Some((at, stored)));
                }
                _ => {}
            }
        }
        let stored = stored_hash(&channel.secret);
        Ok(last.is_none_or(|(_, last)| last == stored))
    }

    /// When the same was replaced last, whether that counts or not. A place that cannot be read
    /// keeps nobody from replacing it: the time of this server counts then.
    async fn last_replaced(
        &self,
        place: (Uuid, MarkRecord),
        replaced: &Revocation,
    ) -> Option<Timestamp> {
        let (owner, _) = successive(replaced)?;
        let of_owner = |name: &String| match successive(&revocation_of(name)?)? {
            (of, at) if of == owner => Some(at),
            _ => None,
        };
        match self.list_records(place).await {
            Ok(names) => names.iter().filter_map(of_owner).max(),
            Err(error) => {
                tracing::error!(
                    error.chain = %whole(&error),
                    "what lies beside the marks cannot be read"
                );
                None
            }
        }
    }

    async fn state_of(
        &self,
        conn: &mut PgConnection,
        place: (Uuid, MarkRecord),
        name: &str,
    ) -> Result<ReplacementState, MarkError> {
        let PlaceNotes::Read(notes) = self.read_notes::<ReplacementNote>(place, name).await? else {
            return Ok(ReplacementState::Counts);
        };
        if notes.iter().any(|note| note.confirmed) {
            return Ok(ReplacementState::Counts);
        }
        for note in &notes {
            if audit::has(conn, &note.entry).await? {
                return Ok(ReplacementState::Committed(note.clone()));
            }
        }
        for note in &notes {
            let is_later = epoch::current(conn).await? > note.epoch;
            if is_later || !audit::has(conn, &note.before).await? {
                return Ok(ReplacementState::Counts);
            }
        }
        Ok(ReplacementState::BrokenOff)
    }

    /// What the registry knows counts, whether the file says so already or not.
    async fn confirm_note(
        &self,
        place: (Uuid, MarkRecord),
        name: &str,
        note: &ReplacementNote,
    ) -> Result<(), MarkError> {
        let confirmed = ReplacementNote {
            confirmed: true,
            ..note.clone()
        };
        let kept = self.put_record(place, name, confirmed.bytes()?).await;
        if let Err(error) = kept {
            tracing::error!(
                error.chain = %whole(&error),
                "what was replaced cannot be confirmed beside the marks"
            );
        }
        Ok(())
    }
}

/// What a file comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum ReplacementState {
    /// It was confirmed, or nobody can know any more.
    Counts,
    /// The registry knows it.
    Committed(ReplacementNote),
    /// The registry would know it, and does not.
    BrokenOff,
}

/// What a file says beside its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ReplacementNote {
    at: Timestamp,
    /// The epoch in which it was written.
    epoch: u64,
    /// The entry of the log before the one that tells of it.
    before: LogEnd,
    /// The entry that tells of it, if it was committed.
    entry: LogEnd,
    /// The registry was seen to know of it.
    confirmed: bool,
}

impl ReplacementNote {
    fn new(at: Timestamp, epoch: u64, place: LogPlace) -> Self {
        let LogPlace { before, entry } = place;
        Self {
            at,
            epoch,
            before,
            entry,
            confirmed: false,
        }
    }

    fn bytes(&self) -> Result<Vec<u8>, MarkError> {
        serde_json::to_vec(self).map_err(MarkError::Malformed)
    }
}

/// What is kept of the hash of a password, or of the secret of a channel: its own hash.
#[must_use]
pub fn stored_hash(secret: impl AsRef<[u8]>) -> String {
    hex::encode(Sha256::digest(secret))
}

/// The same, replaced at this time where one follows the other.
fn dated(one: Revocation, at: Timestamp) -> Revocation {
    match one {
        Revocation::Password { user, stored, .. } => Revocation::Password { user, at, stored },
        Revocation::ChannelSecret {
            channel, stored, ..
        } => Revocation::ChannelSecret {
            channel,
            at,
            stored,
        },
        other => other,
    }
}

fn replacements(names: &BTreeSet<String>) -> impl Iterator<Item = &str> {
    let is_one = |name: &&String| revocation_of(name).is_some_and(|one| one.is_replacement());
    names.iter().filter(is_one).map(String::as_str)
}

fn replacing(object: &str, now: Timestamp) -> AuditEvent<'_> {
    AuditEvent {
        at: now,
        user: None,
        device: None,
        address: None,
        action: "note_replaced",
        object: Some(object),
        case: None,
        purpose: None,
        ok: true,
    }
}
