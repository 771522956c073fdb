//! Passwords on the command line: read from standard input, or made here and shown once. Never an
//! argument, which others can see.

use super::Failure;
use crate::{entropy::RandomSource, identity::Passwords};
use secrecy::{ExposeSecret, SecretString};
use std::io;

/// Letters and digits that are not mistaken for each other.
const ALPHABET: &[u8; 32] = b"23456789abcdefghijkmnpqrstuvwxyz";
/// The shortest password that is accepted.
const SHORTEST: usize = 8;

/// Where a password comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PasswordFrom {
    /// One line of standard input.
    Stdin,
    /// Made here.
    Made,
}

impl PasswordFrom {
    /// Takes the choice of the command line.
    pub(super) fn chosen(stdin: bool) -> Self {
        if stdin { Self::Stdin } else { Self::Made }
    }

    /// Gets the password, and of one that was made the line that shows it, since nobody knows it
    /// yet: to be said once it is the account's.
    pub(super) fn get(
        self,
        entropy: &RandomSource,
    ) -> Result<(SecretString, Option<String>), Failure> {
        match self {
            Self::Stdin => Ok((read()?, None)),
            Self::Made => {
                let made: String = entropy
                    .bytes::<16>()
                    .iter()
                    .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
                    .collect();
                let line = format!("密码 / password: {made}");
                Ok((SecretString::from(made), Some(line)))
            }
        }
    }
}

/// Hashes a password for storing.
pub(super) async fn hash(
    password: SecretString,
    entropy: &RandomSource,
) -> Result<String, Failure> {
    let passwords = Passwords::new(entropy).map_err(Failure::Passwords)?;
    Ok(passwords.hash(password, entropy.bytes()).await?)
}

fn read() -> Result<SecretString, Failure> {
    let mut line = String::new();
    io::stdin().read_line(&mut line).map_err(Failure::Runtime)?;
    let password = SecretString::from(line.trim_end_matches(['\r', '\n']).to_owned());
    if password.expose_secret().chars().count() < SHORTEST {
        return Err(Failure::asked(
            "密码太短 / the password is too short",
            format!(
                "请使用至少 {SHORTEST} 个字符的密码 / give one of {SHORTEST} characters or more"
            ),
        ));
    }
    Ok(password)
}
