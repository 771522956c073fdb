//! The master key, where it comes from, and the keys derived from it.

use super::mark::{MarkStore, NoMarks};
use crate::store::Table;
use chacha20poly1305::{Key as CipherKey, KeyInit, XChaCha20Poly1305};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::error::Error;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The key under which a phone's store is sealed. It is overwritten when dropped and never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    /// Takes 32 secret bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for the platform's key store alone.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The platform's safe place for the master key: Android Keystore, iOS Keychain, a file of mode
/// 0600 in a test.
pub trait KeyStore: Send + Sync {
    /// The key, or none if none was ever saved.
    ///
    /// # Errors
    /// [`KeyStoreError`] when the platform cannot say.
    fn load(&self) -> Result<Option<MasterKey>, KeyStoreError>;

    /// Saves the key durably; called once, when a store is made.
    ///
    /// # Errors
    /// [`KeyStoreError`] when the platform did not keep it.
    fn save(&self, key: &MasterKey) -> Result<(), KeyStoreError>;

    /// Where the mark of the store is kept, beside the key.
    fn marks(&self) -> Box<dyn MarkStore> {
        Box::new(NoMarks)
    }
}

/// The platform's key store failed.
#[derive(Debug, thiserror::Error)]
#[error("the platform's key store failed")]
pub struct KeyStoreError(#[source] pub Box<dyn Error + Send + Sync>);

/// One key for each purpose.
pub(super) struct Subkeys {
    pub(super) cipher: XChaCha20Poly1305,
    names: Hmac<Sha256>,
    marks: Hmac<Sha256>,
}

impl Subkeys {
    pub(super) fn of(master: &MasterKey) -> Self {
        let mut seal = derive(master, b"hejie-1 seal");
        let cipher = XChaCha20Poly1305::new(&CipherKey::from(seal));
        seal.zeroize();
        Self {
            cipher,
            names: keyed(master, b"hejie-1 names"),
            marks: keyed(master, b"hejie-1 ledger"),
        }
    }

    /// The opaque group of an owner's rows in one table.
    pub(super) fn group(&self, table: Table, owner: &[u8]) -> [u8; 16] {
        let whole = self
            .names
            .clone()
            .chain_update([table.code()])
            .chain_update(owner)
            .finalize()
            .into_bytes();
        let mut group = [0; 16];
        group.copy_from_slice(&whole[..16]);
        group
    }

    /// What one row adds to the ledger's sum.
    pub(super) fn mark(&self, row: &[u8]) -> [u8; 32] {
        self.marks
            .clone()
            .chain_update(row)
            .finalize()
            .into_bytes()
            .into()
    }
}

fn derive(master: &MasterKey, purpose: &[u8]) -> [u8; 32] {
    authenticator(&master.0)
        .chain_update(purpose)
        .finalize()
        .into_bytes()
        .into()
}

fn keyed(master: &MasterKey, purpose: &[u8]) -> Hmac<Sha256> {
    let mut key = derive(master, purpose);
    let keyed = authenticator(&key);
    key.zeroize();
    keyed
}

fn authenticator(key: &[u8; 32]) -> Hmac<Sha256> {
    let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
    block[..32].copy_from_slice(key);
    // A key shorter than the block is filled with zeros, as HMAC itself would do.
    <Hmac<Sha256> as hmac::digest::KeyInit>::new(&block)
}
