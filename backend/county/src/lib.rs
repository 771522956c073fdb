//! The invented county 和安县: its map, its people, its calls, and how each case goes.
//!
//! Everything follows from a seed and a day. Cases are not made up as rows: each is played, with
//! phones that write changes and a server that opens and reconciles them by
//! [`hejie_case::reconcile`], under a clock that moves; so rulings, clocks, trail and fold are the
//! real ones. Pure like the case crate: no I/O, no clock, no randomness but the seed.
//!
//! The shape of the year is assumed, not measured: see `data/params.toml`.

pub mod calendar;
pub mod chance;
mod course;
pub mod params;
pub mod people;
pub mod place;
pub mod play;
pub mod sample;
pub mod script;
pub mod text;

use calendar::DemoCall;
use chance::Chance;
use hejie_case::{deadline::SHANGHAI, ids::CaseId};
use jiff::{Timestamp, ToSpan, civil::Date};
use params::Params;
use place::Map;
use play::{PlayError, Played};

/// How much of the county there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Three townships and a few people.
    Bare,
    /// The same, and the cases that were written by hand.
    Small,
    /// One year of the whole county.
    County,
    /// Five years of a prefecture.
    City,
}

impl Scale {
    /// Whether the map is that of a whole county.
    #[must_use]
    pub fn is_full(self) -> bool {
        matches!(self, Self::County | Self::City)
    }
}

/// A county with all its calls.
#[derive(Debug)]
pub struct County {
    /// The seed from which everything follows.
    pub seed: u64,
    /// How much there is.
    pub scale: Scale,
    /// The first moment that is told.
    pub from: Timestamp,
    /// The moment at which the telling ends: midnight in Shanghai.
    pub until: Timestamp,
    /// The map and the people.
    pub map: Map,
    /// All disputes in the order of time, with their numbers.
    pub calls: Vec<DemoCall>,
}

impl County {
    /// Draws a county that is told until the beginning of a day.
    #[must_use]
    pub fn draw(seed: u64, scale: Scale, until: Date) -> Self {
        let years = match scale {
            Scale::Bare | Scale::Small | Scale::County => 1,
            Scale::City => Params::shipped().size.city_years,
        };
        let from = until.checked_sub(i64::from(years).years()).unwrap_or(until);
        let midnight = |day: Date| {
            let midnight = day.to_datetime(jiff::civil::Time::midnight());
            SHANGHAI
                .to_timestamp(midnight)
                .unwrap_or(Timestamp::UNIX_EPOCH)
        };
        let map = Map::draw(seed, scale, midnight(from));
        let mut calls = if scale.is_full() {
            calendar::draw(seed, scale, &map, (from, until))
        } else {
            Vec::new()
        };
        if scale != Scale::Bare {
            calls.extend(script::calls(until));
        }
        calls.sort_by_key(|call| call.at);
        calendar::number(&mut calls);
        Self {
            seed,
            scale,
            from: midnight(from),
            until: midnight(until),
            map,
            calls,
        }
    }

    /// The id of the case of a call.
    #[must_use]
    pub fn case_id(&self, number: usize) -> CaseId {
        let mut chance = Chance::of(self.seed, "case", number as u64);
        CaseId::new(self.calls[number].at, chance.bytes())
    }

    /// Plays the case of a call until the end of the telling.
    ///
    /// # Errors
    /// The case does not go as it was drawn or written.
    pub fn play(&self, number: usize) -> Result<Played, PlayError> {
        match self.calls[number].script {
            Some(id) => script::play(self, number, id),
            None => course::play(self, number),
        }
    }
}
