//! The root key, and what it says for a sealing key.

use super::SealingKey;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The server's root key; it vouches for sealing and attestation keys and does nothing else.
pub struct RootSecret(SigningKey);

/// A sealing key with the root key's signature, as phones get it. Bytes are lower-case hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voucher {
    /// The root key, which a phone keeps from its enrolment on.
    pub root: String,
    /// The name of the sealing key.
    pub key_id: String,
    /// The sealing key, X25519.
    pub public: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// Ed25519 over all of the above.
    pub signature: String,
}

/// Why a voucher is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VoucherError {
    /// Another root key than the one that the phone knows.
    #[error("the voucher is from another root key")]
    OtherRoot,
    /// The signature or the form is wrong.
    #[error("the voucher is not signed by its root key")]
    Forged,
}

impl RootSecret {
    /// Makes a key of 32 random bytes, from which it can be made again.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The public half in hexadecimal.
    #[must_use]
    pub fn public(&self) -> String {
        hex::encode(self.0.verifying_key().to_bytes())
    }

    /// Signs what begins with the tag of its kind.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }

    /// Vouches for a sealing key.
    #[must_use]
    pub fn vouch(&self, key: &SealingKey, made_at: Timestamp) -> Voucher {
        let signature = self.sign(&signed(key.public(), made_at));
        Voucher {
            root: self.public(),
            key_id: key.id().to_owned(),
            public: hex::encode(key.public()),
            made_at,
            signature: hex::encode(signature),
        }
    }
}

impl fmt::Debug for RootSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RootSecret(…)")
    }
}

impl Voucher {
    /// Believes the voucher if its root is the one that is known, or if none is known yet.
    ///
    /// # Errors
    /// [`VoucherError`].
    pub fn check(&self, known_root: Option<&str>) -> Result<SealingKey, VoucherError> {
        if known_root.is_some_and(|known| known != self.root) {
            return Err(VoucherError::OtherRoot);
        }
        let root =
            VerifyingKey::from_bytes(&bytes(&self.root)?).map_err(|_| VoucherError::Forged)?;
        let public = bytes(&self.public)?;
        let signature = Signature::from_bytes(&bytes(&self.signature)?);
        root.verify_strict(&signed(&public, self.made_at), &signature)
            .map_err(|_| VoucherError::Forged)?;
        let key = SealingKey::new(public);
        if key.id() == self.key_id {
            Ok(key)
        } else {
            Err(VoucherError::Forged)
        }
    }
}

fn signed(public: &[u8; 32], made_at: Timestamp) -> Vec<u8> {
    let at = made_at.as_microsecond().to_be_bytes();
    [b"hejie-sealing-key-1\0", &public[..], &at].concat()
}

fn bytes<const N: usize>(text: &str) -> Result<[u8; N], VoucherError> {
    let mut bytes = [0; N];
    hex::decode_to_slice(text, &mut bytes).map_err(|_| VoucherError::Forged)?;
    Ok(bytes)
}
