//! The phone: sealed store, case documents, outbox, exchange. Its engine does no I/O of its own.

pub mod entropy;
pub mod seal;
pub mod store;
