//! Opening a case: from an order of a channel, or from a document that a phone began.

use super::{
    ReceivedChange, ReconcileError, ReconcileInput, ReconcileOutput, hear, members, reconcile,
};
use crate::{
    act::{self, Act, DeskAct, ServerAct, bars},
    catalogue::Catalogue,
    deadline::start,
    document::{CaseDoc, RawChange},
    edit::Origin,
    event::Event,
    facts::{
        Bars, DeadlineKind, Difficulty, Duty, Facts, OrgFact, Registered, Source, Status,
        TrailEntry,
    },
    ids::{Actor, CaseId, CaseNo, PublicCode, RegionCode, SituationCode},
    policy::Policy,
    record::{Ask, Place},
    rights::{ObjectEntry, index_of},
    role::{Author, Role},
    rule::{Motion, RuleContext},
    view::{CaseView, Meta},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What is expected of a mediator to whom the server itself offers a case (定效, R090).
pub(super) const EXPECTED_AT_THE_SCENE: &str = "及时到场，稳控事态，查明情况，就地化解并按期反馈。";

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
    pub offer_to: Option<Author>,
    /// Earlier calls of the same pair within 90 days, beyond the first.
    pub repeat_calls: u32,
    /// The organisations of those who will work on it.
    pub orgs: Vec<OrgFact>,
    /// The case of which it was a part (E30).
    pub split_from: Option<CaseId>,
    /// What kept people from that one.
    pub bars: Bars,
    /// Lengths of clocks and the like.
    pub policy: Policy,
    /// The server's time: the receipt.
    pub now: Timestamp,
}

/// An opened case: its first change and its first reconciliation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenedCase {
    /// The server's first change, for the log.
    pub first: RawChange,
    /// The objects that it made, against which later changes are judged.
    pub objects: Vec<ObjectEntry>,
    /// The case after triage and offer.
    pub settled: ReconcileOutput,
}

/// Opens a case: registers it (E01), lets the catalogue triage it (E02) and offers it to whoever is
/// on duty (E03).
///
/// # Errors
/// When the new document cannot be read back.
pub fn open(opening: &Opening) -> Result<OpenedCase, ReconcileError> {
    let meta = Meta {
        schema: 1,
        case_id: opening.case,
        created_by_device: None,
        created_at: opening.now,
        catalogue_version: Catalogue::current().version,
    };
    let (mut doc, first) = CaseDoc::create(Actor::SERVER, &meta, &opening.origin, opening.now)?;
    let objects = index_of(&doc)?;
    let settled = reconcile(&ReconcileInput {
        snapshot: doc.save(),
        changes: Vec::new(),
        facts: register(opening),
        first_version: 0,
        authors: Vec::new(),
        motions: offered_to(opening.offer_to, opening.now),
        devices: Vec::new(),
        departed: Vec::new(),
        unknown_orgs: Vec::new(),
        routes: Vec::new(),
        repeat_calls: opening.repeat_calls,
        orgs: opening.orgs.clone(),
        names: BTreeMap::new(),
        files: BTreeSet::new(),
        identities: BTreeMap::new(),
        identified: BTreeSet::new(),
        policy: opening.policy.clone(),
        now: opening.now,
    })?;
    Ok(OpenedCase {
        first,
        objects,
        settled,
    })
}

/// A case that was begun on a phone (E01 as draft), as it reaches the server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Adoption {
    /// The case, named by the phone.
    pub case: CaseId,
    /// Its number.
    pub case_no: CaseNo,
    /// Its public code.
    pub public_code: PublicCode,
    /// The territory of the author's organisation, in which the case is registered when its place
    /// is missing or lies outside of the county.
    pub territory: RegionCode,
    /// The channels of the author's county, by name: only they are owed a result.
    pub channels: Vec<String>,
    /// All changes that the phone sent, judged and acknowledged.
    pub changes: Vec<ReceivedChange>,
    /// Whose phone it is.
    pub by: Author,
    /// Whom to offer it to at once where its author only reports: the mediator on duty, if there is
    /// one.
    pub offer_to: Option<Author>,
    /// The organisations of those who will work on it.
    pub orgs: Vec<OrgFact>,
    /// Lengths of clocks and the like.
    pub policy: Policy,
    /// The server's time: the receipt.
    pub now: Timestamp,
}

/// Adopts a case that was begun on a phone: registers it, lets the catalogue triage it, and leaves
/// it in the hands of whoever began it, until a dispatcher decides otherwise. The case of somebody
/// who only reports is offered as one that a channel reports, and is none of its author's.
///
/// A danger waits for no intake: a case that reports one is registered with what it has (E23), and
/// completed later by whoever knows more (`complete`).
///
/// # Errors
/// When the document does not say whose it is, what it is about or where: the phone sends it again
/// once it does. A place outside of the county is no error: people live on borders, and a code may
/// be mistyped.
pub fn adopt(adoption: &Adoption) -> Result<ReconcileOutput, ReconcileError> {
    let changes: Vec<Vec<u8>> = adoption.changes.iter().map(|c| c.bytes.clone()).collect();
    let mut doc = CaseDoc::from_log(&changes)?;
    let view = doc.view()?;
    if view.meta.case_id != adoption.case {
        return Err(ReconcileError::AnotherCase);
    }
    let situation = situation_of(&view)?;
    let place = view.intake.place.get();
    if place.is_none() && !reports_danger(&view) {
        return Err(ReconcileError::Incomplete);
    }
    let begun = ReconcileInput {
        snapshot: doc.save(),
        changes: Vec::new(),
        facts: Facts {
            region_assumed: place.is_none(),
            ..register(&opening_of(adoption, &view, situation))
        },
        first_version: 0,
        authors: authors(adoption),
        motions: match adoption.by.role.only_reports() {
            true => offered_to(adoption.offer_to, adoption.now),
            false => into_the_hands_of(adoption.by, adoption.now),
        },
        devices: Vec::new(),
        departed: Vec::new(),
        unknown_orgs: Vec::new(),
        routes: Vec::new(),
        repeat_calls: 0,
        orgs: adoption.orgs.clone(),
        names: BTreeMap::new(),
        files: BTreeSet::new(),
        identities: BTreeMap::new(),
        identified: BTreeSet::new(),
        policy: adoption.policy.clone(),
        now: adoption.now,
    };
    let settled = reconcile(&begun)?;
    let by = adoption.by;
    let is_member = |member: &Author| member.user == by.user;
    if by.role.only_reports() || members(&settled.facts).iter().any(is_member) {
        return Ok(settled);
    }
    reconcile(&ReconcileInput {
        motions: as_a_visitor(adoption.by, adoption.now),
        ..begun
    })
}

/// The opening of a case whose document a phone began.
fn opening_of(adoption: &Adoption, view: &CaseView, situation: SituationCode) -> Opening {
    Opening {
        case: adoption.case,
        case_no: adoption.case_no.clone(),
        public_code: adoption.public_code.clone(),
        source: source(view, &adoption.channels),
        region: registered_in(view.intake.place.get(), &adoption.territory),
        situation,
        origin: Origin::default(),
        offer_to: None,
        repeat_calls: 0,
        orgs: adoption.orgs.clone(),
        split_from: None,
        bars: Bars::default(),
        policy: adoption.policy.clone(),
        now: adoption.now,
    }
}

/// The motion that completes a case which was registered before anybody had said what it is about,
/// once its document says it (E02); where it happened is taken over at once.
pub(super) fn complete(view: &CaseView, facts: &mut Facts, now: Timestamp) -> Option<Motion> {
    if let (true, Some(place)) = (facts.region_assumed, view.intake.place.get()) {
        facts.region = registered_in(Some(place), &facts.region);
        facts.region_assumed = false;
    }
    let waits = facts.situation.is_unclassified() && facts.stage.status() == Status::Registered;
    let situation = known_situation(view).filter(|_| waits)?;
    Some(Motion::by_rule(
        Act::Ask(Ask::Triage(act::Triage { situation })),
        now,
    ))
}

/// Lets a case follow what its document alone says anew of the situation (E02c), before anybody
/// decides by it. Where a desk has decided, that is a disagreement instead, and somebody rules.
pub(super) fn follow_document(context: &RuleContext<'_>, facts: &mut Facts) {
    let said = act::situation_said(context.view);
    let Some(situation) = said.filter(|_| facts.stage.status().is_open()) else {
        return;
    };
    if situation == facts.situation {
        facts.classified.heard = Some(situation);
    } else if facts.classified.heard.as_ref() != Some(&situation) && !facts.classified.by_desk {
        let follows = ServerAct::FollowDocument(act::FollowDocument { situation });
        hear(context, facts, &Motion::by_rule(follows, context.now));
    }
}

/// The situation under which a case is registered.
fn situation_of(view: &CaseView) -> Result<SituationCode, ReconcileError> {
    match known_situation(view) {
        Some(situation) => Ok(situation),
        None if reports_danger(view) => Ok(SituationCode::unclassified()),
        None if view.intake.situation.get().is_none() || view.intake.place.get().is_none() => {
            Err(ReconcileError::Incomplete)
        }
        None => Err(ReconcileError::UnknownSituation),
    }
}

/// What the document says that the case is about, if the catalogue of today has it.
fn known_situation(view: &CaseView) -> Option<SituationCode> {
    let said = view.intake.situation.get()?;
    let situation = in_todays_issue(said, view.meta.catalogue_version);
    let is_known = Catalogue::current().lookup(&situation).is_some();
    is_known.then_some(situation)
}

fn reports_danger(view: &CaseView) -> bool {
    let mut requests = view.requests.values();
    requests.any(|request| matches!(request.value.ask, Ask::Danger(_)))
}

/// Where a case comes from that was begun on a phone. Its author may note any channel; only one
/// that is there can be told the result.
fn source(view: &CaseView, channels: &[String]) -> Source {
    let named = view.intake.channel.as_ref();
    let is_there = named.is_some_and(|name| channels.contains(name));
    Source {
        channel: named.cloned().unwrap_or_else(|| String::from("walk_in")),
        external_no: view.intake.external_no.clone().filter(|_| is_there),
        by_order: false,
    }
}

/// Everything in a case that begins was written by whoever began it.
fn authors(adoption: &Adoption) -> Vec<(Actor, Author)> {
    let actors: BTreeSet<Actor> = adoption.changes.iter().map(|c| c.actor.phone()).collect();
    actors
        .into_iter()
        .map(|actor| (actor, adoption.by))
        .collect()
}

/// Where a case is registered: where its place lies, if it has one and that is in the author's
/// county.
fn registered_in(place: Option<&Place>, territory: &RegionCode) -> RegionCode {
    let region = place.map(|place| &place.region);
    let inside = region.filter(|region| region.county() == territory.county());
    inside.unwrap_or(territory).clone()
}

/// The situation in the catalogue of today (M20). The same code may have meant another thing in the
/// issue with which the case was begun. What was split since begins as the first of what may be
/// meant, so that work does not wait on the phone for a dispatcher.
fn in_todays_issue(code: &SituationCode, begun_with: u32) -> SituationCode {
    let today = Catalogue::current().version;
    Catalogue::translate(code, begun_with, today).likeliest(code)
}

/// Triage by the catalogue (E02), then an offer to whoever is on duty (E03).
fn offered_to(target: Option<Author>, now: Timestamp) -> Vec<Motion> {
    let offer = target.map(|target| {
        let expected = String::from(EXPECTED_AT_THE_SCENE);
        Motion::by_rule(DeskAct::Dispatch(act::Dispatch { target, expected }), now)
    });
    let triage = Motion::by_rule(ServerAct::TriageByCatalogue, now);
    std::iter::once(triage).chain(offer).collect()
}

/// A handler claims the case that he or she began; anybody else stays with it as a visitor and a
/// dispatcher looks for a handler.
fn into_the_hands_of(by: Author, now: Timestamp) -> Vec<Motion> {
    let handles = matches!(
        by.role,
        Role::Mediator | Role::Department | Role::PoliceOfficer
    );
    let stays = if handles {
        act::Claim::motion(by, now)
    } else {
        Motion::by_rule(
            DeskAct::Assign(act::Assign {
                target: by,
                duty: Duty::Visit,
            }),
            now,
        )
    };
    vec![Motion::by_rule(ServerAct::TriageByCatalogue, now), stays]
}

/// Where that is not granted, because a danger holds the case or the catalogue gives it to somebody
/// else at once, the author stays as a visitor all the same: without a member nobody could read on
/// the phone what was begun there, nor prove it after a restore.
fn as_a_visitor(by: Author, now: Timestamp) -> Vec<Motion> {
    let stays = DeskAct::Assign(act::Assign {
        target: by,
        duty: Duty::Visit,
    });
    vec![
        Motion::by_rule(stays, now),
        Motion::by_rule(ServerAct::TriageByCatalogue, now),
    ]
}

/// The first facts of a case (E01).
#[must_use]
pub fn register(opening: &Opening) -> Facts {
    let difficulty = Catalogue::current()
        .lookup(&opening.situation)
        .map_or(Difficulty::Ordinary, |s| s.default_difficulty);
    let mut facts = Facts::registered(&Registered {
        case: opening.case,
        case_no: opening.case_no.clone(),
        public_code: opening.public_code.clone(),
        source: opening.source.clone(),
        region: opening.region.clone(),
        situation: opening.situation.clone(),
        difficulty,
        at: opening.now,
    });
    facts.kin.split_from = opening.split_from;
    bars::bring(&opening.bars, None, &mut facts);
    facts.trail.push(TrailEntry {
        event: Event::Register.code().into(),
        by: None,
        claimed_at: None,
        received_at: opening.now,
        from: Status::Registered,
        to: Status::Registered,
        zh: Event::Register.zh().into(),
        words: None,
    });
    start(
        &mut facts,
        DeadlineKind::Dispatch,
        &opening.policy,
        opening.now,
    );
    facts
}
