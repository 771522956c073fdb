//! The key pair that signs access tokens: made once and kept in the data directory, or given by
//! configuration.

pub use crate::key_file::KeyError;
use crate::key_file::{refuse_exposed, write_new};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use jsonwebtoken::{DecodingKey, EncodingKey};
use sha2::{Digest, Sha256};
use std::{fmt, fs, io, path::Path};

const FILE: &str = "access-token-key.pk8";

/// An Ed25519 key pair.
pub struct SigningKeys {
    pub(super) encoding: EncodingKey,
    pub(super) decoding: DecodingKey,
    pub(super) id: String,
    public: Vec<u8>,
}

impl SigningKeys {
    /// Reads a key pair in PKCS#8 DER form.
    ///
    /// # Errors
    /// It is none.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_pkcs8(der).map_err(|_| KeyError::Malformed)?;
        let public = pair.public_key().as_ref().to_vec();
        let id = hex::encode(&Sha256::digest(&public)[..8]);
        Ok(Self {
            encoding: EncodingKey::from_ed_der(der),
            decoding: DecodingKey::from_ed_der(&public),
            id,
            public,
        })
    }

    /// Makes a key pair that is kept nowhere.
    ///
    /// # Errors
    /// The cryptographic library could not make one.
    pub fn generate() -> Result<Self, KeyError> {
        Self::from_pkcs8(&generate_pkcs8()?)
    }

    /// Reads the key pair of a data directory, or makes it when there is none yet.
    ///
    /// # Errors
    /// The file cannot be read or written, is no key, or may be read by others.
    pub fn load_or_create(directory: &Path) -> Result<Self, KeyError> {
        let path = directory.join(FILE);
        match fs::read(&path) {
            Ok(der) => {
                refuse_exposed(&path)?;
                Self::from_pkcs8(&der)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let der = generate_pkcs8()?;
                write_new(directory, &path, &der).map_err(KeyError::File)?;
                Self::from_pkcs8(&der)
            }
            Err(error) => Err(KeyError::File(error)),
        }
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

/// The library draws the randomness itself: a private key has no business in the shared source.
fn generate_pkcs8() -> Result<Vec<u8>, KeyError> {
    let pair = Ed25519KeyPair::generate().map_err(|_| KeyError::Generate)?;
    Ok(pair
        .to_pkcs8v1()
        .map_err(|_| KeyError::Generate)?
        .as_ref()
        .to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_key_is_made_once_and_found_again() {
        let directory = tempfile::tempdir().unwrap();
        let made = SigningKeys::load_or_create(directory.path()).unwrap();
        let found = SigningKeys::load_or_create(directory.path()).unwrap();
        assert_eq!(made.public(), found.public());
        let mode = fs::metadata(directory.path().join(FILE))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        SigningKeys::load_or_create(directory.path()).unwrap();
        fs::set_permissions(
            directory.path().join(FILE),
            fs::Permissions::from_mode(0o644),
        )
        .unwrap();
        assert!(matches!(
            SigningKeys::load_or_create(directory.path()),
            Err(KeyError::Exposed)
        ));
    }
}
