//! Passwords: argon2id, 19 MiB, two passes, on few threads, so that a flood of sign-ins cannot
//! stall the exchange.

use crate::{entropy::RandomSource, problem::Problem};
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// How many hashes run at once.
const AT_ONCE: usize = 2;

/// How many may wait; more are told to come back.
const WAITING: usize = 64;

/// Hashes and checks passwords. Cheap to clone.
#[derive(Clone)]
pub struct Passwords(Arc<PasswordsInner>);

struct PasswordsInner {
    argon2: Argon2<'static>,
    running: Semaphore,
    places: Semaphore,
    /// Checked when there is no such login, so that the answer takes as long.
    nobody: String,
}

/// Why passwords cannot be hashed at all.
#[derive(Debug, thiserror::Error)]
#[error("the password hash cannot be set up")]
pub struct PasswordSetup;

impl Passwords {
    /// Sets the hashing up.
    ///
    /// # Errors
    /// The parameters are not accepted by the library.
    pub fn new(entropy: &RandomSource) -> Result<Self, PasswordSetup> {
        let params = Params::new(19 * 1024, 2, 1, None).map_err(|_| PasswordSetup)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobody =
            hash_with(&argon2, &entropy.bytes::<16>(), &entropy.bytes()).ok_or(PasswordSetup)?;
        let (running, places) = (Semaphore::new(AT_ONCE), Semaphore::new(AT_ONCE + WAITING));
        Ok(Self(Arc::new(PasswordsInner {
            argon2,
            running,
            places,
            nobody,
        })))
    }

    /// Hashes a password for storing.
    ///
    /// # Errors
    /// Too many are waiting.
    pub async fn hash(&self, password: SecretString, salt: [u8; 16]) -> Result<String, Problem> {
        let hashed = self
            .run(move |inner| hash_with(&inner.argon2, password.expose_secret().as_bytes(), &salt))
            .await?;
        hashed.ok_or_else(|| Problem::internal("argon2 refused to hash"))
    }

    /// Checks a password against a stored hash; without one it takes as long and is wrong.
    ///
    /// # Errors
    /// Too many are waiting.
    pub async fn verify(
        &self,
        password: SecretString,
        stored: Option<String>,
    ) -> Result<bool, Problem> {
        self.run(move |inner| {
            let known = stored.is_some();
            let hash = stored.unwrap_or_else(|| inner.nobody.clone());
            let right = inner
                .argon2
                .verify_password(password.expose_secret().as_bytes(), hash.as_str())
                .is_ok();
            right && known
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&PasswordsInner) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let _place = self
            .0
            .places
            .try_acquire()
            .map_err(|_| Problem::Unavailable(None))?;
        let _running = self.0.running.acquire().await.map_err(Problem::internal)?;
        let inner = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || work(&inner))
            .await
            .map_err(Problem::internal)
    }
}

fn hash_with(argon2: &Argon2<'_>, password: &[u8], salt: &[u8; 16]) -> Option<String> {
    Some(
        argon2
            .hash_password_with_salt(password, salt)
            .ok()?
            .to_string(),
    )
}
