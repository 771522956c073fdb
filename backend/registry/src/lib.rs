//! The only crate of hejie that speaks to Postgres. One file a table family; functions take a
//! connection, so that the caller owns the transaction; rows are private and become domain types or
//! an error that names table and column.
//!
//! - [`pool`], [`error`], [`time`], [`word`]: connections, failures, times and enums in columns.
//! - [`identity`] and [`audit`]: who may come in, and the log of what was done.
//! - [`secret`]: identities of parties, as ciphertext with keyed hashes.
//! - [`log`], [`feed`], [`sync`]: the changes of all cases, what moved for whom, and what phones
//!   are answered from.
//! - [`danger`]: changes that report a danger, and who told the police.
//! - [`deposit`]: what phones that are out of service left for people to look at.
//! - [`page`]: the list of what was kept aside, of several tables.
//! - [`mark`]: what a registry is recognised by when it comes back from a backup.
//! - [`epoch`]: how often the registry was set back to an earlier day.
//! - [`mod@file`]: originals of evidence, arrived or on their way.
//! - [`backup`]: backups that were reported, and what is in none.
//! - [`figures`]: how bodies work together, in numbers.
//! - [`bulk`]: a whole county at once, for the demonstration.

pub mod audit;
pub mod backup;
pub mod bulk;
pub mod case;
pub mod claim;
pub mod county;
pub mod danger;
pub mod deposit;
pub mod epoch;
pub mod error;
pub mod feed;
pub mod figures;
pub mod file;
pub mod fold;
pub mod identity;
pub mod incident;
pub mod link;
pub mod log;
pub mod mark;
pub mod outbox;
pub mod page;
pub mod pool;
mod rows;
pub mod secret;
pub mod situation;
mod statement;
pub mod sync;
pub mod time;
pub mod word;
