//! The only crate of hejie that speaks to Postgres.
