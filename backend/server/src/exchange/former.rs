//! Work of somebody who lost the case meanwhile (M19): what was written before the rights ended is
//! accepted if the phone's clock can be believed; the rest goes to quarantine for the supervisor,
//! and the case leaves the phone. Nothing is dropped.

use super::{
    admit::{CaseAdmission, CaseContext, refused_at_once},
    refusal::Refusal,
    sift::{self, Readable, Stop},
};
use crate::{identity, problem::Problem};
use hejie_case::{
    deadline::trust::{ClaimedTime, Trust, occurred},
    ids::ChangeHash,
    reason::Reason,
    role::Author,
};
use hejie_registry::{
    error::RegistryError,
    log::{self, change::ChangeSender, quarantine},
    pool::{self, PgConnection},
    sync::{self, CaseMembership},
};
use hejie_wire::{
    chunk::Admitted,
    code,
    message::{Forget, Refused},
};
use jiff::Timestamp;

/// Changes that one phone may have in the quarantine of one case.
const QUARANTINE: u64 = 200;

/// What a former member reads when the case leaves the phone.
const FORGET: &str = "本案已不再由您承办，手机上的副本将移除；您未上传的记录已转交后台隔离保存。";

/// What a former member reads all of whose work was accepted.
const FORGET_ALL_KEPT: &str =
    "本案已不再由您承办，手机上的副本将移除；您承办期间的记录已全部收到。";

impl CaseContext<'_> {
    /// Takes in what a former member wrote in time, and sets the rest aside; `None` if the case
    /// moved meanwhile.
    pub(super) async fn hear_former(
        &self,
        author: Author,
        until: Timestamp,
        readable: &Readable,
    ) -> Result<Option<CaseAdmission>, Problem> {
        let in_time = readable
            .arrivals
            .iter()
            .take_while(|arrival| self.was_written_before(until, arrival));
        let in_time = Readable {
            arrivals: in_time.cloned().collect(),
            stopped: None,
        };
        let membership = CaseMembership::Former(author, until);
        let mut stopped = None;
        if !in_time.arrivals.is_empty() {
            let Some(taken) = self.acknowledge(membership, author, &in_time).await? else {
                return Ok(None);
            };
            // Both pass, and what was written in time is taken then.
            let waits = |no: &Refused| {
                [code::TOO_MUCH_AT_ONCE, code::CASE_UNREADABLE].contains(&no.reason.code.as_str())
            };
            if taken.refused.iter().any(waits) {
                return Ok(Some(taken));
            }
            stopped = taken.refused.into_iter().next();
        }
        // What was written in time behind a change that is no good is good without it: it comes
        // again, and is taken then.
        let bad = stopped.filter(|no| !no.passing).and_then(|no| no.change);
        pool::again(|| self.set_aside(author, readable, bad)).await
    }

    /// Whether a change claims to be written before then, by a clock that can be believed.
    fn was_written_before(&self, until: Timestamp, arrival: &Admitted) -> bool {
        let Some(at) = arrival.header.claimed_at() else {
            return false;
        };
        let (state, anchor) = (self.state, self.clock);
        let claim = ClaimedTime { at, anchor };
        let (_, trust) = occurred(claim, state.clock.now(), state.reconciler.policy());
        at <= until && trust == Trust::Claimed
    }

    /// Keeps what may not be acknowledged: all of it, or this one change; `None` if the person came
    /// back meanwhile.
    async fn set_aside(
        &self,
        author: Author,
        readable: &Readable,
        one: Option<ChangeHash>,
    ) -> Result<Option<CaseAdmission>, Problem> {
        let now = self.state.clock.now();
        let mut tx = pool::begin(&self.state.pool).await?;
        log::lock_case(&mut tx, self.case).await?;
        if !matches!(
            sync::lookup_membership(&mut tx, self.case, author.user).await?,
            CaseMembership::Former(..)
        ) {
            return Ok(None);
        }
        let accepted = self.list_known(&mut tx, &readable.arrivals).await?;
        let late: Vec<Admitted> = readable
            .arrivals
            .iter()
            .filter(|arrival| !accepted.contains(&arrival.hash))
            .filter(|arrival| one.is_none_or(|one| arrival.hash == one))
            .cloned()
            .collect();
        let refusal = self
            .keep_aside(&mut tx, author, &late, Refusal::NoLongerYours, now)
            .await?;
        identity::commit_for(&self.phone.caller, tx, &[], now).await?;
        Ok(Some(self.former(readable, accepted, one, &refusal)))
    }

    /// Keeps changes in quarantine for a reason, as far as this phone has room there for this case.
    pub(super) async fn keep_aside(
        &self,
        conn: &mut PgConnection,
        author: Author,
        late: &[Admitted],
        refusal: Refusal,
        now: Timestamp,
    ) -> Result<Refusal, RegistryError> {
        let device = self.phone.device.id;
        if quarantine::count_quarantined(conn, self.case, device).await? >= QUARANTINE {
            return Ok(Refusal::QuarantineFull);
        }
        let sender = ChangeSender::Phone { device, author };
        quarantine::add_quarantined(conn, self.case, sender, late, &refusal.reason(), now).await?;
        log::batch::add(conn, self.signed, now).await?;
        Ok(refusal)
    }

    /// What a former member is told. That the case is not theirs any more holds for all that they
    /// sent, so all of it is refused at once: refused one by one, the rest would come again each
    /// time, under new names, and stand in quarantine as often.
    fn former(
        &self,
        readable: &Readable,
        accepted: Vec<ChangeHash>,
        one: Option<ChangeHash>,
        refusal: &Refusal,
    ) -> CaseAdmission {
        let refused = match one {
            None => refused_at_once(readable, &accepted, refusal),
            Some(one) => {
                let stop = Stop {
                    change: Some(one),
                    refusal: refusal.clone(),
                };
                sift::refused(&stop, &readable.arrivals)
            }
        };
        let zh = if refused.is_empty() {
            FORGET_ALL_KEPT
        } else {
            FORGET
        };
        CaseAdmission {
            case: self.case,
            accepted,
            refused,
            forget: Some(Forget {
                case: self.case,
                reason: Reason::new(code::NO_LONGER_YOURS, zh),
            }),
        }
    }
}
