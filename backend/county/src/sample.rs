//! The originals behind all evidence of the invented county: one of each kind, so that nothing in
//! it points nowhere.

use hejie_case::{ids::FileHash, record::EvidenceKind};
use sha2::{Digest, Sha256};

/// An original.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// Media type.
    pub mime: &'static str,
    /// Its bytes.
    pub bytes: &'static [u8],
}

impl Sample {
    /// The original of every piece of evidence of a kind.
    #[must_use]
    pub fn of(kind: EvidenceKind) -> Self {
        let (mime, bytes): (_, &[u8]) = match kind {
            EvidenceKind::Photo => (
                "image/jpeg",
                include_bytes!("../data/sample/photo.jpg").as_slice(),
            ),
            EvidenceKind::Paper => ("image/jpeg", include_bytes!("../data/sample/paper.jpg")),
            EvidenceKind::Audio => ("audio/wav", include_bytes!("../data/sample/audio.wav")),
            EvidenceKind::Video => ("video/webm", include_bytes!("../data/sample/video.webm")),
        };
        Self { mime, bytes }
    }

    /// All of them.
    #[must_use]
    pub fn all() -> [Self; 4] {
        [
            EvidenceKind::Photo,
            EvidenceKind::Paper,
            EvidenceKind::Audio,
            EvidenceKind::Video,
        ]
        .map(Self::of)
    }

    /// Its hash.
    #[must_use]
    pub fn hash(self) -> FileHash {
        FileHash(Sha256::digest(self.bytes).into())
    }
}
