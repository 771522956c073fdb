//! The dangerous merges of docs/domain/merges.md through the faces of those who meet them: phones
//! without signal write against each other and come back in both orders, over the server and its
//! registry. Desks read what became of it, the phones show the same, and whoever has to rules.
//!
//! What holds for each row whatever happens is tried on the rules alone in
//! `sync/case/tests/merges`.

mod agreement;
mod classification;
mod closing;
mod forged;
mod hands;
mod money;
mod people;
mod records;
mod replicas;
mod visits;
