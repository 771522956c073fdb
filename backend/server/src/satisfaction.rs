//! What parties say of the handling of their case (D07): by its public code, without an account,
//! once it is closed.
//!
//! Nobody learns here whether there is a case who could not read its progress under the same code.
//! The counts of the brake are in memory: a second server doubles what can be sent.

use crate::{
    clock::Clock,
    connections::household,
    identity::rate_limit::{Allowance, FailureRateLimit},
    problem::Problem,
};
use hejie_case::{
    identity::mask_numbers,
    ids::{CaseId, PublicCode},
    policy::Policy,
};
use hejie_registry::{
    audit::{self, AuditEvent},
    case::{
        self, NameKind, StoredCase,
        satisfaction::{self, SatisfactionAnswer},
    },
    link,
    pool::{self, PgConnection, PgPool},
};
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use std::{net::IpAddr, time::Duration};

/// Takes in what parties say.
pub struct Satisfactions {
    pool: PgPool,
    clock: Clock,
    /// How long after the first answer another one takes its place.
    replaced_for: SignedDuration,
    brake: Mutex<AnswerBrake>,
}

struct AnswerBrake {
    addresses: FailureRateLimit<IpAddr>,
    /// By address too: whoever else knows the code keeps the party from nothing.
    codes: FailureRateLimit<(PublicCode, Option<IpAddr>)>,
}

/// What a party says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rating {
    /// From 1, very bad, to 5, very good.
    pub rating: u8,
    /// What is said beside it.
    pub words: String,
}

/// What is kept of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptRating {
    /// When it was received.
    pub received_at: Timestamp,
}

impl Satisfactions {
    /// Makes a service that has heard nothing.
    #[must_use]
    pub fn new(pool: PgPool, clock: &Clock, policy: &Policy) -> Self {
        let allowance = |burst, minutes: u32| Allowance {
            burst,
            every: Duration::from_secs(60 * u64::from(minutes)),
        };
        let of_address = allowance(policy.rating_address_burst, policy.rating_address_minutes);
        let of_code = allowance(policy.rating_code_burst, policy.rating_code_minutes);
        let brake = AnswerBrake {
            addresses: FailureRateLimit::new(of_address),
            codes: FailureRateLimit::new(of_code),
        };
        let days = i64::from(policy.rating_replaced_days);
        Self {
            pool,
            clock: clock.clone(),
            replaced_for: SignedDuration::from_hours(24 * days),
            brake: Mutex::new(brake),
        }
    }

    /// Keeps what is said of a closed case. The same code says it once a round; for the days that
    /// the county gives, what it says anew takes the place of what it said.
    ///
    /// # Errors
    /// [`Problem::NotFound`] where no progress could be read either; `case_open`,
    /// `already_rated`; [`Problem::TooManyAttempts`].
    pub async fn rate(
        &self,
        code: &PublicCode,
        said: Rating,
        address: Option<IpAddr>,
    ) -> Result<KeptRating, Problem> {
        let address = address.map(household);
        self.pass(code, address)?;
        let now = self.clock.now();
        let mut tx = pool::begin(&self.pool).await?;
        let stored = find(&mut tx, code).await?;
        if stored.facts.stage.status().is_open() {
            let zh = "案件尚未办结，办结后即可评价。";
            return Err(Problem::refused("case_open", zh));
        }
        let (words, _) = mask_numbers(said.words.trim());
        let answer = SatisfactionAnswer {
            round: u32::try_from(stored.facts.round_no()).unwrap_or(u32::MAX),
            public_code: code.clone(),
            rating: said.rating,
            words,
            changed_at: now,
        };
        let since = now
            .saturating_sub(self.replaced_for)
            .unwrap_or(Timestamp::MIN);
        if !satisfaction::answer(&mut tx, stored.case, &answer, since).await? {
            let zh = "本案已经评价，修改评价的期限已过。";
            return Err(Problem::refused("already_rated", zh));
        }
        audit::add(&mut tx, &line(stored.case, now)).await?;
        pool::commit(tx).await?;
        let named = (code.clone(), address);
        self.brake.lock().codes.count(named, &self.clock);
        Ok(KeptRating { received_at: now })
    }

    /// Counts an answer by its address, whatever becomes of it, and lets it pass when it is not one
    /// too many. By its code and address it is counted once it is kept: nobody who is refused, and
    /// nobody elsewhere, keeps the party from answering.
    fn pass(&self, code: &PublicCode, address: Option<IpAddr>) -> Result<(), Problem> {
        let mut brake = self.brake.lock();
        let by_address = address.and_then(|from| brake.addresses.wait(&from, &self.clock));
        let wait = by_address.max(brake.codes.wait(&(code.clone(), address), &self.clock));
        if let Some(retry_after) = wait {
            return Err(Problem::TooManyAttempts { retry_after });
        }
        if let Some(from) = address {
            brake.addresses.count(from, &self.clock);
        }
        Ok(())
    }
}

/// The case whose progress is shown under a code: of a merged one, that under which it goes on.
async fn find(conn: &mut PgConnection, code: &PublicCode) -> Result<StoredCase, Problem> {
    let named = case::lookup_name(conn, NameKind::PublicCode, code.as_str()).await?;
    let leading = link::leading(conn, named.ok_or(Problem::NotFound)?).await?;
    case::lookup(conn, leading).await?.ok_or(Problem::NotFound)
}

/// That something was said; by whom, nobody asks.
fn line(case: CaseId, at: Timestamp) -> AuditEvent<'static> {
    AuditEvent {
        at,
        user: None,
        device: None,
        address: None,
        action: "rate_case",
        object: None,
        case: Some(case),
        purpose: None,
        ok: true,
    }
}
