//! Parties, their consent, their statements, and contacts with them.

use crate::ids::EntryId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A side of the dispute: 甲方 or 乙方, or somebody who belongs to neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// 甲方.
    A,
    /// 乙方.
    B,
    /// 第三人.
    Third,
}

/// A natural person or an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartyKind {
    /// 自然人.
    Person,
    /// 单位.
    Organisation,
}

/// In which capacity somebody takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartyRole {
    /// 本人.
    Principal,
    /// 监护人 of a party who cannot act for himself.
    Guardian,
    /// 委托代理人.
    Agent,
}

/// A party 当事人, masked: full identity is sealed to the server and never enters the document
/// (PIPL 47).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Party {
    /// Person or organisation; written once.
    pub kind: PartyKind,
    /// The side the party stands on.
    pub side: Side,
    /// In which capacity the party takes part, if it was said. Whoever says nothing takes part for
    /// himself, unless he is somebody's guardian or agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<PartyRole>,
    /// Masked name such as 张*明 (P20).
    pub name_masked: String,
    /// Under eighteen.
    #[serde(default)]
    pub is_minor: bool,
    /// Without capacity for legal acts in whole or in part, for another reason than age; no detail.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_incapacitated: bool,
    /// One of up to five who speak for many (LW18).
    #[serde(default)]
    pub is_representative: bool,
    /// The party who is a minor, or cannot act for himself, and whose guardian this one is; written
    /// once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guardian_of: Option<EntryId>,
    /// The party for whom this one acts by power of attorney; written once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_of: Option<EntryId>,
    /// The evidence entry with the power of attorney, or with the choice of the representatives;
    /// written once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mandate: Option<EntryId>,
    /// The reference under which the sealed identity was sent; written once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_ref: Option<String>,
}

impl Party {
    /// A grown-up person of a side, who takes part for himself.
    #[must_use]
    pub fn person(side: Side, name_masked: impl Into<String>) -> Self {
        Self {
            kind: PartyKind::Person,
            side,
            role: None,
            name_masked: name_masked.into(),
            is_minor: false,
            is_incapacitated: false,
            is_representative: false,
            guardian_of: None,
            agent_of: None,
            mandate: None,
            secret_ref: None,
        }
    }

    /// Whether somebody else must speak for the party (Civil Code art. 19 to 23).
    #[must_use]
    pub fn needs_guardian(&self) -> bool {
        self.is_minor || self.is_incapacitated
    }
}

/// One field of a party that may be corrected later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartyField {
    /// Corrects the side.
    Side(Side),
    /// Corrects the capacity.
    Role(PartyRole),
    /// Corrects the masked name.
    NameMasked(String),
    /// Corrects whether the party is a minor.
    IsMinor(bool),
    /// Corrects whether the party lacks capacity.
    IsIncapacitated(bool),
    /// Corrects whether the party represents others.
    IsRepresentative(bool),
}

/// Why an entry no longer counts. Entries are marked, never deleted (M07, M18).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// The reason in words.
    pub why: String,
    /// When, by the device's clock.
    pub at: Timestamp,
}

/// What a consent is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentSubject {
    /// 同意调解 (Mediation Law art. 17).
    Mediation,
    /// 个人信息告知.
    PrivacyNotice,
    /// 敏感个人信息单独同意.
    SensitiveData,
    /// 向部门提供.
    ShareDepartment,
    /// 公开调解.
    OpenHearing,
    /// 延期.
    Extension,
    /// 电子签名.
    Esign,
    /// 口头协议: whoever refuses asks for a written one (LW10).
    OralForm,
}

/// What the party said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentDecision {
    /// 同意.
    Agree,
    /// 拒绝.
    Refuse,
    /// 撤回.
    Withdraw,
}

/// One act of consent or refusal of one party; added, never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// The party who spoke.
    pub party: EntryId,
    /// About what.
    pub what: ConsentSubject,
    /// And said what.
    pub decision: ConsentDecision,
    /// The version of the text that was shown or read aloud.
    pub text_version: String,
    /// When, by the device's clock.
    pub at: Timestamp,
    /// The evidence entry that proves it, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<EntryId>,
    /// Refusals of the same party that this consent has seen: only those it lifts (M06).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<EntryId>,
}

/// The head of a statement 陈述; its text has one writer and is locked on signing (D03).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementHead {
    /// Who stated.
    pub party: EntryId,
    /// When it was taken, by the device's clock.
    pub taken_at: Timestamp,
    /// The signed statement that this one supplements 补充笔录.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplement_to: Option<EntryId>,
}

/// A text that a phone encrypted to the server's public key: one opaque value for everybody who
/// holds the document (D03). What it says is read on the server only, for a stated purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedText {
    /// The public key to which it was encrypted.
    pub key_id: String,
    /// The encrypted bytes, base64.
    pub ciphertext: String,
}

/// The words of a statement: plain, or sealed where D03 asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum StatementBody {
    /// Plain text with one writer.
    Plain(String),
    /// Opaque.
    Sealed(SealedText),
}

impl From<String> for StatementBody {
    fn from(text: String) -> Self {
        Self::Plain(text)
    }
}

impl From<&str> for StatementBody {
    fn from(text: &str) -> Self {
        Self::Plain(text.into())
    }
}

impl From<SealedText> for StatementBody {
    fn from(sealed: SealedText) -> Self {
        Self::Sealed(sealed)
    }
}

/// The lock on a text or draft: exactly what was signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// The document heads at which the content stood, sorted.
    pub heads: Vec<crate::ids::ChangeHash>,
    /// The hash of the content: of a statement SHA-256 in lower-case hex, of a draft the word of
    /// docs/adr/0023.
    pub hash: String,
    /// When, by the device's clock.
    pub at: Timestamp,
}

/// A contact with a party; added, never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// With whom.
    pub party: EntryId,
    /// By which means (R088).
    pub means: ContactMeans,
    /// When, by the device's clock.
    pub at: Timestamp,
    /// Whether the party was reached.
    pub reached: bool,
}

/// The means of a contact (R088).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactMeans {
    /// 当面.
    InPerson,
    /// 电话.
    Telephone,
    /// 视频.
    Video,
    /// 短信.
    Message,
    /// 领导约谈.
    LeaderTalk,
}
