//! The register of what was agreed by word of mouth where a simple dispute broke out (E08).

use crate::{
    ids::{EntryId, SituationCode},
    role::Author,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// 口头协议登记: who quarrelled about what, what came of it, and who said yes to that, as it stood
/// when it was settled on the scene (Mediation Law art. 28).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OralRegister {
    /// Its number.
    pub number: String,
    /// What it was about.
    pub situation: SituationCode,
    /// The parties, without those who only stood in for one.
    pub parties: Vec<EntryId>,
    /// What came of it, in words.
    pub result: String,
    /// Who said yes to these words: every party, or whoever speaks for it.
    pub assents: Vec<EntryId>,
    /// Who settled it and keeps the register.
    pub by: Author,
    /// Agreed when: a device's claim, as far as it is believed.
    pub agreed_at: Timestamp,
}
