//! What only the server can open: full identities and statements, sealed on the phone to the
//! server's public key.
//!
//! HPKE (RFC 9180) in base mode: X25519, HKDF-SHA256, ChaCha20-Poly1305. Case and entry are
//! associated data, so that what was sealed for one party cannot be passed off as another's. The
//! public key is vouched for by the server's root key (Ed25519), which a phone keeps from its
//! enrolment on. Randomness is an argument.

mod voucher;

pub use voucher::{RootSecret, Voucher, VoucherError};

use base64::{Engine, prelude::BASE64_STANDARD};
use hejie_case::{
    ids::{CaseId, EntryId},
    record::SealedText,
};
use hpke::{
    Deserializable, Kem as _, OpModeR, OpModeS, Serializable, aead::ChaCha20Poly1305,
    kdf::HkdfSha256, kem::X25519HkdfSha256, rand_core,
};
use sha2::{Digest, Sha256};
use std::{convert::Infallible, fmt};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

type Kem = X25519HkdfSha256;

/// Bytes of an encapsulated key, before the ciphertext.
const ENCAPSULATED: usize = 32;
/// Keeps these messages apart from any other use of the same key.
const INFO: &[u8] = b"hejie-sealed-1";

/// The longest that is sealed: a statement of many pages.
pub const PLAIN_BYTES: usize = 64 << 10;
/// What sealing adds: the encapsulated key and the tag.
pub const OVERHEAD_BYTES: usize = ENCAPSULATED + 16;

/// To what sealed bytes belong; they open for nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealedFor {
    /// The identity of a party.
    Identity {
        /// The case.
        case: CaseId,
        /// The party.
        party: EntryId,
    },
    /// The text of a statement.
    Statement {
        /// The case.
        case: CaseId,
        /// The statement.
        statement: EntryId,
    },
}

/// Sealed bytes with the key that opens them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The server's key to which they were sealed.
    pub key_id: String,
    /// Encapsulated key and ciphertext.
    pub bytes: Vec<u8>,
}

/// A public key of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealingKey {
    id: String,
    public: [u8; 32],
}

/// The secret half; it never leaves the server, is never printed, and is overwritten when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SealingSecret([u8; 32]);

/// Why something was not sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealedError {
    /// More than [`PLAIN_BYTES`].
    #[error("too long to be sealed")]
    TooLong,
    /// The key is none.
    #[error("the key is no key")]
    Key,
    /// The bytes were sealed to another key, belong to something else, or were changed.
    #[error("the sealed bytes do not open")]
    Closed,
}

impl SealedFor {
    fn associated(self) -> Vec<u8> {
        let (what, case, entry) = match self {
            Self::Identity { case, party } => (&b"identity"[..], case, party),
            Self::Statement { case, statement } => (&b"statement"[..], case, statement),
        };
        [what, b"\0", case.0.as_bytes(), entry.0.as_bytes()].concat()
    }
}

impl SealingKey {
    /// Reads a public key.
    #[must_use]
    pub fn new(public: [u8; 32]) -> Self {
        Self {
            id: key_id(&public),
            public,
        }
    }

    /// Its name: the beginning of its hash.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its 32 bytes.
    #[must_use]
    pub fn public(&self) -> &[u8; 32] {
        &self.public
    }

    /// Seals bytes with 32 fresh random bytes, which must never be used a second time.
    ///
    /// # Errors
    /// [`SealedError`]: too long, or the key is none.
    pub fn seal(
        &self,
        what: SealedFor,
        plain: &[u8],
        random: [u8; 32],
    ) -> Result<Sealed, SealedError> {
        if plain.len() > PLAIN_BYTES {
            return Err(SealedError::TooLong);
        }
        let key = <Kem as hpke::Kem>::PublicKey::from_bytes(&self.public)
            .map_err(|_| SealedError::Key)?;
        let (encapsulated, ciphertext) =
            hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, Kem>(
                &OpModeS::Base,
                &key,
                INFO,
                plain,
                &what.associated(),
                &mut Drawn::new(random),
            )
            .map_err(|_| SealedError::Key)?;
        Ok(Sealed {
            key_id: self.id.clone(),
            bytes: [&encapsulated.to_bytes()[..], &ciphertext].concat(),
        })
    }

    /// Seals a statement, as a document holds it.
    ///
    /// # Errors
    /// As [`Self::seal`].
    pub fn seal_text(
        &self,
        what: SealedFor,
        text: &str,
        random: [u8; 32],
    ) -> Result<SealedText, SealedError> {
        let sealed = self.seal(what, text.as_bytes(), random)?;
        Ok(SealedText {
            key_id: sealed.key_id,
            ciphertext: BASE64_STANDARD.encode(sealed.bytes),
        })
    }
}

impl SealingSecret {
    /// Makes a key of 32 random bytes, from which it can be made again.
    #[must_use]
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(seed)
    }

    /// The bytes it is made of, for the key ring alone.
    #[must_use]
    pub fn seed(&self) -> &[u8; 32] {
        &self.0
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> SealingKey {
        let (_, public) = Kem::derive_keypair(&self.0);
        SealingKey::new(public.to_bytes().into())
    }

    /// Opens sealed bytes.
    ///
    /// # Errors
    /// [`SealedError::Closed`] when they were sealed to another key or for something else.
    pub fn open(&self, what: SealedFor, bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealedError> {
        let (encapsulated, ciphertext) = bytes
            .split_at_checked(ENCAPSULATED)
            .ok_or(SealedError::Closed)?;
        let encapsulated = <Kem as hpke::Kem>::EncappedKey::from_bytes(encapsulated)
            .map_err(|_| SealedError::Closed)?;
        let (secret, _) = Kem::derive_keypair(&self.0);
        hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, Kem>(
            &OpModeR::Base,
            &secret,
            &encapsulated,
            INFO,
            ciphertext,
            &what.associated(),
        )
        .map(Zeroizing::new)
        .map_err(|_| SealedError::Closed)
    }

    /// Opens a statement.
    ///
    /// # Errors
    /// As [`Self::open`]; also when it is no text.
    pub fn open_text(
        &self,
        what: SealedFor,
        sealed: &SealedText,
    ) -> Result<Zeroizing<String>, SealedError> {
        let bytes = BASE64_STANDARD
            .decode(&sealed.ciphertext)
            .map_err(|_| SealedError::Closed)?;
        let plain = self.open(what, &bytes)?;
        match std::str::from_utf8(&plain) {
            Ok(text) => Ok(Zeroizing::new(text.to_owned())),
            Err(_) => Err(SealedError::Closed),
        }
    }
}

impl fmt::Debug for SealingSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingSecret(…)")
    }
}

/// The name of a key: the first eight bytes of the hash of what is public about it, in hexadecimal.
#[must_use]
pub fn key_id(public: &[u8]) -> String {
    let hash = Sha256::digest(public);
    hex::encode(&hash[..8])
}

/// Random bytes that were drawn before, as a generator; past them it goes on with a hash chain over
/// them.
struct Drawn {
    seed: Zeroizing<[u8; 32]>,
    block: u64,
}

impl Drawn {
    fn new(seed: [u8; 32]) -> Self {
        Self {
            seed: Zeroizing::new(seed),
            block: 0,
        }
    }
}

impl rand_core::TryRng for Drawn {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        rand_core::utils::next_word_via_fill(self)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        rand_core::utils::next_word_via_fill(self)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(32) {
            self.block += 1;
            let block = Sha256::new()
                .chain_update(&self.seed[..])
                .chain_update(self.block.to_be_bytes())
                .finalize();
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Drawn {}

#[cfg(test)]
mod tests;
