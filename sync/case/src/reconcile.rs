//! Reconciling a case: merge what arrived, find disagreements, rule on what is asked, and say what
//! the registry must show.
//!
//! One pure function, so that it can run in a worker process that has no network, no files and no
//! clock, and so that it can be run again from nothing to prove that the registry is right.

mod call;
mod conflicts;
mod derived;
mod effects;
mod files;
mod foresee;
mod members;
mod opening;
mod queue;
mod time;

pub use call::call_again;
pub use effects::{
    ConfirmationPacket, Effect, PAPERS, between as effects_between,
    from_nothing as effects_from_nothing,
};
pub use files::missing_files;
pub use foresee::{Forecast, foresee};
pub use members::{assigned, members, members_among};
pub use opening::{Adoption, OpenedCase, Opening, adopt, open};

use crate::{
    act::{self, DeskAct},
    catalogue::Route,
    deadline::next_moment,
    document::{self, CaseDoc, DocError, EditError},
    facts::{Facts, OrgFact, Stage},
    fold::{Projection, fold},
    ids::{Actor, ChangeHash, EntryId, FileHash, UserId},
    policy::Policy,
    reason::{Explain, Reason},
    rights::RightsError,
    role::Author,
    rule::{DeviceSeen, Motion, RuleContext, refuse, rule},
    view::CaseView,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

/// Everything that reconciling one case depends on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReconcileInput {
    /// The merged document so far, as saved by the last reconciliation.
    #[serde(with = "crate::bytes")]
    pub snapshot: Vec<u8>,
    /// Acknowledged changes that are not merged yet, in the order of receipt.
    pub changes: Vec<ReceivedChange>,
    /// The facts so far.
    pub facts: Facts,
    /// The least version that a change of the facts gets ([`crate::facts::first_version`]).
    #[serde(default)]
    pub first_version: u64,
    /// Who stands behind each actor of this case.
    pub authors: Vec<(Actor, Author)>,
    /// Acts of the console and of the server.
    pub motions: Vec<Motion>,
    /// When phones of the case were last heard.
    pub devices: Vec<DeviceSeen>,
    /// Who of those that the case or a motion names is not there any more: the account is closed,
    /// or the role has ended.
    #[serde(default)]
    pub departed: Vec<Author>,
    /// Names that plans of the case or a motion give to organisations, and that none in service
    /// bears.
    #[serde(default)]
    pub unknown_orgs: Vec<String>,
    /// Earlier calls of the same pair within 90 days, beyond the first.
    pub repeat_calls: u32,
    /// The organisations of those who work on the case, and of those who decide.
    #[serde(default)]
    pub orgs: Vec<OrgFact>,
    /// What those are called who answer for something, and whom a motion names.
    #[serde(default)]
    pub names: BTreeMap<UserId, String>,
    /// Files of the case that have arrived. Evidence that names another one waits for it (M17).
    #[serde(default)]
    pub files: BTreeSet<FileHash>,
    /// What identities hash to, by the reference of the sealed identity or else by the party (M08).
    #[serde(default)]
    pub identities: BTreeMap<String, String>,
    /// Parties whose sealed identity the server has, or had until it was destroyed.
    #[serde(default)]
    pub identified: BTreeSet<EntryId>,
    /// The rows of the county's routing table on which a motion may turn.
    #[serde(default)]
    pub routes: Vec<Route>,
    /// Lengths of clocks and the like.
    pub policy: Policy,
    /// The server's time.
    pub now: Timestamp,
}

/// One acknowledged change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivedChange {
    /// Its hash.
    pub hash: ChangeHash,
    /// Its author's actor.
    pub actor: Actor,
    /// Its bytes.
    #[serde(with = "crate::bytes")]
    pub bytes: Vec<u8>,
    /// When the server received it.
    pub received_at: Timestamp,
}

/// A settled case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReconcileOutput {
    /// The merged document.
    #[serde(with = "crate::bytes")]
    pub snapshot: Vec<u8>,
    /// Its heads, sorted.
    pub heads: Vec<ChangeHash>,
    /// What it says.
    pub view: CaseView,
    /// The facts after all rulings; the version is raised if anything changed.
    pub facts: Facts,
    /// The answer to each motion that was handed in, in that order: none if it was accepted.
    pub answers: Vec<Option<Reason>>,
    /// Changes that could not be merged; they go to quarantine.
    pub unmerged: Vec<Unmerged>,
    /// What the outside must be told.
    pub effects: Vec<Effect>,
    /// The rows of the registry.
    pub projection: Projection,
    /// When time alone changes something about the case; none when nothing waits.
    pub next_moment: Option<Timestamp>,
}

/// A change that could not be merged, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmerged {
    /// Its hash.
    pub hash: ChangeHash,
    /// What its author is told.
    pub reason: Reason,
}

/// The code of a saved document that is not what was saved.
pub const DOCUMENT_UNREADABLE: &str = "document_unreadable";

/// The code of a case that was begun on a phone and does not say enough yet to be registered: it
/// comes again with the rest.
pub const INTAKE_INCOMPLETE: &str = "intake_incomplete";

/// A case that cannot be settled; it is parked at its last good state.
#[derive(Debug, thiserror::Error)]
pub enum ReconcileError {
    /// The saved document does not load or read.
    #[error("the saved document cannot be read")]
    Document(#[from] DocError),
    /// The saved document reads, and is not the one that was saved last.
    #[error("the saved document is not the one that was saved last")]
    OtherDocument,
    /// The document names another case than the one under which it was sent.
    #[error("the document belongs to another case")]
    AnotherCase,
    /// The document names a situation that the catalogue of today does not have.
    #[error("the catalogue has no such situation")]
    UnknownSituation,
    /// The document does not say yet what the case is about, or where, and reports no danger.
    #[error("the document does not say what the case is about, or where")]
    Incomplete,
    /// The first change of a new document could not be written.
    #[error("the document cannot be begun")]
    Opening(#[from] EditError),
    /// The new document holds what no index can name.
    #[error("the objects of the document cannot be indexed")]
    Index(#[from] RightsError),
}

impl Explain for ReconcileError {
    fn words(&self) -> (&'static str, Cow<'static, str>) {
        let (code, zh) = match self {
            Self::Document(_) | Self::OtherDocument => (
                DOCUMENT_UNREADABLE,
                "案件文书无法读取，请运维人员从变更日志重建。",
            ),
            Self::AnotherCase => (
                "other_case",
                "文书所属案件与上传的案件不一致，未予接收；内容仍留在本机，请联系管理员核对。",
            ),
            Self::Incomplete => (
                INTAKE_INCOMPLETE,
                "请补全纠纷情形和发生地点，补全后会自动上传登记。",
            ),
            Self::UnknownSituation => (
                "unknown_situation",
                "目录中没有这一情形编码，请按现行目录重新选择后再登记。",
            ),
            Self::Opening(_) | Self::Index(_) => (
                "document_not_begun",
                "案件文书无法建立，请核对登记内容后重试。",
            ),
        };
        (code, zh.into())
    }
}

/// Reconciles one case.
///
/// # Errors
/// When the saved document itself cannot be read. Changes that cannot be merged are no error: see
/// [`ReconcileOutput::unmerged`].
pub fn reconcile(input: &ReconcileInput) -> Result<ReconcileOutput, ReconcileError> {
    reconcile_loaded(&mut CaseDoc::load(&input.snapshot)?, input)
}

/// As [`reconcile`], for whoever has the document of the snapshot in memory already, because it
/// reconciles one case many times. What is merged is in the document afterwards.
///
/// # Errors
/// When the document cannot be read.
pub fn reconcile_loaded(
    doc: &mut CaseDoc,
    input: &ReconcileInput,
) -> Result<ReconcileOutput, ReconcileError> {
    let unmerged = merge(doc, &input.changes);
    // Saving costs as much as the whole history: where time alone moves the case nothing needs it.
    let merged = unmerged.len() < input.changes.len();
    let snapshot = if merged {
        doc.save()
    } else {
        input.snapshot.clone()
    };
    let reader = doc.reader();
    let view = document::view(&reader)?;
    // An act may note the version that tells of it, which is the next: it has to count from here.
    let before = Facts {
        version: (input.facts.version).max(input.first_version.saturating_sub(1)),
        ..input.facts.clone()
    };
    let mut facts = before.clone();
    take_over_server_knowledge(&mut facts, &view, input);
    conflicts::record(&reader, &view, &mut facts, input);
    let context = RuleContext {
        view: &view,
        devices: &input.devices,
        departed: &input.departed,
        unknown_orgs: &input.unknown_orgs,
        routes: &input.routes,
        policy: &input.policy,
        now: input.now,
    };
    let answers = hear_all(&context, &mut facts, input);
    // Rulings may have ended or begun disagreements: a closing, a new lead, a chosen variant.
    conflicts::update(&reader, &view, &mut facts, input);
    time::pass(&context, &mut facts);
    derived::score_and_grade(&context, &mut facts, &input.authors);
    // Difficulty decides who may close, so it is weighed before; closing ends clocks, so these are
    // looked at after.
    close_by_rule(&context, &mut facts);
    derived::update_deadlines(&context, &mut facts, input);
    members::name(&mut facts, &input.names);
    facts.version = version_after(before, &facts).unwrap_or(input.facts.version);
    Ok(ReconcileOutput {
        snapshot,
        heads: doc.heads(),
        effects: effects::between(&input.facts, &facts),
        projection: fold(&view, &facts, &input.authors),
        next_moment: next_moment(&facts, &input.policy, input.now),
        view,
        facts,
        answers,
        unmerged,
    })
}

/// Hears whatever is wanted; the answers are those to the motions of desks and the server. The
/// order is the law of concurrent wishes. Danger and refusal win over whatever else waits, so they
/// come first; a desk has seen what stands and not what has just come in, so it is heard before the
/// requests of this merge; and what time does comes last, since an act in time outruns its clock.
fn hear_all(
    context: &RuleContext<'_>,
    facts: &mut Facts,
    input: &ReconcileInput,
) -> Vec<Option<Reason>> {
    let queue = queue::in_order(context.view, facts, &input.queue_input());
    hear_first(context, facts, &queue);
    if let Some(motion) = opening::complete(context.view, facts, input.now) {
        hear(context, facts, &motion);
    }
    opening::follow_document(context, facts);
    let mut answers = Vec::with_capacity(input.motions.len());
    for motion in &input.motions {
        answers.push(hear(context, facts, motion));
    }
    hear_line(context, facts, queue);
    answers
}

/// The version that follows; none where nothing was decided. A new name of an organisation or a
/// person is no decision: if it raised the version, every open form of a desk would be out of date,
/// and every phone would fetch the facts, whenever a county renames an office.
fn version_after(before: Facts, facts: &Facts) -> Option<u64> {
    let known = Facts {
        orgs: facts.orgs.clone(),
        names: facts.names.clone(),
        ..before
    };
    (*facts != known).then_some(known.version + 1)
}

impl ReconcileInput {
    fn queue_input(&self) -> queue::QueueInput<'_> {
        queue::QueueInput {
            authors: &self.authors,
            changes: &self.changes,
            now: self.now,
        }
    }
}

/// Merges all changes at once; if that fails, one by one, so that one bad change does not hold up
/// the others.
fn merge(doc: &mut CaseDoc, changes: &[ReceivedChange]) -> Vec<Unmerged> {
    let all: Vec<Vec<u8>> = changes.iter().map(|c| c.bytes.clone()).collect();
    if doc.apply(&all).is_ok() {
        return Vec::new();
    }
    let one_by_one = changes.iter().zip(&all).filter_map(|(change, bytes)| {
        let failed = doc.apply(std::slice::from_ref(bytes)).err()?;
        let zh = "该条修改无法并入案件文书，内容已隔离保存，请联系矛调中心核对。";
        Some(Unmerged {
            hash: change.hash,
            reason: Reason::new(failed.code(), zh),
        })
    });
    one_by_one.collect()
}

/// Danger and refusal, before everything else that waits; one that cannot be granted yet keeps its
/// place in the line.
fn hear_first(context: &RuleContext<'_>, facts: &mut Facts, queue: &queue::Queue) {
    for motion in &queue.early {
        if let Ok(after) = rule(context, facts, motion) {
            *facts = after;
        }
    }
}

fn hear_line(context: &RuleContext<'_>, facts: &mut Facts, queue: queue::Queue) {
    for motion in queue.line {
        let ruled = motion
            .entry
            .is_some_and(|entry| facts.rulings.contains_key(&entry));
        if !ruled {
            hear(context, facts, &motion);
        }
    }
}

fn hear(context: &RuleContext<'_>, facts: &mut Facts, motion: &Motion) -> Option<Reason> {
    match rule(context, facts, motion) {
        Ok(after) => {
            *facts = after;
            None
        }
        Err(refusal) => {
            refuse(facts, motion, &refusal, context.now);
            Some(refusal)
        }
    }
}

/// Takes over what only the server knows, so that a phone can reckon with it too.
fn take_over_server_knowledge(facts: &mut Facts, view: &CaseView, input: &ReconcileInput) {
    facts.know_orgs(&input.orgs);
    facts.repeat_calls = input.repeat_calls;
    facts.missing_files = missing_files(view, &input.files);
    facts.identified.clone_from(&input.identified);
}

/// Simple cases close by rule when every guard holds (D04); otherwise they wait, which is no
/// refusal to anybody.
fn close_by_rule(context: &RuleContext<'_>, facts: &mut Facts) {
    let Stage::PendingClose { outcome, .. } = facts.stage else {
        return;
    };
    let motion = Motion::by_rule(DeskAct::Close(act::Close { outcome }), context.now);
    if let Ok(after) = rule(context, facts, &motion) {
        *facts = after;
    }
}
