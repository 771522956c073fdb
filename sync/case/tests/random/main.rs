//! Whatever people do in whatever order, offline and online: what must always hold, holds.
//!
//! `HEJIE_SCHEDULES` sets how many schedules are played (`make test` plays 10,000), `HEJIE_SEED`
//! the seed of the first. A schedule that fails prints its seed;
//! `HEJIE_SEED=<seed> HEJIE_SCHEDULES=1` plays it again.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "where a scene unwraps, the unwrap is the assertion"
)]
#![allow(
    clippy::needless_pass_by_value,
    reason = "a scene reads better without references"
)]

mod always;
mod dice;
mod errand;
mod happening;
mod seised;
#[path = "../life/stage.rs"]
#[allow(dead_code, reason = "shared with the scenes of the life of a case")]
mod stage;
mod violence;

use hejie_case::event::Event;
use std::{
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

const SCHEDULES: u64 = 500;
/// From so many schedules on, every event must have come about.
const ENOUGH: u64 = 10_000;
const FIRST_SEED: u64 = 20_260_302;
/// What bodies write about working together, and a push that is sent again: scenes play these, and
/// no schedule draws them.
const NOT_DRAWN: [&str; 6] = ["E03c", "R003", "R003b", "R069", "R119", "R119b"];

/// Shows R022, R027, R151, E12, E17, E18, E23, E27, M06, M16.
#[test]
fn random_schedules_on_random_phones_hold_what_must_always_hold() {
    let number = |name: &str, default| {
        let set = std::env::var(name).ok();
        set.map_or(default, |text| text.parse().expect("a number"))
    };
    let (first, count) = (
        number("HEJIE_SEED", FIRST_SEED),
        number("HEJIE_SCHEDULES", SCHEDULES),
    );
    let next = AtomicU64::new(0);
    let heard: Mutex<BTreeMap<String, u64>> = Mutex::default();
    let cores = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= count {
                        return;
                    }
                    let events = play(first.wrapping_add(n));
                    let mut heard = heard.lock().expect("nobody panicked here");
                    for event in events {
                        *heard.entry(event).or_default() += 1;
                    }
                }
            });
        }
    });
    let heard = heard.into_inner().expect("nobody panicked here");
    let times = |event: &Event| heard.get(event.code()).copied().unwrap_or(0);
    let mut rarest: Vec<(u64, &str)> = Event::ALL.iter().map(|e| (times(e), e.code())).collect();
    rarest.sort_unstable();
    println!("schedules that came to each event, the rarest first: {rarest:?}");
    if count >= ENOUGH {
        // Schedules that never get anywhere prove nothing.
        let mut drawn = rarest.iter().filter(|(_, code)| !NOT_DRAWN.contains(code));
        let missed = drawn.find(|(times, _)| *times == 0);
        assert_eq!(missed, None, "no schedule came to it");
    }
}

fn play(seed: u64) -> BTreeSet<String> {
    let played = catch_unwind(AssertUnwindSafe(|| happening::schedule(seed)));
    played.unwrap_or_else(|cause| {
        eprintln!("schedule failed: play it again with HEJIE_SEED={seed} HEJIE_SCHEDULES=1");
        std::panic::resume_unwind(cause);
    })
}
