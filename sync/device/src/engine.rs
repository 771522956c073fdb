//! The phone as a machine: what it holds, what was written on it, what the server said. It keeps no
//! clock and opens no connection; the time, randomness and the bytes of the server come in from
//! outside.
//!
//! Every step that changes something is one commit of the sealed store, so that a phone that dies
//! at any moment wakes up either before or after the step, never within it.
//!
//! - writing: [`Engine::edit`] and its like: document, unsent change and intent in one commit.
//! - exchange: [`Engine::begin_exchange`] and [`Engine::take_answer`]; a change leaves the outbox
//!   only when the server has it.

mod acts;
mod alarm;
mod anchor;
mod attest;
mod brief;
mod card;
mod checklist;
mod claim;
mod delivery;
mod deposit;
mod dossier;
mod enrol;
mod error;
mod exchange;
mod file;
mod forget;
mod former;
mod heal;
mod history;
mod keep;
mod kept;
mod lineage;
mod load;
mod merge;
mod narrow;
mod on_scene;
mod order;
mod phantom;
mod prove;
mod provisional;
mod read;
mod rebuild;
mod relay;
mod report;
mod reworded;
pub(crate) mod row;
mod sealing;
mod secret;
mod tail;
mod trouble;
mod verdict;
mod versions;
mod write;

pub use acts::Signing;
pub use alarm::danger_not_told;
pub use card::{CaseSummary, Standing};
pub use checklist::CheckItem;
pub use claim::ClaimState;
pub use deposit::{DepositItem, DepositPart, Deposited};
pub use enrol::Enrolment;
pub use error::EngineError;
pub use exchange::ExchangeOutcome;
pub use file::{CapturedFile, NewEvidence, OutgoingFile, PART_BYTES};
pub use hejie_case::reason::Reason;
pub use kept::KeptForBackup;
pub use on_scene::SceneSettlement;
pub use provisional::Provisional;
pub use read::{CaseFile, PhoneStatus, Readiness, RefusedWork, UnsentWork};
pub use report::ReportTaken;
pub use row::{Intent, OwnClaim};
pub use secret::{CaptureOutcome, CapturedIdentity, OutgoingIdentity, Whereabouts};
pub use write::Receipt;

use crate::{
    encryption::{EncryptedStore, KeyStore, RowChange},
    entropy::Entropy,
    store::{Store, Table},
    uptime::{NoUptime, Uptime},
};
use brief::BriefBook;
use delivery::{Deliveries, Delivery};
use deposit::HandedIn;
use enrol::EnrolmentRow;
use exchange::ExchangeRun;
use hejie_case::{document::CaseDoc, ids::CaseId};
use hejie_wire::{
    batch::DeviceSecret,
    digest::{Digest, case_digest},
    limits,
};
use load::Load;
use prove::Proving;
use row::{CaseRow, ClaimBook, ExchangeProgress};
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};
use trouble::StoreTrouble;
#[cfg(feature = "native")]
use {crate::encryption::RowName, serde::Serialize, serde::de::DeserializeOwned};

/// The phone's engine over a store.
pub struct Engine<S> {
    store: EncryptedStore<S>,
    enrolled: Option<EnrolmentRow>,
    /// The key that was drawn for the enrolment that is asked for.
    next_key: Option<DeviceSecret>,
    progress: ExchangeProgress,
    held: BTreeMap<CaseId, CaseRow>,
    /// What the server is believed to hold for this user: the XOR over `held`, kept current by
    /// [`Self::keep`].
    digest: Digest,
    /// Sealed identities that the server does not have, or no backup.
    secrets: Deliveries,
    /// Originals of evidence that the server does not have, or no backup.
    files: Deliveries,
    /// What was handed in since the phone is out of service.
    handed_in: HandedIn,
    /// What may be claimed, and what this phone claimed.
    claims: ClaimBook,
    /// What the server told of cases to which this person is on the way.
    briefs: BriefBook,
    /// The document that was written last.
    loaded: Option<(CaseId, CaseDoc)>,
    /// The run of exchanges that goes on, if one does.
    run: Option<ExchangeRun>,
    /// The epoch of the registry as it was last heard; zero before.
    epoch: u64,
    /// Cases that were proved, or could not be, since the phone last began to exchange: the server
    /// is not asked for them again.
    shown: BTreeSet<CaseId>,
    /// Cases that were asked for to be attested anew since then: none is asked for twice.
    asked: BTreeSet<CaseId>,
    /// Up to which case the last request relayed what others wrote.
    relayed_last: Option<CaseId>,
    /// How much of what others wrote a request relays.
    relaying: Load,
    /// When proofs go up, and how many at once.
    proving: Proving,
    /// How much an answer is asked to hold.
    limit: u32,
    /// How many bytes are kept of what the server has.
    kept_bytes: u64,
    /// How long the phone has been running.
    uptime: Box<dyn Uptime>,
    /// What the owner must know of the store.
    trouble: Option<StoreTrouble>,
    /// Cases that did not read, to be looked at before the next exchange; none stands for the store
    /// as a whole.
    doubts: RefCell<BTreeSet<Option<CaseId>>>,
}

impl<S: Store> Engine<S> {
    /// Opens the phone's store, or makes a new one. A store that was damaged, set back or lost
    /// opens too; [`Engine::status`] says so.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not open under the key.
    pub fn open(
        store: S,
        key_store: &dyn KeyStore,
        entropy: Box<dyn Entropy>,
    ) -> Result<Self, EngineError> {
        let store = EncryptedStore::open(store, key_store, entropy)?;
        let mut engine = Self {
            store,
            enrolled: None,
            next_key: None,
            progress: ExchangeProgress::default(),
            held: BTreeMap::new(),
            digest: Digest::EMPTY,
            secrets: Deliveries::default(),
            files: Deliveries::default(),
            handed_in: HandedIn::default(),
            claims: ClaimBook::default(),
            briefs: BriefBook::new(),
            loaded: None,
            run: None,
            epoch: 0,
            shown: BTreeSet::new(),
            asked: BTreeSet::new(),
            relayed_last: None,
            relaying: Load::of(limits::RELAYED_UP_BYTES),
            proving: Proving::default(),
            limit: limits::DEFAULT_LIMIT_BYTES,
            kept_bytes: limits::KEPT_BYTES,
            uptime: Box::new(NoUptime),
            trouble: None,
            doubts: RefCell::default(),
        };
        engine.reload()?;
        engine.recover()?;
        engine.look_at_doubts()?;
        Ok(engine)
    }

    /// Reads the engine's memory anew from the store.
    fn reload(&mut self) -> Result<(), EngineError> {
        self.enrolled = match heal::read_own(&self.store, row::ENROLMENT)? {
            None => heal::read_own(&self.store, row::ENROLMENT_COPY)?,
            enrolled => enrolled,
        };
        self.progress = heal::read_own(&self.store, row::PROGRESS)?.unwrap_or_default();
        self.epoch = self.progress.epoch;
        self.trouble = heal::read_own(&self.store, row::TROUBLE)?;
        self.handed_in = heal::read_own(&self.store, row::HANDED_IN)?.unwrap_or_default();
        self.claims = heal::read_own(&self.store, row::CLAIMS)?.unwrap_or_default();
        self.briefs = heal::read_own(&self.store, row::BRIEFS)?.unwrap_or_default();
        self.held.clear();
        self.digest = Digest::EMPTY;
        self.run = None;
        for held in row::read_case_rows(&self.store)? {
            self.keep(held);
        }
        self.secrets = Deliveries::default();
        let secrets = row::read_secrets(&self.store, None)?;
        self.doubt_unread(Table::Secret, secrets.len());
        secrets.iter().for_each(|(_, row)| self.note_secret(row));
        let refusals = row::read_refusals(&self.store, None)?;
        self.doubt_unread(Table::Refusal, refusals.len());
        self.files = Deliveries::default();
        let files = row::read_files(&self.store, None)?;
        self.doubt_unread(Table::File, files.len());
        files.iter().for_each(|(_, row)| self.note_file(row));
        let attested = row::count_attested(&self.store)?;
        self.doubt_unread(Table::Attestation, attested);
        Ok(())
    }

    /// Writes one step. When it fails, the memory is read anew, since nobody knows how far the
    /// store came. On a full phone, what is kept of what the server has makes room.
    fn commit(&mut self, changes: Vec<RowChange>) -> Result<(), EngineError> {
        let spare = self.keeps_any().then(|| changes.clone());
        match (self.commit_once(changes), spare) {
            (Err(error), Some(changes)) if error.is_full() && self.made_room(&changes) => {
                self.commit_once(changes)
            }
            (done, _) => done,
        }
    }

    fn commit_once(&mut self, changes: Vec<RowChange>) -> Result<(), EngineError> {
        self.loaded = None;
        if let Err(error) = self.store.commit(changes) {
            self.reload()?;
            return Err(error.into());
        }
        Ok(())
    }

    /// Reads a row of the phone's own.
    #[cfg(feature = "native")]
    pub(crate) fn own<T: DeserializeOwned>(&self, name: RowName) -> Result<Option<T>, EngineError> {
        heal::read_own(&self.store, name)
    }

    /// Writes a row of the phone's own.
    #[cfg(feature = "native")]
    pub(crate) fn keep_own<T: Serialize>(
        &mut self,
        name: RowName,
        value: &T,
    ) -> Result<(), EngineError> {
        self.commit(vec![row::put(name, value)?])
    }

    /// Takes a case's standing into memory, after it was committed.
    fn keep(&mut self, held: CaseRow) {
        self.digest ^= share(&held);
        if let Some(before) = self.held.insert(held.case, held) {
            self.digest ^= share(&before);
        }
    }

    /// Whether a case is not, or no longer, this phone's.
    fn has_left(&self, case: CaseId) -> bool {
        self.held.get(&case).is_none_or(|held| held.gone.is_some())
    }

    fn held(&self, case: CaseId) -> Result<&CaseRow, EngineError> {
        self.held.get(&case).ok_or(EngineError::UnknownCase)
    }
}

/// What a case adds to the digest: nothing while the server does not know it, or has taken it away.
fn share(held: &CaseRow) -> Digest {
    if held.is_shared() {
        case_digest(held.case, held.facts_hash.as_ref(), &held.server_heads)
    } else {
        Digest::EMPTY
    }
}
