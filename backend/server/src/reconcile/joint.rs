//! Two cases that move together: merged (E30), parted again, split. Both are reconciled in one
//! transaction or neither does.
//!
//! Case rows are locked in the order of their ids, then the feeds of everybody concerned, so that
//! two such transactions, or one beside the reconciliation of a single case, never wait for each
//! other in a circle. Each case is written by compare-and-set.

use super::{
    ATTEMPTS, Decider, GatheredCase, IncidentReceipt, Reconciler, ReconcilerError, Report,
    apply::write,
    open::SplitPart,
    people::{are_there, is_let_in},
};
use hejie_case::{
    act::{self, Act, Brings, DeskAct, ServerAct},
    facts::{Assignment, Bars, Deadline, Duty, Facts, Hold, Stage},
    ids::{CaseId, UserId},
    reason::Reason,
    reconcile::{ReconcileOutput, members},
    role::Author,
    rule::Motion,
};
use hejie_registry::{
    audit,
    case::{self, duty},
    error::RegistryError,
    feed, link, log,
    pool::{self, PgConnection},
};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Done, or refused as the desk is told.
pub type JointResult<T> = Result<T, Reason>;

/// What a desk decided about a case and another one.
#[derive(Debug, Clone, Copy)]
pub struct JointDecision<'a> {
    /// The version of the facts on which it was decided; none where whatever stands will do.
    pub base: Option<u64>,
    /// Who.
    pub by: Author,
    /// Why, in words.
    pub why: &'a str,
    /// The session in which it was decided, if it was at a desk.
    pub desk: Option<Decider<'a>>,
}

/// Two cases, what each is asked, and what came of it.
struct CasePair {
    before: [GatheredCase; 2],
    motions: [Vec<Motion>; 2],
    settled: [ReconcileOutput; 2],
}

impl Reconciler {
    /// Lets a case go on under another (E30): its number and public code lead there, its people
    /// join there as co-handlers, and of two clocks of a kind the earlier stays.
    ///
    /// # Errors
    /// See [`ReconcilerError`]; a refusal is an answer.
    pub async fn merge(
        &self,
        from: CaseId,
        into: CaseId,
        decision: JointDecision<'_>,
    ) -> Result<JointResult<()>, ReconcilerError> {
        let JointDecision { by, why, .. } = decision;
        self.jointly([from, into], decision, |[source, target], now| {
            let merge = ServerAct::Merge(act::Merge {
                into,
                why: why.into(),
            });
            let absorb = ServerAct::Absorb(act::Absorb {
                from,
                // Filled in from the settled source: what comes in with the merge is brought along.
                brings: Brings::default(),
                why: why.into(),
            });
            let joining = joining(source, target).map(|to| {
                Act::Desk(DeskAct::Assign(act::Assign {
                    target: to,
                    duty: Duty::Co,
                }))
            });
            [
                vec![Motion::online(merge, by, now)],
                std::iter::once(Act::Server(absorb))
                    .chain(joining)
                    .map(|act| Motion::online(act, by, now))
                    .collect(),
            ]
        })
        .await
    }

    /// Undoes a merge (E30): the case stands where it stood, its clocks were never restarted, and
    /// those who joined the other case because of it leave that one.
    ///
    /// # Errors
    /// See [`ReconcilerError`]; a refusal is an answer.
    pub async fn unmerge(
        &self,
        case: CaseId,
        decision: JointDecision<'_>,
    ) -> Result<JointResult<()>, ReconcilerError> {
        let JointDecision { by, why, .. } = decision;
        let mut conn = pool::acquire(&self.0.pool).await?;
        let stored = case::lookup(&mut conn, case)
            .await?
            .ok_or(ReconcilerError::UnknownCase)?;
        drop(conn);
        let Some(merged) = stored.facts.kin.merged else {
            return Ok(Err(Reason::new(
                "not_merged",
                "本案没有并入他案，无需撤销。",
            )));
        };
        self.jointly([case, merged.into], decision, |[source, target], now| {
            let part = ServerAct::Part(act::Part {
                from: case,
                people: joined(source, target),
                why: why.into(),
            });
            let ours = |hold: &&Hold| hold.from == Some(case);
            let brought = |clock: &&Deadline| clock.from == Some(case);
            let unmerge = ServerAct::Unmerge(act::Unmerge {
                calls: target.calls_through(case),
                held: target.holds.iter().filter(ours).cloned().collect(),
                clocks: target.deadlines.iter().filter(brought).cloned().collect(),
                bars: learned(source, target),
                why: why.into(),
            });
            [
                vec![Motion::online(unmerge, by, now)],
                vec![Motion::online(part, by, now)],
            ]
        })
        .await
    }

    /// Makes a part of a case a case of its own (E30): registered, triaged and offered like any
    /// other.
    ///
    /// # Errors
    /// See [`ReconcilerError`]; a refusal is an answer.
    pub async fn split(
        &self,
        case: CaseId,
        report: &Report,
        decision: JointDecision<'_>,
    ) -> Result<JointResult<IncidentReceipt>, ReconcilerError> {
        let JointDecision { by, why, .. } = decision;
        let version = self.catch_up(case, decision.base).await?;
        for _ in 0..ATTEMPTS {
            let now = self.0.clock.now();
            let before = self.gather(case, &[]).await?;
            before.stands_on(version)?;
            let into = self.new_case();
            let act = ServerAct::Split(act::Split {
                into,
                why: why.into(),
            });
            let settled = match self
                .think(&before, &[Motion::online(act, by, now)], now)
                .await?
            {
                Ok(settled) => settled,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let mut tx = pool::begin(&self.0.pool).await?;
            log::lock_case(&mut tx, case).await?;
            // The county's counter before the feeds, as everybody takes them who opens a case.
            let no = self.draw(&mut tx, &report.region, now).await?;
            let mut people = people(&mut tx, &settled).await?;
            let on_duty = duty::find_on_duty(&mut tx, &report.region, now).await?;
            people.extend(on_duty.map(|to| to.user));
            feed::lock_feeds(&mut tx, &people).await?;
            is_let_in(&mut tx, decision.desk, now).await?;
            if !write(
                &mut tx,
                &self.0.parts,
                &before.stored,
                &before.changes,
                &settled,
                now,
            )
            .await?
            {
                continue;
            }
            let part = SplitPart {
                of: case,
                case: into,
                no,
                bars: settled.facts.bars(),
            };
            let receipt = self.open_as(&mut tx, report, Some(part)).await?;
            decision.record_in(&mut tx).await?;
            pool::commit(tx).await?;
            self.moved(&settled);
            self.opened(&receipt);
            return Ok(Ok(receipt));
        }
        Err(ReconcilerError::Contended)
    }

    /// Reconciles two cases with motions that depend on both, in one transaction; the desk decided
    /// on a version of the first.
    pub(super) async fn jointly(
        &self,
        cases: [CaseId; 2],
        decision: JointDecision<'_>,
        plan: impl Fn([&Facts; 2], Timestamp) -> [Vec<Motion>; 2],
    ) -> Result<JointResult<()>, ReconcilerError> {
        let version = self.catch_up(cases[0], decision.base).await?;
        self.reconcile(cases[1], &[]).await?;
        for _ in 0..ATTEMPTS {
            let now = self.0.clock.now();
            let pair = match self.think_of_both(cases, &plan, now).await? {
                Ok(pair) => pair,
                Err(refusal) => return Ok(Err(refusal)),
            };
            pair.before[0].stands_on(version)?;
            if self.apply_both(&pair, decision, now).await? {
                return Ok(Ok(()));
            }
        }
        Err(ReconcilerError::Contended)
    }

    async fn think_of_both(
        &self,
        cases: [CaseId; 2],
        plan: &impl Fn([&Facts; 2], Timestamp) -> [Vec<Motion>; 2],
        now: Timestamp,
    ) -> Result<JointResult<CasePair>, ReconcilerError> {
        let [first, second] = cases;
        let ours = self.gather(first, &[]).await?;
        let theirs = self.gather(second, &[]).await?;
        let [of_first, of_second] = plan([&ours.stored.facts, &theirs.stored.facts], now);
        // Once more, with the organisations of those who join; whoever has left does not.
        let theirs = self.gather(second, &of_second).await?;
        let is_there = |motion: &Motion| {
            let mut to = motion.act.targets().iter();
            !to.any(|target| theirs.departed.contains(target))
        };
        let mut of_second: Vec<Motion> = of_second.into_iter().filter(is_there).collect();
        let a = match self.think(&ours, &of_first, now).await? {
            Ok(settled) => settled,
            Err(refusal) => return Ok(Err(refusal)),
        };
        hand_on(&a, &mut of_second);
        let b = match self.think(&theirs, &of_second, now).await? {
            Ok(settled) => settled,
            Err(refusal) => return Ok(Err(refusal)),
        };
        Ok(Ok(CasePair {
            before: [ours, theirs],
            motions: [of_first, of_second],
            settled: [a, b],
        }))
    }

    /// Writes both settlings; tells whether both cases still stood where they started. If not,
    /// neither is written.
    async fn apply_both(
        &self,
        pair: &CasePair,
        decision: JointDecision<'_>,
        now: Timestamp,
    ) -> Result<bool, ReconcilerError> {
        let mut tx = pool::begin(&self.0.pool).await?;
        let mut cases = [&pair.before[0], &pair.before[1]].map(|b| b.stored.case);
        cases.sort_unstable();
        for case in cases {
            log::lock_case(&mut tx, case).await?;
        }
        let mut everybody = BTreeSet::new();
        for settled in &pair.settled {
            everybody.extend(people(&mut tx, settled).await?);
        }
        feed::lock_feeds(&mut tx, &everybody).await?;
        is_let_in(&mut tx, decision.desk, now).await?;
        for (before, motions) in pair.before.iter().zip(&pair.motions) {
            if !are_there(&mut tx, motions, &before.departed, now).await? {
                return Ok(false);
            }
        }
        for (before, settled) in pair.before.iter().zip(&pair.settled) {
            if !write(
                &mut tx,
                &self.0.parts,
                &before.stored,
                &before.changes,
                settled,
                now,
            )
            .await?
            {
                return Ok(false);
            }
        }
        calls_follow(&mut tx, pair).await?;
        decision.record_in(&mut tx).await?;
        pool::commit(tx).await?;
        for (before, settled) in pair.before.iter().zip(&pair.settled) {
            self.moved_from(&before.stored, settled);
            // Calls of the one count in the other now, or no more.
            self.nudge(before.stored.case);
        }
        Ok(true)
    }
}

impl JointDecision<'_> {
    /// Leaves its line in the audit log.
    async fn record_in(&self, tx: &mut PgConnection) -> Result<(), RegistryError> {
        match self.desk {
            Some(desk) => audit::add(tx, desk.record).await,
            None => Ok(()),
        }
    }
}

/// The incidents behind further calls go with these where a case takes its own with it.
async fn calls_follow(tx: &mut PgConnection, pair: &CasePair) -> Result<(), RegistryError> {
    let [first, second] = &pair.settled;
    let known = &pair.before[0].stored.facts.kin.repeats;
    let moved = first.facts.kin.repeats.iter();
    for call in moved.filter(|call| !known.contains(call)) {
        let number = (call.channel.as_str(), call.external_no.as_str());
        let (from, to) = (second.facts.case_id, first.facts.case_id);
        link::move_call(tx, number, from, to).await?;
    }
    Ok(())
}

/// Everybody whose feed a reconciliation may touch.
async fn people(
    conn: &mut PgConnection,
    settled: &ReconcileOutput,
) -> Result<BTreeSet<UserId>, ReconcilerError> {
    let present = case::list_members(conn, settled.facts.case_id).await?;
    let after = members(&settled.facts);
    Ok(present.into_iter().chain(after).map(|m| m.user).collect())
}

/// What a case that is merged takes along, as it stands in the very moment: a danger that came in
/// with the merge included.
fn hand_on(source: &ReconcileOutput, motions: &mut [Motion]) {
    for motion in motions {
        if let Act::Server(ServerAct::Absorb(act::Absorb { brings, .. })) = &mut motion.act {
            *brings = Brings::of(&source.facts);
        }
    }
}

/// What the target learned since the source was merged into it that keeps people from both.
fn learned(source: &Facts, target: &Facts) -> Bars {
    match source.stage {
        Stage::Closed { at, .. } => Bars::learned(target, source.case_id, at),
        _ => Bars::default(),
    }
}

/// Those who work on the one case and not yet on the other, in which they may.
fn joining<'a>(source: &'a Facts, target: &'a Facts) -> impl Iterator<Item = Author> + 'a {
    let there = members(target);
    let works = |a: &&Assignment| a.to.is_none() && a.signed_at.is_some() && a.duty != Duty::Visit;
    let mut seen = BTreeSet::new();
    let mut works_here = source.assignments.iter().filter(works);
    std::iter::from_fn(move || {
        let is_new = |a: &&Assignment| !there.iter().any(|m| m.user == a.user);
        works_here.find(|a| is_new(a) && !target.is_recused(a.user) && seen.insert(a.user))
    })
    .map(|a| Author {
        user: a.user,
        role: a.role,
        org: a.org,
    })
}

/// Those who joined the target in the moment in which the source was merged into it.
fn joined(source: &Facts, target: &Facts) -> Vec<UserId> {
    let Stage::Closed { at: merged_at, .. } = source.stage else {
        return Vec::new();
    };
    let then = |a: &&Assignment| a.duty == Duty::Co && a.to.is_none() && a.from == merged_at;
    target
        .assignments
        .iter()
        .filter(then)
        .map(|a| a.user)
        .collect()
}
