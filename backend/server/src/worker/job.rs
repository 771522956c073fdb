//! What a worker may be asked, and what it answers. Both ends are the same program, so there is one
//! version of these.

use hejie_case::{
    conflict,
    document::{CaseDoc, DocError},
    facts::Facts,
    fold::{self, Projection},
    ids::{Actor, CaseId, ChangeHash},
    reason::{Explain, Reason},
    reconcile::{
        self, Adoption, OpenedCase, Opening, ReconcileError, ReconcileInput, ReconcileOutput,
    },
    rights::{self, ChangeSummary, ChangeWriter, Danger, JudgedChanges, ObjectEntry},
    role::Author,
    view::{CaseView, Conflict},
};
use hejie_wire::attest::{CaseProof, ProvedCase, Trusted};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

/// One piece of work on the document of one case.
#[derive(Debug, Serialize, Deserialize)]
pub enum Job {
    /// May these changes be acknowledged?
    Check(ChangeCheck),
    /// Does one of these changes make a text longer than any may be?
    Grown(Box<Grown>),
    /// Opens a case that begins on the server.
    Open(Box<Opening>),
    /// Adopts a case that was begun on a phone.
    Adopt(Box<Adoption>),
    /// Merges acknowledged changes, rules on requests and plans the fold.
    Reconcile(Box<Stored>),
    /// Builds a case from its log and folds it.
    Rebuild(Box<Rebuild>),
    /// Reads the versions of a disagreement whole.
    Versions(Box<Versions>),
    /// Looks whether a proof of a case proves it.
    Prove(Box<Prove>),
    /// Tells what a change says that is not merged.
    Tell(Tell),
    /// Which dangers do these changes report, whatever becomes of them?
    Dangers(Vec<ByteBuf>),
}

/// A case to be settled, as it is stored.
#[derive(Debug, Serialize, Deserialize)]
pub struct Stored {
    /// What reconciling it depends on.
    pub input: ReconcileInput,
    /// The heads with which its document was saved: one that has others is not that document,
    /// though it may read.
    pub heads: Vec<ChangeHash>,
}

/// A change whose words are wanted.
#[derive(Debug, Serialize, Deserialize)]
pub struct Tell {
    /// The case.
    pub case: CaseId,
    /// The raw change (chunk type 1).
    pub change: ByteBuf,
    /// The objects of its case that are known.
    pub index: Vec<ObjectEntry>,
}

/// A proof from whoever holds a case, with whose signatures are believed.
#[derive(Debug, Serialize, Deserialize)]
pub struct Prove {
    /// The proof.
    pub proof: CaseProof,
    /// Whose signatures are believed.
    pub trusted: Trusted,
}

/// A disagreement whose versions are wanted whole.
#[derive(Debug, Serialize, Deserialize)]
pub struct Versions {
    /// The case.
    pub case: CaseId,
    /// The document.
    pub snapshot: ByteBuf,
    /// The disagreement as the facts keep it.
    pub conflict: Conflict,
}

/// A case as its log has it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Rebuild {
    /// All merged changes in the order of receipt.
    pub changes: Vec<ByteBuf>,
    /// The facts beside the document.
    pub facts: Facts,
    /// Who stands behind each actor.
    pub authors: Vec<(Actor, Author)>,
    /// The document is wanted too, to be stored in place of one that cannot be used.
    pub keep: bool,
}

/// A case folded from nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RebuiltCase {
    /// The heads of the document.
    pub heads: Vec<ChangeHash>,
    /// The rows of the registry.
    pub projection: Projection,
    /// The document as it is saved, and what it says, if it was wanted.
    pub document: Option<(ByteBuf, CaseView)>,
    /// The objects of the document, if it was wanted.
    pub objects: Vec<ObjectEntry>,
    /// The dangers that its changes report, if it was wanted.
    pub dangers: Vec<Danger>,
}

/// Changes that passed the gate of the wire, to be held against canonical form and rights before
/// they are acknowledged.
#[derive(Debug, Serialize, Deserialize)]
pub struct ChangeCheck {
    /// Raw changes (chunk type 1) in causal order.
    pub changes: Vec<ByteBuf>,
    /// The objects of the case that are known so far.
    pub index: Vec<ObjectEntry>,
    /// Whose device wrote them, and in which role.
    pub writer: ChangeWriter,
}

/// Changes that may be acknowledged but for the length of the texts that they make longer.
#[derive(Debug, Serialize, Deserialize)]
pub struct Grown {
    /// The document; none for a case that begins with the changes.
    pub snapshot: Option<ByteBuf>,
    /// Acknowledged changes that are not merged yet.
    pub waiting: Vec<ByteBuf>,
    /// Raw changes in causal order.
    pub changes: Vec<ByteBuf>,
}

/// What was asked for; or a well-considered no: the job ran, and what it looked at may not pass.
pub type JobResult<T> = Result<T, Reason>;

/// What a worker answers.
#[derive(Debug, Serialize, Deserialize)]
pub enum JobAnswer {
    /// To [`Job::Check`].
    Checked(JobResult<JudgedChanges>),
    /// To [`Job::Grown`]: the first change that does, and why it may not pass.
    Grown(JobResult<Option<(ChangeHash, Reason)>>),
    /// To [`Job::Open`].
    Opened(JobResult<Box<OpenedCase>>),
    /// To [`Job::Reconcile`] and [`Job::Adopt`].
    Reconciled(JobResult<Box<ReconcileOutput>>),
    /// To [`Job::Rebuild`].
    Rebuilt(JobResult<Box<RebuiltCase>>),
    /// To [`Job::Versions`]: in the order of the variants.
    Versions(JobResult<Vec<String>>),
    /// To [`Job::Prove`].
    Proved(JobResult<Box<ProvedCase>>),
    /// To [`Job::Tell`].
    Told(JobResult<ChangeSummary>),
    /// To [`Job::Dangers`].
    Dangers(Vec<Danger>),
    /// The job panicked or was unreadable; the worker leaves after saying so.
    Failed {
        /// A stable word for what happened.
        code: String,
    },
}

/// A job with its allowance of processor time, as it travels to the worker.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct JobOrder {
    pub(super) cpu_seconds: u64,
    pub(super) job: Job,
}

impl Job {
    /// The name of the kind, for metrics.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Check(_) => "check",
            Self::Grown(_) => "grown",
            Self::Open(_) => "open",
            Self::Adopt(_) => "adopt",
            Self::Reconcile(_) => "reconcile",
            Self::Rebuild(_) => "rebuild",
            Self::Versions(_) => "versions",
            Self::Prove(_) => "prove",
            Self::Tell(_) => "tell",
            Self::Dangers(_) => "dangers",
        }
    }

    /// The case, of a job in the lane of reconciling.
    pub(super) fn case(&self) -> Option<CaseId> {
        match self {
            Self::Reconcile(stored) => Some(stored.input.facts.case_id),
            Self::Rebuild(rebuild) => Some(rebuild.facts.case_id),
            Self::Versions(wanted) => Some(wanted.case),
            Self::Tell(wanted) => Some(wanted.case),
            Self::Check(_)
            | Self::Grown(_)
            | Self::Open(_)
            | Self::Adopt(_)
            | Self::Prove(_)
            | Self::Dangers(_) => None,
        }
    }

    /// Does the work. Runs in the worker process only.
    pub(super) fn run(self) -> JobAnswer {
        match self {
            Self::Check(check) => JobAnswer::Checked(check.run()),
            Self::Grown(grown) => JobAnswer::Grown(
                grown
                    .run()
                    .map_err(|error| ReconcileError::Document(error).reason()),
            ),
            Self::Open(opening) => JobAnswer::Opened(
                reconcile::open(&opening)
                    .map(Box::new)
                    .map_err(|e| e.reason()),
            ),
            Self::Adopt(adoption) => JobAnswer::Reconciled(
                reconcile::adopt(&adoption)
                    .map(Box::new)
                    .map_err(|e| e.reason()),
            ),
            Self::Reconcile(stored) => {
                JobAnswer::Reconciled(stored.run().map(Box::new).map_err(|e| e.reason()))
            }
            Self::Rebuild(rebuild) => {
                let rebuilt = rebuild.run().map_err(ReconcileError::Document);
                JobAnswer::Rebuilt(rebuilt.map(Box::new).map_err(|e| e.reason()))
            }
            Self::Versions(wanted) => JobAnswer::Versions(
                CaseDoc::load(&wanted.snapshot)
                    .map(|doc| conflict::versions(&doc, &wanted.conflict))
                    .map_err(|e| ReconcileError::Document(e).reason()),
            ),
            Self::Prove(prove) => JobAnswer::Proved(prove.run().map(Box::new)),
            Self::Tell(tell) => JobAnswer::Told(
                rights::summarise(&tell.change, &tell.index).map_err(|e| e.reason()),
            ),
            Self::Dangers(changes) => JobAnswer::Dangers(rights::dangers(&raw(changes))),
        }
    }
}

impl Stored {
    fn run(&self) -> Result<ReconcileOutput, ReconcileError> {
        let mut doc = CaseDoc::load(&self.input.snapshot)?;
        if doc.heads() != self.heads {
            return Err(ReconcileError::OtherDocument);
        }
        reconcile::reconcile_loaded(&mut doc, &self.input)
    }
}

impl ChangeCheck {
    fn run(self) -> JobResult<JudgedChanges> {
        let changes = raw(self.changes);
        rights::judge(&changes, &self.index, &self.writer).map_err(|e| e.reason())
    }
}

impl Grown {
    fn run(self) -> Result<Option<(ChangeHash, Reason)>, DocError> {
        let (waiting, changes) = (raw(self.waiting), raw(self.changes));
        let snapshot = self.snapshot.as_ref().map(|bytes| bytes.as_slice());
        let found = rights::overgrown(snapshot, &waiting, &changes)?;
        Ok(found.map(|(change, error)| (change, error.reason())))
    }
}

impl Prove {
    fn run(self) -> JobResult<ProvedCase> {
        self.proof.check(&self.trusted).map_err(|e| e.reason())
    }
}

impl Rebuild {
    fn run(self) -> Result<RebuiltCase, DocError> {
        let changes = raw(self.changes);
        let mut doc = CaseDoc::from_log(&changes)?;
        let view = doc.view()?;
        let (objects, dangers) = if self.keep {
            let objects = rights::index_of(&doc).unwrap_or_default();
            (objects, rights::dangers(&changes))
        } else {
            (Vec::new(), Vec::new())
        };
        Ok(RebuiltCase {
            objects,
            dangers,
            heads: doc.heads(),
            projection: fold::fold(&view, &self.facts, &self.authors),
            document: self.keep.then(|| (ByteBuf::from(doc.save()), view)),
        })
    }
}

fn raw(changes: Vec<ByteBuf>) -> Vec<Vec<u8>> {
    changes.into_iter().map(ByteBuf::into_vec).collect()
}
