//! The history of a document as far as detectors need it: who had seen what when writing. Causality alone counts here;
//! clocks of devices do not.

use crate::ids::{Actor, ChangeHash};
use automerge::{ActorId, Automerge, Change, ObjId, legacy};
use std::collections::HashMap;

/// Who had seen what. One walk over the changes; a question costs as much as there are actors.
pub(crate) struct History {
    steps: Vec<Step>,
    by_actor: HashMap<ActorId, Vec<usize>>,
    frontiers: HashMap<(u64, ActorId), Vec<usize>>,
}

/// A change that touched a text, with none after it that had seen it and touched the same text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Touch {
    /// Who.
    pub(crate) author: Option<Actor>,
    /// The change, at which the text can be read as its author saw it.
    pub(crate) at: ChangeHash,
}

struct Step {
    actor: ActorId,
    rank: usize,
    seq: u64,
    first_op: u64,
    hash: automerge::ChangeHash,
    /// How many changes of each actor were seen, this one included; by rank, missing ones are zero.
    clock: Vec<u64>,
}

impl History {
    /// Reads the history.
    pub(crate) fn of(doc: &Automerge) -> Self {
        let changes = doc.get_changes(&[]);
        let mut history = Self {
            steps: Vec::with_capacity(changes.len()),
            by_actor: HashMap::new(),
            frontiers: HashMap::new(),
        };
        let mut by_hash = HashMap::with_capacity(changes.len());
        let mut ranks = HashMap::new();
        for change in &changes {
            let count = ranks.len();
            let rank = *ranks.entry(change.actor_id().clone()).or_insert(count);
            let clock = history.clock(change, rank, &by_hash);
            by_hash.insert(change.hash(), history.steps.len());
            history.push(change, rank, clock);
        }
        history
    }

    /// The latest touches of a text, none of which had seen another. More than one means that it was written at once.
    pub(crate) fn frontier(&self, text: &ObjId) -> Vec<Touch> {
        let ObjId::Id(counter, actor, _) = text else {
            return Vec::new();
        };
        let steps = self
            .frontiers
            .get(&(*counter, actor.clone()))
            .into_iter()
            .flatten();
        steps
            .map(|at| &self.steps[*at])
            .map(|step| Touch {
                author: Actor::try_from(step.actor.to_bytes()).ok(),
                at: ChangeHash(step.hash.0),
            })
            .collect()
    }

    /// Whether the writer of the later operation had seen the earlier one.
    pub(crate) fn had_seen(&self, later: &ObjId, earlier: &ObjId) -> bool {
        match (self.step_of(later), self.step_of(earlier)) {
            (Some(later), Some(earlier)) => saw(later, earlier),
            _ => false,
        }
    }

    /// The place of an operation's change in one causal order of all changes.
    pub(crate) fn order_of(&self, op: &ObjId) -> Option<usize> {
        let ObjId::Id(counter, actor, _) = op else {
            return None;
        };
        let steps = self.by_actor.get(actor)?;
        let after = steps.partition_point(|at| self.steps[*at].first_op <= *counter);
        steps.get(after.checked_sub(1)?).copied()
    }

    fn step_of(&self, op: &ObjId) -> Option<&Step> {
        self.order_of(op).map(|at| &self.steps[at])
    }

    fn clock(
        &self,
        change: &Change,
        rank: usize,
        by_hash: &HashMap<automerge::ChangeHash, usize>,
    ) -> Vec<u64> {
        let mut clock = vec![0; rank + 1];
        for dep in change.deps().iter().filter_map(|hash| by_hash.get(hash)) {
            let seen = &self.steps[*dep].clock;
            if clock.len() < seen.len() {
                clock.resize(seen.len(), 0);
            }
            for (mine, theirs) in clock.iter_mut().zip(seen) {
                *mine = (*mine).max(*theirs);
            }
        }
        clock[rank] = change.seq();
        clock
    }

    fn push(&mut self, change: &Change, rank: usize, clock: Vec<u64>) {
        let at = self.steps.len();
        let (actor, first_op) = (change.actor_id().clone(), change.start_op().get());
        self.by_actor.entry(actor.clone()).or_default().push(at);
        self.steps.push(Step {
            actor,
            rank,
            seq: change.seq(),
            first_op,
            hash: change.hash(),
            clock,
        });
        for text in texts_touched(change) {
            let frontier = self.frontiers.entry(text).or_default();
            frontier.retain(|earlier| !saw(&self.steps[at], &self.steps[*earlier]));
            frontier.push(at);
        }
    }
}

fn saw(later: &Step, earlier: &Step) -> bool {
    later
        .clock
        .get(earlier.rank)
        .is_some_and(|seq| *seq >= earlier.seq)
}

fn texts_touched(change: &Change) -> Vec<(u64, ActorId)> {
    let mut texts: Vec<(u64, ActorId)> = Vec::new();
    for op in change.decode().operations {
        if let (legacy::Key::Seq(_), legacy::ObjectId::Id(text)) = (&op.key, &op.obj) {
            let text = (text.counter(), text.actor().clone());
            if texts.last() != Some(&text) {
                texts.push(text);
            }
        }
    }
    texts.sort();
    texts.dedup();
    texts
}
