//! The key pair that signs access tokens. It is derived from the key ring, so that servers which
//! share a ring take each other's tokens, and lies in no file of its own.

pub use crate::key_file::KeyError;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use jsonwebtoken::{DecodingKey, EncodingKey};
use sha2::{Digest, Sha256};
use std::fmt;
use zeroize::Zeroizing;

/// An Ed25519 key pair.
pub struct SigningKeys {
    pub(super) encoding: EncodingKey,
    pub(super) decoding: DecodingKey,
    pub(super) id: String,
    public: Vec<u8>,
}

impl SigningKeys {
    /// The key pair of a seed.
    ///
    /// # Errors
    /// The cryptographic library could not make it.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| KeyError::Generate)?;
        let der = pair.to_pkcs8v1().map_err(|_| KeyError::Generate)?;
        let der = Zeroizing::new(der.as_ref().to_vec());
        let public = pair.public_key().as_ref().to_vec();
        let id = hex::encode(&Sha256::digest(&public)[..8]);
        Ok(Self {
            encoding: EncodingKey::from_ed_der(&der),
            decoding: DecodingKey::from_ed_der(&public),
            id,
            public,
        })
    }

    /// The public half, 32 bytes.
    #[must_use]
    pub fn public(&self) -> &[u8] {
        &self.public
    }
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKeys")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
