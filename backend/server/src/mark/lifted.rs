//! What was given back, beside the marks: one file for each account, role or channel, which lifts
//! its revocation.
//!
//! It is written before what it tells of is committed, so that no look in between takes it back
//! again; so the file alone does not say that anything was given back. The registry does: the same
//! transaction writes the lift into the log of what was done, and a look that finds it there
//! confirms the file. In a registry that was set back since, nobody finds it: a lift that was not
//! confirmed by then lifts nothing, for the server may have died before its commit.
//!
//! Of a lift that reads nowhere the registry may know; what neither shows lifts nothing. Behind a
//! revocation that reads nowhere no lift can be shown to lie. Whoever is let in anew has both files
//! written again.

use super::{
    MarkError, Marks,
    record::{MarkRecord, PlaceNotes, lifting_of},
    revoked::{RevocationNote, behind, name_of, revocation_of},
};
use crate::telemetry::whole;
use hejie_registry::{
    audit::{self, AuditEvent},
    identity::revocation::{self, Revocation},
    mark,
    pool::{self, PgConnection, PgPool},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

impl Marks {
    /// Lifts a revocation in every place, in the caller's transaction that gives back what was
    /// taken, behind the lock of the account or channel. What other servers could not read they
    /// would take back again: the place that they share must have it. After the commit call
    /// [`Self::confirm_lifts`]. What is lifted already stays as it is: where the caller gives it
    /// back once more and that is broken off, it was given back all the same.
    ///
    /// # Errors
    /// When it cannot be written beside the files: then the caller gives nothing back.
    pub async fn lift_revoked(
        &self,
        conn: &mut PgConnection,
        revocation: &Revocation,
        now: Timestamp,
    ) -> Result<(), MarkError> {
        let place = (mark::registry(conn).await?, MarkRecord::Revoked);
        let name = name_of(revocation)?;
        let names = self.list_records(place).await?;
        if self.is_lifted(conn, place, &names, revocation).await? {
            return Ok(());
        }
        let revoked = match self.read_notes::<RevocationNote>(place, &name).await? {
            PlaceNotes::Read(notes) => last_of(&notes),
            PlaceNotes::Unread => {
                let anew = RevocationNote { at: now };
                self.put_record(place, &name, anew.bytes()?).await?;
                Some(now)
            }
        };
        let lift = LiftNote {
            at: behind(now, revoked),
            confirmed: false,
        };
        let object = lift.object(&name);
        audit::add(conn, &given_back(&object, now)).await?;
        self.put_shared(place, &lifting_of(&name), lift.bytes()?)
            .await
    }

    /// Confirms what was given back and is committed. Call it after the commit: where that is not
    /// done any more, or fails, the next look does.
    ///
    /// # Errors
    /// When a place or the registry cannot be read.
    pub async fn confirm_lifts(&self, pool: &PgPool) -> Result<(), MarkError> {
        let mut tx = pool::begin(pool).await?;
        let place = (mark::registry(&mut tx).await?, MarkRecord::Revoked);
        let names = self.list_records(place).await?;
        for name in &names {
            if let Some(one) = revocation_of(name) {
                self.is_lifted(&mut tx, place, &names, &one).await?;
            }
        }
        Ok(pool::commit(tx).await?)
    }

    /// Whether a revocation was lifted after it was noted last, and not before: by a lift that was
    /// confirmed, or that the registry knows, which is confirmed by it.
    pub(super) async fn is_lifted(
        &self,
        conn: &mut PgConnection,
        place: (Uuid, MarkRecord),
        names: &BTreeSet<String>,
        revocation: &Revocation,
    ) -> Result<bool, MarkError> {
        let name = name_of(revocation)?;
        if !revocation.can_be_lifted() || !names.contains(&lifting_of(&name)) {
            return Ok(false);
        }
        let lifts = self.later_lifts(conn, place, &name).await?;
        if lifts.is_empty() || lifts.iter().any(|lift| lift.confirmed) {
            return Ok(!lifts.is_empty());
        }
        // Whoever gives it back right now has committed then, and writes no other lift meanwhile.
        revocation::lock_lifts(conn, revocation).await?;
        for lift in self.later_lifts(conn, place, &name).await? {
            if lift.confirmed || revocation::knows_lift(conn, &lift.object(&name)).await? {
                self.confirm(place, &name, &lift).await?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// When a revocation was lifted last; none where it never was or no place says so. What reads
    /// nowhere is taken away: what is noted now lies behind it.
    pub(super) async fn last_lifted(
        &self,
        place: (Uuid, MarkRecord),
        revocation: &Revocation,
    ) -> Result<Option<Timestamp>, MarkError> {
        if !revocation.can_be_lifted() {
            return Ok(None);
        }
        let name = lifting_of(&name_of(revocation)?);
        match self.read_notes::<LiftNote>(place, &name).await? {
            PlaceNotes::Read(lifts) => Ok(lifts.iter().map(|lift| lift.at).max()),
            PlaceNotes::Unread => {
                self.remove_record(place, &name).await?;
                Ok(None)
            }
        }
    }

    /// What the registry knows counts, whether the file says so already or not.
    async fn confirm(
        &self,
        place: (Uuid, MarkRecord),
        revocation: &str,
        lift: &LiftNote,
    ) -> Result<(), MarkError> {
        let confirmed = LiftNote {
            confirmed: true,
            ..*lift
        };
        let name = lifting_of(revocation);
        let kept = self.put_shared(place, &name, confirmed.bytes()?).await;
        if let Err(error) = kept {
            tracing::error!(
                error.chain = %whole(&error),
                "what was given back cannot be confirmed beside the marks"
            );
        }
        Ok(())
    }

    /// The lifts that any server wrote behind the last revocation; those that the registry knows,
    /// where the file does not read.
    async fn later_lifts(
        &self,
        conn: &mut PgConnection,
        place: (Uuid, MarkRecord),
        revocation: &str,
    ) -> Result<Vec<LiftNote>, MarkError> {
        let PlaceNotes::Read(revoked) = self.read_notes(place, revocation).await? else {
            return Ok(Vec::new());
        };
        let lifts = self.read_notes(place, &lifting_of(revocation)).await?;
        let mut lifts = match lifts {
            PlaceNotes::Read(lifts) => lifts,
            PlaceNotes::Unread => known_lifts(conn, revocation).await?,
        };
        lifts.retain(|lift| Some(lift.at) >= last_of(&revoked));
        Ok(lifts)
    }
}

/// What a file says beside its name.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct LiftNote {
    at: Timestamp,
    /// The registry was seen to know of it.
    confirmed: bool,
}

impl LiftNote {
    fn bytes(&self) -> Result<Vec<u8>, MarkError> {
        serde_json::to_vec(self).map_err(MarkError::Malformed)
    }

    /// How the registry names this lift of a revocation.
    fn object(&self, revocation: &str) -> String {
        format!("{revocation} {}", self.at)
    }
}

/// The lifts of which the registry knows that they were committed.
async fn known_lifts(
    conn: &mut PgConnection,
    revocation: &str,
) -> Result<Vec<LiftNote>, MarkError> {
    let objects = revocation::list_lifts(conn, &format!("{revocation} ")).await?;
    let note = |object: &String| {
        let at = object.rsplit_once(' ')?.1.parse().ok()?;
        let confirmed = false;
        Some(LiftNote { at, confirmed })
    };
    Ok(objects.iter().filter_map(note).collect())
}

/// When a revocation was noted last, by any server.
fn last_of(revocations: &[RevocationNote]) -> Option<Timestamp> {
    revocations.iter().map(|note| note.at).max()
}

fn given_back(object: &str, now: Timestamp) -> AuditEvent<'_> {
    AuditEvent {
        at: now,
        user: None,
        device: None,
        address: None,
        action: revocation::LIFT,
        object: Some(object),
        case: None,
        purpose: None,
        ok: true,
    }
}
