//! To whom the phone belongs, under which actor it writes, and the key that it signs with.

use super::{
    Engine, EngineError,
    deposit::HandedIn,
    row::{self, CaseRow},
};
use crate::{encryption::RowChange, entropy::draw, store::Store};
use hejie_case::{
    ids::{Actor, DeviceId, OrgId, UserId},
    role::{Author, Role},
};
use hejie_wire::{
    batch::{DeviceKey, DeviceSecret},
    message::Up,
    sealed::Voucher,
};
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

/// An enrolment with the key whose public half the server got with it: one row, so that neither is
/// ever there without the other.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct EnrolmentRow {
    pub enrolment: Enrolment,
    #[serde(with = "seed")]
    pub key: DeviceSecret,
}

impl<S: Store> Engine<S> {
    /// Draws the key of the next enrolment and returns its public half, for the server. It lasts
    /// once the phone is enrolled.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn new_device_key(&mut self) -> Result<DeviceKey, EngineError> {
        let key = self.drawn_key()?;
        let public = key.public();
        self.next_key = Some(key);
        Ok(public)
    }

    /// Gives the phone to a person, or a new actor to a phone that was restored: unsent work is
    /// written again under it.
    ///
    /// # Errors
    /// [`EngineError::OtherPerson`] when somebody else's work is on the phone; others when the
    /// store fails.
    pub fn enrol(&mut self, enrolment: Enrolment, now: Timestamp) -> Result<(), EngineError> {
        self.enrol_with(enrolment, None, now)
    }

    /// As [`Self::enrol`], with the sealing key that the server gave; its root key is believed from
    /// now on.
    ///
    /// The phone signs with the key that [`Self::new_device_key`] drew for this. Without one a
    /// device keeps its key, and a new one draws a key that no server knows.
    ///
    /// # Errors
    /// As [`Self::enrol`]; also when the voucher is not signed by its root.
    pub fn enrol_with(
        &mut self,
        enrolment: Enrolment,
        voucher: Option<Voucher>,
        now: Timestamp,
    ) -> Result<(), EngineError> {
        let before = self.enrolment().cloned();
        self.may_belong_to(enrolment.user)?;
        let enrolled = EnrolmentRow {
            key: self.key_of(&enrolment)?,
            enrolment,
        };
        let enrolment = &enrolled.enrolment;
        let mut changes = vec![
            row::put(row::ENROLMENT, &enrolled)?,
            row::put(row::ENROLMENT_COPY, &enrolled)?,
            RowChange::Delete(row::TROUBLE),
            RowChange::Delete(row::HANDED_IN),
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
        let is_moved = |held: &CaseRow| moved.iter().any(|of: &CaseRow| of.case == held.case);
        changes.append(&mut self.marked_handed_in(|held| !is_moved(held))?);
        self.commit(changes)?;
        self.enrolled = Some(enrolled);
        self.next_key = None;
        // A run that goes on would send what was written under the actor of before.
        self.run = None;
        self.trouble = None;
        self.handed_in = HandedIn::default();
        moved.into_iter().for_each(|held| self.keep(held));
        Ok(())
    }

    /// Passes when the phone belongs to nobody yet or to this person.
    ///
    /// # Errors
    /// [`EngineError::OtherPerson`], with whose it is.
    pub fn may_belong_to(&self, user: UserId) -> Result<(), EngineError> {
        match self.enrolment() {
            Some(before) if before.user != user => Err(EngineError::OtherPerson(before.user)),
            _ => Ok(()),
        }
    }

    /// To whom the phone belongs.
    #[must_use]
    pub fn enrolment(&self) -> Option<&Enrolment> {
        self.enrolled.as_ref().map(|enrolled| &enrolled.enrolment)
    }

    /// Signs the changes of a request with the phone's key, as every request of this engine is.
    ///
    /// # Errors
    /// [`EngineError::NotEnrolled`].
    pub fn sign(&self, up: &mut Up) -> Result<(), EngineError> {
        let enrolled = self.enrolled.as_ref().ok_or(EngineError::NotEnrolled)?;
        up.sign(&enrolled.key);
        Ok(())
    }

    pub(super) fn owner(&self) -> Result<Enrolment, EngineError> {
        self.enrolment().cloned().ok_or(EngineError::NotEnrolled)
    }

    fn key_of(&mut self, enrolment: &Enrolment) -> Result<DeviceSecret, EngineError> {
        if let Some(drawn) = &self.next_key {
            return Ok(drawn.clone());
        }
        match &self.enrolled {
            Some(before) if before.enrolment.device == enrolment.device => Ok(before.key.clone()),
            _ => self.drawn_key(),
        }
    }

    fn drawn_key(&mut self) -> Result<DeviceSecret, EngineError> {
        Ok(DeviceSecret::from_seed(&draw(self.store.entropy())?))
    }
}

/// A key as its row has it: what it is made of.
mod seed {
    use hejie_wire::batch::DeviceSecret;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(key: &DeviceSecret, s: S) -> Result<S::Ok, S::Error> {
        key.seed().serialize(s)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<DeviceSecret, D::Error> {
        Ok(DeviceSecret::from_seed(&<[u8; 32]>::deserialize(d)?))
    }
}
