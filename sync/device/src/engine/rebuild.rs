//! Building a document anew: on the server's snapshot, or from the beginning, without what was
//! refused, with the unsent work written again from its intents, each on what its author had seen
//! (docs/adr/0011).

use super::{
    history,
    lineage::Lineage,
    merge::{Unusable, bytes_of, unknown},
    row::{Intent, Outgoing, OutgoingHead},
};
use hejie_case::{
    document::{Basis, CaseDoc, EditError, RawChange, Replay, Work},
    ids::{Actor, CaseId, ChangeHash},
    reason::{Explain, Reason},
};
use hejie_wire::chunk::{Admitted, admit};
use std::collections::BTreeSet;

/// What the new document is built on.
pub(super) struct RebuildBase<'a> {
    pub case: CaseId,
    pub actor: Actor,
    /// The server lost a part of the case: what others wrote stays although the server does not
    /// have it.
    pub keeps_all: bool,
    /// The document so far.
    pub doc: Option<CaseDoc>,
    /// Changes of it that must not be in the new one at first.
    pub out: BTreeSet<ChangeHash>,
    pub snapshot: Option<&'a [u8]>,
    /// Changes from the server.
    pub theirs: Vec<Admitted>,
    /// Work of the document that the server has under an actor of before, and by which change.
    pub had: Vec<(ChangeHash, ChangeHash)>,
}

/// A document built anew.
pub(super) struct BuiltDocument {
    /// None when nothing of the case is left.
    pub doc: Option<CaseDoc>,
    pub outgoing: Vec<Outgoing>,
    pub refused: Vec<(Outgoing, Reason)>,
    pub server_heads: Vec<ChangeHash>,
    /// What became of the changes of the document as it was.
    pub lineage: Lineage,
    /// Changes of others that the server does not have.
    pub lost_by_server: Vec<Admitted>,
}

/// Work that was written again.
struct RewrittenWork {
    /// None when all of it was held back.
    outgoing: Option<Outgoing>,
    /// What was typed inside of refused words, for its author.
    held_back: Option<Outgoing>,
}

/// Builds the document. `rewrite` when the unsent changes cannot stay as they are.
pub(super) fn rebuild(
    base: RebuildBase<'_>,
    unsent: Vec<Outgoing>,
    refused: Vec<(Outgoing, Reason)>,
    heads: Option<&[ChangeHash]>,
    rewrite: bool,
) -> Result<BuiltDocument, Unusable> {
    let actor = base.actor;
    let before = base
        .doc
        .as_ref()
        .map_or_else(|| Ok(Vec::new()), history::all)?;
    let known = unsent.iter().chain(refused.iter().map(|(one, _)| one));
    let own: BTreeSet<ChangeHash> = known.clone().map(|one| one.head.hash).collect();
    let mut lineage = Lineage::of(&before, known);
    for (again, former) in &base.had {
        lineage.became(*again, *former);
    }
    let RebuildStart {
        mut doc,
        mut lost_by_server,
    } = beginning(base, before, heads)?;
    // Own work is sent or written again, whatever actor it bears: that of an enrolment of before is
    // nobody else's.
    lost_by_server.retain(|change| !own.contains(&change.hash));
    let mut built = BuiltDocument {
        doc: None,
        outgoing: Vec::new(),
        refused,
        server_heads: heads.map_or_else(|| doc.heads(), <[ChangeHash]>::to_vec),
        lineage,
        lost_by_server,
    };
    if let Some(heads) = heads {
        built.offer_again(&mut doc, actor, heads)?;
    }
    let mut first = unsent.iter().take(1);
    let begins = first.any(|one| matches!(one.head.intent, Intent::Begin { .. }));
    if is_empty(&doc) && !begins {
        let in_vain = unsent.into_iter().map(|one| (one, not_begun()));
        built.refused.extend(in_vain);
        return Ok(built);
    }
    let writer = Writer {
        actor,
        rewrite,
        replay: Replay::default(),
    };
    built.put(&mut doc, unsent, writer);
    built.doc = (!is_empty(&doc)).then_some(doc);
    Ok(built)
}

impl BuiltDocument {
    /// Offers what the server lost of the own work. As it was, where it may go up so; written
    /// again, where it names what is not here any more: the server would wait for that for ever.
    fn offer_again(
        &mut self,
        doc: &mut CaseDoc,
        actor: Actor,
        heads: &[ChangeHash],
    ) -> Result<(), Unusable> {
        let again = offered_again(doc, actor, heads)?;
        if again.iter().all(|one| is_named_here(doc, one)) {
            self.outgoing = again;
            return Ok(());
        }
        let out = again.iter().map(|one| one.head.hash).collect();
        *doc = CaseDoc::from_log(&bytes_of(&history::without(history::all(doc)?, &out)))?;
        let writer = Writer {
            actor,
            rewrite: false,
            replay: Replay::default(),
        };
        self.put(doc, again, writer);
        Ok(())
    }

    /// Puts the unsent work on the document: as it was, written again, or refused.
    fn put(&mut self, doc: &mut CaseDoc, unsent: Vec<Outgoing>, mut writer: Writer) {
        for one in unsent {
            match writer.write(doc, &one, &self.lineage) {
                Ok(again) => {
                    if let Some(written) = again.outgoing {
                        self.lineage.became(one.head.hash, written.head.hash);
                        self.outgoing.push(written);
                    }
                    let rest = again.held_back.map(|rest| (rest, inside_refused()));
                    self.refused.extend(rest);
                }
                // The same stands there already: an answer was lost, or somebody else wrote the
                // same value.
                Err(EditError::NothingChanged) => {}
                Err(error) => self.refused.push((one, error.reason())),
            }
        }
        // What is refused may be tried again by hand much later: by then the names under which its
        // author saw the document would be forgotten.
        for (one, _) in &mut self.refused {
            one.head.intent = self.lineage.carried(doc, &one.head.intent);
        }
    }
}

fn is_empty(doc: &CaseDoc) -> bool {
    doc.heads() == [CaseDoc::genesis().hash]
}

fn not_begun() -> Reason {
    Reason::new(
        "case_not_begun",
        "本案未能登记，这部分内容仍保存在本机，可抄录后重新登记。",
    )
}

fn inside_refused() -> Reason {
    Reason::new(
        "inside_refused",
        "这部分文字写在未被接受的内容之中，已随其留在本机；请核对全文后重新填写。",
    )
}

/// What a document is built anew on.
struct RebuildStart {
    doc: CaseDoc,
    /// Changes of others that stood in the document before and that the server does not have,
    /// whether they stay or not.
    lost_by_server: Vec<Admitted>,
}

/// The document with all that the server has, and nothing that is unsent or refused.
///
/// When the server gave its heads, the document follows it: what others wrote and the server does
/// not have was taken out of the case, or its author will offer it again. Only where own
/// acknowledged work builds on it, it stays until that is settled.
fn beginning(
    base: RebuildBase<'_>,
    before: Vec<Admitted>,
    heads: Option<&[ChangeHash]>,
) -> Result<RebuildStart, Unusable> {
    let mut doc = match base.snapshot {
        Some(bytes) => load_snapshot(bytes, base.case)?,
        None => CaseDoc::load(&CaseDoc::genesis().bytes)?,
    };
    let acknowledged = history::without(before.clone(), &base.out);
    // The heads are the server's word for all that it has. Only a document that holds every one of
    // them may follow it: otherwise what seems to be missing there may be what is missing here.
    let follows = heads.is_some_and(|heads| {
        doc.apply(&bytes_of(&unknown(&doc, base.theirs.clone())))
            .is_ok()
            && heads.iter().all(|head| doc.contains(head))
    });
    let lost_by_server = if follows && !base.keeps_all {
        let mut lost = unknown(&doc, before);
        lost.retain(|change| change.header.actor.phone() != base.actor);
        lost
    } else {
        Vec::new()
    };
    let mut missing = unknown(&doc, acknowledged);
    // Own acknowledged work may build on words of others that the server lost: Automerge takes a
    // change with all that it depends on or not at all, and then everything that was here stays.
    let own: Vec<Admitted> = missing
        .iter()
        .filter(|change| change.header.actor.phone() == base.actor)
        .cloned()
        .collect();
    if !(follows && !base.keeps_all && doc.apply(&bytes_of(&own)).is_ok()) {
        missing.extend(unknown(&doc, base.theirs));
        doc.apply(&bytes_of(&missing))?;
    }
    Ok(RebuildStart {
        doc,
        lost_by_server,
    })
}

/// A snapshot is a document and not a change: the gate looks at every change in it, and it must be
/// of this case.
fn load_snapshot(bytes: &[u8], case: CaseId) -> Result<CaseDoc, Unusable> {
    let doc = CaseDoc::load(bytes)?;
    history::all(&doc)?;
    if doc.view()?.meta.case_id != case {
        return Err(Unusable::OtherCase);
    }
    Ok(doc)
}

/// Own changes that a server with these heads has lost, say because it was restored to an earlier
/// point.
fn offered_again(
    doc: &CaseDoc,
    actor: Actor,
    heads: &[ChangeHash],
) -> Result<Vec<Outgoing>, Unusable> {
    let known: Vec<ChangeHash> = heads
        .iter()
        .filter(|hash| doc.contains(hash))
        .copied()
        .collect();
    let mut again = Vec::new();
    for change in doc.changes_since(&known) {
        let change = admit(&change.bytes)?;
        if change.header.actor.phone() == actor {
            again.push(Outgoing::of_bytes(change));
        }
    }
    Ok(again)
}

/// Puts unsent work on a document; once one piece had to be written anew, all that follow it must
/// be.
struct Writer {
    actor: Actor,
    rewrite: bool,
    replay: Replay,
}

impl Writer {
    fn write(
        &mut self,
        doc: &mut CaseDoc,
        one: &Outgoing,
        lineage: &Lineage,
    ) -> Result<RewrittenWork, EditError> {
        let bytes = [one.bytes.clone()];
        // The same bytes keep their name, and the server may have them already: an answer is easily
        // lost.
        if !self.rewrite && is_named_here(doc, one) && doc.apply(&bytes).is_ok() {
            return Ok(RewrittenWork::whole(one.clone()));
        }
        // A change names the number of the one before it: behind one that got another number none
        // fits.
        self.rewrite = true;
        match lineage.carried(doc, &one.head.intent) {
            Intent::Edit {
                edit,
                basis,
                inside,
            } => {
                let work = Work {
                    edit: &edit,
                    basis: &basis,
                    inside,
                };
                self.edit(doc, one, work)
            }
            Intent::Begin { meta, origin } if is_empty(doc) => {
                let (begun, first) = CaseDoc::create(self.actor, &meta, &origin, one.head.at)?;
                *doc = begun;
                Ok(RewrittenWork::whole(under(
                    one,
                    first,
                    one.head.intent.clone(),
                )))
            }
            // The case was begun already, by the same words.
            Intent::Begin { .. } => Err(EditError::NothingChanged),
            intent @ (Intent::Again | Intent::Bytes { .. }) => {
                let again = doc.apply_renamed(&one.bytes, |hash| lineage.now(hash));
                let again = again.map_err(|_| EditError::UnknownEntry)?;
                let intent = intent.with_bytes(&again.bytes);
                Ok(RewrittenWork::whole(under(one, again, intent)))
            }
        }
    }

    fn edit(
        &mut self,
        doc: &mut CaseDoc,
        one: &Outgoing,
        work: Work<'_>,
    ) -> Result<RewrittenWork, EditError> {
        let inside = work.inside;
        let done = self.replay.edit(doc, self.actor, one.head.at, work)?;
        let held_back = done.held_back.map(|rest| Intent::Edit {
            edit: Box::new(work.edit.clone()),
            basis: Basis {
                base_text: Some(rest),
                ..work.basis.clone()
            },
            inside,
        });
        let intent = Intent::Edit {
            edit: Box::new(done.edit),
            basis: done.basis,
            inside,
        };
        let mut outgoing = done.written.map(|written| under(one, written, intent));
        if let Some(in_part) = outgoing.as_mut().filter(|_| held_back.is_some()) {
            // Of what was deposited a part comes in; people go on looking at the whole. What was
            // written under an actor of before was the whole, too.
            in_part.head.handed_in.clear();
            in_part.head.formerly.clear();
        }
        Ok(RewrittenWork {
            outgoing,
            held_back: held_back.map(|intent| Outgoing {
                head: OutgoingHead {
                    intent,
                    ..one.head.clone()
                },
                ..one.clone()
            }),
        })
    }
}

/// Whether the document has all that unsent work names.
fn is_named_here(doc: &CaseDoc, one: &Outgoing) -> bool {
    admit(&one.bytes).is_ok_and(|change| history::stands_beside(doc, &change))
}

impl RewrittenWork {
    fn whole(outgoing: Outgoing) -> Self {
        Self {
            outgoing: Some(outgoing),
            held_back: None,
        }
    }
}

/// A row with another change in it.
fn under(one: &Outgoing, written: RawChange, intent: Intent) -> Outgoing {
    Outgoing {
        number: one.number,
        head: OutgoingHead {
            hash: written.hash,
            at: one.head.at,
            intent,
            handed_in: one.head.handed_in.clone(),
            formerly: one.head.formerly.clone(),
        },
        bytes: written.bytes,
    }
}
