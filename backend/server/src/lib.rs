//! The server of hejie: identity, exchange, rulings, fold, console API. No SQL text; no clock but
//! [`clock`], no randomness but [`entropy`], no decision about who may call what but in [`access`].
//!
//! From top to bottom (docs/adr/0020-layers-of-the-server.md): [`cli`]; [`api`], what is HTTP;
//! [`state`], which puts a server together; services such as [`exchange`] and [`reconcile`], each
//! with what it needs; leaves such as [`clock`] and [`problem`].

pub mod access;
pub mod api;
mod background;
pub mod channel;
pub mod claiming;
pub mod cli;
pub mod clock;
pub mod config;
pub mod connections;
pub mod demo;
pub mod doctor;
pub mod entropy;
pub mod events;
pub mod exchange;
pub mod files;
pub mod identity;
mod key_file;
pub mod lasting;
pub mod mark;
mod membership;
pub mod private_postgres;
pub mod problem;
mod readiness;
pub mod reconcile;
mod room;
pub mod satisfaction;
mod say;
pub mod secrets;
pub mod state;
pub mod streams;
pub mod telemetry;
pub mod worker;
