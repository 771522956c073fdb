//! The calls of the county: when a dispute is reported, by whom, about what and where.

use crate::{
    Scale,
    chance::Chance,
    params::{Calls, Params},
    place::Map,
};
use hejie_case::{
    catalogue::{Catalogue, List},
    deadline::SHANGHAI,
    ids::SituationCode,
};
use jiff::{Timestamp, ToSpan, civil::Date};
use std::collections::BTreeMap;

/// One reported dispute.
#[derive(Debug, Clone, PartialEq)]
pub struct DemoCall {
    /// When the server receives it.
    pub at: Timestamp,
    /// The channel.
    pub source: &'static str,
    /// The situation.
    pub situation: SituationCode,
    /// The township, by its place on the map.
    pub township: usize,
    /// The village within it.
    pub village: usize,
    /// Who quarrels: calls of the same pair have the same number.
    pub pair: u64,
    /// Earlier calls of the pair within ninety days.
    pub earlier: u32,
    /// A case that was written by hand, by its name.
    pub script: Option<&'static str>,
    /// The year of its number, and its running number in it.
    pub number: (i16, u32),
}

impl DemoCall {
    /// Whether 110 reported it.
    #[must_use]
    pub fn by_110(&self) -> bool {
        self.source == "110"
    }
}

/// The sources, as the channels are called.
const SOURCES: [&str; 8] = [
    "110",
    "walk_in",
    "grid",
    "12345",
    "court",
    "12348",
    "12348_web",
    "petition",
];

/// Draws all calls from one day until another, in the order of time; numbers are given later.
#[must_use]
pub(crate) fn draw(
    seed: u64,
    scale: Scale,
    map: &Map,
    (from, until): (Date, Date),
) -> Vec<DemoCall> {
    let params = Params::shipped();
    let factor = if scale == Scale::City {
        params.size.city_factor
    } else {
        1.0
    };
    let generator = CallGenerator {
        calls: &params.calls,
        map,
        factor,
        by_category: situations(),
    };
    let mut calls = Vec::new();
    let mut day = from;
    while day < until {
        let number = u64::try_from((day - jiff::civil::date(1970, 1, 1)).get_days()).unwrap_or(0);
        let mut chance = Chance::of(seed, "calls", number);
        generator.day(&mut chance, day, &mut calls);
        day = day.checked_add(1.day()).unwrap_or(Date::MAX);
    }
    calls.sort_by_key(|call| call.at);
    repeat(seed, &params.calls, &mut calls);
    calls
}

struct CallGenerator<'a> {
    calls: &'a Calls,
    map: &'a Map,
    factor: f64,
    by_category: BTreeMap<String, Vec<SituationCode>>,
}

impl CallGenerator<'_> {
    fn day(&self, chance: &mut Chance, day: Date, calls: &mut Vec<DemoCall>) {
        let month = usize::from(day.month().unsigned_abs()) - 1;
        let weekday = usize::from(day.weekday().to_monday_zero_offset().unsigned_abs());
        let noise = chance.gamma(self.calls.noise_shape);
        let rate = self.factor * self.calls.month[month] * self.calls.weekday[weekday] * noise;
        for source in SOURCES {
            let quiet = weekday >= 5 && self.calls.office_sources.iter().any(|s| s == source);
            let ease = if quiet { self.calls.weekend } else { 1.0 };
            let mean = self.calls.sources.get(source).copied().unwrap_or(0.0) * rate * ease;
            for _ in 0..chance.poisson(mean) {
                calls.push(self.call(chance, day, month, source));
            }
        }
    }

    fn call(&self, chance: &mut Chance, day: Date, month: usize, source: &'static str) -> DemoCall {
        let hour = i8::try_from(chance.weighted(self.calls.hour)).unwrap_or(12);
        let second = chance.between(0, 3599);
        let at = day
            .at(hour, 0, 0, 0)
            .checked_add(second.seconds())
            .unwrap_or(day.at(12, 0, 0, 0));
        let township = self.township(chance, source);
        let villages = self.map.townships[township].villages.len();
        // Zipf: the second village has half of what the first has, and so on.
        #[expect(clippy::cast_precision_loss, reason = "a few hundred villages")]
        let village = chance.weighted((1..=villages).map(|rank| 1.0 / rank as f64));
        DemoCall {
            at: SHANGHAI.to_timestamp(at).unwrap_or(Timestamp::UNIX_EPOCH),
            source,
            situation: self.situation(chance, month, source),
            township,
            village,
            pair: chance.bits(),
            earlier: 0,
            script: None,
            number: (0, 0),
        }
    }

    fn township(&self, chance: &mut Chance, source: &str) -> usize {
        let weights = self.map.townships.iter().map(|t| t.weight);
        if source != "110" {
            return chance.weighted(weights);
        }
        let all = self.calls.sources.get("110").copied().unwrap_or(1.0) * self.factor;
        if chance.happens(self.calls.busy_station / all) {
            return 0;
        }
        chance.weighted(
            weights
                .enumerate()
                .map(|(at, w)| if at == 0 { 0.0 } else { w }),
        )
    }

    fn situation(&self, chance: &mut Chance, month: usize, source: &str) -> SituationCode {
        let params = Params::shipped();
        let mix = if source == "110" {
            &params.category.by_110
        } else {
            &params.category.other
        };
        let weight = |(category, share): (&String, &f64)| {
            share
                * params
                    .season
                    .get(category)
                    .map_or(1.0, |months| months[month])
        };
        let at = chance.weighted(mix.iter().map(weight));
        let category = mix.keys().nth(at).map_or("N02", String::as_str);
        let situations = &self.by_category[category];
        chance.pick(situations).clone()
    }
}

fn situations() -> BTreeMap<String, Vec<SituationCode>> {
    let mut by_category: BTreeMap<String, Vec<SituationCode>> = BTreeMap::new();
    for situation in Catalogue::current()
        .iter()
        .filter(|s| s.list == List::NonPolice)
    {
        let category = situation.code.as_str().get(..3).unwrap_or_default();
        by_category
            .entry(category.to_owned())
            .or_default()
            .push(situation.code.clone());
    }
    by_category
}

/// Lets some calls be by a pair that called before within the window; a few pairs cannot stop.
fn repeat(seed: u64, params: &Calls, calls: &mut [DemoCall]) {
    let window = params.repeat_days.saturating_mul(24).hours();
    let mut oldest = 0;
    let mut again: Vec<usize> = Vec::new();
    for now in 1..calls.len() {
        let mut chance = Chance::of(seed, "repeats", now as u64);
        while calls[oldest].at < calls[now].at.checked_sub(window).unwrap_or(Timestamp::MIN) {
            oldest += 1;
        }
        again.retain(|at| *at >= oldest);
        if oldest == now || !chance.happens(params.repeat) {
            continue;
        }
        let earlier = if !again.is_empty() && chance.happens(params.chronic) {
            *chance.pick(&again)
        } else {
            oldest + chance.below(now - oldest)
        };
        let before = calls[earlier].clone();
        if before.earlier + 1 >= params.chronic_most {
            continue;
        }
        let call = &mut calls[now];
        (call.situation, call.township, call.village) =
            (before.situation, before.township, before.village);
        (call.pair, call.earlier) = (before.pair, before.earlier + 1);
        again.retain(|at| *at != earlier);
        again.push(now);
    }
}

/// Numbers calls by year in the order of time.
pub(crate) fn number(calls: &mut [DemoCall]) {
    let mut last: BTreeMap<i16, u32> = BTreeMap::new();
    for call in calls {
        let year = SHANGHAI.to_datetime(call.at).year();
        let serial = last.entry(year).or_default();
        *serial += 1;
        call.number = (year, *serial);
    }
}
