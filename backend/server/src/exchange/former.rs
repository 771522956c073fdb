//! Work of somebody who lost the case meanwhile (M19): what was written before the rights ended is accepted if the phone's clock can
//! be believed; the rest goes to quarantine for the supervisor, and the case leaves the phone. Nothing is dropped.

use super::{
    admit::{Desk, Taken},
    refusal::Refusal,
    sift::Readable,
};
use crate::problem::Problem;
use hejie_case::{
    deadline::trust::{Claim, Trust, occurred},
    ids::ChangeHash,
    role::Author,
};
use hejie_registry::{
    log::{self, add::Arrival, change::Sender, quarantine},
    pool,
    sync::{self, Seat},
};
use hejie_wire::message::Forget;
use jiff::Timestamp;

/// Changes that one phone may have in the quarantine of one case.
const QUARANTINE: u64 = 200;

/// What a former member reads when the case leaves the phone.
const FORGET: &str = "本案已不再由您承办，手机上的副本将移除；您未上传的记录已转交后台隔离保存。";

/// What a former member reads all of whose work was accepted.
const FORGET_ALL_KEPT: &str =
    "本案已不再由您承办，手机上的副本将移除；您承办期间的记录已全部收到。";

impl Desk<'_> {
    /// Takes in what a former member wrote in time, and sets the rest aside; `None` if the case moved meanwhile.
    pub(super) async fn hear_former(
        &self,
        author: Author,
        until: Timestamp,
        readable: &Readable,
    ) -> Result<Option<Taken>, Problem> {
        let in_time = readable
            .arrivals
            .iter()
            .take_while(|arrival| self.was_written_before(until, arrival));
        let in_time = Readable {
            arrivals: in_time.cloned().collect(),
            stopped: None,
        };
        let seat = Seat::Former(author, until);
        if !in_time.arrivals.is_empty() && self.acknowledge(seat, author, &in_time).await?.is_none()
        {
            return Ok(None);
        }
        self.set_aside(author, readable).await
    }

    /// Whether a change claims to be written before then, by a clock that can be believed.
    fn was_written_before(&self, until: Timestamp, arrival: &Arrival) -> bool {
        let Ok(at) = Timestamp::from_second(arrival.claimed) else {
            return false;
        };
        let (state, anchor) = (self.state, self.clock);
        let claim = Claim { at, anchor };
        let (_, trust) = occurred(claim, state.clock.now(), state.settling.policy());
        at <= until && trust == Trust::Claimed
    }

    /// Keeps what may not be acknowledged; `None` if the person came back meanwhile.
    async fn set_aside(
        &self,
        author: Author,
        readable: &Readable,
    ) -> Result<Option<Taken>, Problem> {
        let now = self.state.clock.now();
        let mut tx = pool::begin(&self.state.pool).await?;
        log::lock_case(&mut tx, self.case).await?;
        if !matches!(
            sync::lookup_seat(&mut tx, self.case, author.user).await?,
            Seat::Former(..)
        ) {
            return Ok(None);
        }
        let sifted = self.sift(&mut tx, &readable.arrivals).await?;
        let device = self.phone.device.id;
        let held = quarantine::count_quarantined(&mut tx, self.case, device).await?;
        let refusal = if held < QUARANTINE {
            Refusal::NoLongerYours
        } else {
            Refusal::QuarantineFull
        };
        if refusal == Refusal::NoLongerYours {
            let sender = Sender::Phone { device, author };
            quarantine::add_quarantined(
                &mut tx,
                self.case,
                sender,
                &readable.arrivals,
                &refusal.why(),
                now,
            )
            .await?;
            log::batch::add(&mut tx, self.signed, now).await?;
        }
        pool::commit(tx).await?;
        let good = |hash: &ChangeHash| sifted.already.contains(hash);
        let all = readable.stopped.is_none() && readable.arrivals.iter().all(|a| good(&a.hash));
        let refused = readable
            .arrivals
            .iter()
            .map(|a| a.hash)
            .filter(|hash| !good(hash));
        let unreadable = readable
            .stopped
            .iter()
            .map(|stop| stop.refusal.of(stop.change));
        Ok(Some(Taken {
            case: self.case,
            refused: refused
                .map(|hash| refusal.of(Some(hash)))
                .chain(unreadable)
                .collect(),
            accepted: sifted.already,
            forget: Some(Forget {
                case: self.case,
                code: "no_longer_yours".to_owned(),
                zh: (if all { FORGET_ALL_KEPT } else { FORGET }).to_owned(),
            }),
        }))
    }
}
