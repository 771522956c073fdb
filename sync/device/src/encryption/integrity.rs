//! What a store is found to be when it is opened: as it was left, or set back, damaged, gone.

use super::{EncryptedStore, EncryptionError, LEDGER, Ledger, Mark};
use crate::store::{Store, StoreError, Table, Write};

/// How a store was found. Whatever it is, what opens is there and can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Integrity {
    /// As it was left.
    Sound,
    /// Single rows do not open; they were taken out.
    Rows {
        /// How many.
        rows: u64,
        /// How many of them held unsent edits.
        unsent: u64,
        /// How many of them told of originals and identities.
        beside: u64,
    },
    /// Rows were removed, put back or replaced: no row can be trusted to be the newest. Those that
    /// do not open were taken out.
    Doubtful {
        /// How many do not open.
        rows: u64,
        /// Unsent edits that are gone, as far as that is known.
        unsent: u64,
        /// How many of those that do not open told of originals and identities.
        beside: u64,
    },
    /// Sound, and older than it should be.
    SetBack {
        /// Unsent edits that are gone.
        unsent: u64,
    },
    /// Empty, though there was a store.
    Gone {
        /// Unsent edits that are gone; none when nobody knows.
        unsent: Option<u64>,
    },
}

impl Integrity {
    /// Single rows of these tables were taken out.
    pub(crate) fn without(tables: impl Iterator<Item = Table>) -> Self {
        let (rows, unsent, beside) = count(tables);
        Self::Rows {
            rows,
            unsent,
            beside,
        }
    }
}

/// How many rows these are, how many of them unsent edits, and how many of originals and
/// identities.
fn count(tables: impl Iterator<Item = Table>) -> (u64, u64, u64) {
    tables.fold((0, 0, 0), |(rows, unsent, beside), table| {
        let is_beside = matches!(table, Table::File | Table::Secret);
        let is_unsent = table == Table::Outgoing;
        (
            rows + 1,
            unsent + u64::from(is_unsent),
            beside + u64::from(is_beside),
        )
    })
}

impl EncryptionError {
    /// Whether stored bytes are not what was written.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        matches!(
            self,
            Self::RolledBack | Self::Tampered { .. } | Self::Store(StoreError::Damaged { .. })
        )
    }
}

impl<S: Store> EncryptedStore<S> {
    /// How the store was found, until the next commit.
    #[must_use]
    pub fn integrity(&self) -> Integrity {
        self.integrity
    }

    /// Reads the ledger anew and looks at every row; what does not open is left out from now on and
    /// removed with the next commit.
    ///
    /// # Errors
    /// [`EncryptionError::WrongKey`] when not one row opens, or the store fails.
    pub fn inspect(&mut self) -> Result<Integrity, EncryptionError> {
        let mark = self.marks.load()?;
        let known = mark.unwrap_or_default();
        let (mut ledger, is_whole) = match self.read_ledger() {
            Ok(ledger) => (ledger, true),
            Err(EncryptionError::RolledBack | EncryptionError::WrongKey) => {
                (self.listed(known.written)?, false)
            }
            Err(error) => return Err(error),
        };
        let total = ledger.versions.len();
        let removed = self.take_out_unreadable(&mut ledger, is_whole)?;
        let is_empty = total == 0 && !is_whole;
        if !is_whole && removed.len() == total && self.store.get(LEDGER.0, LEDGER.1)?.is_some() {
            return Err(EncryptionError::WrongKey);
        }
        let (rows, unsent, beside) = count(removed.iter().map(|(table, _)| *table));
        self.integrity = match mark {
            _ if is_empty && mark.is_none() && !self.store.was_damaged() => Integrity::Sound,
            _ if is_empty => Integrity::Gone {
                unsent: mark.filter(|mark| mark.commits > 0).map(|mark| mark.unsent),
            },
            _ if !is_whole => Integrity::Doubtful {
                rows,
                unsent: unsent.max(known.unsent.saturating_sub(ledger.unsent())),
                beside,
            },
            _ if ledger.commits < known.commits => Integrity::SetBack {
                unsent: unsent
                    + known
                        .unsent
                        .min(known.written.saturating_sub(ledger.written)),
            },
            _ if rows > 0 => Integrity::Rows {
                rows,
                unsent,
                beside,
            },
            _ => Integrity::Sound,
        };
        // Commits are counted on behind all that there ever were, so that what is set back is told
        // once.
        ledger.commits = ledger.commits.max(known.commits);
        ledger.written = ledger.written.max(known.written);
        self.pending = removed
            .into_iter()
            .map(|(table, key)| Write::Delete(table, key))
            .collect();
        self.ledger = ledger;
        Ok(self.integrity)
    }

    /// After a commit: the mark follows.
    pub(super) fn mark(&mut self) {
        let mark = Mark {
            commits: self.ledger.commits,
            unsent: self.ledger.unsent(),
            written: self.ledger.written,
        };
        // The commit is durable; a mark that could not be saved trails until the next one is.
        let _trails = self.marks.save(&mark).is_err();
    }

    /// What there is, without a ledger to hold it to.
    fn listed(&self, written: u64) -> Result<Ledger, EncryptionError> {
        let mut found = Ledger {
            written,
            ..Ledger::default()
        };
        for (table, key, version) in self.store.versions()? {
            found.commits = found.commits.max(version);
            if (table, key) != LEDGER {
                found.set(&self.keys, (table, key), Some(version));
            }
        }
        Ok(found)
    }

    /// Parts of originals are many and large, and are looked at when they are sent.
    fn take_out_unreadable(
        &self,
        ledger: &mut Ledger,
        is_whole: bool,
    ) -> Result<Vec<(Table, crate::store::Key)>, EncryptionError> {
        let mut removed = Vec::new();
        for (table, key) in ledger.versions.keys().copied().collect::<Vec<_>>() {
            if is_whole && table == Table::Part {
                continue;
            }
            let opened = match self.store.get(table, key) {
                Ok(Some(row)) => self.decrypt_row(table, key, &row).map(drop),
                Ok(None) => Err(EncryptionError::RolledBack),
                Err(error) => Err(error.into()),
            };
            match opened {
                Ok(()) => {}
                Err(error) if error.is_damage() => removed.push((table, key)),
                Err(error) => return Err(error),
            }
        }
        for at in &removed {
            ledger.set(&self.keys, *at, None);
        }
        Ok(removed)
    }
}
