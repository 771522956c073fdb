//! What is drawn of a case before it is played.

use crate::{calendar::DemoCall, chance::Chance, params::Params};
use hejie_case::facts::Difficulty;

/// What lies in store for a case.
#[derive(Debug, Clone)]
pub(super) struct CaseFate {
    /// Settled on the scene.
    pub(super) on_scene: bool,
    /// How it ends when it goes past the scene.
    pub(super) ending: Ending,
    /// By word of mouth.
    pub(super) oral: bool,
    /// Money in dispute, yuan.
    pub(super) yuan: u64,
    /// People who take part.
    pub(super) persons: u32,
    /// Days from acceptance to closing.
    pub(super) days: f64,
    /// A desk dispatches it, rather than a rule at once.
    pub(super) dispatched_by_desk: bool,
    /// A second device writes too.
    pub(super) is_shared: bool,
    /// The difficulty of its situation.
    pub(super) difficulty: Difficulty,
    /// The first handler, by the place on the map.
    pub(super) first: Option<usize>,
}

/// How a case ends when it goes past the scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// An agreement that is kept.
    Agreed,
    /// An agreement that is broken first.
    Broken,
    /// The parties make it up by themselves.
    Reconciled,
    /// A party refuses before acceptance.
    Refused,
    /// A party withdraws after it.
    Withdrawn,
    /// Handed to the police.
    Police,
    /// No agreement; to court or not.
    Failed,
}

impl CaseFate {
    pub(super) fn draw(
        chance: &mut Chance,
        params: &Params,
        call: &DemoCall,
        difficulty: Difficulty,
    ) -> Self {
        let course = &params.course;
        let rank = difficulty as usize;
        let on_scene = call.by_110() && chance.happens(course.on_scene[rank]);
        let persons = persons(chance, difficulty);
        Self {
            on_scene,
            ending: ending(chance, params),
            oral: chance.happens(course.oral),
            yuan: yuan(chance, params, call, difficulty),
            persons,
            days: days(chance, params, rank),
            dispatched_by_desk: chance.happens(0.35),
            is_shared: chance.happens(params.offline.shared[rank]),
            difficulty,
            first: None,
        }
    }
}

fn ending(chance: &mut Chance, params: &Params) -> Ending {
    let course = &params.course;
    let kinds = [
        (Ending::Refused, course.refused),
        (Ending::Withdrawn, course.withdrawn),
        (Ending::Police, course.police),
        (Ending::Failed, course.failed + course.litigation),
        (Ending::Broken, course.breach),
        (Ending::Reconciled, 0.10),
        (Ending::Agreed, 0.83),
    ];
    kinds[chance.weighted(kinds.iter().map(|(_, share)| *share))].0
}

/// A situation's difficulty already says how many people it takes; more of them would raise it.
fn persons(chance: &mut Chance, difficulty: Difficulty) -> u32 {
    let most = match difficulty {
        Difficulty::Simple => 2,
        Difficulty::Ordinary => 6,
        Difficulty::Complex => 14,
    };
    let drawn = 2 + chance.poisson(0.8 * f64::from(difficulty as u8));
    drawn.min(most)
}

/// Money, log-normal; what would raise the difficulty of a situation is drawn again, but for a few.
fn yuan(chance: &mut Chance, params: &Params, call: &DemoCall, difficulty: Difficulty) -> u64 {
    let about_money = !matches!(
        call.situation.as_str().get(..3),
        Some("N01" | "N02" | "N12")
    ) || chance.happens(0.3);
    if !about_money {
        return 0;
    }
    let cap = match difficulty {
        Difficulty::Simple => 20_000.0,
        Difficulty::Ordinary => 100_000.0,
        Difficulty::Complex => f64::MAX,
    };
    let boost = if difficulty == Difficulty::Complex {
        3.0
    } else {
        1.0
    };
    let raises = chance.happens(0.02);
    let mut drawn =
        boost * chance.log_normal(params.course.money_median, params.course.money_sigma);
    for _ in 0..8 {
        if drawn < cap || raises {
            break;
        }
        drawn = chance.log_normal(params.course.money_median, params.course.money_sigma);
    }
    if drawn >= cap && !raises {
        drawn = cap / 2.0;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "yuan of a dispute"
    )]
    let hundreds = (drawn.min(2.0e6) / 100.0).round() as u64;
    hundreds.max(1) * 100
}

fn days(chance: &mut Chance, params: &Params, rank: usize) -> f64 {
    let course = &params.course;
    let sigma = course.sigma_days;
    let median = course.mean_days[rank] / (sigma * sigma / 2.0).exp();
    let limit = [7.0, 15.0, 30.0][rank] * course.longest;
    chance.log_normal(median, sigma).min(limit)
}
