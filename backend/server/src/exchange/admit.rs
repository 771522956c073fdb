//! Taking changes in, case by case, each in a transaction of its own: what is committed stays,
//! whatever becomes of the rest.
//!
//! Nothing here depends on being asked once: changes that are in the log already are accepted
//! again, so a phone whose answer was lost, or cut off by an error further down, simply sends them
//! a second time.

mod opened;

use super::{
    Exchange,
    budget::RequestBudget,
    danger::{self, CaseOutcome},
    judge::PassedChanges,
    refusal::Refusal,
    sift::{self, Readable, SiftedChanges},
    suspicion::{self, Suspicion},
};
use crate::{access::PhoneCaller, identity, problem::Problem, telemetry::whole};
use hejie_case::{
    ids::{CaseId, ChangeHash},
    part::Extent,
    record::Anchor,
    role::Author,
};
use hejie_registry::{
    deposit,
    error::RegistryError,
    feed::Move,
    identity::session::SessionStatus,
    log::{self, batch::SignedBatch, change::ChangeSender, length, object, standing},
    pool,
    sync::{self, CaseMembership},
};
use hejie_wire::{
    chunk::Admitted,
    message::{Forget, Refused, Up, WrittenAgain},
};
use std::collections::{BTreeSet, HashMap};

/// How often a case that moved at the same time is looked at again before the phone is asked to
/// come back.
const ATTEMPTS: usize = 4;

/// What became of the changes of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseAdmission {
    /// The case.
    pub case: CaseId,
    /// Acknowledged, now or before.
    pub accepted: Vec<ChangeHash>,
    /// Not acknowledged.
    pub refused: Vec<Refused>,
    /// Set when the case must leave the phone.
    pub forget: Option<Forget>,
}

impl CaseAdmission {
    /// Nothing that the request held for the case was taken.
    fn refused(case: CaseId, refusal: &Refusal) -> Self {
        Self {
            case,
            accepted: Vec::new(),
            refused: vec![refusal.of(None)],
            forget: None,
        }
    }
}

/// Takes the changes of a request in. What the person is to each case is asked once for all; of
/// what that says is no case of theirs nothing else is asked.
///
/// # Errors
/// When Postgres or the workers are away; what was committed by then stays.
pub async fn admit(
    state: &Exchange,
    phone: &PhoneCaller,
    request: &Up,
) -> Result<Vec<CaseAdmission>, Problem> {
    let memberships = memberships(state, phone, request).await?;
    let budget = RequestBudget::new();
    let opened::OpenedRequest {
        sent,
        unsigned,
        unread,
    } = opened::open(phone, request, &memberships, &budget);
    let foreign: Vec<CaseId> = sent
        .iter()
        .filter(|(_, readable)| readable.is_foreign())
        .map(|(signed, _)| signed.batch.case)
        .collect();
    suspicion::report(state, phone, Suspicion::ForeignActor, &foreign).await?;
    suspicion::report(state, phone, Suspicion::BatchSignature, &unsigned).await?;
    let mut taken = Vec::with_capacity(sent.len());
    for (signed, readable) in &sent {
        let context = CaseContext {
            state,
            phone,
            case: signed.batch.case,
            clock: request.clock,
            budget: &budget,
            signed,
        };
        let membership = memberships.get(&context.case).copied();
        taken.push(match context.take(membership, readable).await {
            Ok(one) => one,
            Err(problem) => context.refuse_for(problem)?,
        });
    }
    let mut outcomes: Vec<CaseOutcome<'_>> = sent
        .iter()
        .zip(&mut taken)
        .map(|((_, readable), taken)| CaseOutcome {
            membership: memberships.get(&taken.case).copied(),
            readable,
            taken,
        })
        .collect();
    danger::tell_refused(state, phone, &mut outcomes).await?;
    note_came_in(state, phone, request, &taken).await?;
    let refused = |refusal: Refusal| move |case: CaseId| CaseAdmission::refused(case, &refusal);
    taken.extend(unsigned.into_iter().map(refused(Refusal::BatchSignature)));
    taken.extend(unread.into_iter().map(refused(Refusal::TooMuchAtOnce)));
    Ok(taken)
}

/// Notes which deposited work is acknowledged now, written again since the phone is in service
/// again.
async fn note_came_in(
    state: &Exchange,
    phone: &PhoneCaller,
    request: &Up,
    taken: &[CaseAdmission],
) -> Result<(), Problem> {
    for up in request.cases.iter().filter(|up| !up.deposited.is_empty()) {
        let accepted = taken.iter().filter(|one| one.case == up.case);
        let accepted: BTreeSet<ChangeHash> =
            accepted.flat_map(|one| one.accepted.clone()).collect();
        let again = up.deposited.iter();
        let again: Vec<WrittenAgain> = again
            .filter(|one| accepted.contains(&one.change))
            .copied()
            .collect();
        if again.is_empty() {
            continue;
        }
        let mut tx = pool::begin(&state.pool).await?;
        let (user, now) = (phone.caller.user, state.clock.now());
        deposit::note_came_in(&mut tx, up.case, user, &again, now).await?;
        identity::commit_for(&phone.caller, tx, &[], now).await?;
    }
    Ok(())
}

/// What the phone's person is to each of the cases; nothing for a case that is not registered.
async fn memberships(
    state: &Exchange,
    phone: &PhoneCaller,
    request: &Up,
) -> Result<HashMap<CaseId, CaseMembership>, Problem> {
    let sent = request.cases.iter().filter(|up| !up.changes.is_empty());
    let cases: Vec<CaseId> = sent.map(|up| up.case).collect();
    if cases.is_empty() {
        return Ok(HashMap::new());
    }
    let mut conn = pool::acquire(&state.pool).await?;
    Ok(sync::list_memberships(&mut conn, &cases, phone.caller.user).await?)
}

/// One case of one request.
pub(super) struct CaseContext<'a> {
    pub(super) state: &'a Exchange,
    pub(super) phone: &'a PhoneCaller,
    pub(super) case: CaseId,
    /// How well the phone knows the time.
    pub(super) clock: Option<Anchor>,
    /// What the request may still ask of the workers.
    pub(super) budget: &'a RequestBudget,
    /// What the phone signed.
    pub(super) signed: &'a SignedBatch,
}

/// How an attempt to write ended.
enum WriteOutcome {
    Done,
    /// The case moved between looking and locking.
    Moved,
    /// The person was put out meanwhile.
    PutOut(SessionStatus),
}

impl CaseContext<'_> {
    /// Takes the changes of the case in, by what the person was to it a moment ago. Whatever writes
    /// looks again, under the lock.
    async fn take(
        &self,
        membership: Option<CaseMembership>,
        readable: &Readable,
    ) -> Result<CaseAdmission, Problem> {
        let Some(mut membership) = membership else {
            return self.begin(readable).await;
        };
        for _ in 0..ATTEMPTS {
            let attempt = match membership {
                CaseMembership::Stranger => return Ok(self.refuse_all(&Refusal::UnknownCase)),
                CaseMembership::Filed(_) => return self.refuse_filed(readable).await,
                CaseMembership::Former(author, until) => {
                    self.hear_former(author, until, readable).await
                }
                CaseMembership::Member(author) => {
                    self.acknowledge(membership, author, readable).await
                }
                CaseMembership::Reporter(author) => self.hear_reporter(author, readable).await,
            };
            if let Some(taken) = attempt? {
                return Ok(taken);
            }
            let mut conn = pool::acquire(&self.state.pool).await?;
            membership =
                sync::lookup_membership(&mut conn, self.case, self.phone.caller.user).await?;
        }
        Ok(self.refuse_all(&Refusal::TryAgain))
    }

    /// Acknowledges what may be; `None` if the case moved meanwhile.
    pub(super) async fn acknowledge(
        &self,
        membership: CaseMembership,
        author: Author,
        readable: &Readable,
    ) -> Result<Option<CaseAdmission>, Problem> {
        let mut conn = pool::acquire(&self.state.pool).await?;
        let extent = Extent::of(author.role);
        let sifted = self.sift(&mut conn, &readable.arrivals, extent).await?;
        let judged = if sifted.fresh.is_empty() {
            PassedChanges::default()
        } else {
            let index = object::list_objects(&mut conn, self.case).await?;
            let longest = length::longest_possible(&mut conn, self.case).await?;
            drop(conn);
            self.judge(author, &sifted.fresh, index, longest).await?
        };
        if !judged.good.is_empty() {
            match self
                .write(membership, author, readable, &sifted, &judged)
                .await
            {
                Ok(WriteOutcome::Done) => {}
                Ok(WriteOutcome::Moved) => return Ok(None),
                Ok(WriteOutcome::PutOut(over)) => return Err(identity::put_out(over)),
                Err(error) if error.is_lost_race() => return Ok(None),
                Err(error) => return Err(error.into()),
            }
            if !judged.dangers.is_empty() {
                self.state.outbox.ring();
            }
            self.state.reconciler.nudge(self.case);
        }
        Ok(Some(self.taken(readable, &sifted, &judged)))
    }

    pub(super) async fn sift(
        &self,
        conn: &mut pool::PgConnection,
        arrivals: &[Admitted],
        extent: Extent,
    ) -> Result<SiftedChanges, RegistryError> {
        let named = sift::named(arrivals);
        let standing = standing::standing(conn, self.case, self.phone.device.actor, &named).await?;
        Ok(sift::sift(arrivals, &standing, extent))
    }

    /// Those of the changes that are in the log already, whoever may write there now.
    pub(super) async fn list_known(
        &self,
        conn: &mut pool::PgConnection,
        arrivals: &[Admitted],
    ) -> Result<Vec<ChangeHash>, RegistryError> {
        Ok(self.sift(conn, arrivals, Extent::Whole).await?.already)
    }

    /// Writes log, index and feeds, if under the lock everything still stands as it was looked at,
    /// and the person may still come in.
    async fn write(
        &self,
        membership: CaseMembership,
        author: Author,
        readable: &Readable,
        sifted: &SiftedChanges,
        judged: &PassedChanges,
    ) -> Result<WriteOutcome, RegistryError> {
        let now = self.state.clock.now();
        let mut tx = pool::begin(&self.state.pool).await?;
        let Some(head) = log::lock_case(&mut tx, self.case).await? else {
            return Ok(WriteOutcome::Moved);
        };
        let membership_now = sync::lookup_membership(&mut tx, self.case, author.user).await?;
        let extent = Extent::of(author.role);
        if membership_now != membership
            || self.sift(&mut tx, &readable.arrivals, extent).await? != *sifted
        {
            return Ok(WriteOutcome::Moved);
        }
        let sender = ChangeSender::Phone {
            device: self.phone.device.id,
            author,
        };
        log::add::add_changes(&mut tx, &head, sender, &judged.good, now).await?;
        log::batch::add(&mut tx, self.signed, now).await?;
        object::add_objects(&mut tx, self.case, &judged.objects).await?;
        self.tell_acknowledged(&mut tx, &judged.dangers, now)
            .await?;
        let hashes = judged.good.iter().map(|arrival| arrival.hash).collect();
        log::touch_case(&mut tx, self.case, &[Move::Changes(hashes)], now).await?;
        match identity::commit_standing(&self.phone.caller, tx, &[], now).await? {
            SessionStatus::Live => Ok(WriteOutcome::Done),
            over => Ok(WriteOutcome::PutOut(over)),
        }
    }

    /// A filed case takes nothing more in (E31): what was written meanwhile stays on the phone,
    /// refused.
    async fn refuse_filed(&self, readable: &Readable) -> Result<CaseAdmission, Problem> {
        let mut conn = pool::acquire(&self.state.pool).await?;
        let accepted = self.list_known(&mut conn, &readable.arrivals).await?;
        Ok(CaseAdmission {
            case: self.case,
            refused: refused_at_once(readable, &accepted, &Refusal::Archived),
            accepted,
            forget: Some(Forget {
                case: self.case,
                reason: Refusal::Archived.reason(),
            }),
        })
    }

    pub(super) fn taken(
        &self,
        readable: &Readable,
        sifted: &SiftedChanges,
        judged: &PassedChanges,
    ) -> CaseAdmission {
        let good = judged.good.iter().map(|arrival| arrival.hash);
        let accepted = sifted.already.iter().copied().chain(good).collect();
        let in_order = judged.stopped.as_ref().or(sifted.stopped.as_ref());
        let refused = in_order
            .map(|stop| sift::refused(stop, &readable.arrivals))
            .unwrap_or_default();
        let unreadable = readable
            .stopped
            .iter()
            .map(|stop| stop.refusal.of(stop.change));
        CaseAdmission {
            case: self.case,
            accepted,
            refused: refused.into_iter().chain(unreadable).collect(),
            forget: None,
        }
    }

    /// What goes wrong with one case is said of that case, so that the others of the request count;
    /// what every case needs and is away ends the request.
    fn refuse_for(&self, problem: Problem) -> Result<CaseAdmission, Problem> {
        let refusal = match &problem {
            Problem::Unstorable(_) => Refusal::Unstorable,
            Problem::Internal(_) => Refusal::CaseUnreadable,
            _ => return Err(problem),
        };
        tracing::error!(case.id = %self.case, device.id = %self.phone.device.id, error.chain = %whole(&problem), "the changes of a case could not be taken");
        Ok(self.refuse_all(&refusal))
    }

    pub(super) fn refuse_all(&self, refusal: &Refusal) -> CaseAdmission {
        CaseAdmission::refused(self.case, refusal)
    }
}

/// The refusal of all that was sent and not accepted, on a ground that holds for whatever the
/// author writes in this case: one for everything, so that the phone does not write what follows
/// the first again, only to have it refused. Where a part could not be read, each is named.
pub(super) fn refused_at_once(
    readable: &Readable,
    accepted: &[ChangeHash],
    refusal: &Refusal,
) -> Vec<Refused> {
    let sent = readable.arrivals.iter().map(|arrival| arrival.hash);
    let mut late = sent.filter(|hash| !accepted.contains(hash));
    match &readable.stopped {
        None => late.next().map(|_| refusal.of(None)).into_iter().collect(),
        Some(stop) => late
            .map(|hash| refusal.of(Some(hash)))
            .chain([stop.refusal.of(stop.change)])
            .collect(),
    }
}
