//! Opening a case: from an order of a channel, or from a document that a phone began.

use super::{Settle, SettleError, Settled, by_rule, settle};
use crate::{
    catalogue::Catalogue,
    deadline::{Policy, start},
    document::{CaseDoc, Origin, Written},
    event::Event,
    facts::{Colour, DeadlineKind, Difficulty, Facts, Level, Source, Stage, Status, TrailEntry},
    ids::{Actor, CaseId, CaseNo, PublicCode, RegionCode, SituationCode},
    rights::{ObjectEntry, index_of},
    rule::{Act, Target},
    view::Meta,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is known when a channel reports a dispute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opening {
    /// The case, named by the server.
    pub case: CaseId,
    /// Its number.
    pub case_no: CaseNo,
    /// Its public code.
    pub public_code: PublicCode,
    /// Where it came from.
    pub source: Source,
    /// Where it happened.
    pub region: RegionCode,
    /// The situation as reported.
    pub situation: SituationCode,
    /// What the first change of the document says.
    pub origin: Origin,
    /// Whom to offer it to at once: the mediator on duty, if there is one (R005).
    pub offer_to: Option<Target>,
    /// Earlier calls of the same pair within 90 days, beyond the first.
    pub repeat_calls: u32,
    /// Lengths of clocks and the like.
    pub policy: Policy,
    /// The server's time: the receipt.
    pub now: Timestamp,
}

/// An opened case: its first change and its first settling.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// The server's first change, for the log.
    pub first: Written,
    /// The objects that it made, against which later changes are judged.
    pub objects: Vec<ObjectEntry>,
    /// The case after triage and offer.
    pub settled: Settled,
}

/// Opens a case: registers it (E01), lets the catalogue triage it (E02) and offers it to whoever is on duty (E03).
///
/// # Errors
/// When the new document cannot be read back.
pub fn open(opening: &Opening) -> Result<Opened, SettleError> {
    let meta = Meta {
        schema: 1,
        case_id: opening.case,
        created_by_device: None,
        created_at: opening.now,
        catalogue_version: Catalogue::current().version,
    };
    let (mut doc, first) = CaseDoc::create(Actor::SERVER, &meta, &opening.origin, opening.now)?;
    let objects = index_of(&doc)?;
    let mut motions = vec![by_rule(Act::Triage, opening.now)];
    if let Some(target) = opening.offer_to {
        motions.push(by_rule(Act::Dispatch(target), opening.now));
    }
    let settled = settle(&Settle {
        snapshot: doc.save(),
        changes: Vec::new(),
        facts: register(opening),
        authors: Vec::new(),
        motions,
        devices: Vec::new(),
        repeat_calls: opening.repeat_calls,
        policy: opening.policy.clone(),
        now: opening.now,
    })?;
    Ok(Opened {
        first,
        objects,
        settled,
    })
}

/// The first facts of a case (E01).
#[must_use]
pub fn register(opening: &Opening) -> Facts {
    let difficulty = Catalogue::current()
        .lookup(&opening.situation)
        .map_or(Difficulty::Ordinary, |s| s.default_difficulty);
    let mut facts = Facts {
        case_id: opening.case,
        version: 0,
        stage: Stage::Registered,
        case_no: opening.case_no.clone(),
        public_code: opening.public_code.clone(),
        source: opening.source.clone(),
        region: opening.region.clone(),
        registered_at: opening.now,
        accepted_at: None,
        situation: opening.situation.clone(),
        difficulty,
        colour: Colour {
            level: Level::Blue,
            score: 0,
            reasons: Vec::new(),
        },
        assignments: Vec::new(),
        deadlines: Vec::new(),
        rulings: std::collections::BTreeMap::new(),
        conflicts: std::collections::BTreeMap::new(),
        agreement: None,
        trail: vec![TrailEntry {
            event: Event::Register.code().into(),
            by: None,
            claimed_at: None,
            received_at: opening.now,
            from: Status::Registered,
            to: Status::Registered,
            zh: Event::Register.zh().into(),
        }],
    };
    start(
        &mut facts,
        DeadlineKind::Dispatch,
        &opening.policy,
        opening.now,
    );
    facts
}
