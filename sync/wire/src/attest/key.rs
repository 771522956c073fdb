//! The keys that sign attestations, and what the root key says for them.

use crate::{
    bytes,
    sealed::{RootSecret, VoucherError},
};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// The name of an attestation key within an attestation: the beginning of the hash of its public
/// half, as with every key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 8]);

/// The secret half of an attestation key. It never leaves the server.
pub struct AttesterSecret(SigningKey);

/// The public half of an attestation key (Ed25519).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttestationKey {
    public: [u8; 32],
}

/// An attestation key with the root key's signature, as phones get it. The root key is not named: a
/// phone knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttesterVoucher {
    /// The attestation key.
    #[serde(rename = "k", with = "bytes")]
    pub public: [u8; 32],
    /// When it was made, in microseconds on the wire.
    #[serde(
        rename = "t",
        with = "jiff::fmt::serde::timestamp::microsecond::required"
    )]
    pub made_at: Timestamp,
    /// Ed25519 by the root key over both.
    #[serde(rename = "s", with = "bytes")]
    pub signature: [u8; 64],
}

impl AttesterSecret {
    /// Makes a key of 32 random bytes, from which it can be made again.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> AttestationKey {
        AttestationKey::new(self.0.verifying_key().to_bytes())
    }

    pub(super) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for AttesterSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AttesterSecret(…)")
    }
}

impl AttestationKey {
    /// Takes a public key.
    #[must_use]
    pub fn new(public: [u8; 32]) -> Self {
        Self { public }
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> KeyId {
        KeyId::of(&self.public)
    }

    /// Its 32 bytes.
    #[must_use]
    pub fn public(&self) -> &[u8; 32] {
        &self.public
    }

    pub(super) fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        VerifyingKey::from_bytes(&self.public).is_ok_and(|key| {
            key.verify_strict(message, &Signature::from_bytes(signature))
                .is_ok()
        })
    }
}

impl KeyId {
    /// The name of a public key.
    #[must_use]
    pub fn of(public: &[u8; 32]) -> Self {
        let mut id = [0; 8];
        id.copy_from_slice(&Sha256::digest(public)[..8]);
        Self(id)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

impl RootSecret {
    /// Vouches for an attestation key.
    #[must_use]
    pub fn vouch_attester(&self, key: &AttestationKey, made_at: Timestamp) -> AttesterVoucher {
        AttesterVoucher {
            public: key.public,
            made_at,
            signature: self.sign(&vouched(&key.public, made_at)),
        }
    }
}

impl AttesterVoucher {
    /// Believes the voucher if this root key, in hexadecimal, signed it.
    ///
    /// # Errors
    /// [`VoucherError::Forged`] when it did not, or is no key.
    pub fn check(&self, root: &str) -> Result<AttestationKey, VoucherError> {
        let mut public = [0; 32];
        hex::decode_to_slice(root, &mut public).map_err(|_| VoucherError::Forged)?;
        let root = VerifyingKey::from_bytes(&public).map_err(|_| VoucherError::Forged)?;
        let signature = Signature::from_bytes(&self.signature);
        root.verify_strict(&vouched(&self.public, self.made_at), &signature)
            .map_err(|_| VoucherError::Forged)?;
        Ok(self.key())
    }

    /// The key, for whoever checked the voucher before.
    #[must_use]
    pub fn key(&self) -> AttestationKey {
        AttestationKey::new(self.public)
    }
}

fn vouched(public: &[u8; 32], made_at: Timestamp) -> Vec<u8> {
    let at = made_at.as_microsecond().to_be_bytes();
    [b"hejie-attestation-key-1\0", &public[..], &at].concat()
}
