//! The case document: what is written is read again, on every replica alike, and nobody writes what
//! is not theirs.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "in a test an unwrap is an assertion, in its helpers too"
)]
#![allow(
    clippy::needless_pass_by_value,
    reason = "a scene reads better without references"
)]

mod conflict;
mod convergence;
mod hostile;
mod long;
mod parts;
mod pieces;
mod refused;
mod replay;
mod replay_random;
mod retried;
mod rights;
mod round_trip;
mod scene;
mod sealing;
mod signed_over;
