//! The only crate of hejie that speaks to Postgres. One file a table family; functions take a connection, so that the caller owns
//! the transaction; rows are private and become domain types or an error that names table and column.
//!
//! - [`pool`], [`error`], [`time`], [`word`]: connections, failures, times and enums in columns.
//! - [`identity`] and [`audit`]: who may come in, and the log of what was done.

pub mod audit;
pub mod error;
pub mod identity;
pub mod pool;
pub mod time;
pub mod word;
