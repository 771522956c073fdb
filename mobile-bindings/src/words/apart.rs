//! Words that are named apart from the core's types, since a variant may not bear the name of
//! another type in Kotlin.

use super::{Emotion, EntryId, Residual};
use hejie_case::{edit, record};

/// What was observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Observed {
    /// Threat to kill, harm, burn or jump.
    Threat,
    /// Weapon or dangerous goods.
    Weapon,
    /// A protection order was breached.
    OrderBreached,
    /// People gather, this many.
    Gathering { people: u32 },
    /// Violence in this dispute.
    Violence,
    /// A history of domestic violence; believed of the police alone.
    DvHistory,
    /// 再次激发可能性.
    ResidualRisk { level: Residual },
    /// How the parties feel.
    Feeling { emotion: Emotion },
    /// A minor, pregnant or frail person is affected.
    Vulnerable,
    /// Signs of petitioning.
    PetitionSign,
    /// A calm visit.
    CalmVisit,
}

/// Who signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum WhoSigns {
    /// A party.
    OfParty { party: EntryId },
    /// The mediator who leads the case.
    Mediator,
}

/// What relies on a piece of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum CitedBy {
    /// A statement; its own writer only.
    InStatement { statement: EntryId },
    /// A draft of the agreement.
    InDraft { draft: EntryId },
}

impl From<CitedBy> for edit::Citing {
    fn from(by: CitedBy) -> Self {
        match by {
            CitedBy::InStatement { statement } => Self::Statement(statement),
            CitedBy::InDraft { draft } => Self::Draft(draft),
        }
    }
}

impl From<Observed> for record::RiskFactor {
    fn from(observed: Observed) -> Self {
        match observed {
            Observed::Threat => Self::Threat,
            Observed::Weapon => Self::Weapon,
            Observed::OrderBreached => Self::OrderBreached,
            Observed::Gathering { people } => Self::Gathering(people),
            Observed::Violence => Self::Violence,
            Observed::DvHistory => Self::DvHistory,
            Observed::ResidualRisk { level } => Self::Residual(level),
            Observed::Feeling { emotion } => Self::Emotion(emotion),
            Observed::Vulnerable => Self::Vulnerable,
            Observed::PetitionSign => Self::PetitionSign,
            Observed::CalmVisit => Self::CalmVisit,
        }
    }
}

impl From<record::RiskFactor> for Observed {
    fn from(factor: record::RiskFactor) -> Self {
        use record::RiskFactor as F;
        match factor {
            F::Threat => Self::Threat,
            F::Weapon => Self::Weapon,
            F::OrderBreached => Self::OrderBreached,
            F::Gathering(people) => Self::Gathering { people },
            F::Violence => Self::Violence,
            F::DvHistory => Self::DvHistory,
            F::Residual(level) => Self::ResidualRisk { level },
            F::Emotion(emotion) => Self::Feeling { emotion },
            F::Vulnerable => Self::Vulnerable,
            F::PetitionSign => Self::PetitionSign,
            F::CalmVisit => Self::CalmVisit,
        }
    }
}

impl From<WhoSigns> for record::Signer {
    fn from(who: WhoSigns) -> Self {
        match who {
            WhoSigns::OfParty { party } => Self::Party(party),
            WhoSigns::Mediator => Self::Mediator,
        }
    }
}

impl From<record::Signer> for WhoSigns {
    fn from(signer: record::Signer) -> Self {
        match signer {
            record::Signer::Party(party) => Self::OfParty { party },
            record::Signer::Mediator => Self::Mediator,
        }
    }
}
