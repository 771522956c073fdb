//! The case document: what is written is read again, on every replica alike.

#[path = "document/scene.rs"]
mod scene;

#[path = "document/convergence.rs"]
mod convergence;

#[path = "document/hostile.rs"]
mod hostile;

#[path = "document/refused.rs"]
mod refused;

#[path = "document/round_trip.rs"]
mod round_trip;
