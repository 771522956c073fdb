//! Who stands behind the actors of a case: which phone, whose, in which role and for which
//! organisation.

use hejie_case::ids::{Actor, DeviceId, OrgId, UserId};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

/// An actor in one role. A person who changed role or organisation in a case has a row for each;
/// the phone stays the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ActorRow {
    /// The actor.
    #[serde(rename = "a")]
    pub actor: Actor,
    /// The phone that alone writes with it.
    #[serde(rename = "d")]
    pub device: DeviceId,
    /// Whose phone.
    #[serde(rename = "u")]
    pub user: UserId,
    /// The role as its stable word, so that one that only a newer server knows is kept as well.
    #[serde(rename = "r")]
    pub role: String,
    /// For which organisation.
    #[serde(rename = "o")]
    pub org: OrgId,
}

/// The rows of a case, sorted, each once. The server itself and the genesis have none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Vec<ActorRow>", into = "Vec<ActorRow>")]
pub struct Actors(BTreeSet<ActorRow>);

impl Actors {
    /// The rows in their order.
    pub fn rows(&self) -> impl Iterator<Item = &ActorRow> {
        self.0.iter()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The phone behind an actor and its owner; none for the server and the genesis.
    #[must_use]
    pub fn lookup(&self, actor: Actor) -> Option<&ActorRow> {
        self.0.iter().find(|row| row.actor.phone() == actor.phone())
    }

    /// These rows and others.
    #[must_use]
    pub fn with(&self, others: &Self) -> Self {
        Self(self.0.union(&others.0).cloned().collect())
    }

    /// What an attestation says of them.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"hejie-actors-1\0");
        hash.update((self.0.len() as u64).to_be_bytes());
        for row in &self.0 {
            hash.update(row.actor.0);
            for id in [row.device.0, row.user.0, row.org.0] {
                hash.update(id.as_bytes());
            }
            hash.update((row.role.len() as u64).to_be_bytes());
            hash.update(row.role.as_bytes());
        }
        hash.finalize().into()
    }
}

impl FromIterator<ActorRow> for Actors {
    fn from_iter<I: IntoIterator<Item = ActorRow>>(rows: I) -> Self {
        Self(rows.into_iter().collect())
    }
}

impl From<Vec<ActorRow>> for Actors {
    fn from(rows: Vec<ActorRow>) -> Self {
        rows.into_iter().collect()
    }
}

impl From<Actors> for Vec<ActorRow> {
    fn from(actors: Actors) -> Self {
        actors.0.into_iter().collect()
    }
}
