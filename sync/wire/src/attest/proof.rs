//! The proof of a case: an attestation with everything that it commits to, from whoever holds the
//! case.

use super::{Actors, Attestation, AttestationError, AttestationKey, AttesterVoucher, Statement};
use crate::{chunk, gate::GateError, sealed::VoucherError};
use hejie_case::{
    document::{CaseDoc, DocError},
    ids::{Actor, ChangeHash, DeviceId, UserId},
    reason::Explain,
};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use std::borrow::Cow;

/// A case as a phone can prove it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseProof {
    /// What the server signed.
    #[serde(rename = "t")]
    pub attestation: Attestation,
    /// What the root key said for the key that signed it.
    #[serde(rename = "k")]
    pub voucher: AttesterVoucher,
    /// Who stands behind the actors.
    #[serde(rename = "w")]
    pub actors: Actors,
    /// The facts as they were sent.
    #[serde(rename = "f")]
    pub facts: ByteBuf,
    /// The heads that were signed.
    #[serde(rename = "h")]
    pub heads: Vec<ChangeHash>,
    /// The saved document, at the heads that were signed and no further.
    #[serde(rename = "s")]
    pub document: ByteBuf,
}

/// Whose signatures are believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trusted {
    /// The root key in hexadecimal: keys that it vouches for are believed, since a ring may be
    /// older than what was signed.
    pub root: String,
    /// The public halves of the server's own attestation keys, for which no voucher is needed.
    pub own: Vec<[u8; 32]>,
    /// The names of keys that are believed no more, whoever vouches for them.
    pub retired: Vec<String>,
}

/// A case that was proved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProvedCase {
    /// What was signed.
    pub statement: Statement,
    /// The facts as they were sent.
    pub facts: ByteBuf,
    /// Every change but the genesis, in causal order.
    pub changes: Vec<AttestedChange>,
}

/// A change that the server had acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttestedChange {
    /// Its name.
    pub hash: ChangeHash,
    /// Who wrote it.
    pub actor: Actor,
    /// With which phone; none for the server's own.
    pub device: Option<DeviceId>,
    /// Whose phone; none for the server's own.
    pub user: Option<UserId>,
    /// The change as a chunk of type 1.
    pub bytes: ByteBuf,
}

/// Why a proof proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// The attestation is not believed.
    #[error("the attestation is not believed")]
    Attestation(#[from] AttestationError),
    /// The root key does not vouch for the key that signed it.
    #[error("the root key does not vouch for the key")]
    Voucher(#[from] VoucherError),
    /// The key was retired.
    #[error("the key {0} was retired")]
    Retired(String),
    /// The facts are not those that were signed.
    #[error("other facts than those that were signed")]
    Facts,
    /// The actors are not those that were signed.
    #[error("other actors than those that were signed")]
    Actors,
    /// The document does not load.
    #[error("the document cannot be used")]
    Document(#[from] DocError),
    /// A change in it does not pass the gate.
    #[error("a change does not pass the gate")]
    Change(#[from] GateError),
    /// The document is of another case.
    #[error("the document is of another case")]
    OtherCase,
    /// The proof names, or the document is at, other heads.
    #[error("other heads than those that were signed")]
    Heads,
}

impl Explain for ProofError {
    fn words(&self) -> (&'static str, Cow<'static, str>) {
        const FORGED: &str = "签名不是本县服务器作出的，或已被改动；不能作为本案的凭证。";
        const OTHER: &str = "内容与服务器签名时不一致，不能作为本案的凭证；请联网同步后重试。";
        const UNREADABLE: &str = "案卷内容无法读取，不能作为本案的凭证；请联网同步后重试。";
        let (code, zh) = match self {
            Self::Attestation(_) => ("attestation_not_believed", FORGED),
            Self::Voucher(_) => ("attestation_key_unknown", FORGED),
            Self::Retired(_) => (
                "attestation_key_retired",
                "签名所用的密钥已停用，不能作为本案的凭证；请联网同步后重试。",
            ),
            Self::Facts => ("proof_of_other_facts", OTHER),
            Self::Actors => ("proof_of_other_actors", OTHER),
            Self::Document(error) => (error.code(), UNREADABLE),
            Self::Change(error) => (error.code(), UNREADABLE),
            Self::OtherCase => ("proof_of_other_case", OTHER),
            Self::Heads => ("proof_of_other_heads", OTHER),
        };
        (code, zh.into())
    }
}

impl CaseProof {
    /// Bytes of what is large of it: the facts and the document.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "no proof is empty")]
    pub fn len(&self) -> usize {
        self.facts.len() + self.document.len()
    }

    /// Looks at everything but the document: the signature first, then what is only hashed. Costs
    /// one check of a signature where the server's own key signed, else two, and stops at the first
    /// that fails.
    ///
    /// # Errors
    /// [`ProofError`].
    pub fn verify(&self, trusted: &Trusted) -> Result<Statement, ProofError> {
        let claim = self.attestation.read()?;
        let name = claim.key.to_string();
        if trusted.retired.contains(&name) {
            return Err(ProofError::Retired(name));
        }
        let own = trusted
            .own
            .iter()
            .map(|public| AttestationKey::new(*public));
        let key = match own.into_iter().find(|key| key.id() == claim.key) {
            Some(key) => key,
            None => self.voucher.check(&trusted.root)?,
        };
        let statement = self.attestation.believe(claim, &key)?;
        if !statement.names_facts(&self.facts) {
            return Err(ProofError::Facts);
        }
        if self.actors.hash() != statement.actors {
            return Err(ProofError::Actors);
        }
        if !statement.names_heads(&self.heads) {
            return Err(ProofError::Heads);
        }
        Ok(statement)
    }

    /// Looks at all of it, and takes the document apart. Where the bytes come from a stranger, in a
    /// process that may die.
    ///
    /// # Errors
    /// [`ProofError`].
    pub fn check(&self, trusted: &Trusted) -> Result<ProvedCase, ProofError> {
        let statement = self.verify(trusted)?;
        let doc = CaseDoc::load(&self.document)?;
        if doc.view()?.meta.case_id != statement.case {
            return Err(ProofError::OtherCase);
        }
        if !statement.names_heads(&doc.heads()) {
            return Err(ProofError::Heads);
        }
        let changes = doc.changes_since(&[]);
        let changes = changes.into_iter().map(|one| self.attested(&one.bytes));
        Ok(ProvedCase {
            changes: changes.collect::<Result<_, _>>()?,
            facts: self.facts.clone(),
            statement,
        })
    }

    fn attested(&self, bytes: &[u8]) -> Result<AttestedChange, ProofError> {
        let admitted = chunk::admit(bytes)?;
        let actor = admitted.header.actor;
        let row = self.actors.lookup(actor);
        Ok(AttestedChange {
            hash: admitted.hash,
            actor,
            device: row.map(|row| row.device),
            user: row.map(|row| row.user),
            bytes: ByteBuf::from(admitted.bytes),
        })
    }
}
