//! The two parts of a document (docs/adr/0026): the changes of the work build on the work alone,
//! and are whole without the rest.

use super::{
    CaseDoc, ChangeMessage, DocError, RawChange, Result, Seen, hold, past, seen::MOST_BESIDE,
    write::inserted, written,
};
use crate::{
    edit::Edit,
    ids::{Actor, ChangeHash},
    part::{CasePart, Extent},
};
use automerge::{ActorId, Automerge, Change};
use std::collections::{BTreeSet, HashMap};

impl CaseDoc {
    /// The changes of a part on which no other of that part builds, sorted.
    #[must_use]
    pub fn heads_of(&self, part: CasePart) -> Vec<ChangeHash> {
        let mut heads = BTreeSet::new();
        for meta in self.doc.get_changes_meta(&[]) {
            if part_of(&meta.actor) == part {
                for dep in &meta.deps {
                    heads.remove(&ChangeHash(dep.0));
                }
                heads.insert(ChangeHash(meta.hash.0));
            }
        }
        heads.into_iter().collect()
    }

    /// Whether anything confidential is in the document.
    #[must_use]
    pub fn has_confidential(&self) -> bool {
        let changes = self.doc.get_changes_meta(&[]);
        changes
            .iter()
            .any(|meta| part_of(&meta.actor) == CasePart::Confidential)
    }

    /// In which part a change of the document was written; none when it is not there.
    #[must_use]
    pub fn part_of(&self, change: &ChangeHash) -> Option<CasePart> {
        let meta = self
            .doc
            .get_change_meta_by_hash(&automerge::ChangeHash(change.0))?;
        Some(part_of(&meta.actor))
    }

    /// As much of the document as somebody holds.
    ///
    /// # Errors
    /// When Automerge cannot part it.
    pub fn within(self, extent: Extent) -> Result<Self, DocError> {
        match extent {
            Extent::Whole => Ok(self),
            Extent::Work => match self.work_alone() {
                None => Ok(self),
                Some(alone) => alone.map_err(|error| DocError::Apply(Box::new(error))),
            },
        }
    }

    /// Takes a change of the work of which only its bytes are left, although something that it
    /// names is not here: of what its author had beside it, it names what is, and it builds on what
    /// stands now for what it was written on. Its operations stay as they are numbered.
    ///
    /// # Errors
    /// As [`Self::apply`].
    pub fn apply_renamed(
        &mut self,
        bytes: &[u8],
        now: impl Fn(ChangeHash) -> ChangeHash,
    ) -> Result<RawChange, DocError> {
        let change = hold::parse(bytes)?;
        let names = |hashes: &[automerge::ChangeHash]| -> Vec<ChangeHash> {
            hashes.iter().map(|hash| ChangeHash(hash.0)).collect()
        };
        let before = names(change.deps());
        let mut deps: Vec<ChangeHash> = before.iter().map(|dep| now(*dep)).collect();
        deps.sort_unstable();
        let mut again = change.decode();
        let said = again
            .message
            .as_deref()
            .map(|said| ChangeMessage::read(said, &before));
        if let Some(Ok(Some(said))) = said {
            again.message = self.said_here(said, &deps, &now);
        }
        again.deps = past::hashes_of(&deps);
        again.hash = None;
        let again = written(&Change::from(again));
        self.apply(std::slice::from_ref(&again.bytes))?;
        Ok(again)
    }

    /// What a change says that its author had seen, in the names of this document.
    fn said_here(
        &self,
        said: ChangeMessage,
        deps: &[ChangeHash],
        now: impl Fn(ChangeHash) -> ChangeHash,
    ) -> Option<String> {
        let renamed = |heads: &[ChangeHash]| -> Vec<ChangeHash> {
            let found: BTreeSet<ChangeHash> = heads.iter().map(|head| now(*head)).collect();
            found.into_iter().collect()
        };
        let mut beside = renamed(said.beside());
        beside.retain(|head| self.part_of(head) == Some(CasePart::Confidential));
        match said {
            ChangeMessage::Beside(_) => ChangeMessage::message_beside(&beside),
            ChangeMessage::Seen(seen) => Some(
                Seen {
                    heads: renamed(&seen.heads),
                    beside,
                    ..seen
                }
                .message(deps),
            ),
        }
    }

    /// The document on which a change of a part is written; none where that is this one.
    pub(super) fn ground(&self, part: CasePart) -> Result<Option<Self>> {
        match part {
            CasePart::Work => Ok(self.work_alone().transpose()?),
            CasePart::Confidential => Ok(None),
        }
    }

    /// What of the confidential part the author of a change of this part has, and the change cannot
    /// build on.
    pub(super) fn beside(&self, part: CasePart) -> Vec<ChangeHash> {
        let mut beside = match part {
            CasePart::Work => self.heads_of(CasePart::Confidential),
            CasePart::Confidential => Vec::new(),
        };
        beside.truncate(MOST_BESIDE);
        beside
    }

    /// The work without the rest; none where there is no rest.
    fn work_alone(&self) -> Option<std::result::Result<Self, automerge::AutomergeError>> {
        self.has_confidential().then(|| {
            let work = self.heads_of(CasePart::Work);
            Ok(Self {
                doc: self.doc.fork_at(&past::hashes_of(&work))?,
            })
        })
    }
}

impl Edit {
    /// The edit without what its author found there: of a text only what was put into this one.
    #[must_use]
    pub fn typed_alone(&self, base: &str) -> Self {
        match self {
            Self::Text { target, content } => Self::Text {
                target: *target,
                content: inserted(base, content),
            },
            other => other.clone(),
        }
    }
}

/// In which part an actor writes; one that no phone has writes where least is shown.
pub(super) fn part_of(actor: &ActorId) -> CasePart {
    Actor::try_from(actor.to_bytes()).map_or(CasePart::Confidential, Actor::part)
}

/// Refuses changes of the work that build on anything confidential: whoever holds the work alone
/// could never take them.
pub(super) fn work_builds_on_work(doc: &Automerge, changes: &[Change]) -> Result<(), DocError> {
    let mut batch = HashMap::with_capacity(changes.len());
    for change in changes {
        let part = part_of(change.actor_id());
        let is_work = |hash: &automerge::ChangeHash| match batch.get(hash) {
            Some(part) => *part == CasePart::Work,
            None => doc
                .get_change_meta_by_hash(hash)
                .is_none_or(|meta| part_of(&meta.actor) == CasePart::Work),
        };
        if part == CasePart::Work && !change.deps().iter().all(is_work) {
            return Err(DocError::WorkOnConfidential);
        }
        batch.insert(change.hash(), part);
    }
    Ok(())
}
