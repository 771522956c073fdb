//! The entries of a case document (docs/domain/rules.md#document), as plain typed values.
//!
//! Nothing here says how an entry is stored: [`crate::edit`] writes them, [`crate::view`] reads
//! them.

mod agreement;
mod anchor;
mod close_kind;
mod people;
mod request;
mod risk;
mod work;

pub use agreement::*;
pub use anchor::*;
pub use close_kind::*;
pub use people::*;
pub use request::*;
pub use risk::*;
pub use work::*;

use crate::ids::RegionCode;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Money in cents of a yuan (分). Never negative, never a fraction.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Cents(pub u64);

impl fmt::Display for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

/// A place down to the building; what lies below it is class D and stays out of the document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// The village or township.
    pub region: RegionCode,
    /// Street, estate and building, in words.
    pub address: String,
    /// Where the phone measured itself to be, if it could (P06: at capture only, never a track).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
}

/// A measured position, WGS 84.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// Latitude in degrees.
    pub lat: f64,
    /// Longitude in degrees.
    pub lon: f64,
    /// Radius of uncertainty in metres.
    pub accuracy: f32,
}
