//! The phone of hejie for Kotlin, Swift and Python, through UniFFI. Thin: every act is one call of
//! `hejie-device`.
//!
//! - All functions are synchronous and may touch the disk or the line: call them off the main
//!   thread.
//! - Times are taken here; ids and nonces are drawn here. The core below has neither clock nor
//!   randomness.
//! - Errors are few and say what an app can do ([`PhoneError`]); they hold no personal data.

#![allow(
    missing_docs,
    reason = "UniFFI generates public items without documentation; what is written here is documented"
)]

mod clock;
mod entropy;
mod error;
mod key;
mod phone;
mod uptime;
mod view;
mod words;

pub use error::PhoneError;
pub use key::{KeyStore, KeyStoreError};
pub use phone::{
    ConsentGiven, DangerReported, DeliveryState, DraftSignature, IdentityCaptured, KnownFile,
    KnownIdentity, NewCase, NewEvidence, NumberInText, PartyGuardian, PartyIdentity, Performed,
    Phone, SessionHeld, VisitReport,
};
pub use view::*;

uniffi::setup_scaffolding!();
