//! In which order the motions of a document are heard.
//!
//! Each author's motions are heard in the order in which that author made them, whatever the
//! phone's clock said; where authors meet, the event of the lower rank is heard first, and within
//! one rank the earlier server receipt. Danger and a party's refusal are heard before everything
//! else, wherever their author stands in line: they win (docs/domain/events.md#order). What cannot
//! be granted that early, because its author had not even signed for the case, keeps its place in
//! the line as well.

use super::ReceivedChange;
use crate::{
    act::Act,
    event::Event,
    facts::Facts,
    ids::{Actor, EntryId},
    role::Author,
    rule::Motion,
    view::{CaseView, Entries},
};
use jiff::Timestamp;
use std::collections::{BTreeMap, VecDeque};

/// Who stands behind the motions, and when they came.
pub(super) struct QueueInput<'a> {
    /// Who stands behind each actor of this case; motions of others are not heard.
    pub(super) authors: &'a [(Actor, Author)],
    /// What arrived now.
    pub(super) changes: &'a [ReceivedChange],
    /// The time of receipt of what arrived earlier.
    pub(super) now: Timestamp,
}

/// The motions that nobody ruled on yet.
pub(super) struct Queue {
    /// Danger and refusals of parties: heard first, and kept silent about if they cannot be granted
    /// yet.
    pub(super) early: Vec<Motion>,
    /// All motions in the order in which they are heard.
    pub(super) line: Vec<Motion>,
}

/// Puts the motions that nobody ruled on yet in order.
pub(super) fn in_order(view: &CaseView, facts: &Facts, input: &QueueInput<'_>) -> Queue {
    let mut open = Vec::new();
    let collector = MotionCollector { facts, input };
    collector.collect(&mut open, &view.requests, |r| {
        (Act::Ask(r.ask.clone()), r.at)
    });
    collector.collect(&mut open, &view.signatures, |s| {
        (Act::Sign(s.clone()), s.at)
    });
    collector.collect(&mut open, &view.performance, |p| {
        (Act::Perform(p.clone()), p.at)
    });
    collector.collect(&mut open, &view.visits, |v| {
        (Act::Visit(v.visit.clone()), v.visit.at)
    });
    open.sort_by_key(|made| (made.turn, made.motion.entry));
    let motions = open.iter().map(|made| &made.motion);
    let mut early: Vec<Motion> = motions
        .filter(|motion| motion.act.event().is_some_and(Event::is_heard_first))
        .cloned()
        .collect();
    early.sort_by_key(|motion| (rank(motion), motion.received_at, motion.entry));
    Queue {
        early,
        line: interleave(open),
    }
}

/// A motion, and which of its actor's entries it is.
struct OrderedMotion {
    actor: Actor,
    turn: u64,
    motion: Motion,
}

struct MotionCollector<'a> {
    facts: &'a Facts,
    input: &'a QueueInput<'a>,
}

impl MotionCollector<'_> {
    fn collect<T>(
        &self,
        open: &mut Vec<OrderedMotion>,
        entries: &Entries<T>,
        read: impl Fn(&T) -> (Act, Timestamp),
    ) {
        for (id, entry) in entries
            .iter()
            .filter(|(id, _)| !self.facts.rulings.contains_key(id))
        {
            let Some(by) = self.author(entry.author) else {
                continue;
            };
            let (act, claimed_at) = read(&entry.value);
            let received_at = self.received(entry.author);
            let motion = Motion {
                entry: Some(*id),
                act,
                by,
                claimed_at: Some(claimed_at),
                received_at,
            };
            open.push(OrderedMotion {
                actor: entry.author,
                turn: entry.turn,
                motion,
            });
        }
    }

    fn author(&self, actor: Actor) -> Option<Author> {
        self.input
            .authors
            .iter()
            .find(|(known, _)| *known == actor)
            .map(|(_, author)| *author)
    }

    fn received(&self, actor: Actor) -> Timestamp {
        let of_actor = self.input.changes.iter().filter(|c| c.actor == actor);
        of_actor
            .map(|c| c.received_at)
            .max()
            .unwrap_or(self.input.now)
    }
}

fn interleave(open: Vec<OrderedMotion>) -> Vec<Motion> {
    let mut lines: BTreeMap<Actor, VecDeque<Motion>> = BTreeMap::new();
    for made in open {
        lines.entry(made.actor).or_default().push_back(made.motion);
    }
    let mut ordered = Vec::new();
    let key = |motion: &Motion| -> (u8, Timestamp, Option<EntryId>) {
        (rank(motion), motion.received_at, motion.entry)
    };
    loop {
        let next = lines
            .iter()
            .filter_map(|(actor, line)| Some((key(line.front()?), *actor)))
            .min();
        let Some((_, actor)) = next else {
            return ordered;
        };
        ordered.extend(lines.get_mut(&actor).and_then(VecDeque::pop_front));
    }
}

/// The rank of what a document asks for; every such act has an event.
fn rank(motion: &Motion) -> u8 {
    motion.act.event().map_or(u8::MAX, Event::rank)
}
