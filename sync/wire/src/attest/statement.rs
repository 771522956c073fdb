//! What the server says of a case, and its signature over it: one fixed binary form, so that there
//! is nothing to interpret.

use super::{AttestationKey, AttesterSecret, KeyId};
use crate::{bytes, chunk::write_uint, gate::GateError, lint::ByteReader};
use hejie_case::ids::{CaseId, ChangeHash};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The first byte of the form below.
const VERSION: u8 = 2;
/// Keeps these signatures apart from any other use of the same key.
const DOMAIN: &[u8] = b"hejie-attestation-2\0";
/// The last county code, six digits.
const LAST_COUNTY: u32 = 999_999;

/// A case as the server had it at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The county, as its code of six digits.
    pub county: u32,
    /// How often the registry was set back until then; orders statements first of all.
    pub epoch: u64,
    /// The case.
    pub case: CaseId,
    /// The version of the facts; orders statements of one epoch.
    pub facts_version: u64,
    /// SHA-256 of the facts as they are sent.
    pub facts: [u8; 32],
    /// [`super::Actors::hash`].
    pub actors: [u8; 32],
    /// [`Self::hash_of_heads`] of all that was acknowledged. The heads commit to every change
    /// before them.
    pub heads: [u8; 32],
}

/// A statement with a signature: version, county (3 bytes), epoch, case, version and hash of the
/// facts, hash of the actors, hash of the heads, key id (8 bytes), signature (64 bytes). Numbers
/// without a width are LEB128, those with one big-endian. About 190 bytes, however many heads there
/// are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Attestation(#[serde(with = "bytes")] pub Vec<u8>);

/// What an attestation says while nobody has looked at its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnverifiedStatement {
    /// The statement.
    pub statement: Statement,
    /// The key that is said to have signed it.
    pub key: KeyId,
    signature: [u8; 64],
    signed: usize,
}

/// Why an attestation is not believed.
#[derive(Debug, thiserror::Error)]
pub enum AttestationError {
    /// It is cut off, or a number in it is not in its shortest form.
    #[error("the attestation cannot be read")]
    Form(#[source] GateError),
    /// It is of a version that this software does not know, or its county is none.
    #[error("the attestation has another form")]
    Malformed,
    /// Another key signed it.
    #[error("the attestation was signed by the key {0}")]
    OtherKey(KeyId),
    /// The signature is wrong.
    #[error("the attestation is forged")]
    Forged,
}

impl Statement {
    /// What makes one statement about a case newer than another: first the epoch, then the version
    /// of the facts.
    #[must_use]
    pub fn order(&self) -> (u64, u64) {
        (self.epoch, self.facts_version)
    }

    /// Whether these are the facts that it names.
    #[must_use]
    pub fn names_facts(&self, facts: &[u8]) -> bool {
        self.facts == Self::hash_of(facts)
    }

    /// What a statement says of facts.
    #[must_use]
    pub fn hash_of(facts: &[u8]) -> [u8; 32] {
        Sha256::digest(facts).into()
    }

    /// Whether these are the heads that it names, in whatever order.
    #[must_use]
    pub fn names_heads(&self, heads: &[ChangeHash]) -> bool {
        self.heads == Self::hash_of_heads(heads)
    }

    /// What a statement says of heads: whoever holds the document knows them.
    #[must_use]
    pub fn hash_of_heads(heads: &[ChangeHash]) -> [u8; 32] {
        let heads: BTreeSet<&ChangeHash> = heads.iter().collect();
        let mut hash = Sha256::new();
        hash.update(b"hejie-heads-1\0");
        hash.update((heads.len() as u64).to_be_bytes());
        heads.iter().for_each(|head| hash.update(head.0));
        hash.finalize().into()
    }

    fn write(&self, key: KeyId) -> Vec<u8> {
        let mut out = Vec::with_capacity(220);
        out.push(VERSION);
        out.extend_from_slice(&self.county.to_be_bytes()[1..]);
        write_uint(&mut out, self.epoch);
        out.extend_from_slice(self.case.0.as_bytes());
        write_uint(&mut out, self.facts_version);
        out.extend_from_slice(&self.facts);
        out.extend_from_slice(&self.actors);
        out.extend_from_slice(&self.heads);
        out.extend_from_slice(&key.0);
        out
    }
}

impl Attestation {
    /// Signs a statement.
    #[must_use]
    pub fn sign(statement: &Statement, secret: &AttesterSecret) -> Self {
        let mut out = statement.write(secret.public().id());
        let signature = secret.sign(&signed(&out));
        out.extend_from_slice(&signature);
        Self(out)
    }

    /// Reads what it says without believing it.
    ///
    /// # Errors
    /// [`AttestationError::Form`] or [`AttestationError::Malformed`].
    pub fn read(&self) -> Result<UnverifiedStatement, AttestationError> {
        let mut reader = ByteReader::new(&self.0);
        let form = AttestationError::Form;
        if reader.take(1).map_err(form)? != [VERSION] {
            return Err(AttestationError::Malformed);
        }
        let [a, b, c] = array(&mut reader)?;
        let statement = Statement {
            county: u32::from_be_bytes([0, a, b, c]),
            epoch: reader.uint().map_err(form)?,
            case: CaseId(Uuid::from_bytes(array(&mut reader)?)),
            facts_version: reader.uint().map_err(form)?,
            facts: array(&mut reader)?,
            actors: array(&mut reader)?,
            heads: array(&mut reader)?,
        };
        let key = KeyId(array(&mut reader)?);
        let signature = array(&mut reader)?;
        if !reader.is_empty() || statement.county > LAST_COUNTY {
            return Err(AttestationError::Malformed);
        }
        Ok(UnverifiedStatement {
            statement,
            key,
            signature,
            signed: self.0.len() - 64,
        })
    }

    /// Believes what it says if this key signed it.
    ///
    /// # Errors
    /// [`AttestationError`].
    pub fn verify(&self, key: &AttestationKey) -> Result<Statement, AttestationError> {
        self.believe(self.read()?, key)
    }

    /// As [`Self::verify`], for one that was read already.
    ///
    /// # Errors
    /// As [`Self::verify`].
    pub fn believe(
        &self,
        claim: UnverifiedStatement,
        key: &AttestationKey,
    ) -> Result<Statement, AttestationError> {
        if claim.key != key.id() {
            return Err(AttestationError::OtherKey(claim.key));
        }
        let message = self.0.get(..claim.signed).unwrap_or_default();
        if key.verifies(&signed(message), &claim.signature) {
            Ok(claim.statement)
        } else {
            Err(AttestationError::Forged)
        }
    }
}

fn signed(message: &[u8]) -> Vec<u8> {
    [DOMAIN, message].concat()
}

fn array<const N: usize>(reader: &mut ByteReader<'_>) -> Result<[u8; N], AttestationError> {
    let bytes = reader.take(N as u64).map_err(AttestationError::Form)?;
    bytes.try_into().map_err(|_| AttestationError::Malformed)
}
