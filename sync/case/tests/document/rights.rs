//! What may be written by whom, judged without the document.

mod forged;
mod permitted;
mod refused;
