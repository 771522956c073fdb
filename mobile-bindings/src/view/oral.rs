//! The register of what was agreed by word of mouth.

use crate::words::{EntryId, SituationCode, Timestamp, UserId};
use hejie_case::facts;

/// What was agreed by word of mouth on the scene: who, about what, and what came of it.
#[derive(Debug, Clone, uniffi::Record)]
pub struct RegisteredSettlement {
    /// Its number.
    pub number: String,
    /// What it was about.
    pub situation: SituationCode,
    /// The parties.
    pub parties: Vec<EntryId>,
    /// What came of it, in words.
    pub result: String,
    /// Who said yes to these words.
    pub assents: Vec<EntryId>,
    /// Who settled it.
    pub by: UserId,
    /// Agreed when.
    pub agreed_at: Timestamp,
}

impl From<facts::OralRegister> for RegisteredSettlement {
    fn from(register: facts::OralRegister) -> Self {
        let facts::OralRegister {
            number,
            situation,
            parties,
            result,
            assents,
            by,
            agreed_at,
        } = register;
        Self {
            number,
            situation,
            parties,
            result,
            assents,
            by: by.user,
            agreed_at,
        }
    }
}
