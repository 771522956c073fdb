//! The case of hejie: what a dispute is, what may be written about it, and what follows from it.
//!
//! Pure code shared by the phone and the server: no I/O, no clock, no randomness; `now` is always
//! an argument.
//!
//! - [`ids`], [`role`], [`record`]: the words in which a case is told.
//! - [`edit`] and [`view`]: what can be written into a case document, and what is read from it.
//! - [`schema`], [`document`]: the Automerge document of a case; [`rights`]: who may write what
//!   into it; [`conflict`]: where its authors disagree; [`sealing`]: whose statements are not for
//!   every reader; [`disclosure`]: who reads what of it.
//! - [`part`]: the two parts of a case, and who holds which.
//! - [`act`]: what moves a case, one file an act; [`rule`]: whether it may.
//! - [`policy`]: what a county sets; [`deadline`], [`colour`], [`difficulty`], [`obligation`]: what
//!   follows from it and from the case; [`notice`]: what a party is given of it in words.
//! - [`dossier`]: the file of a case, made from it, and what it lacks.
//! - [`reason`]: why something did not go, as it travels from a rule to whoever reads it.
//! - [`catalogue`], [`guide`], [`search`]: the situations, what to do in each, and how it is found.
//! - [`facts`]: what only the server decides and sends beside the document; [`brief`]: what it
//!   tells before somebody reaches the scene.
//! - [`identity`]: who parties really are, which no document holds: its form, its masks, and for
//!   what it may be read.

pub mod act;
pub mod brief;
mod bytes;
pub mod capital;
pub mod catalogue;
mod class;
pub mod colour;
pub mod conflict;
pub mod deadline;
pub mod difficulty;
pub mod disclosure;
pub mod document;
pub mod dossier;
pub mod edit;
pub mod event;
pub mod facts;
pub mod fold;
pub mod guide;
pub mod identity;
pub mod ids;
mod kinds;
pub mod limit;
pub mod notice;
pub mod obligation;
pub mod part;
pub mod policy;
pub mod reason;
pub mod reconcile;
pub mod record;
pub mod rights;
pub mod role;
pub mod rule;
#[cfg(test)]
mod sample;
pub mod schema;
pub mod sealing;
pub mod search;
pub mod signed_text;
pub mod view;
