//! Which changes of a request may go on: pure, by their headers and by what the log knows. Steps 1
//! to 3 of docs/security.md#the-gate.

use super::refusal::Refusal;
use hejie_case::{
    document::CaseDoc,
    ids::{Actor, ChangeHash},
    part::{CasePart, Extent},
    reason::Explain,
};
use hejie_registry::{
    identity::session::BoundDevice,
    log::{
        batch::SignedBatch,
        standing::{KnownChange, LastNumbers, LogSnapshot},
    },
};
use hejie_wire::{
    chunk::{self, Admitted},
    gate::GateError,
    message::{CaseUp, Refused},
};
use serde_bytes::ByteBuf;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

/// What the request holds for one case, as far as it can be read.
#[derive(Debug, Default)]
pub(super) struct Readable {
    /// Changes whose envelope and body are sound and whose actor is the phone's, in their order.
    pub(super) arrivals: Vec<Admitted>,
    /// Why the next one, and all behind it, could not be read.
    pub(super) stopped: Option<Stop>,
}

impl Readable {
    /// Whether it holds a change of an actor that is not the phone's.
    pub(super) fn is_foreign(&self) -> bool {
        let stop = self.stopped.as_ref();
        stop.is_some_and(|stop| stop.refusal == Refusal::ForeignActor)
    }
}

/// A change that stops those behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stop {
    /// Its name, if it has one.
    pub(super) change: Option<ChangeHash>,
    /// Why.
    pub(super) refusal: Refusal,
}

/// Readable changes, sorted by what the log says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct SiftedChanges {
    /// In the log already: the answer to an earlier request was lost.
    pub(super) already: Vec<ChangeHash>,
    /// May be judged by their content and then acknowledged.
    pub(super) fresh: Vec<Admitted>,
    /// Why the next one was not taken.
    pub(super) stopped: Option<Stop>,
}

/// The genesis, on which every document stands, and the counter of its last operation.
static GENESIS: LazyLock<Option<(ChangeHash, u64)>> = LazyLock::new(|| {
    let genesis = chunk::admit(&CaseDoc::genesis().bytes).ok()?;
    Some((genesis.hash, genesis.header.max_op))
});

/// Why bytes are no change of a phone.
#[derive(Debug)]
pub(super) enum Unfit {
    /// They are no change.
    Form(GateError),
    /// Another actor wrote them.
    ForeignActor,
}

/// What the phone signed of a case in a request; nothing when the signature is missing or wrong. It
/// is looked at before anything that was signed is believed to be the phone's.
pub(super) fn signed(up: &CaseUp, device: &BoundDevice) -> Option<SignedBatch> {
    let (batch, signature) = (up.batch(device.id), up.signature?);
    let stands = device.key.verifies(&batch, &signature);
    stands.then_some(SignedBatch { batch, signature })
}

/// Reads one change, by its form and its actor.
pub(super) fn admit(bytes: &[u8], actor: Actor) -> Result<Admitted, Unfit> {
    let admitted = chunk::admit(bytes).map_err(Unfit::Form)?;
    if admitted.header.actor.phone() == actor {
        Ok(admitted)
    } else {
        Err(Unfit::ForeignActor)
    }
}

/// Reads changes up to the first that is not sound. One by another actor makes all of them suspect:
/// none is taken.
pub(super) fn read(changes: &[ByteBuf], actor: Actor) -> Readable {
    let mut readable = Readable::default();
    for bytes in changes {
        let stop = match admit(bytes, actor) {
            Ok(arrival) => {
                readable.arrivals.push(arrival);
                continue;
            }
            Err(Unfit::ForeignActor) => {
                return Readable {
                    arrivals: Vec::new(),
                    stopped: Some(Stop {
                        change: None,
                        refusal: Refusal::ForeignActor,
                    }),
                };
            }
            Err(Unfit::Form(error)) => Stop {
                change: None,
                refusal: Refusal::Said(error.reason()),
            },
        };
        readable.stopped.get_or_insert(stop);
        break;
    }
    readable
}

/// Sifts changes by what the log knows, and by how much of the case their author holds: what goes
/// beyond that comes again once the phone has heard of it.
pub(super) fn sift(arrivals: &[Admitted], standing: &LogSnapshot, extent: Extent) -> SiftedChanges {
    let mut sifted = SiftedChanges::default();
    let mut present = Present::new(standing, extent);
    for arrival in arrivals {
        match present.judge(arrival) {
            Ok(Novelty::Already) => sifted.already.push(arrival.hash),
            Ok(Novelty::Fresh) => {
                present.add(arrival);
                sifted.fresh.push(arrival.clone());
            }
            Err(refusal) => {
                sifted.stopped = Some(Stop {
                    change: Some(arrival.hash),
                    refusal,
                });
                break;
            }
        }
    }
    sifted
}

/// The refusals of a stop: its own, and one for each of the changes behind it.
pub(super) fn refused(stop: &Stop, arrivals: &[Admitted]) -> Vec<Refused> {
    let follows = Refusal::Follows {
        passing: stop.refusal.is_passing(),
    };
    let behind = arrivals
        .iter()
        .skip_while(|arrival| Some(arrival.hash) != stop.change)
        .skip(1)
        .map(|arrival| follows.of(Some(arrival.hash)));
    std::iter::once(stop.refusal.of(stop.change))
        .chain(behind)
        .collect()
}

/// Whether changes begin a case: the first of them stands on nothing but the genesis.
pub(super) fn begins(arrivals: &[Admitted]) -> bool {
    let genesis = GENESIS.map(|(genesis, _)| genesis);
    let first = arrivals.first();
    first.is_some_and(|first| first.header.deps.iter().copied().eq(genesis))
}

/// Names that the log is asked about: the changes, and what they were written on and beside.
pub(super) fn named(arrivals: &[Admitted]) -> Vec<ChangeHash> {
    let all: BTreeSet<ChangeHash> = arrivals
        .iter()
        .flat_map(|arrival| {
            let header = &arrival.header;
            let named = header.deps.iter().chain(header.beside());
            named.chain([&arrival.hash])
        })
        .copied()
        .collect();
    all.into_iter().collect()
}

enum Novelty {
    Already,
    Fresh,
}

/// The log, with the fresh changes that were passed so far.
struct Present<'a> {
    standing: &'a LogSnapshot,
    extent: Extent,
    added: BTreeMap<ChangeHash, CasePart>,
    last: LastNumbers,
    max_op: u64,
}

impl<'a> Present<'a> {
    fn new(standing: &'a LogSnapshot, extent: Extent) -> Self {
        let of_genesis = GENESIS.map_or(0, |(_, max_op)| max_op);
        Self {
            standing,
            extent,
            added: BTreeMap::new(),
            last: standing.last,
            max_op: standing.max_op.max(of_genesis),
        }
    }

    fn judge(&self, arrival: &Admitted) -> Result<Novelty, Refusal> {
        match self.standing.known.get(&arrival.hash) {
            Some(KnownChange::Good(_)) => return Ok(Novelty::Already),
            Some(KnownChange::Quarantined(why)) => return Err(Refusal::Said(why.clone())),
            Some(KnownChange::Relayed) | None => {}
        }
        if arrival.header.deps.is_empty() {
            return Err(Refusal::NoBeginning);
        }
        let (header, part) = (&arrival.header, arrival.header.actor.part());
        let names_it = !header.beside().is_empty();
        if !self.extent.holds(part) || (names_it && !self.extent.holds(CasePart::Confidential)) {
            return Err(Refusal::OtherExtent);
        }
        for dep in &header.deps {
            let of = self.part_of(*dep)?;
            if part == CasePart::Work && of == CasePart::Confidential {
                return Err(Refusal::WorkOnConfidential);
            }
        }
        for beside in header.beside() {
            if self.part_of(*beside)? == CasePart::Work {
                return Err(Refusal::WorkOnConfidential);
            }
        }
        let last = self.last.of(part);
        if header.seq <= last {
            return Err(Refusal::NumberUsed);
        }
        if header.seq > last + 1 {
            return Err(Refusal::MissingDependency);
        }
        if header.start_op > self.max_op + 1 {
            return Err(Refusal::CountedAhead);
        }
        Ok(Novelty::Fresh)
    }

    /// In which part something was written on which a change stands.
    fn part_of(&self, dep: ChangeHash) -> Result<CasePart, Refusal> {
        match (self.standing.known.get(&dep), self.added.get(&dep)) {
            (Some(KnownChange::Good(part)), _) | (_, Some(part)) => Ok(*part),
            (Some(KnownChange::Quarantined(_) | KnownChange::Relayed), None) => {
                Err(Refusal::DependsOnRefused)
            }
            (None, None) if GENESIS.is_some_and(|(genesis, _)| genesis == dep) => {
                Ok(CasePart::Work)
            }
            (None, None) => Err(Refusal::MissingDependency),
        }
    }

    fn add(&mut self, arrival: &Admitted) {
        let part = arrival.header.actor.part();
        self.added.insert(arrival.hash, part);
        self.last.use_up(part, arrival.header.seq);
        self.max_op = self.max_op.max(arrival.header.max_op);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hejie_case::{document::ChangeMessage, reason::Reason};
    use hejie_wire::lint::Header;

    fn arrival(n: u8, seq: u64, deps: &[u8]) -> Admitted {
        Admitted {
            hash: hash(n),
            bytes: vec![],
            header: Header {
                actor: Actor([1; 16]),
                seq,
                start_op: 1,
                max_op: 5,
                ops: 5,
                deps: deps.iter().copied().map(hash).collect(),
                said: None,
                others: vec![],
                time: 0,
            },
        }
    }

    fn hash(n: u8) -> ChangeHash {
        ChangeHash([n; 32])
    }

    fn standing(good: &[u8], last_seq: u64) -> LogSnapshot {
        let good = good
            .iter()
            .map(|n| (hash(*n), KnownChange::Good(CasePart::Work)));
        LogSnapshot {
            known: good.collect(),
            last: LastNumbers {
                work: last_seq,
                confidential: 0,
            },
            max_op: 100,
        }
    }

    fn codes(
        arrivals: &[Admitted],
        standing: &LogSnapshot,
    ) -> Vec<(Option<ChangeHash>, String, bool)> {
        let stop = sift(arrivals, standing, Extent::Whole).stopped.unwrap();
        refused(&stop, arrivals)
            .into_iter()
            .map(|r| (r.change, r.reason.code, r.passing))
            .collect()
    }

    #[test]
    fn changes_that_came_before_are_accepted_again_and_the_rest_is_fresh() {
        let sifted = sift(
            &[arrival(2, 1, &[1]), arrival(3, 2, &[2])],
            &standing(&[1, 2], 1),
            Extent::Whole,
        );
        assert_eq!(sifted.already, [hash(2)]);
        assert_eq!(sifted.fresh, [arrival(3, 2, &[2])]);
        assert_eq!(sifted.stopped, None);
    }

    #[test]
    fn a_gap_stops_all_behind_it_and_passes() {
        let all = [arrival(3, 3, &[2]), arrival(4, 4, &[3])];
        assert_eq!(
            codes(&all, &standing(&[2], 1)),
            [
                (Some(hash(3)), "missing_dependency".into(), true),
                (Some(hash(4)), "follows_refused".into(), true)
            ]
        );
        assert_eq!(
            codes(&[arrival(3, 2, &[9])], &standing(&[2], 1))[0].1,
            "missing_dependency"
        );
    }

    #[test]
    fn a_number_used_before_never_passes() {
        assert_eq!(
            codes(&[arrival(3, 1, &[2])], &standing(&[2], 1)),
            [(Some(hash(3)), "number_used".into(), false)]
        );
    }

    #[test]
    fn what_was_refused_stays_refused_and_so_does_what_was_written_on_it() {
        let mut standing = standing(&[1], 0);
        let why = Reason::new("role_may_not", "不能填写");
        standing
            .known
            .insert(hash(2), KnownChange::Quarantined(why));
        assert_eq!(
            codes(&[arrival(2, 1, &[1])], &standing)[0].1,
            "role_may_not"
        );
        assert_eq!(
            codes(&[arrival(3, 1, &[2])], &standing)[0].1,
            "depends_on_refused"
        );
    }

    #[test]
    fn operations_counted_ahead_and_a_second_beginning_are_refused() {
        let mut ahead = arrival(3, 1, &[1]);
        (ahead.header.start_op, ahead.header.max_op) = (102, 102);
        assert_eq!(codes(&[ahead], &standing(&[1], 0))[0].1, "counted_ahead");
        assert_eq!(
            codes(&[arrival(3, 1, &[])], &standing(&[1], 0))[0].1,
            "no_beginning"
        );
    }

    #[test]
    fn the_work_builds_on_nothing_confidential_and_names_nothing_else_beside_it() {
        let mut standing = standing(&[1], 1);
        standing
            .known
            .insert(hash(2), KnownChange::Good(CasePart::Confidential));
        let named = |beside: u8| {
            let mut work = arrival(3, 2, &[1]);
            work.header.said = Some(ChangeMessage::Beside(vec![hash(beside)]));
            work
        };
        assert_eq!(
            codes(&[arrival(3, 2, &[1, 2])], &standing)[0].1,
            "work_on_confidential"
        );
        assert_eq!(codes(&[named(1)], &standing)[0].1, "work_on_confidential");
        assert_eq!(codes(&[named(9)], &standing)[0].1, "missing_dependency");
        assert_eq!(sift(&[named(2)], &standing, Extent::Whole).stopped, None);
        let mut adrift = arrival(4, 1, &[9]);
        adrift.header.actor = Actor([1; 16]).writing(CasePart::Confidential);
        assert_eq!(codes(&[adrift], &standing)[0].1, "missing_dependency");
        let mut confidential = arrival(4, 1, &[1, 2]);
        confidential.header.actor = Actor([1; 16]).writing(CasePart::Confidential);
        assert_eq!(
            sift(&[confidential.clone()], &standing, Extent::Whole).stopped,
            None
        );
        // Whoever holds the work alone writes and names nothing of the rest.
        for beyond in [named(2), confidential] {
            let stop = sift(&[beyond], &standing, Extent::Work).stopped.unwrap();
            assert_eq!(stop.refusal, Refusal::OtherExtent);
        }
    }

    #[test]
    fn bytes_that_are_no_change_stop_what_is_behind_them() {
        let readable = read(&[ByteBuf::from(vec![1, 2, 3])], Actor([1; 16]));
        assert!(readable.arrivals.is_empty());
        assert!(!readable.stopped.unwrap().refusal.is_passing());
    }

    #[test]
    fn a_change_of_another_actor_takes_the_whole_case_along() {
        let genesis = ByteBuf::from(CaseDoc::genesis().bytes);
        let stop = read(&[genesis], Actor([1; 16])).stopped.unwrap();
        assert_eq!(
            stop,
            Stop {
                change: None,
                refusal: Refusal::ForeignActor
            }
        );
    }
}
