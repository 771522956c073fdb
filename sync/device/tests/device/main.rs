//! The phone from outside: its stores, its sealing, its engine and its exchanges.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in a test an unwrap is the assertion"
)]

mod alarm;
#[cfg(feature = "native")]
mod bad_line;
mod checklist;
mod damage;
#[cfg(feature = "native")]
mod damaged_file;
#[cfg(feature = "native")]
mod deposit;
mod engine;
mod exchange;
mod faults;
mod file;
#[cfg(all(feature = "native", unix))]
mod full;
mod growth;
mod kept;
#[cfg(feature = "native")]
mod killed;
#[cfg(feature = "native")]
mod line;
mod office;
#[cfg(feature = "native")]
mod one_piece;
mod phone;
mod refused;
mod rewritten;
mod run;
mod schedules;
mod sealing;
mod secret;
mod seed;
mod signed;
#[cfg(feature = "native")]
mod slow_line;
mod stores;
