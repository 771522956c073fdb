//! The history of a document as far as detectors need it: who had seen what when writing. Causality
//! alone counts here; clocks of devices do not. A change that was written again had seen what it
//! says, and not all that it builds on.

use super::{ChangeMessage, DocReader, Seen, parts, past, read::phone_of, replay};
use crate::ids::{Actor, ChangeHash};
use automerge::{ActorId, Automerge, Change, ChangeMetadata, ObjId, legacy};
use std::{
    cell::OnceCell,
    collections::{BTreeSet, HashMap},
};

/// By so much a clock may be wrong before it is said so: what a claimed time is given elsewhere as
/// well (docs/domain/rules.md#clocks).
const CLOCK_TOLERANCE: i64 = 5 * 60;

/// Who had seen what. One walk over the heads of the changes; a question costs as much as there are
/// actors. What was written in texts is read when it is first asked for, since most histories are
/// one line.
pub(crate) struct History<'a> {
    doc: &'a Automerge,
    steps: Vec<HistoryStep>,
    by_hash: HashMap<automerge::ChangeHash, usize>,
    by_actor: HashMap<ActorId, Vec<usize>>,
    is_forked: bool,
    frontiers: OnceCell<HashMap<(u64, ActorId), Vec<usize>>>,
}

/// A change that touched a text, with none after it that had seen it and touched the same text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TextTouch {
    /// Who.
    pub(crate) author: Option<Actor>,
    /// The change, at which the text can be read as its author saw it.
    pub(crate) at: ChangeHash,
}

/// Somebody wrote, by the own clock, before what he or she had seen.
pub(crate) struct ClockReversal {
    /// Whose change claims the earlier time.
    pub(crate) author: Actor,
    /// That change.
    pub(crate) at: ChangeHash,
    /// Its claim, in seconds since 1970.
    pub(crate) claimed: i64,
    /// Whose change was seen, and claims the later time.
    pub(crate) seen_author: Option<Actor>,
    /// Its claim, in seconds since 1970.
    pub(crate) seen: i64,
}

struct HistoryStep {
    actor: ActorId,
    rank: usize,
    seq: u64,
    first_op: u64,
    hash: automerge::ChangeHash,
    /// By the clock of the device, in seconds since 1970.
    claimed: i64,
    /// All that the change builds on.
    past: Past,
    /// What its author had seen, where the change was written again and builds on more.
    seen: Option<(Seen, Past)>,
}

/// What lies before a change.
struct Past {
    /// The latest claimed time in it, and the step that made it.
    until: Option<(i64, usize)>,
    /// How many changes of each actor lie in it, with the change itself; by rank, missing ones are
    /// zero.
    clock: Vec<u64>,
}

impl<'a> History<'a> {
    /// Reads the history.
    pub(crate) fn of(doc: &'a Automerge) -> Self {
        let changes = doc.get_changes_meta(&[]);
        let mut history = Self {
            doc,
            steps: Vec::with_capacity(changes.len()),
            by_hash: HashMap::with_capacity(changes.len()),
            by_actor: HashMap::new(),
            is_forked: false,
            frontiers: OnceCell::new(),
        };
        let said: Vec<Option<ChangeMessage>> = changes.iter().map(said).collect();
        let mut ranks = HashMap::new();
        for at in in_order(&changes, &said) {
            let (change, said) = (&changes[at], said[at].as_ref());
            let count = ranks.len();
            let rank = *ranks.entry(change.actor.as_ref().clone()).or_insert(count);
            history.push(change, said, rank);
        }
        history
    }

    /// Whether anything was written beside something else. If not, everybody had seen all that was
    /// there before.
    pub(crate) fn is_forked(&self) -> bool {
        self.is_forked
    }

    /// The latest touches of a text, none of which had seen another. More than one means that it
    /// was written at once.
    pub(crate) fn frontier(&self, text: &ObjId) -> Vec<TextTouch> {
        let ObjId::Id(counter, actor, _) = text else {
            return Vec::new();
        };
        let frontiers = self.frontiers.get_or_init(|| self.frontiers());
        let steps = frontiers
            .get(&(*counter, actor.clone()))
            .into_iter()
            .flatten();
        steps
            .map(|at| &self.steps[*at])
            .map(|step| TextTouch {
                author: phone_of(&step.actor),
                at: ChangeHash(step.hash.0),
            })
            .collect()
    }

    /// The heads of what the writers of all these touches had seen: the text on which they wrote.
    pub(crate) fn seen_by_all(&self, touches: &[TextTouch]) -> Vec<ChangeHash> {
        let of = |touch: &TextTouch| self.by_hash.get(&automerge::ChangeHash(touch.at.0));
        let steps: Vec<&HistoryStep> = touches
            .iter()
            .filter_map(of)
            .map(|at| &self.steps[*at])
            .collect();
        let seen: Vec<&HistoryStep> = self
            .by_actor
            .values()
            .filter_map(|own| {
                let common = |at: &&usize| steps.iter().all(|step| step.saw(&self.steps[**at]));
                own.iter().take_while(common).last()
            })
            .map(|at| &self.steps[*at])
            .collect();
        let is_head = |step: &&&HistoryStep| {
            let later = |other: &&HistoryStep| other.hash != step.hash && other.saw(step);
            !seen.iter().any(later)
        };
        let heads = seen.iter().filter(is_head);
        heads.map(|step| ChangeHash(step.hash.0)).collect()
    }

    /// The first change of each phone that claims to be older than what it had seen, in the work if
    /// there is one there. What comes later on cannot change it.
    pub(crate) fn backwards(&self) -> Vec<ClockReversal> {
        let mut found = Vec::new();
        for steps in self.by_actor.values() {
            let first = steps.iter().find_map(|at| {
                let step = &self.steps[*at];
                let (seen, by) = step.seen().until?;
                // No time at all is no claim.
                let is_back = step.claimed != 0 && step.claimed + CLOCK_TOLERANCE < seen;
                is_back.then_some((step, seen, by))
            });
            let Some((step, seen, by)) = first else {
                continue;
            };
            let Some(author) = phone_of(&step.actor) else {
                continue;
            };
            let reversal = ClockReversal {
                author,
                at: ChangeHash(step.hash.0),
                claimed: step.claimed,
                seen_author: phone_of(&self.steps[by].actor),
                seen,
            };
            found.push((parts::part_of(&step.actor), reversal));
        }
        found.sort_by_key(|(part, backwards)| (backwards.author, *part));
        found.dedup_by_key(|(_, backwards)| backwards.author);
        found.into_iter().map(|(_, backwards)| backwards).collect()
    }

    /// A text as the author of a touch saw it when writing.
    pub(crate) fn text_at(
        &self,
        reader: &DocReader<'_>,
        touch: &TextTouch,
        text: &ObjId,
    ) -> Option<String> {
        let step = self.by_hash.get(&automerge::ChangeHash(touch.at.0));
        let again = step.and_then(|at| self.steps[*at].seen.as_ref());
        again
            .and_then(|(seen, _)| replay::as_written(self.doc, touch.at, seen, text))
            .or_else(|| reader.back_at(&[touch.at])?.text(text))
    }

    /// Whether neither writer had seen what the other wrote.
    pub(crate) fn apart(&self, a: &ObjId, b: &ObjId) -> bool {
        !self.had_seen(a, b) && !self.had_seen(b, a)
    }

    /// Whether the writer of the later operation had seen the earlier one. Nobody disagrees with
    /// himself or herself: what one actor wrote before counts as seen.
    pub(crate) fn had_seen(&self, later: &ObjId, earlier: &ObjId) -> bool {
        match (self.step_of(later), self.step_of(earlier)) {
            (Some(later), Some(earlier)) if later.rank == earlier.rank => later.seq >= earlier.seq,
            (Some(later), Some(earlier)) => later.saw(earlier),
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

    fn step_of(&self, op: &ObjId) -> Option<&HistoryStep> {
        self.order_of(op).map(|at| &self.steps[at])
    }

    /// What lies before a change that has these heads before it.
    fn past<'h>(
        &self,
        heads: impl Iterator<Item = &'h automerge::ChangeHash>,
        (rank, seq): (usize, u64),
    ) -> Past {
        let (mut clock, mut until) = (vec![0; rank + 1], None);
        for at in heads.filter_map(|hash| self.by_hash.get(hash)) {
            let before = &self.steps[*at].past;
            if clock.len() < before.clock.len() {
                clock.resize(before.clock.len(), 0);
            }
            for (mine, theirs) in clock.iter_mut().zip(&before.clock) {
                *mine = (*mine).max(*theirs);
            }
            let claims = [until, before.until, Some((self.steps[*at].claimed, *at))];
            until = self.latest(claims.into_iter().flatten());
        }
        clock[rank] = seq;
        Past { until, clock }
    }

    /// Among equal claims the one with the smaller hash counts, so that every replica names the
    /// same.
    fn latest(&self, claims: impl Iterator<Item = (i64, usize)>) -> Option<(i64, usize)> {
        claims.max_by_key(|(claimed, at)| (*claimed, std::cmp::Reverse(self.steps[*at].hash)))
    }

    fn push(&mut self, change: &ChangeMetadata<'_>, said: Option<&ChangeMessage>, rank: usize) {
        let at = self.steps.len();
        let (actor, seq) = (change.actor.as_ref().clone(), change.seq);
        let beside = past::hashes_of(said.map_or(&[][..], ChangeMessage::beside));
        let past = self.past(change.deps.iter().chain(&beside), (rank, seq));
        let seen = seen_of(said).map(|seen| {
            let mut heads = past::hashes_of(&seen.heads);
            heads.extend(&beside);
            let mut past = self.past(heads.iter(), (rank, 0));
            past.clock[rank] = self.own_seen(&heads, rank);
            (seen.clone(), past)
        });
        let before = self.steps.last().map(|step| step.hash);
        let had_before = before.is_none_or(|before| match &seen {
            _ if beside.contains(&before) => true,
            Some((seen, _)) => seen.heads.contains(&ChangeHash(before.0)),
            None => change.deps.contains(&before),
        });
        self.is_forked |= !had_before;
        self.by_hash.insert(change.hash, at);
        self.by_actor.entry(actor.clone()).or_default().push(at);
        self.steps.push(HistoryStep {
            actor,
            rank,
            seq,
            first_op: change.start_op,
            hash: change.hash,
            claimed: change.timestamp,
            past,
            seen,
        });
    }

    /// How many changes of an actor lie at these heads.
    fn own_seen(&self, heads: &[automerge::ChangeHash], rank: usize) -> u64 {
        let steps = heads.iter().filter_map(|hash| self.by_hash.get(hash));
        let counts = steps.filter_map(|at| self.steps[*at].past.clock.get(rank));
        counts.copied().max().unwrap_or(0)
    }

    /// The author's own changes among whose words a change that was written again puts its own: the
    /// two have met, although what had been seen does not say so.
    fn own_written_on(&self, at: usize, change: &Change) -> BTreeSet<usize> {
        if self.steps[at].seen.is_none() {
            return BTreeSet::new();
        }
        let actor = change.actor_id();
        let operations = change.decode().operations;
        let elements = operations.iter().filter_map(|op| op.key.as_element_id());
        let own = elements.filter_map(|element| match element {
            legacy::ElementId::Id(id) if id.actor() == actor => Some(id.counter()),
            _ => None,
        });
        own.filter_map(|counter| self.order_of(&ObjId::Id(counter, actor.clone(), 0)))
            .filter(|earlier| *earlier != at)
            .collect()
    }

    fn frontiers(&self) -> HashMap<(u64, ActorId), Vec<usize>> {
        let mut frontiers: HashMap<_, Vec<usize>> = HashMap::new();
        let changes = self.doc.get_changes(&[]);
        let of = |change: &Change| self.by_hash.get(&change.hash()).copied();
        for (at, change) in changes.iter().filter_map(|c| Some((of(c)?, c))) {
            let own = self.own_written_on(at, change);
            for text in past::texts_touched(change) {
                let frontier = frontiers.entry(text.clone()).or_default();
                // Whoever writes in a text has seen it made.
                let made_by = self.order_of(&ObjId::Id(text.0, text.1.clone(), 0));
                frontier.retain(|earlier| {
                    let has_seen = self.steps[at].saw(&self.steps[*earlier]);
                    !has_seen && made_by != Some(*earlier) && !own.contains(earlier)
                });
                frontier.push(at);
            }
        }
        frontiers
    }
}

impl HistoryStep {
    fn seen(&self) -> &Past {
        self.seen.as_ref().map_or(&self.past, |(_, past)| past)
    }

    fn saw(&self, earlier: &Self) -> bool {
        let clock = &self.seen().clock;
        clock
            .get(earlier.rank)
            .is_some_and(|seq| *seq >= earlier.seq)
    }
}

/// What a change says of what its author had seen. What does not read has passed no gate.
fn said(change: &ChangeMetadata<'_>) -> Option<ChangeMessage> {
    let deps: Vec<ChangeHash> = change.deps.iter().map(|dep| ChangeHash(dep.0)).collect();
    ChangeMessage::read(change.message.as_deref()?, &deps).ok()?
}

fn seen_of(said: Option<&ChangeMessage>) -> Option<&Seen> {
    match said? {
        ChangeMessage::Seen(seen) => Some(seen),
        ChangeMessage::Beside(_) => None,
    }
}

/// The changes in an order in which each comes behind all that its author had: Automerge knows of
/// what a change builds on alone, and one of the work may have seen what is confidential beside it.
fn in_order(changes: &[ChangeMetadata<'_>], said: &[Option<ChangeMessage>]) -> Vec<usize> {
    if said.iter().flatten().all(|said| said.beside().is_empty()) {
        return (0..changes.len()).collect();
    }
    let numbers: HashMap<_, usize> = (0..).zip(changes).map(|(at, c)| (c.hash, at)).collect();
    let before = |at: usize| {
        let beside = said[at].as_ref().map_or(&[][..], ChangeMessage::beside);
        let deps = changes[at]
            .deps
            .iter()
            .copied()
            .chain(past::hashes_of(beside));
        let known = deps.filter_map(|hash| numbers.get(&hash).copied());
        known.collect::<Vec<usize>>()
    };
    let mut order = Vec::with_capacity(changes.len());
    let (mut placed, mut entered) = (vec![false; changes.len()], vec![false; changes.len()]);
    for last in 0..changes.len() {
        let mut open = vec![last];
        while let Some(at) = open.last().copied() {
            // A name is the hash of all that it names: nothing can lie before itself.
            let waits = if entered[at] { Vec::new() } else { before(at) };
            entered[at] = true;
            let mut ahead = waits
                .into_iter()
                .filter(|earlier| !entered[*earlier])
                .peekable();
            if ahead.peek().is_some() {
                open.extend(ahead);
                continue;
            }
            open.pop();
            if !placed[at] {
                placed[at] = true;
                order.push(at);
            }
        }
    }
    order
}
