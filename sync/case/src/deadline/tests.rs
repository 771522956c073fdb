mod ladder;
mod law;
mod never_restarted;
mod scenes;

use super::*;
use crate::{
    facts::{Deadline, DeadlineKind, Facts},
    policy::{DayCount, Policy},
    sample::{at, facts},
};

fn clock(facts: &Facts, kind: DeadlineKind) -> &Deadline {
    facts.deadlines.iter().rfind(|d| d.kind == kind).unwrap()
}

/// The end of a kind that starts then, in Shanghai.
fn end(facts: &Facts, kind: DeadlineKind, policy: &Policy, from: &str) -> String {
    let (due, _) = due(kind, facts, policy, at(from));
    SHANGHAI.to_datetime(due).to_string()
}
