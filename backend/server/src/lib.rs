//! The server of hejie: identity, exchange, rulings, fold, console API. No SQL text; no clock but [`clock`], no randomness but
//! [`entropy`], no decision about who may call what but in [`access`].

pub mod access;
pub mod cases;
pub mod catalogue;
pub mod channel;
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
pub mod http;
pub mod identity;
pub mod lasting;
mod link;
pub mod mark;
pub mod openapi;
pub mod private_postgres;
pub mod problem;
mod say;
pub mod secrets;
pub mod settling;
pub mod state;
pub mod streams;
pub mod telemetry;
pub mod worker;
