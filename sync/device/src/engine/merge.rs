//! One case meets the server's answer: what was acknowledged leaves the outbox, what others wrote
//! comes in, and what was refused is taken out of the document while the rest is written again.

use super::{
    history::{self, advance},
    lineage::Lineage,
    rebuild::{RebuildBase, rebuild},
    row::{Intent, Outgoing},
    verdict::{Verdicts, is_final, says},
};
use hejie_case::{
    document::{CaseDoc, DocError},
    ids::{Actor, CaseId, ChangeHash},
    reason::{Explain, Reason},
    view::CaseView,
};
use hejie_wire::{
    chunk::{Admitted, admit},
    code,
    gate::GateError,
    message::CaseDown,
};
use serde_bytes::ByteBuf;
use std::{
    collections::{BTreeSet, HashMap},
    panic::{AssertUnwindSafe, catch_unwind},
};

/// What the phone has of a case.
pub(super) struct LocalCase<'a> {
    pub case: CaseId,
    pub actor: Actor,
    /// The server lost a part of the case: nothing is given up for not being there.
    pub keeps_all: bool,
    pub doc: Option<CaseDoc>,
    pub outgoing: Vec<Outgoing>,
    pub server_heads: Vec<ChangeHash>,
    /// What the last request held of this case.
    pub sent: Vec<&'a ByteBuf>,
}

/// What the phone has of it afterwards.
pub(super) struct MergeOutcome {
    /// None when nothing of the case is left.
    pub doc: Option<(CaseDoc, CaseView)>,
    pub outgoing: Vec<Outgoing>,
    pub refused: Vec<(Outgoing, Reason)>,
    pub server_heads: Vec<ChangeHash>,
    pub problem: Option<Reason>,
    /// Where the document was built anew: what became of its changes.
    pub lineage: Option<Lineage>,
    /// Changes of others that the server does not have.
    pub lost_by_server: Vec<Admitted>,
}

impl MergeOutcome {
    /// Whether a case that was not here is here now, or what the server gave of it cannot be read:
    /// an answer that was altered on its way names another case than its document does.
    pub fn gives(&self, down: &CaseDown) -> bool {
        let is_of_another = |problem: &Reason| problem.code == OTHER_CASE;
        self.doc.is_some()
            || (down.snapshot.is_some() && !self.problem.as_ref().is_some_and(is_of_another))
    }
}

/// The code of a document that names another case.
const OTHER_CASE: &str = "other_case";

/// Merges; a change that cannot be taken, or that makes the parser panic, is left out, and the
/// phone's own part is settled alone.
pub(super) fn merge<'a>(
    read: impl Fn() -> LocalCase<'a>,
    down: &CaseDown,
) -> Result<MergeOutcome, Unusable> {
    match calm(|| try_merge(read(), down)) {
        Ok(merged) => Ok(merged),
        Err(unusable) => {
            let verdicts = CaseDown {
                snapshot: None,
                changes: Vec::new(),
                heads: None,
                ..down.clone()
            };
            let mut merged = calm(|| try_merge(read(), &verdicts))?;
            merged.problem = Some(unusable.reason());
            Ok(merged)
        }
    }
}

/// Why what the server sent of a case cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unusable {
    #[error("a change does not pass the gate")]
    Gate(#[from] GateError),
    #[error("the document does not take it")]
    Document(#[source] Box<DocError>),
    #[error("the snapshot is of another case")]
    OtherCase,
    #[error("the parser panicked")]
    Panicked,
}

impl From<DocError> for Unusable {
    fn from(error: DocError) -> Self {
        Self::Document(Box::new(error))
    }
}

impl Unusable {
    pub(super) fn reason(&self) -> Reason {
        let code = match self {
            Self::Gate(error) => error.code(),
            Self::Document(error) => error.code(),
            Self::OtherCase => OTHER_CASE,
            Self::Panicked => "parser_panicked",
        };
        Reason::new(
            code,
            "本案有一部分内容暂时无法读取，下次同步时会重新获取；请勿卸载应用。",
        )
    }
}

/// After a panic nothing that the work touched is used again: it works on what it read itself.
fn calm<T>(work: impl FnOnce() -> Result<T, Unusable>) -> Result<T, Unusable> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Unusable::Panicked))
}

fn try_merge(mine: LocalCase<'_>, down: &CaseDown) -> Result<MergeOutcome, Unusable> {
    let theirs = down
        .changes
        .iter()
        .map(|bytes| admit(bytes))
        .collect::<Result<Vec<_>, _>>()?;
    let LocalCase {
        case,
        actor,
        keeps_all,
        doc,
        outgoing,
        server_heads,
        sent,
    } = mine;
    let there = of_server(&outgoing, actor, down, &theirs)?;
    let verdicts = Verdicts::of(outgoing, down, &there, &sent);
    let unacknowledged: BTreeSet<ChangeHash> = verdicts.unacknowledged().collect();
    let fallen = match &doc {
        Some(doc) => {
            let mut fallen = verdicts.lost(doc);
            fallen.extend(stray(doc, &verdicts, down, &server_heads)?);
            // A server that lost a part of the case has nothing in place of what it lost.
            if !keeps_all {
                fallen.extend(replaced(doc, down, &theirs, &unacknowledged)?);
            }
            fallen.extend(verdicts.had.iter().map(|(again, _)| *again));
            fallen
        }
        None => BTreeSet::new(),
    };
    let nothing_falls = verdicts.refused.is_empty() && fallen.is_empty();
    let brings_no_other_ground = down.snapshot.is_none() && down.heads.is_none();
    match doc {
        // The usual answer: what is new goes on top of what is here, and nothing is written again.
        Some(doc) if nothing_falls && brings_no_other_ground => {
            plainly(doc, verdicts, theirs, server_heads)
        }
        doc => {
            let mut verdicts = verdicts;
            let rewrite = !verdicts.refused.is_empty() || !verdicts.had.is_empty();
            // All that waits leaves the document first: what is kept of it is written again behind
            // what the server has.
            let out = unacknowledged.union(&fallen).copied().collect();
            if !nothing_falls {
                let fall = kept_as_bytes(doc.as_ref(), actor, &out, &unacknowledged, down)?;
                verdicts.refused.extend(fall);
            }
            let base = RebuildBase {
                case,
                actor,
                keeps_all,
                doc,
                out,
                snapshot: down.snapshot.as_ref().map(|bytes| bytes.as_slice()),
                theirs,
                had: std::mem::take(&mut verdicts.had),
            };
            anew(base, verdicts, down, rewrite)
        }
    }
}

/// The changes that the server has by this answer. Its snapshot is taken apart only where it may
/// hold what waits: work under an actor of before, or written again since.
fn of_server(
    outgoing: &[Outgoing],
    actor: Actor,
    down: &CaseDown,
    theirs: &[Admitted],
) -> Result<BTreeSet<ChangeHash>, Unusable> {
    let arrived = theirs.iter().map(|change| change.hash);
    let mut there: BTreeSet<ChangeHash> = arrived.chain(down.accepted.iter().copied()).collect();
    let looks = outgoing
        .iter()
        .any(|one| !one.head.formerly.is_empty() || !one.is_by(actor));
    if let Some(bytes) = down.snapshot.as_ref().filter(|_| looks) {
        let changes = history::all(&CaseDoc::load(bytes)?)?;
        there.extend(changes.iter().map(|change| change.hash));
    }
    Ok(there)
}

/// The document goes on as it is.
fn plainly(
    mut doc: CaseDoc,
    verdicts: Verdicts,
    theirs: Vec<Admitted>,
    server_heads: Vec<ChangeHash>,
) -> Result<MergeOutcome, Unusable> {
    let server_heads = take_plainly(&mut doc, theirs, &verdicts.accepted, server_heads)?;
    let view = doc.view()?;
    Ok(MergeOutcome {
        doc: Some((doc, view)),
        outgoing: verdicts.kept,
        refused: verdicts.refused,
        server_heads,
        problem: verdicts.problem,
        lineage: None,
        lost_by_server: Vec::new(),
    })
}

/// The document is built anew, without what falls, and what waits is written again.
fn anew(
    base: RebuildBase<'_>,
    verdicts: Verdicts,
    down: &CaseDown,
    rewrite: bool,
) -> Result<MergeOutcome, Unusable> {
    let Verdicts {
        refused,
        kept,
        problem,
        ..
    } = verdicts;
    let built = rebuild(base, kept, refused, down.heads.as_deref(), rewrite)?;
    let doc = built
        .doc
        .map(|doc| doc.view().map(|view| (doc, view)))
        .transpose()?;
    Ok(MergeOutcome {
        doc,
        outgoing: built.outgoing,
        refused: built.refused,
        server_heads: built.server_heads,
        problem,
        lineage: Some(built.lineage),
        lost_by_server: built.lost_by_server,
    })
}

/// Changes of the document in whose place the server has others, under the same numbers of the same
/// actor: it was set back, and their author wrote them again. Both cannot stand in one document,
/// and what the server has counts.
fn replaced(
    doc: &CaseDoc,
    down: &CaseDown,
    theirs: &[Admitted],
    unacknowledged: &BTreeSet<ChangeHash>,
) -> Result<BTreeSet<ChangeHash>, Unusable> {
    let (Some(snapshot), Some(_)) = (&down.snapshot, &down.heads) else {
        return Ok(BTreeSet::new());
    };
    let there = history::all(&CaseDoc::load(snapshot)?)?;
    let numbered: HashMap<(Actor, u64), ChangeHash> = there
        .iter()
        .chain(theirs)
        .map(|change| ((change.header.actor, change.header.seq), change.hash))
        .collect();
    let is_replaced = |change: &Admitted| {
        let there = numbered.get(&(change.header.actor, change.header.seq));
        there.is_some_and(|hash| *hash != change.hash) && !unacknowledged.contains(&change.hash)
    };
    let here = history::all(doc)?.into_iter();
    Ok(here.filter(is_replaced).map(|change| change.hash).collect())
}

/// What of others' changes the server does not have, when it refused a change of ours for building
/// on it: a colleague's change that was taken out of the case after this phone had received it.
fn stray(
    doc: &CaseDoc,
    verdicts: &Verdicts,
    down: &CaseDown,
    server_heads: &[ChangeHash],
) -> Result<BTreeSet<ChangeHash>, Unusable> {
    if !says(down, code::DEPENDS_ON_REFUSED) {
        return Ok(BTreeSet::new());
    }
    let heads = down.heads.as_deref().unwrap_or(server_heads);
    // What was accepted with this answer is not among the heads yet.
    let accepted = verdicts.accepted.iter().map(|one| one.head.hash);
    let own: BTreeSet<ChangeHash> = verdicts.unacknowledged().chain(accepted).collect();
    let beyond = history::beyond(&history::all(doc)?, heads);
    Ok(beyond.difference(&own).copied().collect())
}

/// Takes what is new into the document as it is; returns the heads that the server has.
fn take_plainly(
    doc: &mut CaseDoc,
    theirs: Vec<Admitted>,
    accepted: &[Outgoing],
    mut heads: Vec<ChangeHash>,
) -> Result<Vec<ChangeHash>, Unusable> {
    let new = unknown(doc, theirs);
    doc.apply(&bytes_of(&new))?;
    let accepted = accepted
        .iter()
        .map(|one| admit(&one.bytes))
        .collect::<Result<Vec<_>, _>>()?;
    advance(&mut heads, accepted.iter().chain(&new));
    Ok(heads)
}

/// Own changes that were acknowledged, whose intents are gone, and that fall with what is taken
/// out: kept as they were written.
fn kept_as_bytes(
    doc: Option<&CaseDoc>,
    actor: Actor,
    out: &BTreeSet<ChangeHash>,
    unacknowledged: &BTreeSet<ChangeHash>,
    down: &CaseDown,
) -> Result<Vec<(Outgoing, Reason)>, Unusable> {
    let all = doc.map_or_else(|| Ok(Vec::new()), history::all)?;
    let stay: BTreeSet<ChangeHash> = history::without(all.clone(), out)
        .iter()
        .map(|change| change.hash)
        .collect();
    // The server names a refused change to its author alone, who may have written it under an
    // earlier actor.
    let is_told = |hash| down.refused.iter().any(|no| no.change == Some(hash));
    let falls = |change: &Admitted| {
        (change.header.actor.phone() == actor || is_told(change.hash))
            && !stay.contains(&change.hash)
            && !unacknowledged.contains(&change.hash)
    };
    let fallen = all.into_iter().filter(falls);
    Ok(fallen
        .map(|change| {
            let reason = reason_of(change.hash, down);
            (as_bytes(change), reason)
        })
        .collect())
}

fn as_bytes(change: Admitted) -> Outgoing {
    let mut one = Outgoing::of_bytes(change);
    one.head.intent = Intent::Bytes {
        bytes: one.bytes.clone(),
        tried: false,
    };
    one
}

/// What the server said of the change, or of that with which it falls.
fn reason_of(change: ChangeHash, down: &CaseDown) -> Reason {
    let said = down.refused.iter().find(|no| no.change == Some(change));
    match said.or_else(|| down.refused.iter().find(|no| is_final(no, down))) {
        Some(no) => no.reason.clone(),
        None => Reason::new(
            code::DEPENDS_ON_REFUSED,
            "所依据的内容未被接受；内容已留在本机，可抄录后重新填写。",
        ),
    }
}

pub(super) fn unknown(doc: &CaseDoc, changes: Vec<Admitted>) -> Vec<Admitted> {
    changes
        .into_iter()
        .filter(|change| !doc.contains(&change.hash))
        .collect()
}

pub(super) fn bytes_of(changes: &[Admitted]) -> Vec<Vec<u8>> {
    changes.iter().map(|change| change.bytes.clone()).collect()
}
