//! The exchange with phones: one request with what a phone wrote, one answer with what moved for
//! its person.
//!
//! A request runs through bounded steps: brakes ([`limits`]), changes taken in case by case
//! ([`admit`]), and an answer read from one snapshot of the registry ([`answer`]). Documents are
//! never opened here: a change is judged by its header in this process and by its content in a
//! worker, and merged later by [`crate::reconcile`].

pub mod admit;
pub mod answer;
mod attest;
mod begin;
mod brief;
mod budget;
mod claimed;
mod cursor;
mod danger;
pub(crate) mod deposit;
mod destroyed;
mod draft;
mod former;
mod heard;
mod judge;
mod lanes;
mod lengths;
pub mod limits;
mod page;
mod prove;
mod refusal;
mod relay;
mod reporter;
mod sift;
mod suspicion;

use crate::{
    access::PhoneCaller, channel::sender::OutboxSignal, claiming::Claiming, clock::Clock,
    files::FileStore, problem::Problem, reconcile::Reconciler, secrets::KeyRing, worker::Pool,
};
use answer::Recovered;
use hejie_registry::pool::PgPool;
use hejie_wire::message::{Down, Up};

/// What the exchange needs.
pub struct Exchange {
    /// Connections to Postgres.
    pub pool: PgPool,
    /// The clock.
    pub clock: Clock,
    /// The keys under which the server attests.
    pub ring: KeyRing,
    /// The originals of evidence, for what is deposited.
    pub files: FileStore,
    /// The largest original of a piece of evidence.
    pub file_limit_bytes: u64,
    /// The processes that open documents.
    pub workers: Pool,
    /// Merges, rules and folds.
    pub reconciler: Reconciler,
    /// Answers claims.
    pub claiming: Claiming,
    /// Rings when a channel is owed something.
    pub outbox: OutboxSignal,
    /// Brakes.
    pub limits: limits::ExchangeLimits,
}

/// Takes what a phone wrote and answers what moved for its person (docs/sync-protocol.md).
///
/// # Errors
/// When Postgres or the workers are away.
pub async fn exchange(state: &Exchange, phone: &PhoneCaller, up: &Up) -> Result<Down, Problem> {
    let proved = prove::take(state, phone, &up.proofs).await?;
    let relayed = relay::take(state, phone, &up.relayed).await?;
    let taken = admit::admit(state, phone, up).await?;
    heard::note(state, phone, up, &taken).await?;
    // Before the answer is read: a case that is won comes with it.
    let claims = claimed::take(state, phone, up).await?;
    let down = answer::answer(state, phone, up, taken, Recovered { proved, relayed }).await?;
    brief::add(state, phone, Down { claims, ..down }).await
}
