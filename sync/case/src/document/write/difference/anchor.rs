//! What two long texts have in common beyond doubt: runs of signs that stand at one place only in
//! each. Between them lies what differs, in time and room that grow with the length of the texts.

use super::{Hunk, in_common, sign::Sign};
use std::collections::HashMap;

/// How many signs make a run: hardly more than must stay between two pieces anyway, so that a word
/// replaced throughout a text is found.
const RUN: usize = 8;

/// Where a run stands.
#[derive(Debug, Clone, Copy, Default)]
enum RunPlace {
    #[default]
    Nowhere,
    At(usize),
    Often,
}

/// The pieces between what both texts have in common; the whole where that is not beyond doubt
/// anywhere.
pub(super) fn between(old: &[Sign], new: &[Sign], rough: &Hunk) -> Vec<Hunk> {
    let (mut gaps, mut i, mut j) = (Vec::new(), rough.old.start, rough.new.start);
    for (in_old, in_new) in rising(&shared(old, new, rough)) {
        // It lies in the run before.
        if in_old < i || in_new < j {
            continue;
        }
        let (before_old, before_new) = (&old[i..in_old], &new[j..in_new]);
        let back = in_common(before_old.iter().rev(), before_new.iter().rev());
        let (from_old, from_new) = (in_old - back, in_new - back);
        gaps.push(Hunk {
            old: i..from_old,
            new: j..from_new,
        });
        let (rest_old, rest_new) = (&old[..rough.old.end], &new[..rough.new.end]);
        let run = in_common(rest_old[from_old..].iter(), rest_new[from_new..].iter());
        (i, j) = (from_old + run, from_new + run);
    }
    gaps.push(Hunk {
        old: i..rough.old.end,
        new: j..rough.new.end,
    });
    gaps.retain(|gap| !gap.old.is_empty() || !gap.new.is_empty());
    gaps
}

/// Where the runs begin that stand once in each of what differs roughly, by their place in the old
/// one.
fn shared(old: &[Sign], new: &[Sign], rough: &Hunk) -> Vec<(usize, usize)> {
    let mut places: HashMap<&[Sign], [RunPlace; 2]> = HashMap::new();
    for (at, run) in old[rough.old.clone()].windows(RUN).enumerate() {
        places.entry(run).or_default()[0].and(rough.old.start + at);
    }
    for (at, run) in new[rough.new.clone()].windows(RUN).enumerate() {
        if let Some([_, place]) = places.get_mut(run) {
            place.and(rough.new.start + at);
        }
    }
    let once = places.into_values().filter_map(|places| match places {
        [RunPlace::At(in_old), RunPlace::At(in_new)] => Some((in_old, in_new)),
        _ => None,
    });
    let mut once: Vec<_> = once.collect();
    once.sort_unstable();
    once
}

/// As many of these as follow each other in both texts.
fn rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // Of the sequences of each length the last pair of that which ends first; and for each pair the
    // one before it.
    let (mut ends, mut before): (Vec<usize>, Vec<Option<usize>>) = (Vec::new(), Vec::new());
    for (at, (_, in_new)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| pairs[*end].1 < *in_new);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let backwards = std::iter::successors(ends.last().copied(), |at| before[*at]);
    let mut rising: Vec<_> = backwards.map(|at| pairs[at]).collect();
    rising.reverse();
    rising
}

impl RunPlace {
    fn and(&mut self, at: usize) {
        *self = match self {
            Self::Nowhere => Self::At(at),
            Self::At(_) | Self::Often => Self::Often,
        };
    }
}
