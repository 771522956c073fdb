//! What may be written by whom, judged without the document.

mod by_role;
mod danger;
mod forged;
mod grown;
mod permitted;
mod refused;
