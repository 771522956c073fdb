//! Writing work again as if it had been sent in time: on what its author had seen, beside all that
//! came since (docs/adr/0011).

use super::{CaseDoc, EditError, Inside, RawChange, Result, past, seen::Seen, write, written};
use crate::{
    document::Basis,
    edit::Edit,
    ids::{Actor, ChangeHash},
};
use automerge::{ActorId, Automerge, Change, ExpandedChange, ObjId, ReadDoc, legacy};
use jiff::Timestamp;
use std::{collections::BTreeSet, num::NonZeroU64};

/// Writes edits of one person again, one after the other.
#[derive(Debug, Default)]
pub struct Replay {
    /// The document as the author of the last edit saw it, with that edit: most often what the next
    /// one was written on.
    branch: Option<CaseDoc>,
}

/// What came of an edit that was written again.
#[derive(Debug, Clone, PartialEq)]
pub struct Replayed {
    /// The change; none when all that the edit said was held back.
    pub written: Option<RawChange>,
    /// The edit as it stands in the change.
    pub edit: Edit,
    /// On what it stands.
    pub basis: Basis,
    /// When words were held back because they were typed inside of words that are gone: what their
    /// author had before him or her, with all the rest of the edit in it.
    pub held_back: Option<String>,
}

/// An edit, and on what it was written.
#[derive(Debug, Clone, Copy)]
pub struct Work<'a> {
    /// The edit.
    pub edit: &'a Edit,
    /// What its author had before him or her, as far as the document still has it.
    pub basis: &'a Basis,
    /// What becomes of words inside of words that are gone.
    pub inside: Inside,
}

/// An edit as it fits a document; no change when all of it is held back.
struct FittedEdit {
    change: Option<ExpandedChange>,
    edit: Edit,
    held_back: Option<String>,
}

/// Where a change comes to stand in a document.
struct ReplayPoint {
    seq: u64,
    start_op: NonZeroU64,
    deps: Vec<ChangeHash>,
}

impl Replay {
    /// Writes an edit as a change beside whatever its author had not seen.
    ///
    /// It is written on the heads that were seen. Where the document does not have them, texts are
    /// carried over to what they are now and nothing counts as seen, so that a value never takes
    /// the place of another one.
    ///
    /// # Errors
    /// When the edit does not fit; nothing is written then.
    pub fn edit(
        &mut self,
        doc: &mut CaseDoc,
        actor: Actor,
        at: Timestamp,
        work: Work<'_>,
    ) -> Result<Replayed> {
        if doc.has_added(work.edit) {
            return Err(EditError::EntryExists);
        }
        write::references(&doc.reader(), work.edit)?;
        let part = work.edit.part();
        let actor = actor.writing(part);
        match doc.ground(part)? {
            None => self.edit_here(doc, actor, at, work),
            Some(mut ground) => {
                let done = self.edit_here(&mut ground, actor, at, work)?;
                done.written.iter().try_for_each(|one| doc.take(one))?;
                Ok(done)
            }
        }
    }

    /// Writes an edit on this document, which holds what a change of its part may build on.
    fn edit_here(
        &mut self,
        doc: &mut CaseDoc,
        actor: Actor,
        at: Timestamp,
        work: Work<'_>,
    ) -> Result<Replayed> {
        let seen = &work.basis.seen;
        let branch = self
            .branch
            .take()
            .filter(|branch| branch.heads() == seen.heads);
        let branch = match branch {
            Some(branch) => Some(branch),
            None => doc.back_at(&seen.heads)?,
        };
        let Some(branch) = branch else {
            return on_present(doc, actor, at, work, Vec::new());
        };
        let heads = branch.heads();
        if is_cut(&branch, work) {
            return on_present(doc, actor, at, work, heads);
        }
        match self.on_branch(doc, branch, actor, at, work) {
            // What it is about was refused and has been written again since.
            Err(EditError::UnknownEntry) => on_present(doc, actor, at, work, heads),
            done => done,
        }
    }

    fn on_branch(
        &mut self,
        doc: &mut CaseDoc,
        mut branch: CaseDoc,
        actor: Actor,
        at: Timestamp,
        work: Work<'_>,
    ) -> Result<Replayed> {
        let mut basis = branch.basis(work.edit, work.basis.seen.facts_version);
        basis.seen.beside.clone_from(&work.basis.seen.beside);
        let draft = branch.clone().draft(actor, at, work)?;
        let Some(change) = &draft.change else {
            self.branch = Some(branch);
            return Ok(draft.done(None, basis));
        };
        let change = doc.put_behind(actor, change, &basis.seen, BTreeSet::new())?;
        let knows_all = change
            .deps()
            .iter()
            .all(|dep| branch.contains(&ChangeHash(dep.0)));
        if knows_all && branch.doc.apply_changes([change.clone()]).is_ok() {
            self.branch = Some(branch);
        }
        Ok(draft.done(Some(&change), basis))
    }
}

impl FittedEdit {
    fn done(self, change: Option<&Change>, basis: Basis) -> Replayed {
        Replayed {
            written: change.map(written),
            edit: self.edit,
            basis,
            held_back: self.held_back,
        }
    }
}

/// Whether a text that the author changed is not there any more as it was, and nothing of the work
/// may be held back.
fn is_cut(branch: &CaseDoc, work: Work<'_>) -> bool {
    let Edit::Text { target, .. } = work.edit else {
        return false;
    };
    let base = work.basis.base_text.as_ref();
    work.inside == Inside::Kept && base.is_some() && branch.text(*target).as_ref() != base
}

/// Writes on the document as it is; of it, only these heads had been seen. Values take the place of
/// the author's own alone.
fn on_present(
    doc: &mut CaseDoc,
    actor: Actor,
    at: Timestamp,
    work: Work<'_>,
    heads: Vec<ChangeHash>,
) -> Result<Replayed> {
    let facts_version = work.basis.seen.facts_version;
    let seen = Seen {
        heads,
        beside: work.basis.seen.beside.clone(),
        facts_version,
    };
    let basis = Basis {
        seen,
        ..doc.basis(work.edit, facts_version)
    };
    let known = Basis {
        seen: basis.seen.clone(),
        ..work.basis.clone()
    };
    let work = Work {
        inside: Inside::Kept,
        basis: &known,
        ..work
    };
    let mut draft = doc.clone().draft(actor, at, work)?;
    let Some(change) = &mut draft.change else {
        return Err(EditError::NothingChanged);
    };
    let own = ActorId::from(actor.0);
    for op in &mut change.operations {
        if matches!(op.key, legacy::Key::Map(_)) {
            op.pred = op
                .pred
                .iter()
                .filter(|id| *id.actor() == own)
                .cloned()
                .collect();
        }
    }
    let standing = doc.heads().into_iter().collect();
    let change = doc.put_behind(actor, change, &basis.seen, standing)?;
    Ok(draft.done(Some(&change), basis))
}

/// A text as the author of a change that was written again saw it when writing: on what had been
/// seen, or, where words were put among the author's own that had come since, on these as well;
/// none where it refers to what others wrote and the author never saw.
pub(crate) fn as_written(
    doc: &Automerge,
    change: ChangeHash,
    seen: &Seen,
    text: &ObjId,
) -> Option<String> {
    let change = doc.get_change_by_hash(&automerge::ChangeHash(change.0))?;
    let is_own = |dep: &&automerge::ChangeHash| {
        let meta = doc.get_change_meta_by_hash(dep);
        meta.is_some_and(|meta| *meta.actor == *change.actor_id())
    };
    let own = change.deps().iter().filter(is_own);
    let seen: BTreeSet<ChangeHash> = seen.heads.iter().copied().collect();
    let with_own = own
        .map(|dep| ChangeHash(dep.0))
        .chain(seen.clone())
        .collect();
    let grounds = [seen, with_own];
    let then = grounds
        .into_iter()
        .find_map(|ground| written_on(doc, &change, ground))?;
    then.text(text).ok()
}

/// A change written on these heads instead of all that it builds on; none when it refers to more.
fn written_on(doc: &Automerge, change: &Change, ground: BTreeSet<ChangeHash>) -> Option<Automerge> {
    let heads = past::hashes_of(&ground);
    let mut then = doc.fork_at(&heads).ok().filter(|_| !heads.is_empty())?;
    if !past::has_all_named(&then, change) {
        return None;
    }
    let actor = Actor::try_from(change.actor_id().to_bytes()).ok()?;
    let place = ReplayPoint::behind(&mut then, actor, ground)?;
    then.apply_changes([moved(change.decode(), actor, &place, None)])
        .ok()?;
    Some(then)
}

impl CaseDoc {
    /// The document as it was at these heads; none when it does not have them all.
    fn back_at(&self, heads: &[ChangeHash]) -> Result<Option<Self>> {
        if heads.is_empty() || !heads.iter().all(|head| self.contains(head)) {
            return Ok(None);
        }
        let heads: Vec<_> = heads
            .iter()
            .map(|head| automerge::ChangeHash(head.0))
            .collect();
        Ok(Some(Self {
            doc: self.doc.fork_at(&heads)?,
        }))
    }

    /// Whether the entry that an edit adds is there already, say because an earlier answer of the
    /// server was lost.
    fn has_added(&self, edit: &Edit) -> bool {
        let Edit::Add { id, entry } = edit else {
            return false;
        };
        let reader = self.reader();
        let map = reader.container(entry.container());
        map.is_ok_and(|map| reader.has(&map, &id.to_string()))
    }

    /// Writes an edit here, a text as the difference from what its author saw.
    fn draft(&mut self, actor: Actor, at: Timestamp, work: Work<'_>) -> Result<FittedEdit> {
        let (edit, held_back) = self.carried_over(work);
        let change = match self.edit_here(actor, at, &edit, &[]) {
            Ok(RawChange { bytes, .. }) => {
                let change = Change::from_bytes(bytes).map_err(|_| EditError::NothingChanged)?;
                Some(change.decode())
            }
            Err(EditError::NothingChanged) if held_back.is_some() => None,
            Err(error) => return Err(error),
        };
        Ok(FittedEdit {
            change,
            edit,
            held_back,
        })
    }

    fn carried_over(&self, work: Work<'_>) -> (Edit, Option<String>) {
        let Edit::Text { target, content } = work.edit else {
            return (work.edit.clone(), None);
        };
        let now = self.text(*target).unwrap_or_default();
        let merged = match &work.basis.base_text {
            Some(base) if *base == now => return (work.edit.clone(), None),
            Some(base) => write::merge(base, content, &now, work.inside),
            // On the heads that were seen the text is its own base.
            None if !work.basis.seen.heads.is_empty() => return (work.edit.clone(), None),
            None => write::beside(content, &now),
        };
        let edit = Edit::Text {
            target: *target,
            content: merged.text,
        };
        (edit, merged.held_back)
    }

    /// Takes a drafted change in as the next of its author: with all that was seen among its
    /// dependencies, and saying what that was.
    fn put_behind(
        &mut self,
        actor: Actor,
        draft: &ExpandedChange,
        seen: &Seen,
        mut deps: BTreeSet<ChangeHash>,
    ) -> Result<Change> {
        deps.extend(&seen.heads);
        let place =
            ReplayPoint::behind(&mut self.doc, actor, deps).ok_or(EditError::UnknownEntry)?;
        let message = seen.message(&place.deps);
        let change = moved(draft.clone(), actor, &place, Some(message));
        self.doc.apply_changes([change.clone()])?;
        Ok(change)
    }
}

impl ReplayPoint {
    /// The place behind these changes and behind the last one of the actor.
    fn behind(doc: &mut Automerge, actor: Actor, mut deps: BTreeSet<ChangeHash>) -> Option<Self> {
        doc.set_actor(ActorId::from(actor.0));
        let last = doc.get_last_local_change();
        deps.extend(last.iter().map(|last| ChangeHash(last.hash().0)));
        let ends = deps.iter().map(|dep| {
            let meta = doc.get_change_meta_by_hash(&automerge::ChangeHash(dep.0))?;
            Some(meta.max_op)
        });
        let end = ends.collect::<Option<Vec<u64>>>()?.into_iter().max()?;
        Some(Self {
            seq: last.map_or(0, |last| last.seq()) + 1,
            start_op: NonZeroU64::new(end + 1)?,
            deps: deps.into_iter().collect(),
        })
    }
}

/// The change at another place: its operations are counted from there, and what they say of each
/// other follows.
fn moved(
    mut change: ExpandedChange,
    actor: Actor,
    place: &ReplayPoint,
    message: Option<String>,
) -> Change {
    let (from, old) = (change.start_op.get(), change.actor_id.clone());
    let (to, new) = (place.start_op.get(), ActorId::from(actor.0));
    let named = |id: &legacy::OpId| {
        if *id.actor() == old && id.counter() >= from {
            legacy::OpId::new(id.counter() - from + to, &new)
        } else {
            id.clone()
        }
    };
    for op in &mut change.operations {
        if let legacy::ObjectId::Id(object) = &op.obj {
            op.obj = legacy::ObjectId::Id(named(object));
        }
        if let legacy::Key::Seq(legacy::ElementId::Id(element)) = &op.key {
            op.key = legacy::Key::Seq(legacy::ElementId::Id(named(element)));
        }
        op.pred = op.pred.iter().map(named).collect();
    }
    change.actor_id = new;
    change.seq = place.seq;
    change.start_op = place.start_op;
    change.deps = place
        .deps
        .iter()
        .map(|dep| automerge::ChangeHash(dep.0))
        .collect();
    change.message = message;
    change.hash = None;
    Change::from(change)
}
