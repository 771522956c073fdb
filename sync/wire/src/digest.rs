//! Digests: equality of what two sides hold, proved in sixteen bytes.
//!
//! The digest of a user is the XOR over all cases that the user may see of [`case_digest`]. Either
//! side keeps it current by XOR-ing the old value of a case out and the new one in. A difference is
//! a hint that starts the repair, never a proof of guilt: a device that lies about its digest harms
//! only its own copy.

use hejie_case::ids::{CaseId, ChangeHash};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::{
    fmt,
    ops::{BitXor, BitXorAssign},
};

/// What one case, or by XOR a set of cases, comes to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digest(#[serde(with = "serde_bytes")] pub [u8; 16]);

impl Digest {
    /// The digest of no case at all.
    pub const EMPTY: Self = Self([0; 16]);

    /// The first half, for naming the state of one case among a user's holdings.
    #[must_use]
    pub fn short(self) -> ShortDigest {
        let mut half = [0; 8];
        half.copy_from_slice(&self.0[..8]);
        ShortDigest(half)
    }
}

/// Half a [`Digest`]: enough to tell two states of one case apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShortDigest(pub [u8; 8]);

/// The digest of one case: its facts by their SHA-256, none where there are none, and its document
/// by heads, in whatever order.
///
/// By hash and not by version: a registry that was set back gives a version again, to other facts.
#[must_use]
pub fn case_digest(case: CaseId, facts: Option<&[u8; 32]>, heads: &[ChangeHash]) -> Digest {
    let mut sorted = heads.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut hash = Sha256::new();
    hash.update(b"hejie case digest 2\0");
    hash.update(case.0.as_bytes());
    hash.update(facts.unwrap_or(&[0; 32]));
    for head in &sorted {
        hash.update(head.0);
    }
    let mut digest = [0; 16];
    digest.copy_from_slice(&hash.finalize()[..16]);
    Digest(digest)
}

impl BitXor for Digest {
    type Output = Self;
    fn bitxor(mut self, other: Self) -> Self {
        self ^= other;
        self
    }
}

impl BitXorAssign for Digest {
    fn bitxor_assign(&mut self, other: Self) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine ^= theirs;
        }
    }
}

impl FromIterator<Digest> for Digest {
    fn from_iter<I: IntoIterator<Item = Self>>(digests: I) -> Self {
        digests.into_iter().fold(Self::EMPTY, Self::bitxor)
    }
}

impl TryFrom<&[u8]> for Digest {
    type Error = std::array::TryFromSliceError;
    fn try_from(bytes: &[u8]) -> Result<Self, Self::Error> {
        bytes.try_into().map(Self)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ShortDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(n: u128) -> CaseId {
        CaseId(uuid::Uuid::from_u128(n))
    }

    fn head(n: u8) -> ChangeHash {
        ChangeHash([n; 32])
    }

    #[test]
    fn the_order_in_which_heads_are_named_does_not_matter() {
        assert_eq!(
            case_digest(case(1), Some(&[3; 32]), &[head(1), head(2)]),
            case_digest(case(1), Some(&[3; 32]), &[head(2), head(1)])
        );
    }

    #[test]
    fn case_facts_and_heads_each_move_the_digest() {
        let at = case_digest(case(1), Some(&[3; 32]), &[head(1)]);
        assert_ne!(at, case_digest(case(2), Some(&[3; 32]), &[head(1)]));
        assert_ne!(at, case_digest(case(1), Some(&[4; 32]), &[head(1)]));
        assert_ne!(
            at,
            case_digest(case(1), Some(&[3; 32]), &[head(1), head(2)])
        );
    }

    #[test]
    fn a_case_is_taken_out_as_it_was_put_in() {
        let (one, two) = (
            case_digest(case(1), None, &[head(1)]),
            case_digest(case(2), None, &[head(1)]),
        );
        let both: Digest = [one, two].into_iter().collect();
        assert_eq!(both ^ two, one);
        assert_eq!(both ^ two ^ one, Digest::EMPTY);
    }

    #[test]
    fn the_digest_of_a_known_case_never_changes_between_releases() {
        let digest = case_digest(case(1), Some(&[7; 32]), &[head(9)]);
        assert_eq!(format!("{digest:?}"), "a13633984d4c243cd8c83e467b04c90c");
    }
}
