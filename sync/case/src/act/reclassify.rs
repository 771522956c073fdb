//! E02c 重新分类: a case turns out to be about something else than was reported (R111, M10). What
//! turns on the situation follows it: list, difficulty, colour, and how long clocks are, each from
//! its own start.

use super::{
    prelude::*,
    triage::{KNOWN, is_of_police, known, route},
};
use crate::{
    catalogue::Catalogue,
    deadline,
    difficulty::{self, AdjustError, Ruler, adjust},
    facts::{Deadline, Difficulty},
    ids::SituationCode,
};

/// Another situation, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Reclassify {
    /// The situation of the catalogue.
    #[cfg_attr(feature = "schema", schema(value_type = String, example = "N03-05"))]
    pub situation: SituationCode,
    /// Why.
    pub why: String,
}

/// What the document alone says of the situation is taken over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowDocument {
    /// What it says, in the catalogue of today.
    pub situation: SituationCode,
}

const ROW: &ActRow = &ActRow {
    event: Event::Reclassify,
    from: Open,
    to: OneOf(&[PendingDispatch, Closed]),
    who: &[By(Dispatcher), By(Supervisor), Rule],
    asks: &[Lead],
    clocks: &[],
    offline: Offline::Request,
};

impl Transition for Reclassify {
    const ROW: &'static ActRow = ROW;
    const GUARDS: Guards<Self> = &[
        Guard::new(guard::REASON, |act, _| guard::reason(&act.why)),
        Guard::new(KNOWN, |act, _| known(&act.situation)),
        Guard::new("情形与现有的不同", |act, attempt| {
            need(
                act.situation != attempt.facts.situation,
                "situation_unchanged",
                "本案已经是这一情形，无需重新分类。",
            )
        }),
    ];

    /// While nobody has signed for the case it goes where the situation belongs. Later it goes on:
    /// the police get an order, and the parties are told before it is handed over whole (E24).
    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        take_over(&self.situation, attempt, facts);
        let status = facts.stage.status();
        if status == Registered || (status < SignedFor && is_of_police(&self.situation)) {
            route(attempt, facts);
        }
    }

    /// Who handles the case knows best what it is about. Where a desk has decided that already, or
    /// where it would only buy time, a desk decides.
    fn is_granted(&self, attempt: &Attempt<'_>) -> bool {
        !attempt.facts.classified.by_desk && !buys_time(&self.situation, attempt)
    }

    fn candidates(_: &CaseView, facts: &Facts) -> Vec<Self> {
        let mut others = Catalogue::current().iter();
        let other = others.find(|situation| situation.code != facts.situation);
        let form = other.map(|situation| Self {
            situation: situation.code.clone(),
            why: FILLED.into(),
        });
        form.into_iter().collect()
    }
}

impl Transition for FollowDocument {
    const ROW: &'static ActRow = ROW;
    const GUARDS: Guards<Self> = &[Guard::new(KNOWN, |act, _| known(&act.situation))];

    /// Nothing is handed over for what stands in a field of a form: the police get their order, and
    /// a desk decides the rest.
    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        take_over(&self.situation, attempt, facts);
        facts.classified.heard = Some(self.situation.clone());
    }
}

/// Lets the case be about this situation. Before acceptance its difficulty is what the rules ask
/// for it, so that an order under a wrong code leaves nothing behind; later only a person lowers it
/// (E14).
pub(super) fn take_over(situation: &SituationCode, attempt: &Attempt<'_>, facts: &mut Facts) {
    let (view, policy) = (attempt.context.view, attempt.context.policy);
    facts.situation = situation.clone();
    facts.classified.by_desk |= is_at_desk(attempt);
    facts.difficulty = if facts.round.accepted_at.is_none() && facts.adjusted.is_none() {
        difficulty::by_rule(view, facts, policy)
    } else {
        difficulty::at_least(view, facts, policy)
    };
    deadline::relength(facts, policy);
    end_of_labour(attempt, facts);
    deadline::follow_the_law(facts, policy);
}

/// The limit of labour runs from receipt on (LW17); any other begins with acceptance, so that what
/// ran for a wrong code ends with it.
fn end_of_labour(attempt: &Attempt<'_>, facts: &mut Facts) {
    if facts.round.accepted_at.is_some() || attempt.context.policy.is_labour(facts) {
        return;
    }
    let own = |d: &&mut Deadline| d.kind == DeadlineKind::Legal && d.from.is_none();
    let running = facts.deadlines.iter_mut().filter(own);
    for clock in running.filter(|d| d.is_running()) {
        clock.ended_at = Some(attempt.context.now);
    }
}

/// A desk has answered what the document says now: that does not stand against its decision any
/// more.
pub(super) fn hear_document(attempt: &Attempt<'_>, facts: &mut Facts) {
    if let Some(said) = situation_said(attempt.context.view) {
        facts.classified.heard = Some(said);
    }
}

fn is_at_desk(attempt: &Attempt<'_>) -> bool {
    let by = attempt.motion.by;
    let of_desk = [Event::Reclassify, Event::RuleConflict];
    let decides = |role| {
        let rows = of_desk.iter().map(|event| event.row());
        rows.flat_map(|row| row.who).any(|who| *who == By(role))
    };
    // An officer at the scene triages too, who sits at no desk.
    decides(by.role) || by.role == PoliceDesk
}

/// The difficulty would rise with it so late in the time that only a supervisor raises it.
fn buys_time(situation: &SituationCode, attempt: &Attempt<'_>) -> bool {
    let (context, facts) = (attempt.context, attempt.facts);
    let mut then = facts.clone();
    then.situation = situation.clone();
    let to: Difficulty = difficulty::at_least(context.view, &then, context.policy);
    let ruled = adjust(context.view, facts, context.policy, to, context.now);
    match ruled {
        Ok(ruler) => ruler == Ruler::Supervisor,
        Err(AdjustError::Unchanged) => false,
        Err(_) => true,
    }
}

/// The situation that a document says, in the catalogue of today, where nobody contradicts it and
/// it needs no person to translate it.
pub(crate) fn situation_said(view: &CaseView) -> Option<SituationCode> {
    let values = &view.intake.situation.values;
    let mut codes = values.iter().map(|(_, code)| code);
    let code = codes
        .next()
        .filter(|code| codes.all(|other| other == *code))?;
    in_todays_issue(code, view.meta.catalogue_version)
}

/// A code of the issue with which a case was begun in the issue of today, if no person has to
/// translate it; another code is of the issue of today.
pub(crate) fn in_todays_issue(code: &SituationCode, begun_with: u32) -> Option<SituationCode> {
    let today = Catalogue::current();
    let is_of = |issue: &Catalogue| issue.lookup(code).is_some();
    if Catalogue::issue(begun_with).is_some_and(is_of) {
        Catalogue::translate(code, begun_with, today.version).settled(code)
    } else {
        is_of(today).then(|| code.clone())
    }
}
