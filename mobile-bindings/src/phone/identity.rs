//! Who parties really are: sealed to the server when it is written down, shown as a mask from then
//! on.

use super::{DeliveryState, Phone};
use crate::{
    clock,
    error::PhoneError,
    words::{CaseId, EntryId, MaskedIdentity, NumberKind, Reason, Timestamp, Vulnerability},
};
use hejie_case::{
    identity::{self, Guardian, Identity, Warning},
    reason::Explain,
};
use hejie_device::engine::CapturedIdentity;

/// Who a party is. Hand it over and let go of it: neither app nor phone can read it again.
#[derive(Clone, uniffi::Record)]
pub struct PartyIdentity {
    /// The name in full; of an organisation, its name.
    pub name: String,
    /// The ID number; of an organisation, its credit code. Optional until an agreement is made.
    #[uniffi(default = None)]
    pub id_number: Option<String>,
    /// A telephone number.
    #[uniffi(default = None)]
    pub telephone: Option<String>,
    /// What lies below the building: unit, floor, door.
    #[uniffi(default = None)]
    pub address: Option<String>,
    /// Who speaks for a minor or for somebody without capacity.
    #[uniffi(default = None)]
    pub guardian: Option<PartyGuardian>,
    /// Why the party needs protection: for those alone who care for it, each reading is logged.
    #[uniffi(default = [])]
    pub vulnerable: Vec<Vulnerability>,
}

/// Who speaks for a party.
#[derive(Clone, uniffi::Record)]
pub struct PartyGuardian {
    /// The name in full.
    pub name: String,
    /// What the guardian is to the party.
    pub relation: String,
    /// A telephone number.
    #[uniffi(default = None)]
    pub telephone: Option<String>,
}

/// What came of capturing an identity.
#[derive(Debug, Clone, uniffi::Record)]
pub struct IdentityCaptured {
    /// What is shown from now on.
    pub masked: MaskedIdentity,
    /// What the person should look at again, such as a check digit; nothing was refused for it.
    pub warnings: Vec<Reason>,
}

/// An identity that was captured on this phone.
#[derive(Debug, Clone, uniffi::Record)]
pub struct KnownIdentity {
    /// The case.
    pub case: CaseId,
    /// The party.
    pub party: EntryId,
    /// What of it may be shown.
    pub masked: MaskedIdentity,
    /// When it was written down.
    pub at: Timestamp,
    /// Where it is.
    pub state: DeliveryState,
}

/// A number of a person in a text that is about to be written.
#[derive(Debug, Clone, uniffi::Record)]
pub struct NumberInText {
    /// What it looks like.
    pub kind: NumberKind,
    /// Where it begins, in Unicode characters.
    pub start: u32,
    /// Where it ends, in Unicode characters, exclusive.
    pub end: u32,
    /// The number masked, to be put in its place.
    pub masked: String,
}

/// Finds ID numbers and mobile numbers in a text. Ask before a note, statement or clause is
/// written, and warn the person.
#[uniffi::export]
pub fn numbers_in_text(text: &str) -> Vec<NumberInText> {
    let found = identity::numbers_in(text).into_iter();
    found
        .map(|number| NumberInText {
            kind: number.kind,
            start: number.start,
            end: number.end,
            masked: number.masked,
        })
        .collect()
}

/// The masked form of a person's name, such as 张*明.
#[uniffi::export]
pub fn mask_name(name: &str) -> String {
    identity::mask_name(name)
}

#[uniffi::export]
impl Phone {
    /// Seals who a party is, for the server alone; the party's masked name follows. Durable when it
    /// returns, and sent with the next exchange. Needs the sealing key, which the phone has from
    /// its enrolment on.
    pub fn add_party_identity(
        &self,
        case_id: CaseId,
        party: EntryId,
        identity: PartyIdentity,
    ) -> Result<IdentityCaptured, PhoneError> {
        let identity = Identity::from(identity);
        let captured = self
            .engine()
            .add_party_identity(case_id, party, &identity, clock::now())?;
        Ok(IdentityCaptured {
            masked: captured.masked,
            warnings: captured.warnings.iter().map(Warning::reason).collect(),
        })
    }

    /// Identities of a case that were captured on this phone, masked.
    pub fn identities(&self, case_id: CaseId) -> Result<Vec<KnownIdentity>, PhoneError> {
        let known = self.engine().identities(case_id)?;
        Ok(known.into_iter().map(KnownIdentity::from).collect())
    }

    /// Identities that the server does not take, with the reason.
    pub fn refused_identities(&self) -> Result<Vec<KnownIdentity>, PhoneError> {
        let refused = self.engine().refused_identities()?;
        Ok(refused.into_iter().map(KnownIdentity::from).collect())
    }

    /// Delivers an identity once more that the server did not take, with the next exchange.
    pub fn retry_identity(&self, case_id: CaseId, party: EntryId) -> Result<(), PhoneError> {
        Ok(self.engine().retry_identity(case_id, party)?)
    }

    /// Lets go of an identity that the server does not take, after its author has seen why.
    pub fn dismiss_identity(&self, case_id: CaseId, party: EntryId) -> Result<(), PhoneError> {
        Ok(self.engine().dismiss_identity(case_id, party)?)
    }
}

impl From<PartyIdentity> for Identity {
    fn from(identity: PartyIdentity) -> Self {
        Self {
            name: identity.name,
            id_number: identity.id_number,
            telephone: identity.telephone,
            address: identity.address,
            guardian: identity.guardian.map(|guardian| Guardian {
                name: guardian.name,
                relation: guardian.relation,
                telephone: guardian.telephone,
            }),
            vulnerable: identity.vulnerable,
        }
    }
}

impl From<CapturedIdentity> for KnownIdentity {
    fn from(captured: CapturedIdentity) -> Self {
        Self {
            case: captured.case,
            party: captured.party,
            masked: captured.masked,
            at: captured.at,
            state: captured.whereabouts.into(),
        }
    }
}
