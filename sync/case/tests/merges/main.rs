//! The dangerous merges of docs/domain/merges.md: two or three phones without signal, and what
//! becomes of what they wrote against each other, in whichever order they come back.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "where a scene unwraps, the unwrap is the assertion"
)]
#![allow(
    clippy::needless_pass_by_value,
    reason = "a scene reads better without references"
)]

mod agreement;
mod blocks;
mod classification;
mod closing;
mod growth;
mod hands;
mod money;
mod people;
mod records;
mod scene;
mod schedules;
mod server;
#[allow(dead_code, reason = "the scenes of the life of a case use all of it")]
#[path = "../life/stage.rs"]
mod stage;
mod statements;
mod visits;
mod words;
