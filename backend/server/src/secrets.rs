//! What only some may read, and only for a stated purpose: full identities of parties and sealed
//! statements (docs/domain/privacy.md#classes-of-data, docs/domain/rules.md#roles).
//!
//! - [`ring`], [`place`]: the keys, and the file in which they lie; [`envelope`]: how an identity
//!   is locked for the table.
//! - [`needed`]: which keys a registry cannot do without; [`handed`]: the one that phones get.
//! - [`rotation`]: everything under an old key is brought under the current one.

pub mod envelope;
pub mod handed;
pub mod needed;
pub mod place;
pub mod ring;
pub mod rotation;

pub use place::{KeyRing, KeyRingError};

use crate::problem::Problem;
use envelope::EnvelopeError;

impl From<KeyRingError> for Problem {
    fn from(error: KeyRingError) -> Self {
        Self::internal(error)
    }
}

impl From<EnvelopeError> for Problem {
    fn from(error: EnvelopeError) -> Self {
        Self::internal(error)
    }
}
