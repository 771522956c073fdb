//! E30 并案: a case goes on under another, which can be undone; E30b 并入: the other side, on the
//! case that takes it in (R045, M09).

use super::{bars, candidate::NO_CASE, ending, prelude::*};
use crate::{
    deadline,
    facts::{Bars, Deadline, Hold, MergedInto, Owed},
    ids::CaseId,
    record::CloseKind,
};
use jiff::Timestamp;

/// The case goes on under another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    /// Which.
    pub into: CaseId,
    /// Why.
    pub why: String,
}

/// Another case goes on under this one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Absorb {
    /// Which.
    pub from: CaseId,
    /// What it brings.
    pub brings: Brings,
    /// Why.
    pub why: String,
}

/// What a case brings into the one under which it goes on.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Brings {
    /// Its running clocks.
    pub deadlines: Vec<Deadline>,
    /// Its dangers that nobody released.
    pub holds: Vec<Hold>,
    /// The channels that wait for its result.
    pub sources: Vec<Owed>,
    /// Violence at home was found in it (LW20).
    #[serde(default)]
    pub violence_found: bool,
    /// When that was reported in it as the law asks.
    #[serde(default)]
    pub violence_reported_at: Option<Timestamp>,
    /// Who must not handle it, and what other bodies have of it (LW16, LW22, LW37).
    #[serde(default)]
    pub bars: Bars,
}

/// How the printed table says that the other case is no kin yet.
pub(super) const ANOTHER: &str = "另一案件不是本案，也未与本案关联";

impl Transition for Merge {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Merge,
        from: Open,
        to: OneOf(&[Closed]),
        who: &[By(Dispatcher), By(Supervisor)],
        asks: &[],
        clocks: &[],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[
        Guard::new(guard::REASON, |act, _| guard::reason(&act.why)),
        Guard::new(ANOTHER, |act, attempt| {
            guard::another_case(act.into, attempt)
        }),
    ];

    /// Where the case stood is kept, so that the merge can be undone; its source is told by the
    /// other case.
    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        facts.kin.merged = Some(MergedInto {
            into: self.into,
            stage: facts.stage.clone(),
            assignments: facts.assignments.clone(),
            deadlines: facts.deadlines.clone(),
            holds: std::mem::take(&mut facts.holds),
            violence_found: facts.violence.found,
            bars: facts.bars(),
            level: facts.colour.level,
        });
        let feedback = "已并案处理，结果由并入案件反馈。";
        ending::end(attempt, facts, CloseKind::Merged, feedback);
    }

    fn candidates(_: &CaseView, _: &Facts) -> Vec<Self> {
        vec![Self {
            into: NO_CASE,
            why: FILLED.into(),
        }]
    }
}

impl Transition for Absorb {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Absorb,
        from: Open,
        to: Same,
        who: &[By(Dispatcher), By(Supervisor)],
        asks: &[],
        clocks: &[],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[
        Guard::new(guard::REASON, |act, _| guard::reason(&act.why)),
        Guard::new(ANOTHER, |act, attempt| {
            guard::another_case(act.from, attempt)
        }),
        Guard::new("承办人未在并入的案件中回避", |act, attempt| {
            let facts = attempt.facts;
            let answers = facts.answering().or(facts.offered());
            need(
                !answers.is_some_and(|a| act.brings.bars.is_recused(a.user)),
                "lead_recused_there",
                "现承办人已在要并入的案件中回避，不能承办并案后的案件，请先改派承办人，再办理并案。",
            )
        }),
    ];

    /// The earliest clock stays, and what somebody outside waits for goes along; whoever reported
    /// the other case is told the result of this one, and what held it holds this one. The police
    /// have the orders of its dangers already, and sign for them here. Whoever stepped back from it
    /// has no duty here either; for whoever answers for this case a person chooses another first,
    /// since what was frozen under him would be void with the merge.
    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let from = self.from;
        facts.kin.absorbed.push(from);
        let round = facts.round_no();
        let owed = self.brings.sources.iter().map(|source| Owed {
            from,
            round,
            ..source.clone()
        });
        facts.kin.owed.extend(owed);
        self.brings.endanger(from, attempt, facts);
        bars::take_in(&self.brings.bars, Some(from), attempt, facts);
    }
}

impl Brings {
    /// What a case brings that was just merged; nothing if it was not.
    #[must_use]
    pub fn of(source: &Facts) -> Self {
        let Some(merged) = &source.kin.merged else {
            return Self::default();
        };
        let waiting = source.waiting(source.round_no());
        let sources = waiting.iter().map(|number| Owed {
            from: source.case_id,
            channel: number.channel.into(),
            external_no: number.external_no.into(),
            round: source.round_no(),
        });
        Self {
            deadlines: merged.deadlines.clone(),
            holds: merged.holds.clone(),
            sources: sources.collect(),
            violence_found: source.violence.found,
            violence_reported_at: source.violence.reported_at,
            bars: merged.bars.clone(),
        }
    }

    /// What came into a case since it goes on under another one.
    #[must_use]
    pub fn late(source: &Facts) -> Self {
        Self {
            deadlines: source.late_clocks().cloned().collect(),
            holds: source.holds.clone(),
            sources: Vec::new(),
            violence_found: source.violence.found,
            violence_reported_at: source.violence.reported_at,
            bars: source.late_bars(),
        }
    }

    /// Lets the case that goes on stand for what the other one is held by and what runs in it. A
    /// danger that holds it already holds it once.
    pub(super) fn endanger(&self, from: CaseId, attempt: &Attempt<'_>, facts: &mut Facts) {
        let mut is_news = false;
        for hold in &self.holds {
            let mut known = facts.holds.iter();
            if known.any(|other| other.is_of_same_entry(hold) || other.is_of_same(hold)) {
                continue;
            }
            let from = Some(from);
            facts.holds.push(Hold {
                from,
                ..hold.clone()
            });
            is_news = true;
        }
        if is_news {
            facts.endangered = Some(attempt.facts.version + 1);
        }
        facts.holds.sort_by_key(|hold| hold.since);
        facts.violence.found |= self.violence_found;
        deadline::take_in(facts, from, &self.deadlines, attempt.context.now);
        if let Some(at) = self.violence_reported_at {
            deadline::meet_brought(facts, from, DeadlineKind::ViolenceReport, at);
        }
    }
}
