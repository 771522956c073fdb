//! A store in memory, for tests and for a first look; it forgets everything with the process.

use super::{EncryptedRow, Key, Range, Store, StoreError, Table, Write};
use std::collections::BTreeMap;

/// Rows in a map.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    rows: BTreeMap<(Table, Key), EncryptedRow>,
}

impl Store for MemoryStore {
    fn get(&self, table: Table, key: Key) -> Result<Option<EncryptedRow>, StoreError> {
        Ok(self.rows.get(&(table, key)).cloned())
    }

    fn scan(&self, table: Table, range: Range) -> Result<Vec<(Key, EncryptedRow)>, StoreError> {
        let wanted = |key: &Key| match range {
            Range::All => true,
            Range::Group(group) => key.group == group,
        };
        Ok(self
            .rows
            .iter()
            .filter(|((of, key), _)| *of == table && wanted(key))
            .map(|((_, key), row)| (*key, row.clone()))
            .collect())
    }

    fn versions(&self) -> Result<Vec<(Table, Key, u64)>, StoreError> {
        Ok(self
            .rows
            .iter()
            .map(|((table, key), row)| (*table, *key, row.version))
            .collect())
    }

    fn commit(&mut self, batch: Vec<Write>) -> Result<(), StoreError> {
        for write in batch {
            match write {
                Write::Put(table, key, row) => self.rows.insert((table, key), row),
                Write::Delete(table, key) => self.rows.remove(&(table, key)),
            };
        }
        Ok(())
    }
}
