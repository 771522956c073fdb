//! What a phone signs: the changes of a case that it sends together, by the key pair that it drew
//! when it was enrolled (docs/adr/0012).
//!
//! The signature stands over the names of the changes in their order, with the case and the phone,
//! so that it holds for no other list, no other case and no other phone. A change names all that it
//! was written on, so one signature binds a list of any length to its author.

use crate::{bytes, chunk};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use hejie_case::ids::{CaseId, ChangeHash, DeviceId};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::{fmt, str::FromStr};

/// The secret half of a phone's key. It never leaves the phone.
#[derive(Clone)]
pub struct DeviceSecret(SigningKey);

/// The public half of a phone's key (Ed25519), in hexadecimal where people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DeviceKey([u8; 32]);

/// Why bytes are no phone's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the public half of an Ed25519 key, in 64 hexadecimal digits")]
pub struct NoKey;

/// A phone's signature over a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BatchSignature(#[serde(with = "bytes")] pub [u8; 64]);

/// Changes of a case that a phone sends together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The case.
    pub case: CaseId,
    /// The phone.
    pub device: DeviceId,
    /// The names of the changes, in their order.
    pub changes: Vec<ChangeHash>,
}

impl Batch {
    /// The batch of these changes as they travel.
    pub fn of<'a>(
        case: CaseId,
        device: DeviceId,
        changes: impl IntoIterator<Item = &'a [u8]>,
    ) -> Self {
        Self {
            case,
            device,
            changes: changes.into_iter().map(name).collect(),
        }
    }

    /// The bytes that are signed.
    fn message(&self) -> Vec<u8> {
        let count = self.changes.len() as u64;
        let mut message = b"hejie-batch-1\0".to_vec();
        message.extend_from_slice(self.case.0.as_bytes());
        message.extend_from_slice(self.device.0.as_bytes());
        message.extend_from_slice(&count.to_be_bytes());
        for change in &self.changes {
            message.extend_from_slice(&change.0);
        }
        message
    }
}

/// The name of a change in a batch: its hash. What is no change is named by the hash of its bytes,
/// so that it does not keep those beside it from being verified.
fn name(bytes: &[u8]) -> ChangeHash {
    chunk::parse(bytes).map_or_else(
        |_| ChangeHash(Sha256::digest(bytes).into()),
        |change| change.hash,
    )
}

impl DeviceSecret {
    /// Makes a key of 32 random bytes, from which it can be made again.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The bytes that it is made of, for the phone's sealed store.
    #[must_use]
    pub fn seed(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> DeviceKey {
        DeviceKey(self.0.verifying_key().to_bytes())
    }

    /// Signs a batch; the same batch has the same signature.
    #[must_use]
    pub fn sign(&self, batch: &Batch) -> BatchSignature {
        BatchSignature(self.0.sign(&batch.message()).to_bytes())
    }
}

impl fmt::Debug for DeviceSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceSecret(…)")
    }
}

impl DeviceKey {
    /// Its 32 bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether this key signed the batch.
    #[must_use]
    pub fn verifies(&self, batch: &Batch, signature: &BatchSignature) -> bool {
        let signature = Signature::from_bytes(&signature.0);
        VerifyingKey::from_bytes(&self.0)
            .is_ok_and(|key| key.verify_strict(&batch.message(), &signature).is_ok())
    }
}

/// A key as it was stored; under one that is no point nothing verifies.
impl TryFrom<&[u8]> for DeviceKey {
    type Error = NoKey;
    fn try_from(bytes: &[u8]) -> Result<Self, NoKey> {
        Ok(Self(bytes.try_into().map_err(|_| NoKey)?))
    }
}

/// A key from outside.
impl FromStr for DeviceKey {
    type Err = NoKey;
    fn from_str(text: &str) -> Result<Self, NoKey> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| NoKey)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| NoKey)?;
        // Under a key of small order one signature fits many messages.
        if key.is_weak() {
            return Err(NoKey);
        }
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for DeviceKey {
    type Error = NoKey;
    fn try_from(text: String) -> Result<Self, NoKey> {
        text.parse()
    }
}

impl From<DeviceKey> for String {
    fn from(key: DeviceKey) -> Self {
        key.to_string()
    }
}

impl fmt::Display for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl TryFrom<&[u8]> for BatchSignature {
    type Error = std::array::TryFromSliceError;
    fn try_from(bytes: &[u8]) -> Result<Self, Self::Error> {
        Ok(Self(bytes.try_into()?))
    }
}
