//! The server's one source of randomness, so that a test can be replayed from a seed.

use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use std::{fmt, sync::Arc};

/// Gives random bytes. Cheap to clone; clones of a seeded source share its sequence.
#[derive(Clone)]
pub struct RandomSource(RandomKind);

#[derive(Clone)]
enum RandomKind {
    System,
    Seeded(Arc<Mutex<Sequence>>),
}

struct Sequence {
    seed: u64,
    block: u64,
}

impl RandomSource {
    /// The randomness of the operating system.
    #[must_use]
    pub const fn system() -> Self {
        Self(RandomKind::System)
    }

    /// A sequence that follows from its seed; for tests only.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(RandomKind::Seeded(Arc::new(Mutex::new(Sequence {
            seed,
            block: 0,
        }))))
    }

    /// Returns random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match &self.0 {
            RandomKind::System => fill_from_system(&mut bytes),
            RandomKind::Seeded(sequence) => bytes.chunks_mut(32).for_each(|chunk| {
                let block = sequence.lock().next_block();
                chunk.copy_from_slice(&block[..chunk.len()]);
            }),
        }
        bytes
    }
}

impl Sequence {
    fn next_block(&mut self) -> [u8; 32] {
        self.block += 1;
        Sha256::new()
            .chain_update(self.seed.to_be_bytes())
            .chain_update(self.block.to_be_bytes())
            .finalize()
            .into()
    }
}

impl fmt::Debug for RandomSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            RandomKind::System => "RandomSource(system)",
            RandomKind::Seeded(_) => "RandomSource(seeded)",
        })
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "this is the one source of randomness"
)]
fn fill_from_system(bytes: &mut [u8]) {
    if let Err(error) = getrandom::fill(bytes) {
        tracing::error!(error.message = %error, "the operating system gives no randomness");
        // Keys and tokens that can be guessed are worse than no server.
        std::process::abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_sequence_again() {
        let (one, two) = (RandomSource::seeded(7), RandomSource::seeded(7));
        assert_eq!(one.bytes::<48>(), two.bytes::<48>());
        assert_ne!(one.bytes::<16>(), one.bytes::<16>());
        assert_ne!(
            RandomSource::system().bytes::<16>(),
            RandomSource::system().bytes::<16>()
        );
    }
}
