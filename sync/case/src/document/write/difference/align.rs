//! The cheapest alignment of two texts, in time and room that grow with the product of their
//! lengths.

use super::{Hunk, sign::Sign};

/// What it costs to begin taking out, or putting in, in signs: between two replacements six must
/// stay for them to be two.
const BEGIN: u32 = 6;

/// More than any alignment costs.
const NEVER: u32 = u32::MAX / 2;

/// The pieces outside of the cheapest alignment of what differs roughly.
pub(super) fn fine(old: &[Sign], new: &[Sign], rough: &Hunk) -> Vec<Hunk> {
    let (alignment, end) = Alignment::of(&old[rough.old.clone()], &new[rough.new.clone()]);
    let mut hunks: Vec<Hunk> = Vec::new();
    let (mut i, mut j) = (rough.old.start, rough.new.start);
    for step in alignment.steps(end) {
        let (to_i, to_j) = match step {
            AlignmentStep::Same => (i + 1, j + 1),
            AlignmentStep::Out => (i + 1, j),
            AlignmentStep::In => (i, j + 1),
        };
        match hunks.last_mut() {
            _ if step == AlignmentStep::Same => {}
            Some(last) if last.old.end == i && last.new.end == j => {
                (last.old.end, last.new.end) = (to_i, to_j);
            }
            _ => hunks.push(Hunk {
                old: i..to_i,
                new: j..to_j,
            }),
        }
        (i, j) = (to_i, to_j);
    }
    hunks
}

/// How an alignment of two beginnings ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AlignmentStep {
    Same,
    Out,
    In,
}

/// The cheapest alignment of each pair of beginnings, by how it ends; taking out comes before
/// putting in.
struct Alignment<'a> {
    old: &'a [Sign],
    new: &'a [Sign],
    /// Of each cell, how the alignment before it ends: two bits for each way in which it ends
    /// itself.
    from: Vec<u8>,
}

impl<'a> Alignment<'a> {
    /// Aligns two texts, and says how that ends.
    fn of(old: &'a [Sign], new: &'a [Sign]) -> (Self, AlignmentStep) {
        let width = new.len() + 1;
        let mut from = vec![0; (old.len() + 1) * width];
        let mut above = vec![[NEVER; 3]; width];
        let mut row = above.clone();
        for i in 0..=old.len() {
            for j in 0..=new.len() {
                let (mut costs, mut ways) = ([NEVER; 3], 0);
                if i == 0 && j == 0 {
                    costs[0] = 0;
                }
                if i > 0 && j > 0 && old[i - 1] == new[j - 1] {
                    let (cost, way) = cheapest(above[j - 1], [0, 0, 0]);
                    (costs[0], ways) = (cost, ways | way);
                }
                if i > 0 {
                    let (cost, way) = cheapest(above[j], [BEGIN + 1, 1, NEVER]);
                    (costs[1], ways) = (cost, ways | (way << 2));
                }
                if j > 0 {
                    let (cost, way) = cheapest(row[j - 1], [BEGIN + 1, BEGIN + 1, 1]);
                    (costs[2], ways) = (cost, ways | (way << 4));
                }
                row[j] = costs;
                from[i * width + j] = ways;
            }
            std::mem::swap(&mut above, &mut row);
        }
        let (_, end) = cheapest(above[new.len()], [0, 0, 0]);
        (Self { old, new, from }, END[usize::from(end)])
    }

    /// The way that leads to the end, from the beginning on.
    fn steps(&self, mut end: AlignmentStep) -> Vec<AlignmentStep> {
        let (mut i, mut j) = (self.old.len(), self.new.len());
        let mut steps = Vec::new();
        while i > 0 || j > 0 {
            steps.push(end);
            let ways = self.from[i * (self.new.len() + 1) + j];
            let (shift, to) = match end {
                AlignmentStep::Same => (0, (i - 1, j - 1)),
                AlignmentStep::Out => (2, (i - 1, j)),
                AlignmentStep::In => (4, (i, j - 1)),
            };
            (i, j) = to;
            end = END[usize::from((ways >> shift) & 3)];
        }
        steps.reverse();
        steps
    }
}

/// The ways in which an alignment ends, by their places.
const END: [AlignmentStep; 3] = [AlignmentStep::Same, AlignmentStep::Out, AlignmentStep::In];

/// The cheapest of three ways, with what each costs more, and its place.
fn cheapest(costs: [u32; 3], more: [u32; 3]) -> (u32, u8) {
    let sum = |at: u8| costs[usize::from(at)].saturating_add(more[usize::from(at)]);
    let best = (0..3).min_by_key(|at| sum(*at)).unwrap_or_default();
    (sum(best).min(NEVER), best)
}
