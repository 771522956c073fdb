//! Drafts, clauses and terms, signatures, and performance.

use super::{Anchor, Cents};
use crate::ids::{ChangeHash, EntryId};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// Written or oral (Mediation Law arts. 28, 30).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgreementForm {
    /// 书面协议.
    Written,
    /// 口头协议.
    Oral,
}

/// The head of a draft of an agreement. A changed draft is a new draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftHead {
    /// Written or oral.
    pub form: AgreementForm,
    /// The draft that this one replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub based_on: Option<EntryId>,
}

/// What kind of promise a clause holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromiseKind {
    /// Pays money.
    Pay,
    /// Does something.
    Do,
    /// Leaves something undone.
    Refrain,
    /// Apologises.
    Apologise,
}

/// One instalment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instalment {
    /// Due on this day, Asia/Shanghai.
    pub due: Date,
    /// How much.
    pub amount: Cents,
}

/// The whole promise of a clause: it changes together or not at all (M04).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Who owes.
    pub obligor: EntryId,
    /// To whom.
    pub obligee: EntryId,
    /// What kind of promise.
    pub kind: PromiseKind,
    /// How much in all, in figures.
    pub amount: Cents,
    /// The same in Chinese capital figures 大写; must agree with `amount` at freezing.
    pub amount_words: String,
    /// When which part is due; what names no day is due at once.
    pub schedule: Vec<Instalment>,
    /// How it is performed, in words.
    pub method: String,
    /// What follows on breach, in words.
    #[serde(default)]
    pub on_breach: String,
}

/// Who signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "party")]
pub enum Signer {
    /// A party, by its entry.
    Party(EntryId),
    /// The mediator who leads the case.
    Mediator,
}

/// In which way it was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureMedium {
    /// 纸质签名扫描.
    PaperScan,
    /// 手写屏签.
    Screen,
    /// 可靠电子签名.
    ESignature,
    /// 捺指印.
    Fingerprint,
    /// 口头同意: said, and recorded by the mediator; of an oral agreement only.
    Spoken,
}

impl SignatureMedium {
    /// Whether it was put on paper, of which the document has a picture at best.
    #[must_use]
    pub fn is_on_paper(self) -> bool {
        matches!(self, Self::PaperScan | Self::Fingerprint)
    }
}

/// A signature on one frozen draft; added, never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// The frozen draft.
    pub draft: EntryId,
    /// What was signed (docs/adr/0023); must equal the hash of the frozen draft.
    pub hash: String,
    /// The heads at which that content stood, as the freeze names them: hash and heads together say
    /// what was signed (M03).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub heads: Vec<ChangeHash>,
    /// Who.
    pub signer: Signer,
    /// How.
    pub medium: SignatureMedium,
    /// The evidence entry with the picture of it, without which a signature on paper shows
    /// nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scan: Option<EntryId>,
    /// When, by the device's clock.
    pub at: Timestamp,
    /// How the device knew that time; without it only the receipt counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Anchor>,
}

/// One entry of the performance log; sums are derived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PerformanceEntry {
    /// The clause whose obligation it performs or breaks.
    pub obligation: EntryId,
    /// What was found.
    pub state: super::Performance,
    /// When, by the device's clock.
    pub at: Timestamp,
    /// How much was paid.
    pub amount: Cents,
    /// By which means.
    pub means: String,
    /// Number of the slip or transfer, by which double entries are found (M22).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slip_no: Option<String>,
    /// The evidence entry that proves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<EntryId>,
}
