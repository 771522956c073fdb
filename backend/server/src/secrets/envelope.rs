//! Locking identities for the table and opening them again: each under a data key of its own, which
//! the master key wraps.

use super::ring::{KeyKind, Ring, RingFault, RingKey};
use crate::entropy::RandomSource;
use chacha20poly1305::{
    Key, KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hejie_case::{
    identity::Identity,
    ids::{CaseId, EntryId},
};
use hejie_registry::secret::{Hashes, LockedIdentity};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

const NONCE: usize = 24;

/// Whose identity it is; part of the associated data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdentityOwner {
    /// The case.
    pub case: CaseId,
    /// The party.
    pub party: EntryId,
}

/// Why an identity is not locked or opened.
#[derive(Debug, thiserror::Error)]
pub enum EnvelopeError {
    /// A key is not in the ring.
    #[error("a key is missing")]
    Ring(#[from] RingFault),
    /// What is stored was changed, or belongs to somebody else.
    #[error("the stored identity does not open")]
    Closed,
    /// What was opened is no identity.
    #[error("the stored identity does not read")]
    Form(#[source] serde_json::Error),
}

/// Locks an identity.
///
/// # Errors
/// [`EnvelopeError`].
pub fn lock(
    ring: &Ring,
    entropy: &RandomSource,
    owner: IdentityOwner,
    identity: &Identity,
) -> Result<LockedIdentity, EnvelopeError> {
    let plain = Zeroizing::new(serde_json::to_vec(identity).map_err(EnvelopeError::Form)?);
    let data_key = Zeroizing::new(entropy.bytes::<32>());
    let ciphertext = seal(&data_key, entropy, &owner.aad(b"secret"), &plain)?;
    let master = ring.current(KeyKind::Master)?;
    Ok(LockedIdentity {
        master_key: master.id.clone(),
        wrapped_key: wrap(master, entropy, owner, &data_key)?,
        ciphertext,
    })
}

/// Opens an identity.
///
/// # Errors
/// [`EnvelopeError`].
pub fn open(
    ring: &Ring,
    owner: IdentityOwner,
    locked: &LockedIdentity,
) -> Result<Identity, EnvelopeError> {
    let data_key = unwrap(ring, owner, locked)?;
    let plain = unseal(&data_key, &owner.aad(b"secret"), &locked.ciphertext)?;
    serde_json::from_slice(&plain).map_err(EnvelopeError::Form)
}

/// Wraps the data key under the current master key; what it locks stays closed.
///
/// # Errors
/// [`EnvelopeError`].
pub fn rewrap(
    ring: &Ring,
    entropy: &RandomSource,
    owner: IdentityOwner,
    locked: &LockedIdentity,
) -> Result<LockedIdentity, EnvelopeError> {
    let data_key = unwrap(ring, owner, locked)?;
    let master = ring.current(KeyKind::Master)?;
    Ok(LockedIdentity {
        master_key: master.id.clone(),
        wrapped_key: wrap(master, entropy, owner, &data_key)?,
        ciphertext: locked.ciphertext.clone(),
    })
}

/// The keyed hashes of an identity under the current hash key.
///
/// # Errors
/// [`EnvelopeError::Ring`].
pub fn hashes(ring: &Ring, identity: &Identity) -> Result<Hashes, EnvelopeError> {
    let key = ring.current(KeyKind::Hash)?;
    let hash = |what: Zeroizing<Vec<u8>>| authenticator(key.secret.bytes(), &what);
    Ok(Hashes {
        key: key.id.clone(),
        identity: identity.number_to_hash().map(hash),
        contact: identity.contact_to_hash().map(hash),
    })
}

impl IdentityOwner {
    fn aad(self, what: &[u8]) -> Vec<u8> {
        let (case, party) = (self.case.0, self.party.0);
        [b"hejie-1 ", what, b"\0", case.as_bytes(), party.as_bytes()].concat()
    }
}

fn wrap(
    master: &RingKey,
    entropy: &RandomSource,
    owner: IdentityOwner,
    data_key: &[u8; 32],
) -> Result<Vec<u8>, EnvelopeError> {
    seal(
        master.secret.bytes(),
        entropy,
        &owner.aad(b"data key"),
        data_key,
    )
}

fn unwrap(
    ring: &Ring,
    owner: IdentityOwner,
    locked: &LockedIdentity,
) -> Result<Zeroizing<[u8; 32]>, EnvelopeError> {
    let master = ring.find(KeyKind::Master, &locked.master_key)?;
    let plain = unseal(
        master.secret.bytes(),
        &owner.aad(b"data key"),
        &locked.wrapped_key,
    )?;
    let key: [u8; 32] = plain[..].try_into().map_err(|_| EnvelopeError::Closed)?;
    Ok(Zeroizing::new(key))
}

fn seal(
    key: &[u8; 32],
    entropy: &RandomSource,
    aad: &[u8],
    plain: &[u8],
) -> Result<Vec<u8>, EnvelopeError> {
    let nonce = entropy.bytes::<NONCE>();
    let sealed = XChaCha20Poly1305::new(&Key::from(*key))
        .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad })
        .map_err(|_| EnvelopeError::Closed)?;
    Ok([&nonce[..], &sealed].concat())
}

fn unseal(key: &[u8; 32], aad: &[u8], bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, EnvelopeError> {
    let (nonce, sealed) = bytes
        .split_first_chunk::<NONCE>()
        .ok_or(EnvelopeError::Closed)?;
    XChaCha20Poly1305::new(&Key::from(*key))
        .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad })
        .map(Zeroizing::new)
        .map_err(|_| EnvelopeError::Closed)
}

fn authenticator(key: &[u8; 32], what: &[u8]) -> [u8; 32] {
    let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
    block[..32].copy_from_slice(key);
    // A key shorter than the block is filled with zeros, as HMAC itself would do.
    let keyed = <Hmac<Sha256> as hmac::digest::KeyInit>::new(&block);
    keyed.chain_update(what).finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn owner(n: u8) -> IdentityOwner {
        IdentityOwner {
            case: CaseId(Uuid::from_bytes([n; 16])),
            party: EntryId(Uuid::from_bytes([9; 16])),
        }
    }

    fn ring(entropy: &RandomSource) -> Ring {
        Ring::generate(entropy, "2026-03-02T04:00:00Z".parse().unwrap())
    }

    fn identity(name: &str, id: Option<&str>, telephone: Option<&str>) -> Identity {
        Identity {
            name: name.into(),
            id_number: id.map(Into::into),
            telephone: telephone.map(Into::into),
            address: None,
            guardian: None,
            vulnerable: Vec::new(),
        }
    }

    #[test]
    fn an_identity_opens_for_its_owner_and_for_nobody_else() {
        let entropy = RandomSource::seeded(1);
        let ring = ring(&entropy);
        let zhang = identity("张小明", None, Some("13900000001"));
        let locked = lock(&ring, &entropy, owner(1), &zhang).unwrap();
        assert_eq!(open(&ring, owner(1), &locked).unwrap(), zhang);
        assert!(matches!(
            open(&ring, owner(2), &locked),
            Err(EnvelopeError::Closed)
        ));
    }

    #[test]
    fn a_wrapped_key_is_wrapped_anew_while_the_ciphertext_stays() {
        let entropy = RandomSource::seeded(2);
        let mut ring = ring(&entropy);
        let zhang = identity("张小明", None, Some("13900000001"));
        let old = lock(&ring, &entropy, owner(1), &zhang).unwrap();
        ring.add(
            KeyKind::Master,
            &entropy,
            "2026-04-02T04:00:00Z".parse().unwrap(),
        );
        let new = rewrap(&ring, &entropy, owner(1), &old).unwrap();
        assert_eq!(new.ciphertext, old.ciphertext);
        ring.remove(KeyKind::Master, &old.master_key).unwrap();
        assert_eq!(open(&ring, owner(1), &new).unwrap(), zhang);
        assert!(matches!(
            open(&ring, owner(1), &old),
            Err(EnvelopeError::Ring(RingFault::UnknownKey { .. }))
        ));
    }

    /// Shows M08.
    #[test]
    fn one_person_hashes_alike_and_two_with_one_name_do_not() {
        let entropy = RandomSource::seeded(3);
        let ring = ring(&entropy);
        let of = |identity: &Identity| hashes(&ring, identity).unwrap();
        let one = of(&identity("张伟", Some("990101199003070011"), None));
        let other = of(&identity("张伟", Some("990101198503070012"), None));
        let again = of(&identity("张伟（改名）", Some("990101199003070011"), None));
        assert_ne!(one.identity, other.identity);
        assert_eq!(one.identity, again.identity);
        let nameless = of(&identity("张伟", None, None));
        assert_eq!((nameless.identity, nameless.contact), (None, None));
    }

    #[test]
    fn without_the_key_a_hash_cannot_be_made_again() {
        let zhang = identity("张伟", Some("990101199003070011"), None);
        let (a, b) = (
            ring(&RandomSource::seeded(4)),
            ring(&RandomSource::seeded(5)),
        );
        let (a, b) = (hashes(&a, &zhang).unwrap(), hashes(&b, &zhang).unwrap());
        assert_ne!(a.identity, b.identity);
        let plain: [u8; 32] = sha2::Digest::finalize(sha2::Digest::chain_update(
            <Sha256 as sha2::Digest>::new(),
            b"id\x00990101199003070011",
        ))
        .into();
        assert!(a.identity != Some(plain) && b.identity != Some(plain));
    }
}
