//! No danger vanishes with the change that reports it (E23, ADR 0016): what a phone in service
//! reports goes to the police with the acknowledgement, whatever reconciliation makes of it later,
//! and with a refusal too, as unverified; the author reads that it did.

use super::{
    Exchange,
    admit::{CaseAdmission, CaseContext},
    sift::{self, Readable},
};
use crate::{access::PhoneCaller, identity, problem::Problem};
use hejie_case::{ids::ChangeHash, reconcile::Effect, rights::Danger};
use hejie_registry::{
    audit,
    danger::{self, Reporter, TOLD_ZH},
    error::RegistryError,
    pool::{self, PgConnection},
    sync::CaseMembership,
};
use hejie_wire::chunk::Admitted;
use jiff::Timestamp;
use serde_bytes::ByteBuf;
use std::{collections::BTreeSet, sync::Arc};

/// Jobs for the changes of one request, some of which harm workers.
const JOBS: u32 = 64;

/// What a request held for one case, and what became of it.
pub(super) struct CaseOutcome<'a> {
    /// What the person was to the case; none when it is not registered.
    pub(super) membership: Option<CaseMembership>,
    /// What could be read.
    pub(super) readable: &'a Readable,
    /// What became of it.
    pub(super) taken: &'a mut CaseAdmission,
}

impl CaseContext<'_> {
    /// Puts the orders of acknowledged dangers into the outbox: they wait for no reconciliation,
    /// which a case that is parked never has. The order that reconciliation makes of them has the
    /// same key.
    pub(super) async fn tell_acknowledged(
        &self,
        tx: &mut PgConnection,
        dangers: &[Danger],
        now: Timestamp,
    ) -> Result<(), RegistryError> {
        let order = |danger: &Danger| Effect::danger(danger.entry, danger.what.clone(), now);
        let orders: Vec<Effect> = dangers.iter().map(order).collect();
        self.state.reconciler.tell(tx, self.case, &orders).await?;
        let by = reporter(self.phone);
        danger::note(tx, self.case, dangers, by, Some(now), now).await
    }
}

/// Tells the police of the dangers among what was refused of a request, and the author that they
/// were told. A stranger to a case is not heard.
///
/// # Errors
/// When Postgres or the workers are away: the phone asks again.
pub(super) async fn tell_refused(
    state: &Exchange,
    phone: &PhoneCaller,
    outcomes: &mut [CaseOutcome<'_>],
) -> Result<(), Problem> {
    let refused: Vec<&Admitted> = outcomes.iter().flat_map(CaseOutcome::refused).collect();
    let dangers = read(state, &refused).await?;
    if dangers.is_empty() {
        return Ok(());
    }
    for outcome in outcomes {
        let own = outcome.dangers_among(&dangers);
        if !own.is_empty() {
            let of: &CaseOutcome<'_> = outcome;
            pool::again(|| tell_unverified(state, phone, of, &own)).await?;
            outcome.say_so(&changes(&own));
        }
    }
    state.outbox.ring();
    Ok(())
}

/// The dangers that changes report, read by a worker. A change that harms workers tells of none,
/// and hides none of the others.
///
/// # Errors
/// When no worker is to be had.
pub(super) async fn read(state: &Exchange, arrivals: &[&Admitted]) -> Result<Vec<Danger>, Problem> {
    let (mut found, mut jobs) = (Vec::new(), 0);
    let mut parts: Vec<&[&Admitted]> = Vec::from_iter((!arrivals.is_empty()).then_some(arrivals));
    while let Some(part) = parts.pop() {
        jobs += 1;
        match state.workers.dangers(bytes_of(part)).await {
            Ok(dangers) => found.extend(dangers),
            Err(error) if error.blames_job() && part.len() > 1 && jobs < JOBS => {
                parts.extend(<[_; 2]>::from(part.split_at(part.len() / 2)));
            }
            Err(error) if error.blames_job() => {
                tracing::error!(
                    changes = part.len(),
                    reason = error.code(),
                    "changes could not be read for dangers"
                );
            }
            Err(error) => return Err(Problem::WorkersAway(Arc::new(error))),
        }
    }
    Ok(found)
}

fn bytes_of(arrivals: &[&Admitted]) -> Vec<ByteBuf> {
    let bytes = arrivals.iter().map(|arrival| arrival.bytes.clone());
    bytes.map(ByteBuf::from).collect()
}

/// The changes that report dangers.
pub(super) fn changes(dangers: &[Danger]) -> BTreeSet<ChangeHash> {
    dangers.iter().map(|danger| danger.change).collect()
}

/// Those of the dangers that one change reports.
pub(super) fn of_change(dangers: &[Danger], change: ChangeHash) -> Vec<Danger> {
    let own = dangers.iter().filter(|danger| danger.change == change);
    own.cloned().collect()
}

async fn tell_unverified(
    state: &Exchange,
    phone: &PhoneCaller,
    outcome: &CaseOutcome<'_>,
    dangers: &[Danger],
) -> Result<(), Problem> {
    let (case, now) = (outcome.taken.case, state.clock.now());
    let caller = &phone.caller;
    let order = |danger: &Danger| {
        let text = format!(
            "{}（{}，内容未经核实；报告人：{} {}）",
            danger.what,
            standing(outcome.membership),
            caller.org_name,
            caller.display_name
        );
        Effect::danger(danger.entry, text, now)
    };
    let orders: Vec<Effect> = dangers.iter().map(order).collect();
    let mut tx = pool::begin(&state.pool).await?;
    state.reconciler.tell(&mut tx, case, &orders).await?;
    danger::note(&mut tx, case, dangers, reporter(phone), Some(now), now).await?;
    let object = format!("dangers:{}", dangers.len());
    let line = audit::AuditEvent {
        case: Some(case),
        object: Some(&object),
        ..caller.act(now, "exchange.unverified_danger")
    };
    identity::commit_for(caller, tx, &[line], now).await?;
    tracing::warn!(case.id = %case, device.id = %phone.device.id, dangers = dangers.len(), "the police are told of a danger that the case does not take");
    Ok(())
}

/// Why the case does not vouch for what is reported.
fn standing(membership: Option<CaseMembership>) -> &'static str {
    match membership {
        Some(CaseMembership::Former(..)) => "报告人已不再承办本案",
        Some(CaseMembership::Filed(_)) => "本案已归档",
        Some(
            CaseMembership::Member(_) | CaseMembership::Reporter(_) | CaseMembership::Stranger,
        ) => "该记录未并入案卷",
        None => "案件尚未登记",
    }
}

fn reporter(phone: &PhoneCaller) -> Reporter {
    Reporter {
        user: phone.caller.user,
        device: phone.device.id,
    }
}

impl CaseOutcome<'_> {
    /// What was not taken, of a case that the person has or had to do with, or that these changes
    /// begin.
    fn refused(&self) -> impl Iterator<Item = &Admitted> {
        let is_heard = match self.membership {
            Some(CaseMembership::Stranger) => false,
            Some(_) => true,
            None => sift::begins(&self.readable.arrivals),
        };
        let arrivals = self.readable.arrivals.iter().filter(move |_| is_heard);
        arrivals.filter(|arrival| !self.taken.accepted.contains(&arrival.hash))
    }

    /// Those of the dangers that what was not taken reports.
    fn dangers_among(&self, all: &[Danger]) -> Vec<Danger> {
        let named: BTreeSet<ChangeHash> = self.refused().map(|arrival| arrival.hash).collect();
        let own = all.iter().filter(|danger| named.contains(&danger.change));
        own.cloned().collect()
    }

    /// Adds to what the author reads of these changes that the police were told.
    fn say_so(&mut self, told: &BTreeSet<ChangeHash>) {
        let refused = self.taken.refused.iter_mut();
        let of_told = refused.filter(|one| one.change.is_none_or(|change| told.contains(&change)));
        for one in of_told {
            one.told = true;
            one.reason.zh.push_str(TOLD_ZH);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hejie_case::{ids::CaseId, reason::Reason};
    use hejie_wire::message::Refused;

    #[test]
    fn what_is_refused_as_a_whole_and_what_reports_a_danger_says_that_the_police_were_told() {
        let hash = |n| ChangeHash([n; 32]);
        let refused = |change| Refused {
            change,
            reason: Reason::new("archived", "本案已归档。"),
            passing: false,
            told: false,
        };
        let mut taken = CaseAdmission {
            case: CaseId::from(uuid::Uuid::from_u128(1)),
            accepted: Vec::new(),
            refused: [Some(hash(1)), Some(hash(2)), None].map(refused).into(),
            forget: None,
        };
        CaseOutcome {
            membership: None,
            readable: &Readable::default(),
            taken: &mut taken,
        }
        .say_so(&BTreeSet::from([hash(1)]));
        let says = taken
            .refused
            .iter()
            .map(|one| one.reason.zh.contains("公安"));
        assert_eq!(says.collect::<Vec<_>>(), [true, false, true]);
    }
}
