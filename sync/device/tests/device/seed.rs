//! Randomness and keys that every run of a test meets again.

use hejie_device::{
    encryption::{KeyStore, KeyStoreError, Mark, MarkStore, MasterKey},
    entropy::{Entropy, NoEntropy},
};
use std::sync::{Arc, Mutex};

/// A counter run through a mixer (splitmix64): no two nonces alike, the same in every run.
#[derive(Debug, Clone)]
pub(crate) struct Seeded(pub(crate) u64);

impl Entropy for Seeded {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        for chunk in bytes.chunks_mut(8) {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

/// A key store that keeps its key and its mark in memory.
#[derive(Default, Clone)]
pub(crate) struct Pocket {
    key: Arc<Mutex<Option<MasterKey>>>,
    mark: Arc<Mutex<Option<Mark>>>,
}

impl Pocket {
    pub(crate) fn holding(key: [u8; 32]) -> Self {
        Self {
            key: Arc::new(Mutex::new(Some(MasterKey::new(key)))),
            mark: Arc::default(),
        }
    }

    #[cfg(feature = "native")]
    pub(crate) fn mark(&self) -> Option<Mark> {
        *self.mark.lock().unwrap()
    }

    #[cfg(feature = "native")]
    pub(crate) fn set_mark(&self, mark: Option<Mark>) {
        *self.mark.lock().unwrap() = mark;
    }
}

impl KeyStore for Pocket {
    fn load(&self) -> Result<Option<MasterKey>, KeyStoreError> {
        Ok(self.key.lock().unwrap().clone())
    }

    fn save(&self, key: &MasterKey) -> Result<(), KeyStoreError> {
        *self.key.lock().unwrap() = Some(key.clone());
        Ok(())
    }

    fn marks(&self) -> Box<dyn MarkStore> {
        Box::new(self.clone())
    }
}

impl MarkStore for Pocket {
    fn load(&self) -> Result<Option<Mark>, KeyStoreError> {
        Ok(*self.mark.lock().unwrap())
    }

    fn save(&self, mark: &Mark) -> Result<(), KeyStoreError> {
        *self.mark.lock().unwrap() = Some(*mark);
        Ok(())
    }
}
