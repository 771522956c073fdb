//! What only some may read, and only for a stated purpose: full identities of parties and sealed
//! statements (docs/domain/privacy.md#classes-of-data, docs/domain/rules.md#roles).
//!
//! - [`ring`], [`place`]: the keys, and the file in which they lie; [`envelope`]: how an identity is locked for the table.
//! - `receive`: what phones sealed; `reading`, `statement`: opened for a purpose, with a line in the audit log before the answer.
//! - `destruction`: by order of a named person; `repeats`: the same person or pair again, by keyed hashes; `readers`: for the auditor.
//! - [`turnover`]: everything under an old key is brought under the current one.

mod destruction;
pub mod envelope;
mod keys;
pub mod place;
mod readers;
mod reading;
mod receive;
mod repeats;
pub mod ring;
mod statement;
pub mod turnover;

pub use keys::SealingKeyView;
pub use place::{KeyRing, KeyRingError};

use crate::{problem::Problem, state::AppState};
use axum::extract::DefaultBodyLimit;
use envelope::EnvelopeError;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The largest body: an identity has a handful of short fields.
const BODY_BYTES: usize = 16 << 10;

/// The operations about identities and sealed statements.
pub(crate) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(keys::get_sealing_key))
        .routes(routes!(receive::add_identity))
        .routes(routes!(reading::read_identity))
        .routes(routes!(statement::read_statement))
        .routes(routes!(destruction::destroy_identity))
        .routes(routes!(repeats::get_repeats))
        .routes(routes!(readers::list_readings))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
}

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
