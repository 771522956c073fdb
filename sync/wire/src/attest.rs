//! Authorship that travels: what the server signs of a case, so that everybody who holds the case
//! can prove it (docs/adr/0012).
//!
//! One [`Attestation`] names a case at one moment: the hash of its heads, which commit to every
//! change before them; its facts; and who stands behind each actor. It is signed with a key of its
//! own, for which the root key vouches. With document, facts and [`Actors`] it is a [`CaseProof`],
//! which the server believes of a phone as it believes itself. Nothing here opens a document but
//! [`CaseProof::check`].

mod actors;
mod key;
mod proof;
mod statement;

pub use actors::{ActorRow, Actors};
pub use key::{AttestationKey, AttesterSecret, AttesterVoucher, KeyId};
pub use proof::{AttestedChange, CaseProof, ProofError, ProvedCase, Trusted};
pub use statement::{Attestation, AttestationError, Statement, UnverifiedStatement};
