//! What a worker may be asked, and what it answers. Both ends are the same program, so there is one version of these.

use hejie_case::{
    document::{CaseDoc, Origin},
    ids::{Actor, ChangeHash},
    rights::{self, ObjectEntry, Pen},
    settle::{self, Settle, Settled},
    view::Meta,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

/// One piece of work on the document of one case.
#[derive(Debug, Serialize, Deserialize)]
pub enum Job {
    /// May these changes be acknowledged?
    Check(Check),
    /// Makes the document of a case that begins on the server.
    Create(Box<Create>),
    /// Merges acknowledged changes, rules on requests and plans the fold.
    Settle(Box<Settle>),
}

/// Changes that passed the gate of the wire, to be held against canonical form and rights before they are acknowledged.
#[derive(Debug, Serialize, Deserialize)]
pub struct Check {
    /// Raw changes (chunk type 1) in causal order.
    pub changes: Vec<ByteBuf>,
    /// The objects of the case that are known so far.
    pub index: Vec<ObjectEntry>,
    /// Whose device wrote them, and in which role.
    pub pen: Pen,
}

/// The beginning of a case that came through a channel.
#[derive(Debug, Serialize, Deserialize)]
pub struct Create {
    /// Who writes the first change.
    pub actor: Actor,
    /// The head of the document.
    pub meta: Meta,
    /// What the channel told.
    pub origin: Origin,
    /// The time to write into the change.
    pub at: Timestamp,
}

/// A new document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Created {
    /// The saved document.
    pub snapshot: ByteBuf,
    /// Its heads, sorted.
    pub heads: Vec<ChangeHash>,
    /// The first change after the genesis.
    pub change: ByteBuf,
    /// The hash of that change.
    pub hash: ChangeHash,
}

/// A well-considered no: the job ran, and what it looked at may not pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The stable code.
    pub code: String,
    /// The reason for its author, in Chinese.
    pub zh: String,
}

/// What was asked for, or why not.
pub type Verdict<T> = Result<T, Refusal>;

/// What a worker answers.
#[derive(Debug, Serialize, Deserialize)]
pub enum Answer {
    /// To [`Job::Check`]: the objects that the changes add to the index.
    Checked(Verdict<Vec<ObjectEntry>>),
    /// To [`Job::Create`].
    Created(Created),
    /// To [`Job::Settle`].
    Settled(Verdict<Box<Settled>>),
    /// The job panicked or was unreadable; the worker leaves after saying so.
    Failed {
        /// A stable word for what happened.
        code: String,
    },
}

/// A job with its allowance of processor time, as it travels to the worker.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) cpu_seconds: u64,
    pub(super) job: Job,
}

impl Job {
    /// The name of the kind, for metrics.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Check(_) => "check",
            Self::Create(_) => "create",
            Self::Settle(_) => "settle",
        }
    }

    /// Does the work. Runs in the worker process only.
    pub(super) fn run(self) -> Answer {
        match self {
            Self::Check(check) => Answer::Checked(check.run()),
            Self::Create(create) => Answer::Created(create.run()),
            Self::Settle(input) => Answer::Settled(settle::settle(*input).map(Box::new).map_err(
                |error| Refusal {
                    code: error.code().into(),
                    zh: error.zh().into(),
                },
            )),
        }
    }
}

impl Check {
    fn run(self) -> Verdict<Vec<ObjectEntry>> {
        let changes: Vec<Vec<u8>> = self.changes.into_iter().map(ByteBuf::into_vec).collect();
        rights::check(&changes, &self.index, &self.pen).map_err(|error| Refusal {
            code: error.code().into(),
            zh: error.zh().into(),
        })
    }
}

impl Create {
    fn run(self) -> Created {
        let (mut doc, written) = CaseDoc::create(self.actor, &self.meta, &self.origin, self.at);
        Created {
            snapshot: ByteBuf::from(doc.save()),
            heads: doc.heads(),
            change: ByteBuf::from(written.bytes),
            hash: written.hash,
        }
    }
}
