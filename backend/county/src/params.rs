//! The figures from which the county is made, as data.

use serde::Deserialize;
use std::{collections::BTreeMap, sync::LazyLock};

/// All figures.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// How large the county is.
    pub size: CountySize,
    /// When how many disputes are reported, and by whom.
    pub calls: Calls,
    /// The mix of categories.
    pub category: Mix,
    /// What moves with the months, by category; January first.
    pub season: BTreeMap<String, [f64; 12]>,
    /// How cases go.
    pub course: CourseParams,
    /// What happens without signal and with wrong clocks.
    pub offline: OfflineParams,
    /// How often which risk is observed.
    pub risk: Risk,
}

/// How large the county is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountySize {
    /// Inhabitants.
    pub population: u32,
    /// 乡镇街道.
    pub townships: u32,
    /// 村社区.
    pub villages: u32,
    /// 派出所.
    pub stations: u32,
    /// 警务责任区.
    pub police_areas: u32,
    /// 网格长.
    pub grid_leaders: u32,
    /// 网格员.
    pub grid_workers: u32,
    /// 信息员; they have no account, because they only report.
    pub informants: u32,
    /// 驻所调解员.
    pub stationed_mediators: u32,
    /// 专职调解员.
    pub full_time_mediators: u32,
    /// All mediators, full-time or not.
    pub mediators: u32,
    /// Experts.
    pub experts: u32,
    /// How many such counties make a prefecture.
    pub city_factor: f64,
    /// Years that the prefecture is loaded for.
    pub city_years: i16,
}

/// When how many disputes are reported, and by whom.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calls {
    /// Disputes a day by source.
    pub sources: BTreeMap<String, f64>,
    /// Sources that are quieter at weekends.
    pub office_sources: Vec<String>,
    /// How much of them is left then.
    pub weekend: f64,
    /// Factor by month, January first.
    pub month: [f64; 12],
    /// Factor by weekday, Monday first.
    pub weekday: [f64; 7],
    /// Weight by hour.
    pub hour: [f64; 24],
    /// Shape of the gamma noise of days.
    pub noise_shape: f64,
    /// Shares of the first townships.
    pub township: Vec<f64>,
    /// Sigma of the log-normal shares of further ones.
    pub township_sigma: f64,
    /// 110 calls a day at the busy station of the first township.
    pub busy_station: f64,
    /// Share of calls by a pair that called before.
    pub repeat: f64,
    /// Within so many days.
    pub repeat_days: i64,
    /// Share of repeats that fall on a pair which repeats anyway.
    pub chronic: f64,
    /// Calls after which a pair falls silent.
    pub chronic_most: u32,
}

/// The mix of categories, by the kind of source.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mix {
    /// Reported by 110.
    #[serde(rename = "110")]
    pub by_110: BTreeMap<String, f64>,
    /// Reported otherwise.
    pub other: BTreeMap<String, f64>,
}

/// How cases go. Triples are for simple, ordinary and complex cases.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CourseParams {
    /// Settled on the scene.
    pub on_scene: [f64; 3],
    /// A mediator is the first handler on the scene, otherwise an officer.
    pub mediator_on_scene: f64,
    /// A party refuses.
    pub refused: f64,
    /// A party withdraws.
    pub withdrawn: f64,
    /// Handed to the police.
    pub police: f64,
    /// Ends in court.
    pub litigation: f64,
    /// Mediation fails otherwise.
    pub failed: f64,
    /// The agreement is not kept at first.
    pub breach: f64,
    /// Agreements by word of mouth.
    pub oral: f64,
    /// Agreements that a court confirms.
    pub confirmed: f64,
    /// Complex cases handled jointly.
    pub joint: f64,
    /// Mean days from acceptance to closing.
    pub mean_days: [f64; 3],
    /// Their log-normal sigma.
    pub sigma_days: f64,
    /// No case takes longer than so many times its limit.
    pub longest: f64,
    /// Median of the money in dispute, yuan.
    pub money_median: f64,
    /// Its log-normal sigma.
    pub money_sigma: f64,
    /// Mean pieces of evidence.
    pub evidence_mean: f64,
    /// Share visited after a week.
    pub visited: [f64; 3],
}

/// What happens without signal and with wrong clocks.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfflineParams {
    /// Share of exchanges that have to wait for signal.
    pub share: f64,
    /// For how long, in the median.
    pub median_minutes: f64,
    /// Its log-normal sigma.
    pub sigma: f64,
    /// How far clocks are off, normal.
    pub skew_seconds: f64,
    /// Share of clocks that are off by more than ten minutes.
    pub wrong_clock: f64,
    /// Cases that a second device edits.
    pub shared: [f64; 3],
}

/// How often which risk is observed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Risk {
    /// Somebody threatens.
    pub threat: f64,
    /// A weapon is at hand.
    pub weapon: f64,
    /// There was violence.
    pub violence: f64,
    /// Somebody vulnerable is concerned.
    pub vulnerable: f64,
    /// A petition is announced.
    pub petition: f64,
    /// Somebody is agitated.
    pub agitated: f64,
    /// Somebody is beyond control.
    pub out_of_control: f64,
    /// A middling risk is left.
    pub residual_mid: f64,
    /// A high risk is left.
    pub residual_high: f64,
}

static SHIPPED: LazyLock<Params> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the file is part of the program and tests read it"
    )]
    toml::from_str(include_str!("../data/params.toml")).expect("the shipped figures are readable")
});

impl Params {
    /// The figures that ship with the program.
    #[must_use]
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }
}
