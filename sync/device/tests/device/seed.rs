//! Randomness and keys that every run of a test meets again.

use hejie_device::{
    entropy::{Entropy, NoEntropy},
    seal::{KeyStore, KeyStoreError, MasterKey},
};
use std::sync::Mutex;

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

/// A key store that keeps its key in memory.
#[derive(Default)]
pub(crate) struct Pocket(Mutex<Option<MasterKey>>);

impl Pocket {
    pub(crate) fn holding(key: [u8; 32]) -> Self {
        Self(Mutex::new(Some(MasterKey::new(key))))
    }
}

impl KeyStore for Pocket {
    fn load(&self) -> Result<Option<MasterKey>, KeyStoreError> {
        Ok(self.0.lock().unwrap().clone())
    }

    fn save(&self, key: &MasterKey) -> Result<(), KeyStoreError> {
        *self.0.lock().unwrap() = Some(key.clone());
        Ok(())
    }
}
