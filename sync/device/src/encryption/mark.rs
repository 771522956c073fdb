//! The mark beside the key: how far the store had come when it was last heard of.
//!
//! SQLite stops in silence at the first damaged frame of its log, and a copy put back is a sound
//! store of an earlier day: neither can be seen in the file. The mark lies outside of it. It is
//! written after each commit, so that a phone that is killed between both wakes up with a mark that
//! trails by one commit; a store that is *behind* its mark has lost commits, whatever the moment of
//! the kill. The mark need not reach the disk at once, nor at all: an older one only notices less.

use super::key::KeyStoreError;

/// The first byte of a mark.
const FORM: u8 = 1;

/// How far a store had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mark {
    /// Commits.
    pub commits: u64,
    /// Edits that the server had not acknowledged.
    pub unsent: u64,
    /// Edits that were ever written.
    pub written: u64,
}

impl Mark {
    /// The mark as bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let numbers = [self.commits, self.unsent, self.written];
        let bytes = numbers.iter().flat_map(|number| number.to_be_bytes());
        std::iter::once(FORM).chain(bytes).collect()
    }

    /// Reads a mark. One that does not read says only that there was a store.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let number = |index: usize| {
            let at = 1 + 8 * index;
            let bytes = bytes.get(at..at + 8)?;
            Some(u64::from_be_bytes(bytes.try_into().ok()?))
        };
        match (bytes.first(), number(0), number(1), number(2)) {
            (Some(&FORM), Some(commits), Some(unsent), Some(written)) => Self {
                commits,
                unsent,
                written,
            },
            _ => Self::default(),
        }
    }
}

/// Where the mark is kept: beside the key, and never in the directory of the store.
pub trait MarkStore: Send {
    /// The mark, or none if none was ever saved.
    ///
    /// # Errors
    /// [`KeyStoreError`] when the platform cannot say.
    fn load(&self) -> Result<Option<Mark>, KeyStoreError>;

    /// Saves the mark in the place of the former; called after each commit.
    ///
    /// # Errors
    /// [`KeyStoreError`] when the platform did not keep it; the former one then stays.
    fn save(&self, mark: &Mark) -> Result<(), KeyStoreError>;
}

/// A place that keeps no marks, for stores that end with their process.
pub(super) struct NoMarks;

impl MarkStore for NoMarks {
    fn load(&self) -> Result<Option<Mark>, KeyStoreError> {
        Ok(None)
    }

    fn save(&self, _: &Mark) -> Result<(), KeyStoreError> {
        Ok(())
    }
}
