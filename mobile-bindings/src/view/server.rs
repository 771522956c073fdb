//! What the server decided of a case.

use super::{
    course::{self, ColourReason, ColourWord, DeskPlan, DueVisit, FurtherCall, HeldDanger},
    oral::RegisteredSettlement,
};
use crate::words::{
    AgreementForm, CaseNo, CaseStatus, ConflictId, ConflictKind, DeadlineKind, Difficulty, Duty,
    EntryId, Level, PublicCode, Reason, Role, Severity, SituationCode, Timestamp, UserId,
};
use hejie_case::facts::{self, Decision, Facts, ItemState};

/// What the server decided of a case.
#[derive(Debug, Clone, uniffi::Record)]
pub struct CaseFacts {
    /// Raised with every ruling.
    pub version: u64,
    /// Where the case stands.
    pub status: CaseStatus,
    /// The Chinese name of the status.
    pub status_zh: String,
    /// The number.
    pub case_no: CaseNo,
    /// 一案一码.
    pub public_code: PublicCode,
    /// The situation as ruled.
    pub situation: SituationCode,
    /// Further calls about the same dispute, the earliest first (E29).
    pub repeats: Vec<FurtherCall>,
    /// The difficulty as ruled.
    pub difficulty: Difficulty,
    /// The colour.
    pub level: Level,
    /// Its score, 0 to 100.
    pub score: u8,
    /// What the score is made of.
    pub colour_reasons: Vec<ColourReason>,
    /// A person's word over the colour, while it holds.
    pub colour_word: Option<ColourWord>,
    /// Dangers that nobody has released.
    pub dangers: Vec<HeldDanger>,
    /// Who answers for what.
    pub assignments: Vec<Assignment>,
    /// All clocks.
    pub deadlines: Vec<Deadline>,
    /// Visits that are still to be made, by their numbers in the series.
    pub due_visits: Vec<DueVisit>,
    /// What supervision did about clocks 督办.
    pub supervision: Vec<Measure>,
    /// What was decided on requests and other entries.
    pub rulings: Vec<Ruling>,
    /// Disagreements in the document.
    pub conflicts: Vec<Conflict>,
    /// Plans 一案一策 that desks wrote; those of phones stand in the document.
    pub plans: Vec<DeskPlan>,
    /// The agreement.
    pub agreement: Option<Agreement>,
    /// What was agreed by word of mouth on the scene, as it was registered (E08).
    pub oral_register: Option<RegisteredSettlement>,
    /// What happened 轨迹.
    pub trail: Vec<TrailLine>,
}

/// Who answers for a case.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Assignment {
    /// Counts up within the case.
    pub version: u32,
    /// The person.
    pub user: UserId,
    /// What the person is called, once the server has said so.
    pub name: Option<String>,
    /// For which organisation, by name.
    pub org_name: Option<String>,
    /// In which role.
    pub role: Role,
    /// For what.
    pub duty: Duty,
    /// 定效: what is expected of the person.
    pub expected: String,
    /// Signed for when.
    pub signed_at: Option<Timestamp>,
    /// Ended when.
    pub to: Option<Timestamp>,
}

/// A clock.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Deadline {
    /// Which.
    pub kind: DeadlineKind,
    /// Ends at.
    pub due_at: Timestamp,
    /// Met when.
    pub met_at: Option<Timestamp>,
}

/// A measure of supervision about a clock, from a reminder to accountability.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Measure {
    /// Its number within the case; `answer_supervision` names it.
    pub no: u32,
    /// The clock that gave rise to it.
    pub clock: DeadlineKind,
    /// Which measure, in Chinese.
    pub measure_zh: String,
    /// When the clock had gone so far, or somebody ordered it.
    pub at: Timestamp,
    /// The clock's end, beyond which the measure is late.
    pub due_at: Option<Timestamp>,
    /// Whether a person ordered it, in the words of `zh`; else a rule did.
    pub is_ordered: bool,
    /// A sentence for whoever is meant.
    pub zh: String,
    /// Whether it waits for an answer.
    pub waits: bool,
}

/// What was decided on an entry.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Ruling {
    /// The entry.
    pub entry: EntryId,
    /// None when it was accepted; else why it was refused.
    pub refused: Option<Reason>,
    /// Set while it waits for a desk: for what, in words.
    pub waits_for: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// A disagreement.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Conflict {
    /// Its id.
    pub id: ConflictId,
    /// Which dangerous merge it is.
    pub kind: ConflictKind,
    /// Its Chinese title.
    pub title_zh: String,
    /// What to do, in Chinese.
    pub advice_zh: String,
    /// Who answers it, in Chinese.
    pub resolver_zh: String,
    /// Until when; none for what is only noted.
    pub due_at: Option<Timestamp>,
    /// Where in the document.
    pub path: String,
    /// How grave.
    pub severity: Severity,
    /// What each author wrote; of a long text the passage that differs. `conflict_versions` reads
    /// the whole.
    pub variants: Vec<String>,
    /// What they wrote lies in a part of the case that this phone does not hold (不在您的权限内): the
    /// variants are there and say nothing.
    pub withheld: bool,
    /// Whether somebody ruled on it.
    pub is_settled: bool,
}

/// The agreement.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Agreement {
    /// The frozen draft.
    pub draft: EntryId,
    /// Written or oral.
    pub form: AgreementForm,
    /// Its number.
    pub number: Option<String>,
    /// When it took effect.
    pub effective_at: Option<Timestamp>,
}

/// One line of the trail.
#[derive(Debug, Clone, uniffi::Record)]
pub struct TrailLine {
    /// The event, such as `E05`.
    pub event: String,
    /// In words.
    pub zh: String,
    /// What whoever did it at a desk wrote with it.
    pub words: Option<String>,
    /// When it is claimed to have happened.
    pub claimed_at: Option<Timestamp>,
    /// When the server received it.
    pub received_at: Timestamp,
    /// Before.
    pub from: CaseStatus,
    /// After.
    pub to: CaseStatus,
}

impl From<Facts> for CaseFacts {
    fn from(facts: Facts) -> Self {
        let status = facts.stage.status();
        let assignments = facts.assignments.iter().map(|a| assignment(&facts, a));
        let measures = facts.supervision.iter();
        let supervision = measures.map(|item| measure(&facts, item)).collect();
        Self {
            assignments: assignments.collect(),
            colour_reasons: course::reasons(&facts),
            colour_word: course::word(&facts),
            dangers: course::dangers(&facts),
            due_visits: course::visits(&facts),
            plans: course::plans(&facts),
            repeats: course::repeats(&facts),
            version: facts.version,
            status,
            status_zh: status.zh().into(),
            case_no: facts.case_no,
            public_code: facts.public_code,
            situation: facts.situation,
            difficulty: facts.difficulty,
            level: facts.colour.level,
            score: facts.colour.score,
            deadlines: facts.deadlines.iter().map(deadline).collect(),
            supervision,
            rulings: facts.rulings.into_iter().map(ruling).collect(),
            conflicts: facts.conflicts.into_iter().map(conflict).collect(),
            agreement: facts.round.agreement.map(agreement),
            oral_register: facts.round.oral_register.map(RegisteredSettlement::from),
            trail: facts.trail.into_iter().map(line).collect(),
        }
    }
}

fn assignment(facts: &Facts, a: &facts::Assignment) -> Assignment {
    let facts::Assignment {
        version,
        user,
        org,
        role,
        duty,
        signed_at,
        to,
        expected,
        ..
    } = a.clone();
    Assignment {
        version,
        user,
        name: facts.names.get(&user).cloned(),
        org_name: facts.org(org).map(|org| org.name.clone()),
        role,
        duty,
        expected,
        signed_at,
        to,
    }
}

fn deadline(clock: &facts::Deadline) -> Deadline {
    let facts::Deadline {
        kind,
        due_at,
        met_at,
        ..
    } = clock.clone();
    Deadline {
        kind,
        due_at,
        met_at,
    }
}

fn measure(facts: &Facts, item: &facts::SupervisionItem) -> Measure {
    Measure {
        no: item.no,
        clock: item.clock.kind,
        measure_zh: item.measure.zh().into(),
        at: item.at,
        due_at: facts.clock(item.clock).map(|clock| clock.due_at),
        is_ordered: item.by.is_some(),
        zh: item.zh.clone(),
        waits: matches!(item.state, ItemState::Issued | ItemState::Taken { .. }),
    }
}

fn ruling((entry, ruling): (EntryId, facts::Ruling)) -> Ruling {
    let waits_for = match &ruling.decision {
        Decision::Referred { zh } => Some(zh.clone()),
        Decision::Accepted | Decision::Refused(_) => None,
    };
    let refused = match ruling.decision {
        Decision::Accepted | Decision::Referred { .. } => None,
        Decision::Refused(reason) => Some(reason),
    };
    Ruling {
        entry,
        refused,
        waits_for,
        at: ruling.at,
    }
}

fn conflict((id, fact): (ConflictId, facts::ConflictFact)) -> Conflict {
    let found = fact.conflict;
    let withheld = found.variants.iter().all(|variant| variant.text.is_empty());
    Conflict {
        id,
        kind: found.kind,
        title_zh: found.kind.zh().into(),
        advice_zh: found.kind.advice_zh().into(),
        resolver_zh: found.kind.resolver().zh().into(),
        due_at: found.due_at(fact.found_at),
        path: found.about.to_string(),
        severity: found.severity,
        variants: found
            .variants
            .into_iter()
            .map(|variant| variant.text)
            .collect(),
        withheld,
        is_settled: fact.settled.is_some(),
    }
}

fn agreement(fact: facts::AgreementFact) -> Agreement {
    let facts::AgreementFact {
        draft,
        form,
        number,
        effective_at,
        ..
    } = fact;
    Agreement {
        draft,
        form,
        number,
        effective_at,
    }
}

fn line(entry: facts::TrailEntry) -> TrailLine {
    let facts::TrailEntry {
        event,
        by: _,
        zh,
        words,
        claimed_at,
        received_at,
        from,
        to,
    } = entry;
    TrailLine {
        event,
        zh,
        words,
        claimed_at,
        received_at,
        from,
        to,
    }
}
