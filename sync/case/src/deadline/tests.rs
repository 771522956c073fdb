mod ladder;
mod never_restarted;
mod scenes;

use super::*;
use crate::facts::{Deadline, DeadlineKind, Facts};
use serde_json::json;

/// The facts of a case of this situation that was registered on Monday, 2 March 2026, at nine.
fn facts(situation: &str) -> Facts {
    serde_json::from_value(json!({
        "case_id": "01912345-0000-7000-8000-000000000001",
        "version": 1,
        "stage": { "status": "mediating" },
        "case_no": "990101-2026-000001",
        "public_code": "2A3B4C5D6E",
        "source": { "channel": "walk_in", "external_no": null },
        "region": "990101102",
        "registered_at": "2026-03-02T01:00:00Z",
        "accepted_at": null,
        "situation": situation,
        "difficulty": "simple",
        "colour": { "level": "blue", "score": 2, "reasons": [] },
        "assignments": [],
        "deadlines": [],
        "rulings": {},
        "conflicts": {},
        "agreement": null,
        "trail": [],
    }))
    .unwrap()
}

fn at(text: &str) -> Timestamp {
    format!("2026-{text}+08:00").parse().unwrap()
}

fn clock(facts: &Facts, kind: DeadlineKind) -> &Deadline {
    facts.deadlines.iter().rfind(|d| d.kind == kind).unwrap()
}

/// The end of a kind that starts then, in Shanghai.
fn end(facts: &Facts, kind: DeadlineKind, policy: &Policy, from: &str) -> String {
    let (due, _) = due(kind, facts, policy, at(from));
    SHANGHAI.to_datetime(due).to_string()
}
