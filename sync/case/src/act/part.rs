//! E30c 撤销并案: a merge is undone, on the case that went on elsewhere; E30e 撤出并案: the other
//! side (R045).

use super::{bars, ending, prelude::*, repeat};
use crate::{
    deadline,
    facts::{Assignment, Bars, Deadline, Duty, Hold, RepeatCall},
    ids::{CaseId, UserId},
};
use std::collections::BTreeSet;

/// The case stands where it stood before it was merged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unmerge {
    /// What holds the other case because of this one.
    #[serde(default)]
    pub held: Vec<Hold>,
    /// The clocks that this one brought into the other case, as they stand there.
    #[serde(default)]
    pub clocks: Vec<Deadline>,
    /// What the other one learned since that keeps people from both.
    #[serde(default)]
    pub bars: Bars,
    /// The calls that came to the other one since and were about this one.
    #[serde(default)]
    pub calls: Vec<RepeatCall>,
    /// Why.
    pub why: String,
}

/// A case that was taken in goes its own way again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Which.
    pub from: CaseId,
    /// Those who joined as co-handlers because of the merge; they leave again.
    #[serde(default)]
    pub people: Vec<UserId>,
    /// Why.
    pub why: String,
}

impl Transition for Unmerge {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Unmerge,
        from: In(&[Closed]),
        to: Back,
        who: &[By(Dispatcher), By(Supervisor)],
        asks: &[],
        clocks: &[],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[
        Guard::new(guard::REASON, |act, _| guard::reason(&act.why)),
        Guard::new("已并入他案", |_, attempt| {
            need(
                attempt.facts.kin.merged.is_some(),
                "not_merged",
                "本案没有并入他案，无需撤销。",
            )
        }),
    ];

    /// Its clocks were never restarted: what was met in the other case is met. It is held by those
    /// of its dangers that hold the other case still, and by what was reported here since and was
    /// not handed on yet, of which the clocks run. Whatever was seen in it since moves it now,
    /// further calls about it are its own again, and nobody who stepped back since has his duty
    /// again.
    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let Some(merged) = facts.kin.merged.take() else {
            return;
        };
        if let Stage::Closed { at: merged_at, .. } = facts.stage {
            ending::ask_again(facts, |_, rests_since| rests_since == merged_at);
        }
        facts.stage = merged.stage;
        facts.round.level_ended = None;
        facts.assignments = merged.assignments;
        let kept = merged
            .deadlines
            .iter()
            .map(Deadline::key)
            .collect::<BTreeSet<_>>();
        facts.deadlines.retain(|clock| !kept.contains(&clock.key()));
        facts.deadlines.splice(0..0, merged.deadlines);
        for clock in facts.deadlines.iter_mut().filter(|d| d.is_running()) {
            let mut brought = self.clocks.iter();
            if let Some(brought) = brought.find(|brought| brought.key() == clock.key()) {
                clock.met_at = brought.met_at;
                clock.waived.clone_from(&brought.waived);
            }
        }
        let stands = |hold: &Hold| self.held.iter().any(|other| other.is_of_same(hold));
        facts.holds.extend(merged.holds.into_iter().filter(stands));
        facts.holds.sort_by_key(|hold| hold.since);
        if facts.colour.level > merged.level {
            deadline::hurry(facts, attempt.context.policy, attempt.context.now);
        }
        bars::learn(&self.bars, attempt, facts);
        if !self.calls.is_empty() {
            repeat::heard(attempt, facts);
            facts.kin.repeats.extend(self.calls.iter().cloned());
        }
    }

    fn candidates(_: &CaseView, _: &Facts) -> Vec<Self> {
        vec![Self {
            held: Vec::new(),
            clocks: Vec::new(),
            bars: Bars::default(),
            calls: Vec::new(),
            why: FILLED.into(),
        }]
    }
}

impl Transition for Part {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Part,
        from: Unfiled,
        to: Same,
        who: &[By(Dispatcher), By(Supervisor)],
        asks: &[],
        clocks: &[],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[
        Guard::new(guard::REASON, |act, _| guard::reason(&act.why)),
        Guard::new("另一案件已并入本案", |act, attempt| {
            need(
                attempt.facts.kin.absorbed.contains(&act.from),
                "not_absorbed",
                "该案件没有并入本案。",
            )
        }),
        // Who waits for its result, and what held it, have gone on from here with this one.
        Guard::new("本案没有并入他案", |_, attempt| {
            need(
                attempt.facts.kin.merged.is_none(),
                "merged_further",
                "该案件并入的案件又已并入他案，请先撤销后一次并案。",
            )
        }),
    ];

    /// Whoever joined because of the other case leaves with it, and so do its clocks, who waits for
    /// its result, and the calls that were about it.
    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        facts.kin.absorbed.retain(|case| *case != self.from);
        facts.kin.owed.retain(|owed| owed.from != self.from);
        facts.give_back_calls(self.from);
        facts.holds.retain(|hold| hold.from != Some(self.from));
        bars::give_back(facts, self.from);
        let (policy, now) = (attempt.context.policy, attempt.context.now);
        deadline::give_back(facts, self.from, policy, now);
        let joined = |a: &&mut Assignment| a.duty == Duty::Co && self.people.contains(&a.user);
        for assignment in facts.assignments.iter_mut().filter(joined) {
            assignment.to.get_or_insert(attempt.context.now);
        }
    }
}
