//! The invented county in the registry: its organisations and people are founded, then its cases
//! are played and written, many at a time. A load that was interrupted goes on where it stands.

mod found;
mod key;
mod load;
mod rows;

pub use found::{Founding, found};
pub use load::{first_missing, keep_samples, load};

use crate::files::FileStoreError;
use hejie_county::play::PlayError;
use hejie_registry::error::RegistryError;

/// Why the county could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// Postgres failed.
    #[error("the registry failed")]
    Registry(#[from] RegistryError),
    /// The originals of its evidence cannot be kept.
    #[error("the originals of evidence cannot be kept")]
    Files(#[from] FileStoreError),
    /// A case does not go as it was drawn or written.
    #[error("case {number} of the county cannot be played")]
    Play {
        /// Its place among the calls.
        number: usize,
        /// Why.
        #[source]
        source: PlayError,
    },
    /// A change of a phone of the county does not pass the gate.
    #[error("case {number} of the county holds a change that the gate refuses")]
    Change {
        /// Its place among the calls.
        number: usize,
    },
    /// The task that plays the cases ended by itself.
    #[error("the playing of the cases was cut off")]
    CutOff,
}
