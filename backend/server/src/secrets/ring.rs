//! The key ring: every key that identities of parties depend on, in one file that only the server's
//! account may read.
//!
//! - the root key vouches for sealing keys; phones keep its public half from their enrolment on.
//! - attestation keys sign what the server says of a case; phones believe one that the root key
//!   vouches for.
//! - sealing keys: phones seal to the public half of the newest.
//! - the key that signs access tokens is derived from the root key: servers that share the ring
//!   share it, and it changes with the root alone.
//! - master keys wrap the data keys of the table; hash keys make the keyed hashes.
//!
//! The newest key of a kind is the current one; older ones still open what was made under them
//! until they are retired.

mod secret;
#[cfg(test)]
mod tests;

pub use secret::Secret;

use crate::entropy::RandomSource;
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use hejie_wire::{
    attest::{AttesterSecret, AttesterVoucher, Trusted},
    sealed::{RootSecret, SealingSecret, Voucher, key_id},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroizing;

/// The form of the file.
const VERSION: u32 = 1;

/// What a derived key is for, so that no two purposes get the same one.
const ACCESS_TOKENS: &[u8] = b"hejie access tokens 1";

/// What a key is for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum,
)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// Wraps data keys.
    Master,
    /// Phones seal to it.
    Sealing,
    /// Makes keyed hashes.
    Hash,
    /// Signs what the server says of cases.
    Attestation,
}

impl KeyKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Master, Self::Sealing, Self::Hash, Self::Attestation];

    /// Its word, as `hejie key` takes it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Master => "master",
            Self::Sealing => "sealing",
            Self::Hash => "hash",
            Self::Attestation => "attestation",
        }
    }
}

/// All keys.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ring {
    version: u32,
    root: RingKey,
    master: Vec<RingKey>,
    sealing: Vec<RingKey>,
    hash: Vec<RingKey>,
    /// Empty in a ring of before there were such keys, until it is loaded.
    #[serde(default)]
    attestation: Vec<RingKey>,
    /// The names of keys that were taken out: what attestation keys among them signed is believed
    /// no more, and what lies under others is known to be lost.
    #[serde(default)]
    retired: Vec<String>,
}

/// A key of the ring.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RingKey {
    /// Its name, which follows from the key and tells nothing of it.
    pub id: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// The key.
    pub secret: Secret,
}

/// Why a ring is not changed or used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RingFault {
    /// There is no such key in the ring: it was retired, or belongs to another server.
    #[error("there is no key {id} in the ring")]
    UnknownKey {
        /// The name that was asked for.
        id: String,
    },
    /// The newest key of its kind is in use.
    #[error("the key {id} is the current one of its kind")]
    Current {
        /// The key.
        id: String,
    },
    /// The ring holds no key of a kind, or is of a form that this program does not know.
    #[error("the ring is not complete or of another version")]
    Malformed,
    /// No key could be derived from the root key.
    #[error("no key could be derived from the root key")]
    Derive,
    /// Another ring lies where that of this server was.
    #[error("the ring has another root key, {found}")]
    OtherRoot {
        /// The name of its root key.
        found: String,
    },
    /// The registry is that of another ring.
    #[error("phones trust the root key {noted}, which is not that of the ring")]
    NotNoted {
        /// The name of the root key that the registry notes.
        noted: String,
    },
}

impl Ring {
    /// Makes a ring with one new key of each kind.
    #[must_use]
    pub fn generate(entropy: &RandomSource, now: Timestamp) -> Self {
        let one = |kind| vec![RingKey::generate(kind, entropy, now)];
        Self {
            version: VERSION,
            root: RingKey::named(Secret::new(entropy.bytes()), now, root_id),
            master: one(KeyKind::Master),
            sealing: one(KeyKind::Sealing),
            hash: one(KeyKind::Hash),
            attestation: one(KeyKind::Attestation),
            retired: Vec::new(),
        }
    }

    /// Passes a ring that this program can use.
    ///
    /// # Errors
    /// [`RingFault::Malformed`].
    pub fn checked(self) -> Result<Self, RingFault> {
        let is_whole = KeyKind::ALL
            .into_iter()
            .filter(|kind| *kind != KeyKind::Attestation)
            .all(|kind| !self.keys(kind).is_empty());
        if self.version == VERSION && is_whole {
            Ok(self)
        } else {
            Err(RingFault::Malformed)
        }
    }

    /// The name of the root key, which phones trust.
    #[must_use]
    pub fn root(&self) -> String {
        root_id(self.root.secret.bytes())
    }

    /// When the root key was made.
    #[must_use]
    pub fn made_at(&self) -> Timestamp {
        self.root.made_at
    }

    /// The keys of a kind, the oldest first.
    #[must_use]
    pub fn keys(&self, kind: KeyKind) -> &[RingKey] {
        match kind {
            KeyKind::Master => &self.master,
            KeyKind::Sealing => &self.sealing,
            KeyKind::Hash => &self.hash,
            KeyKind::Attestation => &self.attestation,
        }
    }

    /// The key with which new things are made.
    ///
    /// # Errors
    /// [`RingFault::Malformed`], which a ring that was read cannot be.
    pub fn current(&self, kind: KeyKind) -> Result<&RingKey, RingFault> {
        self.keys(kind).last().ok_or(RingFault::Malformed)
    }

    /// A key by its name.
    ///
    /// # Errors
    /// [`RingFault::UnknownKey`].
    pub fn find(&self, kind: KeyKind, id: &str) -> Result<&RingKey, RingFault> {
        let found = self.keys(kind).iter().find(|key| key.id == id);
        found.ok_or_else(|| RingFault::UnknownKey { id: id.to_owned() })
    }

    /// The kind of a key by its name.
    #[must_use]
    pub fn kind_of(&self, id: &str) -> Option<KeyKind> {
        KeyKind::ALL
            .into_iter()
            .find(|kind| self.find(*kind, id).is_ok())
    }

    /// Adds a new key, which is the current one from now on; returns its name.
    pub fn add(&mut self, kind: KeyKind, entropy: &RandomSource, now: Timestamp) -> String {
        let key = RingKey::generate(kind, entropy, now);
        let id = key.id.clone();
        self.keys_mut(kind).push(key);
        id
    }

    /// Takes an old key out for ever.
    ///
    /// # Errors
    /// [`RingFault`]: unknown, or the current one.
    pub fn remove(&mut self, kind: KeyKind, id: &str) -> Result<(), RingFault> {
        self.find(kind, id)?;
        if self.current(kind)?.id == id {
            return Err(RingFault::Current { id: id.to_owned() });
        }
        self.keys_mut(kind).retain(|key| key.id != id);
        self.give_up(id);
        Ok(())
    }

    /// Notes that a key is gone for ever, and what lies under it is lost.
    pub fn give_up(&mut self, id: &str) {
        if !self.is_given_up(id) {
            self.retired.push(id.to_owned());
        }
    }

    /// The names of what this ring has and another one of the same root does not know, neither as
    /// a key nor as one that is gone: then that is an older copy of it.
    #[must_use]
    pub fn unknown_to(&self, other: &Self) -> Vec<&str> {
        let keys = KeyKind::ALL.into_iter().flat_map(|kind| {
            let keys = self.keys(kind).iter();
            keys.filter(move |key| other.find(kind, &key.id).is_err())
        });
        let keys = keys.map(|key| key.id.as_str());
        let gone = self.retired.iter().map(String::as_str);
        let all = keys.chain(gone);
        all.filter(|id| !other.is_given_up(id)).collect()
    }

    /// The names of all sealing keys, of those that are gone for ever too.
    #[must_use]
    pub fn sealing_keys_ever(&self) -> Vec<String> {
        let gone = self.retired.iter().cloned();
        let keys = self.sealing.iter().map(|key| key.id.clone());
        keys.chain(gone).collect()
    }

    /// Whether a key is known to be gone for ever.
    #[must_use]
    pub fn is_given_up(&self, id: &str) -> bool {
        self.retired.iter().any(|gone| gone == id)
    }

    /// The current sealing key, vouched for by the root key, as phones get it.
    ///
    /// # Errors
    /// As [`Self::current`].
    pub fn voucher(&self) -> Result<Voucher, RingFault> {
        let sealing = self.current(KeyKind::Sealing)?;
        let public = sealing.sealing().public();
        let root = RootSecret::from_seed(self.root.secret.bytes());
        Ok(root.vouch(&public, sealing.made_at))
    }

    /// The seed of the key pair that signs access tokens.
    ///
    /// # Errors
    /// [`RingFault::Derive`].
    pub fn access_token_seed(&self) -> Result<Secret, RingFault> {
        let root = Salt::new(HKDF_SHA256, b"hejie").extract(self.root.secret.bytes());
        let mut seed = Zeroizing::new([0; 32]);
        let info = [ACCESS_TOKENS];
        let derived = root.expand(&info, HKDF_SHA256);
        derived
            .and_then(|key| key.fill(&mut *seed))
            .map_err(|_| RingFault::Derive)?;
        Ok(Secret::new(*seed))
    }

    /// The key that attests now.
    ///
    /// # Errors
    /// As [`Self::current`].
    pub fn attester(&self) -> Result<AttesterSecret, RingFault> {
        Ok(self.current(KeyKind::Attestation)?.attester())
    }

    /// What the root key says for it, as phones get it.
    ///
    /// # Errors
    /// As [`Self::current`].
    pub fn attester_voucher(&self) -> Result<AttesterVoucher, RingFault> {
        let current = self.current(KeyKind::Attestation)?;
        let root = RootSecret::from_seed(self.root.secret.bytes());
        Ok(root.vouch_attester(&current.attester().public(), current.made_at))
    }

    /// Whose attestations this server believes.
    #[must_use]
    pub fn trusted(&self) -> Trusted {
        let own = self.attestation.iter().map(RingKey::attester);
        Trusted {
            root: RootSecret::from_seed(self.root.secret.bytes()).public(),
            own: own.map(|secret| *secret.public().public()).collect(),
            retired: self.retired.clone(),
        }
    }

    fn keys_mut(&mut self, kind: KeyKind) -> &mut Vec<RingKey> {
        match kind {
            KeyKind::Master => &mut self.master,
            KeyKind::Sealing => &mut self.sealing,
            KeyKind::Hash => &mut self.hash,
            KeyKind::Attestation => &mut self.attestation,
        }
    }
}

impl RingKey {
    fn generate(kind: KeyKind, entropy: &RandomSource, now: Timestamp) -> Self {
        Self::named(Secret::new(entropy.bytes()), now, |secret| match kind {
            KeyKind::Sealing => SealingSecret::from_seed(*secret).public().id().to_owned(),
            // A hash of 32 random bytes tells nothing of them.
            KeyKind::Master => key_id(&[b"hejie-master\0", &secret[..]].concat()),
            KeyKind::Hash => key_id(&[b"hejie-hash\0", &secret[..]].concat()),
            KeyKind::Attestation => AttesterSecret::from_seed(secret).public().id().to_string(),
        })
    }

    fn named(secret: Secret, made_at: Timestamp, name: impl Fn(&[u8; 32]) -> String) -> Self {
        Self {
            id: name(secret.bytes()),
            made_at,
            secret,
        }
    }

    /// The key as one that attests.
    #[must_use]
    pub fn attester(&self) -> AttesterSecret {
        AttesterSecret::from_seed(self.secret.bytes())
    }

    /// The key as one that opens what phones sealed.
    #[must_use]
    pub fn sealing(&self) -> SealingSecret {
        SealingSecret::from_seed(*self.secret.bytes())
    }
}

fn root_id(secret: &[u8; 32]) -> String {
    key_id(RootSecret::from_seed(secret).public().as_bytes())
}

impl fmt::Debug for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ring")
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}
