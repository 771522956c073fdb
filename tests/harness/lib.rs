//! Scenes: a server in this process, a county of its own for every test, one clock, and everybody
//! who takes part.
//!
//! - [`server`]: the server, its clock and its database; [`county`]: organisations and people;
//!   [`client`]: what they call; [`slow`]: bodies that come in parts; [`figures`]: what is measured
//!   meanwhile; [`unruly`]: workers that are stopped; [`race`]: who waits for whom.
//! - One database a test binary; tests are kept apart by fresh counties, so that they may run side
//!   by side.

pub mod client;
pub mod county;
pub mod database;
pub mod figures;
mod hired;
pub mod race;
pub mod receiver;
pub mod server;
pub mod slow;
pub mod unruly;

pub use client::{Agent, Answer, Calls, decided};
pub use county::{County, Person};
pub use figures::Figures;
pub use server::TestServer;
pub use slow::SlowRequest;
