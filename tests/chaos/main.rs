//! Kills and broken lines: real processes, a ledger outside of the product, and the question where
//! each word is afterwards.
//!
//! Every edit carries a word of its own. The ledger notes it when the call that wrote it has
//! returned: from then on it must be found once, in the entry into which it was written, or in the
//! refusal of this very edit on the phone of its author. Texts of disagreements do not count.
//!
//! Short in `make test`, long in `make soak`; a run prints its seed, and `HEJIE_SEED` replays it.

mod course;
mod crew;
mod ledger;
mod line;
mod moment;
mod people;
mod phones;
mod registry;
mod restored;
mod server;
mod words;

use course::Course;
use restored::Restored;
use std::env;

/// How often something is killed, or a request broken, unless the environment says more.
fn asked(variable: &str, least: usize) -> usize {
    env::var(variable)
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(least)
}

#[test]
fn nothing_that_was_written_is_lost_when_phones_and_server_are_killed() {
    let mut course = Course::begin();
    course.kill(asked("HEJIE_KILLS", 60));
    course.end();
}

#[test]
fn nothing_that_was_written_is_lost_or_doubled_on_a_line_that_breaks() {
    let mut course = Course::begin();
    course.break_requests(asked("HEJIE_BROKEN", 200));
    course.end();
}

#[test]
fn a_registry_set_back_to_a_backup_loses_nothing_that_a_phone_still_holds() {
    let mut course = Restored::begin();
    course.back_up();
    course.go_on();
    course.set_back();
    course.come_back();
    course.end();
}
