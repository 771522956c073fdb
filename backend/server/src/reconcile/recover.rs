//! What a phone proves after the registry was set back: cases come back with number, people, facts
//! and history, words under the names of their authors (docs/adr/0014).
//!
//! - A case that is not here is registered again as it was signed. Its effects have the keys that
//!   they had, so that whoever got them before can tell.
//! - Of a case that is here, what it lacks enters the log. Its facts are taken if nobody decided on
//!   the case since; otherwise they are kept beside it for a person to choose ([`facts`],
//!   [`super::claims`]).
//! - A danger in what it lacks is told at once, as with an acknowledgement: a case that is parked,
//!   or words that are kept aside, hold none back (docs/adr/0016).
//! - A registry that did not notice that it was set back is told by what phones show ([`notice`]).
//! - No account, role or phone is revived: who may write follows from who is there today.

mod facts;
mod notice;

pub(super) use facts::stands_in;

use super::{
    ATTEMPTS, Reconciler, ReconcilerError, adopt::is_still_in, apply::tell, open::DrawnNo, project,
};
use crate::{
    membership::changed_members,
    worker::{Rebuild, RebuiltCase},
};
use hejie_case::{
    deadline::next_moment,
    facts::Facts,
    ids::{Actor, CaseId, ChangeHash},
    reason::{Explain, Reason},
    reconcile::{Effect, ReconcileOutput, effects_from_nothing},
    rights::Danger,
    role::Author,
};
use hejie_registry::{
    case::{
        self, NameKind,
        recovery::{self, SignedVersion},
        report,
    },
    danger::{self, Reporter, call},
    error::RegistryError,
    feed::Move,
    link,
    log::{self, change::ChangeSender, quarantine},
    mark,
    pool::{self, PgConnection},
};
use hejie_wire::{
    attest::{Actors, ProvedCase, Statement},
    chunk::{self, Admitted},
    code,
};
use serde_bytes::ByteBuf;
use std::collections::BTreeSet;
use uuid::Uuid;

/// A case as a phone proved it.
#[derive(Debug, Clone, PartialEq)]
pub struct RestoredCase {
    /// What was signed, taken apart.
    pub attested: ProvedCase,
    /// Who stands behind the actors.
    pub actors: Actors,
    /// The phone that showed it, and whose it is.
    pub by: Reporter,
    /// The session of the phone, which must hold when the case is written.
    pub session: Uuid,
}

/// How an attempt to bring a case back ended.
enum RecoveryOutcome {
    Done,
    /// Another phone brought it back at the same time.
    Moved,
}

impl Reconciler {
    /// Brings back what a phone proved.
    ///
    /// # Errors
    /// [`ReconcilerError`]; the case stays as it was then. [`ReconcilerError::Contended`] says
    /// nothing about the proof: it may be shown again.
    pub async fn recover(&self, proved: &RestoredCase) -> Result<(), ReconcilerError> {
        let facts: Facts = serde_json::from_slice(&proved.attested.facts)
            .map_err(|_| unusable("proof_of_other_facts"))?;
        let case = facts.case_id;
        for _ in 0..ATTEMPTS {
            match self.bring_back(proved, facts.clone()).await {
                Ok(RecoveryOutcome::Done) => {
                    tracing::info!(case.id = %case, device.id = %proved.by.device, "a phone brought a case back");
                    self.0.outbox.ring();
                    self.recuse_again_in(case).await;
                    self.nudge(case);
                    return Ok(());
                }
                Ok(RecoveryOutcome::Moved) => {}
                Err(ReconcilerError::Registry(error)) if error.is_lost_race() => {}
                Err(error) => return Err(error),
            }
        }
        Err(ReconcilerError::Contended)
    }

    async fn bring_back(
        &self,
        proved: &RestoredCase,
        facts: Facts,
    ) -> Result<RecoveryOutcome, ReconcilerError> {
        let mut conn = pool::acquire(&self.0.pool).await?;
        let is_known = recovery::grounds(&mut conn, facts.case_id).await?.is_some();
        drop(conn);
        if !is_known {
            return self.register_again(proved, facts).await;
        }
        self.complete(proved, facts).await?;
        Ok(RecoveryOutcome::Done)
    }

    async fn register_again(
        &self,
        proved: &RestoredCase,
        facts: Facts,
    ) -> Result<RecoveryOutcome, ReconcilerError> {
        let now = self.0.clock.now();
        let rebuilt = self.rebuilt(proved, &facts).await?;
        let mut tx = pool::begin(&self.0.pool).await?;
        mark::lock(&mut tx).await?;
        let case = facts.case_id;
        if recovery::grounds(&mut tx, case).await?.is_some() {
            return Ok(RecoveryOutcome::Moved);
        }
        let (facts, no) = self.named(&mut tx, facts).await?;
        let Some((snapshot, view)) = rebuilt.document else {
            return Err(unusable("document_unreadable"));
        };
        let settled = ReconcileOutput {
            snapshot: snapshot.into_vec(),
            heads: rebuilt.heads,
            view,
            effects: effects_from_nothing(&facts),
            next_moment: next_moment(&facts, &self.0.policy, now),
            projection: rebuilt.projection,
            answers: Vec::new(),
            unmerged: Vec::new(),
            facts,
        };
        let projected = project::opened(&mut tx, &settled).await?;
        let settled = &*projected.settled;
        log::lock_case(&mut tx, case).await?;
        if let Some(by) = reporter(&proved.actors) {
            report::add(&mut tx, case, by, settled.facts.registered_at).await?;
        }
        let mut hashes = Vec::new();
        for (sender, arrivals) in by_sender(proved)? {
            add(&mut tx, case, sender, &arrivals, now).await?;
            hashes.extend(arrivals.iter().map(|arrival| arrival.hash));
        }
        log::change::set_merged(&mut tx, case, &hashes).await?;
        log::object::add_objects(&mut tx, case, &rebuilt.objects).await?;
        let signed = signed(&proved.attested.statement);
        recovery::set_recovered(&mut tx, &settled.facts, signed).await?;
        recovery::note_decided_in(&mut tx, case, signed.epoch).await?;
        tell(&mut tx, &self.0.receivers, case, &settled.effects, now).await?;
        self.tell_dangers(&mut tx, proved, case, &rebuilt.dangers)
            .await?;
        call::follow(&mut tx, &settled.facts).await?;
        let mut moves = vec![Move::Facts];
        moves.extend(changed_members(&mut tx, &settled.facts, now).await?);
        log::touch_case(&mut tx, case, &moves, now).await?;
        link::propose_similar(&mut tx, case, now).await?;
        is_still_in(&mut tx, proved.session, now).await?;
        if let Some(no) = &no {
            self.note(no).await?;
        }
        pool::commit(tx).await?;
        self.moved(settled);
        Ok(RecoveryOutcome::Done)
    }

    /// The case keeps its number and its public code; where the number was given to another case
    /// meanwhile, it gets a new one, which is noted before the commit.
    async fn named(
        &self,
        tx: &mut PgConnection,
        mut facts: Facts,
    ) -> Result<(Facts, Option<DrawnNo>), ReconcilerError> {
        let (case, number, mut drawn) = (facts.case_id, facts.case_no.to_string(), None);
        if let Some((series, last)) = number.rsplit_once('-')
            && let Ok(last) = last.parse()
        {
            mark::raise_number(tx, series, last).await?;
        }
        if !case::claim_name(tx, NameKind::CaseNo, &number, case).await? {
            let no = self.draw(tx, &facts.region, self.0.clock.now()).await?;
            facts.case_no = no.case_no.clone();
            case::claim_name(tx, NameKind::CaseNo, facts.case_no.as_str(), case).await?;
            drawn = Some(no);
        }
        let code = facts.public_code.as_str().to_owned();
        if !case::claim_name(tx, NameKind::PublicCode, &code, case).await? {
            facts.public_code = self.public_code(tx, case).await?;
        }
        Ok((facts, drawn))
    }

    async fn complete(&self, proved: &RestoredCase, facts: Facts) -> Result<(), ReconcilerError> {
        let (case, now) = (facts.case_id, self.0.clock.now());
        let rebuilt = self.rebuilt(proved, &facts).await?;
        let mut tx = pool::begin(&self.0.pool).await?;
        log::lock_case(&mut tx, case).await?;
        let mut moves = Vec::new();
        let (mut hashes, mut new) = (Vec::new(), BTreeSet::new());
        for (sender, arrivals) in by_sender(proved)? {
            let arrivals = lacking(&mut tx, case, arrivals).await?;
            let taken = add(&mut tx, case, sender, &arrivals, now).await?;
            let named = arrivals.iter().map(|arrival| arrival.hash);
            new.extend(named.clone());
            if taken {
                hashes.extend(named);
            }
        }
        log::object::add_objects(&mut tx, case, &rebuilt.objects).await?;
        let dangers = rebuilt.dangers.into_iter();
        let dangers: Vec<Danger> = dangers.filter(|one| new.contains(&one.change)).collect();
        self.tell_dangers(&mut tx, proved, case, &dangers).await?;
        if !hashes.is_empty() {
            moves.push(Move::Changes(hashes));
        }
        moves.extend(self.take_facts(&mut tx, proved, facts).await?);
        if !moves.is_empty() {
            log::touch_case(&mut tx, case, &moves, now).await?;
        }
        is_still_in(&mut tx, proved.session, now).await?;
        pool::commit(tx).await?;
        Ok(())
    }

    /// Tells the police of dangers that the registry had acknowledged and lost, under the keys of
    /// then.
    async fn tell_dangers(
        &self,
        tx: &mut PgConnection,
        proved: &RestoredCase,
        case: CaseId,
        dangers: &[Danger],
    ) -> Result<(), RegistryError> {
        let now = self.0.clock.now();
        let order = |danger: &Danger| Effect::danger(danger.entry, danger.what.clone(), now);
        let orders: Vec<Effect> = dangers.iter().map(order).collect();
        tell(tx, &self.0.receivers, case, &orders, now).await?;
        danger::note(tx, case, dangers, proved.by, Some(now), now).await
    }

    async fn rebuilt(
        &self,
        proved: &RestoredCase,
        facts: &Facts,
    ) -> Result<RebuiltCase, ReconcilerError> {
        let rebuild = Rebuild {
            changes: proved
                .attested
                .changes
                .iter()
                .map(|change| ByteBuf::from(change.bytes.to_vec()))
                .collect(),
            authors: authors(&proved.actors),
            facts: facts.clone(),
            keep: true,
        };
        match self.0.workers.rebuild(rebuild).await? {
            Ok(rebuilt) => Ok(rebuilt),
            Err(refusal) => Err(unusable(&refusal.code)),
        }
    }
}

/// Under what a statement was signed.
fn signed(statement: &Statement) -> SignedVersion {
    SignedVersion {
        epoch: statement.epoch,
        version: statement.facts_version,
    }
}

/// The proof holds, and cannot be used here.
fn unusable(code: &str) -> ReconcilerError {
    let zh = "手机出示的案卷凭证有效，但服务器无法据此恢复本案，请联系管理员。";
    ReconcilerError::Refused(Reason::new(code, zh))
}

fn authors(actors: &Actors) -> Vec<(Actor, Author)> {
    let rows = actors.rows();
    rows.filter_map(|row| Some((row.actor.phone(), author(actors, row.actor)?)))
        .collect()
}

/// Who only reported the case, and may still have something of it on the way.
fn reporter(actors: &Actors) -> Option<Author> {
    let mut authors = authors(actors).into_iter().map(|(_, author)| author);
    authors.find(|author| author.role.only_reports())
}

fn author(actors: &Actors, actor: Actor) -> Option<Author> {
    let row = actors.lookup(actor)?;
    let role = serde_json::from_value(row.role.clone().into()).ok()?;
    Some(Author {
        user: row.user,
        role,
        org: row.org,
    })
}

/// The proved changes in causal order, those of one sender that follow each other together.
fn by_sender(proved: &RestoredCase) -> Result<Vec<(ChangeSender, Vec<Admitted>)>, ReconcilerError> {
    let mut batches: Vec<(ChangeSender, Vec<Admitted>)> = Vec::new();
    for change in &proved.attested.changes {
        let sender = match (change.device, author(&proved.actors, change.actor)) {
            (Some(device), Some(author)) => ChangeSender::Phone { device, author },
            _ if change.actor == Actor::SERVER => ChangeSender::Server,
            _ => return Err(unusable("proof_of_other_actors")),
        };
        let arrival = chunk::admit(&change.bytes).map_err(|error| unusable(error.code()))?;
        match batches.last_mut() {
            Some((last, batch)) if *last == sender => batch.push(arrival),
            _ => batches.push((sender, vec![arrival])),
        }
    }
    Ok(batches)
}

/// Those of the changes that the log does not have, quarantined ones included.
async fn lacking(
    tx: &mut PgConnection,
    case: CaseId,
    arrivals: Vec<Admitted>,
) -> Result<Vec<Admitted>, RegistryError> {
    let hashes: Vec<ChangeHash> = arrivals.iter().map(|arrival| arrival.hash).collect();
    let lacking: BTreeSet<ChangeHash> =
        log::lacking(tx, case, &hashes).await?.into_iter().collect();
    Ok(arrivals
        .into_iter()
        .filter(|arrival| lacking.contains(&arrival.hash))
        .collect())
}

/// Adds changes under their author's name, for which the signature of this server stands in the
/// place of their phone's. Where a number of the author was used again since, they are kept aside;
/// tells whether they were added.
async fn add(
    tx: &mut PgConnection,
    case: CaseId,
    sender: ChangeSender,
    arrivals: &[Admitted],
    now: jiff::Timestamp,
) -> Result<bool, RegistryError> {
    if arrivals.is_empty() {
        return Ok(true);
    }
    let Some(head) = log::lock_case(tx, case).await? else {
        return Ok(false);
    };
    let hashes: Vec<ChangeHash> = arrivals.iter().map(|arrival| arrival.hash).collect();
    let mut attempt = pool::attempt(tx).await?;
    match log::add::add_changes(&mut attempt, &head, sender, arrivals, now).await {
        Ok(()) => {
            pool::keep(attempt).await?;
            log::change::set_attested(tx, case, &hashes).await?;
            Ok(true)
        }
        Err(error) if error.is_data() => {
            pool::undo(attempt).await?;
            let zh = "这条内容的编号在服务器恢复之后已被再次使用，已另行保存，请核对。";
            let why = Reason::new(code::NUMBER_USED, zh);
            quarantine::add_quarantined(tx, case, sender, arrivals, &why, now).await?;
            log::change::set_attested(tx, case, &hashes).await?;
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

impl ReconcilerError {
    /// Whether the failure lies in the case, so that others may go on.
    pub(crate) fn is_of_case(&self) -> bool {
        match self {
            Self::Registry(error) => error.is_data() || error.is_lost_race(),
            Self::Refused(_)
            | Self::Parked { .. }
            | Self::PutOff { .. }
            | Self::Contended
            | Self::Panicked
            | Self::Moved => true,
            Self::Worker(error) => error.blames_job(),
            Self::UnknownCase | Self::Mark(_) | Self::PutOut(_) => false,
        }
    }
}
