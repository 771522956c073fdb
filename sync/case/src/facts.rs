//! Facts: what only the server decides, kept in Postgres and sent beside the document as one
//! versioned object.
//!
//! A phone shows facts and never writes them. Every change of a fact raises [`Facts::version`].

mod classified;
mod clock;
mod clock_kind;
mod confirmation;
mod danger;
mod duty;
mod kin;
mod notice;
mod oral_register;
mod person;
mod push;
mod round;
mod ruling;
mod seised;
mod stage;
mod status;
mod supervision;
mod together;
mod violence;
mod weight;

pub use classified::*;
pub use clock::*;
pub use clock_kind::*;
pub use confirmation::*;
pub use danger::*;
pub use duty::*;
pub use kin::*;
pub use notice::*;
pub use oral_register::*;
pub use push::*;
pub use round::*;
pub use ruling::*;
pub use seised::*;
pub use stage::*;
pub use status::*;
pub use supervision::*;
pub use together::*;
pub use violence::*;
pub use weight::*;

use crate::{
    ids::{
        CaseId, CaseNo, ConflictId, EntryId, OrgId, PublicCode, RegionCode, SituationCode, UserId,
    },
    view::Conflict,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The versions that the facts of one case may take between two restores.
const VERSIONS_OF_AN_EPOCH: u64 = 1 << 20;

/// The least version that facts get in an epoch, which begins with every restore. What was asked on
/// a version that a restore took is so never taken for asked on what came about since.
#[must_use]
pub const fn first_version(epoch: u64) -> u64 {
    epoch.saturating_sub(1).saturating_mul(VERSIONS_OF_AN_EPOCH)
}

/// All facts of one case. What is of one round only stands in [`Round`]; all else is of the case:
/// who and what it is, what is known of it, and its ledgers (assignments, clocks, rulings,
/// disagreements, measures, the trail), whose lines say when they ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// The case.
    pub case_id: CaseId,
    /// Raised with every ruling; the `base_version` of requests. No version is given twice, not by
    /// a registry that was set back either ([`first_version`]).
    pub version: u64,
    /// Where the case stands.
    pub stage: Stage,
    /// The present round.
    pub round: Round,
    /// The number, given at registration.
    pub case_no: CaseNo,
    /// 一案一码.
    pub public_code: PublicCode,
    /// Where the case came from.
    pub source: Source,
    /// Where it happened.
    pub region: RegionCode,
    /// Nobody has said yet where it happened: the region is the territory of whoever reported it,
    /// until somebody does.
    #[serde(default)]
    pub region_assumed: bool,
    /// When the server received it.
    pub registered_at: Timestamp,
    /// The situation as ruled; the document's may be disputed. [`SituationCode::unclassified`]
    /// until somebody says what the case is about.
    pub situation: SituationCode,
    /// Whose word that is.
    #[serde(default)]
    pub classified: Classified,
    /// The difficulty as ruled.
    pub difficulty: Difficulty,
    /// The colour with its reasons.
    pub colour: Colour,
    /// Who answers for what, past and present.
    pub assignments: Vec<Assignment>,
    /// All clocks.
    pub deadlines: Vec<Deadline>,
    /// What was decided on each request and each observation that moves the case.
    pub rulings: BTreeMap<EntryId, Ruling>,
    /// Disagreements in the document, open and settled.
    pub conflicts: BTreeMap<ConflictId, ConflictFact>,
    /// What happened, in the order of server receipt: the trail 轨迹.
    pub trail: Vec<TrailEntry>,
    /// Dangers that were reported and not yet released (E23), the earliest first.
    #[serde(default)]
    pub holds: Vec<Hold>,
    /// The version of the facts that first told of the latest danger that stands in no document of
    /// the case: a desk reported it, or it came with a case that goes on under this one (M16).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endangered: Option<u64>,
    /// What the police were asked to take over.
    #[serde(default)]
    pub police_orders: Vec<PoliceOrder>,
    /// Criminal cases that came of the dispute, as the police reported them (E24b).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub criminal_cases: Vec<CriminalCase>,
    /// Violence at home (LW20).
    #[serde(default)]
    pub violence: Violence,
    /// A person raised or lowered the difficulty to this (E14).
    #[serde(default)]
    pub adjusted: Option<Difficulty>,
    /// A person overrides the colour until then (R042).
    #[serde(default)]
    pub colour_override: Option<ColourOverride>,
    /// What other bodies have accepted of the matter, or had (E11b).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seised: Vec<SeisedMatter>,
    /// Who must not handle the case (E11d).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recused: Vec<Recusal>,
    /// Evidence whose missing file was waived, and why (M17).
    #[serde(default)]
    pub waived_files: BTreeMap<EntryId, String>,
    /// What supervision did about clocks (docs/domain/rules.md#supervision).
    #[serde(default)]
    pub supervision: Vec<SupervisionItem>,
    /// How this case stands to others.
    #[serde(default)]
    pub kin: Kin,
    /// Earlier rounds (E29).
    #[serde(default)]
    pub past: Vec<PastRound>,
    /// Consents and signatures that count no more: those of earlier rounds, and consents to an
    /// extension that was granted on them (E33).
    #[serde(default)]
    pub spent: BTreeSet<EntryId>,
    /// The organisations whose people work on the case or decide on it, as far as a ruling depends
    /// on them.
    #[serde(default)]
    pub orgs: Vec<OrgFact>,
    /// What those are called who answer for something, for phones to show; no ruling reads it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<UserId, String>,
    /// Earlier calls of the same pair within 90 days, beyond the first (R102).
    #[serde(default)]
    pub repeat_calls: u32,
    /// Evidence whose file has not arrived: 待上传 (M17).
    #[serde(default)]
    pub missing_files: BTreeSet<EntryId>,
    /// Parties of whom the server has who they are, or had until that was destroyed.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub identified: BTreeSet<EntryId>,
}

/// Where a case came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The channel, such as `110`, `12345`, `walk_in`.
    pub channel: String,
    /// The channel's own number, if it has one and is owed the result.
    pub external_no: Option<String>,
    /// The channel handed the case over itself, by an order: what a phone notes about a channel,
    /// the channel may not know.
    #[serde(default)]
    pub by_order: bool,
}

/// What is known of a case when it is registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub case_no: CaseNo,
    /// Its public code.
    pub public_code: PublicCode,
    /// Where it came from.
    pub source: Source,
    /// Where it happened.
    pub region: RegionCode,
    /// The situation.
    pub situation: SituationCode,
    /// The default difficulty of the situation.
    pub difficulty: Difficulty,
    /// When the server received it.
    pub at: Timestamp,
}

impl Facts {
    /// The facts of a case that nothing has happened to yet.
    #[must_use]
    pub fn registered(known: &Registered) -> Self {
        Self {
            case_id: known.case,
            version: 0,
            stage: Stage::Registered,
            round: Round::default(),
            case_no: known.case_no.clone(),
            public_code: known.public_code.clone(),
            source: known.source.clone(),
            region: known.region.clone(),
            region_assumed: false,
            registered_at: known.at,
            situation: known.situation.clone(),
            classified: Classified::default(),
            difficulty: known.difficulty,
            colour: Colour {
                level: Level::Blue,
                reckoned: None,
                score: 0,
                reasons: Vec::new(),
            },
            assignments: Vec::new(),
            deadlines: Vec::new(),
            rulings: BTreeMap::new(),
            conflicts: BTreeMap::new(),
            trail: Vec::new(),
            holds: Vec::new(),
            endangered: None,
            police_orders: Vec::new(),
            criminal_cases: Vec::new(),
            violence: Violence::default(),
            adjusted: None,
            colour_override: None,
            seised: Vec::new(),
            recused: Vec::new(),
            waived_files: BTreeMap::new(),
            supervision: Vec::new(),
            kin: Kin::default(),
            past: Vec::new(),
            spent: BTreeSet::new(),
            orgs: Vec::new(),
            names: BTreeMap::new(),
            repeat_calls: 0,
            missing_files: BTreeSet::new(),
            identified: BTreeSet::new(),
        }
    }

    /// The clock with a key.
    #[must_use]
    pub fn clock(&self, key: ClockKey) -> Option<&Deadline> {
        self.deadlines.iter().find(|clock| clock.key() == key)
    }

    /// Whether a danger was reported that nobody has released.
    #[must_use]
    pub fn is_held(&self) -> bool {
        !self.holds.is_empty()
    }

    /// The offer that nobody has signed for yet: of the first handling, or of a lead to be handed
    /// over.
    #[must_use]
    pub fn offered(&self) -> Option<&Assignment> {
        let answering = |a: &&Assignment| matches!(a.duty, Duty::First | Duty::Lead);
        let mut open = self.assignments.iter().filter(|a| a.to.is_none());
        open.rfind(|a| answering(a) && a.signed_at.is_none())
    }

    /// The first handler who signed for the case and still answers for it.
    #[must_use]
    pub fn first(&self) -> Option<&Assignment> {
        self.open(Duty::First).rev().find(|a| a.signed_at.is_some())
    }

    /// The lead; somebody to whom the lead is only offered is not the lead yet (R027).
    #[must_use]
    pub fn lead(&self) -> Option<&Assignment> {
        self.open(Duty::Lead).rev().find(|a| a.signed_at.is_some())
    }

    /// Who answers for the case: the lead, before acceptance the first handler.
    #[must_use]
    pub fn answering(&self) -> Option<&Assignment> {
        self.lead().or_else(|| self.first())
    }

    /// Whether a person is or was the lead of a case, or its first handler before it had a lead.
    #[must_use]
    pub fn leads(&self, user: UserId) -> bool {
        let answers =
            |a: &&Assignment| matches!(a.duty, Duty::Lead | Duty::First) && a.signed_at.is_some();
        self.assignments
            .iter()
            .filter(answers)
            .any(|a| a.user == user)
    }

    /// An organisation that works on the case.
    #[must_use]
    pub fn org(&self, id: OrgId) -> Option<&OrgFact> {
        self.orgs.iter().find(|org| org.id == id)
    }

    /// Whether an organisation is known to be one of the county, or above it.
    #[must_use]
    pub fn is_of_county(&self, org: OrgId) -> bool {
        self.org(org)
            .is_some_and(|org| org.level >= OrgLevel::County)
    }

    /// Takes over what is known today of organisations.
    pub fn know_orgs(&mut self, orgs: &[OrgFact]) {
        for org in orgs {
            match self.orgs.iter_mut().find(|known| known.id == org.id) {
                Some(known) => known.clone_from(org),
                None => self.orgs.push(org.clone()),
            }
        }
    }

    /// Disagreements that nobody has ruled on.
    pub fn open_conflicts(&self) -> impl Iterator<Item = &Conflict> {
        self.conflicts
            .values()
            .filter(|c| c.settled.is_none())
            .map(|c| &c.conflict)
    }

    /// The next number for an assignment.
    #[must_use]
    pub fn next_assignment(&self) -> u32 {
        self.assignments
            .iter()
            .map(|a| a.version + 1)
            .max()
            .unwrap_or(1)
    }

    fn open(&self, duty: Duty) -> impl DoubleEndedIterator<Item = &Assignment> {
        self.assignments
            .iter()
            .filter(move |a| a.duty == duty && a.to.is_none())
    }
}
