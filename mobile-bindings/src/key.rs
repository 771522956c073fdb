//! The platform's key store, written in Kotlin, Swift or Python.

use hejie_device::encryption::{self, Mark, MarkStore, MasterKey};
use std::sync::Arc;
use uniffi::deps::anyhow::anyhow;

/// Where the app keeps the key under which the phone's store is sealed: Android Keystore, iOS
/// Keychain.
#[uniffi::export(foreign)]
pub trait KeyStore: Send + Sync {
    /// The 32 bytes of the key, or none if none was ever saved.
    fn load(&self) -> Result<Option<Vec<u8>>, KeyStoreError>;

    /// Saves the 32 bytes of a new key durably. Called once, when the store is made.
    fn save(&self, key: Vec<u8>) -> Result<(), KeyStoreError>;

    /// The bytes that were last given to [`Self::save_mark`], or none if it was never called.
    fn load_mark(&self) -> Result<Option<Vec<u8>>, KeyStoreError>;

    /// Keeps some 25 bytes in the place of the former ones, outside of the phone's directory and of
    /// backups. By them a phone notices that its store was lost or set back. Called after every
    /// edit: a small file that is written beside and renamed is enough, need not be synced, and may
    /// fail; the phone itself must not be called from within.
    fn save_mark(&self, mark: Vec<u8>) -> Result<(), KeyStoreError>;
}

/// Why the platform gave no key.
#[derive(Debug, thiserror::Error, uniffi::Error)]
pub enum KeyStoreError {
    /// The device is locked, or the person did not confirm.
    #[error("the key store is locked")]
    Locked,
    /// Anything else.
    #[error("the key store failed")]
    Unavailable,
}

impl From<uniffi::UnexpectedUniFFICallbackError> for KeyStoreError {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Unavailable
    }
}

/// The app's key store as the engine sees it.
pub(crate) struct ForeignKeyStore(pub(crate) Arc<dyn KeyStore>);

impl encryption::KeyStore for ForeignKeyStore {
    fn load(&self) -> Result<Option<MasterKey>, encryption::KeyStoreError> {
        let Some(bytes) = self.0.load().map_err(failed)? else {
            return Ok(None);
        };
        let key: [u8; 32] = bytes
            .try_into()
            .map_err(|_| encryption::KeyStoreError(anyhow!("not 32 bytes").into()))?;
        Ok(Some(MasterKey::new(key)))
    }

    fn save(&self, key: &MasterKey) -> Result<(), encryption::KeyStoreError> {
        self.0.save(key.expose().to_vec()).map_err(failed)
    }

    fn marks(&self) -> Box<dyn MarkStore> {
        Box::new(ForeignMarks(self.0.clone()))
    }
}

struct ForeignMarks(Arc<dyn KeyStore>);

impl MarkStore for ForeignMarks {
    fn load(&self) -> Result<Option<Mark>, encryption::KeyStoreError> {
        let bytes = self.0.load_mark().map_err(failed)?;
        Ok(bytes.map(|bytes| Mark::of_bytes(&bytes)))
    }

    fn save(&self, mark: &Mark) -> Result<(), encryption::KeyStoreError> {
        self.0.save_mark(mark.to_bytes()).map_err(failed)
    }
}

fn failed(error: KeyStoreError) -> encryption::KeyStoreError {
    encryption::KeyStoreError(Box::new(error))
}
