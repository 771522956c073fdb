//! What an app reads: plain records, made from the core's views. Authors are actors; who stands
//! behind one, the server knows.

mod brief;
mod claim;
mod course;
mod document;
mod dossier;
mod library;
mod oral;
mod server;

pub use brief::*;
pub use claim::*;
pub use course::*;
pub use document::*;
pub use dossier::*;
pub use library::*;
pub use server::*;

use crate::{
    error::{PhoneError, unexpected},
    words::{
        Actor, CaseId, CaseStatus, CaseSummary, DeviceId, EntryId, Reason, Role, Timestamp, UserId,
    },
};
use hejie_device::{client, engine};

/// One case, whole.
#[derive(Debug, Clone, uniffi::Record)]
pub struct CaseFile {
    /// What a list shows of it.
    pub summary: CaseSummary,
    /// What its document says, unsent work included.
    pub document: CaseDocument,
    /// What the server decided; none until it registered the case.
    pub facts: Option<CaseFacts>,
    /// Requests of this phone's owner that nobody ruled on, with the forecast 待确认.
    pub pending: Vec<PendingRequest>,
    /// Where they will probably bring the case.
    pub provisional: Option<CaseStatus>,
}

/// A request that nobody has ruled on.
#[derive(Debug, Clone, uniffi::Record)]
pub struct PendingRequest {
    /// The entry.
    pub id: EntryId,
    /// What is asked: the event, such as `accept`.
    pub ask: String,
    /// Why it will probably be refused, if it will.
    pub doubt: Option<Reason>,
}

/// To whom the phone belongs.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Owner {
    /// The device.
    pub device: DeviceId,
    /// The actor under which it writes.
    pub actor: Actor,
    /// The person.
    pub user: UserId,
    /// In which role.
    pub role: Role,
}

/// What an exchange brought.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Exchanged {
    /// Cases that moved.
    pub moved: Vec<CaseId>,
    /// Requests that it took.
    pub requests: u32,
    /// Identities that the server received.
    pub identities: u32,
    /// Why identities were held back after the exchange was done; they go on waiting.
    pub held_back: Option<Reason>,
}

/// Refused work, with its content.
#[derive(Debug, Clone, uniffi::Record)]
pub struct RefusedWork {
    /// The case.
    pub case: CaseId,
    /// Its number within the case.
    pub number: u64,
    /// Why, and what can be done.
    pub reason: Reason,
    /// When it was written.
    pub at: Timestamp,
    /// The content, as JSON.
    pub content: String,
}

/// Work that the server has not acknowledged.
#[derive(Debug, Clone, uniffi::Record)]
pub struct UnsentWork {
    /// When it was written.
    pub at: Timestamp,
    /// The content, as JSON.
    pub content: String,
    /// Set when it was handed in after the phone was taken out of service: where it is, and what to
    /// do. It stays on the phone.
    pub deposited: Option<Reason>,
}

impl From<engine::CaseFile> for CaseFile {
    fn from(file: engine::CaseFile) -> Self {
        let pending = pending(&file);
        Self {
            summary: file.summary,
            document: file.view.into(),
            facts: file.facts.map(CaseFacts::from),
            provisional: file.provisional.map(|provisional| provisional.status),
            pending,
        }
    }
}

impl From<&engine::Enrolment> for Owner {
    fn from(enrolment: &engine::Enrolment) -> Self {
        let engine::Enrolment {
            device,
            actor,
            user,
            role,
            ..
        } = *enrolment;
        Self {
            device,
            actor,
            user,
            role,
        }
    }
}

impl From<client::Exchanged> for Exchanged {
    fn from(done: client::Exchanged) -> Self {
        Self {
            moved: done.moved.into_iter().collect(),
            requests: done.requests,
            identities: done.identities,
            held_back: done.held_back,
        }
    }
}

impl UnsentWork {
    pub(crate) fn of(work: &engine::UnsentWork) -> Result<Self, PhoneError> {
        Ok(Self {
            at: work.at,
            content: content(&work.intent)?,
            deposited: work.deposited.clone(),
        })
    }
}

pub(crate) fn refused_work(work: engine::RefusedWork) -> Result<RefusedWork, PhoneError> {
    let content = content(&work.intent)?;
    let engine::RefusedWork {
        case,
        number,
        reason,
        at,
        ..
    } = work;
    Ok(RefusedWork {
        case,
        number,
        reason,
        at,
        content,
    })
}

fn content(intent: &engine::Intent) -> Result<String, PhoneError> {
    // Bytes tell nobody anything: people read what they say.
    let said = match intent {
        engine::Intent::Bytes { bytes, .. } => hejie_case::rights::summarise(bytes, &[]).ok(),
        _ => None,
    };
    let content = match said {
        Some(told) => {
            serde_json::to_string(&serde_json::json!({ "intent": "bytes", "told": told }))
        }
        None => serde_json::to_string(intent),
    };
    content.map_err(|_| unexpected("content_unreadable"))
}

fn pending(file: &engine::CaseFile) -> Vec<PendingRequest> {
    let ruled = |id| {
        file.facts
            .as_ref()
            .is_some_and(|facts| facts.rulings.contains_key(id))
    };
    let doubts = file
        .provisional
        .as_ref()
        .map(|provisional| &provisional.doubtful);
    let open = file.view.requests.iter().filter(|(id, _)| !ruled(*id));
    open.map(|(id, entry)| PendingRequest {
        id: *id,
        ask: entry.value.ask.code().into(),
        doubt: doubts.and_then(|doubts| doubts.get(id)).cloned(),
    })
    .collect()
}
