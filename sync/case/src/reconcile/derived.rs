//! What follows from all that was heard, without anybody asking: colour, difficulty, and the clocks
//! that follow the document.

use super::ReconcileInput;
use crate::{
    colour::{ColourContext, colour, new_danger, shown},
    deadline::{
        self, ladder::supervised, meet, meet_of, relength, start, start_obligation, start_of, watch,
    },
    difficulty,
    facts::{Deadline, DeadlineKind, Duty, Facts, Level, Stage, Subject},
    ids::{Actor, EntryId},
    obligation::{ObligationState, obligation_state},
    policy::Policy,
    role::{Author, Role},
    rule::{
        RuleContext,
        guard::violence::{owes_report, was_found},
    },
    view::Severity,
};
use jiff::{Timestamp, civil::Date};

/// Reckons colour and difficulty of an open case; what is seen late in one that goes on under
/// another one raises its colour still, and makes a visit due there. A raised difficulty lengthens
/// running clocks from their own start and restarts none.
pub(super) fn score_and_grade(
    context: &RuleContext<'_>,
    facts: &mut Facts,
    authors: &[(Actor, Author)],
) {
    let is_open = facts.stage.status().is_open();
    if is_open || facts.kin.merged.is_some() {
        recolour(context, facts, authors);
    }
    if !is_open {
        return;
    }
    let difficulty = difficulty::at_least(context.view, facts, context.policy);
    if difficulty != facts.difficulty {
        facts.difficulty = difficulty;
        relength(facts, context.policy);
    }
}

fn recolour(context: &RuleContext<'_>, facts: &mut Facts, authors: &[(Actor, Author)]) {
    let of_police =
        |a: &&(Actor, Author)| matches!(a.1.role, Role::PoliceOfficer | Role::PoliceDesk);
    let police = authors.iter().filter(of_police).map(|(actor, _)| *actor);
    let colour_context = ColourContext {
        police: &police.collect(),
        policy: context.policy,
        now: context.now,
    };
    let before: Level = facts.colour.level;
    let reckoned = colour(context.view, facts, &colour_context);
    // Nothing that ends with the merge calms anybody.
    if facts.kin.merged.is_some() && reckoned.level <= before {
        return;
    }
    let surprised = new_danger(&facts.colour, &reckoned);
    facts
        .colour_override
        .take_if(|over| surprised && over.level < reckoned.level);
    facts.colour = shown(reckoned, facts.colour_override.as_ref(), context.now);
    watch(facts, before, context.policy, context.now);
}

/// Lets the clocks follow what the document says and what time did: obligations, disagreements,
/// petitions, the daily and weekly look, and the ladder.
pub(super) fn update_deadlines(
    context: &RuleContext<'_>,
    facts: &mut Facts,
    input: &ReconcileInput,
) {
    let (policy, now) = (context.policy, context.now);
    violence(context, facts);
    obligations(context, facts);
    conflict_reviews(context, facts);
    petition(context, facts);
    deadline::follow_the_law(facts, policy);
    if input.changes.iter().any(|c| c.actor != Actor::SERVER) {
        deadline::progress(facts, now);
    }
    facts.supervision = supervised(&facts.supervision, facts, policy, now);
    deadline::roll(facts, policy, now);
}

/// What the screening found stays found; while the law asks for a report that nobody has made, its
/// clock runs (LW20). One of a case that goes on under this one is met by a report alone; where
/// this one goes on elsewhere, its clock began there or is handed on.
fn violence(context: &RuleContext<'_>, facts: &mut Facts) {
    let (kind, now) = (DeadlineKind::ViolenceReport, context.now);
    facts.violence.found |= was_found(context.view);
    if owes_report(context.view, facts) {
        if !runs_elsewhere(facts, kind) {
            start(facts, kind, context.policy, now);
        }
        return;
    }
    let own = |d: &&mut Deadline| d.kind == kind && d.from.is_none() && d.is_running();
    for clock in facts.deadlines.iter_mut().filter(own) {
        clock.ended_at = Some(now);
    }
}

/// Whether a clock of this case went along to the one under which it goes on.
fn runs_elsewhere(facts: &Facts, kind: DeadlineKind) -> bool {
    let went_along = |d: &Deadline| d.kind == kind && d.is_running();
    let merged = facts.kin.merged.as_ref();
    merged.is_some_and(|merged| merged.deadlines.iter().any(went_along))
}

/// One clock for each promise of the agreement in force, until it is performed (E19, LW12).
fn obligations(context: &RuleContext<'_>, facts: &mut Facts) {
    for (clause, due_on, since) in promised(context, facts) {
        let subject = Subject::Clause(clause);
        if !facts.deadlines.iter().any(|d| d.subject == Some(subject)) {
            start_obligation(facts, clause, due_on, since);
        }
        if obligation_state(context.view, facts, clause) == ObligationState::Performed {
            meet_of(facts, DeadlineKind::Obligation, subject, context.now);
        }
    }
}

/// The clauses of the agreement in force that promise something until a day, and since when.
fn promised(context: &RuleContext<'_>, facts: &Facts) -> Vec<(EntryId, Date, Timestamp)> {
    let in_force = facts.round.agreement.as_ref().and_then(|a| {
        let draft = context.view.drafts.get(&a.draft)?;
        Some((draft, a.effective_at.filter(|_| a.void_at.is_none())?))
    });
    let Some((draft, since)) = in_force else {
        return Vec::new();
    };
    let clauses = draft.value.clauses.iter();
    let due = clauses.filter_map(|(id, clause)| {
        let terms = clause.terms.get()?.as_ref()?;
        let last = terms.schedule.iter().map(|part| part.due).max()?;
        Some((*id, last, since))
    });
    due.collect()
}

/// A disagreement of grade review is looked at within a day of its finding
/// (docs/domain/merges.md#severity).
fn conflict_reviews(context: &RuleContext<'_>, facts: &mut Facts) {
    let kind = DeadlineKind::MergeReview;
    let of_review = |c: &&crate::facts::ConflictFact| c.conflict.severity == Severity::Review;
    let known: Vec<_> = facts.conflicts.values().filter(of_review).collect();
    let known: Vec<_> = known
        .into_iter()
        .map(|c| (c.clock_id(), c.found_at, c.settled.as_ref().map(|s| s.at)))
        .collect();
    for (id, found_at, settled_at) in known {
        let subject = Subject::Conflict(id);
        match settled_at {
            Some(at) => meet_of(facts, kind, subject, at),
            None if facts.stage.status().is_open() => {
                start_of(facts, kind, subject, context.policy, found_at);
            }
            None => {}
        }
    }
}

/// A case from the petition channel is answered and done within the limits of the regulation
/// (LW25), in whichever case it goes on.
fn petition(context: &RuleContext<'_>, facts: &mut Facts) {
    let (policy, since) = (context.policy, facts.registered_at);
    if facts.source.channel == "petition" {
        for kind in [DeadlineKind::PetitionReply, DeadlineKind::Petition] {
            if !facts.deadlines.iter().any(|d| d.kind == kind) {
                start(facts, kind, policy, since);
            }
        }
        objection(policy, facts);
    }
    if let Some(at) = facts.round.accepted_at {
        meet(facts, DeadlineKind::PetitionReply, at);
    }
    if let (Stage::Closed { at, .. }, None) = (&facts.stage, &facts.kin.merged) {
        let at = *at;
        meet(facts, DeadlineKind::PetitionReply, at);
        meet(facts, DeadlineKind::Petition, at);
    }
}

/// The body to which a petition is first referred may object to it until it signs for it, within
/// its days (LW25 art. 23).
fn objection(policy: &Policy, facts: &mut Facts) {
    let kind = DeadlineKind::PetitionObjection;
    let mut offers = facts.assignments.iter();
    let referral = offers.find(|a| matches!(a.duty, Duty::First | Duty::Lead));
    let Some((from, answered)) = referral.map(|a| (a.from, a.signed_at.or(a.to))) else {
        return;
    };
    if !facts.deadlines.iter().any(|d| d.kind == kind) {
        start(facts, kind, policy, from);
    }
    if let Some(at) = answered {
        meet(facts, kind, at);
    }
}
