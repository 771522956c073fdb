//! What is read from a case document: the whole case as plain typed values, with authors and rival
//! values.

mod about;
mod conflict;
mod conflict_kind;
mod long;

pub use about::*;
pub use conflict::*;
pub use conflict_kind::*;

use crate::{
    ids::{Actor, CaseId, ChangeHash, DeviceId, EntryId, SituationCode},
    part::Extent,
    record::{
        Cents, Checklist, Consent, Contact, DraftHead, DvScreen, Evidence, Injury, Lock, NoteHead,
        Party, PerformanceEntry, Place, PlanStep, RecordSigned, Request, RiskObservation,
        SealedText, SessionHead, Signature, StatementHead, Terms, Visit, Withdrawn,
    },
    signed_text::{MovedPart, moved},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Entries by id, in the order of their ids, which is roughly the order in time.
pub type Entries<T> = BTreeMap<EntryId, Entry<T>>;

/// Everything a document says at its heads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseView {
    /// How much of the case was at hand: where that is the work alone, that no statement, note,
    /// session or draft stands here says nothing of whether there is one.
    #[serde(default)]
    pub extent: Extent,
    /// Who made the document, and on which schema.
    pub meta: Meta,
    /// The heads at which the document was read, sorted.
    pub heads: Vec<ChangeHash>,
    /// What the case is about.
    pub intake: Intake,
    /// 当事人.
    pub parties: Entries<PartyView>,
    /// Consent and refusal.
    pub consents: Entries<Consent>,
    /// 陈述.
    pub statements: Entries<StatementView>,
    /// Notes.
    pub notes: Entries<NoteView>,
    /// 证据.
    pub evidence: Entries<EvidenceView>,
    /// The checklist.
    pub checklist: Checklist,
    /// Contacts.
    pub contacts: Entries<Contact>,
    /// 调解.
    pub sessions: Entries<SessionView>,
    /// 一案一策.
    pub plans: Entries<PlanView>,
    /// Drafts of the agreement.
    pub drafts: Entries<DraftView>,
    /// Signatures.
    pub signatures: Entries<Signature>,
    /// The performance log.
    pub performance: Entries<PerformanceEntry>,
    /// 回访.
    pub visits: Entries<VisitView>,
    /// Observations of risk.
    pub risks: Entries<RiskObservation>,
    /// Requests, ruled on or not.
    pub requests: Entries<Request>,
    /// Evidence, visits, refusals and dangers that whoever asked to close had not seen when asking,
    /// by request; whoever had seen all is left out (M15, M16).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unseen: BTreeMap<EntryId, BTreeSet<EntryId>>,
    /// Entries of the performance log that another one about the same obligation had seen, whatever
    /// the clocks of the phones said (M23).
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub overtaken: BTreeSet<EntryId>,
    /// Entries that could not be read: the container, the key and why. Never dropped silently.
    pub unreadable: Vec<Unreadable>,
}

/// One entry and the actor who made it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry<T> {
    /// The actor of the operation that made the entry: the author, whatever the entry says of
    /// itself.
    pub author: Actor,
    /// Grows with each entry of one author, whatever the clock of the phone said: the counter of
    /// the operation.
    #[serde(default)]
    pub turn: u64,
    /// The entry.
    pub value: T,
}

/// A value that several may write. The first is Automerge's winner; the others are kept and shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MvRegister<T> {
    /// All concurrent values with their writers; empty if never written, one if undisputed.
    pub values: Vec<(Actor, T)>,
}

impl<T> Default for MvRegister<T> {
    fn default() -> Self {
        Self { values: Vec::new() }
    }
}

impl<T> MvRegister<T> {
    /// The winner, if the value was ever written.
    pub fn get(&self) -> Option<&T> {
        self.values.first().map(|(_, value)| value)
    }

    /// Whether rival values stand beside the winner.
    pub fn is_disputed(&self) -> bool {
        self.values.len() > 1
    }
}

/// Who made the document, and on which schema; written once by its creator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// The version of the schema, 1.
    pub schema: u32,
    /// The case; a document sent under another id is refused.
    pub case_id: CaseId,
    /// The device that made it; none when the server did.
    pub created_by_device: Option<DeviceId>,
    /// When, by that device's clock.
    pub created_at: Timestamp,
    /// The version of the catalogue in use.
    pub catalogue_version: u32,
}

/// What the case is about.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Intake {
    /// The channel that reported it, such as `110`.
    pub channel: Option<String>,
    /// The channel's own number.
    pub external_no: Option<String>,
    /// 情形.
    pub situation: MvRegister<SituationCode>,
    /// When it broke out.
    pub occurred_at: MvRegister<Timestamp>,
    /// Persons taking part.
    pub persons: MvRegister<u32>,
    /// Money in dispute.
    pub amount: MvRegister<Cents>,
    /// Injury.
    pub injury: MvRegister<Injury>,
    /// Place.
    pub place: MvRegister<Place>,
    /// Domestic-violence screening.
    pub dv_screen: MvRegister<DvScreen>,
    /// The summary.
    pub summary: String,
}

/// A party with its corrections.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartyView {
    /// As corrected; the winner of each field.
    pub party: Party,
    /// Names of fields with rival values.
    pub disputed: Vec<String>,
    /// Withdrawn, and why.
    pub withdrawn: Option<Withdrawn>,
}

/// A statement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatementView {
    /// The head.
    pub head: StatementHead,
    /// The text now; when locked, the text at the locked heads is the statement (M12). Empty when
    /// the words are sealed.
    pub text: String,
    /// The sealed words, where there are any (D03).
    pub sealed: Option<SealedText>,
    /// Pieces of evidence that the statement relies on.
    pub cites: BTreeSet<EntryId>,
    /// The lock.
    pub locked: Option<Lock>,
}

/// A note.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NoteView {
    /// The head.
    pub head: NoteHead,
    /// The merged text.
    pub text: String,
}

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EvidenceView {
    /// What was captured.
    pub evidence: Evidence,
    /// Its caption.
    pub caption: String,
    /// Withdrawn, and why; it stays in the dossier (M18).
    pub withdrawn: Option<Withdrawn>,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionView {
    /// The head.
    pub head: SessionHead,
    /// The record.
    pub record: String,
    /// Which parties signed the record.
    pub signed: BTreeMap<EntryId, RecordSigned>,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanView {
    /// The text.
    pub text: String,
    /// The steps by id.
    pub steps: BTreeMap<EntryId, PlanStep>,
}

/// A draft of the agreement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DraftView {
    /// The head.
    pub head: DraftHead,
    /// The clauses in their order.
    pub clauses: Vec<(EntryId, ClauseView)>,
    /// Pieces of evidence that the draft relies on.
    pub cites: BTreeSet<EntryId>,
    /// The freeze.
    pub frozen: Option<Lock>,
    /// Other freezes, made by somebody who had not seen the first.
    pub frozen_too: Vec<Lock>,
    /// What a signature would stand over now (docs/adr/0023); equal to `frozen.hash` unless the
    /// draft, a party or a fact was changed after freezing.
    pub content_hash: String,
}

impl DraftView {
    /// Whether it is frozen, and its content is what everybody froze who froze it.
    #[must_use]
    pub fn is_as_frozen(&self) -> bool {
        let mut freezes = self.frozen.iter().chain(&self.frozen_too);
        self.frozen.is_some() && freezes.all(|lock| self.moved_since(&lock.hash).is_none())
    }

    /// Which part of it is another one than that which was signed or frozen under this word.
    #[must_use]
    pub fn moved_since(&self, signed: &str) -> Option<MovedPart> {
        moved(signed, &self.content_hash)
    }

    /// Whether somebody froze exactly this content at exactly these heads.
    #[must_use]
    pub fn was_frozen_as(&self, hash: &str, heads: &[ChangeHash]) -> bool {
        let mut freezes = self.frozen.iter().chain(&self.frozen_too);
        freezes.any(|lock| lock.hash == hash && lock.heads == heads)
    }
}

/// A clause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClauseView {
    /// Its place.
    pub order: String,
    /// Its words.
    pub text: String,
    /// Its promise; rival terms block freezing (M04).
    pub terms: MvRegister<Option<Terms>>,
}

/// A visit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VisitView {
    /// What was done and found.
    pub visit: Visit,
    /// The report.
    pub text: String,
}

/// An entry that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreadable {
    /// The container.
    pub container: String,
    /// The key.
    pub key: String,
    /// Why, without content.
    pub why: String,
}
