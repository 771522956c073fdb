//! Randomness comes in from outside: from the system on a phone, from a seed in a test.

/// A source of unpredictable bytes.
pub trait Entropy: Send {
    /// Fills the bytes.
    ///
    /// # Errors
    /// [`NoEntropy`] when the system has none to give.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), NoEntropy>;
}

/// The system gave no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system gave no random bytes")]
pub struct NoEntropy;

/// Draws a fixed number of bytes.
pub(crate) fn draw<const N: usize>(entropy: &mut dyn Entropy) -> Result<[u8; N], NoEntropy> {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes)?;
    Ok(bytes)
}
