//! To whom the phone belongs, and under which actor it writes.

use super::{Engine, EngineError, row};
use crate::{seal::Change, store::Store};
use hejie_case::{
    ids::{Actor, DeviceId, OrgId, UserId},
    role::{Author, Role},
};
use hejie_wire::sealed::Voucher;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What the server said when it enrolled the phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// The device.
    pub device: DeviceId,
    /// The actor under which it writes.
    pub actor: Actor,
    /// Whose phone.
    pub user: UserId,
    /// In which role the person acts.
    pub role: Role,
    /// For which organisation.
    pub org: OrgId,
}

impl Enrolment {
    /// The person as an author of acts.
    #[must_use]
    pub fn author(&self) -> Author {
        Author {
            user: self.user,
            role: self.role,
            org: self.org,
        }
    }
}

impl<S: Store> Engine<S> {
    /// Gives the phone to a person, or a new actor to a phone that was restored: unsent work is written again under it.
    ///
    /// # Errors
    /// [`EngineError::OtherPerson`] when somebody else's work is on the phone; others when the store fails.
    pub fn enrol(&mut self, enrolment: Enrolment, now: Timestamp) -> Result<(), EngineError> {
        self.enrol_with(enrolment, None, now)
    }

    /// As [`Self::enrol`], with the sealing key that the server gave; its root key is believed from now on.
    ///
    /// # Errors
    /// As [`Self::enrol`]; also when the voucher is not signed by its root.
    pub fn enrol_with(
        &mut self,
        enrolment: Enrolment,
        voucher: Option<Voucher>,
        now: Timestamp,
    ) -> Result<(), EngineError> {
        let before = self.enrolment.clone();
        if before
            .as_ref()
            .is_some_and(|before| before.user != enrolment.user)
        {
            return Err(EngineError::OtherPerson);
        }
        let mut changes = vec![
            row::put(row::ENROLMENT, &enrolment)?,
            row::put(row::ENROLMENT_COPY, &enrolment)?,
            Change::Delete(row::TROUBLE),
        ];
        if let Some(voucher) = voucher {
            changes.push(Self::trusted_key(voucher, now)?);
        }
        let mut moved = Vec::new();
        if before.is_none_or(|before| before.actor != enrolment.actor) {
            // What waits of a damaged case is written again when the case has come.
            let waiting = self.held.values().filter(|held| held.waiting > 0);
            for held in waiting.filter(|held| !held.damaged) {
                let (held, mut rows) = self.rewritten(held, enrolment.actor, now)?;
                changes.append(&mut rows);
                moved.push(held);
            }
        }
        self.commit(changes)?;
        self.enrolment = Some(enrolment);
        // A run that goes on would send what was written under the actor of before.
        self.run = None;
        self.trouble = None;
        moved.into_iter().for_each(|held| self.keep(held));
        Ok(())
    }

    /// To whom the phone belongs.
    #[must_use]
    pub fn enrolment(&self) -> Option<&Enrolment> {
        self.enrolment.as_ref()
    }

    pub(super) fn owner(&self) -> Result<Enrolment, EngineError> {
        self.enrolment.clone().ok_or(EngineError::NotEnrolled)
    }
}
