//! The phone from outside: its stores, its sealing, its engine and its exchanges.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in a test an unwrap is the assertion"
)]

mod checklist;
#[cfg(feature = "native")]
mod deposit;
mod engine;
mod exchange;
mod faults;
mod file;
mod growth;
#[cfg(feature = "native")]
mod killed;
#[cfg(feature = "native")]
mod line;
mod office;
mod phone;
mod refused;
mod rewritten;
mod schedules;
mod sealing;
mod secret;
mod seed;
mod stores;
