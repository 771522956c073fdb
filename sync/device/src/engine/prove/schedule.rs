//! When proofs go up: beside changes, behind them, or one alone.

use crate::engine::load::Load;
use hejie_case::ids::CaseId;
use hejie_wire::limits;
use std::collections::BTreeSet;

/// What the next run brings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum NextRun {
    /// Changes, and small proofs with them.
    #[default]
    Everything,
    /// No changes, but what goes behind them: small proofs, and what is relayed.
    Behind,
    /// One large proof and no changes.
    LargeProof,
}

/// When proofs go up, and how many at once. Lost in a crash without harm.
#[derive(Debug)]
pub(in crate::engine) struct Proving {
    pub(super) next: NextRun,
    /// Cases whose proof is larger than what goes along with everything else.
    pub(super) large: BTreeSet<CaseId>,
    /// Cases whose proof waits for the voucher of a key, which was asked for.
    pub(super) waiting: BTreeSet<CaseId>,
    /// How much of the others goes along.
    pub(super) load: Load,
}

impl Default for Proving {
    fn default() -> Self {
        Self {
            next: NextRun::default(),
            large: BTreeSet::new(),
            waiting: BTreeSet::new(),
            load: Load::of(limits::PROOF_BYTES),
        }
    }
}

impl Proving {
    /// Whether a request may bring proofs beside changes.
    pub(in crate::engine) fn goes_along(&self) -> bool {
        !self.load.is_behind() && !self.goes_alone()
    }

    /// Whether the next run brings changes.
    pub(in crate::engine) fn brings_changes(&self) -> bool {
        self.next == NextRun::Everything
    }

    /// The line did not carry a request, which brought proofs or did not.
    pub(in crate::engine) fn line_failed(&mut self, brought_proofs: bool) {
        self.next = NextRun::Everything;
        if brought_proofs {
            self.load.line_failed();
        }
    }

    /// Whether what goes behind changes has its turn now.
    pub(in crate::engine) fn lets_behind(&self) -> bool {
        self.next == NextRun::Behind
    }

    /// Whether the next run brings a large proof, and nothing beside it.
    pub(in crate::engine) fn goes_alone(&self) -> bool {
        self.next == NextRun::LargeProof
    }

    /// Gives what goes behind changes its turn in the next run: before a large proof, which the
    /// line may not carry.
    pub(in crate::engine) fn let_behind(&mut self) {
        self.next = NextRun::Behind;
    }
}
