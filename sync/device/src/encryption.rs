//! Encryption at rest: every value that reaches the store is encrypted, and the store as a whole
//! cannot be cut, mixed or rolled back in parts.
//!
//! - Values: XChaCha20-Poly1305 under a fresh random nonce; table, key and version of the row are
//!   associated data, so a value moved to another row, or kept from an earlier version, does not
//!   open.
//! - Keys of rows: case ids are UUIDv7 and would tell when a case began, so the group is a keyed
//!   hash.
//! - The ledger, one sealed row, holds the number of commits and a keyed sum over the versions of
//!   all rows: a row taken away, put back or replaced by an older one is found on opening. The
//!   whole file put back at once is found by the mark beside the key.
//! - What does not open is taken out and told, and everything else stays in use ([`Integrity`]):
//!   one damaged row closes no phone.

mod integrity;
mod key;
mod ledger;
mod mark;
mod row;

pub use integrity::Integrity;
pub use key::{KeyStore, KeyStoreError, MasterKey};
pub use mark::{Mark, MarkStore};
pub use row::{DecryptedRow, EncryptionError, RowChange, RowName, RowOwner};

use crate::{
    entropy::{Entropy, draw},
    store::{EncryptedRow, Key, Range, Store, StoreError, Table, Write},
};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hejie_case::ids::CaseId;
use key::Subkeys;
use ledger::Ledger;
use std::collections::BTreeSet;
use zeroize::Zeroizing;

const NONCE: usize = 24;

/// The row that holds the ledger; its place says nothing.
const LEDGER: (Table, Key) = (
    Table::Own,
    Key {
        group: [0; 16],
        number: 0,
    },
);

/// A store whose values are encrypted.
pub struct EncryptedStore<S> {
    store: S,
    keys: Subkeys,
    entropy: Box<dyn Entropy>,
    ledger: Ledger,
    marks: Box<dyn MarkStore>,
    integrity: Integrity,
    /// Rows that do not open, to be removed with the next commit.
    pending: Vec<Write>,
}

impl<S: Store> EncryptedStore<S> {
    /// Opens a store; makes and saves a key when the store is new. A store that is not as it was
    /// left opens too, and [`Self::integrity`] says what was found.
    ///
    /// # Errors
    /// [`EncryptionError`]: no key, another key, or the store fails.
    pub fn open(
        store: S,
        key_store: &dyn KeyStore,
        mut entropy: Box<dyn Entropy>,
    ) -> Result<Self, EncryptionError> {
        let is_empty = store.get(LEDGER.0, LEDGER.1)?.is_none() && store.versions()?.is_empty();
        let master = match key_store.load()? {
            Some(master) => master,
            None if is_empty => {
                let master = MasterKey::new(draw(&mut *entropy)?);
                key_store.save(&master)?;
                master
            }
            None => return Err(EncryptionError::KeyGone),
        };
        let mut sealed = Self {
            store,
            keys: Subkeys::of(&master),
            entropy,
            ledger: Ledger::default(),
            marks: key_store.marks(),
            integrity: Integrity::Sound,
            pending: Vec::new(),
        };
        if sealed.inspect()? == Integrity::Sound && is_empty {
            sealed.commit(Vec::new())?;
        }
        Ok(sealed)
    }

    /// Reads one value.
    ///
    /// # Errors
    /// [`EncryptionError`] when the row cannot be read or is not the one that was written.
    pub fn get(&self, name: RowName) -> Result<Option<Zeroizing<Vec<u8>>>, EncryptionError> {
        let key = self.key(name);
        if self.is_taken_out(name.table, key) {
            return Ok(None);
        }
        let row = self.store.get(name.table, key)?;
        match (row, self.ledger.versions.get(&(name.table, key))) {
            (None, None) => Ok(None),
            (Some(row), Some(version)) if row.version == *version => {
                self.decrypt_row(name.table, key, &row).map(Some)
            }
            _ => Err(EncryptionError::RolledBack),
        }
    }

    /// Reads the values of a table with their numbers: of one owner in the order of their numbers,
    /// or of all in no telling order.
    ///
    /// # Errors
    /// [`EncryptionError`] when a row cannot be read or is not the one that was written.
    pub fn scan(
        &self,
        table: Table,
        owner: Option<RowOwner>,
    ) -> Result<Vec<DecryptedRow>, EncryptionError> {
        let range = owner.map_or(Range::All, |owner| Range::Group(self.group(table, owner)));
        let rows = self.store.scan(table, range)?;
        let found: Vec<_> = rows
            .into_iter()
            .filter(|(key, _)| (table, *key) != LEDGER && !self.is_taken_out(table, *key))
            .collect();
        if found.len() != self.ledger.count(table, range) {
            return Err(EncryptionError::RolledBack);
        }
        found
            .into_iter()
            .map(|(key, row)| self.decrypt_expected(table, key, &row))
            .collect()
    }

    /// Writes all changes in one transaction, or none of them.
    ///
    /// # Errors
    /// [`EncryptionError`] when they were not, or not surely, written; the store is then read anew,
    /// so that it can be used on.
    pub fn commit(&mut self, changes: Vec<RowChange>) -> Result<(), EncryptionError> {
        let done = self.try_commit(changes);
        if done.is_ok() {
            self.pending.clear();
            self.integrity = Integrity::Sound;
            self.mark();
        } else {
            self.inspect()?;
        }
        done
    }

    /// The numbers of an owner's rows in a table.
    #[must_use]
    pub fn numbers(&self, table: Table, owner: RowOwner) -> Vec<u64> {
        let group = self.group(table, owner);
        let keys = self.ledger.keys(table, Range::Group(group));
        keys.map(|key| key.number).collect()
    }

    /// How many rows a table has.
    #[must_use]
    pub fn count(&self, table: Table) -> usize {
        self.ledger.count(table, Range::All)
    }

    /// The values of a table that belong to none of these cases.
    ///
    /// # Errors
    /// As [`Self::scan`].
    pub fn orphans(
        &self,
        table: Table,
        known: &[CaseId],
    ) -> Result<Vec<DecryptedRow>, EncryptionError> {
        let owned = known
            .iter()
            .map(|case| self.group(table, RowOwner::Case(*case)));
        let owned: BTreeSet<[u8; 16]> = owned.collect();
        let rows = self.store.scan(table, Range::All)?.into_iter();
        let orphans = rows.filter(|(key, _)| {
            !owned.contains(&key.group) && self.ledger.versions.contains_key(&(table, *key))
        });
        orphans
            .map(|(key, row)| self.decrypt_expected(table, key, &row))
            .collect()
    }

    /// The entropy that the store seals with, for the engine's ids.
    pub fn entropy(&mut self) -> &mut dyn Entropy {
        &mut *self.entropy
    }

    fn try_commit(&mut self, changes: Vec<RowChange>) -> Result<(), EncryptionError> {
        self.ledger.commits += 1;
        let mut batch = self.pending.clone();
        batch.reserve(changes.len() + 1);
        for change in changes {
            batch.push(self.write(change)?);
        }
        let row = self.encrypt_row(
            LEDGER.0,
            LEDGER.1,
            self.ledger.commits,
            &self.ledger.to_bytes(),
        )?;
        batch.push(Write::Put(LEDGER.0, LEDGER.1, row));
        Ok(self.store.commit(batch)?)
    }

    fn write(&mut self, change: RowChange) -> Result<Write, EncryptionError> {
        let version = self.ledger.commits;
        Ok(match change {
            RowChange::Put(name, value) => {
                let key = self.key(name);
                let is_new = !self.ledger.versions.contains_key(&(name.table, key));
                self.ledger.written += u64::from(is_new && name.table == Table::Outgoing);
                self.ledger
                    .set(&self.keys, (name.table, key), Some(version));
                Write::Put(
                    name.table,
                    key,
                    self.encrypt_row(name.table, key, version, &value)?,
                )
            }
            RowChange::Delete(name) => {
                let key = self.key(name);
                self.ledger.set(&self.keys, (name.table, key), None);
                Write::Delete(name.table, key)
            }
        })
    }

    fn read_ledger(&self) -> Result<Ledger, EncryptionError> {
        let row = self
            .store
            .get(LEDGER.0, LEDGER.1)?
            .ok_or(EncryptionError::RolledBack)?;
        let bytes = self
            .decrypt_row(LEDGER.0, LEDGER.1, &row)
            .map_err(|_| EncryptionError::WrongKey)?;
        let written = bytes.get(8..16).and_then(|bytes| bytes.try_into().ok());
        let mut found = Ledger {
            commits: row.version,
            written: written.map_or(0, u64::from_be_bytes),
            ..Ledger::default()
        };
        for (table, key, version) in self.store.versions()? {
            if (table, key) != LEDGER {
                found.set(&self.keys, (table, key), Some(version));
            }
        }
        if found.to_bytes() == **bytes {
            Ok(found)
        } else {
            Err(EncryptionError::RolledBack)
        }
    }

    /// Whether a row that does not open waits for its removal.
    fn is_taken_out(&self, table: Table, key: Key) -> bool {
        self.pending.contains(&Write::Delete(table, key))
    }

    fn decrypt_expected(
        &self,
        table: Table,
        key: Key,
        row: &EncryptedRow,
    ) -> Result<DecryptedRow, EncryptionError> {
        if self.ledger.versions.get(&(table, key)) != Some(&row.version) {
            return Err(EncryptionError::RolledBack);
        }
        Ok((key.number, self.decrypt_row(table, key, row)?))
    }

    fn decrypt_row(
        &self,
        table: Table,
        key: Key,
        row: &EncryptedRow,
    ) -> Result<Zeroizing<Vec<u8>>, EncryptionError> {
        let tampered = EncryptionError::Tampered { table };
        let Some((nonce, sealed)) = row.sealed.split_first_chunk::<NONCE>() else {
            return Err(tampered);
        };
        let aad = associated(table, key, row.version);
        let payload = Payload {
            msg: sealed,
            aad: &aad,
        };
        self.keys
            .cipher
            .decrypt(&XNonce::from(*nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| tampered)
    }

    fn encrypt_row(
        &mut self,
        table: Table,
        key: Key,
        version: u64,
        value: &[u8],
    ) -> Result<EncryptedRow, EncryptionError> {
        let nonce: [u8; NONCE] = draw(&mut *self.entropy)?;
        let aad = associated(table, key, version);
        let sealed = encrypt(
            &self.keys.cipher,
            nonce,
            Payload {
                msg: value,
                aad: &aad,
            },
        )?;
        Ok(EncryptedRow {
            version,
            sealed: [&nonce[..], &sealed].concat(),
        })
    }

    fn key(&self, name: RowName) -> Key {
        Key {
            group: self.group(name.table, name.owner),
            number: name.number,
        }
    }

    fn group(&self, table: Table, owner: RowOwner) -> [u8; 16] {
        match owner {
            RowOwner::Phone(name) => self.keys.group(table, name.as_bytes()),
            RowOwner::Case(case) => self.keys.group(table, case.0.as_bytes()),
        }
    }
}

fn associated(table: Table, key: Key, version: u64) -> Vec<u8> {
    let mut bytes = b"hejie-row-1".to_vec();
    bytes.push(table.code());
    bytes.extend(key.group);
    bytes.extend(key.number.to_be_bytes());
    bytes.extend(version.to_be_bytes());
    bytes
}

/// The cipher refuses only values near 256 GiB; such a value cannot be stored.
fn encrypt(
    cipher: &XChaCha20Poly1305,
    nonce: [u8; NONCE],
    payload: Payload<'_, '_>,
) -> Result<Vec<u8>, EncryptionError> {
    cipher
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| EncryptionError::Store(StoreError::Full))
}
