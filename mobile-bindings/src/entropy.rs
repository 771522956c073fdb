//! The one source of randomness of the phone: the system's.

use hejie_device::entropy::{Entropy, NoEntropy};

/// The system's generator.
pub(crate) struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one place where the phone draws randomness"
    )]
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        getrandom::fill(bytes).map_err(|_| NoEntropy)
    }
}
