//! Observations of risk (docs/domain/rules.md#colour): added, never changed, so that no merge can
//! lower them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What was observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "factor", content = "value")]
pub enum RiskFactor {
    /// Threat to kill, harm, burn or jump: red at once.
    Threat,
    /// Weapon or dangerous goods: red at once.
    Weapon,
    /// A protection order was breached: red at once.
    OrderBreached,
    /// People gather, this many.
    Gathering(u32),
    /// Violence in this dispute.
    Violence,
    /// A history of domestic violence (告诫书, protection order); believed of the police alone,
    /// without detail.
    DvHistory,
    /// 再次激发可能性, the judgement after handling the call (R033).
    Residual(Residual),
    /// How the parties feel.
    Emotion(Emotion),
    /// A minor, pregnant or frail person is affected; no detail.
    Vulnerable,
    /// Signs of petitioning.
    PetitionSign,
    /// A calm visit: nothing to report.
    CalmVisit,
}

/// 再次激发可能性 (R033).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Residual {
    /// 低.
    Low,
    /// 中.
    Mid,
    /// 高.
    High,
}

/// How the parties feel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Emotion {
    /// 平静.
    Calm,
    /// 激动.
    Agitated,
    /// 失控.
    OutOfControl,
}

/// One observation of one observer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskObservation {
    /// What.
    #[serde(flatten)]
    pub factor: RiskFactor,
    /// When, by the device's clock.
    pub at: Timestamp,
    /// Why, in words.
    #[serde(default)]
    pub why: String,
}
