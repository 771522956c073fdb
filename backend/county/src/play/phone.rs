//! A phone: a copy of the document, and what was written on it and not sent yet.

use super::{PhoneOwner, Play, Result, later};
use crate::place::DemoPerson;
use hejie_case::{
    document::{CaseDoc, DocError},
    edit::{Edit, NewEntry},
    ids::{ChangeHash, EntryId},
    reconcile::ReceivedChange,
    record::{Anchor, Ask, Request},
};
use jiff::Timestamp;

/// A phone that holds the case.
#[derive(Debug)]
pub(crate) struct DemoPhone {
    sender: PhoneOwner,
    /// As much of the document as its owner holds.
    doc: CaseDoc,
    outbox: Vec<ReceivedChange>,
    /// The version of the facts that it was shown.
    version: u64,
    /// Seconds by which its clock is ahead.
    skew: i64,
}

impl DemoPhone {
    pub(super) fn new(
        person: &DemoPerson,
        doc: CaseDoc,
        version: u64,
        skew: i64,
    ) -> Result<Self, DocError> {
        let sender = PhoneOwner {
            author: person.author,
            actor: person.actor,
            device: person.device,
        };
        Ok(Self {
            sender,
            doc: doc.within(sender.extent())?,
            outbox: Vec::new(),
            version,
            skew,
        })
    }

    /// Whose it is.
    #[must_use]
    pub(crate) fn sender(&self) -> PhoneOwner {
        self.sender
    }

    /// The document as it stands on this phone.
    #[must_use]
    pub(crate) fn doc(&self) -> &CaseDoc {
        &self.doc
    }

    pub(super) fn take_outbox(&mut self, now: Timestamp) -> Vec<ReceivedChange> {
        let mut sent = std::mem::take(&mut self.outbox);
        for change in &mut sent {
            change.received_at = now;
        }
        sent
    }

    /// Takes what the server has for its owner, if that is more than it has itself.
    pub(super) fn take(
        &mut self,
        doc: &CaseDoc,
        heads: &[ChangeHash],
        version: u64,
    ) -> Result<(), DocError> {
        self.version = version;
        if self.doc.heads() != heads {
            self.doc = doc.clone().within(self.sender.extent())?;
        }
        Ok(())
    }
}

impl Play {
    /// What the clock of a phone shows.
    #[must_use]
    pub(crate) fn clock_of(&self, phone: usize) -> Timestamp {
        later(self.now, self.phones[phone].skew)
    }

    /// A fresh id, made on a phone.
    pub(crate) fn fresh(&mut self, phone: usize) -> EntryId {
        let at = self.clock_of(phone);
        EntryId::new(at, self.chance.bytes())
    }

    /// Writes an edit on a phone, which need not have signal; a few seconds pass.
    pub(crate) fn edit(&mut self, phone: usize, edit: &Edit) -> Result {
        self.now = later(self.now, 3);
        let (now, at) = (self.now, self.clock_of(phone));
        let phone = &mut self.phones[phone];
        let actor = phone.sender.actor;
        let written = phone.doc.edit(actor, at, edit)?;
        phone.outbox.push(ReceivedChange {
            hash: written.hash,
            actor,
            bytes: written.bytes,
            received_at: now,
        });
        Ok(())
    }

    /// Adds an entry on a phone.
    pub(crate) fn add(&mut self, phone: usize, entry: NewEntry) -> Result<EntryId> {
        self.now = later(self.now, 1);
        let id = self.fresh(phone);
        self.edit(phone, &Edit::Add { id, entry })?;
        Ok(id)
    }

    /// Asks for something on a phone.
    pub(crate) fn ask(&mut self, phone: usize, ask: impl Into<Ask>) -> Result<EntryId> {
        let (base_version, at) = (self.phones[phone].version, self.clock_of(phone));
        let anchor = Some(self.anchor_of(at));
        self.add(
            phone,
            NewEntry::Request(Request {
                ask: ask.into(),
                base_version,
                at,
                anchor,
            }),
        )
    }

    /// How a phone knows a time that it claims: it heard the server's time an hour ago, so that it
    /// knows how far its clock is off.
    pub(super) fn anchor_of(&self, claimed: Timestamp) -> Anchor {
        Anchor {
            age_s: 3600,
            drift_s: claimed.as_second() - self.now.as_second(),
        }
    }
}
