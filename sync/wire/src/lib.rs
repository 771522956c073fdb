//! The messages of the exchange between phones and server, and the gate for hostile bytes.
//!
//! Pure code shared by the phone and the server: no I/O, no clock, no randomness.
//! `docs/sync-protocol.md` tells the protocol.
//!
//! - [`message`]: what goes up and comes down; [`codec`]: how it becomes bytes, and which bytes are
//!   refused.
//! - [`digest`]: how both sides learn in one round trip that they hold the same.
//! - [`chunk`] and [`lint`]: the gate that every Automerge change passes before Automerge sees it;
//!   [`gate`]: why it refuses.
//! - [`sealed`]: what only the server can open: identities and statements, sealed to its key.
//! - [`code`]: the codes on which the other side branches; [`problem`]: what a phone does about
//!   those of the HTTP interface.
//! - [`attest`]: what the server signs of a case, and what proves a case to whoever knows its key.
//! - [`batch`]: what a phone signs of the changes that it sends.
//! - [`claim`]: the list of cases that may be claimed, and claims.
//! - [`limits`]: every cap in one place.

pub mod attest;
pub mod batch;
mod bytes;
pub mod chunk;
pub mod claim;
pub mod code;
pub mod codec;
pub mod digest;
pub mod gate;
pub mod limits;
pub mod lint;
pub mod message;
pub mod problem;
pub mod sealed;
