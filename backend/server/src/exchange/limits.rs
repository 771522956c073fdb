//! Rate limits: how often one phone may come, how many exchanges of one phone, person and address
//! run or wait at once, and how many of all.
//!
//! The places among the running ones are few, and each stands for a worker that is busy. A phone
//! holds one of them at most, however many requests it sends: what it does costs the others no more
//! than one place.

use super::{lanes::Lanes, suspicion::Suspicions};
use crate::{clock::Clock, connections::household, identity::Ticks, problem::Problem};
use governor::{
    Quota, RateLimiter, clock::Clock as _, middleware::NoOpMiddleware,
    state::keyed::DefaultKeyedStateStore,
};
use hejie_case::ids::{DeviceId, UserId};
use parking_lot::Mutex;
use std::{fmt, net::IpAddr, num::NonZeroU32, sync::Arc, time::Duration};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Requests of one phone before it is two a second: enough for the first sync of a large caseload.
const BURST: NonZeroU32 = NonZeroU32::new(120).unwrap();
const EVERY: Duration = Duration::from_millis(500);

/// When more phones than this are remembered, those that have recovered are forgotten.
const REMEMBERED: usize = 100_000;

/// Exchanges that run at once. Each needs a connection to Postgres only while it reads or writes.
const RUNNING: usize = 16;

/// Exchanges that hold a whole request and wait for their turn; each of them may be as large as a
/// body.
const WAITING: usize = 256;

/// Answers to phones that come too often that are held back at once; beyond these they are told at
/// once.
const HELD: usize = 512;

/// Requests that are larger than an ordinary one, proofs of large cases, which are worked on at
/// once, each holding its bytes several times over.
const LARGE: usize = 2;

/// The same on their way, each in a file of at most [`hejie_wire::limits::LARGE_UP_BYTES`]: 1 GiB
/// together. However slowly they come, they hold none of the places that others wait for.
const SPOOLS: usize = 32;

/// Exchanges of one phone that are read or wait or run: one, and one that took its place after the
/// line broke unnoticed.
const OF_PHONE: usize = 2;

/// The same of one person, of which so many run at once.
const OF_USER: usize = 6;
const RUNNING_OF_USER: usize = 2;

/// The same from one address; a whole office may share one.
const OF_ADDRESS: usize = 128;

/// What a phone waits that is told to come back because another request of its is on its way.
const SHORTLY: u64 = 2;

/// The rate limits of one server.
pub struct ExchangeLimits {
    phones:
        RateLimiter<DeviceId, DefaultKeyedStateStore<DeviceId>, Ticks, NoOpMiddleware<Duration>>,
    lanes: Mutex<AllLanes>,
    waiting: Semaphore,
    running: Semaphore,
    /// Places for answers that are held back.
    held: Semaphore,
    large: Semaphore,
    spools: Semaphore,
    /// Phones that sent what they may not have.
    pub suspicions: Suspicions,
}

struct AllLanes {
    phones: Lanes<DeviceId>,
    users: Lanes<UserId>,
    addresses: Lanes<IpAddr>,
    /// People with a large request on its way.
    large: Lanes<UserId>,
}

/// Whose an exchange is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExchangeOwner {
    /// The phone.
    pub phone: DeviceId,
    /// Its person.
    pub user: UserId,
    /// Where it is, if that is known.
    pub address: Option<IpAddr>,
}

/// An exchange that was let in: its request may be read. Given back when dropped.
pub struct Admission<'a> {
    limits: &'a ExchangeLimits,
    whose: ExchangeOwner,
    phone: Arc<Semaphore>,
    user: Arc<Semaphore>,
    _waiting: SemaphorePermit<'a>,
}

/// A place among the large requests on their way. Given back when dropped.
pub struct SpoolPermit<'a> {
    limits: &'a ExchangeLimits,
    user: UserId,
    _spool: SemaphorePermit<'a>,
}

/// A place among the large requests that are worked on. Given back when dropped.
pub struct LargePermit<'a> {
    _large: SemaphorePermit<'a>,
}

/// A place among the exchanges that run. Given back when dropped.
#[derive(Debug)]
pub struct RunningPermit<'a> {
    _phone: SemaphorePermit<'a>,
    _user: SemaphorePermit<'a>,
    _running: SemaphorePermit<'a>,
}

impl ExchangeLimits {
    /// Makes limits that have seen nothing.
    #[must_use]
    pub fn new(clock: &Clock) -> Self {
        // `with_period` refuses only a period of zero.
        let quota = Quota::with_period(EVERY)
            .unwrap_or(Quota::per_second(BURST))
            .allow_burst(BURST);
        Self {
            phones: RateLimiter::new(quota, DefaultKeyedStateStore::default(), Ticks::new(clock)),
            lanes: Mutex::new(AllLanes {
                phones: Lanes::new(OF_PHONE, 1),
                users: Lanes::new(OF_USER, RUNNING_OF_USER),
                addresses: Lanes::new(OF_ADDRESS, OF_ADDRESS),
                large: Lanes::new(1, 1),
            }),
            waiting: Semaphore::new(RUNNING + WAITING),
            running: Semaphore::new(RUNNING),
            held: Semaphore::new(HELD),
            large: Semaphore::new(LARGE),
            spools: Semaphore::new(SPOOLS),
            suspicions: Suspicions::default(),
        }
    }

    /// Counts a request of a phone and passes when it is not one too many. Asks nothing but memory,
    /// so that it can come before everything that costs more. Who comes too often is told so after
    /// a while: it holds a connection meanwhile, and nobody works.
    ///
    /// # Errors
    /// [`Problem::TooManyExchanges`] says when to come again.
    pub async fn pass(&self, phone: DeviceId) -> Result<(), Problem> {
        let counted = self.count(phone);
        if counted.is_err()
            && let Ok(_place) = self.held.try_acquire()
        {
            tokio::time::sleep(EVERY).await;
        }
        counted
    }

    fn count(&self, phone: DeviceId) -> Result<(), Problem> {
        if self.phones.len() > REMEMBERED {
            self.phones.retain_recent();
        }
        self.phones.check_key(&phone).map_err(|later| {
            let wait = later.wait_time_from(self.phones.clock().now());
            Problem::TooManyExchanges {
                retry_after: wait.as_secs() + 1,
            }
        })
    }

    /// Lets an exchange in, before its request is read.
    ///
    /// # Errors
    /// [`Problem::ExchangeRunning`] when too many of the same phone, person or address are on their
    /// way, and [`Problem::Unavailable`] when too many of all are.
    pub fn admit(&self, whose: ExchangeOwner) -> Result<Admission<'_>, Problem> {
        let whose = ExchangeOwner {
            address: whose.address.map(household),
            ..whose
        };
        let _waiting = self
            .waiting
            .try_acquire()
            .map_err(|_| Problem::Unavailable(None))?;
        let (phone, user) = self
            .lanes
            .lock()
            .enter(whose)
            .ok_or(Problem::ExchangeRunning {
                retry_after: SHORTLY,
            })?;
        Ok(Admission {
            limits: self,
            whose,
            phone,
            user,
            _waiting,
        })
    }
}

impl Admission<'_> {
    /// A place for a request on its way that brings the proof of a large case; a person has it once
    /// at most.
    ///
    /// # Errors
    /// [`Problem::ExchangeRunning`] when the person has it already, and [`Problem::Unavailable`]
    /// when there is none.
    pub fn spool_place(&self) -> Result<SpoolPermit<'_>, Problem> {
        let (limits, user) = (self.limits, self.whose.user);
        let spool = limits.spools.try_acquire();
        let _spool = spool.map_err(|_| Problem::Unavailable(None))?;
        let lane = limits.lanes.lock().large.enter(user);
        lane.ok_or(Problem::ExchangeRunning {
            retry_after: SHORTLY,
        })?;
        Ok(SpoolPermit {
            limits,
            user,
            _spool,
        })
    }

    /// Waits until a large request that has come whole may be worked on.
    ///
    /// # Errors
    /// Never while the server runs.
    pub async fn large_turn(&self) -> Result<LargePermit<'_>, Problem> {
        Ok(LargePermit {
            _large: turn(&self.limits.large).await?,
        })
    }

    /// Waits for a place among the exchanges that run.
    ///
    /// # Errors
    /// Never while the server runs.
    pub async fn permit(&self) -> Result<RunningPermit<'_>, Problem> {
        Ok(RunningPermit {
            _phone: turn(&self.phone).await?,
            _user: turn(&self.user).await?,
            _running: turn(&self.limits.running).await?,
        })
    }
}

impl Drop for SpoolPermit<'_> {
    fn drop(&mut self) {
        self.limits.lanes.lock().large.leave(self.user);
    }
}

impl Drop for Admission<'_> {
    fn drop(&mut self) {
        self.limits.lanes.lock().leave(self.whose);
    }
}

impl AllLanes {
    fn enter(&mut self, whose: ExchangeOwner) -> Option<(Arc<Semaphore>, Arc<Semaphore>)> {
        let phone = self.phones.enter(whose.phone)?;
        let user = self.users.enter(whose.user);
        let address = match (&user, whose.address) {
            (Some(_), Some(address)) => self.addresses.enter(address).is_some(),
            _ => true,
        };
        match user {
            Some(user) if address => return Some((phone, user)),
            Some(_) => self.users.leave(whose.user),
            None => {}
        }
        self.phones.leave(whose.phone);
        None
    }

    fn leave(&mut self, whose: ExchangeOwner) {
        self.phones.leave(whose.phone);
        self.users.leave(whose.user);
        if let Some(address) = whose.address {
            self.addresses.leave(address);
        }
    }
}

async fn turn(of: &Semaphore) -> Result<SemaphorePermit<'_>, Problem> {
    of.acquire().await.map_err(|_| Problem::Unavailable(None))
}

impl fmt::Debug for ExchangeLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExchangeLimits")
    }
}

#[cfg(test)]
mod tests;
