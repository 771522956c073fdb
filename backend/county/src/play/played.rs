//! A case as it was played, and why one cannot be.

use hejie_case::{
    document::{DocError, EditError, RawChange},
    facts::Level,
    ids::{Actor, DeviceId},
    part::Extent,
    reason::Reason,
    reconcile::{Effect, ReceivedChange, ReconcileError, ReconcileOutput},
    rights::{ObjectEntry, RightsError},
    role::Author,
};
use jiff::Timestamp;

/// A case as it was played until the curtain fell, with everything that a registry keeps of it.
#[derive(Debug)]
pub struct Played {
    /// The first change, by the server.
    pub first: RawChange,
    /// All further changes in the order in which the server received them.
    pub log: Vec<LoggedChange>,
    /// Where the objects of the document hang.
    pub objects: Vec<ObjectEntry>,
    /// The case as it was settled last.
    pub settled: ReconcileOutput,
    /// When it was settled last.
    pub settled_at: Timestamp,
    /// The highest colour that it ever had.
    pub hottest: Level,
    /// What the outside was told, and when.
    pub told: Vec<(Timestamp, Effect)>,
    /// What was put aside, and what its author is told.
    pub aside: Vec<(LoggedChange, Reason)>,
}

/// A change as the server received it.
#[derive(Debug, Clone)]
pub struct LoggedChange {
    /// The change.
    pub change: ReceivedChange,
    /// By whose phone.
    pub by: PhoneOwner,
}

/// Whose phone it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhoneOwner {
    /// The person.
    pub author: Author,
    /// The actor.
    pub actor: Actor,
    /// The phone.
    pub device: DeviceId,
}

impl PhoneOwner {
    /// How much of a case the phone holds.
    #[must_use]
    pub const fn extent(&self) -> Extent {
        Extent::of(self.author.role)
    }
}

/// How a step of a play went.
pub(crate) type Result<T = (), E = Halt> = std::result::Result<T, E>;

/// Why a play ends before its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Halt {
    /// The day came until which the county is told. No failure.
    #[error("the curtain fell")]
    Curtain,
    /// The case does not go as it was written.
    #[error("the case cannot be played")]
    Failed(#[from] PlayError),
}

/// Why a case cannot be played.
#[derive(Debug, thiserror::Error)]
pub enum PlayError {
    /// A phone could not write what it was to write.
    #[error("an edit does not fit the document")]
    Edit(#[from] EditError),
    /// The case could not be settled.
    #[error("the case cannot be settled")]
    Reconcile(#[from] ReconcileError),
    /// A document cannot be read back.
    #[error("the document cannot be read")]
    Document(#[from] DocError),
    /// The objects of the document cannot be indexed.
    #[error("the objects of the document cannot be indexed")]
    Index(#[from] RightsError),
    /// What a desk or a phone wanted was refused although the case was written so that it is
    /// granted.
    #[error("{}: {}", .0.code, .0.zh)]
    Refused(Reason),
}

impl From<EditError> for Halt {
    fn from(error: EditError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<ReconcileError> for Halt {
    fn from(error: ReconcileError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<DocError> for Halt {
    fn from(error: DocError) -> Self {
        Self::Failed(error.into())
    }
}
