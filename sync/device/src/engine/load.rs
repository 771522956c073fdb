//! How much of what is brought for others a request holds: on a line that did not carry it, less,
//! and behind everything that was written.

use hejie_wire::limits;

/// What requests bring of one kind. Lost in a crash without harm.
#[derive(Debug)]
pub(super) struct Load {
    /// The line did not carry it: it goes in requests that bring no changes.
    behind: bool,
    /// About how many bytes of it a request brings.
    bytes: usize,
    /// How many on a good line.
    most: usize,
}

impl Load {
    /// As on a good line, where a request brings about so many bytes of it.
    pub(super) const fn of(most: usize) -> Self {
        Self {
            behind: false,
            bytes: most,
            most,
        }
    }

    /// Whether it goes behind everything that was written.
    pub(super) fn is_behind(&self) -> bool {
        self.behind
    }

    /// About how many bytes of it a request brings.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The line did not carry a request that brought some of it.
    pub(super) fn line_failed(&mut self) {
        self.behind = true;
        self.bytes = (self.bytes / 2).max(limits::CHUNK_BYTES);
    }

    /// The line carried some of it.
    pub(super) fn line_carried(&mut self) {
        self.bytes = self.bytes.saturating_mul(2).min(self.most);
        self.behind &= self.bytes < self.most;
    }
}
