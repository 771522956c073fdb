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

/// How long after the first answer another one takes its place.
const REPLACED_FOR: SignedDuration = SignedDuration::from_hours(24 * 7);

/// Answers from one address before it is one every minute; a village may share one.
const ADDRESS: Allowance = Allowance {
    burst: 20,
    every: Duration::from_secs(60),
};

/// Answers under one code before it is one every hour.
const CODE: Allowance = Allowance {
    burst: 5,
    every: Duration::from_secs(3_600),
};

/// Takes in what parties say.
pub struct Satisfactions {
    pool: PgPool,
    clock: Clock,
    brake: Mutex<AnswerBrake>,
}

struct AnswerBrake {
    addresses: FailureRateLimit<IpAddr>,
    codes: FailureRateLimit<PublicCode>,
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
    pub fn new(pool: PgPool, clock: &Clock) -> Self {
        let brake = AnswerBrake {
            addresses: FailureRateLimit::new(ADDRESS),
            codes: FailureRateLimit::new(CODE),
        };
        Self {
            pool,
            clock: clock.clone(),
            brake: Mutex::new(brake),
        }
    }

    /// Keeps what is said of a closed case. The same code says it once a round; within seven days
    /// what it says anew takes the place of what it said.
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
        let since = now.saturating_sub(REPLACED_FOR).unwrap_or(Timestamp::MIN);
        if !satisfaction::answer(&mut tx, stored.case, &answer, since).await? {
            let zh = "本案已经评价，评价满七天后不再修改。";
            return Err(Problem::refused("already_rated", zh));
        }
        audit::add(&mut tx, &line(stored.case, now)).await?;
        pool::commit(tx).await?;
        self.brake.lock().codes.count(code.clone(), &self.clock);
        Ok(KeptRating { received_at: now })
    }

    /// Counts an answer by its address, whatever becomes of it, and lets it pass when it is not one
    /// too many. By its code it is counted once it is kept: nobody who is refused keeps the party
    /// from answering.
    fn pass(&self, code: &PublicCode, address: Option<IpAddr>) -> Result<(), Problem> {
        let mut brake = self.brake.lock();
        let address = address.map(household);
        let by_address = address.and_then(|from| brake.addresses.wait(&from, &self.clock));
        let wait = by_address.max(brake.codes.wait(code, &self.clock));
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
