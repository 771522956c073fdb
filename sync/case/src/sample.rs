//! A case for unit tests.

use crate::{
    document::{CaseDoc, Origin},
    facts::Facts,
    ids::{Actor, EntryId},
    record::{RiskFactor, RiskObservation},
    view::{CaseView, Entry, Meta},
};
use jiff::Timestamp;
use serde_json::json;

/// A time of 2026 in Shanghai.
pub fn at(text: &str) -> Timestamp {
    format!("2026-{text}+08:00").parse().unwrap()
}

/// The facts of a case of this situation that was registered on Monday, 2 March 2026, at nine.
pub fn facts(situation: &str) -> Facts {
    serde_json::from_value(json!({
        "case_id": "01912345-0000-7000-8000-000000000001",
        "version": 1,
        "stage": { "status": "mediating" },
        "round": {},
        "case_no": "990101-2026-000001",
        "public_code": "2A3B4C5D6E",
        "source": { "channel": "walk_in", "external_no": null },
        "region": "990101102",
        "registered_at": "2026-03-02T01:00:00Z",
        "situation": situation,
        "difficulty": "simple",
        "colour": { "level": "blue", "score": 2, "reasons": [] },
        "assignments": [],
        "deadlines": [],
        "rulings": {},
        "conflicts": {},
        "trail": [],
    }))
    .unwrap()
}

/// The view of a document in which nothing is written yet.
pub fn view() -> CaseView {
    let now = at("03-02T09:00:00");
    let meta = Meta {
        schema: 1,
        case_id: "01912345-0000-7000-8000-000000000001".parse().unwrap(),
        created_by_device: None,
        created_at: now,
        catalogue_version: 1,
    };
    let (doc, _) = CaseDoc::create(Actor::SERVER, &meta, &Origin::default(), now).unwrap();
    doc.view().unwrap()
}

/// An observer.
pub fn actor(n: u8) -> Actor {
    Actor([n; 16])
}

/// Adds an observation of risk.
pub fn observe(view: &mut CaseView, author: Actor, factor: RiskFactor) {
    let n = u128::try_from(view.risks.len()).unwrap() + 1;
    let id = EntryId(uuid::Uuid::from_u128(n));
    let value = RiskObservation {
        factor,
        at: at("03-02T09:00:00"),
        why: String::new(),
    };
    let turn = u64::try_from(n).unwrap();
    view.risks.insert(
        id,
        Entry {
            author,
            turn,
            value,
        },
    );
}
