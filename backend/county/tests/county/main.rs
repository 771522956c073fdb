//! The year of the county against the figures from which it was made, and some of its cases against
//! what they should be.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "where a scene unwraps, the unwrap is the assertion"
)]

mod course;
mod figures;
mod gate;
mod script;

use hejie_county::{County, Scale};
use std::sync::LazyLock;

/// The seed and the day of the county that the tests look at.
pub static COUNTY: LazyLock<County> =
    LazyLock::new(|| County::draw(20_250_620, Scale::County, jiff::civil::date(2026, 1, 1)));
