//! The phone: sealed store, case documents, outbox, exchange. Its engine does no I/O of its own.
//!
//! - [`engine`]: the phone as a machine over a sealed store; builds for the browser too.
//! - [`store`], [`encryption`], [`entropy`], [`uptime`]: what it stands on.
//! - `client`, `http` (feature `native`): the engine over SQLite with a line to the server.

#[cfg(feature = "native")]
pub mod client;
pub mod encryption;
pub mod engine;
pub mod entropy;
#[cfg(feature = "native")]
pub mod http;
pub mod store;
pub mod uptime;
